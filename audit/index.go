package audit

import (
	"cmp"
	"math/bits"
	"slices"
)

// index finds the rules whose boxes meet a box, by the field in which the fewest
// do: rules that are disjoint in any field cost no more than their number.
type index struct {
	space    *space
	boxes    []*box    // by place; nil where a rule can match no packet
	byTarget [][]int32 // places
	dst      intervals // of targets, by class
	fields   [fields]intervals
	seen     []int32 // by target: the last query that met it
	query    int32
}

// newIndex makes the index of the boxes at places.
func newIndex(s *space, boxes []*box, b *budget) *index {
	x := &index{space: s, boxes: boxes, byTarget: make([][]int32, len(s.of)), seen: make([]int32, len(s.of))}
	for n, box := range boxes {
		if box == nil {
			continue
		}
		x.byTarget[box.dst] = append(x.byTarget[box.dst], int32(n))
		for f := range x.fields {
			x.fields[f].add(box.at[f], int32(n), 1)
		}
	}
	for t, places := range x.byTarget {
		if len(places) == 0 {
			continue
		}
		for _, run := range s.of[t] {
			x.dst.add(run, int32(t), len(places))
		}
	}
	x.dst.build(b)
	for f := range x.fields {
		x.fields[f].build(b)
	}
	return x
}

// meeting returns the places, ascending, of the boxes that have a packet of the
// kinds, classes and positions in common.
func (x *index) meeting(k kindSet, in []span, at [fields]span, b *budget) []int32 {
	best, count := -1, 0
	for _, run := range in {
		count += x.dst.count(run)
		b.add(bits.Len(uint(len(x.boxes))))
	}
	for f := range x.fields {
		if n := x.fields[f].count(at[f]); n < count {
			best, count = f, n
		}
	}
	b.step(100)
	list := make([]int32, 0, min(count, 64))
	consider := func(n int32) {
		y := x.boxes[n]
		b.step(6)
		for f := range at {
			if at[f].intersect(y.at[f]).empty() {
				return
			}
		}
		if k&y.kinds != 0 && (best < 0 || meet(in, x.space.of[y.dst], b)) {
			list = append(list, n)
		}
	}
	if best >= 0 {
		x.fields[best].each(at[best], consider)
	} else {
		x.query++
		for _, run := range in {
			x.dst.each(run, func(t int32) {
				if x.seen[t] == x.query {
					return
				}
				x.seen[t] = x.query
				for _, n := range x.byTarget[t] {
					consider(n)
				}
			})
		}
	}
	sortNumbers(list, b)
	return list
}

// meetingBox is meeting for a box.
func (x *index) meetingBox(y *box, b *budget) []int32 {
	return x.meeting(y.kinds, x.space.of[y.dst], y.at, b)
}

// at returns the places of the rules that match the packets of a point.
func (x *index) at(p *point, b *budget) []int32 {
	return x.meeting(1<<p.kind, []span{{p.class, p.class}}, p.first(), b)
}

// meets reports whether two boxes have a packet in common.
func (s *space) meets(x, y *box, b *budget) bool {
	b.step(2)
	for f := range x.at {
		if x.at[f].intersect(y.at[f]).empty() {
			return false
		}
	}
	return x.kinds&y.kinds != 0 && meet(s.of[x.dst], s.of[y.dst], b)
}

// intervals is a set of spans that tells which of them meet another.
type intervals struct {
	list  []numbered // by first
	last  []int32    // a segment tree over list of the greatest last
	ends  []numbered // by last
	leafs int        // of the tree, a power of two
}

// numbered is a span with its number, which stands for so many rules; sum is the
// rules of it and those before.
type numbered struct {
	span
	number, weight, sum int32
}

func (x *intervals) add(s span, number int32, weight int) {
	x.list = append(x.list, numbered{s, number, int32(weight), 0})
}

// build makes the set ready.
func (x *intervals) build(b *budget) {
	x.ends = slices.Clone(x.list)
	sortWithin(x.list, b, 4, func(a, b numbered) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.number, b.number)) })
	sortWithin(x.ends, b, 4, func(a, b numbered) int { return cmp.Compare(a.span.last, b.span.last) })
	for _, list := range [][]numbered{x.list, x.ends} {
		sum := int32(0)
		for i := range list {
			sum += list[i].weight
			list[i].sum = sum
		}
	}
	x.leafs = 1 << bits.Len(uint(len(x.list)))
	x.last = make([]int32, 2*x.leafs)
	for i := range x.last {
		x.last[i] = -1
	}
	for i, s := range x.list {
		x.last[x.leafs+i] = s.span.last
	}
	for i := x.leafs - 1; i > 0; i-- {
		x.last[i] = max(x.last[2*i], x.last[2*i+1])
	}
}

// count is how many rules have spans that meet s.
func (x *intervals) count(s span) int {
	begun := sum(x.list, func(n *numbered) bool { return n.first <= s.last })
	ended := sum(x.ends, func(n *numbered) bool { return n.span.last < s.first })
	return begun - ended
}

// sum is the rules of the first spans of a list, those for which is holds.
func sum(list []numbered, is func(*numbered) bool) int {
	i, _ := slices.BinarySearchFunc(list, true, func(n numbered, _ bool) int {
		if is(&n) {
			return -1
		}
		return 1
	})
	if i == 0 {
		return 0
	}
	return int(list[i-1].sum)
}

// each yields the number of each span that meets s.
func (x *intervals) each(s span, yield func(number int32)) {
	end, _ := slices.BinarySearchFunc(x.list, s.last+1, func(n numbered, first int32) int { return cmp.Compare(n.first, first) })
	var walk func(node, first, size int)
	walk = func(node, first, size int) {
		if first >= end || x.last[node] < s.first {
			return
		}
		if size == 1 {
			yield(x.list[first].number)
			return
		}
		walk(2*node, first, size/2)
		walk(2*node+1, first+size/2, size/2)
	}
	walk(1, 0, x.leafs)
}
