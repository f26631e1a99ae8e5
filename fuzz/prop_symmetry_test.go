package fuzz

import (
	"net/netip"
	"slices"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
	"pgregory.net/rapid"
)

// What must not matter: forms of one address, fields that play no part, and
// renamings of addresses, ports and protocols in rules and packets alike.
var symmetryProperties = []property{
	{"MappedAddressIsIPv4", propMappedAddressIsIPv4, []string{"by rule", "by default"}},
	{"ZoneIsIgnored", propZoneIsIgnored, []string{"by rule"}},
	{"PortsCountForTCPAndUDPOnly", propPortsCountForTCPAndUDPOnly, []string{"without ports"}},
	{"NICCountsInClassicOnly", propNICCountsInClassicOnly, []string{"vpc"}},
	{"AddressBitsTurnedChangeNothing", propAddressBitsTurnedChangeNothing, []string{"IPv4 by rule", "IPv6 by rule"}},
	{"PortsTurnedRoundChangeNothing", propPortsTurnedRoundChangeNothing, []string{"by rule", "ports"}},
	{"TCPAndUDPSwappedChangeNothing", propTCPAndUDPSwappedChangeNothing, []string{"tcp or udp by rule"}},
	{"NICsSwappedChangeNothing", propNICsSwappedChangeNothing, []string{"checks"}},
}

func FuzzPropMappedAddressIsIPv4(f *testing.F)        { fuzzed(f, propMappedAddressIsIPv4) }
func FuzzPropZoneIsIgnored(f *testing.F)              { fuzzed(f, propZoneIsIgnored) }
func FuzzPropPortsCountForTCPAndUDPOnly(f *testing.F) { fuzzed(f, propPortsCountForTCPAndUDPOnly) }
func FuzzPropNICCountsInClassicOnly(f *testing.F)     { fuzzed(f, propNICCountsInClassicOnly) }
func FuzzPropAddressBitsTurnedChangeNothing(f *testing.F) {
	fuzzed(f, propAddressBitsTurnedChangeNothing)
}
func FuzzPropPortsTurnedRoundChangeNothing(f *testing.F) {
	fuzzed(f, propPortsTurnedRoundChangeNothing)
}
func FuzzPropTCPAndUDPSwappedChangeNothing(f *testing.F) {
	fuzzed(f, propTCPAndUDPSwappedChangeNothing)
}
func FuzzPropNICsSwappedChangeNothing(f *testing.F) { fuzzed(f, propNICsSwappedChangeNothing) }

// sameFor wants table b to say of each packet as changed what a says of it: the
// same decision, rank and all.
func sameFor(t *rapid.T, w world, a, b *match.Table, change func(p gen.Packet) gen.Packet, each func(p gen.Packet, d match.Decision)) {
	t.Helper()
	for _, p := range w.packets {
		q := change(p)
		want, got := a.Decide(match.Packet(p)), b.Decide(match.Packet(q))
		if !sameRank(a, want, b, got) {
			t.Fatalf("Decide(%v) = %+v, want %+v as for %v with\n%v", q, got, want, p, w.Interface)
		}
		each(p, want)
	}
}

func propMappedAddressIsIPv4(t *rapid.T, m met) {
	w := anyWorld(t)
	a := tableOf(t, w.Interface)
	mapped := func(a netip.Addr) netip.Addr {
		if a.Is4() {
			return netip.AddrFrom16(a.As16())
		}
		return a.Unmap()
	}
	for _, which := range [][2]bool{{true, false}, {false, true}, {true, true}} {
		sameFor(t, w, a, a, func(p gen.Packet) gen.Packet {
			if which[0] {
				p.Src = mapped(p.Src)
			}
			if which[1] {
				p.Dst = mapped(p.Dst)
			}
			return p
		}, func(p gen.Packet, d match.Decision) {
			is4 := p.Src.Unmap().Is4() && p.Dst.Unmap().Is4()
			m.saw("by rule", is4 && d.Cause == match.ByRule)
			m.saw("by default", is4 && d.Cause == match.Default)
		})
	}
}

