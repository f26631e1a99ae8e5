package match

import (
	"net/netip"

	"example.com/sluice/rule"
)

// Packet is what rules look at when a packet leaves. The ports count only where
// the protocol has them (tcp and udp); NIC counts only in classic networks.
//
// Addresses may be IPv4-mapped or have a zone: they are read as IPv4 and without
// it. A Packet is invalid, and dropped, when an address is, when the two are of
// two IP versions, when Protocol is above 255, when NIC is no value of [rule.NIC],
// or when it is NoNIC and the groups are of a classic network: there the rules of
// one NIC say nothing about the other.
type Packet struct {
	Src, Dst         netip.Addr
	SrcPort, DstPort uint16
	Protocol         rule.Protocol // 0..255
	NIC              rule.NIC      // NoNIC: not known
}
