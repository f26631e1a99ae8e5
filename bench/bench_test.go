package bench

import (
	"sync"
	"testing"

	"example.com/sluice/bench/internal/contest"
	"example.com/sluice/bench/internal/ruleset"
)

// cases holds each set's case, made when a benchmark first asks for it.
var cases sync.Map // ruleset.Spec -> func() (*ruleset.Case, error)

func caseOf(tb testing.TB, spec ruleset.Spec) *ruleset.Case {
	tb.Helper()
	load, _ := cases.LoadOrStore(spec, sync.OnceValues(func() (*ruleset.Case, error) {
		return ruleset.Load(spec, ruleset.TraceLen)
	}))
	c, err := load.(func() (*ruleset.Case, error))()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// passes benchmarks passes over the trace of a case. A wrong answer fails it.
func passes(b *testing.B, c *ruleset.Case, pass func(n int) (wrong int)) {
	b.ReportAllocs()
	n := len(c.Packets)
	for b.Loop() {
		if wrong := pass(n); wrong > 0 {
			b.Fatalf("%v: %d of %d answers are wrong", c.Set.Spec, wrong, n)
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(n), "ns/packet")
	b.ReportMetric(float64(n), "packets")
	b.ReportMetric(float64(len(c.Rules)), "rules")
	b.ReportMetric(100*float64(c.Stats.Hits)/float64(n), "hit%")
	b.ReportMetric(float64(c.Stats.Deciders), "deciders")
}

// BenchmarkDecide decides each set's packets: in single calls that do not depend
// on each other (thr), in calls of which each says which packet is next (chain),
// and in batches of 64. An operation is a pass over the trace.
func BenchmarkDecide(b *testing.B) {
	for _, spec := range ruleset.All() {
		b.Run(spec.String(), func(b *testing.B) {
			c := caseOf(b, spec)
			ours := contest.NewOurs(c)
			b.Run("thr", func(b *testing.B) { passes(b, c, ours.Thr) })
			b.Run("chain", func(b *testing.B) { passes(b, c, ours.Chain) })
			b.Run("batch", func(b *testing.B) { passes(b, c, ours.Batch) })
		})
	}
}

// BenchmarkCompile compiles each set, the index of its members included.
func BenchmarkCompile(b *testing.B) {
	for _, spec := range ruleset.All() {
		b.Run(spec.String(), func(b *testing.B) {
			c := caseOf(b, spec)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Set.Compile(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(c.Rules)), "rules")
		})
	}
}

// BenchmarkRival runs the rivals written in Go on some of the sets. The command
// compare measures all of them on all sets, librte_acl too, and takes turns.
func BenchmarkRival(b *testing.B) {
	for _, spec := range []ruleset.Spec{
		{Shape: ruleset.SG, Rules: 100, Family: ruleset.V4},
		{Shape: ruleset.SG, Rules: 100, Family: ruleset.V6},
		{Shape: ruleset.SG, Rules: 1000, Family: ruleset.V4},
	} {
		b.Run(spec.String(), func(b *testing.B) {
			c := caseOf(b, spec)
			for _, v := range contest.Rivals(c) {
				b.Run(v.Name(), func(b *testing.B) { passes(b, c, v.Thr) })
			}
		})
	}
}
