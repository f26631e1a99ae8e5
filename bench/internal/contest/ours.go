package contest

import (
	"example.com/sluice/bench/internal/ruleset"
	"example.com/sluice/match"
)

// Ours is the engine.
type Ours struct {
	c         *ruleset.Case
	decisions []match.Decision
}

// BatchSize is how many packets a call of DecideBatch gets.
const BatchSize = 64

// NewOurs returns the engine over a case.
func NewOurs(c *ruleset.Case) *Ours {
	return &Ours{c, make([]match.Decision, 0, BatchSize)}
}

func (o *Ours) Name() string { return "sluice" }

func (o *Ours) Thr(n int) (wrong int) {
	t, packets, want := o.c.Table, o.c.Packets[:n], o.c.Want[:n]
	for i := range packets {
		if t.Decide(packets[i]) != want[i] {
			wrong++
		}
	}
	return wrong
}

func (o *Ours) Chain(n int) (wrong int) {
	t, packets, want := o.c.Table, o.c.Packets[:n], o.c.Want[:n]
	i := 0
	for range packets {
		d := t.Decide(packets[i])
		if d != want[i] {
			wrong++
		}
		if i += 1 + int(d.Verdict); i >= n {
			i -= n
		}
	}
	return wrong
}

// Batch is Thr in calls of DecideBatch.
func (o *Ours) Batch(n int) (wrong int) {
	t, packets, want := o.c.Table, o.c.Packets[:n], o.c.Want[:n]
	for len(packets) > 0 {
		size := min(BatchSize, len(packets))
		o.decisions = t.DecideBatch(o.decisions[:0], packets[:size])
		for i, d := range o.decisions {
			if d != want[i] {
				wrong++
			}
		}
		packets, want = packets[size:], want[size:]
	}
	return wrong
}
