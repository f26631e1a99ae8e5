package audit

import (
	"errors"
	"fmt"
	"testing"
	"time"

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

// TestNoSurprise asks about large and about adversarial rules. The benchmarks
// tell the times; here one passes that is a hundred times slower, on a machine at
// work with other things, and one that meets a quadratic surprise does not.
func TestNoSurprise(t *testing.T) {
	for _, w := range worlds() {
		if !w.quick {
			continue
		}
		i := w.make()
		start := time.Now()
		findings, err := Lint(ctx, i.table())
		if err != nil {
			t.Errorf("%s: Lint = %v", w.name, err)
		}
		if _, err := Diff(ctx, i.table(), edited(i).table()); err != nil {
			t.Errorf("%s: Diff = %v", w.name, err)
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s: Lint and Diff took %v, want less than a minute", w.name, took)
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
