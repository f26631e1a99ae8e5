package ruleset

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"go4.org/netipx"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Set is the rules of one network interface.
type Set struct {
	Spec    Spec
	Groups  []*rule.Group            // advanced: what no rule decides is dropped
	Members map[string]*netipx.IPSet // of the groups that rules name; nil where none does

	addresses []netip.Addr // of Members, as a list to draw from
	worlds    []*world     // one for each family of the set
}

// memberGroup is the group that a rule of a [Members] set names.
const memberGroup = "sg-members"

// closing is the priority of the rules that drop what is left.
const closing = 100

// New makes the set of a spec.
func New(spec Spec) (*Set, error) { return NewVariant(spec, 0, nil) }

// NewVariant makes one of many sets of the same spec: another variant has other
// rules. The members, where the shape has any, are those of the set from, or new
// ones where it is nil.
func NewVariant(spec Spec, variant uint64, from *Set) (*Set, error) {
	draw := drawers[spec.Shape]
	if draw == nil || spec.Rules < 1 || spec.Rules > match.MaxGroups*GroupSize || !slices.Contains(families, spec.Family) {
		return nil, fmt.Errorf("ruleset: no set %v: want sg, acl, fw, overlap or members, 1 to %d rules, and v4, v6 or mixed", spec, match.MaxGroups*GroupSize)
	}
	d := newDice(spec.seed(), variant)
	s := &Set{Spec: spec}
	if spec.Family != V6 {
		s.worlds = append(s.worlds, newWorld(d, true))
	}
	if spec.Family != V4 {
		s.worlds = append(s.worlds, newWorld(d, false))
	}
	switch {
	case spec.Shape == Members && from != nil:
		s.Members, s.addresses = from.Members, from.addresses
	case spec.Shape == Members:
		if err := s.SetMembers(MemberCount); err != nil {
			return nil, err
		}
	}
	for left := spec.Rules; left > 0; left -= GroupSize {
		g := rule.NewGroup(fmt.Sprintf("sg-%d", len(s.Groups)), rule.VPC, rule.Advanced)
		if err := s.fill(d, g, min(left, GroupSize), draw); err != nil {
			return nil, err
		}
		s.Groups = append(s.Groups, g)
	}
	return s, nil
}

// SetMembers gives the group that rules name n members, scattered over the
// private addresses.
func (s *Set) SetMembers(n int) error {
	d := newDice(s.Spec.seed(), 1<<32)
	block := netip.MustParsePrefix("fd00:10::/32")
	if s.Spec.Family != V6 {
		block = netip.MustParsePrefix("10.0.0.0/8")
	}
	seen := make(map[netip.Addr]bool, n)
	s.addresses = make([]netip.Addr, 0, n)
	var b netipx.IPSetBuilder
	for len(s.addresses) < n {
		a := d.inside(block)
		if !seen[a] {
			seen[a] = true
			s.addresses = append(s.addresses, a)
			b.Add(a)
		}
	}
	set, err := b.IPSet()
	if err != nil {
		return fmt.Errorf("ruleset: members: %w", err)
	}
	s.Members = map[string]*netipx.IPSet{memberGroup: set}
	return nil
}

// fill enters rules into a group with Group.Add, as users do.
func (s *Set) fill(d dice, g *rule.Group, n int, draw func(dice, *world) rule.Rule) error {
	if s.Spec.Shape == Members {
		err := g.Add(rule.Rule{
			Protocol: rule.TCP, DstGroup: memberGroup, Policy: rule.Accept, Priority: 20,
			DstPorts: rule.PortRange{First: 443, Last: 443},
		})
		if err != nil {
			return fmt.Errorf("ruleset: %w", err)
		}
	}
	// The closing rules enter first, so that no drawn rule stands in their place.
	if err := g.Add(s.closers(n)...); err != nil {
		return fmt.Errorf("ruleset: %w", err)
	}
	for g.Len() < n {
		err := g.Add(draw(d, pick(d, s.worlds)))
		if err != nil && !errors.Is(err, rule.RuleDuplicate) { // one more draw
			return fmt.Errorf("ruleset: %w", err)
		}
	}
	return nil
}

// closers are the rules that drop what is left, for a group of n rules.
func (s *Set) closers(n int) []rule.Rule {
	if s.Spec.Shape != SG && s.Spec.Shape != Members || n <= len(s.worlds) {
		return nil
	}
	var rules []rule.Rule
	for _, w := range s.worlds {
		rules = append(rules, rule.Rule{Protocol: rule.All, Dst: w.any, Policy: rule.Drop, Priority: closing})
	}
	return rules
}

// Compile indexes the members, where there are any, and compiles the set.
func (s *Set) Compile() (*match.Table, error) {
	var m *match.Members
	if s.Members != nil {
		var err error
		if m, err = match.NewMembers(s.Members); err != nil {
			return nil, err
		}
	}
	return match.Compile(m, s.Groups...)
}

// Answer is what a contender says to a packet: 0 where no rule decides, else the
// deciding rule's place in [Set.Ordered], from 1, times two, and 1 more where it
// accepts. The lowest bit is the verdict.
type Answer uint32

// Ranked is a rule in its place.
type Ranked struct {
	match.Ref
	Answer Answer
}

// Ordered returns the rules in the order in which packets meet them: priority,
// then drop before accept, then group, then entry. It is computed here, not by
// the table: the rivals stand on it.
func (s *Set) Ordered() []Ranked {
	var list []Ranked
	for _, g := range s.Groups {
		for i, r := range g.Rules() {
			list = append(list, Ranked{Ref: match.Ref{Group: g.ID(), Index: i, Rule: r}})
		}
	}
	slices.SortStableFunc(list, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(a.Rule.Priority, b.Rule.Priority), cmp.Compare(a.Rule.Policy, b.Rule.Policy))
	})
	for i := range list {
		list[i].Answer = Answer(i+1) << 1
		if list[i].Rule.Policy == rule.Accept {
			list[i].Answer |= 1
		}
	}
	return list
}
