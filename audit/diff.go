package audit

import (
	"fmt"
	"slices"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Change is a region in which every packet's verdict differs in the same way:
// before it is Before's, after it is After's, and so are the two causes.
type Change struct {
	Region        Region
	Witness       match.Packet // the first packet of Region
	Before, After Outcome      // those of Witness; other packets of Region may meet other rules
}

// Diff returns what changes for packets when the rules of before give way to
// those of after: disjoint regions that together hold exactly the packets whose
// verdict differs. They are sorted by IP version, NIC, protocol, destination,
// source, destination port and source port, and no two of them could be one.
//
// The two interfaces must be of one network; their types, groups and members may
// differ. The error is that of [match.Compile], one that names the networks, or a
// [*BoundError].
func Diff(before, after Interface) ([]Change, error) { return diff(before, after, newBudget()) }

func diff(before, after Interface, b *budget) ([]Change, error) {
	x, err := newDiffer(before, after, b)
	if err != nil {
		return nil, err
	}
	var changes []Change
	for _, f := range x.families() {
		cells := x.cells(f)
		if x.budget.err == nil && len(changes)+len(cells) > maxRegions {
			x.budget.fail("regions", maxRegions)
		}
		if x.budget.err != nil {
			return nil, x.budget.err
		}
		for _, c := range cells {
			r := f.space.region(&c)
			w := r.witness()
			changes = append(changes, Change{r, w, outcome(x.sides[0].table, w), outcome(x.sides[1].table, w)})
		}
	}
	return changes, nil
}

// differ compares two sides, before and after.
type differ struct {
	sides   [2]side
	classic bool
	budget  *budget
}

type side struct {
	table     *match.Table
	refs      []match.Ref
	byDefault match.Verdict
	groups    *groups
}

func newDiffer(before, after Interface, b *budget) (*differ, error) {
	x := &differ{budget: b}
	if count(before)+count(after) > maxRules {
		return nil, &BoundError{Bound: "rules", Limit: maxRules}
	}
	for i, of := range []Interface{before, after} {
		t, err := match.Compile(of.Members, of.Groups...)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", [...]string{"before", "after"}[i], err)
		}
		x.sides[i] = side{table: t, refs: slices.Collect(t.Rules()), byDefault: defaultVerdict(of)}
	}
	if a, b := before.Groups[0].Network(), after.Groups[0].Network(); a != b {
		return nil, fmt.Errorf("audit: groups of a %v network before and of a %v network after: want one network", a, b)
	}
	x.classic = classic(before)
	x.sides[0].groups = newGroups(before.Members, nil)
	x.sides[1].groups = newGroups(after.Members, x.sides[0].groups)
	return x, nil
}

// familyDiff is the diagram of one IP version, and each side's items in order.
type familyDiff struct {
	*diagram
	order [2][]uint16
}

// content is what makes two rules the same.
type content struct {
	filter
	label
}

// families makes the diagrams of both IP versions.
func (x *differ) families() (list [2]familyDiff) {
	for n := range list {
		f := newFamily(n == 1, x.classic)
		index := map[content]int{}
		var filtered []filter // the distinct ones
		var labels []label
		var order [2][]uint16
		for i := range x.sides {
			s := &x.sides[i]
			fs, ok := filters(f, s.refs, s.groups)
			for k := range fs {
				if !ok[k] {
					continue
				}
				c := content{fs[k], labelOf(s.byDefault, true)}
				if k < len(s.refs) {
					c.label = labelOf(verdictOf(s.refs[k].Rule.Policy), false)
				}
				if _, seen := index[c]; !seen {
					index[c] = len(labels)
					filtered, labels = append(filtered, c.filter), append(labels, c.label)
				}
				order[i] = append(order[i], uint16(index[c]))
			}
		}
		d := newDiagram(newSpace(f, filtered, x.budget), x.budget)
		for k, l := range labels {
			if x.budget.err == nil {
				d.add(&d.space.boxes[k], l)
			}
		}
		list[n] = familyDiff{d, order}
	}
	return list
}

// cells returns the changes of one IP version, merged and sorted.
func (x *differ) cells(f familyDiff) (list []cell) {
	if x.budget.err != nil {
		return nil
	}
	for nic := range allKinds(x.classic)>>kinds&1 + 1 {
		var edges [kinds][]edge
		for kind := range edges {
			edges[kind] = f.of(int(nic)*kinds+kind, f.order[0], f.order[1])
		}
		for _, numbers := range alike(&edges) {
			c := cell{nic: uint8(nic), protocol: numbers}
			list = f.diagram.cells(list, edges[kindOf(rule.Protocol(numbers.first))], c)
		}
	}
	if x.budget.err != nil {
		return nil
	}
	list = f.space.fewest(list)
	slices.SortFunc(list, func(a, b cell) int { return a.compare(&b) })
	return list
}

// alike returns the ranges of protocol numbers for which the same comes out, by
// the edges of each kind. A protocol with ports is a range of its own.
func alike(edges *[kinds][]edge) (list []span) {
	of := func(n int32) []edge { return edges[kindOf(rule.Protocol(n))] }
	for n := range int32(256) {
		at := span{n, n}
		if k := len(list); k > 0 && !ports(at) && !ports(list[k-1]) && slices.Equal(of(n), of(n-1)) {
			list[k-1].last = n
		} else {
			list = append(list, at)
		}
	}
	return list
}
