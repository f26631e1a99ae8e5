package audit

import (
	"fmt"
	"math/big"
	"net/netip"
	"strings"

	"example.com/sluice/rule"
	"go4.org/netipx"
)

// Region is a set of packets: those whose every field is in its range. A range of
// IPv6 addresses that holds IPv4-mapped ones stands for the others in it, for
// mapped addresses are read as IPv4. Regions are comparable.
type Region struct {
	Protocols        ProtocolSet
	Src, Dst         netipx.IPRange
	SrcPort, DstPort [2]uint16 // first and last; they bind tcp and udp only, and are 0 and 65535 where Protocols has more than one of them or any other
	NIC              rule.NIC  // counts where Classic
	Classic          bool
}

// HasPorts reports whether any protocol of r has ports.
func (r Region) HasPorts() bool { return r.Protocols.Has(rule.TCP) || r.Protocols.Has(rule.UDP) }

// Addresses returns how many destination addresses r has, without IPv4-mapped
// ones of IPv6: at most 2^32 of IPv4, and 2^128 - 2^32 of IPv6.
func (r Region) Addresses() *big.Int {
	n := new(big.Int)
	if !r.Dst.IsValid() {
		return n
	}
	x := interval{valueOf(r.Dst.From()), valueOf(r.Dst.To())}
	n.Sub(x.last.big(), x.first.big()).Add(n, big.NewInt(1))
	if r.Dst.From().Is6() && x.first.compare(mapped.first) <= 0 && mapped.last.compare(x.last) <= 0 {
		n.Sub(n, big.NewInt(1<<32))
	}
	return n
}

// Ports returns how many destination ports r has, 1 to 65,536; 0 where no
// protocol of r has ports.
func (r Region) Ports() int {
	if !r.HasPorts() {
		return 0
	}
	return int(r.DstPort[1]) - int(r.DstPort[0]) + 1
}

// String returns r in one line, in the words of [rule.Rule.String]: protocols,
// source, source ports, destination, destination ports, NIC. A field that has all
// of its values is left out, but for the protocols and the destination. The zero
// Region is "no packets".
func (r Region) String() string {
	if r.Protocols == (ProtocolSet{}) {
		return "no packets"
	}
	var b strings.Builder
	b.WriteString(r.Protocols.String())
	if !all(r.Src) {
		fmt.Fprintf(&b, " from %s", addresses(r.Src))
	}
	whole := [2]uint16{0, 65535}
	if r.HasPorts() && r.SrcPort != whole {
		fmt.Fprintf(&b, " sport %d/%d", r.SrcPort[0], r.SrcPort[1])
	}
	fmt.Fprintf(&b, " to %s", addresses(r.Dst))
	if r.HasPorts() && r.DstPort != whole {
		fmt.Fprintf(&b, " port %d/%d", r.DstPort[0], r.DstPort[1])
	}
	if r.Classic {
		fmt.Fprintf(&b, " nic %v", r.NIC)
	}
	return b.String()
}

// all reports whether a range is every address of its IP version.
func all(r netipx.IPRange) bool {
	p, ok := prefixOf(r)
	return ok && p.Bits() == 0
}

func prefixOf(r netipx.IPRange) (p netip.Prefix, ok bool) {
	if !r.IsValid() {
		return p, false
	}
	return r.Prefix()
}

// addresses is a CIDR block, or first-last.
func addresses(r netipx.IPRange) string {
	if p, ok := prefixOf(r); ok {
		return p.String()
	}
	return r.String()
}

// region is what a cell stands for.
func (s *space) region(c *cell) Region {
	addrs := func(a *axis, at span) netipx.IPRange {
		r := a.values(at)
		return netipx.IPRangeFrom(r.first.addr(s.v6), r.last.addr(s.v6))
	}
	portsOf := func(f int) [2]uint16 {
		r := s.axes[f].values(c.at[f])
		return [2]uint16{uint16(r.first.lo), uint16(r.last.lo)}
	}
	return Region{
		Protocols: protocolsOf(c.kinds),
		Src:       addrs(&s.axes[src], c.at[src]),
		Dst:       addrs(&s.dst, c.at[dst]),
		SrcPort:   portsOf(srcPort),
		DstPort:   portsOf(dstPort),
		NIC:       nicOf(int(c.nic), s.classic),
		Classic:   s.classic,
	}
}

// protocolsOf returns the protocols of kinds, whatever their NIC.
func protocolsOf(k kindSet) (s ProtocolSet) {
	for i, p := range kindProtocols {
		if k>>i&1 == 0 {
			continue
		}
		of := Protocols(p)
		if i == kinds-1 {
			of = Protocols(rule.All)
			for w, named := range Protocols(kindProtocols[:kinds-1]...) {
				of[w] &^= named
			}
		}
		for w := range s {
			s[w] |= of[w]
		}
	}
	return s
}
