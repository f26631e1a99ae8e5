package match

import (
	"net/netip"

	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// A row is a set of rules, one bit for each, bit i%64 of word i/64 for the rule
// of rank i. Each field of a packet selects a row: the rules that the field does
// not rule out. A rule matches where its bit is in every field's row.

// words returns how many words a row of n rules has.
func words(n int) int { return (n + 63) / 64 }

// setBit adds rule i to a row.
func setBit(row []uint64, i int) { row[i/64] |= 1 << (i % 64) }

// appendRow appends the row of the rules for which in holds to rows of width
// words.
func appendRow(rows []uint64, width int, rules []rule.Rule, in func(r *rule.Rule) bool) []uint64 {
	row := make([]uint64, width)
	for i := range rules {
		if in(&rules[i]) {
			setBit(row, i)
		}
	}
	return append(rows, row...)
}

// kinds gives the row of a packet's protocol and NIC.
type kinds struct {
	class [256]uint8 // protocol number -> class: 0 for numbers that only All matches
	rows  []uint64   // by NIC, then class
	width int
}

// kindProtocols are the protocols with a class of their own; class i+1 is
// kindProtocols[i]. Class 0 stands for every other number.
var kindProtocols = [...]rule.Protocol{rule.TCP, rule.UDP, rule.ICMP, rule.ICMPv6, rule.GRE}

const kindClasses = len(kindProtocols) + 1

func newKinds(rules []rule.Rule, width int, classic bool) kinds {
	k := kinds{width: width}
	for i, p := range kindProtocols {
		k.class[p] = uint8(i + 1)
	}
	for _, nic := range []rule.NIC{rule.Intranet, rule.Internet} {
		for c := range kindClasses {
			k.rows = appendRow(k.rows, width, rules, func(r *rule.Rule) bool {
				protocol := r.Protocol == rule.All || c > 0 && r.Protocol == kindProtocols[c-1]
				return protocol && (!classic || r.NIC == nic)
			})
		}
	}
	return k
}

// place returns where the row of a protocol, 0..255, and a NIC starts.
func (k *kinds) place(p rule.Protocol, nic rule.NIC) int {
	return (int(nic)*kindClasses + int(k.class[uint8(p)])) * k.width
}

// destinations lists for each rule its destination block, by family. A group
// destination has none: members add its bit.
func destinations(rules []rule.Rule) (v4, v6 []netip.Prefix) {
	v4, v6 = make([]netip.Prefix, len(rules)), make([]netip.Prefix, len(rules))
	for i, r := range rules {
		if r.Dst.Addr().Is4() {
			v4[i] = r.Dst
		} else {
			v6[i] = r.Dst
		}
	}
	return v4, v6
}

// sources is destinations for the source: a rule without one takes any.
func sources(rules []rule.Rule) (v4, v6 []netip.Prefix) {
	v4, v6 = make([]netip.Prefix, len(rules)), make([]netip.Prefix, len(rules))
	for i, r := range rules {
		switch {
		case r.Src == netip.Prefix{}:
			v4[i], v6[i] = any4, any6
		case r.Src.Addr().Is4():
			v4[i] = r.Src
		default:
			v6[i] = r.Src
		}
	}
	return v4, v6
}

var (
	any4 = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	any6 = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
)

// portRows gives the row of a port.
type portRows struct {
	classes portClasses
	rows    []uint64 // by class
	width   int
}

// newPortRows indexes the port range that of takes from a rule. Rules of
// protocols without ports have none, and so are in every row.
func newPortRows(rules []rule.Rule, width int, of func(r *rule.Rule) rule.PortRange) portRows {
	ranges := make([]rule.PortRange, len(rules))
	for i := range rules {
		ranges[i] = of(&rules[i])
	}
	p := portRows{classes: newPortClasses(ranges), width: width}
	for _, port := range p.classes.sample {
		p.rows = appendRow(p.rows, width, rules, func(r *rule.Rule) bool { return of(r).Contains(port) })
	}
	return p
}

// place returns where the row of a port starts.
func (p *portRows) place(port uint16) int { return p.classes.class(port) * p.width }

// row returns the row of a port.
func (p *portRows) row(port uint16) []uint64 { return p.rows[p.place(port):][:p.width] }

func dstPorts(r *rule.Rule) rule.PortRange { return r.DstPorts }
func srcPorts(r *rule.Rule) rule.PortRange { return r.SrcPorts }

// bitsAt returns the row of two words at place i.
func bitsAt(rows []uint64, i int) cidr.Bits { return cidr.Bits{Lo: rows[i], Hi: rows[i+1]} }