func propZoneIsIgnored(t *rapid.T, m met) {
	w := anyWorld(t)
	a := tableOf(t, w.Interface)
	sameFor(t, w, a, a, func(p gen.Packet) gen.Packet {
		p.Src, p.Dst = p.Src.WithZone("eth0"), p.Dst.WithZone("eth1") // IPv4 takes none
		return p
	}, func(p gen.Packet, d match.Decision) {
		m.saw("by rule", p.Dst.Is6() && d.Cause == match.ByRule)
	})
}

func propPortsCountForTCPAndUDPOnly(t *rapid.T, m met) {
	w := anyWorld(t)
	a := tableOf(t, w.Interface)
	s := choices(t)
	sameFor(t, w, a, a, func(p gen.Packet) gen.Packet {
		if !p.Protocol.HasPorts() {
			p.SrcPort, p.DstPort = uint16(s.IntN(65536)), uint16(s.IntN(65536))
		}
		return p
	}, func(p gen.Packet, d match.Decision) {
		m.saw("without ports", !p.Protocol.HasPorts() && d.Cause == match.ByRule)
	})
}

func propNICCountsInClassicOnly(t *rapid.T, m met) {
	w := anyWorld(t)
	a := tableOf(t, w.Interface)
	vpc := w.Groups[0].Network() == rule.VPC
	sameFor(t, w, a, a, func(p gen.Packet) gen.Packet {
		if vpc && p.NIC <= rule.Internet {
			p.NIC = (p.NIC + 1) % (rule.Internet + 1)
		}
		return p
	}, func(_ gen.Packet, d match.Decision) { m.saw("vpc", vpc && d.Cause == match.ByRule) })
}

// turn flips the bits of an address that are set in mask.
type turn struct{ v4, v6 [16]byte }

func (k turn) addr(a netip.Addr) netip.Addr {
	mask := k.v6
	if a.Is4() {
		mask = k.v4
	}
	b := a.AsSlice()
	for i := range b {
		b[i] ^= mask[i]
	}
	turned, _ := netip.AddrFromSlice(b)
	return turned
}

func (k turn) prefix(p netip.Prefix) netip.Prefix {
	if !p.IsValid() {
		return p
	}
	return netip.PrefixFrom(k.addr(p.Addr()), p.Bits()).Masked()
}

// drawTurn draws a few bits to flip, or any.
func drawTurn(s gen.Source) (k turn) {
	if s.IntN(2) == 0 {
		for range 1 + s.IntN(3) {
			i, j := s.IntN(32), s.IntN(128)
			k.v4[i/8] ^= 0x80 >> (i % 8)
			k.v6[j/8] ^= 0x80 >> (j % 8)
		}
		return k
	}
	for i := range k.v6 {
		k.v4[i], k.v6[i] = byte(s.IntN(256)), byte(s.IntN(256))
	}
	return k
}

// turnedWorld is the world with the bits of all addresses flipped; ok is false
// where an address is an IPv4-mapped one before or after, for those are IPv4.
func turnedWorld(t *rapid.T, w world, k turn) (y gen.Interface, ok bool) {
	ok = true
	prefix := func(p netip.Prefix) netip.Prefix {
		q := k.prefix(p)
		ok = ok && !q.Addr().Is4In6()
		return q
	}
	y.Members = map[string]*netipx.IPSet{}
	for id, set := range w.Members {
		var b netipx.IPSetBuilder
		for _, p := range set.Prefixes() {
			q := prefix(p)
			ok = ok && !mappedBlock.Overlaps(p) && !mappedBlock.Overlaps(q)
			b.AddPrefix(q)
		}
		turned, err := b.IPSet()
		if err != nil {
			t.Fatalf("the set of %s with bits flipped: %v", id, err)
		}
		y.Members[id] = turned
	}
	var lists [][]rule.Rule
	for _, g := range w.Groups {
		list := rulesOf(g)
		for i, r := range list {
			r.Dst, r.Src, r.DstHost, r.SrcHost = prefix(r.Dst), prefix(r.Src), netip.Addr{}, netip.Addr{}
			list[i] = r
		}
		lists = append(lists, list)
	}
	for i, g := range w.Groups {
		if ok {
			y.Groups = append(y.Groups, groupOf(t, g, g.Type(), lists[i]))
		}
	}
	return y, ok
}

