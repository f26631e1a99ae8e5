package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"example.com/sluice/bench/internal/measure"
	"example.com/sluice/bench/internal/ruleset"
	"example.com/sluice/match"
)

// packetsPerTable is how many packets each of many tables gets.
const packetsPerTable = 32

// visit is a packet and the table that it goes to.
type visit struct {
	table  *match.Table
	packet match.Packet
	want   match.Decision
}

// studyTables holds 1 to 10,000 tables of 100 rules each, no two alike, and
// decides each packet in a random one: what the caches hold of a table is gone
// when its turn comes again. The series members are tables that name one group
// of 65,536 members, which stands once.
func studyTables(s settings) (*table, error) {
	t := newTable("tables", "table_bytes", "decide_ns")
	for _, shape := range []ruleset.Shape{ruleset.SG, ruleset.Members} {
		for _, n := range s.upTo(1000, []int{1, 10, 100, 1000, 10_000}) {
			h, err := newTableSet(shape, n)
			if err != nil {
				return nil, err
			}
			ns, err := h.decide(s)
			if err != nil {
				return nil, err
			}
			t.add(string(shape), float64(n), math.Round(h.bytes), round(ns))
		}
	}
	return t, nil
}

// tableSet is many tables and a few packets for each.
type tableSet struct {
	visits [][]visit // of each table
	bytes  float64   // a table; the members' index is shared out
}

func newTableSet(shape ruleset.Shape, n int) (*tableSet, error) {
	spec := ruleset.Spec{Shape: ruleset.SG, Rules: 100, Family: ruleset.V4}
	var shared *ruleset.Set // the set with the members
	if shape == ruleset.Members {
		spec.Shape = ruleset.Members
		var err error
		if shared, err = ruleset.New(spec); err != nil {
			return nil, err
		}
	}
	sets := make([]*ruleset.Set, n)
	for i := range sets {
		var err error
		if sets[i], err = ruleset.NewVariant(spec, uint64(i), shared); err != nil {
			return nil, err
		}
	}
	h := &tableSet{visits: make([][]visit, n)}
	var members *match.Members
	tables := make([]*match.Table, n)
	bytes, err := measure.HeapBytes(1, func(int) (any, error) {
		if shared != nil {
			var err error
			if members, err = match.NewMembers(shared.Members); err != nil {
				return nil, err
			}
		}
		for i, s := range sets {
			var err error
			if tables[i], err = match.Compile(members, s.Groups...); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	if err != nil {
		return nil, err
	}
	h.bytes = bytes / float64(n)
	for i, s := range sets {
		for _, p := range s.Packets(packetsPerTable) {
			h.visits[i] = append(h.visits[i], visit{tables[i], p, tables[i].Decide(p)})
		}
	}
	return h, nil
}

// decide returns the time of a packet, each in a random table.
func (h *tableSet) decide(s settings) (ns float64, err error) {
	d := rand.New(rand.NewPCG(1, uint64(len(h.visits))))
	route := make([]visit, s.packets)
	for i := range route {
		route[i] = h.visits[d.IntN(len(h.visits))][d.IntN(packetsPerTable)]
	}
	l := &measure.Lane{Name: "tables", Pass: func(n int) (float64, error) {
		start, wrong := time.Now(), 0
		for i := range route[:n] {
			if v := &route[i]; v.table.Decide(v.packet) != v.want {
				wrong++
			}
		}
		took := time.Since(start)
		if wrong > 0 {
			return 0, fmt.Errorf("%d of %d answers are wrong", wrong, n)
		}
		return float64(took) / float64(n), nil
	}}
	plan := measure.Plan{Packets: s.packets, Repetitions: s.repetitions, Budget: s.budget, Calibrator: s.calibrator}
	err = measure.Turns(plan, []*measure.Lane{l})
	return l.Median(), err
}
