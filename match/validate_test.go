package match

import (
	"fmt"
	"slices"
)

// validate checks what the lookups rely on: that no class leads out of its rows,
// and that the parts of a large index hold every rule once, in order.
func (t *Table) validate() error {
	n := len(t.order)
	if want := max(n, smallRules) + 1; len(t.decisions) != want {
		return fmt.Errorf("%d decisions, want %d", len(t.decisions), want)
	}
	for rank, d := range t.decisions {
		if rank < n && (d.Cause != ByRule || int(d.rank) != rank) || rank >= n && (d.Cause != Default || d.rank != 0) {
			return fmt.Errorf("decision %d of %d rules is %+v", rank, n, d)
		}
	}
	if err := t.fields.validate(); err != nil {
		return err
	}
	if (t.small != nil) == (t.large != nil) || (t.small != nil) != (n <= smallRules) {
		return fmt.Errorf("%d rules have a small index: %v, a large one: %v", n, t.small != nil, t.large != nil)
	}
	if t.small != nil {
		return t.small.validate(&t.fields)
	}
	return t.large.validate(&t.fields, n)
}

func (f *fields) validate() error {
	for name, c := range map[string]*portClasses{"source": &f.srcPorts, "destination": &f.dstPorts} {
		if !slices.IsSorted(c.sample) || c.sample[0] != 0 {
			return fmt.Errorf("%s ports: classes start at %v", name, c.sample)
		}
		for port := range 1 << 16 {
			k := int(c.class(uint16(port)))
			if k >= len(c.sample) || int(c.sample[k]) > port || k+1 < len(c.sample) && int(c.sample[k+1]) <= port {
				return fmt.Errorf("%s port %d is of class %d of %v", name, port, k, c.sample)
			}
		}
	}
	for i, k := range f.kind {
		if int(k)%len(f.srcPorts.sample) != 0 || int(k) >= 2*kinds*len(f.srcPorts.sample) {
			return fmt.Errorf("NIC and protocol %#x are of kind %d", i, k)
		}
	}
	return nil
}

func (s *small) validate(f *fields) error {
	if len(s.rest) != 2*kinds*len(f.srcPorts.sample) || len(s.dstPort) != len(f.dstPorts.sample) {
		return fmt.Errorf("%d and %d rows for %d and %d classes of ports", len(s.rest), len(s.dstPort), len(f.srcPorts.sample), len(f.dstPorts.sample))
	}
	return nil
}

func (l *large) validate(f *fields, n int) error {
	inPart := make([]int, n) // the part of each rule, counted from 1
	for i := range l.parts {
		p := &l.parts[i]
		if err := p.validate(f); err != nil {
			return fmt.Errorf("part %d: %w", i, err)
		}
		for _, leaf := range p.leaves {
			if err := leaf.small.validate(f); err != nil {
				return err
			}
			ranks := leaf.ranks[:]
			if k := slices.Index(ranks, l.none); k >= 0 {
				ranks = ranks[:k]
			}
			if len(ranks) > smallRules || !slices.IsSorted(ranks) {
				return fmt.Errorf("part %d has a leaf of %d rules: %v", i, len(ranks), ranks)
			}
			for _, rank := range ranks {
				if inPart[rank] != 0 && inPart[rank] != i+1 {
					return fmt.Errorf("rule %d is in parts %d and %d", rank, inPart[rank]-1, i)
				}
				inPart[rank] = i + 1
			}
		}
	}
	if k := slices.Index(inPart, 0); k >= 0 {
		return fmt.Errorf("rule %d is in no part", k)
	}
	return nil
}

func (p *part) validate(f *fields) error {
	switch p.field {
	case noField:
		if len(p.leaves) != 1 {
			return fmt.Errorf("%d leaves, want 1", len(p.leaves))
		}
	case byDst, bySrc:
		return p.bounds.validate(len(p.leaves))
	case byDstPort:
		if len(p.leaf) != len(f.dstPorts.sample) {
			return fmt.Errorf("leaves of %d classes, want %d", len(p.leaf), len(f.dstPorts.sample))
		}
		if k := slices.IndexFunc(p.leaf, func(l uint16) bool { return int(l) >= len(p.leaves) }); k >= 0 {
			return fmt.Errorf("class %d leads to leaf %d of %d", k, p.leaf[k], len(p.leaves))
		}
	}
	return nil
}

func (b *bounds) validate(leaves int) error {
	if len(b.v4)%4 != 0 || !slices.IsSorted(b.v4) || !slices.IsSortedFunc(b.v6, address.compare) {
		return fmt.Errorf("bounds %v %v are not in order", b.v4, b.v6)
	}
	if i := b.leaf(last4, true); i >= leaves {
		return fmt.Errorf("IPv4 leads to leaf %d of %d", i, leaves)
	}
	if i := b.leaf(address{^uint64(0), ^uint64(0)}, false); i != leaves-1 {
		return fmt.Errorf("IPv6 leads to leaf %d of %d, want the last", i, leaves)
	}
	return nil
}
