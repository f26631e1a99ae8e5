package cidr

import "net/netip"

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

// level is one byte position of the address: for each value of the byte the
// prefixes that it does not rule out.
type level [256]Bits

// Rows tells which of up to 128 prefixes contain an address. A prefix is a
// condition on each byte of the address apart; the set that contains an address
// is therefore the AND of one row a byte: 4 rows for IPv4, 16 for IPv6.
type Rows struct {
	v4 [4]*level  // never nil; levels that no prefix reaches share one
	v6 [16]*level // likewise
}

// NewRows indexes prefixes of both families under common numbers: bit i of an
// answer for an IPv4 address speaks of v4[i], for an IPv6 address of v6[i]. The
// zero Prefix contains nothing. Host bits are ignored. It reports false where a
// list is longer than [MaxRows] or has a prefix of the other family.
//
// It costs 4 KiB for each level that some prefix reaches.
func NewRows(v4, v6 []netip.Prefix) (*Rows, bool) {
	r := new(Rows)
	if !fill(r.v4[:], v4, 32) || !fill(r.v6[:], v6, 128) {
		return nil, false
	}
	return r, true
}

// fill builds the levels of one family.
func fill(levels []*level, prefixes []netip.Prefix, width int) bool {
	if len(prefixes) > MaxRows {
		return false
	}
	depth := 1 // levels that some prefix reaches; the first decides for the zero Prefix
	for _, p := range prefixes {
		if p != (netip.Prefix{}) && (!p.IsValid() || p.Addr().BitLen() != width) {
			return false
		}
		depth = max(depth, (p.Bits()+7)/8)
	}
	var free *level // rules nothing out
	for k := range levels {
		if k < depth {
			levels[k] = newLevel(prefixes, k)
			continue
		}
		if free == nil {
			free = newLevel(prefixes, k)
		}
		levels[k] = free
	}
	return true
}

// newLevel builds the level of byte k.
func newLevel(prefixes []netip.Prefix, k int) *level {
	l := new(level)
	for i, p := range prefixes {
		if !p.IsValid() {
			continue
		}
		first, last := byteRange(p, k)
		for b := first; b <= last; b++ {
			l[b] = l[b].With(i)
		}
	}
	return l
}

// byteRange returns the values that byte k of the addresses of p takes.
func byteRange(p netip.Prefix, k int) (first, last int) {
	b := int(p.Addr().AsSlice()[k])
	free := min(max(8*(k+1)-p.Bits(), 0), 8) // bits of the byte that p leaves open
	first = b >> free << free
	return first, first + 1<<free - 1
}

// V4 returns the IPv4 prefixes that contain address a, given as a number.
func (r *Rows) V4(a uint32) Bits {
	w, x, y, z := &r.v4[0][a>>24], &r.v4[1][a>>16&0xff], &r.v4[2][a>>8&0xff], &r.v4[3][a&0xff]
	return Bits{w.Lo & x.Lo & y.Lo & z.Lo, w.Hi & x.Hi & y.Hi & z.Hi}
}

// V6 returns the IPv6 prefixes that contain the address of halves hi and lo.
func (r *Rows) V6(hi, lo uint64) Bits {
	b := half(r.v6[:8], hi)
	return b.And(half(r.v6[8:], lo))
}

// half ANDs the rows of eight bytes, the first the most significant.
func half(l []*level, a uint64) Bits {
	_ = l[7]
	b := l[0][a>>56].And(l[1][a>>48&0xff]).And(l[2][a>>40&0xff]).And(l[3][a>>32&0xff])
	return b.And(l[4][a>>24&0xff]).And(l[5][a>>16&0xff]).And(l[6][a>>8&0xff]).And(l[7][a&0xff])
}
