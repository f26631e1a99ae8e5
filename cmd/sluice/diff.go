package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"github.com/spf13/cobra"
)

const diffLong = `Diff tells what changes for packets when one set of rules replaces another:
disjoint regions that together hold exactly the packets whose verdict differs,
no more and no fewer. How rules are written, ordered and numbered plays no part.

BEFORE and AFTER are the groups of one network interface each: files as decide
reads them (see sluice decide --help), several joined by commas. The flags hold
for both.

Of each region it shows one packet, the example, with what decides that packet
before and after. All packets of a region change their verdict alike, but others
may meet other rules. A field of which the text does not speak is any.

With --json, src and dst are a CIDR block or first-last; protocol is a name, a
number or a range of numbers such as 51/255; ports stand for tcp and udp only,
nic for classic groups only.

Exit status: 0 no packet's verdict differs; 1 some do; 2 bad use or bad input,
or a question that takes more work than the bounds allow.`

const diffExample = `  sluice diff testdata/change-before.json testdata/change-after.json
  sluice diff --json --members testdata/members.json \
    testdata/describe-newer.json \
    testdata/change-after.json,testdata/describe-newer.json`

func newDiff(a *app) *cobra.Command {
	in := inputs{app: a}
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "diff [--members FILE] BEFORE AFTER",
		Short:   "Tell which packets' verdicts a change of rules changes",
		Long:    diffLong,
		Example: diffExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return badUse(cmd, fmt.Errorf("%s given: want BEFORE and AFTER, the files of each joined by commas", count(len(args), "argument")))
			}
			if asJSON {
				return diff(&in, args, writeChangesJSON, audit.ByProtocol())
			}
			return diff(&in, args, a.writeChanges)
		},
		DisableFlagsInUseLine: true,
	}
	addKindFlags(cmd, &in)
	addMembersFlag(cmd, &in)
	addJSONFlag(cmd, &asJSON)
	return cmd
}

func diff(in *inputs, args []string, write func(*bufio.Writer, []audit.Change) error, opts ...audit.Option) error {
	before, after, err := in.loadBoth(args[0], args[1])
	if err != nil {
		return err
	}
	was, err := before.table()
	if err != nil {
		return fmt.Errorf("before: %w", err)
	}
	is, err := after.table()
	if err != nil {
		return fmt.Errorf("after: %w", err)
	}
	what := fmt.Sprintf("comparing %s with %s", before.size(), after.size())
	changes, err := waiting(in.app, what, func() ([]audit.Change, error) {
		return audit.Diff(context.Background(), was, is, opts...)
	})
	if err != nil {
		return err
	}
	w := in.app.newWriter()
	if err := write(w, changes); err != nil {
		return err
	}
	return finish(w, len(changes) > 0)
}

// loadBoth reads two sets of groups, and the members for both.
func (in *inputs) loadBoth(beforePaths, afterPaths string) (before, after ruleset, err error) {
	beforeFiles, err := in.readJoined("BEFORE", beforePaths)
	if err != nil {
		return before, after, err
	}
	afterFiles, err := in.readJoined("AFTER", afterPaths)
	if err != nil {
		return before, after, err
	}
	members, err := in.readMembers()
	if err != nil {
		return before, after, err
	}
	if before, err = in.newRuleset(beforeFiles, members); err != nil {
		return before, after, err
	}
	after, err = in.newRuleset(afterFiles, members)
	return before, after, err
}

// readJoined reads the files of one interface, joined by commas.
func (in *inputs) readJoined(name, paths string) ([]groupFile, error) {
	list := strings.Split(paths, ",")
	for _, path := range list {
		if path == "" {
			return nil, fmt.Errorf("%s %.128q: an empty file name, want FILE or several joined by commas", name, paths)
		}
	}
	return in.read(name, list)
}

// changeJSON is a change. The order of the fields is that of the keys.
type changeJSON struct {
	Change  string      `json:"change"`
	Region  regionJSON  `json:"region"`
	Witness string      `json:"witness"`
	Before  outcomeJSON `json:"before"`
	After   outcomeJSON `json:"after"`
}

func newChangeJSON(c audit.Change) changeJSON {
	before, after := c.Before.Decision, c.After.Decision
	return changeJSON{
		Change:  before.Verdict.String() + "->" + after.Verdict.String(),
		Region:  newRegionJSON(c.Region),
		Witness: c.Witness.String(),
		Before:  newOutcomeJSON(before, c.Before.Rule),
		After:   newOutcomeJSON(after, c.After.Rule),
	}
}

func writeChangesJSON(w *bufio.Writer, changes []audit.Change) error {
	for _, c := range changes {
		if err := writeJSON(w, newChangeJSON(c)); err != nil {
			return err
		}
	}
	return nil
}

// writeChanges writes changes for people: a line for the region, and below it an
// example and what decides that before and after.
func (a *app) writeChanges(w *bufio.Writer, changes []audit.Change) error {
	opened := 0
	for _, c := range changes {
		after := c.After.Decision.Verdict
		word := "closes"
		if after == match.Accept {
			word = "opens"
			opened++
		}
		fmt.Fprintf(w, "%s  %s\n", a.paint(after, fmt.Sprintf("%-6s", word)), regionText(c.Region))
		fmt.Fprintf(w, "  example  %v\n", c.Witness)
		fmt.Fprintf(w, "  before   %s\n", a.outcomeText(c.Before))
		fmt.Fprintf(w, "  after    %s\n\n", a.outcomeText(c.After))
	}
	summary := "no packet's verdict differs\n"
	if len(changes) > 0 {
		summary = fmt.Sprintf("%s: %d opened, %d closed\n", count(len(changes), "region"), opened, len(changes)-opened)
	}
	_, err := w.WriteString(summary)
	return err // of all the writes: the writer keeps the first
}

// outcomeText tells verdict and cause in one line.
func (a *app) outcomeText(o audit.Outcome) string {
	return fmt.Sprintf("%-6v  %s", o.Decision.Verdict, oneLine(a.answerText(o.Decision, o.Rule)))
}
