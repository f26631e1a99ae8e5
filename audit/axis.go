package audit

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"net/netip"
	"slices"
)

// value is the value of one field of a packet: an address of either IP version, or
// a port.
type value struct{ hi, lo uint64 }

func (n value) compare(m value) int { return cmp.Or(cmp.Compare(n.hi, m.hi), cmp.Compare(n.lo, m.lo)) }

func (n value) next() value {
	lo, carry := bits.Add64(n.lo, 1, 0)
	return value{n.hi + carry, lo}
}

func (n value) prev() value {
	lo, borrow := bits.Sub64(n.lo, 1, 0)
	return value{n.hi - borrow, lo}
}

func valueOf(a netip.Addr) value {
	if a.Is4() {
		b := a.As4()
		return value{0, uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return value{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// addr is the address of the IP version that has number n.
func (n value) addr(v6 bool) netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], n.hi)
	binary.BigEndian.PutUint64(b[8:], n.lo)
	if v6 {
		return netip.AddrFrom16(b)
	}
	return netip.AddrFrom4([4]byte(b[12:]))
}

// interval is the numbers from first to last, both in it.
type interval struct{ first, last value }

// The whole of each axis.
var (
	all4     = interval{value{}, value{0, 1<<32 - 1}}
	all6     = interval{value{}, value{1<<64 - 1, 1<<64 - 1}}
	allPorts = interval{value{}, value{0, 65535}}
)

// mapped are the IPv4-mapped addresses, which no IPv6 packet has: the axis of
// IPv6 addresses goes on behind them as if they were not there.
var mapped = interval{value{0, 0xffff << 32}, value{0, 1<<48 - 1}}

// axis is the values of one field, cut wherever a rule begins or ends: between
// two cuts no rule tells values apart. A position is the number of such a piece.
type axis struct {
	whole  interval
	starts []value // the first value of each piece, ascending; starts[0] is 0
}

// span is the positions from first to last, both in it; none where last < first.
type span struct{ first, last int32 }

func newAxis(whole interval, ranges []interval, b *budget) axis {
	a := axis{whole: whole, starts: make([]value, 1, 1+2*len(ranges))}
	for _, r := range ranges {
		a.starts = append(a.starts, a.cut(r.first))
		if r.last != whole.last {
			a.starts = append(a.starts, a.cut(r.last.next()))
		}
	}
	sortWithin(a.starts, b, 4, value.compare)
	a.starts = slices.Compact(a.starts)
	return a
}

// cut moves a cut among the mapped addresses behind them.
func (a *axis) cut(n value) value {
	if a.whole == all6 && mapped.first.compare(n) <= 0 && n.compare(mapped.last) <= 0 {
		return mapped.last.next()
	}
	return n
}

// span finds the positions of a range that the axis was made for.
func (a *axis) span(r interval) span {
	at := func(n value) int32 {
		i, _ := slices.BinarySearchFunc(a.starts, a.cut(n), value.compare)
		return int32(i)
	}
	if r.last == a.whole.last {
		return span{at(r.first), a.all().last}
	}
	return span{at(r.first), at(r.last.next()) - 1}
}

// all is every position.
func (a *axis) all() span { return span{0, int32(len(a.starts)) - 1} }

// values is the range that positions stand for.
func (a *axis) values(s span) interval {
	r := interval{a.starts[s.first], a.whole.last}
	if int(s.last)+1 < len(a.starts) {
		r.last = a.starts[s.last+1].prev()
	}
	return r
}

func (s span) empty() bool           { return s.last < s.first }
func (s span) has(at int32) bool     { return s.first <= at && at <= s.last }
func (s span) covers(t span) bool    { return s.first <= t.first && t.last <= s.last }
func (s span) intersect(t span) span { return span{max(s.first, t.first), min(s.last, t.last)} }
