package audit

import "slices"

// hunt finds out which boxes of an order decide packets: the first that a packet
// is in decides it. It walks the fields one by one, cuts each where a box that is
// still live begins or ends, and keeps the list of live boxes. A list that came
// before in the same field leads nowhere new and is left out, and so is one whose
// boxes are all known to decide something, or not asked for.
type hunt struct {
	space  *space
	budget *budget
	within *box   // the packets that are looked at
	order  []*box // strongest first, each a part of the space; the last has all of within
	wanted []bool // which of order are looked for

	// found is told of a packet that box i of the order decides. It answers whether
	// to look for packets of i no more, and whether to end the hunt.
	found func(i int, p point) (known, done bool)

	live   []hunted
	unseen []bool // by number in live: still wanted
	done   bool
	memos  [fields + 1]memo
	lists  [fields + 1][]uint16 // room for the list that enters each field
	cuts   [fields][]int32
}

// hunted is a box of the order that meets the packets looked at.
type hunted struct {
	box   *box
	place int          // in the order
	at    [fields]span // clipped to within
	full  int          // the first field from which on it has all of within
}

// mostDominators bounds what is spent on leaving out boxes behind wider ones.
const mostDominators = 48

// run hunts. Whether it came to an end the budget's err tells.
func (h *hunt) run() {
	for place, b := range h.order {
		if b != nil && b.meets(h.within) {
			h.live = append(h.live, h.clip(place, b))
			h.unseen = append(h.unseen, h.wanted[place])
		}
	}
	var ofKind []uint16
	for kind := 0; h.within.kinds>>kind != 0; kind++ {
		if h.within.kinds>>kind&1 == 0 {
			continue
		}
		ofKind = ofKind[:0]
		for i := range h.live {
			if h.live[i].box.kinds>>kind&1 != 0 {
				ofKind = append(ofKind, uint16(i))
			}
		}
		h.destinations(kind, ofKind)
	}
	for f := range h.memos {
		h.budget.give(h.memos[f].bytes())
	}
}

func (h *hunt) clip(place int, b *box) hunted {
	x := hunted{box: b, place: place, full: fields}
	for f := range b.at {
		x.at[f] = b.at[f].intersect(h.within.at[f])
	}
	for x.full > 0 && x.at[x.full-1] == h.within.at[x.full-1] {
		x.full--
	}
	return x
}

// destinations walks the classes of destinations.
func (h *hunt) destinations(kind int, list []uint16) {
	for class, at := range h.space.sample {
		if h.done || !h.within.in.has(class) {
			continue
		}
		if !h.budget.step(len(list)) {
			return
		}
		out := h.lists[src][:0]
		for _, i := range list {
			if x := &h.live[i]; x.box.in.has(class) && !h.dominated(out, i, src) {
				out = append(out, i)
				if x.full <= src {
					break
				}
			}
		}
		h.lists[src] = out
		p := point{kind: kind, dst: at}
		for f := range p.at {
			p.at[f] = h.within.at[f].first
		}
		h.visit(src, out, &p)
	}
}

// visit looks at the packets that have come to field f with the live boxes in
// list; the last of them has all that is left.
func (h *hunt) visit(f int, list []uint16, p *point) {
	if h.done || !slices.ContainsFunc(list, func(i uint16) bool { return h.unseen[i] }) {
		return
	}
	if len(list) == 1 {
		known, done := h.found(h.live[list[0]].place, *p)
		h.unseen[list[0]] = !known
		h.done = done
		return
	}
	n, added := h.memos[f].number(list)
	if added && h.budget.take(2*len(list)+memoEntryBytes) {
		h.split(f, h.memos[f].list(n), *p)
	}
}

// split cuts field f.
func (h *hunt) split(f int, list []uint16, p point) {
	cuts := h.cutsOf(f, list)
	if !h.budget.step(len(cuts) * len(list)) {
		h.done = true
	}
	for _, at := range cuts {
		if h.done {
			return
		}
		out := h.lists[f+1][:0]
		for _, i := range list {
			if x := &h.live[i]; x.at[f].has(at) && !h.dominated(out, i, f+1) {
				out = append(out, i)
				if x.full <= f+1 {
					break
				}
			}
		}
		h.lists[f+1] = out
		p.at[f] = at
		h.visit(f+1, out, &p)
	}
}

// cutsOf returns the positions of field f at which boxes in list begin or have
// ended, ascending.
func (h *hunt) cutsOf(f int, list []uint16) []int32 {
	w := h.within.at[f]
	cuts := append(h.cuts[f][:0], w.first)
	for _, i := range list {
		at := h.live[i].at[f]
		if at.first > w.first {
			cuts = append(cuts, at.first)
		}
		if at.last < w.last {
			cuts = append(cuts, at.last+1)
		}
	}
	slices.Sort(cuts)
	h.cuts[f] = cuts
	return slices.Compact(cuts)
}

// dominated reports whether a stronger box of the list has all that box i has of
// the fields from f on: then i decides nothing here.
func (h *hunt) dominated(list []uint16, i uint16, f int) bool {
	if len(list) > mostDominators {
		return false
	}
	x := &h.live[i]
	for _, j := range list {
		covers, y := true, &h.live[j]
		for g := f; g < fields && covers; g++ {
			covers = y.at[g].covers(x.at[g])
		}
		if covers {
			return true
		}
	}
	return false
}
