package main

import (
	"bufio"
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"example.com/sluice/audit"
	"example.com/sluice/match"
)

// maker is what makes some packets change their verdict.
type maker struct {
	what string // such as "new rule"
	rule match.Ref
	none bool // no rule: the default
}

// sameMaker are changes of one direction that have one maker.
type sameMaker struct {
	maker
	opens bool
	list  []audit.Change
}

// byMaker puts together the changes of each maker, in the order of the first of
// each, and among them those that are decided alike before and after.
func (c changeSet) byMaker() (list []*sameMaker) {
	makers := newMakers(c.before, c.after)
	type key struct {
		opens       bool
		what, group string
		index       int
	}
	seen := map[key]*sameMaker{}
	for _, x := range c.list {
		m := makers.of(x)
		k := key{x.Opens(), m.what, m.rule.Group, m.rule.Index}
		s := seen[k]
		if s == nil {
			s = &sameMaker{maker: m, opens: x.Opens()}
			seen[k] = s
			list = append(list, s)
		}
		s.list = append(s.list, x)
	}
	for _, s := range list {
		slices.SortStableFunc(s.list, func(a, b audit.Change) int { return cmp.Compare(outcomeKey(a), outcomeKey(b)) })
	}
	return list
}

// outcomeKey is what decides before and after a change.
func outcomeKey(c audit.Change) string {
	return decisionText(c.Before.Decision, c.Before.Rule) + "\n" + decisionText(c.After.Decision, c.After.Rule)
}

// makers finds out what makes changes.
type makers struct{ before, after ruleIndex }

// ruleIndex knows the rules of a table by what they say and by their ids.
type ruleIndex struct{ says, ids map[string]bool }

func newMakers(before, after *match.Table) makers {
	return makers{newRuleIndex(before), newRuleIndex(after)}
}

func newRuleIndex(t *match.Table) ruleIndex {
	x := ruleIndex{map[string]bool{}, map[string]bool{}}
	for r := range t.Rules() {
		x.says[shortRule(&r.Rule, true)] = true
		if r.Rule.ID != "" {
			x.ids[r.Rule.ID] = true
		}
	}
	return x
}

// of returns what makes a change: the rule that decides after it, where nothing
// before said the same; else the rule that decided before, where nothing after
// says the same; else what decides after it, with other members or another
// default.
func (m makers) of(c audit.Change) maker {
	after, before := c.After.Rule, c.Before.Rule
	switch {
	case c.After.Decision.Cause == match.ByRule && !m.before.says[shortRule(&after.Rule, true)]:
		if m.before.ids[after.Rule.ID] {
			return maker{what: "changed rule", rule: after}
		}
		return maker{what: "new rule", rule: after}
	case c.Before.Decision.Cause == match.ByRule && !m.after.says[shortRule(&before.Rule, true)]:
		if m.after.ids[before.Rule.ID] {
			return maker{what: "changed rule, before", rule: before}
		}
		return maker{what: "removed rule", rule: before}
	case c.After.Decision.Cause == match.ByRule:
		return maker{what: "rule", rule: after}
	}
	return maker{what: "the default", none: true}
}

// writeChanges writes changes for people: by what makes them, and below that what
// decides before and after, and each region with its size and an example.
func (a *app) writeChanges(w *bufio.Writer, c changeSet) error {
	for _, s := range c.byMaker() {
		verb, verdict := "closes", match.Drop
		if s.opens {
			verb, verdict = "opens", match.Accept
		}
		heading := s.what
		if !s.none {
			heading += " " + a.ruleText(s.rule)
		}
		a.writeHeading(w, a.paint(verdict, verb), len(verb), heading)
		said := ""
		for _, x := range s.list {
			if key := outcomeKey(x); key != said {
				said = key
				writeNote(w, "before", a.outcomeText(x.Before, s.rule))
				writeNote(w, "after", a.outcomeText(x.After, s.rule))
			}
			writeNote(w, "region", a.regionText(x.Region)+"\n"+sizeText(x.Region))
			writeNote(w, "example", x.Witness.String())
			w.WriteString("\n")
		}
	}
	_, err := w.WriteString(c.summary() + "\n")
	return err // of all the writes: the writer keeps the first
}

// writeHeading writes a word, so many columns wide, and what stands behind it, from
// the column of the notes below.
func (a *app) writeHeading(w *bufio.Writer, word string, width int, text string) {
	const indent = 2 + len("example") + 2
	pad := strings.Repeat(" ", indent-width)
	for line := range strings.SplitSeq(text, "\n") {
		for _, part := range wrapped(line, columns-indent) {
			fmt.Fprintf(w, "%s%s%s\n", word, pad, part)
			word, pad = "", strings.Repeat(" ", indent)
		}
	}
}

// summary counts the regions.
func (c changeSet) summary() string {
	if len(c.list) == 0 {
		return "no packet's verdict differs"
	}
	opened := c.opened()
	return fmt.Sprintf("%s: %d opened, %d closed", count(len(c.list), "region"), opened, len(c.list)-opened)
}

// outcomeText tells what decides. The rule that stands above is named only.
func (a *app) outcomeText(o audit.Outcome, above match.Ref) string {
	if o.Decision.Cause != match.ByRule || o.Rule == above {
		return decisionText(o.Decision, o.Rule)
	}
	return a.ruleText(o.Rule)
}

// sizeText tells how many destinations a region has.
func sizeText(r audit.Region) string {
	n := r.Addresses()
	text := n.String() + " addresses"
	switch {
	case n.Cmp(big.NewInt(1)) == 0:
		text = "1 address"
	case n.BitLen() > 53 && n.TrailingZeroBits() == uint(n.BitLen()-1):
		text = fmt.Sprintf("2^%d addresses", n.BitLen()-1)
	}
	if r.HasPorts() {
		text += ", " + count(r.Ports(), "port")
	}
	return text
}
