package main

import (
	"fmt"
	"io"
	"time"

	"example.com/sluice/bench/internal/contest"
	"example.com/sluice/bench/internal/measure"
	"example.com/sluice/bench/internal/rteacl"
	"example.com/sluice/bench/internal/ruleset"
)

// The modes: single calls independent of each other, single calls of which each
// depends on the last answer, and batches.
const (
	thr   = "thr"
	chain = "chain"
	batch = "batch"
)

var modes = []string{thr, chain, batch}

// result is what was measured on one set.
type result struct {
	spec       ruleset.Spec
	about      string // what the set runs on
	ours       map[string]*measure.Lane
	rivals     []rival
	compile    *measure.Lane // nanoseconds a table
	tableBytes float64
	allocs     int             // in 1,000 Decides and as many packets in batches
	lanes      []*measure.Lane // all that took turns
}

// rival is a contender other than the engine.
type rival struct {
	name    string
	absent  string                   // why it was not measured
	lanes   map[string]*measure.Lane // by mode; one without a batch call has its thr there
	buildNS float64                  // 0: not measured
	bytes   float64
	note    string
}

// measureSet measures all contenders on one set until end, and each once at least.
func measureSet(o options, spec ruleset.Spec, program string, cal *measure.Calibrator, end time.Time) (*result, error) {
	c, err := ruleset.Load(spec, o.packets)
	if err != nil {
		return nil, err
	}
	ours := contest.NewOurs(c)
	r := &result{spec: spec, about: c.String()}
	r.ours = map[string]*measure.Lane{
		thr:   measure.PassLane("sluice thr", ours.Thr),
		chain: measure.PassLane("sluice chain", ours.Chain),
		batch: measure.PassLane("sluice batch", ours.Batch),
	}
	r.compile = measure.BuildLane("sluice compile", func() error { _, err := c.Set.Compile(); return err })
	r.lanes = []*measure.Lane{r.ours[thr], r.ours[chain], r.ours[batch], r.compile}
	for _, v := range contest.Rivals(c) {
		single := measure.PassLane(v.Name()+" thr", v.Thr)
		chained := measure.PassLane(v.Name()+" chain", v.Chain)
		r.lanes = append(r.lanes, single, chained)
		r.rivals = append(r.rivals, rival{name: v.Name(), lanes: map[string]*measure.Lane{thr: single, chain: chained, batch: single}})
	}
	acl := rival{name: "rte_acl", absent: rteacl.ErrAbsent.Error()}
	if program != "" {
		h, err := rteacl.Start(program, c)
		if err != nil {
			return nil, err
		}
		defer h.Close()
		if acl, err = screen(h, o.packets); err != nil {
			return nil, err
		}
		r.lanes = append(r.lanes, acl.lanes[thr], acl.lanes[chain], acl.lanes[batch])
	}
	r.rivals = append(r.rivals, acl)
	if err := r.memory(c, ours); err != nil {
		return nil, err
	}
	plan := measure.Plan{Packets: o.packets, Repetitions: o.repetitions, Budget: time.Until(end), Calibrator: cal}
	return r, measure.Turns(plan, r.lanes)
}

// memory measures the size of a table, its members' index included, and the
// allocations of deciding.
func (r *result) memory(c *ruleset.Case, ours *contest.Ours) error {
	n := 6400 / r.spec.Rules // tables
	if r.spec.Shape == ruleset.Members {
		n = 4
	}
	bytes, err := measure.HeapBytes(n, func(int) (any, error) { return c.Set.Compile() })
	r.tableBytes = bytes
	size := min(1000, len(c.Packets))
	r.allocs = measure.Allocs(10, func() {
		ours.Thr(size)
		ours.Batch(size)
	})
	return err
}

// warn tells of lanes that found no quiet moment.
func (r *result) warn(w io.Writer) {
	noisy, tries := 0, 0
	for _, l := range r.lanes {
		if l.Noisy() {
			noisy++
			tries += l.Tries()
		}
	}
	if noisy > 0 {
		fmt.Fprintf(w, "compare: %v: the machine was busy: %d of %d measurements had no quiet repetition in %d tries; the medians of the disturbed ones stand\n",
			r.spec, noisy, len(r.lanes), tries)
	}
}
