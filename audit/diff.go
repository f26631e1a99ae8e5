package audit

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"math/bits"
	"slices"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// Change is a region in which every packet's verdict differs in the same way:
// before it is Before's, after it is After's, and so are the two causes.
type Change struct {
	Region        Region
	Witness       match.Packet // a packet of Region
	Before, After Outcome      // those of Witness; other packets of Region may meet other rules

	// RulesBefore and RulesAfter are all the rules that decide packets of Region, no
	// more and no fewer, strongest first. They are empty where the default decides,
	// which then decides all of them: the cause of Before, and of After, is that of
	// every packet. Changes may share them: they are not to be written to.
	RulesBefore, RulesAfter []match.Ref
}

// Opens reports whether the region's packets are dropped before and accepted
// after.
func (c Change) Opens() bool { return c.After.Decision.Verdict == match.Accept }

// Addresses returns how many destination addresses the region has; see
// [Region.Addresses].
func (c Change) Addresses() *big.Int { return c.Region.Addresses() }

// Ports returns how many destination ports the region has; see [Region.Ports].
func (c Change) Ports() int { return c.Region.Ports() }

// String returns the change in one line, such as
// "drop->accept tcp to 203.0.113.0/24 port 444/444".
func (c Change) String() string {
	return fmt.Sprintf("%v->%v %v", c.Before.Decision.Verdict, c.After.Decision.Verdict, c.Region)
}

// Diff returns what changes for packets when the rules of before are replaced by
// those of after: disjoint regions that together hold exactly the packets whose
// verdict differs. Those that open come first; then they are sorted by IP version,
// NIC, protocols, destination, source, destination port and source port.
//
// The two tables must be of one network; their types, groups and members may
// differ. The error is the context's, one about a nil or zero table or about the
// networks, or a [*BoundError].
func Diff(ctx context.Context, before, after *match.Table, opts ...Option) ([]Change, error) {
	o := optionsOf(opts)
	return diff(before, after, o.byProtocol, newBudget(ctx, o.bounds))
}

func diff(before, after *match.Table, byProtocol bool, b *budget) ([]Change, error) {
	x, err := newDiffer(before, after, b)
	if err != nil {
		return nil, err
	}
	var changes []Change
	for _, f := range x.families() {
		first := len(changes)
		cells := x.cells(f)
		var in []int // of each change, its cell
		for i := range cells {
			for _, r := range regionsOf(f.space.region(&cells[i]), byProtocol) {
				if len(changes) == b.bounds.Regions {
					b.fail("regions", int64(b.bounds.Regions))
				}
				if !b.step(4 * pointSteps) {
					return nil, b.err
				}
				w := r.witness()
				changes = append(changes, Change{Region: r, Witness: w, Before: outcome(before, w), After: outcome(after, w)})
				in = append(in, i)
			}
		}
		x.setRules(f, changes[first:], cells, in)
	}
	if !sortWithin(changes, b, changeSteps, compareChanges) {
		return nil, b.err
	}
	return changes, nil
}

// setRules sets which rules decide, in changes of one IP version. in is the cell
// of each.
func (x *differ) setRules(f familyDiff, changes []Change, cells []cell, in []int) {
	if len(changes) == 0 || x.budget.err != nil {
		return
	}
	m := x.newMakers(f)
	for i := range changes {
		c := &changes[i]
		by := [2]bool{c.Before.Decision.Cause == match.ByRule, c.After.Decision.Cause == match.ByRule}
		if !x.budget.step(pointSteps) {
			return
		}
		list := m.of(&cells[in[i]], kindsWithin(c.Region.Protocols), by)
		c.RulesBefore, c.RulesAfter = list[0], list[1]
	}
}

// regionsOf is r, or r by ranges of protocols.
func regionsOf(r Region, byProtocol bool) []Region {
	if !byProtocol {
		return []Region{r}
	}
	var list []Region
	for _, p := range r.Protocols.Ranges() {
		r.Protocols = p.set()
		list = append(list, r)
	}
	return list
}

// changeSteps is what a comparison of changes, or of findings, weighs.
const changeSteps = 30

