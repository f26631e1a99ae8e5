package rule_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/internal/linear"
	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

// heldBy is what a refused duplicate says of the rule that it equals.
func heldBy(err error) *rule.Held {
	var e *rule.Error
	if !errors.As(err, &e) {
		return nil
	}
	return e.Held
}

func TestHeldRule(t *testing.T) {
	g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
	must(t, g.Restore(
		rule.Existing{Params: port(1), ID: "sgr-0"},
		rule.Existing{Params: params("Description=the held one", "Priority=7"), ID: "sgr-1"},
		rule.Existing{Params: params(), ID: "sgr-2"}))
	want := rule.Held{Rule: passed(func(r *rule.Rule) { r.ID, r.Description, r.Priority = "sgr-1", "the held one", 7 }), Index: 1}
	for name, err := range map[string]error{
		"Authorize": g.Authorize(params()), "Check": g.Check(params()), "Add": g.Add(passed(nil)),
	} {
		if got := heldBy(err); got == nil || *got != want {
			t.Errorf("%s of an equal rule: held %+v, want %+v", name, got, want)
		}
		const text = `SecurityGroupId "sg-a": rule 1 of the group is equal: accept tcp to 203.0.113.0/24 port 22/22 priority 7 nic intranet id sgr-1 description "the held one", ` +
			`want rules that differ in more than priority and description (InvalidOperation.RuleDuplicate)`
		if err == nil || err.Error() != text {
			t.Errorf("%s of an equal rule = %v, want %s", name, err, text)
		}
	}
	err := g.Authorize(port(5), port(6), params("PortRange=6/6", "Priority=9"))
	want = rule.Held{Rule: passed(func(r *rule.Rule) { r.DstPorts = rule.PortRange{First: 6, Last: 6} }), Index: 1, InCall: true}
	if got := heldBy(err); got == nil || *got != want {
		t.Errorf("Authorize of an equal pair: held %+v, want %+v", got, want)
	}
	const pair = `rule 2: SecurityGroupId "sg-a": rule 2 of the call equals rule 1: accept tcp to 203.0.113.0/24 port 6/6 priority 1 nic intranet, want`
	if err == nil || !strings.HasPrefix(err.Error(), pair) {
		t.Errorf("Authorize of an equal pair = %v, want %s", err, pair)
	}
	err = g.Authorize(port(5), port(1))
	const second = `rule 1: SecurityGroupId "sg-a": rule 1 of the call equals rule 0 of the group: accept tcp to 203.0.113.0/24 port 1/1 priority 1 nic intranet id sgr-0, want`
	if err == nil || !strings.HasPrefix(err.Error(), second) {
		t.Errorf("Authorize of two rules, the second held = %v, want %s", err, second)
	}
	if got := heldBy(g.Authorize(params("Policy=x"))); got != nil {
		t.Errorf("Authorize of a bad policy: held %+v, want nil", got)
	}
	if g.Len() != 3 {
		t.Errorf("the group holds %d rules, want 3", g.Len())
	}
}

