package gen

import (
	"fmt"
	"slices"
	"strings"

	"example.com/sluice/rule"
	"go4.org/netipx"
)

// Families says which addresses rules have. Classic groups have IPv4 ones only,
// whatever the shape says.
type Families uint8

const (
	Both Families = iota
	Only4
	Only6
)

// Shape is what an interface is like. The zero Shape is a basic VPC interface of
// one group without rules that can name no other group.
type Shape struct {
	Network  rule.Network
	Type     rule.Type // advanced in a VPC only
	Families Families
	Groups   int // 0 is 1
	Rules    int // in all the groups together
	Members  int // how many groups there are that rules can name
}

// AnyShape draws a shape of up to most rules; half of those it draws are of one
// group, and small ones are common.
func AnyShape(s Source, most int) Shape {
	sh := Shape{
		Network:  rule.Network(weighted(s, 75, 25)),
		Families: Families(weighted(s, 70, 15, 15)),
		Groups:   1,
		Members:  weighted(s, 30, 25, 25, 20),
	}
	if sh.Network == rule.VPC {
		sh.Type = rule.Type(weighted(s, 50, 50))
	}
	if percent(s, 50) {
		sh.Groups = between(s, 2, 10)
	}
	switch weighted(s, 45, 30, 15, 10) {
	case 0:
		sh.Rules = s.IntN(min(most, 12) + 1)
	case 1:
		sh.Rules = s.IntN(min(most, 64) + 1)
	case 2:
		sh.Rules = s.IntN(min(most, 140) + 1) // the engine changes its ways at 128
	case 3:
		sh.Rules = s.IntN(most + 1)
	}
	return sh
}

// Interface is the groups of one network interface, and the members that their
// rules need.
type Interface struct {
	Members map[string]*netipx.IPSet
	Groups  []*rule.Group
}

// NewInterface makes an interface of the shape.
func NewInterface(s Source, sh Shape) Interface {
	m := NewMaker(s, sh)
	x := Interface{Members: m.Members()}
	groups := max(sh.Groups, 1)
	for i := range groups {
		n := sh.Rules / groups
		if i < sh.Rules%groups {
			n++
		}
		x.Groups = append(x.Groups, m.Group(fmt.Sprintf("sg-%d", i), n))
	}
	return x
}

// Group makes a group of n rules, with a limit that lets them in. They enter as
// request text, as typed rules or as a Describe reply states them; the last way
// brings equal rules and priorities up to 110.
func (m *Maker) Group(id string, n int) *rule.Group {
	g := rule.NewGroup(id, m.shape.Network, m.shape.Type)
	g.Limit = max(n, rule.DefaultLimit)
	var err error
	switch weighted(m.s, 35, 25, 40) {
	case 0:
		var requests []rule.Params
		for _, r := range m.distinct(n) {
			requests = append(requests, m.spelled(r))
		}
		err = g.Authorize(requests...)
	case 1:
		err = g.Add(m.distinct(n)...)
	case 2:
		err = g.Restore(m.existing(n)...)
	}
	if err != nil {
		panic(fmt.Sprintf("gen: group %s of %d rules: %v", id, n, err))
	}
	return g
}

// distinct makes n rules of which no two are equal to the provider. Where that
// takes too many tries (rapid can draw the same choices for ever), it counts the
// source ports up.
func (m *Maker) distinct(n int) []rule.Rule {
	var rules []rule.Rule
	seen := map[rule.Rule]bool{}
	for tries := 0; len(rules) < n; tries++ {
		r := m.Rule()
		if tries > 2*n+8 {
			r = counted(m, r, tries)
		}
		key := r
		key.Priority, key.Description, key.DstHost, key.SrcHost = 0, "", r.Dst.Addr(), r.Src.Addr()
		if !seen[key] {
			seen[key] = true
			rules = append(rules, r)
		}
	}
	return rules
}

func counted(m *Maker, r rule.Rule, i int) rule.Rule {
	if !r.Protocol.HasPorts() {
		r.Protocol = rule.TCP
		r.DstPorts = rule.PortRange{First: 1, Last: 65535}
	}
	first := uint16(1 + i%65535)
	r.SrcPorts = rule.PortRange{First: first, Last: first}
	return r
}

func (m *Maker) existing(n int) []rule.Existing {
	list := make([]rule.Existing, n)
	for i := range list {
		r := m.Rule()
		switch {
		case i > 0 && percent(m.s, 10):
			list[i] = list[m.s.IntN(i)]
		case percent(m.s, 10):
			r.Priority = uint8(between(m.s, 101, 110))
			fallthrough
		default:
			list[i].Params = m.spelled(r)
		}
		list[i].ID = fmt.Sprintf("sgr-%d", i)
	}
	return list
}

// Len is the number of rules.
func (x Interface) Len() int {
	n := 0
	for _, g := range x.Groups {
		n += g.Len()
	}
	return n
}

// String is the whole interface for a failure's message: groups, rules, members.
func (x Interface) String() string {
	var b strings.Builder
	for _, g := range x.Groups {
		fmt.Fprintf(&b, "group %s %v %v\n", g.ID(), g.Network(), g.Type())
		for i, r := range g.Rules() {
			fmt.Fprintf(&b, "  %d: %v\n", i, r)
		}
	}
	var ids []string
	for id := range x.Members {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		const most = 12
		ranges, more := x.Members[id].Ranges(), ""
		if len(ranges) > most {
			ranges, more = ranges[:most], fmt.Sprintf(" and %d more", len(ranges)-most)
		}
		fmt.Fprintf(&b, "members %s: %v%s\n", id, ranges, more)
	}
	return b.String()
}

// GoString is what rapid prints.
func (x Interface) GoString() string { return "\n" + x.String() }
