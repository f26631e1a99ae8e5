package match

import (
	"encoding/json"
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

// A decision of another table names no rule of this one, however alike the two.
func TestDecisionsOfAnotherTable(t *testing.T) {
	many := make([]string, 200)
	for i := range many {
		many[i] = fmt.Sprintf("drop tcp to 10.0.%d.0/24 port 1/9", i)
	}
	p := packet(t, "tcp 10.0.0.1:1 > 10.0.0.2:2")
	for name, rules := range map[string][]string{"few rules": many[:3], "many rules": many} {
		a, b := compile(t, nil, basic(t, rules...)), compile(t, nil, basic(t, rules...))
		decisions := []Decision{a.Decide(p), a.DecideBatch(nil, []Packet{p})[0], a.Explain(p).Decision}
		if a.Len() > smallRules {
			decisions = append(decisions, inLeaves(t, a, nil).Decide(p))
		}
		for _, d := range decisions {
			if n, ok := a.Rank(d); n != 0 || !ok {
				t.Errorf("%s: Rank(%v) = %d, %v, want 0, true", name, d, n, ok)
			}
			if r, ok := b.Rule(d); ok {
				t.Errorf("%s: Rule of another table's decision = %v, want none", name, r)
			}
			if n, ok := b.Rank(d); ok || n != 0 {
				t.Errorf("%s: Rank of another table's decision = %d, %v, want none", name, n, ok)
			}
			if d == b.Decide(p) {
				t.Errorf("%s: two tables' decisions by a rule are equal", name)
			}
			if r, ok := new(Table).Rule(d); ok {
				t.Errorf("%s: Rule of the zero Table = %v, want none", name, r)
			}
		}
	}
	a, b := compile(t, nil, basic(t, many[0])), compile(t, nil, basic(t, many[1]))
	if p := packet(t, "icmp 10.0.0.1 > 10.0.0.2"); a.Decide(p) != b.Decide(p) || a.Decide(p) != (Decision{Verdict: Accept, Cause: Default}) {
		t.Errorf("by default: %+v and %+v, want them equal", a.Decide(p), b.Decide(p))
	}
}

// Rank is the place in Rules, and Len how many there are: a counter for each.
func TestRankIsPlaceInRules(t *testing.T) {
	for _, n := range []int{5, 128, 129, 300} {
		rules := make([]string, n)
		for i := range rules {
			rules[i] = fmt.Sprintf("drop tcp to 10.%d.%d.0/24 port 1/9 priority %d", i/256, i%256, 1+i*37%100)
		}
		table := compile(t, nil, basic(t, rules...))
		hits := make([]int, table.Len())
		place := 0
		for ref := range table.Rules() {
			d := table.Decide(packet(t, fmt.Sprintf("tcp 10.0.0.1:1 > %v:2", ref.Rule.Dst.Addr())))
			rank, ok := table.Rank(d)
			if !ok || rank != place {
				t.Fatalf("%d rules: Rank of a decision by %v = %d, %v, want %d", n, ref, rank, ok, place)
			}
			hits[rank]++
			place++
		}
		if place != n || slices.Contains(hits, 0) {
			t.Errorf("%d rules: Rules yields %d, of which %v count", n, place, hits)
		}
	}
	for name, table := range map[string]*Table{"nil": nil, "zero": {}} {
		if _, ok := table.Rank(Decision{Cause: ByRule}); ok || table.Len() != 0 {
			t.Errorf("the %s table has %d rules, and rank 0: %v, want none", name, table.Len(), ok)
		}
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		Drop.String(): "drop", Accept.String(): "accept", Verdict(7).String(): "Verdict(7)",
		Invalid.String(): "invalid", Default.String(): "default", ByRule.String(): "rule", Cause(7).String(): "Cause(7)",
		Decision{}.String(): "drop as invalid", Decision{Verdict: Accept, Cause: ByRule}.String(): "accept by rule",
		Ref{}.String(): "none", Overridden{Why: WhyTie}.String(): "drop wins the tie: none", Missed{Field: FieldNIC}.String(): "nic: none",
		Explanation{}.String(): "0 invalid > invalid: drop as invalid\n", new(Table).String(): "", Packet{}.String(): "0 invalid > invalid",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Verdict and Cause are words in JSON, and nothing else is read as one.
func TestWordsMarshal(t *testing.T) {
	type words struct {
		V Verdict
		C Cause
	}
	for _, want := range []words{{Drop, Invalid}, {Accept, Default}, {Drop, ByRule}} {
		b, err := json.Marshal(want)
		if text := fmt.Sprintf(`{"V":"%v","C":"%v"}`, want.V, want.C); err != nil || string(b) != text {
			t.Errorf("Marshal = %s, %v, want %s", b, err, text)
		}
		got := words{9, 9}
		if err := json.Unmarshal(b, &got); err != nil || got != want {
			t.Errorf("Unmarshal(%s) = %v, %v, want %v", b, got, err, want)
		}
	}
	for text, want := range map[string]string{
		`{"V":"Accept"}`: `verdict "Accept": want drop or accept`, `{"V":""}`: `verdict "": want drop or accept`, `{"V":"Verdict(1)"}`: `verdict "Verdict(1)": want`,
		`{"C":"by rule"}`: `cause "by rule": want invalid, default or rule`, `{"C":1}`: "number",
	} {
		got := words{Accept, ByRule}
		if err := json.Unmarshal([]byte(text), &got); err == nil || !strings.Contains(err.Error(), want) || got != (words{Accept, ByRule}) {
			t.Errorf("Unmarshal(%s) = %v, %v, want the error %q and nothing changed", text, got, err, want)
		}
	}
	got := words{Accept, ByRule}
	if err := json.Unmarshal([]byte(`{"V":null,"C":null}`), &got); err != nil || got != (words{Accept, ByRule}) {
		t.Errorf("Unmarshal of null = %v, %v, want nothing changed, as Go has it", got, err)
	}
}

// The zero values of exported types answer, and none panics.
func TestZeroValues(t *testing.T) {
	vpc := rule.NewGroup("sg", rule.VPC, rule.Basic)
	for name, m := range map[string]*Members{"nil": nil, "zero": {}} {
		table, err := Compile(m, vpc)
		if err != nil || table.Decide(packet(t, "icmp 10.0.0.1 > 10.0.0.2")).Verdict != Accept {
			t.Errorf("Compile with %s Members = %v, %v, want the default", name, table, err)
		}
		if _, err := Compile(m, basic(t, "drop all group sg-db")); err == nil || !strings.Contains(err.Error(), "not known") {
			t.Errorf("Compile of a rule to a group, with %s Members: %v, want the group not known", name, err)
		}
	}
	for name, table := range map[string]*Table{"nil": nil, "zero": {}} {
		ref, ok := table.Rule(Decision{Cause: ByRule})
		n, ranked := table.Rank(Decision{})
		if ok || ranked || n != 0 || ref != (Ref{}) || table.Len() != 0 || table.String() != "" || table.Default() != Drop || table.Members() != nil || len(table.Groups()) != 0 {
			t.Errorf("the %s Table has rule %v, %d rules, default %v, groups %v", name, ref, table.Len(), table.Default(), table.Groups())
		}
		for range table.Rules() {
			t.Errorf("the %s Table has rules", name)
		}
	}
	if data, err := new(Packet).MarshalJSON(); err == nil {
		t.Errorf("MarshalJSON of the zero Packet = %s, want an error", data)
	}
}
