package gen

import (
	"net/netip"

	"example.com/sluice/rule"
)

// vary changes an earlier rule a little: what comes out ties with it, shadows it,
// is shadowed by it or stands beside it.
func (m *Maker) vary(r rule.Rule) rule.Rule {
	for range 1 + weighted(m.s, 60, 30, 10) {
		m.varyOnce(&r)
	}
	return r
}

func (m *Maker) varyOnce(r *rule.Rule) {
	switch weighted(m.s, 25, 20, 20, 15, 10, 10) {
	case 0:
		r.Policy = rule.Accept - r.Policy
	case 1:
		r.Priority = pick(m.s, m.priorities)
	case 2:
		if r.DstGroup == "" {
			r.Dst, r.DstHost = m.resized(r.Dst), netip.Addr{}
		}
	case 3:
		m.varyPorts(r)
	case 4:
		if r.Src.IsValid() {
			r.Src, r.SrcHost = netip.Prefix{}, netip.Addr{}
		} else {
			r.Src, r.SrcHost = m.block(m.is6(r))
		}
	case 5:
		r.Protocol, r.DstPorts, r.SrcPorts = rule.All, rule.PortRange{}, rule.PortRange{}
	}
}

// varyPorts moves an edge by one, or takes the source ports away.
func (m *Maker) varyPorts(r *rule.Rule) {
	if !r.Protocol.HasPorts() {
		return
	}
	switch p := &r.DstPorts; {
	case m.s.IntN(3) == 0 && p.Last < 65535:
		p.Last++
	case m.s.IntN(2) == 0 && p.First > 1:
		p.First--
	case p.First < p.Last:
		p.First++
	default:
		r.SrcPorts = rule.PortRange{}
	}
}

// resized is a block around p or inside it.
func (m *Maker) resized(p netip.Prefix) netip.Prefix {
	v6 := p.Addr().Is6()
	n := m.at.length(v6)
	switch weighted(m.s, 40, 30, 30) {
	case 1:
		n = max(p.Bits()-1, 0)
	case 2:
		n = min(p.Bits()+1, p.Addr().BitLen())
	}
	addr := p.Addr()
	if n > p.Bits() {
		addr = randomFrom(m.s, addr, p.Bits())
	}
	return netip.PrefixFrom(addr, n).Masked()
}

// is6 tells which family a source of r must have; a group destination leaves it
// to the protocol.
func (m *Maker) is6(r *rule.Rule) bool {
	if r.Dst.IsValid() {
		return r.Dst.Addr().Is6()
	}
	_, v6 := fitting(r.Protocol, m.shape.Families == Only6, m.shape)
	return v6
}
