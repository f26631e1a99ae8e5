package match

import (
	"math/bits"

	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// large is the index of more than 128 rules. They are in parts, each with an
// index of its own; the strongest match of all parts decides.
type large struct {
	dst, src      *cidr.Trie
	dst4, src4    *cidr.ByteTrie // of both, where these and byBlock decide all IPv4 packets
	byBlock       []cross        // of rules with a destination block
	byMember      []cross        // of rules with a destination group: none or one
	firstMember   uint32         // the smallest number of a member class
	memberClasses uint32         // how many there are
	leaves        []leaf         // of rules whose cross-products would be too large
	none          uint32         // the answer of no rule
	table         uint64         // the table's number
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
	return Decision{
		Verdict: Verdict(answer & 1),
		Cause:   Default + Cause(isRule),
		rank:    answer >> 1 & -isRule,
		table:   l.table & -uint64(isRule),
	}
}

// decideLarge is decide for every packet and more than 128 rules.
func (t *Table) decideLarge(p *Packet) Decision {
	l, f := t.large, &t.fields
	d, s, v4, ok := addresses(p)
	var dst, src int
	switch {
	case !ok:
		return Decision{}
	case v4:
		dst, src = l.dst.Class4(d.bytes4()), l.src.Class4(s.bytes4())
	default:
		dst, src = l.dst.Class6(d.hi, d.lo), l.src.Class6(s.hi, s.lo)
	}
	var members uint32
	if f.members != nil {
		members = f.memberNumber(f.members.class(d))
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
