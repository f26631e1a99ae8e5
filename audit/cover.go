package audit

import (
	"slices"
)

// mostUncovered is how many packets one round of uncovered asks for at most.
const mostUncovered = 64

// cover returns a smallest set of rules, of those stronger than dead rule n, that
// together have every packet of it: of several such sets the one with the
// strongest rules. Where the search is too long, it is one of which no rule can
// be left out.
//
// It guesses by the packets seen so far, each of which one of its rules must be
// in the set, and looks for packets that the guess does not cover, until there is
// none. So it never lists all the ways in which rules overlap.
func (r *rules) cover(n int) []int {
	var stronger []int
	for m := range n {
		for _, f := range r.families {
			if f.boxes[m] != nil && f.boxes[n] != nil && f.boxes[m].meets(f.boxes[n]) {
				stronger = append(stronger, m)
				break
			}
		}
	}
	x := hitting{steps: int(r.budget.bounds.Cover)}
	for r.budget.err == nil {
		guess, ok := x.smallest()
		if !ok {
			return r.thinned(n, stronger)
		}
		missed := r.uncovered(n, guess, stronger)
		if len(missed) == 0 {
			return guess
		}
		x.add(missed)
	}
	return nil
}

// uncovered returns, for some packets of rule n that are in none of the rules of
// the guess, the stronger rules that they are in.
func (r *rules) uncovered(n int, guess, stronger []int) (missed [][]int) {
	for i := range r.families {
		f := &r.families[i]
		if f.boxes[n] == nil {
			continue
		}
		last := len(guess)
		h := hunt{space: f.space, budget: r.budget, within: f.boxes[n], wanted: make([]bool, last+1)}
		for _, m := range guess {
			h.order = append(h.order, f.boxes[m])
		}
		h.order = append(h.order, f.boxes[len(r.refs)])
		h.wanted[last] = true
		h.found = func(_ int, p point) (known, done bool) {
			missed = append(missed, f.at(p, stronger))
			return false, len(missed) == mostUncovered
		}
		h.run()
	}
	return missed
}

// at returns those of places whose rules match the packet at p.
func (f *ruleBoxes) at(p point, places []int) (list []int) {
	for _, n := range places {
		if b := f.boxes[n]; b != nil && f.space.has(b, p) {
			list = append(list, n)
		}
	}
	return list
}

// thinned leaves rules out of a cover of rule n, the weakest first, until none
// can be.
func (r *rules) thinned(n int, cover []int) []int {
	cover = slices.Clone(cover)
	for i := len(cover) - 1; i >= 0; i-- {
		less := slices.Delete(slices.Clone(cover), i, i+1)
		if len(r.uncovered(n, less, nil)) == 0 {
			cover = less
		}
	}
	return cover
}

// hitting looks for a smallest set of numbers that has one of every set.
type hitting struct {
	sets  []numbers
	size  int // no set of fewer numbers will do
	steps int
}

// numbers is a set of numbers, ascending, in two forms.
type numbers struct {
	list []int
	bits bitset
}

// add adds sets. One that holds another is no condition of its own.
func (x *hitting) add(lists [][]int) {
	for _, list := range lists {
		n := numbers{list, newBitset(list[len(list)-1] + 1)}
		for _, v := range list {
			n.bits.flip(v)
		}
		if slices.ContainsFunc(x.sets, func(m numbers) bool { return m.bits.within(n.bits) }) {
			continue
		}
		x.sets = slices.DeleteFunc(x.sets, func(m numbers) bool { return n.bits.within(m.bits) })
		x.sets = append(x.sets, n)
	}
	slices.SortStableFunc(x.sets, func(a, b numbers) int { return len(a.list) - len(b.list) })
}

// smallest returns the first, in the order of lists, of the smallest sets; ok is
// false where it takes too many steps.
func (x *hitting) smallest() (hit []int, ok bool) {
	for ; x.steps > 0; x.size++ {
		if hit, ok := x.search(nil, x.sets, x.size, 0); ok {
			return hit, true
		}
	}
	return nil, false
}

// search adds up to room numbers, each at least from, to hit.
func (x *hitting) search(hit []int, sets []numbers, room, from int) ([]int, bool) {
	if len(sets) == 0 {
		return hit, true
	}
	if x.steps -= len(sets); x.steps < 0 || disjoint(sets, from, room+1) > room {
		return nil, false
	}
	last := sets[0].list[len(sets[0].list)-1]
	useful := bitset{}
	for _, s := range sets {
		last = min(last, s.list[len(s.list)-1])
		useful = useful.union(s.bits)
	}
	for v := from; v <= last; v++ {
		if !useful.has(v) {
			continue
		}
		var left []numbers
		for _, s := range sets {
			if !s.bits.contains(v) {
				left = append(left, s)
			}
		}
		if hit, ok := x.search(append(hit, v), left, room-1, v+1); ok {
			return hit, true
		}
	}
	return nil, false
}

// disjoint counts sets that have no number of from and above in common, up to
// enough: each takes a number of its own.
func disjoint(sets []numbers, from, enough int) int {
	var taken bitset
	n := 0
	for _, s := range sets {
		if n == enough {
			break
		}
		if !s.bits.meetsFrom(taken, from) {
			taken = taken.union(s.bits)
			n++
		}
	}
	return n
}

// The methods below take sets of any two sizes.

func (b bitset) contains(i int) bool { return i>>6 < len(b) && b.has(i) }

func (b bitset) within(c bitset) bool {
	for i, w := range b {
		if i < len(c) {
			w &^= c[i]
		}
		if w != 0 {
			return false
		}
	}
	return true
}

// union returns the numbers of both; it writes to b where that has room.
func (b bitset) union(c bitset) bitset {
	for len(b) < len(c) {
		b = append(b, 0)
	}
	for i, w := range c {
		b[i] |= w
	}
	return b
}

// meetsFrom reports whether b and c have a number in common that is not below
// from.
func (b bitset) meetsFrom(c bitset, from int) bool {
	for i := from >> 6; i < min(len(b), len(c)); i++ {
		common := b[i] & c[i]
		if i == from>>6 {
			common &= ^uint64(0) << (from & 63)
		}
		if common != 0 {
			return true
		}
	}
	return false
}
