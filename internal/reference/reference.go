// Package reference decides packets the way the specification reads: a loop over
// the rules, written to be checked by eye against the text. Everything else in
// this module that answers for packets is checked against it, so it takes types
// from package rule and no judgement: it compares addresses as spelled-out bits
// and ports as plain numbers, and calls no code that the engine could share.
//
// Speed is no aim. A decision costs a look at every rule up to the deciding one.
package reference

import (
	"net/netip"

	"example.com/sluice/rule"
	"go4.org/netipx"
)

// Packet is what rules look at. Any value of any field is allowed.
type Packet struct {
	Protocol int // IP protocol number; none outside 0..255
	Src, Dst netip.Addr
	SrcPort  int // the ports count only where the protocol has them
	DstPort  int
	NIC      rule.NIC // counts only in classic networks, and must be named there
}

// What decided.
const (
	Invalid = "invalid"
	Default = "default"
	ByRule  = "rule"
)

// Answer is the verdict, what decided (one of the three words above) and, where
// that was a rule, its place: rule Index, from 0, of the group with id Group.
type Answer struct {
	Accept bool
	Cause  string
	Group  string
	Index  int
}

// Interface is a network interface with its groups' rules in the order in which
// packets meet them.
type Interface struct {
	rules          []placed
	classic        bool
	acceptsTheRest bool
}

// New puts the rules of groups in order. The groups are of one network and one
// type. A destination group that members does not hold matches nothing here; the
// engine refuses to compile it, and callers check that on its own.
func New(members map[string]*netipx.IPSet, groups ...*rule.Group) *Interface {
	x := &Interface{classic: len(groups) > 0 && groups[0].Network() == rule.Classic}
	// 1. The rules are those of all the groups of the interface, taken together.
	for _, g := range groups {
		for i, r := range g.Rules() {
			x.rules = append(x.rules, place(g, i, r, members))
		}
	}
	// 2. Order.
	inOrder(x.rules)
	// 4. No rule matches: basic accepts, advanced drops.
	x.acceptsTheRest = len(groups) > 0 && groups[0].Type() == rule.Basic
	return x
}

// Decide answers for one packet.
func (x *Interface) Decide(p Packet) Answer {
	q, valid := x.read(p)
	if !valid {
		return Answer{Cause: Invalid}
	}
	// 3. The first rule that matches decides.
	for _, r := range x.rules {
		if r.ruledOutBy(q) == "" {
			return Answer{Accept: r.rule.Policy == rule.Accept, Cause: ByRule, Group: r.group, Index: r.index}
		}
	}
	return Answer{Accept: x.acceptsTheRest, Cause: Default}
}

// Decide answers for one packet of an interface that is used once.
func Decide(members map[string]*netipx.IPSet, groups []*rule.Group, p Packet) Answer {
	return New(members, groups...).Decide(p)
}
