package smallworld

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"example.com/sluice/internal/reference"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// batch collects the tuples of one table, one a lane.
type batch struct {
	*Run
	tuples    [][]int
	groups    []*rule.Group
	decisions []match.Decision
	chance    *rand.Rand
	tables    int
	Tally
}

// where is where a rule stands in a table.
type where struct {
	group string
	index int
}

// sampled is one in how many tables has a lane checked against the reference.
const sampled = 100

func (x *Run) newBatch(seed uint64) *batch {
	return &batch{Run: x, chance: rand.New(rand.NewPCG(seed, uint64(x.Place.Offset)))}
}

func (b *batch) add(tuple []int) error {
	b.tuples = append(b.tuples, slices.Clone(tuple))
	if len(b.tuples) < b.Place.Lanes {
		return nil
	}
	return b.flush()
}

// flush compiles the table of the tuples, and compares what it says.
func (b *batch) flush() error {
	if len(b.tuples) == 0 {
		return nil
	}
	places, err := b.enter()
	if err != nil {
		return err
	}
	table, err := match.Compile(b.members, b.groups...)
	if err != nil {
		return err
	}
	for lane, tuple := range b.tuples {
		want := b.expect(tuple, places[lane])
		if err := b.compare(table, lane, want, places[lane]); err != nil {
			return err
		}
		if b.tables%sampled == 0 && lane == b.chance.IntN(len(b.tuples)) {
			if err := b.check(lane, want, places[lane]); err != nil {
				return err
			}
		}
	}
	b.tables++
	b.tuples = b.tuples[:0]
	return nil
}

// enter deals the rules of the tuples out to groups, in an order left to chance,
// and returns where the rules of each tuple stand.
func (b *batch) enter() (places [][]where, err error) {
	entries := make([][]rule.Existing, min(b.Place.Groups, 10))
	for lane, tuple := range b.tuples {
		at := make([]where, len(tuple))
		for _, k := range b.chance.Perm(len(tuple)) {
			g := b.chance.IntN(len(entries))
			at[k] = where{groupIDs[g], len(entries[g])}
			entries[g] = append(entries[g], b.entry(tuple[k], lane))
		}
		places = append(places, at)
	}
	b.groups = b.groups[:0]
	for i, list := range entries {
		g := b.group(groupIDs[i], len(list))
		if err := g.Restore(list...); err != nil {
			return nil, err
		}
		b.groups = append(b.groups, g)
	}
	return places, nil
}

var groupIDs = []string{"sg-0", "sg-1", "sg-2", "sg-3", "sg-4", "sg-5", "sg-6", "sg-7", "sg-8", "sg-9"}

// byDefault says that no rule of a tuple decides.
const byDefault = -1

// expect says for each packet which rule of the tuple decides: of those that
// match it, the one of the smallest priority number, of these a drop, of these
// the first in group order and then entry order.
func (b *batch) expect(tuple []int, at []where) []int8 {
	order := make([]int, len(tuple))
	for k := range order {
		order[k] = k
	}
	n := len(b.variants)
	slices.SortFunc(order, func(i, j int) int {
		v, w := b.variants[tuple[i]%n], b.variants[tuple[j]%n]
		switch {
		case v.priority != w.priority:
			return int(v.priority) - int(w.priority)
		case v.policy != w.policy && v.policy == rule.Drop:
			return -1
		case v.policy != w.policy:
			return 1
		case at[i].group != at[j].group && at[i].group < at[j].group:
			return -1
		case at[i].group != at[j].group:
			return 1
		}
		return at[i].index - at[j].index
	})
	want := make([]int8, len(b.packets[0]))
	for p := range want {
		want[p] = byDefault
		for _, k := range order {
			if b.matches[tuple[k]/n].has(p) {
				want[p] = int8(k)
				break
			}
		}
	}
	return want
}

// compare holds the table's decisions on a lane's packets against want.
func (b *batch) compare(t *match.Table, lane int, want []int8, at []where) error {
	packets := b.packets[lane]
	b.decisions = t.DecideBatch(b.decisions[:0], packets)
	if len(b.decisions) != len(packets) {
		return fmt.Errorf("DecideBatch gave %d decisions, want %d", len(b.decisions), len(packets))
	}
	for p, d := range b.decisions {
		if p > 0 && want[p] == want[p-1] && d == b.decisions[p-1] {
			continue // found right before
		}
		if err := b.wrong(t, lane, d, want[p], at); err != nil {
			return fmt.Errorf("Decide(%v) = %w", packets[p], err)
		}
	}
	b.count(b.tuples[lane], want)
	return nil
}

// count counts what was compared.
func (b *batch) count(tuple []int, want []int8) {
	n := len(b.variants)
	for p, k := range want {
		switch {
		case k == byDefault:
			b.Default++
			continue
		case b.variants[tuple[k]%n].policy == rule.Accept:
			b.Accept++
		default:
			b.Drop++
		}
		for other, r := range tuple {
			if other != int(k) && b.matches[r/n].has(p) {
				b.Contested++
				break
			}
		}
	}
}

// wrong says what is wrong with a decision where rule k of a lane decides.
func (b *batch) wrong(t *match.Table, lane int, d match.Decision, k int8, at []where) error {
	want := match.Decision{Verdict: match.Accept, Cause: match.Default}
	var place where
	if k == byDefault {
		if b.Place.Type == rule.Advanced {
			want.Verdict = match.Drop
		}
	} else {
		v := b.variants[b.tuples[lane][k]%len(b.variants)]
		want = match.Decision{Verdict: match.Verdict(v.policy), Cause: match.ByRule}
		place = at[k]
	}
	r, _ := t.Rule(d)
	if got := (where{r.Group, r.Index}); d.Verdict == want.Verdict && d.Cause == want.Cause && got == place {
		return nil
	}
	return fmt.Errorf("%v %s[%d], want %v %s[%d], lane %d of %v at %v with\n%v", d, r.Group, r.Index, want, place.group, place.index, lane, b.World, b.Place, t)
}

// check holds want against the reference, which has the rules of all lanes.
func (b *batch) check(lane int, want []int8, at []where) error {
	ref := reference.New(b.sets, b.groups...)
	for p, packet := range b.packets[lane] {
		a := ref.Decide(asReference(packet))
		b.Asked++
		if k := want[p]; k == byDefault && a.Cause != reference.Default || k != byDefault && at[k] != (where{a.Group, a.Index}) {
			return fmt.Errorf("the reference says %+v of %v, the table of bits says rule %d of %v", a, packet, k, at)
		}
	}
	return nil
}
