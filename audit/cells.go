package audit

import (
	"cmp"
	"slices"
	"unsafe"
)

// cell is a region by positions.
type cell struct {
	change nodeID // below 0
	nic    uint8
	kinds  kindSet          // of nic
	at     [fields + 1]span // fields, and behind them the destination
}

const dst = fields // of a cell

// cellSteps is what a comparison of cells weighs.
const cellSteps = 12

// cellBytes is a cell in the list, in the shortest list of merged cells so far, in
// the one being merged, and where that is sorted.
const cellBytes = 4 * int(unsafe.Sizeof(cell{}))

// cells appends to list every way through a diagram that leads to a change, from
// the edges of a kind on. each is what all these cells have in common.
func (d *diagram) cells(list []cell, edges []edge, each cell) []cell {
	var walk func(to nodeID, c cell)
	walk = func(to nodeID, c cell) {
		if to < 0 {
			if len(list) >= 4*d.budget.bounds.Regions {
				d.budget.fail("regions", int64(d.budget.bounds.Regions))
			}
			c.change = to
			list = append(list, c)
			d.budget.take(cellBytes)
		}
		if to <= 0 || !d.budget.step(4) {
			return
		}
		first := int32(0)
		for _, e := range d.nodes[to].edges {
			c.at[d.nodes[to].field] = span{first, e.last}
			walk(e.to, c)
			first = e.last + 1
		}
	}
	for f := range d.space.axes {
		each.at[f] = d.space.axes[f].all()
	}
	first := int32(0)
	for _, e := range edges {
		each.at[dst] = span{first, e.last}
		walk(e.to, each)
		first = e.last + 1
	}
	return list
}

// The orders of fields in which merged tries to join cells; -1 is the protocol.
// Which is best depends on the rules.
var mergeOrders = [][fields + 2]int{
	{srcPort, dstPort, src, dst, -1},
	{dst, src, dstPort, srcPort, -1},
	{-1, src, dst, srcPort, dstPort},
	{dstPort, dst, srcPort, src, -1},
}

// maxReordered is how many cells are worth trying more than one order.
const maxReordered = 1 << 14

// merged joins cells that differ in one field only and touch there, until none
// do, and returns the fewest that an order of fields gives.
func merged(cells []cell, b *budget) []cell {
	var best []cell
	for i, order := range mergeOrders {
		if i > 0 && len(cells) > maxReordered {
			break
		}
		list := slices.Clone(cells)
		for before := -1; before != len(list); {
			before = len(list)
			for _, f := range order {
				list = mergedIn(list, f, b)
				if b.err != nil {
					return nil
				}
			}
		}
		if i == 0 || len(list) < len(best) {
			best = list
		}
	}
	return best
}

// mergedIn joins cells in one field; it keeps the list's room.
func mergedIn(list []cell, f int, b *budget) []cell {
	if f < 0 {
		return mergedKinds(list, b)
	}
	field := func(c *cell) *span { return &c.at[f] }
	sortWithin(list, b, cellSteps, func(a, b cell) int {
		x, y := *field(&a), *field(&b)
		*field(&a), *field(&b) = span{}, span{}
		return cmp.Or(a.compare(&b), cmp.Compare(x.first, y.first))
	})
	out := list[:0]
	for _, c := range list {
		if n := len(out); n > 0 {
			was := out[n-1]
			x, y := *field(&was), *field(&c)
			*field(&was) = y
			if was == c && x.last+1 == y.first {
				field(&out[n-1]).last = y.last
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// mergedKinds joins cells that differ in their kinds only.
func mergedKinds(list []cell, b *budget) []cell {
	sortWithin(list, b, cellSteps, func(a, b cell) int {
		x, y := a.kinds, b.kinds
		a.kinds, b.kinds = 0, 0
		return cmp.Or(a.compare(&b), cmp.Compare(x, y))
	})
	out := list[:0]
	for _, c := range list {
		if n := len(out); n > 0 {
			was := out[n-1]
			was.kinds = c.kinds
			if was == c {
				out[n-1].kinds |= c.kinds
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// compare orders cells as their regions are listed.
func (c *cell) compare(d *cell) int {
	return cmp.Or(
		cmp.Compare(c.nic, d.nic),
		cmp.Compare(c.kinds, d.kinds),
		c.at[dst].compare(d.at[dst]),
		c.at[src].compare(d.at[src]),
		c.at[dstPort].compare(d.at[dstPort]),
		c.at[srcPort].compare(d.at[srcPort]),
		cmp.Compare(d.change, c.change))
}

func (s span) compare(t span) int {
	return cmp.Or(cmp.Compare(s.first, t.first), cmp.Compare(s.last, t.last))
}
