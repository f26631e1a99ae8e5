package audit

import (
	"slices"
)

// firstUncovered is how many packets the first round of uncovered asks for; each
// later round asks for twice as many.
const firstUncovered = 64

// cover returns a smallest set of rules, of those stronger than dead rule n, that
// together have every packet of it: of several such sets the one with the
// strongest rules. Where the search is too long, it is one of which no rule can
// be left out. near are the rules that meet rule n, by IP version.
//
// It takes a smallest set that hits the packets seen so far, each of which one of
// its rules must cover, and looks for packets that this candidate leaves out, until
// there is none. So it never lists all the ways in which rules overlap.
func (r *rules) cover(n int32, near [2][]int32) []int32 {
	var stronger []int32 // a rule's number is its place here
	for i := range near {
		for _, m := range near[i] {
			if m < n {
				stronger = append(stronger, m)
			}
		}
	}
	sortNumbers(stronger, r.budget)
	stronger = slices.Compact(stronger)
	x := hitting{budget: r.budget, steps: r.budget.bounds.Cover}
	for limit := firstUncovered; r.budget.err == nil; limit *= 2 {
		candidate, smallest := x.smallest()
		if !smallest {
			candidate = x.someHit()
		}
		missed := r.uncovered(n, pick(stronger, candidate), limit)
		switch {
		case r.budget.err != nil:
			return nil
		case len(missed) > 0:
			for i, places := range missed {
				missed[i] = numbersOf(stronger, places)
			}
			x.add(missed)
		case smallest:
			return pick(stronger, candidate)
		default:
			return r.thinned(n, stronger, candidate, x.forced)
		}
	}
	return nil
}

// pick returns the places with the numbers.
func pick(places []int32, numbers []int32) []int32 {
	list := make([]int32, len(numbers))
	for i, v := range numbers {
		list[i] = places[v]
	}
	return list
}

// numbersOf returns the numbers of those of places that are in all; both are
// ascending.
func numbersOf(all, places []int32) (list []int32) {
	i := 0
	for _, n := range places {
		for i < len(all) && all[i] < n {
			i++
		}
		if i < len(all) && all[i] == n {
			list = append(list, int32(i))
		}
	}
	return list
}

// uncovered returns, for up to limit packets of rule n that are in none of the
// rules of the candidate, the rules that they are in.
func (r *rules) uncovered(n int32, candidate []int32, limit int) (missed [][]int32) {
	for i := range r.families {
		f := &r.families[i]
		if f.boxes[n] == nil || len(missed) == limit {
			continue
		}
		var places []int32
		for _, m := range candidate {
			if b := f.boxes[m]; b != nil && f.space.meets(b, f.boxes[n], r.budget) {
				places = append(places, m)
			}
		}
		last := int32(len(r.refs))
		f.search(f.boxes[n], places, func(m int32) bool { return m == last }, func(_ int32, p *point) (known, done bool) {
			missed = append(missed, f.index.at(p, r.budget))
			return false, len(missed) == limit
		})
	}
	return missed
}

// thinned leaves rules out of a cover of rule n, the weakest first, until none
// can be. Those that are forced cannot.
func (r *rules) thinned(n int32, stronger, cover []int32, forced bitset) []int32 {
	for i := len(cover) - 1; i >= 0 && r.budget.err == nil; i-- {
		if forced.contains(int(cover[i])) {
			continue
		}
		less := slices.Delete(slices.Clone(cover), i, i+1)
		if len(r.uncovered(n, pick(stronger, less), 1)) == 0 {
			cover = less
		}
	}
	return pick(stronger, cover)
}
