package match

import (
	"net/netip"

	"example.com/sluice/rule"
)

// Packet is what rules look at when a packet leaves. The ports count only where
// the protocol has them (tcp and udp); NIC counts only in classic networks.
type Packet struct {
	Src, Dst         netip.Addr
	SrcPort, DstPort uint16
	Protocol         rule.Protocol // 0..255
	NIC              rule.NIC
}
