package audit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"example.com/sluice/rule"
)

// Whatever the bounds, there is the whole answer or a BoundError without any.
func TestWholeAnswerOrBoundError(t *testing.T) {
	t.Parallel()
	i := staggered(24, false)
	before, after := i.table(), edited(i).table()
	questions := map[string]func(b *budget) (any, int, error){
		"Lint": func(b *budget) (any, int, error) { a, err := lint(before, b); return a, len(a), err },
		"Diff": func(b *budget) (any, int, error) { a, err := diff(before, after, false, b); return a, len(a), err },
		"FindEach": func(b *budget) (any, int, error) {
			a, err := find(before, Query{}, true, b)
			return a, len(a), err
		},
	}
	for name, ask := range questions {
		full := unbounded()
		want, n, err := ask(full)
		if err != nil || n == 0 {
			t.Fatalf("%s = %d answers, %v, want some", name, n, err)
		}
		steps := full.bounds.Steps - full.steps
		bounded, answered := map[string]int{}, 0
		for k := int64(0); k <= 100; k += 4 {
			for _, b := range []Bounds{{Steps: 1 + steps*k/100}, {Bytes: 1 + k*k*k}} {
				got, n, err := ask(newBudget(ctx, b.orDefault()))
				var bound *BoundError
				switch {
				case errors.As(err, &bound) && n == 0:
					bounded[bound.Bound]++
				case err == nil && fmt.Sprint(got) == fmt.Sprint(want): // decisions of two tables differ
					answered++
				default:
					t.Fatalf("%s with %+v = %d answers, %v, want all or a BoundError", name, b, n, err)
				}
			}
		}
		if bounded["steps"] < 20 || bounded["bytes of memory"] < 2 || answered < 2 {
			t.Errorf("%s: %v are bounded, %d answered: want all kinds", name, bounded, answered)
		}
	}
}

func TestTooManyRegions(t *testing.T) {
	before, after := fixture{Groups: []*rule.Group{rule.NewGroup("sg-a", rule.VPC, rule.Basic)}}, staggered(1, false)
	g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
	g.Limit = 1000
	for i := range 40 { // a comb against a comb: each tooth is a region
		add := func(src, dst string) {
			p := rule.Params{IPProtocol: "all", PortRange: "-1/-1", SourceCidrIP: src, DestCidrIP: dst, Policy: "drop"}
			if err := g.Authorize(p); err != nil {
				t.Fatal(err)
			}
		}
		add(fmt.Sprintf("10.0.%d.%d", i/100, 2*(i%100)), "0.0.0.0/0")
		add("0.0.0.0/0", fmt.Sprintf("10.0.%d.%d", i/100, 2*(i%100)))
	}
	after.Groups = []*rule.Group{g}
	changes, err := Diff(ctx, before.table(), after.table(), WithBounds(Bounds{Regions: 1000}))
	var bound *BoundError
	if !errors.As(err, &bound) || bound.Bound != "regions" || changes != nil {
		t.Errorf("Diff = %d changes, %v, want a BoundError of regions", len(changes), err)
	}
	const want = "audit: the rules take more than 1000 regions: want fewer rules, rules that overlap less, or wider bounds"
	if err.Error() != want {
		t.Errorf("Diff = %q, want %q", err, want)
	}
}

func TestTooManyRules(t *testing.T) {
	t.Parallel()
	i := ordinary(1, 20).table()
	few := WithBounds(Bounds{Rules: 19})
	_, lint := Lint(ctx, i, few)
	_, diff := Diff(ctx, i, i, few)
	_, _, find := Find(ctx, i, Query{}, few)
	_, each := FindEach(ctx, i, Query{}, few)
	for name, err := range map[string]error{"Lint": lint, "Diff": diff, "Find": find, "FindEach": each} {
		var bound *BoundError
		if !errors.As(err, &bound) || *bound != (BoundError{"rules", 19}) {
			t.Errorf("%s of %d rules, bounded to 19 = %v, want a BoundError of 19 rules", name, i.Len(), err)
		}
	}
}

// countdown is a context that is done once it was asked so many times.
type countdown struct {
	context.Context
	left int
	tell func() // called when it is done first
}

func (c *countdown) Err() error {
	if c.left--; c.left > 0 {
		return nil
	}
	if c.left == 0 {
		c.tell()
	}
	return context.Canceled
}

