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
		fmt.Fprintf(w, "\n- **%s** by %s", verb, s.what)
		if !s.none {
			fmt.Fprintf(w, " %s", a.ruleSpans(s.rule))
		}
		w.WriteString("\n")
		for _, x := range s.list {
			fmt.Fprintf(w, "  - %s: %s\n", codeSpan(a.regionText(x.Region)), sizeText(x.Region))
			fmt.Fprintf(w, "    - before: %s, after: %s\n", codeSpan(decisionText(x.Before.Decision, x.Before.Rule)), codeSpan(decisionText(x.After.Decision, x.After.Rule)))
			fmt.Fprintf(w, "    - example: %s\n", codeSpan(x.Witness.String()))
		}
	}
	return w.Flush()
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
