package match

import (
	"encoding/binary"
	"net/netip"

	"example.com/sluice/rule"
)

// key is a packet in the form that the indexes take: normalised addresses as
// numbers. Here is the one door at which addresses are normalised.
type key struct {
	src, dst         address
	srcPort, dstPort uint16
	protocol         rule.Protocol // 0..255
	nic              rule.NIC      // Intranet or Internet
	v4               bool          // both addresses are IPv4
}

// address is an address as a number of 128 bits; an IPv4 one in its IPv4-mapped
// form.
type address struct{ hi, lo uint64 }

// v4 returns the low half as an IPv4 address.
func (a address) v4() uint32 { return uint32(a.lo) }

// is4 reports whether a is an IPv4 address.
func (a address) is4() bool { return a.hi == 0 && a.lo>>32 == 0xffff }

func addressOf(a netip.Addr) address {
	b := a.As16()
	return address{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// keyOf returns the key of p; ok is false where p is no packet.
func keyOf(p *Packet) (k key, ok bool) {
	k = key{
		src: addressOf(p.Src), dst: addressOf(p.Dst),
		srcPort: p.SrcPort, dstPort: p.DstPort,
		protocol: p.Protocol, nic: p.NIC,
	}
	k.v4 = k.dst.is4()
	ok = p.Src.IsValid() && p.Dst.IsValid() && k.src.is4() == k.v4 && p.Protocol <= 0xff && p.NIC <= rule.Internet
	return k, ok
}