func propAddressBitsTurnedChangeNothing(t *rapid.T, m met) {
	w := anyWorld(t)
	k := drawTurn(choices(t))
	y, ok := turnedWorld(t, w, k)
	if !ok {
		return
	}
	turned := func(p gen.Packet) gen.Packet {
		p.Dst, p.Src = k.addr(p.Dst.Unmap()), k.addr(p.Src.Unmap())
		return p
	}
	w.packets = slices.DeleteFunc(w.packets, func(p gen.Packet) bool {
		q := turned(p)
		return q.Dst.Is4In6() || q.Src.Is4In6()
	})
	sameFor(t, w, tableOf(t, w.Interface), tableOf(t, y), turned, func(p gen.Packet, d match.Decision) {
		m.saw("IPv4 by rule", p.Dst.Unmap().Is4() && d.Cause == match.ByRule)
		m.saw("IPv6 by rule", !p.Dst.Unmap().Is4() && d.Cause == match.ByRule)
	})
}

// Port x for port 65536-x everywhere: 0 stays, and every edge changes sides.
func propPortsTurnedRoundChangeNothing(t *rapid.T, m met) {
	w := anyWorld(t)
	turned := func(r rule.PortRange) rule.PortRange {
		if r.IsAny() {
			return r
		}
		m.saw("ports", true)
		return rule.PortRange{First: -r.Last, Last: -r.First} // uint16: 65536 less
	}
	y := remade(t, w.Interface, func(_ int, list []rule.Rule) []rule.Rule {
		for i := range list {
			list[i].DstPorts, list[i].SrcPorts = turned(list[i].DstPorts), turned(list[i].SrcPorts)
		}
		return list
	})
	sameFor(t, w, tableOf(t, w.Interface), tableOf(t, y), func(p gen.Packet) gen.Packet {
		p.SrcPort, p.DstPort = -p.SrcPort, -p.DstPort
		return p
	}, func(p gen.Packet, d match.Decision) {
		m.saw("by rule", p.Protocol.HasPorts() && d.Cause == match.ByRule)
	})
}

func propTCPAndUDPSwappedChangeNothing(t *rapid.T, m met) {
	w := anyWorld(t)
	swapped := func(p rule.Protocol) rule.Protocol {
		if p.HasPorts() {
			return rule.TCP + rule.UDP - p
		}
		return p
	}
	y := remade(t, w.Interface, func(_ int, list []rule.Rule) []rule.Rule {
		for i := range list {
			list[i].Protocol = swapped(list[i].Protocol)
		}
		return list
	})
	sameFor(t, w, tableOf(t, w.Interface), tableOf(t, y), func(p gen.Packet) gen.Packet {
		p.Protocol = swapped(p.Protocol)
		return p
	}, func(p gen.Packet, d match.Decision) {
		m.saw("tcp or udp by rule", p.Protocol.HasPorts() && d.Cause == match.ByRule)
	})
}

func otherNIC(n rule.NIC) rule.NIC {
	if n == rule.NoNIC || n > rule.Internet {
		return n
	}
	return rule.Intranet + rule.Internet - n
}

// In a classic network the two NICs are two worlds that may change places.
func propNICsSwappedChangeNothing(t *rapid.T, m met) {
	s := choices(t)
	sh := gen.Shape{Network: rule.Classic, Groups: 1 + s.IntN(3), Rules: s.IntN(60)} // no members: those are intranet's
	x := gen.NewInterface(s, sh)
	w := world{x, gen.NewPackets(x).List(s, 60)}
	y := remade(t, x, func(_ int, list []rule.Rule) []rule.Rule {
		for i := range list {
			list[i].NIC = otherNIC(list[i].NIC)
		}
		return list
	})
	sameFor(t, w, tableOf(t, x), tableOf(t, y), func(p gen.Packet) gen.Packet {
		p.NIC = otherNIC(p.NIC)
		return p
	}, func(_ gen.Packet, d match.Decision) { m.saw("checks", d.Cause == match.ByRule) })
}
