package match

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// address is an address as a number of 128 bits; an IPv4 one in its IPv4-mapped
// form.
type address struct{ hi, lo uint64 }

// mapped is the low half of ::ffff:0.0.0.0.
const mapped = 0xffff << 32

// The addresses that stand for IPv4 among those of 128 bits.
var (
	first4 = address{0, mapped}
	last4  = address{0, mapped | 0xffffffff}
)

// addresses returns the addresses of a packet as numbers and whether they are
// IPv4; ok is false unless both are of one family. Addresses are normalised here
// and nowhere else.
func addresses(p *Packet) (dst, src address, v4, ok bool) {
	if p.Dst.Is4() && p.Src.Is4() {
		return address4(p.Dst), address4(p.Src), true, true
	}
	if asSliceStays {
		// The array of As16 would be copied once more, in pieces that the processor
		// cannot forward.
		d, s := p.Dst.AsSlice(), p.Src.AsSlice()
		if len(d) == 16 && len(s) == 16 {
			dst = address{binary.BigEndian.Uint64(d), binary.BigEndian.Uint64(d[8:])}
			src = address{binary.BigEndian.Uint64(s), binary.BigEndian.Uint64(s[8:])}
			if !dst.is4() && !src.is4() {
				return dst, src, false, true
			}
		}
	}
	dst, src = addressOf(p.Dst), addressOf(p.Src)
	v4 = dst.is4() && src.is4() // then both are valid: the zero Addr has the number 0
	v6 := p.Dst.Is6() && p.Src.Is6() && !dst.is4() && !src.is4()
	return dst, src, v4, v4 || v6
}

func addressOf(a netip.Addr) address {
	b := a.As16()
	return address{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// address4 is addressOf for an address that Is4.
func address4(a netip.Addr) address {
	b := a.As4()
	return address{0, mapped | uint64(binary.BigEndian.Uint32(b[:]))}
}

// bytes4 returns an IPv4 address as bytes.
func (a address) bytes4() (b [4]byte) {
	binary.BigEndian.PutUint32(b[:], uint32(a.lo))
	return b
}

// is4 reports whether a is an IPv4 address.
func (a address) is4() bool { return a.hi == 0 && a.lo>>32 == mapped>>32 }

func (a address) compare(b address) int {
	return cmp.Or(cmp.Compare(a.hi, b.hi), cmp.Compare(a.lo, b.lo))
}

func (a address) next() address {
	lo, carry := bits.Add64(a.lo, 1, 0)
	return address{a.hi + carry, lo}
}

func (a address) prev() address {
	lo, borrow := bits.Sub64(a.lo, 1, 0)
	return address{a.hi - borrow, lo}
}

// hostMask has the 128-n low bits set.
func hostMask(n uint8) address {
	if n >= 64 {
		return address{0, ^uint64(0) >> (n - 64)}
	}
	return address{^uint64(0) >> n, ^uint64(0)}
}
