package cidr

import (
	"fmt"
	"slices"
)

// validate checks what the walks rely on: no entry leads out of the slice, every
// class keeps the walk where it is, no walk of the greatest depth ends anywhere
// but at a class, and the classes form a forest in order.
func (t *Trie) validate() error {
	for c, k := range t.classes {
		if c > 0 && k.parent >= c || k.end <= c || k.end > t.classes[k.parent].end {
			return fmt.Errorf("class %d: %+v: want parents before children, and all inside together", c, k)
		}
	}
	var places []int32
	for c := range t.classes {
		places = append(places, t.Own(c)...)
	}
	slices.Sort(places)
	for i, p := range places {
		if int(p) != i {
			return fmt.Errorf("place %d of the list stands at %d", p, i)
		}
	}
	if t.bytes4 != nil {
		if err := t.bytes4.validate(); err != nil {
			return err
		}
	} else if err := t.tree4.validate(); err != nil {
		return fmt.Errorf("IPv4: %w", err)
	}
	if t.hash6 != nil {
		return nil
	}
	return t.tree6.validate()
}

func (t *ByteTrie) validate() error {
	for i, e := range t.entries {
		if m := e & 0xff; m != 0 && m != 0xff {
			return fmt.Errorf("entry %d has mask %#x", i, m)
		}
	}
	return t.validateWalk(t.root, 0)
}

// validateWalk checks that every walk through an entry, depth bytes down, stays in
// the slices, and that a class keeps it where it is.
func (t *ByteTrie) validateWalk(e uint32, depth int) error {
	first, behind := e>>8, e>>8+e&0xff+1
	if depth == 3 {
		if int(behind) > len(t.last) {
			return fmt.Errorf("last place %d of %d", behind, len(t.last))
		}
		if e&0xff == 0 && t.last[first] != uint16(first) {
			return fmt.Errorf("class %d ends at %d", first, t.last[first])
		}
		return nil
	}
	if int(behind) > len(t.entries) {
		return fmt.Errorf("place %d of %d", behind, len(t.entries))
	}
	if e&0xff == 0 && t.entries[first] != e {
		return fmt.Errorf("class %d leads to %#x", first, t.entries[first])
	}
	for _, next := range t.entries[first:behind] {
		if err := t.validateWalk(next, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (t *tree) validate() error {
	for c := range t.ends {
		if t.nodes[c] != newNode(c, 0, 0) {
			return fmt.Errorf("class %d: node %#x does not keep the walk", c, t.nodes[c])
		}
	}
	for i, n := range t.nodes {
		mask := n.mask()
		if last := int(n.base()) + int(mask); last >= len(t.nodes) {
			return fmt.Errorf("node %d leads to %d of %d", i, last, len(t.nodes))
		}
		if mask&(mask+1) != 0 || n&0xff > 63 {
			return fmt.Errorf("node %d: %#x: want a mask of low bits and a shift below 64", i, n)
		}
	}
	if t.hiStep > 64 || t.loStep > 64 {
		return fmt.Errorf("a walk of %d and %d steps", t.hiStep, t.loStep)
	}
	return t.validateWalk(t.root, t.hiStep, t.loStep)
}

// validateWalk checks that every walk through n meets nodes of the low half in
// the low steps only, and ends at a class.
func (t *tree) validateWalk(n node, hi, lo int) error {
	switch {
	case n == newNode(int(n.base()), 0, 0) && int(n.base()) < len(t.ends):
		return nil
	case hi+lo == 0:
		return fmt.Errorf("a walk ends at node %#x, no class", n)
	case n.mask() != 0 && n.low() != (hi == 0):
		return fmt.Errorf("a walk meets node %#x with %d and %d steps to go", n, hi, lo)
	}
	if hi > 0 {
		hi--
	} else {
		lo--
	}
	for v := range uint32(n.mask()) + 1 {
		if err := t.validateWalk(t.nodes[n.base()+v], hi, lo); err != nil {
			return err
		}
	}
	return nil
}
