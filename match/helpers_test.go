package match

import (
	"strings"
	"testing"

	"go4.org/netipx"

	"example.com/sluice/rule"
)

// group makes a group of rules in the text form of rule.Rule.
func group(t testing.TB, id string, n rule.Network, typ rule.Type, rules ...string) *rule.Group {
	t.Helper()
	g := rule.NewGroup(id, n, typ)
	g.Limit = len(rules)
	for _, s := range rules {
		var r rule.Rule
		if err := r.UnmarshalText([]byte(s)); err != nil {
			t.Fatalf("rule %q: %v", s, err)
		}
		if err := g.Restore(rule.Existing{Params: r.Params(), ID: r.ID}); err != nil {
			t.Fatalf("rule %q: %v", s, err)
		}
	}
	return g
}

func basic(t testing.TB, rules ...string) *rule.Group {
	t.Helper()
	return group(t, "sg", rule.VPC, rule.Basic, rules...)
}

func members(t testing.TB, json string) *Members {
	t.Helper()
	sets, err := ReadMembers(strings.NewReader(json))
	if err != nil {
		t.Fatalf("ReadMembers(%s): %v", json, err)
	}
	return newMembers(t, sets)
}

func newMembers(t testing.TB, sets map[string]*netipx.IPSet) *Members {
	t.Helper()
	m, err := NewMembers(sets)
	if err != nil {
		t.Fatalf("NewMembers: %v", err)
	}
	return m
}

func compile(t testing.TB, m *Members, groups ...*rule.Group) *Table {
	t.Helper()
	table, err := Compile(m, groups...)
	if err != nil {
		t.Fatalf("Compile: %v", err)
	}
	if err := table.validate(); err != nil {
		t.Fatalf("Compile of\n%v: %v", table, err)
	}
	return table
}

// inLeaves is a large table with all its rules in leaves.
func inLeaves(t testing.TB, table *Table, m *Members) *Table {
	t.Helper()
	other := *table
	rules := table.ranked()
	ranks := make([]int, len(rules))
	for i := range ranks {
		ranks[i] = i
	}
	answers := answersOf(rules, table.decisions[len(rules)].Verdict)
	other.large = &large{dst: noPrefixes, src: noPrefixes, none: answers[len(rules)], table: table.number}
	classes, err := newMemberClasses(m, rules)
	if err != nil {
		t.Fatal(err)
	}
	other.large.addLeaves(rules, answers, ranks, &classes, &other.fields)
	if err := other.validate(); err != nil {
		t.Fatalf("in leaves: %v", err)
	}
	return &other
}

func packet(t testing.TB, s string) Packet {
	t.Helper()
	p, err := ParsePacket(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// answer says a decision the way tests want it: "accept sg[3]", "drop default",
// "drop invalid".
func answer(table *Table, p Packet) string {
	d := table.Decide(p)
	if r, ok := table.Rule(d); ok {
		return d.Verdict.String() + " " + strings.Fields(r.String())[0]
	}
	return d.Verdict.String() + " " + d.Cause.String()
}
