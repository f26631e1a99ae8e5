package gen

import "net/netip"

// Where addresses gather. The first of each list is the simplest. Neighbours of
// ::ffff:0:0/96, and an address that ends like those in it, are there because a
// packet's mapped address is none of IPv6.
var (
	places4 = []string{
		"10.0.0.0", "192.168.1.0", "203.0.113.128", "172.16.5.4", "10.128.255.255",
		"0.0.0.0", "255.255.255.255", "127.255.255.255", "100.100.100.200",
	}
	places6 = []string{
		"2001:db8::", "fd00:1:2:3::", "2001:db8:8000:ffff::1", "2001:db8:0:1:8000::",
		"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::fffe:a00:0", "2001:db8::ffff:a00:0", "fe80::1",
	}
)

// The prefix lengths at which tables and words change, the common ones first and
// those that cover much of the world apart.
var (
	lengths4 = []int{24, 32, 16, 8, 31, 25, 23, 17, 15, 9}
	lengths6 = []int{64, 128, 32, 48, 127, 65, 63, 47, 33, 31, 25, 24, 23, 17, 16, 15, 9, 8}
	wide     = []int{0, 1, 7}

	narrow4 = []int{32, 24, 31, 25, 28}
	narrow6 = []int{128, 64, 127, 65, 63}
)

// An addresser makes addresses around a few anchors, so that what it makes meets.
// A narrow one has more anchors and makes small blocks, so that of a thousand
// rules many decide something.
type addresser struct {
	s        Source
	narrow   bool
	anchors4 []netip.Addr
	anchors6 []netip.Addr
}

func newAddresser(s Source, narrow bool) addresser {
	a := addresser{s: s, narrow: narrow}
	for range 3 {
		a.anchors4 = append(a.anchors4, netip.MustParseAddr(pick(s, places4)))
		a.anchors6 = append(a.anchors6, netip.MustParseAddr(pick(s, places6)))
	}
	if narrow {
		for range 12 {
			a.anchors4 = append(a.anchors4, randomFrom(s, pick(s, a.anchors4), 12))
			a.anchors6 = append(a.anchors6, randomFrom(s, pick(s, a.anchors6), 40))
		}
	}
	return a
}

// addr is an anchor, one a bit away from it, or one that shares some of its bits.
func (a *addresser) addr(v6 bool) netip.Addr {
	anchor := pick(a.s, a.anchors4)
	if v6 {
		anchor = pick(a.s, a.anchors6)
	}
	switch weighted(a.s, 35, 25, 35, 5) {
	case 0:
		return anchor
	case 1:
		b := anchor.AsSlice()
		i := a.length(v6) % (8 * len(b))
		b[i/8] ^= 0x80 >> (i % 8)
		return unmappable(b)
	case 2:
		return randomFrom(a.s, anchor, a.length(v6))
	}
	return randomFrom(a.s, anchor, 0)
}

// prefix is a block, not masked.
func (a *addresser) prefix(v6 bool) netip.Prefix {
	return netip.PrefixFrom(a.addr(v6), a.length(v6))
}

// length is a prefix length.
func (a *addresser) length(v6 bool) int {
	common, most := lengths4, 32
	if v6 {
		common, most = lengths6, 128
	}
	if a.narrow {
		common = narrow4
		if v6 {
			common = narrow6
		}
		if weighted(a.s, 85, 15) == 0 {
			return pick(a.s, common)
		}
		return between(a.s, most/2, most)
	}
	switch weighted(a.s, 70, 10, 20) {
	case 0:
		return pick(a.s, common)
	case 1:
		return pick(a.s, wide)
	}
	return a.s.IntN(most + 1)
}

// randomFrom keeps the first n bits of addr and draws the others.
func randomFrom(s Source, addr netip.Addr, n int) netip.Addr {
	b := addr.AsSlice()
	for i := n / 8; i < len(b); i++ {
		free := byte(0xff)
		if i == n/8 {
			free >>= n % 8
		}
		b[i] = b[i]&^free | byte(s.IntN(256))&free
	}
	return unmappable(b)
}

// unmappable is the address of b, or a fixed one where it would be IPv4-mapped:
// rules and members have none.
func unmappable(b []byte) netip.Addr {
	addr, _ := netip.AddrFromSlice(b)
	if addr.Is4In6() {
		return netip.MustParseAddr("::1")
	}
	return addr
}
