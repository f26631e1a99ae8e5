package match

import "net/netip"

// block is a prefix as numbers; an IPv4 one stands among the IPv4-mapped
// addresses, and so has a length of 96 to 128.
type block struct {
	address
	n         uint8
	v4, valid bool
}

func blockOf(p netip.Prefix) block {
	if !p.IsValid() {
		return block{}
	}
	b := block{address: addressOf(p.Addr()), n: uint8(p.Bits()), v4: p.Addr().Is4(), valid: true}
	if b.v4 {
		b.n += 96
	}
	return b
}

// overlaps reports whether one of the two blocks contains the other.
func (b *block) overlaps(c *block) bool {
	m := hostMask(min(b.n, c.n))
	return (b.hi^c.hi)&^m.hi|(b.lo^c.lo)&^m.lo == 0
}

// splitter halves the address space until each region has few rules.
type splitter struct {
	blocks  []block // of each rule
	regions []block
	in      [][]int // the rules of each region
	ok      bool    // no region has too many
}

// regionRules is how many rules a region may have before it is halved. Smaller
// regions fill leaves better and make more of them.
const regionRules = smallRules / 4

func (s *splitter) split(region block, takes []int) {
	in := make([]int, 0, len(takes))
	inner := false // a block ends inside the region
	for _, rank := range takes {
		if b := &s.blocks[rank]; b.overlaps(&region) {
			in = append(in, rank)
			inner = inner || b.n > region.n
		}
	}
	if !inner || len(in) <= regionRules {
		s.ok = s.ok && len(in) <= smallRules
		s.regions = append(s.regions, region)
		s.in = append(s.in, in)
		return
	}
	if !s.ok {
		return
	}
	half := region
	half.n++
	s.split(half, in)
	bit, rest := hostMask(region.n), hostMask(half.n) // they differ in the bit that parts the halves
	half.hi |= bit.hi &^ rest.hi
	half.lo |= bit.lo &^ rest.lo
	s.split(half, in)
}

func (s *splitter) sets(n int) []ranks {
	sets := make([]ranks, len(s.in))
	for i, in := range s.in {
		sets[i] = newRanks(n)
		for _, rank := range in {
			sets[i].add(rank)
		}
	}
	return sets
}
