package cidr

import (
	"math/bits"
	"net/netip"
	"slices"
)

// probes is the other index of IPv6 prefixes in [Rows]: a perfect hash, asked
// once for each length that prefixes have. Scattered hosts part in nearly all of
// their 16 bytes; then this takes a third of the work of a row a byte.
type probes struct {
	any         Bits         // the prefixes of length 0
	lengths     []probe      // ascending
	short, long []probe      // of lengths, those up to 64, and those above
	place       [slots]uint8 // by hash, a place in entries
	entries     [256]entry   // entries[0] is of no prefix
}

const (
	slotBits = 11
	slots    = 1 << slotBits
)

// probe is one length and how its prefixes hash.
type probe struct {
	maskHi, maskLo uint64
	mulHi, mulLo   uint64
}

// entry is a prefix of a length above 0 and the set of its numbers.
type entry struct {
	hi, lo uint64
	row    Bits
}

func (p *probe) slot(hi, lo uint64) uint64 {
	return (hi*p.mulHi + lo*p.mulLo) >> (64 - slotBits)
}

// maxSeeds bounds the search for a perfect hash; 128 prefixes take 55 seeds on
// average.
const maxSeeds = 2000

// newProbes indexes valid prefixes; nil where none of so many seeds makes a
// perfect hash, which takes a list made for it.
func newProbes(prefixes []netip.Prefix, seeds uint64) *probes {
	p := &probes{}
	var lengths []int
	for i, q := range prefixes {
		if q.IsValid() && q.Bits() == 0 {
			p.any = p.any.With(i)
		} else if q.IsValid() && !slices.Contains(lengths, q.Bits()) {
			lengths = append(lengths, q.Bits())
		}
	}
	slices.Sort(lengths)
	for seed := range seeds {
		p.lengths = p.lengths[:0]
		for _, n := range lengths {
			p.lengths = append(p.lengths, newProbe(n, seed))
		}
		n, _ := slices.BinarySearch(lengths, 65)
		p.short, p.long = p.lengths[:n], p.lengths[n:]
		if p.fill(prefixes, lengths) {
			return p
		}
	}
	return nil
}

// newProbe makes the probe of a length; each length and seed has multipliers of
// its own.
func newProbe(n int, seed uint64) probe {
	p := probe{maskHi: ^uint64(0) << max(64-n, 0)}
	if n > 64 {
		p.maskLo = ^uint64(0) << (128 - n)
	}
	p.mulHi = scatter(seed<<9 | uint64(n)<<1)
	p.mulLo = scatter(seed<<9 | uint64(n)<<1 | 1)
	return p
}

// scatter makes an odd multiplier of a small number.
func scatter(x uint64) uint64 {
	hi, lo := bits.Mul64(x+0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo | 1
}

// fill places the prefixes, and reports whether each has a slot of its own that
// no other length takes for its own.
func (p *probes) fill(prefixes []netip.Prefix, lengths []int) bool {
	clear(p.place[:])
	clear(p.entries[:])
	n := uint8(0)
	var of [256]int // length index of each entry
	for i, q := range prefixes {
		if q.Bits() <= 0 {
			continue
		}
		k, _ := slices.BinarySearch(lengths, q.Bits())
		hi, lo := halvesOf(q.Addr())
		probe := &p.lengths[k]
		hi, lo = hi&probe.maskHi, lo&probe.maskLo
		place := &p.place[probe.slot(hi, lo)]
		e := &p.entries[*place]
		switch {
		case *place == 0:
			n++
			*place, of[n] = n, k
			p.entries[n] = entry{hi, lo, Bits{}.With(i)}
		case of[*place] == k && e.hi == hi && e.lo == lo: // an equal prefix
			e.row = e.row.With(i)
		default:
			return false
		}
	}
	for i := uint8(1); i <= n; i++ {
		e := &p.entries[i]
		for k := range p.lengths {
			// The value of one length's prefix must not stand where another
			// length looks for the same value.
			j := p.place[p.lengths[k].slot(e.hi, e.lo)]
			if of[j] != k && j != 0 && p.entries[j].hi == e.hi && p.entries[j].lo == e.lo {
				return false
			}
		}
	}
	return true
}
