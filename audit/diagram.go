package audit

import (
	"encoding/binary"
	"slices"

	"example.com/sluice/match"
)

// result is what comes out for packets at some field of a diagram: the number of
// a node, or below 0 a change that is the same for all of them; 0 is no change.
type result int32

// outcomes is a change as regions tell it: verdict and cause before and after.
type outcomes struct{ before, after label }

// label is the verdict and the cause of a decision.
type label uint8

func labelOf(v match.Verdict, byDefault bool) label {
	if byDefault {
		return label(v) | 2
	}
	return label(v)
}

func (l label) verdict() match.Verdict { return match.Verdict(l & 1) }

func (o outcomes) result() result {
	if o.before.verdict() == o.after.verdict() {
		return 0
	}
	return -1 - result(o.before)<<2 - result(o.after)
}

// diagram tells for each packet of a space how its decision differs between two
// orders of boxes. It walks the fields as a hunt does, with the live boxes of
// both orders in one list; equal lists lead to the same node, and equal nodes are
// one, so that a range of values ends only where something else comes out.
type diagram struct {
	space  *space
	budget *budget
	items  []item
	nodes  []node // the first is none
	ids    map[string]result
	memos  [fields]memo
	done   [fields][]result // of each list of the memo; 0 before its node is there
	key    []byte
}

// item is a box with what it decides, the same one in both orders where both
// have it.
type item struct {
	box   *box
	label label
	full  int // the first field from which on it has everything
}

// node is a field at which packets part.
type node struct {
	field int
	edges []edge
}

// edge leads on for the values up to position last, from behind the edge before.
type edge struct {
	last int32
	to   result
}

const edgeBytes = 8

func newDiagram(s *space, b *budget) *diagram {
	return &diagram{space: s, budget: b, ids: map[string]result{}, nodes: make([]node, 1)}
}

// add makes an item.
func (d *diagram) add(b *box, l label) uint16 {
	x := item{box: b, label: l, full: fields}
	for x.full > 0 && b.at[x.full-1] == d.space.axes[x.full-1].all() {
		x.full--
	}
	d.items = append(d.items, x)
	return uint16(len(d.items) - 1)
}

// of returns what comes out for packets of a kind, and of which destinations:
// one edge for each range of them. before and after are items, the strongest
// first; the last of each has all packets.
func (d *diagram) of(kind int, before, after []uint16) []edge {
	before, after = d.ofKind(before, kind), d.ofKind(after, kind)
	byClass := make([]result, len(d.space.sample))
	live := func(class int) func(i uint16) bool {
		return func(i uint16) bool { return d.items[i].box.in.has(class) }
	}
	var list []uint16
	for class := range byClass {
		if !d.budget.step(len(before) + len(after)) {
			return nil
		}
		list = d.narrow(list[:0], before, src, live(class))
		list = d.narrow(list, after, src, live(class))
		byClass[class] = d.eval(src, list)
	}
	var edges []edge
	for at, class := range d.space.class {
		edges = appendEdge(edges, int32(at), byClass[class])
	}
	return edges
}

func (d *diagram) ofKind(list []uint16, kind int) (out []uint16) {
	for _, i := range list {
		if d.items[i].box.kinds>>kind&1 != 0 {
			out = append(out, i)
		}
	}
	return out
}

func appendEdge(edges []edge, at int32, to result) []edge {
	if n := len(edges); n > 0 && edges[n-1].to == to {
		edges[n-1].last = at
		return edges
	}
	return append(edges, edge{at, to})
}

// eval returns what comes out at field f for the live items in list: those
// before, their number last, then those after. list is the caller's again.
func (d *diagram) eval(f int, list []uint16) result {
	before, after := sides(list)
	if r, ok := d.same(before, after); ok {
		return r
	}
	m := &d.memos[f]
	n, added := m.number(list)
	if !added {
		return d.done[f][n]
	}
	d.done[f] = append(d.done[f], 0)
	if !d.budget.take(2*len(list) + memoEntryBytes + 4) {
		return 0
	}
	before, after = sides(m.list(n))
	r := d.split(f, before, after)
	d.done[f][n] = r
	return r
}

