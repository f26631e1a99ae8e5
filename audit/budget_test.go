package audit

import (
	"cmp"
	"testing"
)

// Lists longer than a block are sorted whole, and equal elements keep their order.
func TestSortWithin(t *testing.T) {
	t.Parallel()
	type element struct{ key, at int }
	for _, n := range []int{0, 1, sortBlock, sortBlock + 1, 5*sortBlock + 7} {
		list := make([]element, n)
		for i := range list {
			list[i] = element{i * 7919 % 10, i}
		}
		if !sortWithin(list, unbounded(), 1, func(x, y element) int { return cmp.Compare(x.key, y.key) }) {
			t.Errorf("sortWithin of %d elements = false, want true", n)
		}
		for i := 1; i < n; i++ {
			if x, y := list[i-1], list[i]; x.key > y.key || x.key == y.key && x.at > y.at {
				t.Fatalf("sortWithin of %d elements puts %v before %v", n, x, y)
			}
		}
	}
}

// As many regions as the bound says are an answer, one more is none.
func TestRegionsBoundIsExact(t *testing.T) {
	t.Parallel()
	before := shaped(20, shapes[1].rule)
	changes, err := Diff(ctx, before, changedTable(before))
	if err != nil || len(changes) < 2 {
		t.Fatalf("Diff = %d changes, %v, want some", len(changes), err)
	}
	for less, want := range []bool{true, false} {
		_, err := Diff(ctx, before, changedTable(before), WithBounds(Bounds{Regions: len(changes) - less}))
		if got := err == nil; got != want {
			t.Errorf("Diff of %d regions bounded to %d answers: %t, want %t", len(changes), len(changes)-less, got, want)
		}
	}
}
