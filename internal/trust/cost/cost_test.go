package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/sluice/internal/trust/overlay"
)

// TestCostsStayInBounds is the quick form of the search: the kept inputs and a few
// others, at small sizes, for each entry point but the command's.
//
//	go run ./internal/trust/cost
func TestCostsStayInBounds(t *testing.T) {
	kept, err := readCorpus()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries(false) {
		if len(kept[e.name]) == 0 {
			t.Errorf("%s: no input is kept, want its worst", e.name)
		}
		s := search{entry: e, size: e.quick, chance: rand.New(rand.NewPCG(1, 0))}
		s.run(kept[e.name], 20*time.Millisecond)
		for _, w := range []*worst{&s.time, &s.memory} {
			if w.beyond(e.bound, e.quick) {
				t.Errorf("%s of %d %ss: got %s, want at most %s", e.name, e.quick, e.unit, w.tell(e, e.quick), e.bound.of(e.quick))
			}
		}
	}
}

// TestSearchFinds plants a call that costs much for one input of many, and wants
// the search to find it and to call it beyond its bound.
func TestSearchFinds(t *testing.T) {
	values := []string{"0", "1", "2", "3", "4", "5", "6", "7"}
	e := entry{
		name: "planted", unit: "byte", quick: 1000,
		space: space{
			genes: []gene{{"first", values}, {"second", values}},
			make: func(pick map[string]string, n int, _ *rand.Rand) any {
				var a, b int
				fmt.Sscan(pick["first"], &a)
				fmt.Sscan(pick["second"], &b)
				return n << (a + b)
			},
		},
		start: func(in any) (job, error) { return func() (any, error) { return make([]byte, in.(int)), nil }, nil },
		bound: bound{time: time.Hour, alloc: 8 << 10, allocN: 1 << 10, live: 1 << 30},
	}
	s := search{entry: e, size: e.quick, chance: rand.New(rand.NewPCG(1, 0))}
	s.run(nil, 200*time.Millisecond)
	if got := s.memory.Genes["first"] + s.memory.Genes["second"]; !s.memory.beyond(e.bound, e.quick) || got < "65" {
		t.Errorf("after %d tries the worst is %s, want one beyond its bound", s.tried, s.memory.tell(e, e.quick))
	}
	if s.time.beyond(e.bound, e.quick) {
		t.Errorf("%s is beyond an hour", s.time.tell(e, e.quick))
	}
}

// TestSecurityHasTheTable compares SECURITY.md with the bounds that are tested.
func TestSecurityHasTheTable(t *testing.T) {
	root, err := overlay.Root()
	if err != nil {
		t.Fatal(err)
	}
	document, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := withTable(string(document))
	if err != nil {
		t.Fatal(err)
	}
	if string(document) != want {
		t.Errorf("SECURITY.md has another table of bounds, want it renewed: go run ./internal/trust/cost -security")
	}
	if n := strings.Count(securityTable(), "\n"); n < 25 {
		t.Errorf("the table has %d lines, want one for each entry point", n)
	}
}
