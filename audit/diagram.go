package audit

import (
	"encoding/binary"
	"slices"

	"example.com/sluice/match"
)

// nodeID is where an edge of a diagram leads: the number of a node, or below 0 a
// terminal, the change that all its packets have; 0 is the terminal of no change.
type nodeID int32

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

// terminal returns the terminal of a change.
func (o outcomes) terminal() nodeID {
	if o.before.verdict() == o.after.verdict() {
		return 0
	}
	return -1 - nodeID(o.before)<<2 - nodeID(o.after)
}

// diagram is a first-match decision diagram: it tells for each packet of a space
// how its decision differs between two orders of boxes. It walks the fields as a
// search does, with the live boxes of both orders in one list; equal lists lead to
// the same node, and equal nodes are one, so that a range of values ends only
// where something else comes out.
type diagram struct {
	space  *space
	budget *budget
	items  []item
	labels []label // of each item, what its box decides
	dsts   []int32 // of each item, its target
	nodes  []node  // the first is none
	ids    map[string]nodeID
	memos  [fields]memo
	done   [fields][]nodeID // of each list of the memo; 0 before its node is there
	sweeps [fields]sweep
	room   [fields + 1]struct{ live, list []int32 }
	key    []byte
}

// node is a field at which packets part.
type node struct {
	field int
	edges []edge
}

// edge leads on for the values up to position last, from behind the edge before.
type edge struct {
	last int32
	to   nodeID
}

const edgeBytes = 8

func newDiagram(s *space, b *budget) *diagram {
	return &diagram{space: s, budget: b, ids: map[string]nodeID{}, nodes: make([]node, 1)}
}

// add makes an item of a box and what it decides, the same one in both orders
// where both have it.
func (d *diagram) add(b *box, l label) {
	x := item{kinds: b.kinds, at: b.at, full: fields}
	for x.full > 0 && b.at[x.full-1] == d.space.axes[x.full-1].all() {
		x.full--
	}
	d.items, d.labels, d.dsts = append(d.items, x), append(d.labels, l), append(d.dsts, b.dst)
}

// orders are the items of both sides, before and after, the strongest first. The
// last of each has all packets.
type orders [2][]int32

// destinations returns what comes out for packets of each kind, and of which
// destinations: one edge for each range of them.
func (d *diagram) destinations(o orders) (edges [2 * kinds][]edge) {
	var groups [2]grouped
	for i, order := range o {
		groups[i].reset(len(d.space.of))
		whole := d.dsts[order[len(order)-1]]
		for place, x := range order {
			groups[i].add(int32(place), d.dsts[x], d.space.covers(d.dsts[x], whole))
		}
		d.budget.step(len(order))
	}
	var byClass [2 * kinds][]nodeID
	var live orders
	for _, targets := range d.space.targets {
		for i := range groups {
			live[i] = groups[i].list(live[i][:0], targets, d.budget)
			for k, place := range live[i] {
				live[i][k] = o[i][place]
			}
		}
		if !d.budget.step(len(live[0]) + len(live[1])) {
			return edges
		}
		for kind := range byClass {
			if allKinds(d.space.classic)>>kind&1 != 0 {
				byClass[kind] = append(byClass[kind], d.ofKind(kind, live))
			}
		}
	}
	for kind, nodes := range byClass {
		if len(nodes) == 0 || !d.budget.step(len(d.space.class)) {
			continue
		}
		for at, class := range d.space.class {
			edges[kind] = appendEdge(edges[kind], int32(at), nodes[class])
		}
	}
	return edges
}

// ofKind returns what comes out for packets of a kind, by the items that are live
// at their destination.
func (d *diagram) ofKind(kind int, live orders) nodeID {
	room := &d.room[src]
	room.live = room.live[:0]
	n := 0
	for i := range live {
		for _, x := range live[i] {
			if d.items[x].kinds>>kind&1 != 0 {
				room.live = append(room.live, x)
			}
		}
		if i == 0 {
			n = len(room.live)
		}
	}
	d.budget.step(len(live[0]) + len(live[1]))
	room.list = d.narrowed(room.list[:0], room.live[:n], room.live[n:], src)
	return d.eval(src, room.list)
}

func appendEdge(edges []edge, at int32, to nodeID) []edge {
	if n := len(edges); n > 0 && edges[n-1].to == to {
		edges[n-1].last = at
		return edges
	}
	return append(edges, edge{at, to})
}

