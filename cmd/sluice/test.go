package main

import (
	"bufio"
	"fmt"
	"slices"

	"example.com/sluice/match"
	"github.com/fatih/color"
	"github.com/spf13/cobra"
)

const testLong = `Test checks whether the rules of a network interface keep promises: cases of a
packet and what is wanted of it. It prints each failed case with what it wants,
what it gets and why, and then how many passed and failed.

A file of cases has one JSON object a line:

  {"packet": "tcp 10.0.0.5:51000 > 203.0.113.9:443", "want": "drop",
   "rule": "sgr-web02", "name": "the partner stays closed"}   (on one line)

  packet  text or an object, as decide reads it
  want    accept or drop
  cause   rule, default or invalid; optional
  rule    optional: the deciding rule's index (a number, in whichever group),
          its id, or GROUP[INDEX] as the answers print it
  name    optional

Unknown, repeated and wrongly cased keys are errors, and so is a rule that the
groups do not have, a text that names two rules, a case that contradicts itself,
and a file without cases. An invalid packet (addresses of two IP versions, say)
is dropped whatever the rules say: a case with one must want "cause":"invalid".
Blank lines and lines that start with # are skipped. All cases are read before
the first is tried: at a bad line nothing is printed. A file has at most 64 MiB.

Of the rules that do not match, a failed case shows the wanted one, or with
--all every one, with the first field that rules it out, as explain does.

With --json, each failed case is an object with line, name, want and got (as
explain prints it), and the last line is {"passed":N,"failed":N}.

Exit status: 0 all passed; 1 a case failed; 2 bad use or bad input.`

const testExample = `  sluice test --group testdata/change-after.json testdata/change-cases.jsonl
  sluice test --all --json -g testdata/change-draft.json - \
    < testdata/change-cases.jsonl`

func newTest(a *app) *cobra.Command {
	in := inputs{app: a}
	var asJSON, all bool
	cmd := &cobra.Command{
		Use:     "test --group FILE ... [--members FILE] [--all] CASES",
		Short:   "Check whether the rules keep promises",
		Long:    testLong,
		Example: testExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return badUse(cmd, fmt.Errorf("%s given: want CASES, one file", count(len(args), "argument")))
			}
			x := testRun{app: a, all: all, fail: a.writeFailure, sum: writeSum}
			if asJSON {
				x.fail, x.sum = writeFailureJSON, writeSumJSON
			}
			return x.run(&in, args[0])
		},
		DisableFlagsInUseLine: true,
	}
	addGroupFlags(cmd, &in)
	addMembersFlag(cmd, &in)
	addJSONFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&all, "all", false, "show all the rules that do not match")
	return cmd
}

// testRun is one run of test.
type testRun struct {
	app  *app
	all  bool
	fail func(*bufio.Writer, failure) error
	sum  func(w *bufio.Writer, passed, failed int) error
}

// failure is a case that failed, and why.
type failure struct {
	testCase
	file string
	got  match.Explanation
}

func (x testRun) run(in *inputs, path string) error {
	data, name, err := x.app.read(path, "CASES", maxCases)
	if err != nil {
		return err
	}
	cases, err := readCases(data, name)
	if err != nil {
		return err
	}
	table, err := in.table()
	if err != nil {
		return err
	}
	for i := range cases {
		if err := nameNIC(&cases[i].packet, table.Network()); err != nil {
			return fmt.Errorf("%s line %d: %w", name, cases[i].line, err)
		}
	}
	if err := checkCases(table, cases, name); err != nil {
		return err
	}
	w := x.app.newWriter()
	failed := 0
	for _, c := range cases {
		d := table.Decide(c.packet)
		decider, _ := table.Rule(d)
		if c.want.kept(d, decider) {
			continue
		}
		failed++
		if err := x.fail(w, failure{c, name, x.explain(table, c)}); err != nil {
			return err
		}
	}
	if err := x.sum(w, len(cases)-failed, failed); err != nil {
		return err
	}
	return finish(w, failed > 0)
}

// explain tells why a case failed, with those rules that do not match of which
// something is to be told.
func (x testRun) explain(t *match.Table, c testCase) match.Explanation {
	e := t.Explain(c.packet)
	if !x.all {
		e.Missed = slices.DeleteFunc(e.Missed, func(m match.Missed) bool {
			return c.want.Rule == nil || !c.want.Rule.names(m.Ref)
		})
	}
	return e
}

// writeFailure writes a failed case for people: where it stands and its name,
// what is wanted, what came of it, and why.
func (a *app) writeFailure(w *bufio.Writer, f failure) error {
	fmt.Fprintf(w, "%s  %s:%d", a.colourText("FAIL", color.FgRed, color.Bold), f.file, f.line)
	if f.name != "" {
		fmt.Fprintf(w, "  %s", printable(f.name))
	}
	w.WriteString("\n")
	writeRole(w, "packet", f.packet.String())
	writeRole(w, "want", f.want.String())
	writeRole(w, "got", decisionText(f.got.Decision, f.got.Decider))
	a.writeRoles(w, f.got, true)
	_, err := w.WriteString("\n")
	return err // of all the writes: the writer keeps the first
}

func writeSum(w *bufio.Writer, passed, failed int) error {
	_, err := fmt.Fprintf(w, "%d passed, %d failed\n", passed, failed)
	return err
}

// failureJSON is a failed case. The order of the fields is that of the keys.
type failureJSON struct {
	Line int             `json:"line"`
	Name string          `json:"name,omitzero"`
	Want wanted          `json:"want"`
	Got  explanationJSON `json:"got"`
}

func writeFailureJSON(w *bufio.Writer, f failure) error {
	return writeJSON(w, failureJSON{f.line, f.name, f.want, newExplanationJSON(f.got, len(f.got.Missed) > 0)})
}

func writeSumJSON(w *bufio.Writer, passed, failed int) error {
	return writeJSON(w, struct {
		Passed int `json:"passed"`
		Failed int `json:"failed"`
	}{passed, failed})
}
