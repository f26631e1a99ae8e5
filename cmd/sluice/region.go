package main

import (
	"strconv"

	"example.com/sluice/audit"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// regionJSON is a region. The order of the fields is that of the keys.
type regionJSON struct {
	Protocol string    `json:"protocol"`
	Src      string    `json:"src"`
	Dst      string    `json:"dst"`
	SrcPort  string    `json:"src_port,omitzero"` // tcp and udp only
	DstPort  string    `json:"dst_port,omitzero"`
	NIC      *rule.NIC `json:"nic,omitzero"` // classic groups only
}

func newRegionJSON(r audit.Region) regionJSON {
	j := regionJSON{Protocol: protocolsText(r), Src: rangeText(r.Src), Dst: rangeText(r.Dst)}
	if r.HasPorts() {
		j.SrcPort, j.DstPort = portsText(r.SrcPort), portsText(r.DstPort)
	}
	if r.Classic {
		j.NIC = &r.NIC
	}
	return j
}

// protocolsText is a name, a number, or a range of numbers such as 51/255: the
// regions of audit.ByProtocol have no other protocols.
func protocolsText(r audit.Region) string {
	return r.Protocols.String()
}

// rangeText is a CIDR block, or first-last where the range is none.
func rangeText(r netipx.IPRange) string {
	if p, ok := r.Prefix(); ok {
		return p.String()
	}
	return r.String()
}

func portsText(ports [2]uint16) string {
	return strconv.Itoa(int(ports[0])) + "/" + strconv.Itoa(int(ports[1]))
}

// regionText tells of a region as the text of a rule does, in one line.
func regionText(r audit.Region) string {
	text := r.String()
	if '0' <= text[0] && text[0] <= '9' {
		return "protocol " + text
	}
	return text
}
