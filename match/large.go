package match

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// large is the index of more than 128 rules. They are in parts, each with an
// index of its own; the strongest match of all parts decides.
type large struct {
	dst, src      *cidr.Trie
	dst4, src4    *cidr.ByteTrie // of both, or none
	byBlock       []cross        // of rules with a destination block
	byMember      []cross        // of rules with a destination group: none or one
	firstMember   uint32         // the smallest member class that byMember knows
	memberClasses uint32         // how many it knows
	leaves        []leaf         // of rules whose cross-products would be too large
	none          uint32         // the answer of no rule
}

// leaf is up to 128 rules in an index of their own.
type leaf struct {
	small
	answers [256]uint32 // by place in small; behind the rules that of no rule
}

// An answer is the rank of a rule and, in the lowest bit, whether it accepts. The
// smallest is that of the strongest rule. (Measured: to look a rank's Decision up
// takes a tenth more time.)

// answersOf returns the answers of rules, strongest first, and of none.
func answersOf(rules []rule.Rule, byDefault Verdict) []uint32 {
	answers := make([]uint32, len(rules)+1)
	for rank, r := range rules {
		answers[rank] = uint32(rank) << 1
		if r.Policy == rule.Accept {
			answers[rank] |= uint32(Accept)
		}
	}
	answers[len(rules)] = uint32(len(rules))<<1 | uint32(byDefault)
	return answers
}

// decision returns the decision of an answer.
func (l *large) decision(answer uint32) Decision {
	_, isRule := bits.Sub32(answer, l.none, 0)
	return Decision{Verdict: Verdict(answer & 1), Cause: Default + Cause(isRule), rank: answer >> 1 & -isRule}
}

// decideLarge is decide for more than 128 rules, and for no table.
func (t *Table) decideLarge(p *Packet) Decision {
	if t == nil || t.large == nil || notPacket(p) {
		return Decision{}
	}
	l, f := t.large, &t.fields
	var dst, src int
	var members uint32
	if p.Dst.Is4() && p.Src.Is4() {
		d, s := p.Dst.As4(), p.Src.As4()
		if l.dst4 != nil {
			dst, src = l.dst4.Class(d), l.src4.Class(s)
		} else {
			dst, src = l.dst.Class4(d), l.src.Class4(s)
		}
		if f.members != nil {
			members = f.members.class4(binary.BigEndian.Uint32(d[:]))
		}
	} else {
		d, s, v4, ok := addresses(p)
		switch {
		case !ok:
			return Decision{}
		case v4:
			dst, src = l.dst.Class4(d.bytes4()), l.src.Class4(s.bytes4())
		default:
			dst, src = l.dst.Class6(d.hi, d.lo), l.src.Class6(s.hi, s.lo)
		}
		if f.members != nil {
			members = f.members.class(d)
		}
	}
	kind, port := f.kindOf(p)+f.srcPorts.class(p.SrcPort), f.dstPorts.class(p.DstPort)
	best := l.none
	for i := range l.byBlock {
		x := &l.byBlock[i]
		best = min(best, x.first(uint32(dst), uint32(src), x.rest(kind, port)))
	}
	for i := range l.byMember {
		x := &l.byMember[i]
		if m := members - l.firstMember; m < l.memberClasses {
			best = min(best, x.first(m, uint32(src), x.rest(kind, port)))
		}
	}
	if len(l.leaves) > 0 {
		best = min(best, t.firstInLeaves(p))
	}
	return l.decision(best)
}

// firstInLeaves returns the answer of the strongest rule in leaves that matches, or
// that of none.
func (t *Table) firstInLeaves(p *Packet) uint32 {
	l := t.large
	best := l.none
	q, _ := t.fields.query(p)
	for i := range l.leaves {
		leaf := &l.leaves[i]
		best = min(best, leaf.answers[first(leaf.row(&q))])
	}
	return best
}

// newLarge puts the rules, strongest first, into parts: those with a destination
// block and those with a group each into a cross; or, where that would be too
// large, apart by whether they take any address; or into leaves.
func newLarge(rules []rule.Rule, byDefault Verdict, members *Members, f *fields) *large {
	answers := answersOf(rules, byDefault)
	l := &large{dst: noPrefixes, src: noPrefixes, none: answers[len(rules)]}
	rest := make([]int, len(rules))
	for rank := range rest {
		rest[rank] = rank
	}
	if len(rules) <= maxCrossed {
		rest = l.addCrosses(newCrossing(rules, answers, members, f))
	}
	if len(l.byBlock)+len(l.byMember) == 0 {
		l.dst, l.src = noPrefixes, noPrefixes
	}
	if l.dst.Bytes4() != nil && l.src.Bytes4() != nil {
		l.dst4, l.src4 = l.dst.Bytes4(), l.src.Bytes4()
	}
	l.addLeaves(rules, answers, rest, members, f)
	return l
}

// addLeaves puts rules with the given ranks into leaves.
func (l *large) addLeaves(rules []rule.Rule, answers []uint32, ranks []int, members *Members, f *fields) {
	for dealt := range slices.Chunk(ranks, smallRules) {
		l.leaves = append(l.leaves, newLeaf(rules, answers, dealt, members, f))
	}
}

// maxCrossed is how many rules are tried in crosses: four times what ten groups
// have by the quota.
const maxCrossed = 1 << 12

var noPrefixes, _ = cidr.New(nil)

// wholeSteps is what a cross of all rules may take. 1,000 rules for hosts and
// subnets take half of that; where many rules for any source meet many for any
// destination, it would be millions, and crosses apart take less.
const wholeSteps = maxSteps / 2

// addCrosses makes crosses, and returns the ranks of the rules that fit none.
func (l *large) addCrosses(c *crossing) (rest []int) {
	l.dst, l.src = c.dst, c.src
	blocks, groups := byDestination(c.rules)
	lines, first := c.memberLines(groups)
	l.firstMember, l.memberClasses = first, uint32(len(lines))
	if len(lines) > 0 && !l.addCross(&l.byMember, c, groups, lines, maxSteps) { // no line: groups without members
		rest = groups
	}
	if !l.addCross(&l.byBlock, c, blocks, c.blockLines(blocks), wholeSteps) {
		for _, ranks := range c.apart(blocks) {
			if !l.addCross(&l.byBlock, c, ranks, c.blockLines(ranks), maxSteps) {
				rest = append(rest, ranks...)
			}
		}
	}
	slices.Sort(rest)
	return rest
}

// byDestination returns the ranks of the rules with a block as destination, and
// of those with a group.
func byDestination(rules []rule.Rule) (blocks, groups []int) {
	for rank, r := range rules {
		if r.DstGroup == "" {
			blocks = append(blocks, rank)
		} else {
			groups = append(groups, rank)
		}
	}
	return blocks, groups
}

// addCross adds the cross of some rules; it reports false where it is too large.
func (l *large) addCross(to *[]cross, c *crossing, ranks []int, lines []line, max steps) bool {
	if len(ranks) == 0 {
		return true
	}
	x, ok := c.cross(ranks, lines, max)
	if ok {
		*to = append(*to, x)
	}
	return ok
}

func newLeaf(rules []rule.Rule, answers []uint32, dealt []int, members *Members, f *fields) (l leaf) {
	for i := range l.answers {
		l.answers[i] = answers[len(rules)]
	}
	own := make([]rule.Rule, len(dealt))
	for i, rank := range dealt {
		l.answers[i] = answers[rank]
		own[i] = rules[rank]
	}
	l.small = *newSmall(own, members, f)
	return l
}