// Whatever has entered and been removed before, the first equal rule is found,
// and no other: asked of the same list, rule by rule.
func TestHeldRuleAgainstPairs(t *testing.T) {
	refused, passed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
		owner := rapid.SampledFrom([]string{"", "me", "you"})
		request := rapid.Custom(func(t *rapid.T) rule.Params {
			return rule.Params{IPProtocol: "gre", PortRange: "-1/-1", DestGroupID: rapid.SampledFrom([]string{"sg-b", "sg-c"}).Draw(t, "group"), DestGroupOwnerAccount: owner.Draw(t, "owner")}
		})
		account := func(s string) string {
			if s == g.Owner {
				return ""
			}
			return s
		}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				if err := g.Restore(rule.Existing{Params: request.Draw(t, "restored")}); err != nil {
					t.Fatal(err)
				}
			case 1:
				g.Remove(rapid.IntRange(0, 8).Draw(t, "removed"))
			case 2:
				g = g.Clone()
			case 3:
				g.Owner = owner.Draw(t, "owner of the group")
			}
			p := request.Draw(t, "request")
			want := slices.IndexFunc(slices.Collect(valuesOf(g)), func(r rule.Rule) bool {
				return r.DstGroup == p.DestGroupID && account(r.DstOwner) == account(p.DestGroupOwnerAccount)
			})
			held := heldBy(g.Check(p))
			if got := held; (got == nil) != (want < 0) || got != nil && got.Index != want {
				t.Fatalf("Check(%+v) finds %+v, want rule %d", p, got, want)
			}
			if rapid.Bool().Draw(t, "enters") {
				before := g.Len()
				if err := g.Authorize(p); (err == nil) != (want < 0) || (g.Len() == before) != (err != nil) {
					t.Fatalf("Authorize(%+v) = %v, with rule %d equal", p, err, want)
				}
			}
			if held != nil {
				refused++
			} else {
				passed++
			}
		}
	})
	if refused == 0 || passed == 0 {
		t.Errorf("%d refused, %d passed: the test sees one side only", refused, passed)
	}
}

func valuesOf(g *rule.Group) func(func(rule.Rule) bool) {
	return func(yield func(rule.Rule) bool) {
		for _, r := range g.Rules() {
			if !yield(r) {
				return
			}
		}
	}
}

// Entry costs the same for each rule, however many the group holds: 8,000 rules
// take about as long as 16 times 500. Pairwise comparison would take 16 times as
// long.
func TestEntryIsLinear(t *testing.T) {
	number := func(i int) rule.Params {
		return params(fmt.Sprintf("DestCidrIp=%s", netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})))
	}
	typed := func(i int) rule.Rule {
		return passed(func(r *rule.Rule) {
			r.Dst = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32)
		})
	}
	empty := func(n int) *rule.Group {
		g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
		g.Limit = 2 * n
		return g
	}
	all := func(n int) []rule.Params {
		ps := make([]rule.Params, n)
		for i := range ps {
			ps[i] = number(i)
		}
		return ps
	}
	full := func(n int) *rule.Group {
		g := empty(n)
		must(t, g.Authorize(all(n)...))
		return g
	}
	for _, way := range []struct {
		name string
		run  func(n int) // n rules
	}{
		{"Authorize, one call each", func(n int) {
			g := empty(n)
			for i := range n {
				must(t, g.Authorize(number(i)))
			}
		}},
		{"Authorize, one call", func(n int) { must(t, empty(n).Authorize(all(n)...)) }},
		{"Authorize, all refused, one call each", func(n int) {
			g := full(n)
			for i := range n {
				if heldBy(g.Authorize(number(i))).Index != i {
					t.Errorf("rule %d is not held where it entered", i)
				}
			}
		}},
		{"Authorize, all refused, one call", func(n int) {
			if err := full(n).Authorize(all(n)...); err == nil {
				t.Error("equal rules enter")
			}
		}},
		{"Authorize, all equal in one call", func(n int) {
			ps := make([]rule.Params, n)
			for i := range ps {
				ps[i] = number(0)
			}
			if err := empty(n).Authorize(ps...); err == nil {
				t.Error("equal rules enter")
			}
		}},
		{"Add, one call each", func(n int) {
			g := empty(n)
			for i := range n {
				must(t, g.Add(typed(i)))
			}
		}},
		{"Restore, one call each, equal", func(n int) {
			g := empty(n)
			for range n {
				must(t, g.Restore(rule.Existing{Params: number(0)}))
			}
			if held := heldBy(g.Check(number(0))); held == nil || held.Index != 0 {
				t.Errorf("held %+v, want rule 0", held)
			}
		}},
	} {
		t.Run(way.name, func(t *testing.T) { linear.Check(t, 500, way.run) })
	}
}
