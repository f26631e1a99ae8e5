package audit

// bitset is a set of small numbers.
type bitset []uint64

func (b bitset) contains(i int) bool { return i>>6 < len(b) && b[i>>6]>>(i&63)&1 != 0 }

// with returns the set with i in it; it writes to b where that has room.
func (b bitset) with(i int) bitset {
	for len(b) <= i>>6 {
		b = append(b, 0)
	}
	b[i>>6] |= 1 << (i & 63)
	return b
}

func (b bitset) within(c bitset) bool {
	for i, w := range b {
		if i < len(c) {
			w &^= c[i]
		}
		if w != 0 {
			return false
		}
	}
	return true
}

// union returns the numbers of both; it writes to b where that has room.
func (b bitset) union(c bitset) bitset {
	for len(b) < len(c) {
		b = append(b, 0)
	}
	for i, w := range c {
		b[i] |= w
	}
	return b
}

// meetsFrom reports whether b and c have a number in common that is not below
// from.
func (b bitset) meetsFrom(c bitset, from int) bool {
	for i := from >> 6; i < min(len(b), len(c)); i++ {
		common := b[i] & c[i]
		if i == from>>6 {
			common &= ^uint64(0) << (from & 63)
		}
		if common != 0 {
			return true
		}
	}
	return false
}
