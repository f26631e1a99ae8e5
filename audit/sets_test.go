package audit

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// A list has one number, whatever lists came between.
func TestMemo(t *testing.T) {
	t.Parallel()
	var m memo
	const lists = 5000
	list := func(i int) []int32 { return []int32{int32(i % 7), int32(i), int32(-i)}[:1+min(i, 2)] }
	for i := range lists {
		if n, added := m.number(list(i)); n != i || !added {
			t.Fatalf("number of list %d = %d, added %t, want %d of a new list", i, n, added, i)
		}
	}
	for i := range lists {
		if n, added := m.number(list(i)); n != i || added {
			t.Fatalf("number of list %d again = %d, added %t, want %d of a known list", i, n, added, i)
		}
		if got := m.list(i); !slices.Equal(got, list(i)) {
			t.Fatalf("list(%d) = %v, want %v", i, got, list(i))
		}
	}
}

// What intervals tell of a span is what each span of theirs tells.
func TestIntervals(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	random := func() span {
		first := r.Int32N(40)
		return span{first, first + r.Int32N(10)}
	}
	for n := range 60 {
		var x intervals
		list := make([]span, n)
		for i := range list {
			list[i] = random()
			x.add(list[i], int32(i), 1+i%3)
		}
		x.build(unbounded())
		for range 40 {
			s := random()
			var want, got []int32
			weight := 0
			for i, other := range list {
				if !s.intersect(other).empty() {
					want = append(want, int32(i))
					weight += 1 + i%3
				}
			}
			x.each(s, func(number int32) { got = append(got, number) })
			slices.Sort(got)
			if !slices.Equal(got, want) || x.count(s) != weight {
				t.Fatalf("%v meets %v of weight %d, want %v of weight %d, among %v", s, got, x.count(s), want, weight, list)
			}
		}
	}
}

// A sort that the budget does not last for says so, of any length.
func TestSortWithinBound(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, sortBlock, 3 * sortBlock} {
		whole := unbounded()
		list := func() []int {
			list := make([]int, n)
			for i := range list {
				list[i] = -i
			}
			return list
		}
		sortWithin(list(), whole, 1000, cmp.Compare[int])
		need := whole.bounds.Steps - whole.steps
		for part := range int64(64) {
			b := newBudget(ctx, Bounds{Steps: max(1, need*part/64)}.orDefault())
			var bound *BoundError
			if sorted := sortWithin(list(), b, 1000, cmp.Compare[int]); sorted || !errors.As(b.err, &bound) {
				t.Errorf("%d elements with %d/64 of the steps: sorted %t, %v, want a BoundError", n, part, sorted, b.err)
			}
		}
	}
}

// A packet has the destination that a reader knows best, of all that decide alike:
// also where these stand in several ranges.
func TestWitnessOfSeveralRanges(t *testing.T) {
	t.Parallel()
	byDefault := match.Default
	for _, c := range []struct{ closed, want string }{
		{"1.0.0.0/8", "203.0.113.9"},
		{"203.0.113.0/24", "198.51.100.9"},
		{"192.0.0.0/2", "10.0.0.9"},
	} {
		f := vpc(t, rule.Basic, nil, fmt.Sprintf("drop all to %s priority 1", c.closed))
		p, ok, err := Find(ctx, f.table(), Query{Cause: &byDefault})
		if err != nil || !ok || p.Packet.Dst.String() != c.want {
			t.Errorf("with %s closed, Find = %v, %t, %v, want a packet to %s", c.closed, p, ok, err, c.want)
		}
	}
}
