package gen

import (
	"net/netip"

	"example.com/sluice/rule"
)

// protocols are those that a rule can name, by how common they are.
var protocols = []rule.Protocol{rule.TCP, rule.UDP, rule.All, rule.ICMP, rule.ICMPv6, rule.GRE}

// Maker makes rules for the groups of one interface: their addresses gather, and
// later ones vary earlier ones.
type Maker struct {
	s          Source
	shape      Shape
	at         addresser
	ids        []string // the groups that rules may name
	priorities []uint8
	made       []rule.Rule
}

// NewMaker returns a maker for rules that fit an interface of the shape.
func NewMaker(s Source, sh Shape) *Maker {
	if sh.Network == rule.Classic {
		sh.Families = Only4
	}
	m := &Maker{s: s, shape: sh, at: newAddresser(s, percent(s, narrowShare(sh)))}
	for i := range sh.Members {
		m.ids = append(m.ids, memberID(i))
	}
	switch weighted(s, 25, 25, 25, 25) {
	case 0:
		m.priorities = []uint8{1}
	case 1:
		m.priorities = []uint8{1, 2}
	case 2:
		m.priorities = []uint8{1, 50, 99, 100}
	case 3:
		for p := range uint8(100) {
			m.priorities = append(m.priorities, p+1)
		}
	}
	return m
}

// narrowShare is how many of 100 interfaces have small blocks: most large ones,
// where otherwise a few wide rules decide everything.
func narrowShare(sh Shape) int {
	if sh.Rules > 64 {
		return 70
	}
	return 25
}

// Prefix is a masked block.
func (m *Maker) Prefix(v6 bool) netip.Prefix { return m.at.prefix(v6).Masked() }

// Addr is an address near the blocks.
func (m *Maker) Addr(v6 bool) netip.Addr { return m.at.addr(v6) }

// Rule is a valid rule, as [rule.Parse] gives it.
func (m *Maker) Rule() rule.Rule {
	var r rule.Rule
	if len(m.made) > 0 && percent(m.s, 30) {
		r = m.vary(pick(m.s, m.made))
	} else {
		r = m.fresh()
	}
	m.made = append(m.made, r)
	return r
}

func (m *Maker) fresh() rule.Rule {
	r := rule.Rule{
		NIC:      rule.Intranet,
		Policy:   rule.Policy(weighted(m.s, 50, 50)),
		Priority: pick(m.s, m.priorities),
		Protocol: protocols[weighted(m.s, 32, 16, 22, 10, 10, 10)],
	}
	if m.at.narrow && percent(m.s, 50) {
		r.Protocol = protocols[weighted(m.s, 60, 40)]
	}
	if r.Protocol.HasPorts() {
		r.DstPorts = ports(m.s)
		if percent(m.s, 25) {
			r.SrcPorts = ports(m.s)
		}
	}
	v6 := m.shape.Families == Only6 || m.shape.Families == Both && percent(m.s, 45)
	r.Protocol, v6 = fitting(r.Protocol, v6, m.shape)
	if len(m.ids) > 0 && percent(m.s, 15) {
		r.DstGroup = pick(m.s, m.ids)
		if percent(m.s, 20) {
			r.DstOwner = "owner@example.com"
		}
		if percent(m.s, 20) {
			r.DstOwnerID = "1234567890"
		}
	} else {
		r.Dst, r.DstHost = m.block(v6)
	}
	if percent(m.s, 35) {
		r.Src, r.SrcHost = m.block(v6)
	}
	if m.shape.Network == rule.Classic && r.DstGroup == "" {
		r.NIC = rule.Intranet + rule.NIC(weighted(m.s, 50, 50))
	}
	if percent(m.s, 10) {
		r.Description = pick(m.s, []string{"web", "no mail from workers", "出口"})
	}
	return r
}

// fitting takes icmp to IPv4 and icmpv6 to IPv6, or away where the shape has
// none of that.
func fitting(p rule.Protocol, v6 bool, sh Shape) (rule.Protocol, bool) {
	switch {
	case p == rule.ICMP && sh.Families == Only6:
		return rule.ICMPv6, true
	case p == rule.ICMPv6 && sh.Families == Only4:
		return rule.ICMP, false
	}
	return p, p == rule.ICMPv6 || v6 && p != rule.ICMP
}

// block is a masked block, and what it said before where it had host bits.
func (m *Maker) block(v6 bool) (netip.Prefix, netip.Addr) {
	p := m.at.prefix(v6)
	if masked := p.Masked(); masked != p && percent(m.s, 35) {
		return masked, p.Addr()
	}
	return p.Masked(), netip.Addr{}
}
