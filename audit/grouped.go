package audit

// grouped is items by the targets of their boxes. The items are numbered in their
// order, and each list of them is ascending.
type grouped struct {
	wide  []int32   // items that have every class asked for
	items [][]int32 // by target, the others
	used  []int32   // the targets that have items
	short []int32   // room
}

// reset makes room for items of so many targets.
func (g *grouped) reset(targets int) {
	for _, t := range g.used {
		g.items[t] = g.items[t][:0]
	}
	g.wide, g.used = g.wide[:0], g.used[:0]
	if len(g.items) < targets {
		g.items = make([][]int32, targets)
	}
}

// add adds the next item, whose target has every class asked for where wide.
func (g *grouped) add(item, target int32, wide bool) {
	if wide {
		g.wide = append(g.wide, item)
		return
	}
	if len(g.items[target]) == 0 {
		g.used = append(g.used, target)
	}
	g.items[target] = append(g.items[target], item)
}

// list appends the items of the targets, and the wide ones, to out.
func (g *grouped) list(out, targets []int32, b *budget) []int32 {
	long, at := g.wide, -1
	for i, t := range targets {
		if len(g.items[t]) > len(long) {
			long, at = g.items[t], i
		}
	}
	// The longest list is merged with the others, which are sorted together.
	short := g.short[:0]
	if at >= 0 {
		short = append(short, g.wide...)
	}
	for i, t := range targets {
		if i != at {
			short = append(short, g.items[t]...)
		}
	}
	g.short = short
	b.add(len(targets))
	sortNumbers(short, b)
	b.step((len(short) + len(long)) / 2)
	for len(short) > 0 && len(long) > 0 {
		if short[0] < long[0] {
			out, short = append(out, short[0]), short[1:]
		} else {
			out, long = append(out, long[0]), long[1:]
		}
	}
	return append(append(out, short...), long...)
}

// pieces yields classes of a target, with the targets of items that have them:
// every combination of those targets that there is in it, some more than once.
// The order is that of the classes, but a class without any comes last.
func (g *grouped) pieces(s *space, target int32, b *budget, yield func(class int32, targets []int32) bool) {
	pairs, few := g.pairs(s, target, b)
	if !few {
		for _, run := range s.of[target] {
			for c := run.first; c <= run.last; c++ {
				if !b.step(1) || !yield(c, s.targets[c]) {
					return
				}
			}
		}
		return
	}
	sortNumbers(pairs, b)
	var targets []int32
	var empty int32 = -1 // the first class without
	next := s.hull(target).first
	for i := 0; i < len(pairs); {
		class := int32(pairs[i] >> 32)
		if empty < 0 && next < class {
			empty = s.firstClass(target, next, class)
		}
		targets = targets[:0]
		for ; i < len(pairs) && int32(pairs[i]>>32) == class; i++ {
			targets = append(targets, int32(uint32(pairs[i])))
		}
		if !b.step(1+len(targets)) || !yield(class, targets) {
			return
		}
		next = class + 1
	}
	if empty < 0 {
		empty = s.firstClass(target, next, s.hull(target).last+1)
	}
	if empty >= 0 {
		yield(empty, nil)
	}
}

// firstClass is the first class of a target from first to before end; -1 where
// there is none.
func (s *space) firstClass(target, first, end int32) int32 {
	for _, run := range s.of[target] {
		if c := max(run.first, first); c <= run.last && c < end {
			return c
		}
	}
	return -1
}

// pairs returns the classes in common of a target and of those that have items,
// each with the latter in its low half; few is false where they are more than the
// classes of the target.
func (g *grouped) pairs(s *space, target int32, b *budget) (pairs []uint64, few bool) {
	room := int32(0)
	for _, run := range s.of[target] {
		room += run.last - run.first + 1
	}
	hull := s.hull(target)
	for _, t := range g.used {
		for _, run := range s.of[t] {
			run = run.intersect(hull)
			b.add(1)
			for c := run.first; c <= run.last; c++ {
				if room--; room < 0 || !b.step(1) {
					return nil, false
				}
				if s.hasClass(target, c) {
					pairs = append(pairs, uint64(c)<<32|uint64(t))
				}
			}
		}
	}
	return pairs, true
}
