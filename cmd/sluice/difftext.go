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
	what  string // such as "new rule"
	rules []match.Ref
}

// sameMaker are changes of one direction that the same makers make.
type sameMaker struct {
	makers []maker
	opens  bool
	list   []audit.Change
}

// byMaker puts together the changes of the same makers, in the order of the first
// of each, and among them those that are decided alike before and after.
func (c changeSet) byMaker() (list []*sameMaker) {
	makers := newMakers(c.before, c.after)
	seen := map[string]*sameMaker{}
	for _, x := range c.list {
		ms := makers.of(x)
		key := fmt.Sprint(x.Opens())
		for _, m := range ms {
			key += "\n" + m.what
			for _, r := range m.rules {
				key += "\n" + placeText(r)
			}
		}
		s := seen[key]
		if s == nil {
			s = &sameMaker{makers: ms, opens: x.Opens()}
			seen[key] = s
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
	key := c.Before.Decision.String() + "\n" + c.After.Decision.String()
	for _, list := range [][]match.Ref{c.RulesBefore, c.RulesAfter} {
		key += "\n"
		for _, r := range list {
			key += " " + placeText(r)
		}
	}
	return key
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

// of returns what makes a change: the rules that decide after it and that nothing
// before says; and, unless those are all, the rules that decided before it and that
// nothing after says; else what decides after it, with other members or another
// default.
func (m makers) of(c audit.Change) (list []maker) {
	said, unsaid := m.apart(c.RulesAfter, m.before)
	list = appendMakers(list, unsaid, m.before, "new rule", "changed rule")
	if len(list) == 0 || len(said) > 0 {
		_, gone := m.apart(c.RulesBefore, m.after)
		list = appendMakers(list, gone, m.after, "removed rule", "changed rule, before")
	}
	switch {
	case len(list) > 0:
		return list
	case len(c.RulesAfter) > 0:
		return []maker{{"rule", c.RulesAfter}}
	}
	return []maker{{what: "the default"}}
}

// apart takes apart the rules of which a table has one that says the same, and the
// others.
func (makers) apart(rules []match.Ref, in ruleIndex) (said, unsaid []match.Ref) {
	for _, r := range rules {
		if in.says[shortRule(&r.Rule, true)] {
			said = append(said, r)
		} else {
			unsaid = append(unsaid, r)
		}
	}
	return said, unsaid
}

// appendMakers adds rules as what they are: a rule whose id the other table has, too, is a
// changed one.
func appendMakers(list []maker, rules []match.Ref, other ruleIndex, what, changed string) []maker {
	var ofEach [2][]match.Ref
	for _, r := range rules {
		i := 0
		if other.ids[r.Rule.ID] {
			i = 1
		}
		ofEach[i] = append(ofEach[i], r)
	}
	for i, word := range []string{what, changed} {
		if len(ofEach[i]) > 0 {
			list = append(list, maker{word, ofEach[i]})
		}
	}
	return list
}

// title is what a maker is, in the plural where it is several rules.
func (m maker) title() string {
	if len(m.rules) > 1 {
		return strings.Replace(m.what, "rule", "rules", 1)
	}
	return m.what
}

// makersText tells the makers and what their rules say: one rule beside what it is,
// several below.
func (a *app) makersText(list []maker) string {
	var parts []string
	for i, m := range list {
		title := m.title()
		if i > 0 {
			title = "and " + title
		}
		if len(m.rules) == 1 {
			parts = append(parts, title+" "+a.ruleText(m.rules[0]))
			continue
		}
		parts = append(parts, title)
		if len(m.rules) > 1 {
			parts = append(parts, rulesText(m.rules, a.ruleText)...)
		}
	}
	return strings.Join(parts, "\n")
}

// mostRules is how many rules a text names where several have a part.
const mostRules = 5

// rulesText tells each of the rules, or the first and how many there are more.
func rulesText(rules []match.Ref, text func(match.Ref) string) (list []string) {
	for i, r := range rules {
		if i == mostRules {
			return append(list, fmt.Sprintf("%d more", len(rules)-mostRules))
		}
		list = append(list, text(r))
	}
	return list
}

// writeChanges writes changes for people: by what makes them, and below that what
// decides before and after, and each region with its size and an example.
func (a *app) writeChanges(w *bufio.Writer, c changeSet) error {
	for _, s := range c.byMaker() {
		verb, verdict := "closes", match.Drop
		if s.opens {
			verb, verdict = "opens", match.Accept
		}
		a.writeHeading(w, a.paint(verdict, verb), len(verb), a.makersText(s.makers))
		said := ""
		for _, x := range s.list {
			if key := outcomeKey(x); key != said {
				said = key
				writeNote(w, "before", a.outcomeText(x.Before, x.RulesBefore, s.makers))
				writeNote(w, "after", a.outcomeText(x.After, x.RulesAfter, s.makers))
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

// outcomeText tells what decides the packets of a region. A rule alone that does
// not stand above is told with what it says.
func (a *app) outcomeText(o audit.Outcome, rules []match.Ref, above []maker) string {
	stands := func(m maker) bool { return slices.Contains(m.rules, rules[0]) }
	if len(rules) != 1 || slices.ContainsFunc(above, stands) {
		return decidersText(o.Decision, rules)
	}
	return a.ruleText(rules[0])
}

// decidersText tells a verdict and which rules or what else makes it: "drop by
// default", "accept by rules sg-1[2], sg-1[3] and sg-1[4]".
func decidersText(d match.Decision, rules []match.Ref) string {
	if len(rules) == 0 {
		return d.String()
	}
	if len(rules) == 1 {
		return decisionText(d, rules[0])
	}
	list := rulesText(rules, placeText)
	last := len(list) - 1
	return d.String() + "s " + strings.Join(list[:last], ", ") + " and " + list[last]
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
