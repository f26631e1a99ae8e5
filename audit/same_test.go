package audit

import (
	"fmt"
	"net/netip"
	"testing"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// sameRules is n rules that match the same packets, of one policy in turn with
// another, behind two that cover them together.
func sameRules(n int) *match.Table {
	return shaped(n+2, func(i int) rule.Rule {
		r := rule.Rule{Policy: rule.Accept, Priority: 2, Dst: netip.MustParsePrefix("10.0.0.0/24")}
		switch {
		case i < 2:
			r.Priority, r.Dst = 1, netip.PrefixFrom(v4(i<<7), 25)
		case i%2 == 1:
			r.Policy, r.Priority = rule.Drop, 3
		}
		return r
	})
}

// However many rules are the same, each has its own finding: the first is covered
// by two rules, each other one by the first.
func TestSameRules(t *testing.T) {
	t.Parallel()
	findings, err := Lint(ctx, sameRules(6))
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]string{ // by index
		2: "redundant by sg-a[0] and sg-a[1]", 4: "redundant by sg-a[2]", 6: "redundant by sg-a[2]",
		3: "shadowed by sg-a[2]", 5: "shadowed by sg-a[2]", 7: "shadowed by sg-a[2]",
	}
	for _, f := range findings {
		if w, ok := want[f.Rule.Index]; ok {
			if got := fmt.Sprintf("%s by %s", f.Code, places(f.By)); got != w {
				t.Errorf("Lint says of rule %d: %s, want %s", f.Rule.Index, got, w)
			}
			delete(want, f.Rule.Index)
		}
	}
	if len(want) > 0 {
		t.Errorf("Lint = %v, without findings %v", findings, want)
	}
}

// What the same rules take grows with their number, not with its square.
func TestSameRulesGrowth(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(t *match.Table, b *budget) error{
		"Lint":      func(t *match.Table, b *budget) error { _, err := lint(t, b); return err },
		"Removable": func(t *match.Table, b *budget) error { _, err := removable(t, b); return err },
	} {
		steps := func(n int) int64 {
			b := unbounded()
			if err := ask(sameRules(n), b); err != nil {
				t.Errorf("%s of %d rules that are the same = %v", name, n, err)
			}
			return b.bounds.Steps - b.steps
		}
		if few, many := steps(500), steps(2000); many > 6*few {
			t.Errorf("%s of 500 rules that are the same takes %d steps, of 2000 %d: want at most 6 times as many", name, few, many)
		}
	}
}
