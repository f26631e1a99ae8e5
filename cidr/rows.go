package cidr

import (
	"encoding/binary"
	"net/netip"
	"slices"
)

// MaxRows is how many prefixes of one family [Rows] can hold.
const MaxRows = 128

// Bits is a set of prefixes: bit i of Lo is prefix i, bit i of Hi prefix 64+i.
type Bits struct{ Lo, Hi uint64 }

// And returns the prefixes in both sets.
func (b Bits) And(c Bits) Bits { return Bits{b.Lo & c.Lo, b.Hi & c.Hi} }

// Or returns the prefixes in either set.
func (b Bits) Or(c Bits) Bits { return Bits{b.Lo | c.Lo, b.Hi | c.Hi} }

// With returns the set and prefix i, which is below [MaxRows].
func (b Bits) With(i int) Bits {
	if i < 64 {
		b.Lo |= 1 << i
	} else {
		b.Hi |= 1 << (i - 64)
	}
	return b
}

// Has reports whether prefix i is in the set.
func (b Bits) Has(i int) bool {
	if i < 64 {
		return b.Lo>>i&1 != 0
	}
	return b.Hi>>(i-64)&1 != 0
}

// level is one byte position of the address: for each value of the byte the
// prefixes that it does not rule out.
type level [256]Bits

// Rows tells which of up to 128 prefixes contain an address. A prefix is a
// condition on each byte of the address apart; the set that contains an address
// is therefore the AND of one row a byte. An IPv4 address takes its 4 rows. Of
// the 16 of an IPv6 address those that tell prefixes apart stand as rows, and
// the bytes that all long prefixes share are compared at once; where that is more
// work than a hash for each prefix length, there is a hash instead, and where
// there are many lengths, too, a [Trie].
type Rows struct {
	v4 *levels4
	v6 rows6
}

// levels4 is the four levels of IPv4, each in two halves: a row of one word needs
// no shift to be found (measured: with V4's own shifts, a tenth less time).
type levels4 struct {
	lo0, lo1, lo2, lo3 [256]uint64 // by byte, the prefixes 0 to 63
	hi0, hi1, hi2, hi3 [256]uint64 // and those from 64
}

func newLevels4(prefixes []netip.Prefix) *levels4 {
	l := new(levels4)
	for k, halves := range [4][2]*[256]uint64{{&l.lo0, &l.hi0}, {&l.lo1, &l.hi1}, {&l.lo2, &l.hi2}, {&l.lo3, &l.hi3}} {
		var whole level
		whole.fill(prefixes, k)
		for b, row := range whole {
			halves[0][b], halves[1][b] = row.Lo, row.Hi
		}
	}
	return l
}

// NewRows indexes prefixes of both families under common numbers: bit i of an
// answer for an IPv4 address speaks of v4[i], for an IPv6 address of v6[i]. The
// zero Prefix contains nothing. Host bits are ignored. It reports false where a
// list is longer than [MaxRows] or has a prefix of the other family.
//
// It takes 16 KiB for IPv4, and for IPv6 4 KiB for each byte at which prefixes
// part, 10 KiB where it hashes, and less with a [Trie].
func NewRows(v4, v6 []netip.Prefix) (*Rows, bool) {
	if !valid(v4, 32) || !valid(v6, 128) {
		return nil, false
	}
	r := &Rows{v4: &noLevels, v6: newRows6(v6)}
	if slices.ContainsFunc(v4, netip.Prefix.IsValid) {
		r.v4 = newLevels4(v4)
	}
	return r, true
}

var noLevels levels4 // of no prefix

func valid(prefixes []netip.Prefix, width int) bool {
	for _, p := range prefixes {
		if p != (netip.Prefix{}) && (!p.IsValid() || p.Addr().BitLen() != width) {
			return false
		}
	}
	return len(prefixes) <= MaxRows
}

// constrains reports whether byte k rules any of the prefixes out.
func constrains(prefixes []netip.Prefix, k int) bool {
	for _, p := range prefixes {
		if p.Bits() > 8*k {
			return true
		}
	}
	return false
}

// fill builds the level of byte k.
func (l *level) fill(prefixes []netip.Prefix, k int) {
	var open Bits // prefixes that end before the byte
	for i, p := range prefixes {
		if p.IsValid() && p.Bits() <= 8*k {
			open = open.With(i)
		}
	}
	for b := range l {
		l[b] = open
	}
	for i, p := range prefixes {
		if p.Bits() <= 8*k { // -1 for the zero Prefix
			continue
		}
		first, last := byteRange(p, k)
		for b := first; b <= last; b++ {
			l[b] = l[b].With(i)
		}
	}
}

// byteRange returns the values that byte k of the addresses of p takes.
func byteRange(p netip.Prefix, k int) (first, last int) {
	b := int(byteOf(p.Addr(), k))
	free := min(max(8*(k+1)-p.Bits(), 0), 8) // bits of the byte that p leaves open
	first = b >> free << free
	return first, first + 1<<free - 1
}

// byteOf returns byte k of an address.
func byteOf(a netip.Addr, k int) byte {
	b := a.As16()
	return b[16-a.BitLen()/8+k]
}

// V4 returns the IPv4 prefixes that contain address a. (It is short enough to be
// part of its caller; then no byte of a goes through memory, where the processor
// would have to look for it.)
func (r *Rows) V4(a [4]byte) Bits {
	l, x := r.v4, binary.LittleEndian.Uint32(a[:])
	b, c, d := uint8(x), uint8(x>>8), uint8(x>>16)
	return Bits{
		l.lo0[b] & l.lo1[c] & l.lo2[d] & l.lo3[x>>24],
		l.hi0[b] & l.hi1[c] & l.hi2[d] & l.hi3[x>>24],
	}
}

// V6 returns the IPv6 prefixes that contain the address of halves hi and lo.
func (r *Rows) V6(hi, lo uint64) Bits { return r.v6.lookup(hi, lo) }