// compareChanges orders changes as Diff does, but for IP versions, which come in
// order.
func compareChanges(a, b Change) int {
	opens := func(c *Change) int {
		if c.Opens() {
			return 0
		}
		return 1
	}
	version := func(c *Change) int { return c.Region.Dst.From().BitLen() }
	ports := func(x, y [2]uint16) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) }
	x, y := &a.Region, &b.Region
	return cmp.Or(
		opens(&a)-opens(&b),
		version(&a)-version(&b),
		cmp.Compare(x.NIC, y.NIC),
		x.Protocols.compare(y.Protocols),
		compareRanges(x.Dst, y.Dst),
		compareRanges(x.Src, y.Src),
		ports(x.DstPort, y.DstPort),
		ports(x.SrcPort, y.SrcPort))
}

func compareRanges(a, b netipx.IPRange) int {
	return cmp.Or(a.From().Compare(b.From()), a.To().Compare(b.To()))
}

// differ compares two sides, before and after.
type differ struct {
	sides   [2]side
	classic bool
	budget  *budget
}

type side struct {
	refs      []match.Ref
	byDefault match.Verdict
	groups    *groups
}

func newDiffer(before, after *match.Table, b *budget) (*differ, error) {
	x := &differ{budget: b}
	for i, t := range []*match.Table{before, after} {
		if err := checkTable(t); err != nil {
			return nil, fmt.Errorf("%s: %w", [...]string{"before", "after"}[i], err)
		}
		x.sides[i] = side{refs: slices.Collect(t.Rules()), byDefault: t.Default()}
	}
	if before.Len()+after.Len() > b.bounds.Rules {
		return nil, &BoundError{Bound: "rules", Limit: int64(b.bounds.Rules)}
	}
	if a, b := before.Network(), after.Network(); a != b {
		return nil, fmt.Errorf("audit: groups of a %v network before and of a %v network after: want one network", a, b)
	}
	x.classic = before.Network() == rule.Classic
	x.sides[0].groups = newGroups(before.Members(), nil, x.budget)
	x.sides[1].groups = newGroups(after.Members(), x.sides[0].groups, x.budget)
	return x, b.err
}

// familyDiff is the diagram of one IP version, and each side's items in order.
type familyDiff struct {
	*diagram
	orders orders
	boxes  [2][]*box // of each side's rules, and of its default; nil where a rule can match no packet
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
		var o orders
		var numbers [2][]int32 // of each side's rules, among filtered; below 0 where one can match no packet
		for i := range x.sides {
			s := &x.sides[i]
			fs, ok := filters(f, s.refs, s.groups)
			for k := range fs {
				if !ok[k] {
					numbers[i] = append(numbers[i], -1)
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
				o[i] = append(o[i], int32(index[c]))
				numbers[i] = append(numbers[i], int32(index[c]))
			}
		}
		d := newDiagram(newSpace(f, filtered, x.budget), x.budget)
		for k, l := range labels {
			if x.budget.err == nil {
				d.add(&d.space.boxes[k], l)
			}
		}
		list[n] = familyDiff{d, o, d.space.boxesOf(numbers)}
	}
	return list
}

// boxesOf returns the boxes with numbers, nil for those below 0. Where the budget
// does not hold the space, it has none.
func (s *space) boxesOf(numbers [2][]int32) (boxes [2][]*box) {
	if len(s.boxes) == 0 {
		return boxes
	}
	for i, list := range numbers {
		for _, n := range list {
			var b *box
			if n >= 0 {
				b = &s.boxes[n]
			}
			boxes[i] = append(boxes[i], b)
		}
	}
	return boxes
}

// cells returns the changes of one IP version, merged and sorted.
func (x *differ) cells(f familyDiff) (list []cell) {
	if x.budget.err != nil {
		return nil
	}
	edges := f.destinations(f.orders)
	for nic := range 2 {
		of := edges[nic*kinds : (nic+1)*kinds]
		if len(of[0]) == 0 {
			continue
		}
		for _, k := range alike(of) {
			list = f.diagram.cells(list, of[bits.TrailingZeros16(uint16(k))], cell{nic: uint8(nic), kinds: k})
		}
	}
	if x.budget.err != nil {
		return nil
	}
	return f.space.minimized(list, x.budget)
}

// alike returns sets of kinds for which the same comes out, by the edges of each
// kind.
func alike(edges [][]edge) (list []kindSet) {
	var done kindSet
	for i := range edges {
		var same kindSet
		for k := i; k < kinds; k++ {
			if done>>k&1 == 0 && slices.Equal(edges[i], edges[k]) {
				same |= 1 << k
			}
		}
		if done |= same; same != 0 {
			list = append(list, same)
		}
	}
	return list
}
