package smallworld

import (
	"fmt"
	"math/rand/v2"
	"net/netip"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// textOf is the request of a matcher. The lane, policy and priority are set by
// others.
func (x *Run) textOf(m matcher) (rule.Params, error) {
	p := x.Place
	t := rule.Params{IPProtocol: m.protocol.String(), PortRange: "-1/-1", NICType: m.nic.String()}
	if m.protocol != rule.All {
		ports, others := &t.PortRange, &t.SourcePortRange
		if p.SrcPorts {
			ports, others = others, ports
		}
		*others = "1/65535"
		*ports = fmt.Sprintf("%d/%d", p.FirstPort+m.first, p.FirstPort+m.last)
	}
	block := p.block(m.bits, m.block)
	if p.Members {
		t.DestGroupID = fmt.Sprintf("sg-%d-%d", m.bits, m.block)
		return t, x.addMembers(t.DestGroupID, block)
	}
	everything := "0.0.0.0/0"
	if p.V6 {
		everything = "::/0"
	}
	if p.Source {
		setBlocks(&t, p.V6, everything, block)
	} else {
		setBlocks(&t, p.V6, block, "")
	}
	return t, nil
}

func (x *Run) addMembers(id, block string) error {
	prefix, err := netip.ParsePrefix(block)
	if err != nil {
		return err
	}
	var b netipx.IPSetBuilder
	b.AddPrefix(prefix)
	x.sets[id], err = b.IPSet()
	return err
}

func setBlocks(t *rule.Params, v6 bool, dst, src string) {
	if v6 {
		t.IPv6DestCidrIP, t.IPv6SourceCidrIP = dst, src
	} else {
		t.DestCidrIP, t.SourceCidrIP = dst, src
	}
}

// entry is rule r as it enters a group, in a lane.
func (x *Run) entry(r, lane int) rule.Existing {
	t := x.params[r]
	if text := x.lanes[lane]; text != "" {
		field := &t.SourceCidrIP
		switch p := x.Place; {
		case p.V6 && p.Source:
			field = &t.IPv6DestCidrIP
		case p.V6:
			field = &t.IPv6SourceCidrIP
		case p.Source:
			field = &t.DestCidrIP
		}
		*field = text
	}
	return rule.Existing{Params: t}
}

// packetsOf are the world's packets in a lane. Bits that play no part are left to
// chance.
func (x *Run) packetsOf(lane int, chance *rand.Rand) (list []match.Packet) {
	p := x.Place
	for _, q := range x.World.packets() {
		own := p.address(p.Offset, x.World.AddrBits, q.address, chance)
		other := p.laneAddress(lane, chance)
		port, otherPort := uint16(p.FirstPort+q.port), uint16(1+chance.IntN(65535))
		m := match.Packet{Protocol: q.protocol, Dst: own, Src: other, DstPort: port, SrcPort: otherPort, NIC: q.nic}
		if p.Source {
			m.Dst, m.Src = other, own
		}
		if p.SrcPorts {
			m.DstPort, m.SrcPort = otherPort, port
		}
		list = append(list, m)
	}
	return list
}
