package main

import (
	"bufio"
	"fmt"
	"strings"

	"example.com/sluice/match"
)

// writeChangesMarkdown writes changes for a comment on a change. All that comes
// from files stands in code spans, where no character has a meaning.
func (a *app) writeChangesMarkdown(w *bufio.Writer, c changeSet) error {
	fmt.Fprintf(w, "**Egress rules**: %s\n", c.summary())
	for _, s := range c.byMaker() {
		verb := "closes"
		if s.opens {
			verb = "opens"
		}
		fmt.Fprintf(w, "\n- **%s** by %s\n", verb, a.makersMarkdown(s.makers))
		for _, x := range s.list {
			fmt.Fprintf(w, "  - %s: %s\n", codeSpan(a.regionText(x.Region)), sizeText(x.Region))
			fmt.Fprintf(w, "    - before: %s, after: %s\n", codeSpan(decidersText(x.Before.Decision, x.RulesBefore)), codeSpan(decidersText(x.After.Decision, x.RulesAfter)))
			fmt.Fprintf(w, "    - example: %s\n", codeSpan(x.Witness.String()))
		}
	}
	return w.Flush()
}

// makersMarkdown tells the makers in one line.
func (a *app) makersMarkdown(list []maker) string {
	var parts []string
	for _, m := range list {
		parts = append(parts, strings.TrimSpace(m.title()+" "+strings.Join(rulesText(m.rules, a.ruleSpans), ", ")))
	}
	return strings.Join(parts, " and ")
}

// ruleSpans are a rule, and its id and description, as code spans.
func (a *app) ruleSpans(r match.Ref) string {
	var spans []string
	for line := range strings.SplitSeq(a.ruleText(r), "\n") {
		spans = append(spans, codeSpan(line))
	}
	return strings.Join(spans, " ")
}

// codeSpan returns text, in one line, as a code span of Markdown (CommonMark 0.31, section 6.1):
// between runs of backticks longer than any in it.
func codeSpan(text string) string {
	text = oneLine(text)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}
