package audit

import "slices"

// search finds out which boxes of an order decide packets: the first that a packet
// is in decides it. It walks the fields one by one, cuts each where a box that is
// still live begins or ends, and keeps the list of live boxes. A list that came
// before in the same field leads nowhere new and is left out, and so is one whose
// boxes are all known to decide something, or not asked for.
type search struct {
	space  *space
	budget *budget
	within *box   // the packets that are looked at
	order  []*box // strongest first, each meeting within; the last has all of it
	wanted []bool // which of order are looked for

	// found is told of packets that box i of the order decides. It answers whether
	// to look for packets of i no more, and whether to end the search.
	found func(i int, p *point) (known, done bool)

	live    []item
	unknown []bool // by number in live: still wanted
	left    int    // how many are
	done    bool
	groups  *grouped
	memos   [fields + 1]memo
	lists   [fields + 1][]int32 // room for the list that enters each field
	sweeps  [fields]sweep
}

// item is a box that is live somewhere in a search or a diagram.
type item struct {
	kinds kindSet
	place int          // in the order, or the label
	at    [fields]span // clipped to what is looked at
	full  int          // the first field from which on it has all that is looked at
}

// point is packets that no box of a list tells apart.
type point struct {
	kind  int
	class int32
	at    [fields]span
}

// first is the first position in each field.
func (p *point) first() (at [fields]span) {
	for f := range at {
		at[f] = span{p.at[f].first, p.at[f].first}
	}
	return at
}

// maxDominators bounds what is spent on leaving out boxes behind wider ones.
const maxDominators = 48

// run searches. Whether it came to an end the budget's err tells.
func (s *search) run() {
	s.begin()
	var all []int32
	s.groups.pieces(s.space, s.within.dst, s.budget, func(class int32, targets []int32) bool {
		all = s.groups.list(all[:0], targets, s.budget)
		for kind := 0; s.within.kinds>>kind != 0; kind++ {
			if s.within.kinds>>kind&1 != 0 {
				s.enter(kind, class, all)
			}
		}
		return !s.done && s.budget.err == nil
	})
	for f := range s.memos {
		s.budget.give(s.memos[f].bytes())
	}
}

// begin makes the live items.
func (s *search) begin() {
	s.groups = &s.space.scratch
	s.groups.reset(len(s.space.of))
	s.live, s.unknown = make([]item, 0, len(s.order)), make([]bool, 0, len(s.order))
	for place, b := range s.order {
		s.groups.add(int32(len(s.live)), b.dst, s.space.covers(b.dst, s.within.dst))
		s.live = append(s.live, s.clip(place, b))
		s.unknown = append(s.unknown, s.wanted[place])
		if s.wanted[place] {
			s.left++
		}
	}
	s.done = s.left == 0
	s.budget.step(200 + 8*len(s.order))
}

func (s *search) clip(place int, b *box) item {
	x := item{kinds: b.kinds, place: place, full: fields}
	for f := range b.at {
		x.at[f] = b.at[f].intersect(s.within.at[f])
	}
	for x.full > 0 && x.at[x.full-1] == s.within.at[x.full-1] {
		x.full--
	}
	return x
}

// enter looks at the packets of a kind and a class.
func (s *search) enter(kind int, class int32, all []int32) {
	if s.done || !s.budget.step(4) {
		return
	}
	out := s.lists[src][:0]
	for _, i := range all {
		s.budget.add(1)
		if x := &s.live[i]; x.kinds>>kind&1 != 0 && !dominated(s.live, out, i, src, s.budget) {
			out = append(out, i)
			if x.full <= src {
				break
			}
		}
	}
	s.lists[src] = out
	s.visit(src, out, &point{kind, class, s.within.at})
}

// visit looks at the packets that have come to field f with the live boxes in
// list; the last of them has all that is left.
func (s *search) visit(f int, list []int32, p *point) {
	if s.done || !s.budget.step(len(list)) || !slices.ContainsFunc(list, func(i int32) bool { return s.unknown[i] }) {
		return
	}
	if len(list) == 1 {
		known, done := s.found(s.live[list[0]].place, p)
		if known {
			s.unknown[list[0]] = false
			s.left--
		}
		s.done = done || s.left == 0
		return
	}
	n, added := s.memos[f].number(list)
	if added && s.budget.take(4*len(list)+memoEntryBytes) {
		s.split(f, s.memos[f].list(n), *p)
	}
}

// split cuts field f.
func (s *search) split(f int, list []int32, p point) {
	at := func(i int32) span { return s.live[i].at[f] }
	s.sweeps[f].run(s.within.at[f], list, at, s.budget, func(piece span, live []int32) bool {
		out := s.lists[f+1][:0]
		for _, place := range live {
			i := list[place]
			s.budget.add(1)
			if dominated(s.live, out, i, f+1, s.budget) {
				continue
			}
			out = append(out, i)
			if s.live[i].full <= f+1 {
				break
			}
		}
		s.lists[f+1] = out
		p.at[f] = piece
		s.visit(f+1, out, &p)
		return !s.done
	})
}

// dominated reports whether a stronger item of the list has all that item i has
// of the fields from f on: then i decides nothing here.
func dominated(items []item, list []int32, i int32, f int, b *budget) bool {
	if len(list) > maxDominators {
		return false
	}
	x := &items[i]
	for k, j := range list {
		covers, y := true, &items[j]
		for g := f; g < fields && covers; g++ {
			covers = y.at[g].covers(x.at[g])
		}
		if covers {
			b.add(1 + k)
			return true
		}
	}
	b.add(len(list))
	return false
}
