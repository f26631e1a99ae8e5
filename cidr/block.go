package cidr

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// block is a prefix as numbers. An IPv4 address stands in the high bits.
type block struct {
	hi, lo uint64
	bits   int
	v6     bool
}

func blockOf(p netip.Prefix) block {
	a := p.Masked().Addr()
	if a.Is4() {
		b := a.As4()
		return block{hi: uint64(binary.BigEndian.Uint32(b[:])) << 32, bits: p.Bits()}
	}
	hi, lo := halvesOf(a)
	return block{hi, lo, p.Bits(), true}
}

// compare orders IPv4 before IPv6, then by address, then shorter first: a block
// comes right before those it contains.
func (b *block) compare(c *block) int {
	switch {
	case b.v6 != c.v6:
		return b.compareFamily()
	case b.hi != c.hi:
		return cmp.Compare(b.hi, c.hi)
	case b.lo != c.lo:
		return cmp.Compare(b.lo, c.lo)
	}
	return cmp.Compare(b.bits, c.bits)
}

// compareFamily is compare with a block of the other family.
func (b *block) compareFamily() int {
	if b.v6 {
		return 1
	}
	return -1
}

// common returns how many leading bits two addresses share.
func (b *block) common(c *block) int {
	if n := bits.LeadingZeros64(b.hi ^ c.hi); n < 64 {
		return n
	}
	return 64 + bits.LeadingZeros64(b.lo^c.lo)
}

func (b *block) contains(c *block) bool {
	return b.v6 == c.v6 && b.bits <= c.bits && b.common(c) >= b.bits
}

// window returns the bits [from, from+width) of the address, which are in one
// half.
func (b *block) window(from, width int) int {
	word := b.hi
	if from >= 64 {
		word = b.lo
	}
	return int(word << (from & 63) >> (64 - width))
}
