package gen

import (
	"net/netip"
	"strconv"

	"example.com/sluice/rule"
)

// Params is the text of a valid request: a rule in one of the spellings that
// the provider takes.
func (m *Maker) Params() rule.Params { return m.spelled(m.Rule()) }

// spelled writes r by hand, not by r's own text forms, which tests compare it to.
func (m *Maker) spelled(r rule.Rule) rule.Params {
	p := rule.Params{
		IPProtocol:            m.cased(r.Protocol.String()),
		PortRange:             portText(r.DstPorts),
		DestGroupID:           r.DstGroup,
		DestGroupOwnerAccount: r.DstOwner,
		DestGroupOwnerID:      r.DstOwnerID,
		Description:           r.Description,
		NICType:               m.cased([]string{"", "intranet", "internet"}[r.NIC]),
		Priority:              strconv.Itoa(int(r.Priority)),
		Policy:                m.cased("drop"),
	}
	if r.SrcPorts.Last != 0 || percent(m.s, 10) {
		p.SourcePortRange = portText(r.SrcPorts)
	}
	if r.Policy == rule.Accept {
		p.Policy = m.cased(pick(m.s, []string{"", "accept", "allow"}))
	}
	if r.Priority == 1 && percent(m.s, 50) {
		p.Priority = ""
	}
	if standard := rule.Intranet + rule.NIC(m.shape.Network); r.NIC == standard && percent(m.s, 50) {
		p.NICType = "" // absent means intranet in a VPC, internet in classic
	}
	p.DestCidrIP, p.IPv6DestCidrIP = m.blockText(r.Dst, r.DstHost)
	p.SourceCidrIP, p.IPv6SourceCidrIP = m.blockText(r.Src, r.SrcHost)
	return p
}

func portText(r rule.PortRange) string {
	if r.Last == 0 {
		return "-1/-1"
	}
	return strconv.Itoa(int(r.First)) + "/" + strconv.Itoa(int(r.Last))
}

// blockText is the text of a block for the parameter of its family.
func (m *Maker) blockText(p netip.Prefix, host netip.Addr) (v4, v6 string) {
	if !p.IsValid() {
		return "", ""
	}
	addr := p.Addr()
	if host.IsValid() {
		addr = host
	}
	text := addr.String() + "/" + strconv.Itoa(p.Bits())
	if p.Bits() == addr.BitLen() && percent(m.s, 50) {
		text = addr.String()
	}
	if addr.Is6() {
		return "", text
	}
	return text, ""
}

// cased is an ASCII word in small letters, in capitals or with one capital.
func (m *Maker) cased(word string) string {
	b := []byte(word)
	n := []int{0, 1, len(b)}[weighted(m.s, 60, 20, 20)]
	for i := range min(n, len(b)) {
		if 'a' <= b[i] && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}
