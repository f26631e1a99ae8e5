package ruleset

import (
	"net/netip"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// TraceLen is how many packets the trace of a set has.
const TraceLen = 100_000

// perturbed is the share of packets, of 100, that are moved off the rule they
// were drawn from.
const perturbed = 15

// memberShare is the share of packets, of 100, that a [Members] set draws from
// the rule with the members.
const memberShare = 25

// Packets draws n packets from the rules of s: interior points of random rules,
// a share of them perturbed. The same set gives the same packets.
func (s *Set) Packets(n int) []match.Packet {
	d := newDice(s.Spec.seed(), 2<<32)
	var rules, named []rule.Rule // all, and those that name a group
	for _, r := range s.Ordered() {
		rules = append(rules, r.Rule)
		if r.Rule.DstGroup != "" {
			named = append(named, r.Rule)
		}
	}
	packets := make([]match.Packet, n)
	for i := range packets {
		from := rules
		if len(named) > 0 && d.percent(memberShare) {
			from = named
		}
		packets[i] = s.interior(d, pick(d, from))
		if d.percent(perturbed) {
			perturb(d, &packets[i])
		}
	}
	return packets
}

// interior draws a packet that r matches.
func (s *Set) interior(d dice, r rule.Rule) match.Packet {
	var p match.Packet
	if r.DstGroup != "" {
		p.Dst = pick(d, s.addresses)
	} else {
		p.Dst = d.inside(r.Dst)
	}
	w := s.worlds[0]
	if w.any.Addr().Is4() != p.Dst.Is4() {
		w = s.worlds[1]
	}
	if r.Dst == w.any && d.percent(50) {
		p.Dst = d.inside(pick(d, w.ranges)) // as often near the other rules as anywhere
	}
	p.Src = w.address(d)
	if r.Src.IsValid() {
		p.Src = d.inside(r.Src)
	}
	p.Protocol = r.Protocol
	if r.Protocol == rule.All {
		p.Protocol = protocol(d, w, 0)
	}
	if p.Protocol.HasPorts() {
		p.DstPort = port(d, r.DstPorts)
		p.SrcPort = port(d, r.SrcPorts)
		if r.SrcPorts.IsAny() && d.percent(80) {
			p.SrcPort = port(d, ephemeral)
		}
	}
	return p
}

// port draws a port of a range; of one that spans all, a service as often as not.
func port(d dice, r rule.PortRange) uint16 {
	if r.IsAny() || r == everyPort {
		if d.percent(50) {
			return pick(d, services)
		}
		r = everyPort
	}
	return uint16(d.between(int(r.First), int(r.Last)))
}

// perturb moves a packet off the rule it was drawn from.
func perturb(d dice, p *match.Packet) {
	change := d.IntN(4)
	if !p.Protocol.HasPorts() && change == 2 {
		change = d.IntN(2)
	}
	switch change {
	case 0:
		p.Dst = flip(p.Dst, d.IntN(p.Dst.BitLen()))
	case 1:
		p.Src = flip(p.Src, d.IntN(p.Src.BitLen()))
	case 2:
		p.DstPort += pick(d, []uint16{1, 0xffff, uint16(d.between(2, 60000))})
	default:
		changeProtocol(d, p)
	}
}

func changeProtocol(d dice, p *match.Packet) {
	from := p.Protocol
	for p.Protocol == from {
		p.Protocol = pick(d, []rule.Protocol{rule.TCP, rule.UDP, rule.ICMP, rule.ICMPv6, rule.GRE, 50, 132})
	}
	switch {
	case !p.Protocol.HasPorts():
		p.SrcPort, p.DstPort = 0, 0
	case !from.HasPorts():
		p.SrcPort, p.DstPort = port(d, ephemeral), pick(d, services)
	}
}

// Addresses returns the members of the group that rules name.
func (s *Set) Addresses() []netip.Addr { return s.addresses }
