package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"github.com/fatih/color"
	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"
)

// isTerminal reports whether w is a terminal that can do more than print lines.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" &&
		(isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

// mayColour reports whether w is a terminal whose user has not refused colours.
func mayColour(w io.Writer) bool { return os.Getenv("NO_COLOR") == "" && isTerminal(w) }

// addJSONFlag adds the flag that every subcommand takes.
func addJSONFlag(cmd *cobra.Command, v *bool) {
	cmd.Flags().BoolVar(v, "json", false, "print one JSON object a line")
}

// newWriter returns the buffer in front of standard output.
func (a *app) newWriter() *bufio.Writer { return bufio.NewWriterSize(a.stdout, 64<<10) }

// paint colours text by the verdict, where colours are wanted.
func (a *app) paint(v match.Verdict, text string) string {
	if v == match.Accept {
		return a.colourText(text, color.FgGreen)
	}
	return a.colourText(text, color.FgRed, color.Bold)
}

// colourText colours text, where colours are wanted.
func (a *app) colourText(text string, how ...color.Attribute) string {
	c := color.New(how...)
	c.DisableColor()
	if a.colour {
		c.EnableColor()
	}
	return c.Sprint(text)
}

// ruleJSON names a rule in an answer. The order of the fields is that of the keys.
type ruleJSON struct {
	Group    string      `json:"group"`
	Index    int         `json:"index"`
	ID       string      `json:"id,omitzero"`
	Priority uint8       `json:"priority"`
	Policy   rule.Policy `json:"policy"`
}

func newRuleJSON(r match.Ref) ruleJSON {
	return ruleJSON{r.Group, r.Index, r.Rule.ID, r.Rule.Priority, r.Rule.Policy}
}

// outcomeJSON is what decides some packets.
type outcomeJSON struct {
	Cause string    `json:"cause"`
	Rule  *ruleJSON `json:"rule,omitzero"`
}

func newOutcomeJSON(d match.Decision, decider match.Ref) outcomeJSON {
	o := outcomeJSON{Cause: d.Cause.String()}
	if d.Cause == match.ByRule {
		named := newRuleJSON(decider)
		o.Rule = &named
	}
	return o
}

// answerJSON is decide's answer to one packet.
type answerJSON struct {
	Packet  string `json:"packet"`
	Verdict string `json:"verdict"`
	outcomeJSON
}

func newAnswerJSON(packet string, d match.Decision, decider match.Ref) answerJSON {
	return answerJSON{packet, d.Verdict.String(), newOutcomeJSON(d, decider)}
}

// appendJSON appends v as one line, with > as it stands and not as an escape.
func appendJSON(b []byte, v any) ([]byte, error) {
	buf := bytes.NewBuffer(b)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return buf.Bytes(), err
}

// writeJSON writes v as one line.
func writeJSON(w *bufio.Writer, v any) error {
	line, err := appendJSON(w.AvailableBuffer(), v)
	if err != nil {
		return err
	}
	_, err = w.Write(line)
	return err
}

// count says how many there are of what a noun names.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// printable returns s as it is, or quoted where a terminal would not print it.
func printable(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// word quotes what would not show as one word of a line, such as the escapes
// that a terminal obeys.
func word(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' || s[i] == '"' {
			return strconv.Quote(s)
		}
	}
	return s
}