// sides splits a list as narrow makes it: each side has its length in front.
func sides(list []uint16) (before, after []uint16) {
	n := int(list[0])
	return list[1 : 1+n], list[2+n:]
}

// same tells what comes out where the two sides leave nothing open.
func (d *diagram) same(before, after []uint16) (result, bool) {
	if len(before) == 1 && len(after) == 1 {
		return outcomes{d.items[before[0]].label, d.items[after[0]].label}.result(), true
	}
	if slices.Equal(before, after) {
		return 0, true
	}
	v := d.items[before[0]].label.verdict()
	other := func(i uint16) bool { return d.items[i].label.verdict() != v }
	return 0, !slices.ContainsFunc(before, other) && !slices.ContainsFunc(after, other)
}

// split cuts field f.
func (d *diagram) split(f int, before, after []uint16) result {
	var cuts []int32
	cuts = d.cuts(append(cuts, 0), f, before)
	cuts = d.cuts(cuts, f, after)
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	if !d.budget.step(len(cuts) * (len(before) + len(after))) {
		return 0
	}
	var edges []edge
	var list []uint16
	for n, at := range cuts {
		live := func(i uint16) bool { return d.items[i].box.at[f].has(at) }
		list = d.narrow(list[:0], before, f+1, live)
		list = d.narrow(list, after, f+1, live)
		last := d.space.axes[f].all().last
		if n+1 < len(cuts) {
			last = cuts[n+1] - 1
		}
		var r result
		if f+1 == fields {
			b, a := sides(list)
			r, _ = d.same(b, a)
		} else {
			r = d.eval(f+1, list)
		}
		edges = appendEdge(edges, last, r)
	}
	return d.node(f, edges)
}

func (d *diagram) cuts(cuts []int32, f int, list []uint16) []int32 {
	all := d.space.axes[f].all()
	for _, i := range list {
		at := d.items[i].box.at[f]
		if at.first > all.first {
			cuts = append(cuts, at.first)
		}
		if at.last < all.last {
			cuts = append(cuts, at.last+1)
		}
	}
	return cuts
}

// node returns the node of field f with the edges, the same for equal ones.
func (d *diagram) node(f int, edges []edge) result {
	if len(edges) == 1 {
		return edges[0].to
	}
	d.key = append(d.key[:0], byte(f))
	for _, e := range edges {
		d.key = binary.LittleEndian.AppendUint32(d.key, uint32(e.last))
		d.key = binary.LittleEndian.AppendUint32(d.key, uint32(e.to))
	}
	r, seen := d.ids[string(d.key)]
	if !seen && d.budget.take(2*len(edges)*edgeBytes+64) {
		r = result(len(d.nodes))
		d.ids[string(d.key)] = r
		d.nodes = append(d.nodes, node{f, edges})
	}
	return r
}

// narrow appends one side of a list to out, its length in front: the items that
// are live, less those that can decide nothing in the fields from f on, or make
// no difference there. What is left is put in an order of its own where the order
// makes none.
func (d *diagram) narrow(out, side []uint16, f int, live func(i uint16) bool) []uint16 {
	start := len(out) + 1
	out = append(out, 0)
	for _, i := range side {
		if !live(i) || d.dominated(out[start:], i, f) {
			continue
		}
		out = append(out, i)
		if d.items[i].full <= f {
			break
		}
	}
	last := out[len(out)-1]
	for len(out)-start > 1 && d.items[out[len(out)-2]].label == d.items[last].label {
		out = out[:len(out)-1]
		out[len(out)-1] = last
	}
	kept := out[start:]
	for i := 0; i < len(kept); {
		j := i + 1
		for j < len(kept) && d.items[kept[j]].label == d.items[kept[i]].label {
			j++
		}
		slices.Sort(kept[i:j])
		i = j
	}
	out[start-1] = uint16(len(kept))
	return out
}

// dominated reports whether an item of the list has all that item i has of the
// fields from f on.
func (d *diagram) dominated(list []uint16, i uint16, f int) bool {
	if len(list) > mostDominators {
		return false
	}
	x := &d.items[i]
	for _, j := range list {
		covers, y := true, &d.items[j]
		for g := f; g < fields && covers; g++ {
			covers = y.box.at[g].covers(x.box.at[g])
		}
		if covers {
			return true
		}
	}
	return false
}
