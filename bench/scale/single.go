package main

import (
	"math"

	"example.com/sluice/bench/internal/contest"
	"example.com/sluice/bench/internal/measure"
	"example.com/sluice/bench/internal/ruleset"
)

// studyRules measures tables of 1 to 1,000 rules.
func studyRules(s settings) (*table, error) {
	t := newTable("rules", "thr_ns", "chain_ns", "batch_ns", "compile_ns", "table_bytes")
	sizes := []int{1, 2, 5, 10, 20, 50, 100, 128, 129, 200, 300, 500, 700, 1000}
	if s.cut > 0 {
		sizes = []int{1, 10, 100, 128, 129, 300, 1000}
	}
	for _, family := range []ruleset.Family{ruleset.V4, ruleset.V6} {
		for _, n := range sizes {
			set, err := ruleset.New(ruleset.Spec{Shape: ruleset.SG, Rules: n, Family: family})
			if err != nil {
				return nil, err
			}
			numbers, err := s.single(set)
			if err != nil {
				return nil, err
			}
			t.add(string(family), append([]float64{float64(n)}, numbers...)...)
		}
	}
	return t, nil
}

// studyMembers measures 100 rules of which one names a group of 1 to 1,000,000
// members. Building is indexing the members and compiling.
func studyMembers(s settings) (*table, error) {
	t := newTable("members", "thr_ns", "chain_ns", "batch_ns", "build_ns", "bytes")
	for _, family := range []ruleset.Family{ruleset.V4, ruleset.V6} {
		set, err := ruleset.New(ruleset.Spec{Shape: ruleset.Members, Rules: 100, Family: family})
		if err != nil {
			return nil, err
		}
		for _, n := range s.upTo(100_000, []int{1, 10, 100, 1000, 10_000, 65_536, 100_000, 1_000_000}) {
			if err := set.SetMembers(n); err != nil {
				return nil, err
			}
			numbers, err := s.single(set)
			if err != nil {
				return nil, err
			}
			t.add(string(family), append([]float64{float64(n)}, numbers...)...)
		}
	}
	return t, nil
}

// single measures one table: single calls, chained calls and batches, building
// it, and its bytes.
func (s settings) single(set *ruleset.Set) ([]float64, error) {
	c, err := ruleset.NewCase(set, s.packets)
	if err != nil {
		return nil, err
	}
	ours := contest.NewOurs(c)
	lanes := []*measure.Lane{
		measure.PassLane("thr", ours.Thr),
		measure.PassLane("chain", ours.Chain),
		measure.PassLane("batch", ours.Batch),
		measure.BuildLane("build", func() error { _, err := set.Compile(); return err }),
	}
	plan := measure.Plan{Packets: s.packets, Repetitions: s.repetitions, Budget: s.budget, WarmUp: s.warmUp, Calibrator: s.calibrator}
	if err := measure.Turns(plan, lanes); err != nil {
		return nil, err
	}
	bytes, err := measure.HeapBytes(4, func(int) (any, error) { return set.Compile() })
	var numbers []float64
	for _, l := range lanes {
		numbers = append(numbers, round(l.Median()))
	}
	return append(numbers, math.Round(bytes)), err
}

// round keeps two decimals.
func round(x float64) float64 { return math.Round(x*100) / 100 }
