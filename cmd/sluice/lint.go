package main

import (
	"bufio"
	"context"
	"errors"

	"example.com/sluice/audit"
	"github.com/spf13/cobra"
)

const lintLong = `Lint tells what is worth knowing about the rules of a network interface as they
decide together, those of all its groups. It is exact: a finding holds for all
packets, of both IP versions and every protocol, and none is missing. A rule
that only several others together cover is found, too.

  shadowed   it decides no packet, and some packet that it matches gets the
             other verdict
  redundant  it decides no packet; every packet that it matches gets its verdict
             anyway
  needless   it decides packets, yet without it every packet gets the same
             verdict
  tie        an accept rule that loses packets to a drop rule of equal priority
  empty      it can match no packet
  open-ipv6  it closes all of one IP version, and the default accepts packets of
             the other that no rule mentions
  hostbits   a block was written with host bits set

A rule has at most one of shadowed, redundant and needless. Take needless rules
out one at a time: each may be needed once another is gone.

With --json, "by" is a list of rules, or "default"; where rules and the default
decide a needless rule's packets between them, "default" ends the list.

With --sarif, one SARIF 2.1.0 document tells of the whole run, with the file of
each rule and the place in it.

Groups and members are read as decide reads them (see sluice decide --help).

Exit status: 0 nothing found; 1 something found; 2 bad use or bad input, or a
question that takes more work than the bounds allow.`

const lintExample = `  sluice lint testdata/describe-older.json
  sluice lint --sarif --members testdata/members.json \
    testdata/describe-newer.json`

func newLint(a *app) *cobra.Command {
	in := inputs{app: a}
	var asJSON, asSARIF bool
	cmd := &cobra.Command{
		Use:     "lint [--members FILE] [--sarif] [--group FILE ...] [FILE ...]",
		Short:   "Find rules that do nothing, or not what they seem to",
		Long:    lintLong,
		Example: lintExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			in.args = args
			switch {
			case asJSON && asSARIF:
				return badUse(cmd, errors.New("--json and --sarif: want one of them"))
			case asSARIF:
				return lint(&in, writeSARIF)
			case asJSON:
				return lint(&in, writeFindingsJSON)
			}
			return lint(&in, a.writeFindings)
		},
		DisableFlagsInUseLine: true,
	}
	addGroupFlags(cmd, &in)
	addMembersFlag(cmd, &in)
	addJSONFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&asSARIF, "sarif", false, "print one SARIF 2.1.0 document")
	return cmd
}

func lint(in *inputs, write func(*bufio.Writer, ruleset, []audit.Finding) error) error {
	rules, err := in.load()
	if err != nil {
		return err
	}
	table, err := rules.table()
	if err != nil {
		return err
	}
	findings, err := waiting(in.app, "linting "+rules.size(), func() ([]audit.Finding, error) {
		return audit.Lint(context.Background(), table)
	})
	if err != nil {
		return err
	}
	w := in.app.newWriter()
	if err := write(w, rules, findings); err != nil {
		return err
	}
	return finish(w, len(findings) > 0)
}

// findingJSON is a finding. The order of the fields is that of the keys.
type findingJSON struct {
	Code    audit.Code `json:"code"`
	Rule    ruleJSON   `json:"rule"`
	By      any        `json:"by,omitempty"`
	Witness string     `json:"witness,omitzero"`
	Message string     `json:"message"`
}

func newFindingJSON(f audit.Finding) findingJSON {
	j := findingJSON{Code: f.Code, Rule: newRuleJSON(f.Rule), By: byJSON(f), Message: f.Message}
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

func writeFindingsJSON(w *bufio.Writer, _ ruleset, findings []audit.Finding) error {
	for _, f := range findings {
		if err := writeJSON(w, newFindingJSON(f)); err != nil {
			return err
		}
	}
	return nil
}
