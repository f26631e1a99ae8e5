package match

import (
	"encoding/binary"
	"math/bits"
)

// set is a set of small numbers, one bit each.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

// newSets returns count sets for numbers below n.
func newSets(count, n int) []set {
	sets, width := make([]set, count), len(newSet(n))
	all := make(set, count*width)
	for i := range sets {
		sets[i] = all[i*width:][:width:width]
	}
	return sets
}

func (s set) add(i int) { s[i/64] |= 1 << (i % 64) }

func (s set) has(i int) bool { return s[i/64]>>(i%64)&1 == 1 }

// len returns how many members s has.
func (s set) len() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// each calls f for the members, ascending.
func (s set) each(f func(i int)) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			f(i*64 + bits.TrailingZeros64(w))
		}
	}
}

// and makes s the members of both a and b.
func (s set) and(a, b set) {
	for i := range s {
		s[i] = a[i] & b[i]
	}
}

// toggle adds the members of a that s has not, and removes those that it has.
func (s set) toggle(a set) {
	for i := range s {
		s[i] ^= a[i]
	}
}

// parts reports whether a and b differ in a member of s.
func (s set) parts(a, b set) bool {
	for i, w := range s {
		if w&(a[i]^b[i]) != 0 {
			return true
		}
	}
	return false
}

// appendTo appends the set to code, for a key.
func (s set) appendTo(code []byte) []byte {
	for _, w := range s {
		code = binary.LittleEndian.AppendUint64(code, w)
	}
	return code
}
