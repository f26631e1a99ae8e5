package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"time"
)

// gene is one choice that an input is made by.
type gene struct {
	name   string
	values []string
}

// space is a family of inputs: each choice of values and a seed make one, of any
// size.
type space struct {
	genes []gene
	make  func(pick map[string]string, n int, chance *rand.Rand) any
}

// genome is one input of a space, but for its size.
type genome struct {
	Entry string            `json:"entry"`
	Genes map[string]string `json:"genes"`
	Seed  uint64            `json:"seed"`
}

// entry is one entry point.
type entry struct {
	name  string
	unit  string // what size counts
	most  string // how large an input may be
	quick int    // the size in go test
	long  int    // the size in the long run
	space space
	start func(in any) (job, error) // prepares the call; its time does not count
	times int                       // calls in one job; 0: one
	bound bound
}

// worst is the costliest input found so far.
type worst struct {
	share func(b bound, c cost, n int) float64
	genome
	cost cost
	err  error
}

func (w *worst) of(b bound, n int) float64  { return w.share(b, w.cost, n) }
func (w *worst) beyond(b bound, n int) bool { return w.of(b, n) > slack }
func (w *worst) tell(e entry, n int) string {
	text := fmt.Sprintf("%s (%.0f%%) by", w.cost, 100*w.of(e.bound, n))
	for _, g := range e.space.genes {
		text += fmt.Sprintf(" %s %q", g.name, w.Genes[g.name])
	}
	if text += fmt.Sprintf(" seed %d", w.Seed); w.err != nil {
		text += fmt.Sprintf(", refused: %.100v", w.err)
	}
	return text
}

// search looks for the input of an entry point that costs most.
type search struct {
	entry  entry
	size   int
	chance *rand.Rand

	speed        float64
	tried        int
	time, memory worst
}

func (s *search) run(kept []genome, budget time.Duration) {
	s.time.share, s.memory.share = bound.timeShare, bound.memoryShare
	s.speed = float64(reference) / float64(calibrate())
	for _, g := range kept {
		s.try(g)
	}
	began := time.Now()
	for i := 0; s.tried < len(kept)+2 || time.Since(began) < budget; i++ {
		switch {
		case time.Since(began) < budget/2:
			s.try(s.random())
		case i%2 == 0:
			s.try(s.mutated(s.time.genome))
		default:
			s.try(s.mutated(s.memory.genome))
		}
	}
}

// try measures one input. One that seems to be beyond its bound is measured again:
// another process may have been in the way.
func (s *search) try(g genome) {
	c, err := s.cost(g)
	for again := 0; again < 3 && s.entry.bound.timeShare(c, s.size) > slack; again++ {
		s.speed = float64(reference) / float64(calibrate())
		d, _ := s.cost(g)
		c.time = min(c.time, d.time)
	}
	s.tried++
	for _, w := range []*worst{&s.time, &s.memory} {
		if w.Genes == nil || w.share(s.entry.bound, c, s.size) > w.of(s.entry.bound, s.size) {
			w.genome, w.cost, w.err = g, c, err
		}
	}
}

func (s *search) cost(g genome) (cost, error) {
	in := s.entry.space.make(g.Genes, s.size, rand.New(rand.NewPCG(g.Seed, 1)))
	j, err := s.entry.start(in)
	if err != nil {
		return cost{}, err // refused before the call that is measured
	}
	limit := 60*time.Second + 100*s.entry.bound.of(s.size).time
	endless := time.AfterFunc(limit, func() {
		fmt.Fprintf(os.Stderr, "%s of %d %ss does not end in %v: %v\n", s.entry.name, s.size, s.entry.unit, limit, g)
		os.Exit(3)
	})
	defer endless.Stop()
	c, err := measure(j, s.speed)
	if n := s.entry.times; n > 0 {
		c.time /= time.Duration(n)
		c.alloc /= int64(n)
	}
	return c, err
}

func (s *search) random() genome {
	g := genome{Entry: s.entry.name, Genes: map[string]string{}, Seed: s.chance.Uint64N(1 << 20)}
	for _, x := range s.entry.space.genes {
		g.Genes[x.name] = x.values[s.chance.IntN(len(x.values))]
	}
	if s.chance.IntN(2) == 0 && g.Genes["first"] != "" { // one piece over and over goes further than a mixture
		g.Genes["second"], g.Genes["third"] = g.Genes["first"], g.Genes["first"]
	}
	return g
}

// mutated changes one choice or two, or the seed.
func (s *search) mutated(g genome) genome {
	from := s.random()
	m := genome{Entry: g.Entry, Genes: map[string]string{}, Seed: g.Seed}
	for name, v := range g.Genes {
		m.Genes[name] = v
	}
	for range 1 + s.chance.IntN(2) {
		if i := s.chance.IntN(len(s.entry.space.genes) + 1); i < len(s.entry.space.genes) {
			name := s.entry.space.genes[i].name
			m.Genes[name] = from.Genes[name]
		} else {
			m.Seed = from.Seed
		}
	}
	return m
}

// keptMost is how many inputs the corpus keeps of one entry point.
const keptMost = 4

// kept are the two worst inputs, and then those that were kept before.
func (s *search) kept(before []genome) (list []genome) {
	for _, g := range append([]genome{s.time.genome, s.memory.genome}, before...) {
		same := func(x genome) bool { return fmt.Sprint(x) == fmt.Sprint(g) }
		if len(list) < keptMost && !slices.ContainsFunc(list, same) {
			list = append(list, g)
		}
	}
	return list
}
