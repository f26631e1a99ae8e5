package reference

import "example.com/sluice/rule"

// spelled is a valid packet with its addresses spelled out.
type spelled struct {
	protocol         int
	src, dst         string
	srcPort, dstPort int
	nic              rule.NIC
}

// read spells a packet out. It is invalid where its addresses are invalid or of two
// families, where its protocol is no number of a protocol or its NIC no value of a
// NIC (the specification knows no such values), and where the network is classic
// and it names no NIC.
func (x *Interface) read(p Packet) (q spelled, valid bool) {
	q = spelled{
		protocol: p.Protocol,
		src:      spellPacket(p.Src),
		dst:      spellPacket(p.Dst),
		srcPort:  p.SrcPort,
		dstPort:  p.DstPort,
		nic:      p.NIC,
	}
	addresses := q.src != "" && q.dst != "" && len(q.src) == len(q.dst)
	protocol := 0 <= p.Protocol && p.Protocol <= 255
	nic := p.NIC == rule.Intranet || p.NIC == rule.Internet || p.NIC == rule.NoNIC && !x.classic
	return q, addresses && protocol && nic
}

// The fields that can rule a packet out, in the order in which they are asked.
const (
	Protocol = "protocol"
	Dst      = "dst"
	Src      = "src"
	DstPort  = "dst_port"
	SrcPort  = "src_port"
	NIC      = "nic"
)

// ruledOutBy names the first field by which r does not match the packet; it is
// empty where r matches.
func (r *placed) ruledOutBy(q spelled) string {
	if !protocolMatches(r.rule.Protocol, q.protocol) {
		return Protocol
	}
	if !inside(q.dst, r.dst) {
		return Dst
	}
	if r.src != nil && !inside(q.src, r.src) {
		return Src
	}
	if r.rule.Protocol == rule.TCP || r.rule.Protocol == rule.UDP {
		if !portInside(q.dstPort, r.rule.DstPorts) {
			return DstPort
		}
		if sourceGiven := r.rule.SrcPorts.Last != 0; sourceGiven && !portInside(q.srcPort, r.rule.SrcPorts) {
			return SrcPort
		}
	}
	if r.classic && r.rule.NIC != q.nic {
		return NIC
	}
	return ""
}

// protocolMatches compares by number: all matches every one.
func protocolMatches(named rule.Protocol, number int) bool {
	switch named {
	case rule.TCP:
		return number == 6
	case rule.UDP:
		return number == 17
	case rule.ICMP:
		return number == 1
	case rule.ICMPv6:
		return number == 58
	case rule.GRE:
		return number == 47
	case rule.All:
		return true
	}
	return false
}

// portInside compares as numbers. Port 0 is in no range.
func portInside(port int, r rule.PortRange) bool {
	first, last := int(r.First), int(r.Last)
	return port != 0 && first <= port && port <= last
}
