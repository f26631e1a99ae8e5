package audit

import (
	"math/big"
	"math/bits"
	"net/netip"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// A witness is any packet of a region. Of those there are, one is chosen that a
// reader can picture: a private source that is no network address, an ephemeral
// source port, a destination that is no network address, a port of a known
// service. The choice is ours, and always the same.

// The values that a witness has where the region has them, the first first.
var (
	exampleSources = [2][]value{
		valuesOf("10.0.0.5", "172.16.0.5", "192.168.0.5"),
		valuesOf("2001:db8::5", "fd00::5"),
	}
	exampleDestinations = [2][]value{
		valuesOf("203.0.113.9", "198.51.100.9", "192.0.2.9", "10.0.0.9", "172.16.0.9", "192.168.0.9"),
		valuesOf("2001:db8::9", "fd00::9"),
	}
	examplePorts     = []uint16{443, 80, 22, 53}
	exampleProtocols = []rule.Protocol{rule.TCP, rule.UDP}
)

const (
	exampleSourcePort = 51000
	firstEphemeral    = 49152 // RFC 6335
	firstUnprivileged = 1024

	sourceOffset, destinationOffset = 5, 9 // of an address in a block without a better one
)

func valuesOf(texts ...string) (list []value) {
	for _, t := range texts {
		list = append(list, valueOf(netip.MustParseAddr(t)))
	}
	return list
}

// witness chooses a packet of r.
func (r *Region) witness() match.Packet {
	p := match.Packet{
		Src:      exampleAddr(r.Src, &exampleSources, sourceOffset),
		Dst:      exampleAddr(r.Dst, &exampleDestinations, destinationOffset),
		Protocol: exampleProtocol(r.Protocols, r.Dst.From().Is6()),
		NIC:      r.NIC,
	}
	if p.Protocol.HasPorts() {
		p.SrcPort = exampleSrcPort(r.SrcPort)
		p.DstPort = exampleDstPort(r.DstPort)
	}
	return p
}

// exampleProtocol is one of s: tcp, udp, the ICMP of the IP version, ESP for the
// protocols without a name, or the first.
func exampleProtocol(s ProtocolSet, v6 bool) rule.Protocol {
	ping := rule.ICMP
	if v6 {
		ping = rule.ICMPv6
	}
	for _, p := range append(exampleProtocols[:len(exampleProtocols):len(exampleProtocols)], ping, rule.GRE, otherProtocol) {
		if s.Has(p) {
			return p
		}
	}
	for p := range rule.All {
		if s.Has(p) {
			return p
		}
	}
	return 0
}

// exampleAddr is one of known that is in the range, or one at an offset from the
// range's first that is neither the first nor the last where there are four.
func exampleAddr(r netipx.IPRange, known *[2][]value, offset uint64) netip.Addr {
	v6 := r.From().Is6()
	x := interval{valueOf(r.From()), valueOf(r.To())}
	family := 0
	if v6 {
		family = 1
	}
	for _, v := range known[family] {
		if x.has(v) {
			return v.addr(v6)
		}
	}
	if zeroNet := (value{0, 1 << 24}); !v6 && x.first.compare(zeroNet) < 0 && x.has(value{0, zeroNet.lo + 255}) {
		x.first = zeroNet // 0.0.0.0/8 is no network
	}
	for ; offset > 0; offset /= 2 {
		v := x.first.plus(offset)
		if x.has(v.next()) && v.compare(x.first) > 0 && x.has(x.first.plus(3)) && !(v6 && mapped.has(v)) {
			return v.addr(v6)
		}
	}
	return x.first.addr(v6)
}

// exampleSrcPort is a port of the range: an ephemeral one, else one above the
// privileged ones, else the first but 0.
func exampleSrcPort(r [2]uint16) uint16 {
	switch {
	case r[0] <= exampleSourcePort && exampleSourcePort <= r[1]:
		return exampleSourcePort
	case r[1] >= firstEphemeral:
		return max(r[0], firstEphemeral)
	case r[1] >= firstUnprivileged:
		return max(r[0], firstUnprivileged)
	}
	return firstPort(r)
}

// exampleDstPort is a port of the range: that of a known service, else the first
// but 0.
func exampleDstPort(r [2]uint16) uint16 {
	for _, p := range examplePorts {
		if r[0] <= p && p <= r[1] {
			return p
		}
	}
	return firstPort(r)
}

func firstPort(r [2]uint16) uint16 {
	if r[0] == 0 && r[1] > 0 {
		return 1
	}
	return r[0]
}

func (n value) plus(m uint64) value {
	lo, carry := bits.Add64(n.lo, m, 0)
	return value{n.hi + carry, lo}
}

func (n value) big() *big.Int {
	b := new(big.Int).SetUint64(n.hi)
	return b.Lsh(b, 64).Or(b, new(big.Int).SetUint64(n.lo))
}

func (r interval) has(v value) bool { return r.first.compare(v) <= 0 && v.compare(r.last) <= 0 }
