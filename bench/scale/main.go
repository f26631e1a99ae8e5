// Command scale shows how the engine's cost grows: with rules, with members of a
// group, with tables in one process, with readers beside a writer, and how often
// rules can change. It writes the numbers as CSV and a plot of them as SVG.
//
//	go run ./bench/scale                  some minutes, into bench/results
//	go run ./bench/scale --quick --out results
//	go run ./bench/scale --only tables
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"example.com/sluice/bench/internal/measure"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "scale:", err)
		}
		os.Exit(2)
	}
}

// settings are how thoroughly a study measures.
type settings struct {
	cut         int // each study's sizes end at its quick limit divided by this; 0: all sizes
	packets     int
	repetitions int
	budget      time.Duration // of the turns of one point
	period      time.Duration // that readers run for
	warmUp      time.Duration // of a lane before each repetition; 0: as measure has it
	calibrator  *measure.Calibrator
}

// upTo leaves out of sizes what a short run does not measure.
func (s settings) upTo(quick int, sizes []int) []int {
	if s.cut == 0 {
		return sizes
	}
	return slices.DeleteFunc(slices.Clone(sizes), func(n int) bool { return n > quick/s.cut })
}

// study measures one kind of growth.
type study struct {
	name  string
	run   func(settings) (*table, error)
	plots []plot
}

var studies = []study{
	{"rules", studyRules, []plot{
		{file: "rules-decide", title: "Decide by number of rules", y: "ns a packet", x: "rules", columns: []string{"thr_ns", "chain_ns", "batch_ns"}},
		{file: "rules-compile", title: "Compile by number of rules", y: "ns", x: "rules", columns: []string{"compile_ns"}, logY: true},
		{file: "rules-bytes", title: "Table by number of rules", y: "bytes", x: "rules", columns: []string{"table_bytes"}, logY: true},
	}},
	{"members", studyMembers, []plot{
		{file: "members-decide", title: "Decide by members of a destination group", y: "ns a packet", x: "members", columns: []string{"thr_ns", "chain_ns", "batch_ns"}},
		{file: "members-build", title: "Members index and table by members", y: "ns, bytes", x: "members", columns: []string{"build_ns", "bytes"}, logY: true},
	}},
	{"tables", studyTables, []plot{
		{file: "tables-decide", title: "Decide in a random table of 100 rules, each packet another", y: "ns a packet", x: "tables", columns: []string{"decide_ns"}},
		{file: "tables-bytes", title: "Bytes a table", y: "bytes", x: "tables", columns: []string{"table_bytes"}, logY: true},
	}},
	{"readers", studyReaders, []plot{
		{file: "readers", title: "Readers beside a writer that compiles and swaps", y: "decisions a second", x: "readers", columns: []string{"decisions_per_s"}},
	}},
	{"edits", studyEdits, []plot{
		{file: "edits", title: "Rules changed a second, a reader running", y: "changes a second", x: "rules", columns: []string{"changes_per_s"}, logY: true},
	}},
}

func run(args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("scale", flag.ContinueOnError)
	fs.SetOutput(stderr)
	quick := fs.Bool("quick", false, "fewer and smaller points, within a minute")
	out := fs.String("out", "bench/results", "directory of the numbers and the plots")
	only := fs.String("only", "", "only this study: rules, members, tables, readers or edits")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("want no arguments but flags, not %q", fs.Args())
	}
	chosen := slices.DeleteFunc(slices.Clone(studies), func(s study) bool { return *only != "" && s.name != *only })
	if len(chosen) == 0 {
		return fmt.Errorf("no study %q: want rules, members, tables, readers or edits", *only)
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	s := settings{packets: 100_000, repetitions: 9, budget: 3 * time.Second, period: 2 * time.Second}
	if *quick {
		s = settings{cut: 1, packets: 20_000, repetitions: 3, budget: 200 * time.Millisecond, period: 200 * time.Millisecond}
	}
	s.calibrator = measure.NewCalibrator()
	for _, study := range chosen {
		fmt.Fprintf(stderr, "scale: %s\n", study.name)
		if err := study.save(s, *out, stdout); err != nil {
			return fmt.Errorf("%s: %w", study.name, err)
		}
	}
	return nil
}

// save runs a study, writes its files and prints its numbers.
func (s study) save(to settings, dir string, stdout io.Writer) error {
	t, err := s.run(to)
	if err != nil {
		return err
	}
	if err := t.writeCSV(dir, s.name); err != nil {
		return err
	}
	for _, p := range s.plots {
		if err := p.save(t, dir); err != nil {
			return err
		}
	}
	fmt.Fprintf(stdout, "%s\n%s\n", s.name, strings.TrimSpace(t.String()))
	return nil
}
