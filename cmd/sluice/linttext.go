package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"github.com/fatih/color"
)

// writeFindings writes findings for people: the weight and the code, and below
// them the rules, why, by what, for which packet, and what to do.
func (a *app) writeFindings(w *bufio.Writer, r report) error {
	places := newLocator(r.rules)
	for _, alike := range audit.Group(r.findings) {
		x := alike[0]
		heading := fmt.Sprintf("%v: %s", x.Severity(), x.Code)
		if n := len(alike); n > 1 {
			heading += ", " + count(n, "rule")
		}
		fmt.Fprintln(w, a.paintSeverity(heading, x.Severity()))
		name := "rule"
		for _, f := range alike {
			writeNote(w, name, a.ruleText(f.Rule)+"\nat "+places.find(f.Rule).String())
			name = ""
		}
		writeNote(w, "why", printable(x.Message))
		a.writeBy(w, x)
		if x.HasWitness {
			writeNote(w, "example", exampleText(r.table, x.Witness))
		}
		if x.Remedy != "" {
			writeNote(w, "remedy", printable(x.Remedy))
		}
		w.WriteString("\n")
	}
	if text := removalText(r.removal); text != "" {
		w.WriteString(strings.Join(wrapped(text, columns), "\n") + "\n\n")
	}
	_, err := w.WriteString(lintSummary(r))
	return err // of all the writes: the writer keeps the first
}

// writeBy writes what makes a finding so, where that is more than the rule
// itself, as it is of open-ipv6.
func (a *app) writeBy(w *bufio.Writer, f audit.Finding) {
	name := "by"
	for _, r := range f.By {
		if r != f.Rule {
			writeNote(w, name, a.ruleText(r))
			name = ""
		}
	}
	if f.ByDefault {
		writeNote(w, name, "default: no rule matches")
	}
}

// exampleText tells a packet and what becomes of it.
func exampleText(t *match.Table, p match.Packet) string {
	d := t.Decide(p)
	r, _ := t.Rule(d)
	return fmt.Sprintf("%v: %s", p, decisionText(d, r))
}

// writeNote writes what there is to say about a finding or a change.
func writeNote(w *bufio.Writer, name, text string) { writeBlock(w, name, len("example"), text) }

// removalText says which rules can be removed together, if several can.
func removalText(r audit.Removal) string {
	if len(r.Rules) < 2 {
		return ""
	}
	text := "Together, these can be removed: " + runsText(r.Rules) + ". Every packet keeps its verdict: proven for all packets."
	if r.Largest {
		return text + " No larger set of the rules found has this property."
	}
	return text + " No other of the rules found can be added."
}

// runsText lists places of rules. Three or more that follow each other in a group
// are told by the first and the last.
func runsText(refs []match.Ref) string {
	var parts []string
	for i := 0; i < len(refs); {
		end := i + 1
		for end < len(refs) && refs[end].Group == refs[i].Group && refs[end].Index == refs[end-1].Index+1 {
			end++
		}
		if end-i > 2 {
			parts = append(parts, placeText(refs[i])+" to "+placeText(refs[end-1]))
			i = end
			continue
		}
		parts = append(parts, placeText(refs[i]))
		i++
	}
	return strings.Join(parts, ", ")
}

// paintSeverity colours text by how much a finding weighs.
func (a *app) paintSeverity(text string, s audit.Severity) string {
	switch s {
	case audit.SeverityError:
		return a.colourText(text, color.FgRed, color.Bold)
	case audit.SeverityWarning:
		return a.colourText(text, color.FgYellow)
	}
	return a.colourText(text, color.FgCyan)
}

// restriction says of which findings a report tells, where that is not all.
func (r report) restriction() string {
	switch {
	case r.only != nil:
		var names []string
		for _, c := range r.only {
			names = append(names, string(c))
		}
		return " of " + strings.Join(names, " or ")
	case r.ignored > 0:
		return fmt.Sprintf(" besides %d ignored", r.ignored)
	}
	return ""
}

// lintSummary counts the findings by weight and code.
func lintSummary(r report) string {
	acceptedText := ""
	if n := len(r.accepted); n > 0 {
		acceptedText = fmt.Sprintf(", %d accepted", n)
	}
	where := r.restriction() + " in " + r.rules.size() + acceptedText
	if len(r.findings) == 0 {
		return strings.Join(wrapped("no findings"+where, columns), "\n") + "\n"
	}
	var codes []audit.Code
	counts := map[audit.Code]int{}
	for _, f := range r.findings {
		if !slices.Contains(codes, f.Code) {
			codes = append(codes, f.Code)
		}
		counts[f.Code]++
	}
	var parts []string
	for _, c := range codes {
		parts = append(parts, fmt.Sprint(counts[c], " ", c))
	}
	text := count(len(r.findings), "finding") + where + ": " + strings.Join(parts, ", ")
	return strings.Join(wrapped(text, columns), "\n") + "\n"
}
