package match

import "example.com/sluice/rule"

// deal is how a part takes its share of the rules: those that are narrow in one
// field, split by it into leaves of at most smallRules.
type deal struct {
	field  field
	leaves []ranks
	leaf   []uint16 // of each region, or class of ports
	bounds bounds   // of the leaves of an address field
	left   ranks    // what the part does not take
}

// dealer deals the rules of a table out to parts.
type dealer struct {
	rules  []rule.Rule
	blocks [bySrc + 1][]block // by address field, of each rule
	ports  *portClasses
}

func newDealer(rules []rule.Rule, f *fields) *dealer {
	d := &dealer{rules: rules, ports: &f.dstPorts}
	for i := range rules {
		d.blocks[byDst] = append(d.blocks[byDst], blockOf(rules[i].Dst))
		d.blocks[bySrc] = append(d.blocks[bySrc], blockOf(rules[i].Src))
	}
	return d
}

// best finds the deal that takes the most of the rules that are left. Where none
// takes more than one leaf's worth, the strongest go into a leaf of their own.
func (d *dealer) best(left ranks) deal {
	strongest := left.strongest(smallRules)
	best := deal{leaves: []ranks{strongest}, leaf: []uint16{0}, left: left.without(strongest)}
	if best.left.len() == 0 {
		return best
	}
	taken := strongest.len()
	for _, f := range []field{byDst, bySrc, byDstPort} {
		for _, w := range widths {
			takes := d.narrow(left, f, w)
			if takes.len() <= taken {
				break // narrower takes fewer
			}
			if found, ok := d.split(f, takes); ok {
				taken = takes.len()
				best, best.left = found, left.without(takes)
				break
			}
		}
	}
	return best
}

// width is what counts as narrow in a field: a prefix of at least these lengths,
// a range of at most so many ports.
type width struct{ v4, v6, ports int }

// widths goes from wide to narrow.
var widths = []width{
	{1, 1, 1 << 15}, {8, 16, 1 << 13}, {12, 32, 1 << 11}, {16, 40, 1 << 9},
	{20, 48, 1 << 7}, {24, 56, 1 << 4}, {28, 64, 1 << 2}, {32, 128, 1},
}

// narrow returns the rules that are narrow in field f.
func (d *dealer) narrow(left ranks, f field, w width) ranks {
	takes := newRanks(len(d.rules))
	for rank := range left.all() {
		ok := false
		if f == byDstPort {
			r := d.rules[rank].DstPorts
			ok = !r.IsAny() && int(r.Last-r.First) < w.ports
		} else if b := d.blocks[f][rank]; b.valid {
			ok = b.v4 && int(b.n)-96 >= w.v4 || !b.v4 && int(b.n) >= w.v6
		}
		if ok {
			takes.add(rank)
		}
	}
	return takes
}

// split splits rules by field f; ok is false where one value of the field has too
// many of them, or where they would stand too often.
func (d *dealer) split(f field, takes ranks) (found deal, ok bool) {
	found.field = f
	if f == byDstPort {
		ok = found.merge(d.portSets(takes))
	} else {
		ok = d.splitBlocks(&found, takes)
	}
	copies := 0
	for _, leaf := range found.leaves {
		copies += leaf.len()
	}
	return found, ok && copies <= 2*takes.len()+smallRules
}

// portSets returns the rules of each class of destination ports.
func (d *dealer) portSets(takes ranks) []ranks {
	sets := make([]ranks, len(d.ports.sample))
	for c := range sets {
		sets[c] = newRanks(len(d.rules))
	}
	for rank := range takes.all() {
		r := d.rules[rank].DstPorts
		for c := d.ports.class(r.First); c <= d.ports.class(r.Last); c++ {
			sets[c].add(rank)
		}
	}
	return sets
}

// merge makes leaves of neighbouring sets while they fit; ok is false where a
// set alone does not.
func (d *deal) merge(sets []ranks) (ok bool) {
	var union ranks
	for _, set := range sets {
		if set.len() > smallRules {
			return false
		}
		grown := union.or(set)
		if union == nil || grown.len() > smallRules {
			d.leaves = append(d.leaves, nil)
			grown = set
		}
		union = grown
		d.leaves[len(d.leaves)-1] = union
		d.leaf = append(d.leaf, uint16(len(d.leaves)-1))
	}
	return true
}

// splitBlocks splits rules by an address field.
func (d *dealer) splitBlocks(found *deal, takes ranks) (ok bool) {
	s := splitter{blocks: d.blocks[found.field], ok: true}
	var v4, v6 []int
	for rank := range takes.all() {
		if s.blocks[rank].v4 {
			v4 = append(v4, rank)
		} else {
			v6 = append(v6, rank)
		}
	}
	s.split(block{address: first4, n: 96, v4: true}, v4)
	s.split(block{}, v6)
	if !s.ok || !found.merge(s.sets(len(d.rules))) {
		return false
	}
	found.bounds = newBounds(s.regions, found.leaf)
	return true
}
