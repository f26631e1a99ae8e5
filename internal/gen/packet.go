package gen

import (
	"fmt"
	"net/netip"

	"example.com/sluice/rule"
)

// Packet has the fields of the engine's packet, so that a conversion turns one
// into the other; this package imports no engine, so that the engine's own tests
// can import it.
type Packet struct {
	Src, Dst         netip.Addr
	SrcPort, DstPort uint16
	Protocol         rule.Protocol
	NIC              rule.NIC
}

// String shows every field as it is.
func (p Packet) String() string {
	return fmt.Sprintf("protocol %d %v port %d > %v port %d nic %v", uint16(p.Protocol), p.Src, p.SrcPort, p.Dst, p.DstPort, p.NIC)
}

// GoString is what rapid prints.
func (p Packet) GoString() string { return p.String() }

// Packets makes packets for one interface.
type Packets struct {
	rules   []target
	pool4   []netip.Addr // the ends of all blocks and ranges, and their neighbours
	pool6   []netip.Addr
	classic bool
}

// NewPackets prepares for the interface, so that Next is fast.
func NewPackets(x Interface) *Packets {
	ps := &Packets{}
	for _, g := range x.Groups {
		ps.classic = g.Network() == rule.Classic
		for _, r := range g.Rules() {
			ps.add(r, x.Members[r.DstGroup])
		}
	}
	for _, p := range places4 {
		ps.pool4 = append(ps.pool4, netip.MustParseAddr(p))
	}
	for _, p := range places6 {
		ps.pool6 = append(ps.pool6, netip.MustParseAddr(p))
	}
	return ps
}

// Next makes one packet: most aim at a rule, at its edges and just beside; some
// take each field from another rule, some are random; a few are invalid, and a
// few have their addresses in an odd form.
func (ps *Packets) Next(s Source) Packet {
	var p Packet
	switch kind := weighted(s, 65, 25, 10); {
	case len(ps.rules) == 0 || kind == 2:
		p = ps.random(s)
	case kind == 0:
		p = ps.aimed(s, pick(s, ps.rules))
	default:
		p = ps.mixed(s)
	}
	if percent(s, 12) {
		p = ps.perturbed(s, p)
	}
	if percent(s, 12) {
		p = disguised(s, p)
	}
	if percent(s, 6) {
		p = spoiled(s, p)
	}
	return p
}

// List makes n packets.
func (ps *Packets) List(s Source, n int) []Packet {
	list := make([]Packet, n)
	for i := range list {
		list[i] = ps.Next(s)
	}
	return list
}

// aimed is a packet at the edges of one rule.
func (ps *Packets) aimed(s Source, t target) Packet {
	p := Packet{Protocol: t.rule.Protocol, NIC: ps.nic(s, t.rule.NIC)}
	if p.Protocol == rule.All {
		p.Protocol = anyProtocol(s)
	}
	p.Dst = ps.fromPool(s, t.v6)
	if len(t.dst) > 0 {
		p.Dst = pick(s, t.dst).near(s)
	}
	p.Src = ps.fromPool(s, p.Dst.Is6())
	if t.src.first.IsValid() {
		p.Src = t.src.near(s)
	}
	p.DstPort, p.SrcPort = nearPort(s, t.rule.DstPorts), nearPort(s, t.rule.SrcPorts)
	return p
}

// mixed takes each field from another rule: a packet that several rules nearly
// match.
func (ps *Packets) mixed(s Source) Packet {
	a, b, c := pick(s, ps.rules), pick(s, ps.rules), pick(s, ps.rules)
	p := Packet{Protocol: a.rule.Protocol, NIC: ps.nic(s, b.rule.NIC)}
	if p.Protocol == rule.All {
		p.Protocol = anyProtocol(s)
	}
	v6 := a.v6
	p.Dst, p.Src = ps.fromPool(s, v6), ps.fromPool(s, v6)
	p.DstPort, p.SrcPort = nearPort(s, b.rule.DstPorts), nearPort(s, c.rule.SrcPorts)
	return p
}

// random knows no rule.
func (ps *Packets) random(s Source) Packet {
	v6 := percent(s, 50)
	p := Packet{Protocol: anyProtocol(s), NIC: ps.nic(s, rule.Intranet)}
	p.Dst = randomFrom(s, ps.fromPool(s, v6), s.IntN(33))
	p.Src = randomFrom(s, ps.fromPool(s, v6), s.IntN(33))
	p.DstPort, p.SrcPort = uint16(s.IntN(65536)), uint16(s.IntN(65536))
	return p
}

// nic is mostly the one that is meant, or in a VPC none, where it plays no part.
func (ps *Packets) nic(s Source, meant rule.NIC) rule.NIC {
	shares := []int{34, 5, 60, 1}
	if ps.classic {
		shares = []int{84, 11, 4, 1}
	}
	switch weighted(s, shares...) {
	case 0:
		return meant
	case 1:
		return rule.Intranet + rule.Internet - meant
	case 2:
		return rule.NoNIC
	}
	return rule.Internet + 1 + rule.NIC(s.IntN(253)) // there is none such
}

func anyProtocol(s Source) rule.Protocol {
	if weighted(s, 70, 30) == 0 {
		return pick(s, []rule.Protocol{rule.TCP, rule.UDP, rule.ICMP, rule.ICMPv6, rule.GRE})
	}
	return rule.Protocol(s.IntN(256))
}

func (ps *Packets) fromPool(s Source, v6 bool) netip.Addr {
	if v6 {
		return pick(s, ps.pool6)
	}
	return pick(s, ps.pool4)
}
