package audit

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// The fields of a box that are ranges of positions, in the order in which packets
// are told apart by them, behind kind and destination.
const (
	src = iota
	dstPort
	srcPort
	fields
)

// box is the packets that a filter lets pass, as positions on the lines of a
// space. Its destination is a set of classes.
type box struct {
	kinds kindSet
	dst   *target
	at    [fields]span
	in    bitset // the classes of destinations that the target has
}

// space is all packets of one IP version, cut along the edges of some boxes.
// Destinations are told apart by classes, those that the same targets have, so
// that a group with 65,536 members costs no more than a block where nobody asks
// for its addresses.
type space struct {
	v6      bool
	classic bool
	boxes   []box
	dst     axis
	axes    [fields]axis
	class   []int32 // of each position of dst
	sample  []int32 // a position of each class, the first
}

// point is a packet's place in a space.
type point struct {
	kind int
	dst  int32
	at   [fields]int32
}

// newSpace cuts the packets of a family along the edges of filters, and makes box
// i of filter i.
//
// Where the budget does not hold it, the space is of no use.
func newSpace(f *family, filters []filter, budget *budget) *space {
	s := &space{v6: f.v6, classic: f.classic}
	var ranges [fields][]interval
	var dsts []interval
	var targets []*target
	index := map[*target]int{}
	for _, x := range filters {
		ranges[src] = append(ranges[src], x.src)
		ranges[dstPort] = append(ranges[dstPort], x.dstPort)
		ranges[srcPort] = append(ranges[srcPort], x.srcPort)
		if _, seen := index[x.dst]; !seen {
			index[x.dst] = len(targets)
			targets = append(targets, x.dst)
			dsts = append(dsts, x.dst.ranges...)
		}
	}
	s.dst = newAxis(f.whole, dsts)
	s.axes = [fields]axis{newAxis(f.whole, ranges[src]), newAxis(allPorts, ranges[dstPort]), newAxis(allPorts, ranges[srcPort])}
	in := s.classify(targets, budget)
	if budget.err != nil {
		return s
	}
	for _, x := range filters {
		s.boxes = append(s.boxes, box{
			kinds: x.kinds,
			dst:   x.dst,
			at:    [fields]span{s.axes[src].span(x.src), s.axes[dstPort].span(x.dstPort), s.axes[srcPort].span(x.srcPort)},
			in:    in[index[x.dst]],
		})
	}
	return s
}

// classify gives every position of a destination its class, and returns the
// classes of each target.
func (s *space) classify(targets []*target, budget *budget) []bitset {
	turns := s.turns(targets)
	open := newBitset(len(targets))
	classes := map[string]int32{}
	var sets []bitset
	var key []byte
	s.class = make([]int32, len(s.dst.starts))
	for at := range s.class {
		for ; turns[0].at == int32(at); turns = turns[1:] {
			open.flip(int(turns[0].target))
		}
		key = open.appendTo(key[:0])
		c, seen := classes[string(key)]
		if !seen {
			if !budget.take(4 * len(key)) { // the set, its key, and its part of what is returned
				return nil
			}
			c = int32(len(sets))
			classes[string(key)] = c
			sets = append(sets, slices.Clone(open))
			s.sample = append(s.sample, int32(at))
		}
		s.class[at] = c
	}
	in := make([]bitset, len(targets))
	for i := range in {
		in[i] = newBitset(len(sets))
		for c, set := range sets {
			if set.has(i) {
				in[i].flip(c)
			}
		}
	}
	return in
}

// turn is where a target begins or ends.
type turn struct{ at, target int32 }

// turns returns the turns of all targets, ascending, and one behind the end.
func (s *space) turns(targets []*target) []turn {
	var list []turn
	for i, t := range targets {
		for _, r := range t.ranges {
			at := s.dst.span(r)
			list = append(list, turn{at.first, int32(i)}, turn{at.last + 1, int32(i)})
		}
	}
	slices.SortFunc(list, func(a, b turn) int { return cmp.Compare(a.at, b.at) })
	return append(list, turn{at: int32(len(s.dst.starts)) + 1})
}

// meets reports whether two boxes have a packet in common.
func (b *box) meets(c *box) bool {
	for f := range b.at {
		if b.at[f].intersect(c.at[f]).empty() {
			return false
		}
	}
	return b.kinds&c.kinds != 0 && b.in.meets(c.in)
}

// whole reports whether box b is all packets.
func (s *space) whole(b *box) bool {
	return b.kinds == allKinds(s.classic) && b.in.count() == len(s.sample) &&
		b.at == [fields]span{s.axes[src].all(), s.axes[dstPort].all(), s.axes[srcPort].all()}
}

// has reports whether the packet at p is in box b.
func (s *space) has(b *box, p point) bool {
	return b.kinds>>p.kind&1 != 0 && b.in.has(int(s.class[p.dst])) &&
		b.at[src].has(p.at[src]) && b.at[dstPort].has(p.at[dstPort]) && b.at[srcPort].has(p.at[srcPort])
}

// corner is the place of the first packet of box b.
func (s *space) corner(b *box) point {
	p := point{kind: bits.TrailingZeros16(uint16(b.kinds))}
	for class, at := range s.sample {
		if b.in.has(class) {
			p.dst = at
			break
		}
	}
	for f := range p.at {
		p.at[f] = b.at[f].first
	}
	return p
}

// packet is the first packet at p; one of other protocols has the number given.
func (s *space) packet(p point, other rule.Protocol) match.Packet {
	q := match.Packet{
		Protocol: kindProtocols[p.kind%kinds],
		Dst:      s.dst.starts[p.dst].addr(s.v6),
		Src:      s.axes[src].starts[p.at[src]].addr(s.v6),
		NIC:      nicOf(p.kind/kinds, s.classic),
	}
	if q.Protocol == otherProtocol {
		q.Protocol = other
	}
	if q.Protocol.HasPorts() {
		q.DstPort = uint16(s.axes[dstPort].starts[p.at[dstPort]].lo)
		q.SrcPort = uint16(s.axes[srcPort].starts[p.at[srcPort]].lo)
	}
	return q
}

// bitset is a set of small numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) has(i int) bool { return b[i>>6]>>(i&63)&1 != 0 }
func (b bitset) flip(i int)     { b[i>>6] ^= 1 << (i & 63) }

func (b bitset) meets(c bitset) bool {
	for i := range b {
		if b[i]&c[i] != 0 {
			return true
		}
	}
	return false
}

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

func (b bitset) appendTo(key []byte) []byte {
	for _, w := range b {
		key = binary.LittleEndian.AppendUint64(key, w)
	}
	return key
}
