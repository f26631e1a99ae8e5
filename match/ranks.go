package match

import "math/bits"

// ranks is a set of rules by rank, one bit each.
type ranks []uint64

func newRanks(n int) ranks { return make(ranks, (n+63)/64) }

// allRanks has the ranks below n.
func allRanks(n int) ranks {
	r := newRanks(n)
	for i := range n {
		r.add(i)
	}
	return r
}

func (r ranks) add(i int) { r[i/64] |= 1 << (i % 64) }

func (r ranks) len() (n int) {
	for _, w := range r {
		n += bits.OnesCount64(w)
	}
	return n
}

// all yields the members, ascending.
func (r ranks) all() func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i, w := range r {
			for ; w != 0; w &= w - 1 {
				if !yield(i*64 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}

// strongest returns the first n members.
func (r ranks) strongest(n int) ranks {
	s := make(ranks, len(r))
	for i := range r.all() {
		if n--; n < 0 {
			break
		}
		s.add(i)
	}
	return s
}

func (r ranks) without(s ranks) ranks {
	t := make(ranks, len(r))
	for i := range r {
		t[i] = r[i] &^ s[i]
	}
	return t
}

// or returns the union; r may be nil.
func (r ranks) or(s ranks) ranks {
	t := make(ranks, len(s))
	copy(t, s)
	for i := range r {
		t[i] |= r[i]
	}
	return t
}
