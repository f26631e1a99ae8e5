package gen_test

import (
	"fmt"
	"net/netip"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/reference"
	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

// TestPacketsReachEveryValue counts protocols, ports and the boundary lengths of
// rules that decide: a class that is made and never decides would test nothing.
func TestPacketsReachEveryValue(t *testing.T) {
	const interfaces, each = 300, 100
	c := counts{}
	decided := 0
	for seed := range uint64(interfaces) {
		s := gen.Seeded(seed)
		x := gen.NewInterface(s, gen.AnyShape(s, 60))
		ref := reference.New(x.Members, x.Groups...)
		for _, p := range gen.NewPackets(x).List(s, each) {
			c[fmt.Sprintf("packet of protocol %d", p.Protocol)]++
			a := ref.Decide(asReference(p))
			if a.Cause != reference.ByRule {
				continue
			}
			decided++
			countDecider(c, decider(x, a), p)
		}
	}
	const all = interfaces * each
	c.want(t, all, 20, "packet of protocol 1", "packet of protocol 6", "packet of protocol 17", "packet of protocol 47", "packet of protocol 58")
	c.want(t, decided, 20, "tcp decides", "udp decides", "icmp decides", "icmpv6 decides", "gre decides", "all decides",
		"a first port decides", "a last port decides", "the first address decides", "the last address decides", "a source decides", "a source port decides")
	c.want(t, decided, 2, "port 1 decides", "port 65535 decides")
	for _, n := range []int{0, 31, 32} {
		c.want(t, decided, 2, fmt.Sprintf("v4/%d decides", n))
	}
	for _, n := range []int{0, 31, 32, 63, 64, 65, 127, 128} {
		c.want(t, decided, 1, fmt.Sprintf("v6/%d decides", n))
	}
}

func decider(x gen.Interface, a reference.Answer) (r rule.Rule) {
	for _, g := range x.Groups {
		if g.ID() == a.Group {
			r, _ = g.Rule(a.Index)
		}
	}
	return r
}

func countDecider(c counts, r rule.Rule, p gen.Packet) {
	ports := r.DstPorts.Last > 0
	one := ports && r.DstPorts.First < r.DstPorts.Last
	first, last := netip.Addr{}, netip.Addr{}
	if r.Dst.IsValid() {
		family := "v4"
		if r.Dst.Addr().Is6() {
			family = "v6"
		}
		c[fmt.Sprintf("%s/%d decides", family, r.Dst.Bits())]++
		if r.Dst.Bits() < r.Dst.Addr().BitLen() {
			first, last = r.Dst.Addr(), lastOf(r.Dst)
		}
	}
	dst := p.Dst.Unmap().WithZone("")
	for class, holds := range map[string]bool{
		r.Protocol.String() + " decides": true,
		"port 1 decides":                 ports && p.DstPort == 1,
		"port 65535 decides":             ports && p.DstPort == 65535,
		"a first port decides":           one && p.DstPort == r.DstPorts.First,
		"a last port decides":            one && p.DstPort == r.DstPorts.Last,
		"the first address decides":      first.IsValid() && dst == first,
		"the last address decides":       last.IsValid() && dst == last,
		"a source decides":               r.Src.IsValid(),
		"a source port decides":          r.SrcPorts.Last > 0,
	} {
		if holds {
			c[class]++
		}
	}
}

// lastOf sets the bits behind the prefix.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// TestInterfacesHaveShadowedRules wants rules that a stronger one covers, of the
// same policy and of the other.
func TestInterfacesHaveShadowedRules(t *testing.T) {
	const all = 300
	c := counts{}
	for seed := range uint64(all) {
		s := gen.Seeded(seed)
		x := gen.NewInterface(s, gen.AnyShape(s, 60))
		var rules []rule.Rule
		for _, g := range x.Groups {
			for _, r := range g.Rules() {
				rules = append(rules, r)
			}
		}
		shadowed, turned := false, false
		for i, r := range rules {
			for j, by := range rules {
				if i != j && covers(by, r) {
					shadowed = true
					turned = turned || by.Policy != r.Policy
				}
			}
		}
		if shadowed {
			c["shadowed"]++
		}
		if turned {
			c["shadowed by the other policy"]++
		}
	}
	c.want(t, all, 300, "shadowed", "shadowed by the other policy")
}

// covers reports whether by, which is stronger, matches all that r matches.
func covers(by, r rule.Rule) bool {
	stronger := by.Priority < r.Priority || by.Priority == r.Priority && by.Policy == rule.Drop && r.Policy == rule.Accept
	ports := func(a, b rule.PortRange) bool {
		return a == (rule.PortRange{}) || b.Last > 0 && a.First <= b.First && b.Last <= a.Last
	}
	block := func(a, b netip.Prefix) bool {
		return b.IsValid() && a.Bits() <= b.Bits() && a.Contains(b.Addr())
	}
	return stronger && by.NIC == r.NIC &&
		(by.Protocol == rule.All || by.Protocol == r.Protocol) &&
		(block(by.Dst, r.Dst) || by.DstGroup != "" && by.DstGroup == r.DstGroup) &&
		(!by.Src.IsValid() || block(by.Src, r.Src)) && ports(by.DstPorts, r.DstPorts) && ports(by.SrcPorts, r.SrcPorts)
}

// TestRapidReachesBothAnswers counts what rapid's own shares, which prefer small
// choices, make of packets: both verdicts for both causes and both families.
func TestRapidReachesBothAnswers(t *testing.T) {
	c := counts{}
	all := 0
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Drawn(t)
		x := gen.NewInterface(s, gen.AnyShape(s, 12))
		ref := reference.New(x.Members, x.Groups...)
		for _, p := range gen.NewPackets(x).List(s, 8) {
			a := ref.Decide(asReference(p))
			all++
			c[fmt.Sprintf("%s accept=%t", a.Cause, a.Accept)]++
			c[fmt.Sprintf("IPv4 is %t", p.Dst.Unmap().Is4())]++
		}
	})
	if testing.Short() {
		return // too few interfaces for shares
	}
	c.want(t, all, 20, "rule accept=true", "rule accept=false", "default accept=true", "default accept=false",
		"invalid accept=false", "IPv4 is true", "IPv4 is false")
}
