package main

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"example.com/sluice/bench/internal/contest"
	"example.com/sluice/bench/internal/ruleset"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// version is a table that readers use, with the answers that it must give; no
// answers where they are not known.
type version struct {
	table *match.Table
	want  []answer
}

// answer is what a decision says, whichever table made it.
type answer struct {
	verdict match.Verdict
	rank    int // of the deciding rule; -1 where none decides
}

func answerOf(t *match.Table, d match.Decision) answer {
	rank, ok := t.Rank(d)
	if !ok {
		rank = -1
	}
	return answer{d.Verdict, rank}
}

func answersOf(t *match.Table, packets []match.Packet) []answer {
	answers := make([]answer, len(packets))
	for i, p := range packets {
		answers[i] = answerOf(t, t.Decide(p))
	}
	return answers
}

// studyReaders runs 1 to 16 readers on one table, while a writer compiles and
// swaps all the time, without pause. Each answer is checked against the version
// that gave it.
func studyReaders(s settings) (*table, error) {
	t := newTable("readers", "decisions_per_s", "swaps_per_s")
	c, err := ruleset.Load(ruleset.Spec{Shape: ruleset.SG, Rules: 100, Family: ruleset.V4}, s.packets)
	if err != nil {
		return nil, err
	}
	groups, wants, err := twoStates(c)
	if err != nil {
		return nil, err
	}
	for _, n := range []int{1, 2, 4, 8, 16} {
		var current atomic.Pointer[version]
		current.Store(&version{c.Table, wants[0]})
		swaps := 0
		rate, err := readWhile(s, n, &current, c.Packets, func() error {
			state := swaps % 2
			next, err := match.Compile(nil, groups[state])
			current.Store(&version{next, wants[state]})
			swaps++
			return err
		})
		if err != nil {
			return nil, err
		}
		t.add("sg/100/v4", float64(n), rate, math.Round(float64(swaps)/s.period.Seconds()))
	}
	return t, nil
}

// twoStates returns the group of a case as it is and with its policies turned,
// and the answers of either.
func twoStates(c *ruleset.Case) (groups [2]*rule.Group, wants [2][]answer, err error) {
	first := c.Set.Groups[0]
	groups[0], wants[0] = first, answersOf(c.Table, c.Packets)
	groups[1] = rule.NewGroup(first.ID(), first.Network(), first.Type())
	for _, r := range first.Rules() {
		if r.Policy = rule.Drop; r.Priority%2 == 0 {
			r.Policy = rule.Accept
		}
		if err := groups[1].Add(r); err != nil && !errors.Is(err, rule.RuleDuplicate) {
			return groups, wants, err
		}
	}
	t, err := match.Compile(nil, groups[1])
	if err != nil {
		return groups, wants, err
	}
	wants[1] = answersOf(t, c.Packets)
	return groups, wants, nil
}

// studyEdits changes rules of one group, one at a time, a table compiled and
// swapped for each change, while a reader decides. At more than 100 rules the
// interface has several groups.
func studyEdits(s settings) (*table, error) {
	t := newTable("rules", "changes_per_s", "decisions_per_s")
	for _, n := range []int{10, 100, 1000} {
		c, err := ruleset.Load(ruleset.Spec{Shape: ruleset.SG, Rules: n, Family: ruleset.V4}, s.packets)
		if err != nil {
			return nil, err
		}
		var current atomic.Pointer[version]
		current.Store(&version{table: c.Table})
		d, changes := rand.New(rand.NewPCG(1, 2)), 0
		rate, err := readWhile(s, 1, &current, c.Packets, func() error {
			if err := turnRule(c.Set.Groups[0], d.IntN(c.Set.Groups[0].Len())); err != nil {
				return err
			}
			next, err := c.Set.Compile()
			current.Store(&version{table: next})
			changes++
			return err
		})
		if err != nil {
			return nil, err
		}
		if err := checkLast(c.Set, current.Load().table); err != nil {
			return nil, err
		}
		t.add("v4", float64(n), math.Round(float64(changes)/s.period.Seconds()), rate)
	}
	return t, nil
}

// turnRule takes a rule out and enters it again with the other policy.
func turnRule(g *rule.Group, i int) error {
	r, ok := g.Remove(i)
	if !ok {
		return fmt.Errorf("group %s has no rule %d", g.ID(), i)
	}
	turned := r
	if turned.Policy = rule.Drop; r.Policy == rule.Drop {
		turned.Policy = rule.Accept
	}
	err := g.Add(turned)
	if errors.Is(err, rule.RuleDuplicate) {
		return g.Add(r) // both policies were there: it moves to the end
	}
	return err
}

// checkLast compares the last of many tables with a plain search over the rules
// as they stand.
func checkLast(s *ruleset.Set, last *match.Table) error {
	c, err := ruleset.CaseOf(s, last, 2000)
	if err != nil {
		return err
	}
	if err := contest.Check(contest.NewNaive(c), len(c.Packets)); err != nil {
		return err
	}
	return contest.Check(contest.NewOurs(c), len(c.Packets))
}

// readWhile runs readers over the packets while write is called again and again,
// and returns how many packets they decided a second.
func readWhile(s settings, readers int, current *atomic.Pointer[version], packets []match.Packet, write func() error) (perSecond float64, err error) {
	var wg sync.WaitGroup
	var stop atomic.Bool
	var decided, wrong atomic.Int64
	for r := range readers {
		wg.Go(func() {
			n, bad := read(current, packets, r*len(packets)/readers, &stop)
			decided.Add(n)
			wrong.Add(bad)
		})
	}
	start := time.Now()
	for err == nil && time.Since(start) < s.period {
		err = write()
	}
	stop.Store(true)
	wg.Wait()
	seconds := time.Since(start).Seconds()
	if err == nil && wrong.Load() > 0 {
		err = fmt.Errorf("%d of %d answers are wrong", wrong.Load(), decided.Load())
	}
	return math.Round(float64(decided.Load()) / seconds), err
}

// read decides packets from a place on, each in the table of the moment, until
// stop.
func read(current *atomic.Pointer[version], packets []match.Packet, from int, stop *atomic.Bool) (decided, wrong int64) {
	for i := from; ; {
		for range 1024 {
			v := current.Load()
			if d := v.table.Decide(packets[i]); v.want != nil && answerOf(v.table, d) != v.want[i] {
				wrong++
			}
			if i++; i == len(packets) {
				i = 0
			}
		}
		decided += 1024
		if stop.Load() {
			return decided, wrong
		}
	}
}
