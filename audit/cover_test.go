package audit

import (
	"math/rand/v2"
	"slices"
	"testing"

	"example.com/sluice/rule"
)

// smallest against all subsets.
func TestSmallestHittingSet(t *testing.T) {
	for seed := range uint64(400) {
		s := rand.New(rand.NewPCG(seed, 1))
		n := 1 + s.IntN(9)
		var lists [][]int32
		for range 1 + s.IntN(8) {
			var list []int32
			for v := range int32(n) {
				if s.IntN(3) == 0 {
					list = append(list, v)
				}
			}
			if len(list) > 0 {
				lists = append(lists, list)
			}
		}
		x := hitting{budget: unbounded(), steps: Bounds{}.orDefault().Cover}
		for _, list := range lists { // one by one, as a search meets them
			x.add([][]int32{list})
			x.smallest()
		}
		got, ok := x.smallest()
		var want []int32
		found := false
		for set := range 1 << n {
			var chosen []int32
			for v := range int32(n) {
				if set>>v&1 != 0 {
					chosen = append(chosen, v)
				}
			}
			hits := !slices.ContainsFunc(lists, func(l []int32) bool {
				return !slices.ContainsFunc(l, func(v int32) bool { return slices.Contains(chosen, v) })
			})
			better := len(chosen) < len(want) || len(chosen) == len(want) && slices.Compare(chosen, want) < 0
			if hits && (!found || better) {
				want, found = chosen, true
			}
		}
		if !ok || !slices.Equal(got, want) {
			t.Fatalf("seed %d: smallest of %v = %v, %t, want %v", seed, lists, got, ok, want)
		}
	}
}

// Where the search for a smallest cover is too long, no rule of the cover can be
// left out.
func TestMinimalCoverWhereSmallestIsLong(t *testing.T) {
	i := vpc(t, rule.Basic, nil,
		"accept tcp to 10.0.0.0/26 port 443/443 priority 1",
		"accept tcp to 10.0.0.0/25 port 443/443 priority 2",
		"accept tcp to 10.0.0.128/25 port 443/443 priority 3",
		"accept tcp to 10.0.0.192/26 port 443/443 priority 4",
		"drop tcp to 10.0.0.0/24 port 443/443 priority 5")
	findings, err := Lint(ctx, i.table(), WithBounds(Bounds{Cover: 1}))
	first := findings[0]
	if err != nil || first.Code != Shadowed || places(first.By) != "sg[1] and sg[2]" {
		t.Errorf("Lint = %v, %v, want the first to be shadowed by sg[1] and sg[2]", findings, err)
	}
}
