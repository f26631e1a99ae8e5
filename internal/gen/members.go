package gen

import (
	"fmt"
	"net/netip"
	"strconv"

	"go4.org/netipx"
)

func memberID(i int) string { return "sg-m" + strconv.Itoa(i) }

// Members makes the members of every group that the maker's rules may name: none
// at all, single addresses, ranges that are no block, blocks, many, and all.
func (m *Maker) Members() map[string]*netipx.IPSet {
	members := map[string]*netipx.IPSet{}
	for _, id := range m.ids {
		members[id] = m.set()
	}
	return members
}

func (m *Maker) set() *netipx.IPSet {
	var b netipx.IPSetBuilder
	switch weighted(m.s, 30, 18, 20, 15, 8, 4, 5) {
	case 0:
		for range between(m.s, 1, 5) {
			b.Add(m.memberAddr())
		}
	case 1: // no members
	case 2:
		for range between(m.s, 1, 4) {
			b.AddRange(m.span())
		}
	case 3:
		for range between(m.s, 1, 3) {
			b.AddPrefix(m.Prefix(m.member6()))
		}
		b.Add(m.memberAddr())
		b.AddRange(m.span())
	case 4:
		for range 200 {
			b.Add(randomFrom(m.s, m.memberAddr(), 20))
		}
	case 5: // mapped addresses are IPv4 ones
		b.Add(m.memberAddr())
		if m.shape.Families != Only6 {
			r := netipx.RangeOfPrefix(netip.PrefixFrom(m.Addr(false), 29).Masked())
			b.AddRange(netipx.IPRangeFrom(netip.AddrFrom16(r.From().As16()), netip.AddrFrom16(r.To().As16())))
			b.Add(r.From()) // and some are there in both forms
			b.Add(r.To())
		}
		if m.shape.Families == Both {
			b.AddRange(netipx.MustParseIPRange(pick(m.s, mappedRanges)))
		}
	case 6:
		b.AddPrefix(netip.MustParsePrefix(pick(m.s, []string{"0.0.0.0/0", "::/0"})))
	}
	set, err := b.IPSet()
	if err != nil {
		panic(fmt.Sprintf("gen: members: %v", err))
	}
	return set
}

// mappedRanges touch the mapped addresses, hold them all, or them and more.
var mappedRanges = []string{
	"::ffff:10.0.0.0-::ffff:10.0.0.9", "::fffe:ffff:fff0-::ffff:10.0.0.9", "::fffe:ffff:fff0-::ffff:0.0.0.0", "::ffff:255.255.255.255-::1:0:0:9",
	"::ffff:192.168.0.5-::1:0:0:9",
	"::ffff:0.0.0.0-::ffff:255.255.255.255", "::fffe:ffff:ffff-::ffff:255.255.255.255", "::1-::2:0:0:0",
}

// span is a range of addresses that mostly is no block.
func (m *Maker) span() netipx.IPRange {
	v6 := m.member6()
	a := m.Addr(v6)
	b := m.Addr(v6)
	if percent(m.s, 70) {
		b = randomFrom(m.s, a, a.BitLen()-between(m.s, 0, 10)) // a short one
	}
	if b.Less(a) {
		a, b = b, a
	}
	return netipx.IPRangeFrom(a, b)
}

// memberAddr is an address of either family.
func (m *Maker) memberAddr() netip.Addr { return m.Addr(m.member6()) }

func (m *Maker) member6() bool {
	return m.shape.Families == Only6 || m.shape.Families == Both && percent(m.s, 45)
}
