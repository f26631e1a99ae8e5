package contest

import (
	"net/netip"

	"go4.org/netipx"

	"example.com/sluice/bench/internal/ruleset"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Naive is what most simulators do: the rules in order, netip.Prefix.Contains,
// and the first that matches.
type Naive struct {
	c     *ruleset.Case
	rules []naiveRule
}

type naiveRule struct {
	protocol           rule.Protocol
	dst, src           netip.Prefix  // src: the zero Prefix for any source
	members            *netipx.IPSet // instead of dst, for a destination group
	dstPorts, srcPorts rule.PortRange
	answer             ruleset.Answer
}

// NewNaive returns it over a case.
func NewNaive(c *ruleset.Case) *Naive {
	v := &Naive{c: c}
	for _, r := range c.Rules {
		v.rules = append(v.rules, naiveRule{
			r.Rule.Protocol, r.Rule.Dst, r.Rule.Src, c.Set.Members[r.Rule.DstGroup],
			r.Rule.DstPorts, r.Rule.SrcPorts, r.Answer,
		})
	}
	return v
}

func (v *Naive) Name() string { return "naive" }

func (v *Naive) decide(p *match.Packet) ruleset.Answer {
	for i := range v.rules {
		if v.rules[i].matches(p) {
			return v.rules[i].answer
		}
	}
	return 0
}

func (r *naiveRule) matches(p *match.Packet) bool {
	if r.protocol != rule.All && r.protocol != p.Protocol {
		return false
	}
	if r.members != nil {
		if !r.members.Contains(p.Dst) {
			return false
		}
	} else if !r.dst.Contains(p.Dst) {
		return false
	}
	if r.src.IsValid() && !r.src.Contains(p.Src) {
		return false
	}
	return r.dstPorts.Contains(p.DstPort) && r.srcPorts.Contains(p.SrcPort)
}

func (v *Naive) Thr(n int) (wrong int) {
	packets, want := v.c.Packets[:n], v.c.Answers[:n]
	for i := range packets {
		if v.decide(&packets[i]) != want[i] {
			wrong++
		}
	}
	return wrong
}

func (v *Naive) Chain(n int) (wrong int) {
	packets, want := v.c.Packets[:n], v.c.Answers[:n]
	i := 0
	for range packets {
		a := v.decide(&packets[i])
		if a != want[i] {
			wrong++
		}
		if i += 1 + int(a&1); i >= n {
			i -= n
		}
	}
	return wrong
}
