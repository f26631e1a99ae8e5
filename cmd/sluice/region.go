package main

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

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

	Addresses exact `json:"addresses"` // of the destination
	Ports     int   `json:"ports"`     // likewise; 0 where the protocol has none
}

func newRegionJSON(r audit.Region) regionJSON {
	j := regionJSON{Protocol: protocolsText(r), Src: rangeText(r.Src), Dst: rangeText(r.Dst), Addresses: exact{r.Addresses()}, Ports: r.Ports()}
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

// regionText tells of a region in the words of a rule's text, in one line with glue
// between a name and its value.
func (a *app) regionText(r audit.Region) string {
	var b strings.Builder
	b.WriteString(r.Protocols.String())
	if '0' <= b.String()[0] && b.String()[0] <= '9' {
		b.Reset()
		b.WriteString("protocol " + r.Protocols.String())
	}
	add := func(name, value string) { b.WriteString(" " + name + glue + value) }
	ports := func(name string, p [2]uint16) {
		if p != [2]uint16{0, 65535} && r.HasPorts() {
			add(name, portsWord(portsText(p)))
		}
	}
	if p, ok := r.Src.Prefix(); !ok || p.Bits() > 0 {
		add("from", rangeText(r.Src))
	}
	ports("sport", r.SrcPort)
	add("to", rangeText(r.Dst))
	ports("port", r.DstPort)
	if r.Classic {
		add("nic", r.NIC.String())
	}
	return b.String()
}

// exact is a count in JSON: a number, or a text of digits where floating-point
// readers would lose some.
type exact struct{ *big.Int }

// MarshalJSON returns the count.
func (n exact) MarshalJSON() ([]byte, error) {
	if n.Cmp(big.NewInt(1<<53)) > 0 {
		return json.Marshal(n.String())
	}
	return []byte(n.String()), nil
}
