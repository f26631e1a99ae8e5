package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"github.com/fatih/color"
	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"
)

// mayColour reports whether w is a terminal whose user has not refused colours.
func mayColour(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" &&
		(isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

// addJSONFlag adds the flag that every subcommand takes.
func addJSONFlag(cmd *cobra.Command, v *bool) {
	cmd.Flags().BoolVar(v, "json", false, "print one JSON object a line")
}

// newWriter returns the buffer in front of standard output.
func (a *app) newWriter() *bufio.Writer { return bufio.NewWriterSize(a.stdout, 64<<10) }

// paint colours text by the verdict, where colours are wanted.
func (a *app) paint(v match.Verdict, text string) string {
	c := color.New(color.FgRed, color.Bold)
	if v == match.Accept {
		c = color.New(color.FgGreen)
	}
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

// answerJSON is decide's answer to one packet.
type answerJSON struct {
	Packet  string    `json:"packet"`
	Verdict string    `json:"verdict"`
	Cause   string    `json:"cause"`
	Rule    *ruleJSON `json:"rule,omitzero"`
}

// appendJSON appends v as one line, with > as it stands and not as an escape.
func appendJSON(b []byte, v any) ([]byte, error) {
	buf := bytes.NewBuffer(b)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return buf.Bytes(), err
}

// ruleText names a rule for people, in one line.
func ruleText(r match.Ref) string {
	shown := r.Rule
	shown.CreateTime = "" // of no use here, and long
	return fmt.Sprintf("%s[%d] %v", word(r.Group), r.Index, shown)
}

// answerText names what decided, for people, in one line.
func answerText(d match.Decision, decider match.Ref) string {
	switch d.Cause {
	case match.ByRule:
		return ruleText(decider)
	case match.Default:
		return "default: no rule matches"
	}
	return "invalid: want two addresses of one IP version"
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
