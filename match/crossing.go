package match

import (
	"net/netip"

	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// crossing makes cross-products of the rules of one table. The classes of the
// addresses are those of all its rules, so that all parts share two walks.
type crossing struct {
	rules    []rule.Rule // strongest first
	answers  []uint32    // by rank, and behind the last of no rule
	fields   *fields
	classes  *memberClasses
	dst, src *cidr.Trie
	dstClass []int         // by rank, of the destination block
	srcSpans [][]classSpan // by rank, the sources that the rule takes
}

// classSpan is the classes from..to-1.
type classSpan struct{ from, to int }

// line is a row of pairs to be: that of another line, and rules more.
type line struct {
	parent int   // the place of the other line, which comes before; -1, or its own: of no rule
	own    []int // ranks
}

// newCrossing indexes the addresses of at most maxCrossed rules.
func newCrossing(rules []rule.Rule, answers []uint32, classes *memberClasses, f *fields) *crossing {
	c := &crossing{rules: rules, answers: answers, fields: f, classes: classes}
	var dst []netip.Prefix
	var ranks []int // of the rules of dst
	src := []netip.Prefix{any4, any6}
	for rank, r := range rules {
		if r.DstGroup == "" {
			dst = append(dst, r.Dst)
			ranks = append(ranks, rank)
		}
		if r.Src.IsValid() {
			src = append(src, r.Src)
		}
	}
	c.dst, _ = cidr.New(dst) // rules have valid prefixes
	c.src, _ = cidr.New(src)
	blocks := classesOf(c.dst, len(dst))
	c.dstClass = make([]int, len(rules))
	for i, rank := range ranks {
		c.dstClass[rank] = blocks[i]
	}
	c.spanSources(classesOf(c.src, len(src)))
	return c
}

// classesOf returns the class of each of the n prefixes of a trie.
func classesOf(t *cidr.Trie, n int) []int {
	classes := make([]int, n)
	for class := range t.Classes() {
		for _, i := range t.Own(class) {
			classes[i] = class
		}
	}
	return classes
}

// spanSources tells which sources each rule takes: without one any, of the
// families that its destination can have. classes are those of any4, any6 and
// the sources of the rules.
func (c *crossing) spanSources(classes []int) {
	span := func(class int) classSpan { return classSpan{class, c.src.End(class)} }
	next := 2
	for _, r := range c.rules {
		var spans []classSpan
		if r.Src.IsValid() {
			spans = append(spans, span(classes[next]))
			next++
		} else {
			if r.DstGroup != "" || r.Dst.Addr().Is4() {
				spans = append(spans, span(classes[0]))
			}
			if r.DstGroup != "" || r.Dst.Addr().Is6() {
				spans = append(spans, span(classes[1]))
			}
		}
		c.srcSpans = append(c.srcSpans, spans)
	}
}

// blockLines returns a line for each class of destinations.
func (c *crossing) blockLines(ranks []int) []line {
	lines := make([]line, c.dst.Classes())
	for class := range lines {
		lines[class].parent = c.dst.Parent(class)
	}
	for _, rank := range ranks {
		own := &lines[c.dstClass[rank]].own
		*own = append(*own, rank)
	}
	return lines
}

// memberLines returns a line for each number of the member classes.
func (c *crossing) memberLines(ranks []int) []line {
	if len(ranks) == 0 {
		return nil
	}
	named := map[string][]int{} // group id -> ranks
	for _, rank := range ranks {
		id := c.rules[rank].DstGroup
		named[id] = append(named[id], rank)
	}
	lines := make([]line, len(c.classes.groups))
	for i, groups := range c.classes.groups {
		lines[i].parent = -1
		for _, g := range groups {
			lines[i].own = append(lines[i].own, named[c.classes.ids[g]]...)
		}
	}
	return lines
}

// apart parts rules by whether they take any destination, and any source.
func (c *crossing) apart(ranks []int) [4][]int {
	var parts [4][]int
	for _, rank := range ranks {
		r, i := &c.rules[rank], 0
		if r.Dst.Bits() == 0 {
			i = 1
		}
		if r.Src.Bits() <= 0 { // -1 where there is none
			i |= 2
		}
		parts[i] = append(parts[i], rank)
	}
	return parts
}
