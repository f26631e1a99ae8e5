package match

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/rule"
)

func TestCompileRefuses(t *testing.T) {
	vpc := func(id string) *rule.Group { return rule.NewGroup(id, rule.VPC, rule.Basic) }
	eleven := make([]*rule.Group, 11)
	for i := range eleven {
		eleven[i] = vpc(fmt.Sprint("sg-", i))
	}
	toDB := group(t, "sg-a", rule.VPC, rule.Basic, "accept tcp to 10.0.0.0/8 port 1/1", "accept tcp group sg-db port 1/1", "accept tcp group sg-x port 1/1")
	for _, c := range []struct {
		name    string
		members *Members
		groups  []*rule.Group
		want    []string // each in the error
	}{
		{"no group", nil, nil, []string{"0 groups", "1 to 10"}},
		{"eleven groups", nil, eleven, []string{"11 groups", "1 to 10"}},
		{"a nil group", nil, []*rule.Group{vpc("a"), nil}, []string{"group 1", "nil"}},
		{"classic and advanced", nil, []*rule.Group{rule.NewGroup("x", rule.Classic, rule.Advanced)}, []string{`"x"`, "classic", "advanced"}},
		{"vpc and classic", nil, []*rule.Group{vpc("a"), rule.NewGroup("b", rule.Classic, rule.Basic)}, []string{`"a"`, `"b"`, "one network type"}},
		{"basic and advanced", nil, []*rule.Group{vpc("a"), rule.NewGroup("b", rule.VPC, rule.Advanced)}, []string{`"a"`, `"b"`, "one type"}},
		{"a group twice", nil, []*rule.Group{vpc("a"), vpc("b"), vpc("a")}, []string{`"a"`, "twice"}},
		{"members not given", nil, []*rule.Group{toDB}, []string{"rule 1", `"sg-a"`, `"sg-db"`, "rule 2", `"sg-x"`, "not known"}},
		{"members of one not known", members(t, `{"sg-db": []}`), []*rule.Group{toDB}, []string{"rule 2", `"sg-x"`}},
	} {
		table, err := Compile(c.members, c.groups...)
		if err == nil || table != nil {
			t.Errorf("%s: Compile = %v, %v, want an error and no table", c.name, table, err)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: Compile fails with %q, want %q in it", c.name, err, part)
			}
		}
	}
	if _, err := Compile(nil, eleven[:10]...); err != nil {
		t.Errorf("Compile of ten groups: %v", err)
	}
}

// Later changes of a group do not reach a table made from it.
func TestTableKeepsItsRules(t *testing.T) {
	g := basic(t, "drop all to 10.1.0.0/16", "drop all to 10.2.0.0/16")
	g.Limit = 10
	table := compile(t, nil, g)
	before := table.String()
	p := packet(t, "icmp 10.0.0.1 > 10.2.0.1")
	g.Remove(0)
	if err := g.Authorize(rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "10.2.0.0/15"}); err != nil {
		t.Fatal(err)
	}
	g.Remove(0)
	if got := answer(table, p); got != "drop sg[1]" {
		t.Errorf("Decide(%v) = %s after changes of the group, want drop sg[1]", p, got)
	}
	if after := table.String(); after != before {
		t.Errorf("the table's rules became\n%swere\n%s", after, before)
	}
	if got := answer(compile(t, nil, g), p); got != "accept sg[0]" {
		t.Errorf("a new table: Decide(%v) = %s, want accept sg[0]", p, got)
	}
}

func TestTableOrder(t *testing.T) {
	a := group(t, "a", rule.VPC, rule.Basic, "accept all to 10.0.0.0/8 priority 2", "drop all to 10.0.0.0/8 priority 2", "accept all to 10.0.0.0/8 priority 1")
	b := group(t, "b", rule.VPC, rule.Basic, "drop all to 11.0.0.0/8 priority 2", "accept all to 11.0.0.0/8 priority 2")
	table := compile(t, nil, a, b)
	var got []string
	for r := range table.Rules() {
		got = append(got, fmt.Sprintf("%s[%d]", r.Group, r.Index))
	}
	want := []string{"a[2]", "a[1]", "b[0]", "a[0]", "b[1]"}
	if !slices.Equal(got, want) {
		t.Errorf("Rules = %v, want %v", got, want)
	}
	for r := range table.Rules() { // stops where asked
		if r.Group != "a" || r.Index != 2 {
			t.Errorf("the first of Rules is %v", r)
		}
		break
	}
	if s := table.String(); !strings.HasPrefix(s, "a[2] accept all to 10.0.0.0/8 priority 1 nic intranet\n") || !strings.HasSuffix(s, "\ndefault accept\n") {
		t.Errorf("String = %q, want the rules in order and the default", s)
	}
}

func TestRuleOfDecision(t *testing.T) {
	table := compile(t, nil, basic(t, "drop tcp to 10.0.0.0/8 port 1/9 id sgr-1"))
	d := table.Decide(packet(t, "tcp 10.0.0.1:1 > 10.0.0.2:2"))
	r, ok := table.Rule(d)
	if !ok || r.Group != "sg" || r.Index != 0 || r.Rule.ID != "sgr-1" {
		t.Errorf("Rule(%v) = %v, %v, want sg[0] with its id", d, r, ok)
	}
	for _, d := range []Decision{{}, {Cause: Default}, {Cause: ByRule, rank: 1}, {Cause: ByRule, rank: 1 << 31}} {
		if r, ok := table.Rule(d); ok {
			t.Errorf("Rule(%+v) = %v, want none", d, r)
		}
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		Drop.String(): "drop", Accept.String(): "accept", Verdict(7).String(): "Verdict(7)",
		Invalid.String(): "invalid", Default.String(): "default", ByRule.String(): "rule", Cause(7).String(): "Cause(7)",
		Decision{}.String(): "drop as invalid", Decision{Verdict: Accept, Cause: ByRule}.String(): "accept by rule",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// An index that would outgrow its bound is refused, not cut.
func TestCompileBound(t *testing.T) {
	for name, field := range map[string]string{"destinations": "to %s", "sources": "from %s to ::/0"} {
		rules := make([]string, 6000)
		for i := range rules {
			x := uint64(i+1) * 0x9e3779b97f4a7c15
			block := fmt.Sprintf("2%03x:%x:%x:%x:%x:%x:%x:%x", x>>52, x>>4&0xffff, x>>20&0xffff, x>>36&0xffff, x>>8&0xffff, x>>24&0xffff, x>>40&0xffff, i)
			rules[i] = "drop all " + fmt.Sprintf(field, block)
		}
		if table, err := Compile(nil, basic(t, rules...)); err == nil || table != nil || !strings.Contains(err.Error(), "index entries") {
			t.Errorf("%s: Compile of 6000 scattered IPv6 hosts = %v, want an error that names the bound", name, err)
		}
	}
}
