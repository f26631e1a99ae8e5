package audit

import (
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

// box is the packets that meet a filter, as positions on the axes of a space. Its
// destination is a target: a set of classes.
type box struct {
	kinds kindSet
	dst   int32
	at    [fields]span
}

// space is all packets of one IP version, cut along the edges of some boxes.
type space struct {
	v6      bool
	classic bool
	boxes   []box
	dst     axis
	axes    [fields]axis
	classes
	scratch grouped // of the search that runs
}

// newSpace cuts the packets of a family along the edges of filters, and makes box
// i of filter i.
//
// Where the budget does not hold it, the space is of no use.
func newSpace(f *family, filters []filter, b *budget) *space {
	s := &space{v6: f.v6, classic: f.classic}
	var ranges [fields][]interval
	var dsts []interval
	var targets []*target
	index := map[*target]int32{}
	for _, x := range filters {
		ranges[src] = append(ranges[src], x.src)
		ranges[dstPort] = append(ranges[dstPort], x.dstPort)
		ranges[srcPort] = append(ranges[srcPort], x.srcPort)
		if _, seen := index[x.dst]; !seen {
			index[x.dst] = int32(len(targets))
			targets = append(targets, x.dst)
			dsts = append(dsts, x.dst.ranges...)
		}
	}
	b.step(200 * len(filters))
	if b.err != nil {
		return s
	}
	s.dst = newAxis(f.whole, dsts, b)
	s.axes = [fields]axis{newAxis(f.whole, ranges[src], b), newAxis(allPorts, ranges[dstPort], b), newAxis(allPorts, ranges[srcPort], b)}
	if b.err == nil {
		s.classify(targets, b)
	}
	if b.err != nil {
		return s
	}
	s.boxes = make([]box, len(filters))
	for i, x := range filters {
		s.boxes[i] = box{
			kinds: x.kinds,
			dst:   index[x.dst],
			at:    [fields]span{s.axes[src].span(x.src), s.axes[dstPort].span(x.dstPort), s.axes[srcPort].span(x.srcPort)},
		}
	}
	return s
}

func (s *space) family() int {
	if s.v6 {
		return 1
	}
	return 0
}

// whole reports whether box b is all packets.
func (s *space) whole(b *box) bool {
	return b.kinds == allKinds(s.classic) && len(s.of[b.dst]) == 1 && s.of[b.dst][0] == span{0, int32(len(s.sample)) - 1} &&
		b.at == [fields]span{s.axes[src].all(), s.axes[dstPort].all(), s.axes[srcPort].all()}
}

// has reports whether the first packet of a point is in box b.
func (s *space) has(b *box, p *point) bool {
	for f := range p.at {
		if !b.at[f].has(p.at[f].first) {
			return false
		}
	}
	return b.kinds>>p.kind&1 != 0 && s.hasClass(b.dst, p.class)
}

// packet is a packet of a point, with a destination at the sample of its class;
// one of the protocols that no rule can name has the number other.
func (s *space) packet(p *point, other rule.Protocol) match.Packet {
	c := cell{kinds: 1 << (p.kind % kinds), nic: uint8(p.kind / kinds)}
	copy(c.at[:], p.at[:])
	c.at[dst] = span{s.sample[p.class], s.sample[p.class]}
	r := s.region(&c)
	q := r.witness()
	if p.kind%kinds == kinds-1 {
		q.Protocol = other
	}
	return q
}
