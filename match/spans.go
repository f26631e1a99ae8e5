package match

import (
	"slices"

	"go4.org/netipx"
)

// span is a range of addresses, both ends in it, and the group that has them.
type span struct {
	first, last address
	group       int32
}

// appendSpans appends the ranges of a set, cut where IPv4-mapped addresses begin
// and end. Those count as IPv4, but not where a range has all of them and more:
// ::/0 is IPv6.
func appendSpans(spans []span, set *netipx.IPSet, group int32) []span {
	ranges := set.Ranges()
	spans = slices.Grow(spans, len(ranges))
	for _, r := range ranges {
		first, last := addressOf(r.From()), addressOf(r.To())
		below, above := first.compare(first4) < 0, last.compare(last4) > 0
		if last.compare(first4) < 0 || first.compare(last4) > 0 || !below && !above {
			spans = append(spans, span{first, last, group})
			continue
		}
		from, to := first4, last4 // the mapped ones of the range
		if below {
			spans = append(spans, span{first, first4.prev(), group})
		} else {
			from = first
		}
		if above {
			spans = append(spans, span{last4.next(), last, group})
		} else {
			to = last
		}
		if from != first4 || to != last4 {
			spans = append(spans, span{from, to, group})
		}
	}
	return spans
}

// cut is an address from which on a group has one range more or one less.
type cut struct {
	at    address
	past  bool // behind the last address of all; at is then 0
	opens bool
	group int32
}

func (c cut) compare(d cut) int {
	switch {
	case c.past == d.past:
		return c.at.compare(d.at)
	case c.past:
		return 1
	}
	return -1
}

// overlay cuts spans of the groups 0 to count-1, which may overlap, into disjoint
// ranges and calls emit for each with the groups that have it, ascending; emit must
// not keep the slice. It ends early, and reports false, where emit does, or where
// more than most groups have one address. Beside the sorting it takes time in
// proportion to the spans and to the groups of all ranges.
func overlay(spans []span, count, most int, emit func(first, last address, groups []int32) bool) bool {
	if disjoint(spans) { // one group, or groups apart: the rule
		groups := make([]int32, 1)
		for i := range spans {
			groups[0] = spans[i].group
			if !emit(spans[i].first, spans[i].last, groups) {
				return false
			}
		}
		return true
	}
	cuts := make([]cut, 0, 2*len(spans))
	for _, s := range spans {
		end := s.last.next()
		cuts = append(cuts,
			cut{at: s.first, opens: true, group: s.group},
			cut{at: end, past: end == address{}, group: s.group})
	}
	slices.SortFunc(cuts, cut.compare)
	o := opened{ranges: make([]int32, count)}
	for len(cuts) > 0 {
		at, n := cuts[0], 1
		for n < len(cuts) && cuts[n].compare(at) == 0 {
			n++
		}
		o.apply(cuts[:n])
		cuts = cuts[n:]
		if len(o.groups) > most {
			return false
		}
		// Where groups have the range, a cut follows that ends them.
		if len(o.groups) > 0 && !emit(at.at, cuts[0].at.prev(), o.groups) {
			return false
		}
	}
	return true
}

// disjoint sorts spans and reports whether no two of them overlap.
func disjoint(spans []span) bool {
	slices.SortFunc(spans, func(a, b span) int { return a.first.compare(b.first) })
	for i := 1; i < len(spans); i++ {
		if spans[i].first.compare(spans[i-1].last) <= 0 {
			return false
		}
	}
	return true
}

// opened is the groups that have an address.
type opened struct {
	groups  []int32 // ascending
	ranges  []int32 // by group, how many: an IPv4 address can have two forms in one set
	changed []int32 // scratch
	next    []int32 // scratch
}

// apply applies the cuts of one address: one pass over the groups, however many
// begin or end there.
func (o *opened) apply(cuts []cut) {
	o.changed = o.changed[:0]
	for _, c := range cuts {
		if c.opens {
			o.ranges[c.group]++
		} else {
			o.ranges[c.group]--
		}
		o.changed = append(o.changed, c.group)
	}
	slices.Sort(o.changed)
	o.changed = slices.Compact(o.changed)
	next, groups := o.next[:0], o.groups
	for _, g := range o.changed {
		for len(groups) > 0 && groups[0] < g {
			next, groups = append(next, groups[0]), groups[1:]
		}
		if len(groups) > 0 && groups[0] == g {
			groups = groups[1:]
		}
		if o.ranges[g] > 0 {
			next = append(next, g)
		}
	}
	o.groups, o.next = append(next, groups...), o.groups
}

// blocks calls emit for the CIDR blocks that make up a range, of n bits each.
func blocks(first, last address, emit func(a address, n uint8)) {
	for {
		n := uint8(128)
		for n > 0 {
			wider := hostMask(n - 1)
			end := address{first.hi | wider.hi, first.lo | wider.lo}
			if first.hi&wider.hi != 0 || first.lo&wider.lo != 0 || end.compare(last) > 0 {
				break
			}
			n--
		}
		emit(first, n)
		m := hostMask(n)
		end := address{first.hi | m.hi, first.lo | m.lo}
		if end == last {
			return
		}
		first = end.next()
	}
}