// Whatever a call is at, it ends soon after its context is done, and soon after
// its steps are spent: within some milliseconds' steps.
func TestEndsSoon(t *testing.T) {
	t.Parallel()
	const soon = 1 << 22
	cancelled := 0
	for _, h := range hostile {
		before := h.make(64)
		after := changedTable(before)
		for name, ask := range map[string]func(b *budget) error{
			"Lint":      func(b *budget) error { _, err := lint(before, b); return err },
			"Removable": func(b *budget) error { _, err := removable(before, b); return err },
			"Diff":      func(b *budget) error { _, err := diff(before, after, false, b); return err },
			"FindEach":  func(b *budget) error { _, err := find(before, Query{}, true, b); return err },
		} {
			full := unbounded()
			if err := ask(full); err != nil {
				t.Errorf("%s of %s = %v", name, h.name, err)
			}
			steps := full.bounds.Steps - full.steps
			for _, part := range []int64{1, 3, 6} {
				b := newBudget(ctx, Bounds{Steps: max(1, steps*part/8)}.orDefault())
				err := ask(b)
				var bound *BoundError
				if !errors.As(err, &bound) || bound.Bound != "steps" || -b.steps > soon {
					t.Errorf("%s of %s with %d/8 of its steps = %v after %d steps more, want a BoundError soon", name, h.name, part, err, -b.steps)
				}
			}
			counter := &countdown{Context: ctx, left: math.MaxInt}
			if err := ask(newBudget(counter, Bounds{}.orDefault())); err != nil {
				t.Errorf("%s of %s = %v", name, h.name, err)
			}
			polls := math.MaxInt - counter.left
			for part := 1; part < 4 && polls > 8; part += 2 {
				cancelled++
				var b *budget
				var at int64
				c := &countdown{Context: ctx, left: 2 + polls*part/5, tell: func() { at = b.steps }}
				b = newBudget(c, Bounds{}.orDefault())
				if err := ask(b); !errors.Is(err, context.Canceled) || at-b.steps > soon {
					t.Errorf("%s of %s, cancelled = %v after %d steps more, want the context's error soon", name, h.name, err, at-b.steps)
				}
			}
		}
	}
	if cancelled < 10 {
		t.Errorf("%d calls were cancelled, want 10: the others ask too seldom", cancelled)
	}
}

// Witnesses of large sets of rules are confirmed by the engine.
func TestWitnessesAtLarge(t *testing.T) {
	t.Parallel()
	for _, w := range worlds() {
		if !w.quick {
			continue
		}
		i := w.make()
		findings, err := Lint(ctx, i.table())
		if err != nil {
			t.Errorf("%s: Lint = %v", w.name, err)
		}
		check(t, i, findings)
	}
}

// check confirms witnesses by the engine.
func check(t *testing.T, i fixture, findings []Finding) {
	t.Helper()
	table := i.table()
	for _, f := range findings {
		if !f.HasWitness {
			continue
		}
		got := table.Explain(f.Witness)
		decider := got.Decider == f.Rule
		if want := f.Code == Needless; decider != want {
			t.Errorf("%v: witness %v is decided by it: %t, want %t", f.Rule, f.Witness, decider, want)
		}
	}
}

// TestDominatedTakesSteps wants the innermost loop to count: it runs for each box of
// each list, and a budget that it does not count against bounds no time.
func TestDominatedTakesSteps(t *testing.T) {
	items := make([]item, 3)
	for i := range items {
		items[i].at[src] = span{int32(i), int32(i)} // apart: no item has what another has
	}
	b := newBudget(ctx, Bounds{Steps: 100}.orDefault())
	for range 10 {
		if dominated(items, []int32{0, 1}, 2, src, b) {
			t.Error("dominated = true, want false of items that are apart")
		}
	}
	if b.step(0); b.steps != 80 {
		t.Errorf("after ten looks at two items each %d of 100 steps are left, want 80", b.steps)
	}
}

// Diff ends with the first region beyond its bounds: those that follow are not
// made.
func TestEndsBeforeRegions(t *testing.T) {
	t.Parallel()
	before := shaped(1000, shapes[1].rule) // addresses: as many regions
	spent := func(bounds Bounds) (int64, error) {
		b := newBudget(ctx, bounds.orDefault())
		_, err := diff(before, changedTable(before), true, b)
		return b.bounds.Steps - b.steps, err
	}
	all, err := spent(Bounds{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := spent(Bounds{Regions: 1})
	var bound *BoundError
	if !errors.As(err, &bound) || bound.Bound != "regions" || got > all/2 {
		t.Errorf("Diff with one region = %v after %d steps, want a BoundError after less than half of %d", err, got, all)
	}
	for _, part := range []int64{1, 2, 3} {
		if got, err := spent(Bounds{Steps: all * part / 4}); !errors.As(err, &bound) || got > all*part/4+4*pollSteps {
			t.Errorf("Diff with %d of %d steps = %v after %d, want a BoundError soon", all*part/4, all, err, got)
		}
	}
}
