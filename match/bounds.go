package match

import "math/bits"

// bounds tell which leaf an address belongs to: the leaves follow each other
// along the addresses, and a leaf's place is the number of bounds at or below the
// address. There are few; counting them all takes no branch and no load waits for
// another, which a walk down a trie would (measured: half the time).
type bounds struct {
	v4     []uint64  // ascending, filled up to a multiple of 4 with what no address reaches
	v6     []address // ascending
	first6 int       // the leaf of the first IPv6 address
}

// leaf returns the place of an address's leaf.
func (b *bounds) leaf(a address, v4 bool) int {
	below := uint64(0) // addresses below a bound
	if v4 {
		x := uint64(uint32(a.lo))
		for i := 0; i+4 <= len(b.v4); i += 4 {
			w := b.v4[i : i+4 : i+4]
			_, b0 := bits.Sub64(x, w[0], 0)
			_, b1 := bits.Sub64(x, w[1], 0)
			_, b2 := bits.Sub64(x, w[2], 0)
			_, b3 := bits.Sub64(x, w[3], 0)
			below += b0 + b1 + b2 + b3
		}
		return len(b.v4) - int(below)
	}
	for i := range b.v6 {
		_, borrow := bits.Sub64(a.lo, b.v6[i].lo, 0)
		_, borrow = bits.Sub64(a.hi, b.v6[i].hi, borrow)
		below += borrow
	}
	return b.first6 + len(b.v6) - int(below)
}

// newBounds makes the bounds of regions in ascending order, IPv4 first, and the
// leaf of each, which does not descend.
func newBounds(regions []block, leaf []uint16) (b bounds) {
	before := uint16(0)
	for i := range regions {
		r := &regions[i]
		switch {
		case r.v4 && leaf[i] != before:
			b.v4 = append(b.v4, uint64(uint32(r.lo)))
		case !r.v4 && i > 0 && !regions[i-1].v4 && leaf[i] != before:
			b.v6 = append(b.v6, r.address)
		case !r.v4 && (i == 0 || regions[i-1].v4):
			b.first6 = int(leaf[i])
		}
		before = leaf[i]
	}
	for len(b.v4)%4 != 0 {
		b.v4 = append(b.v4, 1<<32)
	}
	return b
}
