package match

import (
	"errors"
	"fmt"
	"slices"
)

// validate checks what the lookups rely on: that no class leads out of its rows,
// and that the parts of a large index hold every rule once, in order.
func (t *Table) validate() error {
	n := len(t.order)
	if t.number == 0 {
		return errors.New("the table has no number")
	}
	if want := max(n, smallRules) + 1; len(t.decisions) != want {
		return fmt.Errorf("%d decisions, want %d", len(t.decisions), want)
	}
	for rank, d := range t.decisions {
		if rank < n && (d.Cause != ByRule || int(d.rank) != rank || d.table != t.number) || rank >= n && (d.Cause != Default || d.rank != 0 || d.table != 0) {
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
	if t.large.table != t.number {
		return fmt.Errorf("the large index decides for table %d, want %d", t.large.table, t.number)
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
		if int(k)%len(f.srcPorts.sample) != 0 || int(k) >= 2*numKinds*len(f.srcPorts.sample) {
			return fmt.Errorf("NIC and protocol %#x are of kind %d", i, k)
		}
	}
	return nil
}

func (s *small) validate(f *fields) error {
	if len(s.rest) != 2*numKinds*len(f.srcPorts.sample) || len(s.dstPort) != len(f.dstPorts.sample) {
		return fmt.Errorf("%d and %d rows for %d and %d classes of ports", len(s.rest), len(s.dstPort), len(f.srcPorts.sample), len(f.dstPorts.sample))
	}
	return nil
}

func (l *large) validate(f *fields, n int) error {
	for i, x := range l.byBlock {
		if err := x.validate(l.dst.Classes(), l.src.Classes(), f, l.none); err != nil {
			return fmt.Errorf("cross %d: %w", i, err)
		}
	}
	for i, x := range l.byMember {
		if err := x.validate(int(l.memberClasses), l.src.Classes(), f, l.none); err != nil {
			return fmt.Errorf("cross %d by member: %w", i, err)
		}
	}
	seen := map[uint32]bool{}
	for _, leaf := range l.leaves {
		if err := leaf.small.validate(f); err != nil {
			return err
		}
		answers := leaf.answers[:]
		if k := slices.Index(answers, l.none); k >= 0 {
			answers = answers[:k]
		}
		if len(answers) > smallRules || !slices.IsSorted(answers) {
			return fmt.Errorf("a leaf of %d rules: %v", len(answers), answers)
		}
		for _, a := range answers {
			if seen[a>>1] || int(a>>1) >= n {
				return fmt.Errorf("rule %d of %d is in a leaf, in another already: %v", a>>1, n, seen[a>>1])
			}
			seen[a>>1] = true
		}
	}
	return nil
}

// validate checks that no number leads out of the matrix behind it.
func (x *cross) validate(dst, src int, f *fields, none uint32) error {
	rests := x.answers.width * pageSize
	switch {
	case len(x.kinds) != 2*numKinds*len(f.srcPorts.sample):
		return fmt.Errorf("%d kinds, want %d", len(x.kinds), 2*numKinds*len(f.srcPorts.sample))
	}
	if err := x.pairs.validate((dst-1)*x.pairs.width, src, len(x.answers.directory)-x.answers.width); err != nil {
		return fmt.Errorf("pairs: %w", err)
	}
	if err := x.rests.validate(int(slices.Max(x.kinds)), len(f.dstPorts.sample), rests-1); err != nil {
		return fmt.Errorf("rests: %w", err)
	}
	if err := x.answers.validate(len(x.answers.directory)-x.answers.width, rests, int(none)); err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	return nil
}

func (m *matrix) validate(lastStart, columns, last int) error {
	if len(m.directory) != lastStart+m.width || m.width != pagesOf(columns) {
		return fmt.Errorf("%d pages, %d a row, want %d for %d columns", len(m.directory), m.width, lastStart+m.width, columns)
	}
	distinct := map[page]bool{}
	for _, p := range m.pages {
		distinct[p] = true
	}
	if len(distinct) != len(m.pages) {
		return fmt.Errorf("%d pages, of which %d are distinct", len(m.pages), len(distinct))
	}
	for _, place := range m.directory {
		if int(place) >= len(m.pages) {
			return fmt.Errorf("page %d of %d", place, len(m.pages))
		}
		if k := slices.Max(m.pages[place][:]); int(k) > last {
			return fmt.Errorf("number %d, want at most %d", k, last)
		}
	}
	return nil
}
