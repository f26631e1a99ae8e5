package main

import (
	"fmt"

	"example.com/sluice/internal/trust/smallworld"
)

// stage is a part of the run: units that can be done in any order.
type stage struct {
	name  string
	units int
	open  func() (unit func(i int) (verdicts int, err error), asked func() int, err error)
}

// sweeps are the rule sets of which every address is tried: within one index and
// beyond, over destinations and sources.
var sweeps = []struct {
	seed  uint64
	rules int
}{{2, 12}, {3, 100}, {4, 128}, {6, 100}, {7, 300}, {8, 1000}}

func allStages() (list []stage) {
	for _, w := range []smallworld.World{smallworld.Pairs, smallworld.Triples, smallworld.Classic} {
		for _, p := range smallworld.Full(w) {
			list = append(list, worldStage(w, p))
		}
	}
	for _, s := range sweeps {
		list = append(list, stage{
			name:  fmt.Sprintf("all IPv4 addresses, %d rules of seed %d", s.rules, s.seed),
			units: smallworld.SweepUnits,
			open: func() (func(int) (int, error), func() int, error) {
				x, err := smallworld.NewSweep(s.seed, s.rules)
				if err != nil {
					return nil, nil, err
				}
				return func(i int) (int, error) { return x.Unit(i, *step) }, x.Pieces, nil
			},
		})
	}
	return append(list, stage{
		name:  "all ranges of ports at their edges",
		units: smallworld.PortUnits,
		open: func() (func(int) (int, error), func() int, error) {
			none := func() int { return 0 }
			return func(i int) (int, error) { return smallworld.Ports{}.Unit(i, *step) }, none, nil
		},
	})
}

func worldStage(w smallworld.World, p smallworld.Place) stage {
	return stage{
		name:  fmt.Sprintf("%s at %v", w.Name, p),
		units: w.Rules(),
		open: func() (func(int) (int, error), func() int, error) {
			x, err := smallworld.NewRun(w, p)
			if err != nil {
				return nil, nil, err
			}
			return x.Unit, func() int { return x.Tally().Asked }, nil
		},
	}
}
