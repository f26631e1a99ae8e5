package match

import (
	"slices"

	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// newLarge puts the rules, strongest first, into parts: those with a destination
// block and those with a group each into a cross; or, where that would be too
// large, apart by whether they take any address; or into leaves.
func newLarge(rules []rule.Rule, byDefault Verdict, classes *memberClasses, f *fields) *large {
	answers := answersOf(rules, byDefault)
	l := &large{dst: noPrefixes, src: noPrefixes, none: answers[len(rules)]}
	rest := make([]int, len(rules))
	for rank := range rest {
		rest[rank] = rank
	}
	if len(rules) <= maxCrossed {
		rest = l.addCrosses(newCrossing(rules, answers, classes, f))
	}
	if len(l.byBlock)+len(l.byMember) == 0 {
		l.dst, l.src = noPrefixes, noPrefixes
	}
	l.addLeaves(rules, answers, rest, classes, f)
	if dst, src := l.dst.Bytes4(), l.src.Bytes4(); dst != nil && src != nil && len(l.byMember)+len(l.leaves) == 0 {
		l.dst4, l.src4 = dst, src
	}
	return l
}

// addLeaves puts rules with the given ranks into leaves.
func (l *large) addLeaves(rules []rule.Rule, answers []uint32, ranks []int, classes *memberClasses, f *fields) {
	for part := range slices.Chunk(ranks, smallRules) {
		l.leaves = append(l.leaves, newLeaf(rules, answers, part, classes, f))
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
	lines := c.memberLines(groups)
	l.firstMember, l.memberClasses = c.classes.first, uint32(len(lines))
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

func newLeaf(rules []rule.Rule, answers []uint32, part []int, classes *memberClasses, f *fields) (l leaf) {
	for i := range l.answers {
		l.answers[i] = answers[len(rules)]
	}
	own := make([]rule.Rule, len(part))
	for i, rank := range part {
		l.answers[i] = answers[rank]
		own[i] = rules[rank]
	}
	l.small = *newSmall(own, classes, f)
	return l
}
