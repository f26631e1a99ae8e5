package main

import (
	"bufio"
	"fmt"

	"example.com/sluice/match"
	"github.com/spf13/cobra"
)

const explainLong = `Explain tells for each packet what decide tells, and why: the deciding rule, and
every other rule that matches too, in order, with what it lost by:

  priority            the deciding rule has a stronger (smaller) priority
  drop wins the tie   the deciding rule has the same priority and drops; the
                      text says "tie"
  order               the same priority and policy: the other stands earlier

With --all also every rule that does not match, with the first field that rules
it out: protocol, dst, src, dst_port, src_port or nic.

It reads packets as decide does (see sluice decide --help), runs the same
compiled table, and ends with the same status. At a bad line of standard input
the explanations so far stand, nothing behind it is explained, and status 2 and
the message say so.

Exit status: 0 every packet accepted; 1 a packet dropped, as an invalid one is;
2 bad use or bad input.`

const explainExample = `  sluice explain -g testdata/describe-newer.json \
    --members testdata/members.json \
    'tcp 10.0.0.5:51000 > 203.0.113.9:443'
  sluice explain --all --json -g testdata/describe-newer.json \
    --members testdata/members.json - < testdata/packets.txt`

func newExplain(a *app) *cobra.Command {
	in := inputs{app: a}
	var asJSON, all bool
	cmd := &cobra.Command{
		Use:     "explain --group FILE ... [--members FILE] [--all] [PACKET ... | -]",
		Short:   "Tell why: which rule decides, which lose, which do not match",
		Long:    explainLong,
		Example: explainExample,
		RunE: func(_ *cobra.Command, args []string) error {
			return explain(&in, asJSON, all, args)
		},
		DisableFlagsInUseLine: true,
	}
	addGroupFlags(cmd, &in)
	addMembersFlag(cmd, &in)
	addJSONFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&all, "all", false, "show the rules that do not match, too")
	return cmd
}

func explain(in *inputs, asJSON, all bool, args []string) error {
	write := in.app.writeExplanation
	if asJSON {
		write = writeExplanationJSON
	}
	return in.answer(args, func(w *bufio.Writer, t *match.Table, p match.Packet) (match.Verdict, error) {
		e := t.Explain(p)
		return e.Decision.Verdict, write(w, e, all)
	})
}

// explanationJSON is explain's answer to one packet: decide's keys, then its own.
type explanationJSON struct {
	answerJSON
	Overridden []overriddenJSON `json:"overridden"`
	Missed     []missedJSON     `json:"missed,omitzero"` // nil: not asked for
}

type overriddenJSON struct {
	ruleJSON
	Why match.Why `json:"why"`
}

type missedJSON struct {
	ruleJSON
	Field match.Field `json:"field"`
}

// newExplanationJSON explains in JSON, with the rules that do not match if all is
// set.
func newExplanationJSON(e match.Explanation, all bool) explanationJSON {
	s := explanationJSON{
		answerJSON: newAnswerJSON(e.Packet.String(), e.Decision, e.Decider),
		Overridden: []overriddenJSON{},
	}
	for _, o := range e.Overridden {
		s.Overridden = append(s.Overridden, overriddenJSON{newRuleJSON(o.Ref), o.Why})
	}
	if all {
		s.Missed = []missedJSON{}
		for _, m := range e.Missed {
			s.Missed = append(s.Missed, missedJSON{newRuleJSON(m.Ref), m.Field})
		}
	}
	return s
}

func writeExplanationJSON(w *bufio.Writer, e match.Explanation, all bool) error {
	return writeJSON(w, newExplanationJSON(e, all))
}

// writeExplanation writes an answer for people: a line for the verdict, and below
// it each rule with what it did.
func (a *app) writeExplanation(w *bufio.Writer, e match.Explanation, all bool) error {
	fmt.Fprintf(w, "%s  %v\n", a.paint(e.Decision.Verdict, fmt.Sprintf("%-6v", e.Decision.Verdict)), e.Packet)
	a.writeRoles(w, e, all)
	_, err := w.WriteString("\n")
	return err // of all the writes: the writer keeps the first
}

// writeRoles writes the rules of an explanation, with what each did in the first
// column.
func (a *app) writeRoles(w *bufio.Writer, e match.Explanation, all bool) {
	writeRole(w, "decides", a.answerText(e.Decision, e.Decider))
	for _, o := range e.Overridden {
		why := string(o.Why)
		if o.Why == match.WhyTie {
			why = "tie"
		}
		writeRole(w, "lost: "+why, a.ruleText(o.Ref))
	}
	if all {
		for _, m := range e.Missed {
			writeRole(w, "missed: "+string(m.Field), a.ruleText(m.Ref))
		}
	}
}

// writeRole writes what one rule did. A writer that fails says so at its end.
func writeRole(w *bufio.Writer, role, text string) {
	writeBlock(w, role, len("missed: protocol"), text)
}
