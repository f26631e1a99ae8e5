package cidr

import (
	"fmt"
	"slices"
)

// validate checks what the walk relies on: no entry leads out of the slice,
// every class keeps the walk where it is, no walk of the greatest depth ends
// anywhere but at a class, and the classes form a forest.
func (t *Trie) validate() error {
	for c := range t.classes {
		if t.entries[c] != uint32(c)<<8 {
			return fmt.Errorf("class %d: entry %#x does not point to itself", c, t.entries[c])
		}
	}
	for i, e := range t.entries {
		if last := int(e>>8 + e&0xff); last >= len(t.entries) {
			return fmt.Errorf("entry %d leads to %d of %d", i, last, len(t.entries))
		}
		if m := e & 0xff; m != 0 && m != 0xff {
			return fmt.Errorf("entry %d has mask %#x", i, m)
		}
	}
	for c, k := range t.classes {
		if (k.prefix < 0) != (c == 0) || c > 0 && k.parent >= c {
			return fmt.Errorf("class %d: %+v: want parents before children and only class 0 without prefix", c, k)
		}
	}
	var places []int32
	for _, s := range t.source {
		places = append(places, s...)
	}
	slices.Sort(places)
	for i, p := range places {
		if int(p) != i {
			return fmt.Errorf("place %d of the list stands at %d", p, i)
		}
	}
	if d := t.depth(t.root4); d > 4 {
		return fmt.Errorf("an IPv4 walk of %d steps", d)
	}
	if d := t.depth(t.root6); d != t.steps6 || d > 16 {
		return fmt.Errorf("an IPv6 walk of %d steps, %d planned", d, t.steps6)
	}
	return nil
}

// depth is the number of steps from an entry to its farthest class.
func (t *Trie) depth(e uint32) int {
	if e&0xff == 0 {
		return 0
	}
	deepest := 0
	for v := range uint32(256) {
		deepest = max(deepest, t.depth(t.entries[e>>8+v]))
	}
	return 1 + deepest
}
