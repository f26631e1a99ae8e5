package main

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// glue stands for a space at which writeBlock does not break a line.
const glue = "\x00"

// placeText names a rule by its group and its index there.
func placeText(r match.Ref) string { return fmt.Sprintf("%s[%d]", word(r.Group), r.Index) }

// ruleText tells a rule's place and what it says and, on a second line, the id and
// the description that its file has for it.
func (a *app) ruleText(r match.Ref) string {
	text := placeText(r) + " " + shortRule(&r.Rule, a.classic)
	if label := ruleLabel(&r.Rule); label != "" {
		text += "\n" + label
	}
	return text
}

// ruleLine is ruleText in one line.
func (a *app) ruleLine(r match.Ref) string { return oneLine(a.ruleText(r)) }

// oneLine joins the lines of a text.
func oneLine(text string) string { return strings.NewReplacer("\n", " ", glue, " ").Replace(text) }

// shortRule is what a rule says, in the words of its text form, with glue between a
// name and its value. A single port is written once; the NIC stands where it plays
// a part.
func shortRule(r *rule.Rule, classic bool) string {
	p := r.Params()
	var b strings.Builder
	b.WriteString(p.Policy + " " + p.IPProtocol)
	add := func(name, value string) {
		if value != "" && value != "-1/-1" {
			b.WriteString(" " + name + glue + word(value))
		}
	}
	add("from", p.SourceCidrIP+p.IPv6SourceCidrIP) // one of the two
	add("sport", portsWord(p.SourcePortRange))
	add("to", p.DestCidrIP+p.IPv6DestCidrIP)
	add("group", p.DestGroupID)
	add("owner", p.DestGroupOwnerAccount)
	add("owner-id", p.DestGroupOwnerID)
	add("port", portsWord(p.PortRange))
	add("priority", p.Priority)
	if classic {
		add("nic", p.NICType)
	}
	return b.String()
}

// ruleLabel is the id and the description of a rule.
func ruleLabel(r *rule.Rule) string {
	label := word(r.ID)
	if r.Description != "" {
		label = strings.TrimSpace(label + " " + strconv.Quote(r.Description))
	}
	return label
}

// portsWord writes a range of one port as that port.
func portsWord(ports string) string {
	if first, last, _ := strings.Cut(ports, "/"); first == last && first != "-1" {
		return first
	}
	return ports
}

// answerText names what decided, for people.
func (a *app) answerText(d match.Decision, decider match.Ref) string {
	switch d.Cause {
	case match.ByRule:
		return a.ruleText(decider)
	case match.Default:
		return "default: no rule matches"
	}
	return "invalid: want two addresses of one IP version"
}

// decisionText tells a verdict and which rule or what else made it, in a few words.
func decisionText(d match.Decision, decider match.Ref) string {
	if d.Cause == match.ByRule {
		return d.String() + " " + placeText(decider)
	}
	return d.String()
}

// writeBlock writes a name and, beside it from a column that all names of a result
// share, its text. Lines too long are broken between words.
func writeBlock(w *bufio.Writer, name string, width int, text string) {
	indent := 2 + width + 2
	for line := range strings.SplitSeq(text, "\n") {
		for _, part := range wrapped(line, columns-indent) {
			fmt.Fprintf(w, "  %-*s  %s\n", width, name, part)
			name = ""
		}
	}
}

// wrapped breaks a line at spaces into lines of at most so many columns. A longer
// word has a line of its own.
func wrapped(line string, most int) (lines []string) {
	var b strings.Builder
	used := 0
	for i, word := range strings.Split(line, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case used+1+n <= most:
			b.WriteByte(' ')
			used++
		default:
			lines = append(lines, b.String())
			b.Reset()
			used = 0
		}
		b.WriteString(strings.ReplaceAll(word, glue, " "))
		used += n
	}
	return append(lines, b.String())
}
