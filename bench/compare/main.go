// Command compare measures the engine against its rivals: all of them over the
// same rules and packets, taking turns in one run, every answer checked.
//
//	go run ./bench/compare            every set, some minutes
//	go run ./bench/compare --quick    a choice of sets, within 50 seconds
//	taskset -c 1 go run ./bench/compare --set sg --rules 100 --json
//
// Ratios are rival / ours: above 1 the engine is faster.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"time"

	"example.com/sluice/bench/internal/measure"
	"example.com/sluice/bench/internal/rteacl"
	"example.com/sluice/bench/internal/ruleset"
)

func main() {
	// One thread throughout, so that taskset and the caches mean something.
	runtime.LockOSThread()
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "compare:", err)
		}
		os.Exit(2)
	}
}

// options are the command line.
type options struct {
	json, quick        bool
	set, rules, family string // empty: any
	program            string // the librte_acl harness; empty: where make puts it
	packets            int
	repetitions        int
	budget             time.Duration // of the whole run
}

func parseFlags(args []string, stderr io.Writer) (options, error) {
	var o options
	fs := flag.NewFlagSet("compare", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.BoolVar(&o.json, "json", false, "print one JSON object a line instead of the table")
	fs.BoolVar(&o.quick, "quick", false, "end within 50 seconds: fewer sets, fewer repetitions")
	fs.StringVar(&o.set, "set", "", "only sets of this shape: sg, acl, fw, overlap or members")
	fs.StringVar(&o.rules, "rules", "", "only sets of so many rules: 10, 100 or 1000")
	fs.StringVar(&o.family, "family", "", "only sets of this family: v4, v6 or mixed")
	fs.StringVar(&o.program, "rte-acl", "", "the librte_acl harness (default bench/dpdk/acl_bench)")
	fs.IntVar(&o.packets, "packets", ruleset.TraceLen, "packets of a trace")
	fs.IntVar(&o.repetitions, "repetitions", 15, "quiet repetitions of each contender")
	fs.DurationVar(&o.budget, "budget", 15*time.Minute, "time for the whole run; less gives fewer repetitions")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if fs.NArg() > 0 || o.repetitions < 1 || o.packets < 1 {
		return o, fmt.Errorf("want no arguments but flags, and one packet and one repetition at least")
	}
	if o.quick {
		o.repetitions, o.budget = min(o.repetitions, 7), min(o.budget, 30*time.Second)
	}
	return o, nil
}

// quickSets are what --quick measures where no flag names other sets.
var quickSets = []ruleset.Spec{
	{Shape: ruleset.SG, Rules: 100, Family: ruleset.V4},
	{Shape: ruleset.SG, Rules: 1000, Family: ruleset.V4},
	{Shape: ruleset.SG, Rules: 100, Family: ruleset.V6},
	{Shape: ruleset.SG, Rules: 1000, Family: ruleset.V6},
	{Shape: ruleset.ACL, Rules: 100, Family: ruleset.V4},
	{Shape: ruleset.FW, Rules: 100, Family: ruleset.V4},
	{Shape: ruleset.Overlap, Rules: 100, Family: ruleset.V4},
	{Shape: ruleset.Members, Rules: 100, Family: ruleset.V4},
}

// specs are the sets to measure.
func (o options) specs() ([]ruleset.Spec, error) {
	if o.quick && o.set == "" && o.rules == "" && o.family == "" {
		return quickSets, nil
	}
	var specs []ruleset.Spec
	for _, s := range ruleset.All() {
		if (o.set == "" || o.set == string(s.Shape)) && (o.rules == "" || o.rules == strconv.Itoa(s.Rules)) &&
			(o.family == "" || o.family == string(s.Family)) {
			specs = append(specs, s)
		}
	}
	if len(specs) == 0 {
		return nil, fmt.Errorf("no set with --set %q --rules %q --family %q: want sg, acl, fw or overlap with 10, 100 or 1000 rules of v4, v6 or mixed, or members with 100 rules of v4 or v6", o.set, o.rules, o.family)
	}
	return specs, nil
}

func run(args []string, stdout, stderr io.Writer) error {
	o, err := parseFlags(args, stderr)
	if err != nil {
		return err
	}
	specs, err := o.specs()
	if err != nil {
		return err
	}
	program, err := rteacl.Find(o.program)
	if errors.Is(err, rteacl.ErrAbsent) {
		fmt.Fprintln(stderr, "compare: rte_acl is absent:", err)
	} else if err != nil {
		return err
	}
	end := time.Now().Add(o.budget)
	calibrator := measure.NewCalibrator()
	var results []*result
	for i, spec := range specs {
		fmt.Fprintf(stderr, "compare: set %d of %d: %v\n", i+1, len(specs), spec)
		share := time.Until(end) / time.Duration(len(specs)-i)
		r, err := measureSet(o, spec, program, calibrator, time.Now().Add(share))
		if err != nil {
			return err
		}
		fmt.Fprintln(stderr, "compare:", r.about)
		r.warn(stderr)
		results = append(results, r)
		if o.json {
			if err := writeRows(stdout, r); err != nil {
				return err
			}
		}
	}
	if o.json {
		return nil
	}
	return writeTable(stdout, results)
}
