package audit

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"net/netip"
	"slices"
)

// num is the value of one field of a packet: an address of either IP version, or
// a port.
type num struct{ hi, lo uint64 }

func (n num) compare(m num) int { return cmp.Or(cmp.Compare(n.hi, m.hi), cmp.Compare(n.lo, m.lo)) }

func (n num) next() num {
	lo, carry := bits.Add64(n.lo, 1, 0)
	return num{n.hi + carry, lo}
}

func (n num) prev() num {
	lo, borrow := bits.Sub64(n.lo, 1, 0)
	return num{n.hi - borrow, lo}
}

func numOf(a netip.Addr) num {
	if a.Is4() {
		b := a.As4()
		return num{0, uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return num{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// addr is the address of the IP version that has number n.
func (n num) addr(v6 bool) netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], n.hi)
	binary.BigEndian.PutUint64(b[8:], n.lo)
	if v6 {
		return netip.AddrFrom16(b)
	}
	return netip.AddrFrom4([4]byte(b[12:]))
}

// numRange is the numbers from first to last, both in it.
type numRange struct{ first, last num }

// The whole of each line.
var (
	all4     = numRange{num{}, num{0, 1<<32 - 1}}
	all6     = numRange{num{}, num{1<<64 - 1, 1<<64 - 1}}
	allPorts = numRange{num{}, num{0, 65535}}
)

// mapped are the IPv4-mapped addresses, which no IPv6 packet has: the line of
// IPv6 addresses goes on behind them as if they were not there.
var mapped = numRange{num{0, 0xffff << 32}, num{0, 0xffff<<32 | (1<<32 - 1)}}

// line is the values of one field, cut wherever a rule begins or ends: between
// two cuts no rule tells values apart. A position is the number of such a piece.
type line struct {
	whole  numRange
	starts []num // the first value of each piece, ascending; starts[0] is 0
}

// span is the positions from first to last, both in it; none where last < first.
type span struct{ first, last int32 }

func newLine(whole numRange, ranges []numRange) line {
	l := line{whole: whole, starts: make([]num, 1, 1+2*len(ranges))}
	for _, r := range ranges {
		l.starts = append(l.starts, l.cut(r.first))
		if r.last != whole.last {
			l.starts = append(l.starts, l.cut(r.last.next()))
		}
	}
	slices.SortFunc(l.starts, num.compare)
	l.starts = slices.Compact(l.starts)
	return l
}

// cut moves a cut among the mapped addresses behind them.
func (l *line) cut(n num) num {
	if l.whole == all6 && mapped.first.compare(n) <= 0 && n.compare(mapped.last) <= 0 {
		return mapped.last.next()
	}
	return n
}

// span finds the positions of a range that the line was made for.
func (l *line) span(r numRange) span {
	at := func(n num) int32 {
		i, _ := slices.BinarySearchFunc(l.starts, l.cut(n), num.compare)
		return int32(i)
	}
	if r.last == l.whole.last {
		return span{at(r.first), l.all().last}
	}
	return span{at(r.first), at(r.last.next()) - 1}
}

// all is every position.
func (l *line) all() span { return span{0, int32(len(l.starts)) - 1} }

// values is the range that positions stand for.
func (l *line) values(s span) numRange {
	r := numRange{l.starts[s.first], l.whole.last}
	if int(s.last)+1 < len(l.starts) {
		r.last = l.starts[s.last+1].prev()
	}
	return r
}

func (s span) empty() bool           { return s.last < s.first }
func (s span) has(at int32) bool     { return s.first <= at && at <= s.last }
func (s span) covers(t span) bool    { return s.first <= t.first && t.last <= s.last }
func (s span) intersect(t span) span { return span{max(s.first, t.first), min(s.last, t.last)} }
