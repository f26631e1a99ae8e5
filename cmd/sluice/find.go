package main

import (
	"context"
	"errors"
	"fmt"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"github.com/spf13/cobra"
)

const findLong = `Find looks for a packet that meets all the conditions, among all packets there
are, and prints it as decide does. Where it prints nothing and ends with status
1, it is proven that there is none.

With --each-rule it finds one packet for every rule that decides any under the
conditions, strongest rule first.

A condition that is not given holds for every packet. One on ports holds for tcp
and udp only. A block is an address or a CIDR block of IPv4 or IPv6; host bits
are masked away. The ports are those of a packet, from 0 to 65535. Conditions
that no packet at all can meet, or that contradict --each-rule, are bad use.

Groups and members are read as decide reads them (see sluice decide --help).

` + boundsHelp + `

Exit status: 0 found; 1 there is none; 2 bad use or bad input, or a question
that takes more work than the bounds allow.`

const findExample = `  sluice find -g testdata/describe-newer.json --members testdata/members.json \
    --verdict accept --protocol tcp --dst 10.0.8.0/24 --dst-port 1/1023
  sluice find --each-rule --json testdata/describe-older.json`

func newFind(a *app) *cobra.Command {
	in := inputs{app: a}
	var asJSON, eachRule bool
	var query audit.Query
	cmd := &cobra.Command{
		Use:     "find [CONDITION ...] [--each-rule] [--group FILE ...] [FILE ...]",
		Short:   "Find a packet that meets conditions, or prove that there is none",
		Long:    findLong,
		Example: findExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			in.args = args
			x := search{query: query, ask: findOne, asJSON: asJSON}
			if x.each = eachRule; x.each {
				x.ask = audit.FindEach
			}
			err := x.run(&in)
			if wrong, ok := errors.AsType[*audit.QueryError](err); ok {
				return badUse(cmd, conditionError(wrong))
			}
			return err
		},
		DisableFlagsInUseLine: true,
	}
	addGroupFlags(cmd, &in)
	addMembersFlag(cmd, &in)
	addConditionFlags(cmd, &query)
	addJSONFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&eachRule, "each-rule", false, "find one packet for every rule that decides any")
	return cmd
}

// findOne is audit.Find with a list of at most one.
func findOne(ctx context.Context, t *match.Table, q audit.Query, opts ...audit.Option) ([]audit.Found, error) {
	found, ok, err := audit.Find(ctx, t, q, opts...)
	if err != nil || !ok {
		return nil, err
	}
	return []audit.Found{found}, nil
}

// search is one run of find.
type search struct {
	query  audit.Query
	ask    func(context.Context, *match.Table, audit.Query, ...audit.Option) ([]audit.Found, error)
	each   bool // one packet for each rule
	asJSON bool
}

func (x search) run(in *inputs) error {
	rules, err := in.load()
	if err != nil {
		return err
	}
	table, err := rules.table()
	if err != nil {
		return err
	}
	if nic := x.query.NIC; nic != nil && *nic == rule.Internet && !in.app.classic {
		return &audit.QueryError{Fields: []audit.QueryField{audit.FieldNIC}, Reason: "the groups are of a VPC, whose packets leave by intranet: want --nic with classic groups"}
	}
	found, err := waiting(in.app, "searching "+rules.size(), func() ([]audit.Found, error) {
		return x.ask(context.Background(), table, x.query)
	})
	if err != nil {
		return err
	}
	w := in.app.newWriter()
	answers := in.app.newAnswerWriter(x.asJSON)
	for _, f := range found {
		if err := nameNIC(&f.Packet, table.Network()); err != nil {
			return err
		}
		if err := answers.write(w, table, f.Packet, f.Outcome.Decision); err != nil {
			return err
		}
	}
	if len(found) == 0 && !x.asJSON {
		fmt.Fprintf(in.app.stderr, "%s: proven for all packets\n", noneText(&x.query, x.each))
	}
	return finish(w, len(found) == 0)
}
