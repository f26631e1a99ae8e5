package audit

import (
	"fmt"
	"strings"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// Region is a set of packets: those whose every field is in its range. A range of
// IPv6 addresses that holds IPv4-mapped ones stands for the others in it, for
// mapped addresses are read as IPv4.
type Region struct {
	FirstProtocol, LastProtocol uint8 // one protocol where Ports
	Src, Dst                    netipx.IPRange
	SrcPort, DstPort            [2]uint16 // first and last; 0 and 65535 where not Ports
	Ports                       bool      // tcp or udp
	NIC                         rule.NIC  // counts where Classic
	Classic                     bool
}

// String returns r in one line, in the words of [rule.Rule.String]: protocol,
// source, source ports, destination, destination ports, NIC. A field that has all
// of its values is left out, but for the destination.
func (r Region) String() string {
	var b strings.Builder
	b.WriteString(rule.Protocol(r.FirstProtocol).String())
	if r.FirstProtocol != r.LastProtocol {
		b.Reset()
		fmt.Fprintf(&b, "%d/%d", r.FirstProtocol, r.LastProtocol)
	}
	if p, ok := r.Src.Prefix(); !ok || p.Bits() > 0 {
		fmt.Fprintf(&b, " from %s", addresses(r.Src))
	}
	whole := [2]uint16{0, 65535}
	if r.SrcPort != whole {
		fmt.Fprintf(&b, " sport %d/%d", r.SrcPort[0], r.SrcPort[1])
	}
	fmt.Fprintf(&b, " to %s", addresses(r.Dst))
	if r.DstPort != whole {
		fmt.Fprintf(&b, " port %d/%d", r.DstPort[0], r.DstPort[1])
	}
	if r.Classic {
		fmt.Fprintf(&b, " nic %v", r.NIC)
	}
	return b.String()
}

// addresses is a CIDR block, or first-last.
func addresses(r netipx.IPRange) string {
	if p, ok := r.Prefix(); ok {
		return p.String()
	}
	return r.String()
}

// witness is the first packet of r.
func (r *Region) witness() match.Packet {
	p := match.Packet{Src: r.Src.From(), Dst: r.Dst.From(), Protocol: rule.Protocol(r.FirstProtocol), NIC: r.NIC}
	if r.Ports {
		p.SrcPort, p.DstPort = r.SrcPort[0], r.DstPort[0]
	}
	return p
}

// region is what a cell stands for.
func (s *space) region(c *cell) Region {
	addrs := func(l *line, at span) netipx.IPRange {
		r := l.values(at)
		return netipx.IPRangeFrom(r.first.addr(s.v6), r.last.addr(s.v6))
	}
	portsOf := func(f int) [2]uint16 {
		r := s.lines[f].values(c.at[f])
		return [2]uint16{uint16(r.first.lo), uint16(r.last.lo)}
	}
	return Region{
		FirstProtocol: uint8(c.protocol.first),
		LastProtocol:  uint8(c.protocol.last),
		Src:           addrs(&s.lines[src], c.at[src]),
		Dst:           addrs(&s.dst, c.at[dst]),
		SrcPort:       portsOf(srcPort),
		DstPort:       portsOf(dstPort),
		Ports:         ports(c.protocol),
		NIC:           rule.NIC(c.nic),
		Classic:       s.classic,
	}
}

// ports reports whether a range of protocols has ports: then it is one protocol.
func ports(protocol span) bool { return rule.Protocol(protocol.first).HasPorts() }
