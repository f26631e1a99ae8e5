package audit

import (
	"cmp"
	"math/bits"
	"slices"
)

// Destinations are told apart by class: the targets that have them. Two
// destinations of one class are in the same targets, so that a group with 65,536
// members costs no more than a block where no rule names its addresses.

// classes are the classes of destinations of a space. They are numbered by their
// first position, so that a target that is one block has consecutive classes.
type classes struct {
	class   []int32   // of each position of the destinations
	sample  []int32   // of each class, a position
	targets [][]int32 // of each class, the targets that have it, ascending
	of      [][]span  // of each target, its classes, ascending
}

// classify gives every position of the destinations a class. Where the budget
// does not hold it, the classes are of no use.
func (s *space) classify(targets []*target, b *budget) {
	bounds := s.boundaries(targets, b)
	s.class = make([]int32, len(s.dst.starts))
	s.of = make([][]span, len(targets))
	var known memo
	if b.err != nil {
		return
	}
	var open []int32 // the targets that have the position, ascending
	for at := range s.class {
		for ; len(bounds) > 0 && int(bounds[0]>>32) == at; bounds = bounds[1:] {
			target := int32(uint32(bounds[0]))
			i, found := slices.BinarySearch(open, target)
			if found {
				open = slices.Delete(open, i, i+1)
			} else {
				open = slices.Insert(open, i, target)
			}
			b.add(8 + len(open)/16)
		}
		if !b.step(8 + 2*len(open)) {
			return
		}
		c, added := known.number(open)
		s.class[at] = int32(c)
		if !added {
			continue
		}
		if !b.take(8*len(open) + memoEntryBytes + 64) {
			return
		}
		s.sample = append(s.sample, int32(at))
		for _, t := range open {
			s.of[t] = appendNumber(s.of[t], int32(c))
		}
	}
	s.targets = make([][]int32, len(s.sample))
	for c := range s.targets {
		s.targets[c] = known.list(c)
	}
	s.preferExamples()
}

// appendNumber appends a number to ascending spans.
func appendNumber(list []span, n int32) []span {
	if k := len(list); k > 0 && list[k-1].last == n-1 {
		list[k-1].last = n
		return list
	}
	return append(list, span{n, n})
}

// preferExamples moves the samples of classes to positions with an address that
// witnesses prefer.
func (s *space) preferExamples() {
	known := exampleDestinations[s.family()]
	for i := range known {
		v := known[len(known)-1-i] // the best last
		at, exact := slices.BinarySearchFunc(s.dst.starts, v, value.compare)
		if !exact {
			at--
		}
		s.sample[s.class[at]] = int32(at)
	}
}

// boundaries returns where targets begin and end, ascending: each a position in
// the high half, and the target in the low one.
func (s *space) boundaries(targets []*target, b *budget) []uint64 {
	var list []uint64
	for i, t := range targets {
		for _, r := range t.ranges {
			if !b.step(8 * bits.Len(uint(len(s.dst.starts)))) {
				return nil
			}
			at := s.dst.span(r)
			list = append(list, uint64(at.first)<<32|uint64(i), uint64(at.last+1)<<32|uint64(i))
		}
	}
	sortWithin(list, b, 2, cmp.Compare[uint64])
	return list
}

// hull is the classes of a target from the first to the last; empty where it has
// none.
func (s *space) hull(target int32) span {
	list := s.of[target]
	if len(list) == 0 {
		return span{0, -1}
	}
	return span{list[0].first, list[len(list)-1].last}
}

// hasClass reports whether a target has a class.
func (s *space) hasClass(target, class int32) bool { return hasNumber(s.of[target], class) }

func hasNumber(list []span, n int32) bool {
	i, found := slices.BinarySearchFunc(list, n, func(s span, n int32) int { return cmp.Compare(s.first, n) })
	return found || i > 0 && n <= list[i-1].last
}

// covers reports whether target t has all classes of u; it may miss that where t
// is not one run of classes.
func (s *space) covers(t, u int32) bool {
	return t == u || len(s.of[t]) == 1 && s.of[t][0].covers(s.hull(u))
}

// meet reports whether ascending spans have a number in common.
func meet(x, y []span, b *budget) bool {
	for len(x) > 0 && len(y) > 0 {
		b.add(1)
		switch {
		case x[0].last < y[0].first:
			x = x[1:]
		case y[0].last < x[0].first:
			y = y[1:]
		default:
			return true
		}
	}
	return false
}
