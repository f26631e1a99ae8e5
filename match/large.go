package match

import "example.com/sluice/rule"

// large is the index of more than 128 rules. They are dealt out to parts; in each
// part one field of the packet leads to a leaf, which holds at most 128 rules: all
// that the field does not rule out. The strongest match of all parts decides.
type large struct {
	parts []part
	none  uint32 // the rank of no rule
}

// part is a share of the rules.
type part struct {
	field  field
	bounds bounds   // of an address field: where the leaves begin
	leaf   []uint16 // of a port field, by class: a place in leaves
	leaves []leaf
}

// leaf is up to 128 rules that may match where a field has led to it.
type leaf struct {
	small
	ranks [256]uint32 // by place in small; behind the rules that of no rule
}

// field is what leads to a leaf.
type field uint8

const (
	noField field = iota // one leaf
	byDst
	bySrc
	byDstPort
)

// first returns the rank of the strongest rule that matches, or that of none.
func (l *large) first(q *query) uint32 {
	best := l.none
	for i := range l.parts {
		leaf := l.parts[i].find(q)
		best = min(best, leaf.ranks[first(leaf.row(q))])
	}
	return best
}

// find returns the leaf of a packet.
func (t *part) find(q *query) *leaf {
	i := 0
	switch t.field {
	case byDst:
		i = t.bounds.leaf(q.dst, q.v4)
	case bySrc:
		i = t.bounds.leaf(q.src, q.v4)
	case byDstPort:
		i = int(t.leaf[q.dstPort])
	}
	return &t.leaves[i]
}

// newLarge deals the rules, strongest first, out to parts.
func newLarge(rules []rule.Rule, members *Members, f *fields) *large {
	l := &large{none: uint32(len(rules))}
	d := newDealer(rules, f)
	for left := allRanks(len(rules)); left.len() > 0; {
		deal := d.best(left)
		p := part{field: deal.field, leaf: deal.leaf, bounds: deal.bounds}
		for _, ranks := range deal.leaves {
			p.leaves = append(p.leaves, newLeaf(rules, ranks, members, f))
		}
		l.parts = append(l.parts, p)
		left = deal.left
	}
	return l
}

func newLeaf(rules []rule.Rule, dealt ranks, members *Members, f *fields) (l leaf) {
	for i := range l.ranks {
		l.ranks[i] = uint32(len(rules))
	}
	var own []rule.Rule
	for rank := range dealt.all() {
		l.ranks[len(own)] = uint32(rank)
		own = append(own, rules[rank])
	}
	l.small = *newSmall(own, members, f)
	return l
}
