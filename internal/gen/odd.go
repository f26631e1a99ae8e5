package gen

import (
	"net/netip"

	"example.com/sluice/rule"
)

// perturbed changes one field.
func (ps *Packets) perturbed(s Source, p Packet) Packet {
	switch s.IntN(6) {
	case 0:
		p.Protocol = anyProtocol(s)
	case 1:
		p.DstPort = uint16(s.IntN(65536))
	case 2:
		p.SrcPort = uint16(s.IntN(65536))
	case 3:
		p.Dst = ps.fromPool(s, p.Dst.Is6())
	case 4:
		p.Src = ps.fromPool(s, p.Src.Is6())
	case 5:
		p.DstPort = 0
	}
	return p
}

// disguised writes one or both addresses in another form with the same meaning:
// IPv4 as IPv4-mapped IPv6, and either of those in IPv6 with a zone.
func disguised(s Source, p Packet) Packet {
	which := s.IntN(3)
	if which != 1 {
		p.Dst = disguise(s, p.Dst)
	}
	if which != 0 {
		p.Src = disguise(s, p.Src)
	}
	return p
}

func disguise(s Source, a netip.Addr) netip.Addr {
	if !a.IsValid() {
		return a
	}
	zone := a.Is6() || percent(s, 40)
	a = netip.AddrFrom16(a.As16())
	if zone {
		a = a.WithZone(pick(s, []string{"eth0", "1", "%"}))
	}
	return a
}

// spoiled is an invalid packet: bad or mixed addresses, or a bad protocol.
func spoiled(s Source, p Packet) Packet {
	other := netip.MustParseAddr(places6[0])
	if p.Dst.Is6() && !p.Dst.Is4In6() {
		other = netip.MustParseAddr(places4[0])
	}
	switch s.IntN(7) {
	case 0:
		p.Dst = netip.Addr{}
	case 1:
		p.Src = netip.Addr{}
	case 2:
		p.Dst, p.Src = netip.Addr{}, netip.Addr{}
	case 3:
		p.Protocol = rule.All + rule.Protocol(s.IntN(3))
	case 4:
		p.Protocol = rule.Protocol(65535 - s.IntN(65536-256))
	case 5:
		p.Src = other
	case 6:
		p.Src = disguise(s, other)
	}
	return p
}
