package match

import (
	"net/netip"

	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// A row is a set of up to 128 rules, one bit for each. Each field of a packet
// selects a row: the rules that the field does not rule out. A rule matches where
// its bit is in every field's row.

// rowOf returns the rules for which in holds.
func rowOf(rules []rule.Rule, in func(r *rule.Rule) bool) (row cidr.Bits) {
	for i := range rules {
		if in(&rules[i]) {
			row = row.With(i)
		}
	}
	return row
}

// kindRow returns the rules of a kind and a NIC.
func kindRow(rules []rule.Rule, classic bool, nic rule.NIC, kind int) cidr.Bits {
	return rowOf(rules, func(r *rule.Rule) bool { return takesKind(r, classic, nic, kind) })
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

// sources is destinations for the source: a rule without one takes any, of the
// families that its destination can have.
func sources(rules []rule.Rule) (v4, v6 []netip.Prefix) {
	v4, v6 = make([]netip.Prefix, len(rules)), make([]netip.Prefix, len(rules))
	for i, r := range rules {
		isAny := r.Src == netip.Prefix{}
		switch {
		case isAny && r.Dst.Addr().Is4():
			v4[i] = any4
		case isAny && r.Dst.Addr().Is6():
			v6[i] = any6
		case isAny: // a group has members of both
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

// portRows returns the row of each class of ports, for the range that of takes
// from a rule. Rules of protocols without ports have none, and so are in every
// row.
func portRows(rules []rule.Rule, classes *portClasses, of func(r *rule.Rule) rule.PortRange) []cidr.Bits {
	rows := make([]cidr.Bits, len(classes.sample))
	for i := range rules {
		first, last := uint32(0), uint32(len(rows)-1)
		if r := of(&rules[i]); !r.IsAny() {
			first, last = classes.class(r.First), classes.class(r.Last)
		}
		for c := first; c <= last; c++ {
			rows[c] = rows[c].With(i)
		}
	}
	return rows
}
