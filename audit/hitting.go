package audit

import "slices"

// hitting looks for a smallest set of numbers that has one of every set: the
// hitting set problem, by branch and bound.
type hitting struct {
	budget *budget
	forced bitset    // the numbers of sets of one
	ones   []int32   // the same, ascending once sorted
	sets   []numbers // the others, those that no forced number hits and that hold no other
	size   int       // no set of fewer numbers will do
	steps  int64
}

// numbers is a set of numbers, ascending, in two forms.
type numbers struct {
	list []int32
	bits bitset
}

// take takes n steps of the search.
func (x *hitting) take(n int) bool {
	x.steps -= int64(n)
	return x.budget.step(10*n) && x.steps >= 0
}

// add adds sets. One that holds another is no condition of its own.
func (x *hitting) add(lists [][]int32) {
	for _, list := range lists {
		x.budget.step(len(list))
		switch {
		case slices.ContainsFunc(list, func(v int32) bool { return x.forced.contains(int(v)) }):
		case len(list) == 1:
			x.force(list[0])
		default:
			x.addSet(list)
		}
	}
	slices.Sort(x.ones)
	slices.SortStableFunc(x.sets, func(a, b numbers) int { return len(a.list) - len(b.list) })
}

// force makes a number one of every hitting set.
func (x *hitting) force(v int32) {
	x.forced = x.forced.with(int(v))
	x.ones = append(x.ones, v)
	x.budget.step(1 + 2*len(x.sets))
	x.sets = slices.DeleteFunc(x.sets, func(m numbers) bool { return m.bits.contains(int(v)) })
}

func (x *hitting) addSet(list []int32) {
	n := numbers{list: list}
	for _, v := range list {
		n.bits = n.bits.with(int(v))
	}
	if !x.take((1 + len(x.sets)) * words(n.bits)) {
		x.steps = min(x.steps, -1)
		x.sets = append(x.sets, n) // no longer without supersets
		return
	}
	if slices.ContainsFunc(x.sets, func(m numbers) bool { return m.bits.within(n.bits) }) {
		return
	}
	x.sets = slices.DeleteFunc(x.sets, func(m numbers) bool { return n.bits.within(m.bits) })
	x.sets = append(x.sets, n)
}

// words is what a step on a bit set weighs.
func words(b bitset) int { return 1 + len(b)/8 }

// smallest returns the first, in the order of lists, of the smallest sets; ok is
// false where it takes too many steps.
func (x *hitting) smallest() (hit []int32, ok bool) {
	x.size = max(x.size, len(x.ones))
	for ; x.steps > 0; x.size++ {
		if hit, ok := x.search(nil, x.sets, x.size-len(x.ones), 0); ok {
			hit = append(hit, x.ones...)
			slices.Sort(hit)
			return hit, true
		}
	}
	return nil, false
}

// someHit returns a set that hits all, not a smallest one.
func (x *hitting) someHit() []int32 {
	hit, taken := slices.Clone(x.ones), slices.Clone(x.forced)
	for _, s := range x.sets {
		x.budget.step(len(s.list))
		if !slices.ContainsFunc(s.list, func(v int32) bool { return taken.contains(int(v)) }) {
			hit, taken = append(hit, s.list[0]), taken.with(int(s.list[0]))
		}
	}
	slices.Sort(hit)
	return hit
}

// search adds up to room numbers, each at least from, to hit.
func (x *hitting) search(hit []int32, sets []numbers, room int, from int32) ([]int32, bool) {
	if len(sets) == 0 {
		return hit, true
	}
	if !x.take(len(sets)*words(sets[0].bits)) || disjoint(sets, int(from), room+1) > room {
		return nil, false
	}
	last := sets[0].list[len(sets[0].list)-1]
	useful := bitset{}
	for _, s := range sets {
		last = min(last, s.list[len(s.list)-1])
		useful = useful.union(s.bits)
	}
	for v := from; v <= last; v++ {
		if !useful.contains(int(v)) {
			x.budget.add(1)
			continue
		}
		var left []numbers
		for _, s := range sets {
			if !s.bits.contains(int(v)) {
				left = append(left, s)
			}
		}
		if hit, ok := x.search(append(hit, v), left, room-1, v+1); ok {
			return hit, true
		}
		if !x.take(len(sets)) {
			return nil, false
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
