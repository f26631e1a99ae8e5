package audit

import (
	"slices"

	"go4.org/netipx"
)

// A diagram cuts destinations first, and so what a source or a port tells apart
// comes out in as many pieces as there are destinations. Where there are few
// enough cells for a person to read, recut cuts them again, in every order of
// the fields, and takes the best.

const (
	maxRecutCells = 1024    // cells
	maxRecutSteps = 1 << 24 // steps for all orders together
)

// minimized returns the cells merged, in the order of cutting and merging that gives
// the fewest, and of those the most CIDR blocks.
func (s *space) minimized(cells []cell, b *budget) []cell {
	best := merged(cells, b)
	if len(best) < 2 || len(cells) > maxRecutCells {
		return best
	}
	work, ranges := maxRecutSteps, s.ranges(best)
	for _, order := range permutations([]int{src, dstPort, srcPort, dst}) {
		list, ok := recut(cells, order, &work, b)
		if !ok {
			break
		}
		list = merged(list, b)
		if n := s.ranges(list); len(list) < len(best) || len(list) == len(best) && n < ranges {
			best, ranges = list, n
		}
	}
	return best
}

// ranges counts the ranges of addresses that are no CIDR block.
func (s *space) ranges(cells []cell) (n int) {
	for i := range cells {
		r := s.region(&cells[i])
		for _, addrs := range []netipx.IPRange{r.Src, r.Dst} {
			if _, ok := addrs.Prefix(); !ok {
				n++
			}
		}
	}
	return n
}

// permutations lists all orders of list.
func permutations(list []int) (all [][]int) {
	if len(list) == 0 {
		return [][]int{nil}
	}
	for i, v := range list {
		for _, rest := range permutations(slices.Delete(slices.Clone(list), i, i+1)) {
			all = append(all, append([]int{v}, rest...))
		}
	}
	return all
}

// slicer cuts disjoint cells by one field after the other.
type slicer struct {
	order  []int
	work   *int
	budget *budget
	nodes  [][]edge // the first is none
	ids    map[string]nodeID
}

// recut cuts cells in the order of fields; ok is false where that is too much
// work.
func recut(cells []cell, order []int, work *int, b *budget) (list []cell, ok bool) {
	x := slicer{order: order, work: work, budget: b, nodes: make([][]edge, 1), ids: map[string]nodeID{}}
	for first := 0; first < len(cells); {
		c, last := cells[first], first
		for last < len(cells) && cells[last].nic == c.nic && cells[last].kinds == c.kinds {
			last++
		}
		root := x.slice(cells[first:last], 0)
		list = x.walk(list, root, 0, c)
		first = last
	}
	return list, *work > 0
}

// slice makes the node of cells that are told apart by the fields from the k-th
// on.
func (x *slicer) slice(cells []cell, k int) nodeID {
	if *x.work -= len(cells); *x.work <= 0 || len(cells) == 0 || !x.budget.step(8*len(cells)) {
		return 0
	}
	if k == len(x.order) {
		return cells[0].change // the only one: cells are disjoint
	}
	f := x.order[k]
	cuts := []int32{0}
	for i := range cells {
		cuts = append(cuts, cells[i].at[f].first, cells[i].at[f].last+1)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	edges := []edge{}
	for n, at := range cuts[:len(cuts)-1] {
		var live []cell
		for i := range cells {
			if cells[i].at[f].has(at) {
				live = append(live, cells[i])
			}
		}
		if *x.work -= len(cells); *x.work <= 0 || !x.budget.step(8*len(cells)) {
			return 0
		}
		edges = appendEdge(edges, cuts[n+1]-1, x.slice(live, k+1))
	}
	key := appendKey([]byte{byte(k)}, edges)
	r, seen := x.ids[string(key)]
	if !seen {
		r = nodeID(len(x.nodes))
		x.ids[string(key)] = r
		x.nodes = append(x.nodes, edges)
	}
	return r
}

// walk appends the cells that a node stands for.
func (x *slicer) walk(list []cell, r nodeID, k int, c cell) []cell {
	if r < 0 {
		c.change = r
		return append(list, c)
	}
	first := int32(0)
	for _, e := range x.nodes[r] {
		c.at[x.order[k]] = span{first, e.last}
		if e.to != 0 {
			list = x.walk(list, e.to, k+1, c)
		}
		first = e.last + 1
	}
	return list
}
