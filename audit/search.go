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
func (h *search) run() {
	h.begin()
	var all []int32
	h.groups.pieces(h.space, h.within.dst, h.budget, func(class int32, targets []int32) bool {
		all = h.groups.list(all[:0], targets, h.budget)
		for kind := 0; h.within.kinds>>kind != 0; kind++ {
			if h.within.kinds>>kind&1 != 0 {
				h.enter(kind, class, all)
			}
		}
		return !h.done && h.budget.err == nil
	})
	for f := range h.memos {
		h.budget.give(h.memos[f].bytes())
	}
}

// begin makes the live items.
func (h *search) begin() {
	h.groups = &h.space.scratch
	h.groups.reset(len(h.space.of))
	h.live, h.unknown = make([]item, 0, len(h.order)), make([]bool, 0, len(h.order))
	for place, b := range h.order {
		h.groups.add(int32(len(h.live)), b.dst, h.space.covers(b.dst, h.within.dst))
		h.live = append(h.live, h.clip(place, b))
		h.unknown = append(h.unknown, h.wanted[place])
		if h.wanted[place] {
			h.left++
		}
	}
	h.done = h.left == 0
	h.budget.step(200 + 8*len(h.order))
}

func (h *search) clip(place int, b *box) item {
	x := item{kinds: b.kinds, place: place, full: fields}
	for f := range b.at {
		x.at[f] = b.at[f].intersect(h.within.at[f])
	}
	for x.full > 0 && x.at[x.full-1] == h.within.at[x.full-1] {
		x.full--
	}
	return x
}

// enter looks at the packets of a kind and a class.
func (h *search) enter(kind int, class int32, all []int32) {
	if h.done || !h.budget.step(4) {
		return
	}
	out := h.lists[src][:0]
	for _, i := range all {
		h.budget.add(1)
		if x := &h.live[i]; x.kinds>>kind&1 != 0 && !dominated(h.live, out, i, src, h.budget) {
			out = append(out, i)
			if x.full <= src {
				break
			}
		}
	}
	h.lists[src] = out
	h.visit(src, out, &point{kind, class, h.within.at})
}

// visit looks at the packets that have come to field f with the live boxes in
// list; the last of them has all that is left.
func (h *search) visit(f int, list []int32, p *point) {
	if h.done || !h.budget.step(len(list)) || !slices.ContainsFunc(list, func(i int32) bool { return h.unknown[i] }) {
		return
	}
	if len(list) == 1 {
		known, done := h.found(h.live[list[0]].place, p)
		if known {
			h.unknown[list[0]] = false
			h.left--
		}
		h.done = done || h.left == 0
		return
	}
	n, added := h.memos[f].number(list)
	if added && h.budget.take(4*len(list)+memoEntryBytes) {
		h.split(f, h.memos[f].list(n), *p)
	}
}

// split cuts field f.
func (h *search) split(f int, list []int32, p point) {
	at := func(i int32) span { return h.live[i].at[f] }
	h.sweeps[f].run(h.within.at[f], list, at, h.budget, func(piece span, live []int32) bool {
		out := h.lists[f+1][:0]
		for _, place := range live {
			i := list[place]
			h.budget.add(1)
			if dominated(h.live, out, i, f+1, h.budget) {
				continue
			}
			out = append(out, i)
			if h.live[i].full <= f+1 {
				break
			}
		}
		h.lists[f+1] = out
		p.at[f] = piece
		h.visit(f+1, out, &p)
		return !h.done
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
