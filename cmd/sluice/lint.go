package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"github.com/spf13/cobra"
)

const lintLong = `Lint tells what is worth knowing about the rules of a network interface as they
decide together, those of all its groups. It is exact: what a finding says holds
for all packets, of both IP versions and every protocol, and wherever a line of
this list holds of a rule there is a finding. A rule that only several others
together cover is found, too.

%s
The heaviest come first, and findings that differ in the rule alone are one
entry of the text. A rule has at most one of empty, shadowed, redundant and
needless.

open-ipv6 is about one drop rule for all protocols and all addresses of one IP
version, in a VPC, and about packets of the other version that no rule matches.
It does not tell of rules that close a version only together, nor of packets
that an accept rule matches. needless is withheld where the remedy of open-ipv6
needs the rule.

Remove needless rules one at a time: each may be needed once another is gone.
The text ends with rules that can be removed together, proven for all packets.

--only and --ignore choose codes, joined by commas. --fail-on says from which
weight on findings end with status 1; all are printed whatever it says.

The file of --accepted holds findings that somebody has looked at, one JSON
object a line; blank lines and lines that start with # are skipped:

  {"code":"hostbits","rule":"sgr-1","reason":"the whole network is meant"}
  {"code":"tie","group":"sg-1","index":3,"reason":"see the ticket"}

The rule is an id or GROUP[INDEX]; a text that names two rules is an error. A
reason must be given. The file has at most 16 MiB. Accepted findings are not
printed and do not count; --sarif has them as suppressed. An entry that no
finding matches is stale: standard error says so, and the status is 1 unless
--fail-on is never.

With --json, "by" is a list of rules, or "default"; where rules and the default
decide a needless rule's packets between them, "default" ends the list.

With --sarif, one SARIF 2.1.0 document tells of the whole run, with the file of
each rule and the place in it.

Groups and members are read as decide reads them (see sluice decide --help).

` + boundsHelp + ` The text asks a second question, which
rules can be removed together.

Exit status: 0 nothing found that counts; 1 something found; 2 bad use or bad
input, or a question that takes more work than the bounds allow.`

const lintExample = `  sluice lint testdata/describe-older.json
  sluice lint --fail-on warning --ignore hostbits testdata/change-draft.json
  sluice lint --sarif --members testdata/members.json \
    testdata/describe-newer.json`

func newLint(a *app) *cobra.Command {
	x := linting{inputs: inputs{app: a}, failOn: audit.SeverityNote}
	var asJSON, asSARIF bool
	cmd := &cobra.Command{
		Use:     "lint [--members FILE] [--sarif] [--group FILE ...] [FILE ...]",
		Short:   "Find rules that do nothing, or not what they seem to",
		Long:    fmt.Sprintf(lintLong, kindsHelp()),
		Example: lintExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			x.args = args
			switch {
			case asJSON && asSARIF:
				return badUse(cmd, errors.New("--json and --sarif: want one of them"))
			case x.only != nil && x.ignore != nil:
				return badUse(cmd, errors.New("--only and --ignore: want one of them"))
			case asSARIF:
				return x.run(writeSARIF)
			case asJSON:
				return x.run(writeFindingsJSON)
			}
			x.offer = true
			return x.run(a.writeFindings)
		},
		DisableFlagsInUseLine: true,
	}
	addGroupFlags(cmd, &x.inputs)
	addMembersFlag(cmd, &x.inputs)
	addJSONFlag(cmd, &asJSON)
	f := cmd.Flags()
	f.BoolVar(&asSARIF, "sarif", false, "print one SARIF 2.1.0 document")
	f.Func("only", "report these codes only `CODE,..`", codesFlag(&x.only))
	f.Func("ignore", "do not report these codes `CODE,..`", codesFlag(&x.ignore))
	f.Func("fail-on", "least weight that makes the status 1 (default note) `error|warning|note|never`", x.setFailOn)
	f.Func("accepted", "findings that are accepted, each with a reason `FILE`", named(&x.acceptedFile))
	complete(cmd, "fail-on", "error", "warning", "note", "never")
	return cmd
}

// never is heavier than any finding.
const never = audit.SeverityError + 1

// linting is one run of lint.
type linting struct {
	inputs
	only, ignore []audit.Code // nil: not given
	failOn       audit.Severity
	acceptedFile string
	offer        bool // say which rules can be removed together
}