// eval returns what comes out at field f for the live items in list, as narrowed
// makes it. list is the caller's again.
func (d *diagram) eval(f int, list []int32) nodeID {
	if !d.budget.step(2 * len(list)) {
		return 0
	}
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
	if !d.budget.take(4*len(list) + memoEntryBytes + 4) {
		return 0
	}
	r := d.split(f, m.list(n))
	d.done[f][n] = r
	return r
}

// sides splits a list: the number of items before stands in front.
func sides(list []int32) (before, after []int32) {
	n := 1 + list[0]
	return list[1:n], list[n:]
}

// same tells what comes out where the two sides leave nothing open.
func (d *diagram) same(before, after []int32) (nodeID, bool) {
	if len(before) == 1 && len(after) == 1 {
		return outcomes{d.labels[before[0]], d.labels[after[0]]}.terminal(), true
	}
	if slices.Equal(before, after) {
		return 0, true
	}
	v := d.labels[before[0]].verdict()
	other := func(i int32) bool { return d.labels[i].verdict() != v }
	return 0, !slices.ContainsFunc(before, other) && !slices.ContainsFunc(after, other)
}

// split cuts field f.
func (d *diagram) split(f int, list []int32) nodeID {
	var edges []edge
	before, items := list[0], list[1:]
	at := func(i int32) span { return d.items[i].at[f] }
	room := &d.room[f+1]
	d.sweeps[f].run(d.space.axes[f].all(), items, at, d.budget, func(piece span, live []int32) bool {
		n, _ := slices.BinarySearch(live, before)
		d.budget.add(4 + len(live)/2)
		room.live = room.live[:0]
		for _, place := range live {
			room.live = append(room.live, items[place])
		}
		room.list = d.narrowed(room.list[:0], room.live[:n], room.live[n:], f+1)
		var to nodeID
		if f+1 == fields {
			b, a := sides(room.list)
			to, _ = d.same(b, a)
		} else {
			to = d.eval(f+1, room.list)
		}
		edges = appendEdge(edges, piece.last, to)
		return d.budget.err == nil
	})
	if d.budget.err != nil {
		return 0
	}
	return d.node(f, edges)
}

// node returns the node of field f with the edges, the same for equal ones.
func (d *diagram) node(f int, edges []edge) nodeID {
	if len(edges) == 1 {
		return edges[0].to
	}
	d.budget.step(4 * len(edges))
	d.key = appendKey(append(d.key[:0], byte(f)), edges)
	r, seen := d.ids[string(d.key)]
	if !seen && d.budget.take(2*len(edges)*edgeBytes+64) {
		r = nodeID(len(d.nodes))
		d.ids[string(d.key)] = r
		d.nodes = append(d.nodes, node{f, edges})
	}
	return r
}

// appendKey appends what tells a node from others.
func appendKey(key []byte, edges []edge) []byte {
	for _, e := range edges {
		key = binary.LittleEndian.AppendUint32(key, uint32(e.last))
		key = binary.LittleEndian.AppendUint32(key, uint32(e.to))
	}
	return key
}

// narrowed appends both sides of live items to out, narrowed, behind the number
// of the first.
func (d *diagram) narrowed(out, before, after []int32, f int) []int32 {
	out = d.narrow(append(out, 0), before, f)
	out[0] = int32(len(out) - 1)
	return d.narrow(out, after, f)
}

// narrow appends the live items of one side to out, less those that can decide
// nothing in the fields from f on, or make no difference there. What is left is
// put in an order of its own where the order makes no difference.
func (d *diagram) narrow(out, live []int32, f int) []int32 {
	start := len(out)
	for _, i := range live {
		d.budget.add(1)
		if dominated(d.items, out[start:], i, f, d.budget) {
			continue
		}
		out = append(out, i)
		if d.items[i].full <= f {
			break
		}
	}
	last := out[len(out)-1]
	for len(out)-start > 1 && d.labels[out[len(out)-2]] == d.labels[last] {
		out = out[:len(out)-1]
		out[len(out)-1] = last
	}
	kept := out[start:]
	for i := 0; i < len(kept); {
		j := i + 1
		for j < len(kept) && d.labels[kept[j]] == d.labels[kept[i]] {
			j++
		}
		if j-i > 1 {
			sortNumbers(kept[i:j], d.budget)
		}
		i = j
	}
	return out
}
