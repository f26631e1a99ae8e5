package main

import (
	"bufio"
	"fmt"
	"strings"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"github.com/fatih/color"
)

// kind is what there is to say of all findings of one code.
type kind struct {
	code  audit.Code
	title string
}

// kinds are the codes in the order of their weight.
var kinds = []kind{
	{audit.OpenIPv6, "One IP version is closed, the other stays open"},
	{audit.Shadowed, "A rule decides no packet, against its own verdict"},
	{audit.Tie, "An accept rule loses packets to a drop rule of equal priority"},
	{audit.Empty, "A rule can match no packet"},
	{audit.Redundant, "A rule decides no packet, and none misses it"},
	{audit.Needless, "A rule decides packets as they would be decided without it"},
	{audit.HostBits, "A block was written with host bits set"},
}

// writeFindings writes findings for people: a line for the rule as its file has
// it, and below it where, why, by what, for which packet, and what to do.
func (a *app) writeFindings(w *bufio.Writer, rules ruleset, findings []audit.Finding) error {
	places := newLocator(rules)
	table, err := rules.table()
	if err != nil {
		return err
	}
	for _, f := range findings {
		fmt.Fprintf(w, "%s  %s\n", a.paintLevel(fmt.Sprintf("%-9s", f.Code), f.Severity()), a.ruleLine(f.Rule))
		writeNote(w, "at", places.find(f.Rule).String())
		writeNote(w, "why", printable(f.Message))
		a.writeBy(w, f)
		if f.HasWitness {
			writeNote(w, "example", exampleText(table, f.Witness))
		}
		if f.Remedy != "" {
			writeNote(w, "do", printable(f.Remedy))
		}
		w.WriteString("\n")
	}
	_, err = w.WriteString(lintSummary(rules, findings))
	return err // of all the writes: the writer keeps the first
}

// writeBy writes what makes a finding so, where that is more than the rule
// itself, as it is of open-ipv6.
func (a *app) writeBy(w *bufio.Writer, f audit.Finding) {
	name := "by"
	for _, r := range f.By {
		if r != f.Rule {
			writeNote(w, name, a.ruleLine(r))
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

// writeNote writes one line about a finding.
func writeNote(w *bufio.Writer, name, text string) { fmt.Fprintf(w, "  %-7s  %s\n", name, text) }

// paintLevel colours text by how much a finding weighs.
func (a *app) paintLevel(text string, level audit.Severity) string {
	switch level {
	case audit.SeverityError:
		return a.colourText(text, color.FgRed, color.Bold)
	case audit.SeverityWarning:
		return a.colourText(text, color.FgYellow)
	}
	return a.colourText(text, color.FgCyan)
}

// lintSummary counts the findings by code.
func lintSummary(rules ruleset, findings []audit.Finding) string {
	if len(findings) == 0 {
		return "no findings in " + rules.size() + "\n"
	}
	counts := map[audit.Code]int{}
	for _, f := range findings {
		counts[f.Code]++
	}
	var parts []string
	for _, k := range kinds {
		if n := counts[k.code]; n > 0 {
			parts = append(parts, fmt.Sprint(n, " ", k.code))
		}
	}
	return fmt.Sprintf("%s in %s: %s\n", count(len(findings), "finding"), rules.size(), strings.Join(parts, ", "))
}
