package audit

import "slices"

// sweep cuts a field where items begin or end, and keeps the list of those that
// are live from one cut to the next: n items cost a sort of their ends and one
// step for each item in each piece, not n steps for each piece. Whoever is given the
// pieces takes the latter steps.
type sweep struct {
	events []uint64 // position, then the item's place in the list and whether it begins
	live   []int32  // places in the list, ascending
}

// run yields the pieces of whole, ascending, each with the places in the list of
// those items that have it. It ends where yield returns false or the budget is
// spent.
func (s *sweep) run(whole span, list []int32, at func(item int32) span, b *budget, yield func(piece span, live []int32) bool) {
	s.events, s.live = s.events[:0], s.live[:0]
	for place, item := range list {
		x := at(item)
		if x.first <= whole.first {
			s.live = append(s.live, int32(place))
		} else {
			s.events = append(s.events, uint64(x.first)<<32|uint64(place)<<1|1)
		}
		if x.last < whole.last {
			s.events = append(s.events, uint64(x.last+1)<<32|uint64(place)<<1)
		}
	}
	b.add(4 * len(list))
	sortNumbers(s.events, b)
	first := whole.first
	for i := 0; ; {
		last := whole.last
		if i < len(s.events) {
			last = int32(s.events[i]>>32) - 1
		}
		if !b.step(4) || !yield(span{first, last}, s.live) || i == len(s.events) {
			return
		}
		for first = last + 1; i < len(s.events) && int32(s.events[i]>>32) == first; i++ {
			s.apply(uint32(s.events[i]), b)
		}
	}
}

// apply puts an item in, or takes it out.
func (s *sweep) apply(event uint32, b *budget) {
	i, _ := slices.BinarySearch(s.live, int32(event>>1))
	if event&1 != 0 {
		s.live = slices.Insert(s.live, i, int32(event>>1))
	} else {
		s.live = slices.Delete(s.live, i, i+1)
	}
	b.add(8 + len(s.live)/16)
}
