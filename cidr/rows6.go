package cidr

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// rows6 is the IPv6 half of [Rows].
type rows6 struct {
	all    Bits // the valid prefixes
	checks []check
	hi, lo []shifted // levels of the address's halves
	probes *probes   // if not nil, takes the place of all these
	byTrie *trieRows // likewise
}

// shifted is a level and where its byte stands in its half of the address.
type shifted struct {
	shift uint8
	level *level
}

// check stands for bytes at which prefixes do not part: the address has the one
// value that the long prefixes share, or only those remain that end before.
// Levels that leave the same prefixes open make one check.
type check struct {
	maskHi, maskLo uint64
	hi, lo         uint64  // the value under the mask
	rows           [2]Bits // where the value differs, and where it is the same: a superset
}

func newRows6(prefixes []netip.Prefix) (r rows6) {
	for i, p := range prefixes {
		if p.IsValid() {
			r.all = r.all.With(i)
		}
	}
	for k := range 16 {
		if !constrains(prefixes, k) {
			break // nor does any byte behind it
		}
		l := new(level)
		l.fill(prefixes, k)
		shift := uint8(56 - 8*(k%8))
		switch {
		case r.check(l, k, shift):
		case k < 8:
			r.hi = append(r.hi, shifted{shift, l})
		default:
			r.lo = append(r.lo, shifted{shift, l})
		}
	}
	levels, probes := len(r.checks)+len(r.hi)+len(r.lo), 2*distinctLengths(prefixes)
	if min(levels, probes) > walk {
		return rows6{byTrie: newTrieRows(prefixes)}
	}
	if probes < levels {
		if p := newProbes(prefixes, maxSeeds); p != nil {
			return rows6{probes: p}
		}
	}
	return r
}

// walk is what the walk down a trie costs, in levels; a probe costs what two
// levels cost (measured).
const walk = 12

// distinctLengths returns how many lengths above 0 the prefixes have.
func distinctLengths(prefixes []netip.Prefix) (n int) {
	var seen [129]bool
	for _, p := range prefixes {
		if p.Bits() > 0 && !seen[p.Bits()] {
			seen[p.Bits()] = true
			n++
		}
	}
	return n
}

// halvesOf returns an IPv6 address as two numbers.
func halvesOf(a netip.Addr) (hi, lo uint64) {
	b := a.As16()
	return binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
}

// check makes a check of the level of byte k, or adds it to one, if it is one
// value, or one aligned range of values, against all others.
func (r *rows6) check(l *level, k int, shift uint8) bool {
	c, value, mask, ok := l.twoRows()
	if !ok {
		return false
	}
	if k < 8 {
		c.maskHi, c.hi = uint64(mask)<<shift, uint64(value)<<shift
	} else {
		c.maskLo, c.lo = uint64(mask)<<shift, uint64(value)<<shift
	}
	for i := range r.checks {
		if d := &r.checks[i]; d.rows[0] == c.rows[0] {
			d.maskHi, d.maskLo, d.hi, d.lo = d.maskHi|c.maskHi, d.maskLo|c.maskLo, d.hi|c.hi, d.lo|c.lo
			d.rows[1] = d.rows[1].And(c.rows[1])
			return true
		}
	}
	r.checks = append(r.checks, c)
	return true
}

// twoRows reports whether the level has two rows only, one of them for the bytes
// b with b&mask == value, a superset of the other.
func (l *level) twoRows() (c check, value, mask uint8, ok bool) {
	c.rows = [2]Bits{l[0], l[0]}
	for _, row := range l {
		c.rows = [2]Bits{c.rows[0].And(row), c.rows[1].Or(row)}
	}
	mask, n := uint8(0xff), 0
	for b, row := range l {
		switch row {
		case c.rows[1]:
			if n == 0 {
				value = uint8(b)
			}
			mask &^= uint8(b) ^ value
			n++
		case c.rows[0]:
		default:
			return c, 0, 0, false
		}
	}
	return c, value, mask, n == 1<<(8-bits.OnesCount8(mask))
}

func (r *rows6) lookup(hi, lo uint64) Bits {
	if t := r.byTrie; t != nil {
		return t.rows[t.trie.Class6(hi, lo)]
	}
	if p := r.probes; p != nil { // in place: a call more costs a tenth
		b := p.any
		for i := range p.short { // without the low half: a third less time
			l := &p.short[i]
			h := hi & l.maskHi
			e := &p.entries[p.place[h*l.mulHi>>(64-slotBits)]]
			_, same := bits.Sub64((h^e.hi)|e.lo, 1, 0) // branchless; the branch is unpredictable
			b.Lo |= e.row.Lo & -same
			b.Hi |= e.row.Hi & -same
		}
		for i := range p.long {
			l := &p.long[i]
			w := lo & l.maskLo
			e := &p.entries[p.place[l.slot(hi, w)]]
			_, same := bits.Sub64((hi^e.hi)|(w^e.lo), 1, 0)
			b.Lo |= e.row.Lo & -same
			b.Hi |= e.row.Hi & -same
		}
		return b
	}
	b := r.all
	for i := range r.checks {
		c := &r.checks[i]
		differ := (hi&c.maskHi ^ c.hi) | (lo&c.maskLo ^ c.lo)
		_, same := bits.Sub64(differ, 1, 0) // branchless; the branch is unpredictable
		row := &c.rows[same&1]
		b.Lo &= row.Lo
		b.Hi &= row.Hi
	}
	for _, l := range r.hi {
		row := &l.level[uint8(hi>>(l.shift&63))]
		b.Lo &= row.Lo
		b.Hi &= row.Hi
	}
	for _, l := range r.lo {
		row := &l.level[uint8(lo>>(l.shift&63))]
		b.Lo &= row.Lo
		b.Hi &= row.Hi
	}
	return b
}