func (x *linting) setFailOn(s string) error {
	for _, v := range []audit.Severity{audit.SeverityError, audit.SeverityWarning, audit.SeverityNote} {
		if s == v.String() {
			x.failOn = v
			return nil
		}
	}
	x.failOn = never
	if s != "never" {
		return errors.New("want error, warning, note or never")
	}
	return nil
}

// report is what lint found out.
type report struct {
	rules    ruleset
	table    *match.Table
	findings []audit.Finding // those that are reported, heaviest first
	accepted []accepted      // those that are not, with why
	removal  audit.Removal   // rules that can be removed together; none: not asked for
	judged   bool            // a file of accepted findings is given
	only     []audit.Code    // nil: all codes are asked for
	ignored  int             // how many findings have a code that is ignored
}

func (x *linting) run(write func(*bufio.Writer, report) error) error {
	r := report{judged: x.acceptedFile != "", only: x.only}
	entries, err := x.readAccepted()
	if err != nil {
		return err
	}
	if r.rules, err = x.load(); err != nil {
		return err
	}
	if r.table, err = r.rules.table(); err != nil {
		return err
	}
	if err := checkEntries(entries, newRuleNames(r.table)); err != nil {
		return err
	}
	all, err := waiting(x.app, "linting "+r.rules.size(), func() ([]audit.Finding, error) {
		return audit.Lint(context.Background(), r.table)
	})
	if err != nil {
		return err
	}
	stale, err := x.sort(&r, all, entries)
	if err != nil {
		return err
	}
	needless := func(f audit.Finding) bool { return f.Code == audit.Needless }
	if x.offer && slices.ContainsFunc(r.findings, needless) {
		r.removal, err = waiting(x.app, "looking for rules that can be removed among "+r.rules.size(), func() (audit.Removal, error) {
			return audit.Removable(context.Background(), r.table)
		})
		if err != nil {
			return err
		}
	}
	w := x.app.newWriter()
	if err := write(w, r); err != nil {
		return err
	}
	if err := w.Flush(); err != nil { // the findings stand before what is said of the file
		return err
	}
	for _, e := range stale {
		fmt.Fprintf(x.app.stderr, "sluice: %s: stale: there is no finding %s of rule %s: remove the entry\n", e.place, e.code, e.ruleName())
	}
	fails := func(f audit.Finding) bool { return f.Severity() >= x.failOn }
	return finish(w, slices.ContainsFunc(r.findings, fails) || len(stale) > 0 && x.failOn != never)
}

// sort takes apart which findings are reported and which are accepted, and returns
// the entries that accept none.
func (x *linting) sort(r *report, all []audit.Finding, entries []*entry) (stale []*entry, err error) {
	for _, f := range all {
		e, err := acceptedBy(f, entries)
		switch {
		case err != nil:
			return nil, err
		case x.only != nil && !slices.Contains(x.only, f.Code):
		case slices.Contains(x.ignore, f.Code):
			r.ignored++
		case e != nil:
			r.accepted = append(r.accepted, accepted{f, e.reason})
		default:
			r.findings = append(r.findings, f)
		}
	}
	for _, e := range entries {
		if !e.used {
			stale = append(stale, e)
		}
	}
	return stale, nil
}

// findingJSON is a finding. The order of the fields is that of the keys.
type findingJSON struct {
	Code    audit.Code     `json:"code"`
	Rule    ruleJSON       `json:"rule"`
	By      any            `json:"by,omitempty"`
	Witness string         `json:"witness,omitzero"`
	Message string         `json:"message"`
	Remedy  string         `json:"remedy,omitzero"`
	Level   audit.Severity `json:"level"`
}

func newFindingJSON(f audit.Finding) findingJSON {
	j := findingJSON{Code: f.Code, Rule: newRuleJSON(f.Rule), By: byJSON(f), Message: f.Message, Remedy: f.Remedy, Level: f.Severity()}
	if f.HasWitness {
		j.Witness = f.Witness.String()
	}
	return j
}

// byJSON is a list of rules, with "default" at its end where that has a part, or
// "default" alone.
func byJSON(f audit.Finding) any {
	if len(f.By) == 0 {
		if f.ByDefault {
			return "default"
		}
		return nil
	}
	var by []any
	for _, r := range f.By {
		by = append(by, newRuleJSON(r))
	}
	if f.ByDefault {
		by = append(by, "default")
	}
	return by
}

func writeFindingsJSON(w *bufio.Writer, r report) error {
	for _, f := range r.findings {
		if err := writeJSON(w, newFindingJSON(f)); err != nil {
			return err
		}
	}
	return nil
}
