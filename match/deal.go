package match

import (
	"net/netip"
	"slices"

	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// deal is how a part takes its share of the rules: those that are narrow in one
// field, split by it into leaves of at most smallRules.
type deal struct {
	field  field
	leaves [][]int    // ranks, ascending
	leaf   []uint16   // by class of the field
	blocks *cidr.Trie // of the regions of an address field
	taken  int
	left   []int // ranks that the part does not take
}

// bestDeal finds the deal that takes the most of the rules that are left. Where
// none takes more than one leaf's worth, the strongest go into a leaf of their
// own.
func bestDeal(rules []rule.Rule, left []int, in *fields) deal {
	best := deal{
		leaves: [][]int{left[:min(len(left), smallRules)]},
		leaf:   []uint16{0},
		taken:  min(len(left), smallRules),
	}
	best.left = left[best.taken:]
	if len(best.left) == 0 {
		return best
	}
	for _, f := range []field{byDst, bySrc, byDstPort} {
		for _, narrow := range narrowness {
			takes, rest := divide(rules, left, f, narrow)
			if len(takes) <= best.taken {
				break // narrower takes fewer
			}
			if d, ok := f.split(rules, takes, &in.dstPorts); ok {
				d.field, d.taken, d.left = f, len(takes), rest
				best = d
				break
			}
		}
	}
	return best
}

// width is what counts as narrow in a field: a prefix of at least these lengths,
// a range of at most so many ports.
type width struct {
	v4, v6 int
	ports  int
}

// narrowness goes from wide to narrow.
var narrowness = []width{
	{1, 1, 1 << 15}, {8, 16, 1 << 13}, {12, 32, 1 << 11}, {16, 40, 1 << 9},
	{20, 48, 1 << 7}, {24, 56, 1 << 4}, {28, 64, 1 << 2}, {32, 128, 1},
}

// divide parts the rules that are narrow in field f from the others.
func divide(rules []rule.Rule, ranks []int, f field, w width) (takes, rest []int) {
	for _, rank := range ranks {
		if f.isNarrow(&rules[rank], w) {
			takes = append(takes, rank)
		} else {
			rest = append(rest, rank)
		}
	}
	return takes, rest
}

func (f field) isNarrow(r *rule.Rule, w width) bool {
	switch f {
	case byDst, bySrc:
		p := f.block(r)
		return p.IsValid() && (p.Addr().Is4() && p.Bits() >= w.v4 || p.Addr().Is6() && p.Bits() >= w.v6)
	}
	return !r.DstPorts.IsAny() && int(r.DstPorts.Last-r.DstPorts.First) < w.ports
}

func (f field) block(r *rule.Rule) netip.Prefix {
	if f == byDst {
		return r.Dst
	}
	return r.Src
}

// split splits rules that are narrow in field f; ok is false where one value of
// the field has too many of them, or where they would stand too often.
func (f field) split(rules []rule.Rule, ranks []int, ports *portClasses) (d deal, ok bool) {
	if f == byDstPort {
		ok = d.merge(portSets(rules, ranks, ports))
	} else {
		ok = d.splitBlocks(f, rules, ranks)
	}
	copies := 0
	for _, leaf := range d.leaves {
		copies += len(leaf)
	}
	return d, ok && copies <= 2*len(ranks)+smallRules
}

// portSets returns the rules of each class of destination ports.
func portSets(rules []rule.Rule, ranks []int, ports *portClasses) [][]int {
	sets := make([][]int, len(ports.sample))
	for c, port := range ports.sample {
		for _, rank := range ranks {
			if rules[rank].DstPorts.Contains(port) {
				sets[c] = append(sets[c], rank)
			}
		}
	}
	return sets
}

// splitBlocks splits rules by an address field.
func (d *deal) splitBlocks(f field, rules []rule.Rule, ranks []int) (ok bool) {
	s := splitter{field: f, rules: rules, ok: true}
	s.split(any4, ranks)
	s.split(any6, ranks)
	if !s.ok || !d.merge(s.sets) {
		return false
	}
	trie, err := cidr.New(s.regions)
	if err != nil { // too many regions
		return false
	}
	d.blocks = trie
	ofRegion := d.leaf
	d.leaf = make([]uint16, trie.Classes())
	for c := range d.leaf {
		if regions := trie.Prefixes(c); len(regions) > 0 { // one: they are disjoint
			d.leaf[c] = ofRegion[regions[0]]
		}
	}
	return true
}

// merge makes leaves of neighbouring sets while they fit; ok is false where a
// set alone does not.
func (d *deal) merge(sets [][]int) (ok bool) {
	var union []int
	for _, set := range sets {
		if len(set) > smallRules {
			return false
		}
		grown := slices.Compact(slices.Sorted(slices.Values(slices.Concat(union, set))))
		if len(d.leaves) == 0 || len(grown) > smallRules {
			d.leaves = append(d.leaves, nil)
			grown = set
		}
		union = grown
		d.leaves[len(d.leaves)-1] = union
		d.leaf = append(d.leaf, uint16(len(d.leaves)-1))
	}
	return true
}

// splitter halves the address space until each region has few rules.
type splitter struct {
	field   field
	rules   []rule.Rule
	regions []netip.Prefix
	sets    [][]int // of each region
	ok      bool
}

// regionRules is how many rules a region may have before it is halved. Smaller
// regions fill leaves better and make more of them.
const regionRules = smallRules / 4

func (s *splitter) split(region netip.Prefix, ranks []int) {
	var in []int
	inner := false // a block ends inside the region
	for _, rank := range ranks {
		if p := s.field.block(&s.rules[rank]); p.Overlaps(region) {
			in = append(in, rank)
			inner = inner || p.Bits() > region.Bits()
		}
	}
	if !inner || len(in) <= regionRules {
		s.ok = s.ok && len(in) <= smallRules
		s.regions = append(s.regions, region)
		s.sets = append(s.sets, in)
		return
	}
	if s.ok {
		low, high := halve(region)
		s.split(low, in)
		s.split(high, in)
	}
}

// halve returns the two halves of a prefix that is not a single address.
func halve(p netip.Prefix) (low, high netip.Prefix) {
	n := p.Bits()
	b := p.Addr().As16()
	bit := 128 - p.Addr().BitLen() + n
	b[bit/8] |= 0x80 >> (bit % 8)
	a := netip.AddrFrom16(b)
	if p.Addr().Is4() {
		a = a.Unmap()
	}
	return netip.PrefixFrom(p.Addr(), n+1), netip.PrefixFrom(a, n+1)
}
