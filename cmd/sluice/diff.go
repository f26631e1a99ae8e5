package main

import (
	"bufio"
	"context"
	"fmt"
	"slices"
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

Regions that open come first. The text has them by the rules that make the
change: those that are new, changed or removed, where there are any. Of each
region it tells how many destination addresses and ports it has, what decides
before and after, and one packet as an example. All packets of a region change
their verdict alike. Several rules may decide them: all are told, from the
sixth on by their number. A field of which the text does not speak is any.

--format markdown prints the same for a comment on a change; all that files say
stands in code spans there.

With --json, src and dst are a CIDR block or first-last; protocol is a name, a
number or a range of numbers such as 51/255; ports stand for tcp and udp only,
nic for classic groups only. "addresses" and "ports" count the destinations;
a count beyond 2^53 is a text of digits. "before" and "after" are of the
witness; "before_others" and "after_others" list all the other rules that decide
packets of the region.

` + boundsHelp + ` A comparison counts the rules of both
sides, and has at most 131,072 regions.

Exit status: 0 no packet's verdict differs; 1 some do, or with --fail-on opens
some open; 2 bad use or bad input, or a question that takes more work than the
bounds allow. --fail-on never makes every difference a 0.`

const diffExample = `  sluice diff testdata/change-before.json testdata/change-after.json
  sluice diff --fail-on opens --format markdown \
    testdata/change-before.json testdata/change-after.json
  sluice diff --json --members testdata/members.json \
    testdata/describe-newer.json \
    testdata/change-after.json,testdata/describe-newer.json`

// comparison is one run of diff.
type comparison struct {
	inputs
	json   bool
	format string // text, markdown or json
	failOn string // opens, any or never
}

func newDiff(a *app) *cobra.Command {
	x := comparison{inputs: inputs{app: a}, failOn: "any"}
	cmd := &cobra.Command{
		Use:     "diff [--members FILE] [--fail-on WHAT] BEFORE AFTER",
		Short:   "Tell which packets' verdicts a change of rules changes",
		Long:    diffLong,
		Example: diffExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return badUse(cmd, fmt.Errorf("%s given: want BEFORE and AFTER, the files of each joined by commas", count(len(args), "argument")))
			}
			if x.json && x.format != "" && x.format != "json" {
				return badUse(cmd, fmt.Errorf("--json and --format %s: want one of them", x.format))
			}
			return x.run(args)
		},
		DisableFlagsInUseLine: true,
	}
	addKindFlags(cmd, &x.inputs)
	addMembersFlag(cmd, &x.inputs)
	addJSONFlag(cmd, &x.json)
	addWordFlag(cmd, &x.format, "format", "form of the result (default text) `%s`", "text", "markdown", "json")
	addWordFlag(cmd, &x.failOn, "fail-on", "what makes the status 1 (default any) `%s`", "opens", "any", "never")
	return cmd
}

func (x *comparison) run(args []string) error {
	write, opts := x.app.writeChanges, []audit.Option(nil)
	switch {
	case x.json || x.format == "json":
		write, opts = writeChangesJSON, []audit.Option{audit.ByProtocol()}
	case x.format == "markdown":
		write = x.app.writeChangesMarkdown
	}
	before, after, err := x.loadBoth(args[0], args[1])
	if err != nil {
		return err
	}
	c := changeSet{}
	if c.before, err = before.table(); err != nil {
		return fmt.Errorf("BEFORE: %w", err)
	}
	if c.after, err = after.table(); err != nil {
		return fmt.Errorf("AFTER: %w", err)
	}
	what := fmt.Sprintf("comparing %s with %s", before.size(), after.size())
	c.list, err = waiting(x.app, what, func() ([]audit.Change, error) {
		return audit.Diff(context.Background(), c.before, c.after, opts...)
	})
	if err != nil {
		return err
	}
	w := x.app.newWriter()
	if err := write(w, c); err != nil {
		return err
	}
	return finish(w, x.fails(c.list))
}

// fails reports whether changes make the status 1.
func (x *comparison) fails(list []audit.Change) bool {
	switch x.failOn {
	case "never":
		return false
	case "opens":
		return slices.ContainsFunc(list, audit.Change.Opens)
	}
	return len(list) > 0
}

// changeSet is what diff found out.
type changeSet struct {
	before, after *match.Table
	list          []audit.Change // those that open first
}

// opened is how many of the changes open.
func (c changeSet) opened() (n int) {
	for _, x := range c.list {
		if x.Opens() {
			n++
		}
	}
	return n
}

// loadBoth reads two sets of groups, and the members for both.
func (in *inputs) loadBoth(beforePaths, afterPaths string) (before, after ruleset, err error) {
	beforeFiles, err := in.readJoined("BEFORE", beforePaths)
	if err != nil {
		return ruleset{}, ruleset{}, err
	}
	afterFiles, err := in.readJoined("AFTER", afterPaths)
	if err != nil {
		return ruleset{}, ruleset{}, err
	}
	members, err := in.readMembers()
	if err != nil {
		return ruleset{}, ruleset{}, err
	}
	if before, err = in.newRuleset(beforeFiles, members); err != nil {
		return ruleset{}, ruleset{}, err
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

	// The rules that decide other packets of the region, where there are any.
	BeforeOthers []ruleJSON `json:"before_others,omitempty"`
	AfterOthers  []ruleJSON `json:"after_others,omitempty"`
}

func newChangeJSON(c audit.Change) changeJSON {
	before, after := c.Before.Decision, c.After.Decision
	return changeJSON{
		Change:  before.Verdict.String() + "->" + after.Verdict.String(),
		Region:  newRegionJSON(c.Region),
		Witness: c.Witness.String(),
		Before:  newOutcomeJSON(before, c.Before.Rule),
		After:   newOutcomeJSON(after, c.After.Rule),

		BeforeOthers: othersJSON(c.RulesBefore, c.Before.Rule),
		AfterOthers:  othersJSON(c.RulesAfter, c.After.Rule),
	}
}

// othersJSON is the rules without that of the witness.
func othersJSON(rules []match.Ref, witness match.Ref) (list []ruleJSON) {
	for _, r := range rules {
		if r != witness {
			list = append(list, newRuleJSON(r))
		}
	}
	return list
}

func writeChangesJSON(w *bufio.Writer, c changeSet) error {
	for _, x := range c.list {
		if err := writeJSON(w, newChangeJSON(x)); err != nil {
			return err
		}
	}
	return nil
}
