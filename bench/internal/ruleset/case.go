package ruleset

import (
	"fmt"

	"example.com/sluice/match"
)

// Case is a set with its table, its packets and the answers to them.
type Case struct {
	Set     *Set
	Rules   []Ranked // strongest first
	Table   *match.Table
	Packets []match.Packet
	Want    []match.Decision // the table's answers
	Answers []Answer         // the same, as rivals give them
	Stats   Stats
}

// Stats says what a trace is worth.
type Stats struct {
	Hits     int     // packets that a rule decides
	Deciders int     // rules that decide any
	Top      float64 // the share of packets that the busiest rule decides
}

// Load makes the case of a spec, with a trace of n packets.
func Load(spec Spec, n int) (*Case, error) {
	s, err := New(spec)
	if err != nil {
		return nil, err
	}
	return NewCase(s, n)
}

// NewCase compiles a set and answers a trace of n packets.
func NewCase(s *Set, n int) (*Case, error) {
	t, err := s.Compile()
	if err != nil {
		return nil, fmt.Errorf("ruleset: %v: %w", s.Spec, err)
	}
	return CaseOf(s, t, n)
}

// CaseOf answers a trace of n packets with a table of a set.
func CaseOf(s *Set, t *match.Table, n int) (*Case, error) {
	c := &Case{Set: s, Rules: s.Ordered(), Table: t, Packets: s.Packets(n)}
	c.Want = t.DecideBatch(nil, c.Packets)
	return c, c.answer()
}

// answer translates the table's decisions.
func (c *Case) answer() error {
	type place struct {
		group string
		index int
	}
	byPlace := make(map[place]Answer, len(c.Rules))
	for _, r := range c.Rules {
		byPlace[place{r.Group, r.Index}] = r.Answer
	}
	known := map[match.Decision]Answer{}
	count := map[Answer]int{}
	for i, d := range c.Want {
		a, ok := known[d]
		if !ok {
			switch ref, decided := c.Table.Rule(d); {
			case decided:
				a = byPlace[place{ref.Group, ref.Index}]
			case d.Cause != match.Default:
				return fmt.Errorf("ruleset: %v: packet %v is %v", c.Set.Spec, c.Packets[i], d)
			}
			known[d] = a
		}
		c.Answers = append(c.Answers, a)
		count[a]++
	}
	c.Stats = Stats{Hits: len(c.Packets) - count[0]}
	delete(count, 0)
	c.Stats.Deciders = len(count)
	for _, n := range count {
		c.Stats.Top = max(c.Stats.Top, float64(n)/float64(len(c.Packets)))
	}
	return nil
}

// String says what the case runs on.
func (c *Case) String() string {
	return fmt.Sprintf("%v: %d packets, %.1f%% decided by %d of %d rules, the busiest %.1f%%", c.Set.Spec,
		len(c.Packets), 100*float64(c.Stats.Hits)/float64(len(c.Packets)), c.Stats.Deciders, len(c.Rules), 100*c.Stats.Top)
}
