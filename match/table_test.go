package match

import (
	"encoding/json"
	"fmt"
	"reflect"
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
	if _, err := new(Packet).MarshalJSON(); err != nil {
		t.Errorf("MarshalJSON of the zero Packet: %v", err)
	}
}

// thousand makes rules of all priorities.
func thousand(rule func(i int) string) []string {
	rules := make([]string, 1000)
	for i := range rules {
		rules[i] = rule(i) + fmt.Sprintf(" priority %d", 1+i%100)
	}
	return rules
}

// parts tells how a large table holds its rules.
func parts(t *Table) string {
	return fmt.Sprintf("%d crosses, %d by member, %d leaves", len(t.large.byBlock), len(t.large.byMember), len(t.large.leaves))
}

// Which rules stand together follows from the rules, and every way gives the
// plain answer.
func TestParts(t *testing.T) {
	for _, c := range []struct {
		name string
		rule func(i int) string
		want string
	}{
		{"destinations", func(i int) string { return fmt.Sprintf("drop tcp to 10.%d.%d.0/24 port 80/90", i/250, i%250) }, "1 crosses, 0 by member, 0 leaves"},
		{"IPv6 destinations", func(i int) string { return fmt.Sprintf("drop tcp to 2001:db8:%x::/48 port 80/90", i) }, "1 crosses, 0 by member, 0 leaves"},
		{"both families", func(i int) string {
			if i%2 == 0 {
				return fmt.Sprintf("drop tcp to 2001:db8:%x::/64 port 80/90", i)
			}
			return fmt.Sprintf("drop tcp to 10.%d.%d.1 port 80/90", i/250, i%250)
		}, "1 crosses, 0 by member, 0 leaves"},
		{"scattered IPv6 hosts", func(i int) string {
			x := uint64(i+1) * 0x9e3779b97f4a7c15
			return fmt.Sprintf("drop all to 2%03x:%x:%x:%x:%x:%x:%x:%x", x>>52, x>>4&0xffff, x>>20&0xffff, x>>36&0xffff, x>>8&0xffff, x>>24&0xffff, x>>40&0xffff, i)
		}, "1 crosses, 0 by member, 0 leaves"},
		{"sources", func(i int) string {
			return fmt.Sprintf("drop tcp from 10.%d.%d.0/24 to 0.0.0.0/0 port 80/90", i/250, i%250)
		}, "1 crosses, 0 by member, 0 leaves"},
		{"scattered sources", func(i int) string {
			x := uint32(i+1) * 0x9e3779b9
			return fmt.Sprintf("drop tcp from %d.%d.%d.%d to 10.%d.%d.0/24 port 80/90", x>>24, x>>16&255, x>>8&255, x&255, i/250, i%250)
		}, "1 crosses, 0 by member, 0 leaves"},
		{"scattered destinations", func(i int) string {
			x := uint32(i+1) * 0x9e3779b9
			return fmt.Sprintf("drop tcp from 10.%d.%d.0/24 to %d.%d.%d.%d port 80/90", i/250, i%250, x>>24, x>>16&255, x>>8&255, x&255)
		}, "1 crosses, 0 by member, 0 leaves"},
		{"IPv6 source ports", func(i int) string {
			return fmt.Sprintf("drop tcp sport %d/%d to 2001:db8:%x::/48 port 80/90", 1+i%40, 1+i%40, i)
		}, "1 crosses, 0 by member, 0 leaves"},
		{"ports", func(i int) string { return fmt.Sprintf("drop tcp to 0.0.0.0/0 port %d/%d", 60*i+1, 60*i+60) }, "1 crosses, 0 by member, 0 leaves"},
		{"wide destinations with ports, wide sources with others", func(i int) string {
			if i%2 == 0 {
				return fmt.Sprintf("drop tcp to 10.%d.%d.0/24 port %d/%d", i/250, i%250, 60*i+1, 60*i+120)
			}
			return fmt.Sprintf("drop tcp from 10.%d.%d.0/24 to 0.0.0.0/0 port %d/%d", i/250, i%250, 60*i+1, 60*i+120)
		}, "2 crosses, 0 by member, 0 leaves"},
		{"ports on both sides", func(i int) string {
			return fmt.Sprintf("drop tcp sport %d/%d to 0.0.0.0/0 port %d/%d", i+1, 60000-i, i+1, 50000-i)
		}, "0 crosses, 0 by member, 8 leaves"},
	} {
		rules := thousand(c.rule)
		table := compile(t, nil, basic(t, rules...))
		if got := parts(table); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if l := table.large; len(l.byBlock)+len(l.byMember) == 0 && (l.dst != noPrefixes || l.src != noPrefixes) {
			t.Errorf("%s: a table without crosses keeps their tries", c.name)
		}
		for i := range rules {
			checkPlain(t, table, pointOf(t, rules[i]))
		}
	}
}

// What steps.go says: a new number takes numberSteps at least, whatever the rules.
func TestStepsBoundNumbers(t *testing.T) {
	if maxSteps/numberSteps > 1<<16 {
		t.Errorf("%d steps, %d for a number, want no more numbers than fit 16 bits", maxSteps, numberSteps)
	}
	for name, rule := range map[string]func(i int) string{
		"hosts": func(i int) string { return fmt.Sprintf("drop tcp to 10.%d.%d.1 port %d/%d", i/200, i%200, i+1, i+9) },
		"hosts and zones": func(i int) string {
			return fmt.Sprintf("drop all from 10.%d.0.0/16 to 10.%d.%d.1", i%7, i/200, i%200)
		},
		"ports": func(i int) string { return fmt.Sprintf("drop tcp to 0.0.0.0/0 port %d/%d", i+1, 3*i+1) },
		"both ports": func(i int) string {
			return fmt.Sprintf("drop udp sport %d/%d to 10.0.0.0/8 port %d/%d", i%30+1, i%30+3, i+1, i+9)
		},
		"pages of their own": func(i int) string { // what every host rule overrides, and what overrides it, alternate
			if i%2 == 0 {
				return fmt.Sprintf("drop tcp to 0.0.0.0/0 port %d/%d priority %d", i+1, i+1, 1+i/2%2*99)
			}
			return fmt.Sprintf("accept tcp to 10.%d.%d.1 port 1/65535 priority 50", i/200, i%200)
		},
	} {
		var texts []string
		for i := range 600 {
			texts = append(texts, rule(i))
		}
		table := compile(t, nil, basic(t, texts...))
		rules := table.ranked()
		c := newCrossing(rules, answersOf(rules, Accept), nil, &table.fields)
		ranks, _ := byDestination(rules)
		b := crossBuilder{crossing: c, ranks: ranks, pairs: map[string]uint16{}, steps: maxSteps}
		took := func() int { return maxSteps - int(b.steps) }
		var x cross
		var ok bool
		if x.kinds, x.rests, b.restsOf, ok = c.newRests(ranks, &b.steps); !ok {
			t.Fatalf("%s: too many rests", name)
		}
		rests := 0
		for _, p := range x.rests.pages {
			rests = max(rests, int(slices.Max(p[:]))+1)
		}
		before := took()
		if n := max(rests, len(x.rests.pages), len(x.rests.directory)); before < numberSteps*n {
			t.Errorf("%s: %d steps for %d rests, %d pages and %d places of them", name, before, rests, len(x.rests.pages), len(x.rests.directory))
		}
		b.addPair()
		rows, rowOf, ok := b.addLines(c.blockLines(ranks))
		if !ok || !b.finish(&x, rows, rowOf) {
			t.Fatalf("%s: too large", name)
		}
		if n := max(len(b.pages.pages), len(b.pairs), len(x.pairs.pages)) - 1; took()-before < numberSteps*n {
			t.Errorf("%s: %d steps for %d pages, %d pairs and %d pages of them", name, took()-before, len(b.pages.pages), len(b.pairs), len(x.pairs.pages))
		}
	}
}

// A cross is made whole or not at all: whatever the number of steps, it is the one
// of many, or refused.
func TestCrossIsWholeOrNone(t *testing.T) {
	for name, text := range map[string]func(i int) string{
		"hosts":   func(i int) string { return fmt.Sprintf("drop tcp to 10.0.%d.1 port %d/%d", i, i+1, i+9) },
		"sources": func(i int) string { return fmt.Sprintf("drop all from 10.%d.0.0/16 to 10.0.0.0/8", i) },
		"wide sources last": func(i int) string {
			return fmt.Sprintf("accept udp from 10.0.0.0/%d sport %d/%d to 10.0.0.%d port 1/9", 30-i, i+1, i+2, i)
		},
	} {
		var texts []string
		for i := range 20 {
			texts = append(texts, text(i))
		}
		table := compile(t, nil, basic(t, texts...))
		rules := table.ranked()
		ranks, _ := byDestination(rules)
		c := newCrossing(rules, answersOf(rules, Accept), nil, &table.fields)
		whole, ok := c.cross(ranks, c.blockLines(ranks), maxSteps)
		if !ok {
			t.Fatalf("%s: too large", name)
		}
		made, behind := 0, 0
		for max := steps(0); behind < 100; max++ {
			x, ok := c.cross(ranks, c.blockLines(ranks), max)
			switch {
			case ok && !reflect.DeepEqual(x, whole):
				t.Fatalf("%s: with %d steps the cross is another", name, max)
			case ok:
				behind++
			case behind > 0:
				t.Fatalf("%s: with %d steps there is none, with fewer there was", name, max)
			default:
				made++
			}
		}
		if made < 100 {
			t.Errorf("%s: %d steps are enough, want them to count", name, made)
		}
	}
}

// The rests may take half of a cross's steps, and with the pairs all of them.
func TestRestsTakeHalf(t *testing.T) {
	for name, text := range map[string]func(i int) string{
		"ports": func(i int) string { return fmt.Sprintf("drop tcp to 10.0.0.0/8 port %d/%d", i+1, i+1000) },
		"zones": func(i int) string { return fmt.Sprintf("drop all from 10.%d.0.0/16 to 10.0.%d.1", i, i) },
	} {
		var texts []string
		for i := range 200 {
			texts = append(texts, text(i))
		}
		table := compile(t, nil, basic(t, texts...))
		rules := table.ranked()
		ranks, _ := byDestination(rules)
		c := newCrossing(rules, answersOf(rules, Accept), nil, &table.fields)
		b := crossBuilder{crossing: c, ranks: ranks, pairs: map[string]uint16{}, steps: maxSteps}
		_, _, b.restsOf, _ = c.newRests(ranks, &b.steps)
		rests := maxSteps - b.steps
		b.addPair()
		b.addLines(c.blockLines(ranks))
		all := maxSteps - b.steps
		if (name == "ports") != (2*rests > all) {
			t.Fatalf("%s: rests take %d of %d steps, want the one set bound by them and the other not", name, rests, all)
		}
		enough := max(2*rests, all)
		if _, ok := c.cross(ranks, c.blockLines(ranks), enough); !ok {
			t.Errorf("%s: no cross with %d steps", name, enough)
		}
		if _, ok := c.cross(ranks, c.blockLines(ranks), enough-1); ok {
			t.Errorf("%s: a cross with %d steps, want it to take %d", name, enough-1, enough)
		}
	}
}

// Pairs that decide alike are one, however they came about: rules that never
// decide add none.
func TestEqualPairsAreOne(t *testing.T) {
	rules := []string{"drop all to 10.0.0.0/8 priority 1"}
	for i := range 200 {
		rules = append(rules, fmt.Sprintf("accept tcp from 10.1.%d.0/24 to 10.0.%d.0/24 port 80/80 priority 50", i, i))
	}
	table := compile(t, nil, basic(t, rules...))
	x := &table.large.byBlock[0]
	if got := len(x.answers.directory) / x.answers.width; got != 2 {
		t.Errorf("%d pairs, want that of no rule and that of the strongest", got)
	}
}

// More rules than ten groups have are all in leaves.
func TestVeryManyRules(t *testing.T) {
	rules := make([]string, maxCrossed+1)
	for i := range rules {
		rules[i] = fmt.Sprintf("drop tcp to 10.%d.%d.1 port %d/%d priority %d", i/250, i%250, i+1, i+10, 1+i%100)
	}
	table := compile(t, nil, basic(t, rules...))
	if got, want := parts(table), "0 crosses, 0 by member, 33 leaves"; got != want {
		t.Errorf("%d rules: %s, want %s", len(rules), got, want)
	}
	for i := 0; i < len(rules); i += 97 {
		checkPlain(t, table, pointOf(t, rules[i]))
	}
}

// Rules with groups have a cross of their own, or leaves where that would be too
// large.
func TestPartsOfGroups(t *testing.T) {
	m := members(t, `{"sg-a": ["10.0.0.1", "2001:db8::1"], "sg-b": ["10.0.0.1", "10.0.0.2"], "sg-c": ["10.0.0.3"], "sg-last": ["2001:db8::9"], "sg-none": []}`)
	for _, c := range []struct {
		name string
		rule func(i int) string
		want string
	}{
		{"groups", func(i int) string {
			return fmt.Sprintf("drop tcp group sg-%c port %d/%d", "abc"[i%3], 10*i+1, 10*i+30)
		}, "0 crosses, 1 by member, 0 leaves"},
		{"groups and blocks", func(i int) string {
			if i%2 == 0 {
				return fmt.Sprintf("drop tcp to 10.0.0.%d port %d/%d", i%4, 10*i+1, 10*i+30)
			}
			return fmt.Sprintf("drop tcp from 10.0.0.%d group sg-%c port %d/%d", i%7, "abc"[i%3], 10*i+1, 10*i+30)
		}, "1 crosses, 1 by member, 0 leaves"},
		{"one member of one group", func(i int) string {
			return fmt.Sprintf("drop tcp group sg-c port %d/%d", 10*i+1, 10*i+30)
		}, "0 crosses, 1 by member, 0 leaves"},
		{"the last member of all", func(i int) string {
			return fmt.Sprintf("drop tcp group sg-last port %d/%d", 10*i+1, 10*i+30)
		}, "0 crosses, 1 by member, 0 leaves"},
		{"groups without members", func(i int) string {
			return fmt.Sprintf("drop tcp group sg-none port %d/%d", 10*i+1, 10*i+30)
		}, "0 crosses, 0 by member, 0 leaves"},
		{"groups with ports on both sides", func(i int) string {
			return fmt.Sprintf("drop tcp sport %d/%d group sg-a port %d/%d", i+1, 60000-i, i+1, 50000-i)
		}, "0 crosses, 0 by member, 8 leaves"},
		{"groups and blocks with ports on both sides", func(i int) string {
			to := []string{"to 10.0.0.0/8", "group sg-b"}[i%2]
			return fmt.Sprintf("drop tcp sport %d/%d %s port %d/%d", i*37%1000+1, 60000-i, to, i*91%1000+1, 50000-i)
		}, "0 crosses, 0 by member, 8 leaves"},
	} {
		rules := thousand(c.rule)
		table := compile(t, m, basic(t, rules...))
		if got := parts(table); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		leaves := inLeaves(t, table, m)
		for i := range rules {
			for _, dst := range []string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"} {
				p := packet(t, fmt.Sprintf("tcp 10.0.0.%d:%d > %s:%d", i%7, i+1, dst, 10*i+15))
				if got, want := table.Decide(p), leaves.Decide(p); got != want {
					t.Fatalf("%s: Decide(%v) = %+v, in leaves %+v", c.name, p, got, want)
				}
			}
		}
		for _, s := range []string{"tcp [2001:db8::1]:7 > [2001:db8::1]:999", "tcp [2001:db8::1]:7 > [2001:db8::2]:999", "tcp [2001:db8::1]:7 > [2001:db8::9]:999"} {
			if got, want := table.Decide(packet(t, s)), leaves.Decide(packet(t, s)); got != want {
				t.Errorf("%s: Decide(%s) = %+v, in leaves %+v", c.name, s, got, want)
			}
		}
	}
}

// Blocks that fit no cross stand in a leaf, beside the cross of groups.
// Of several crosses the strongest answer counts, for IPv6 packets, too.
func TestCrossesOfIPv6(t *testing.T) {
	var groups []*rule.Group
	for g := range 4 {
		var rules []string
		for i := range 99 {
			port, at := 10*i+1, (i+25*g)%99
			switch i % 3 {
			case 0:
				rules = append(rules, fmt.Sprintf("drop tcp from 2001:db8:%d::/48 to ::/0 port %d/%d priority %d", at, port, port+400, i+1))
			case 1:
				rules = append(rules, fmt.Sprintf("accept tcp to 2001:db8:%d::/48 port %d/%d priority %d", at, port, port+300, i+1))
			default:
				rules = append(rules, fmt.Sprintf("drop tcp from 2001:db8::/32 sport %d/%d to 2001:db8:%d::/48 port %d/%d priority %d", i+1, i+1000, at, port, port+500, i+1))
			}
		}
		groups = append(groups, group(t, fmt.Sprint("sg-", g), rule.VPC, rule.Basic, rules...))
	}
	table := compile(t, nil, groups...)
	if len(table.large.byBlock) < 2 || len(table.large.leaves) > 0 {
		t.Fatalf("%s, want several crosses", parts(table))
	}
	leaves := inLeaves(t, table, nil)
	decided := map[Decision]bool{}
	for i := range 20000 {
		p := packet(t, fmt.Sprintf("tcp [2001:db8:%d::1]:%d > [2001:db8:%d::2]:%d", i%99, i%1500+1, i*7%98, i*37%1400+1))
		got, want := table.Decide(p), leaves.Decide(p)
		if got != want {
			t.Fatalf("Decide(%v) = %v, in leaves %v", p, got, want)
		}
		decided[got] = true
	}
	if len(decided) < 100 {
		t.Errorf("%d different decisions: too few", len(decided))
	}
}

func TestLeafBesideGroups(t *testing.T) {
	m := members(t, `{"sg-a": ["10.0.0.1"]}`)
	var rules []string
	for i := range 128 { // no two ports on both sides leave the same of these
		j := i * 37 % 128
		rules = append(rules, fmt.Sprintf("drop tcp sport %d/%d to 10.0.0.0/8 port %d/%d priority %d", i+1, i+1000, j+1, j+1000, 1+i%100))
		rules = append(rules, fmt.Sprintf("accept tcp group sg-a port %d/%d priority %d", 10*i+1, 10*i+30, 1+i%100))
	}
	table := compile(t, m, basic(t, rules...))
	if got, want := parts(table), "0 crosses, 1 by member, 1 leaves"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	leaves := inLeaves(t, table, m)
	for i := range 1300 {
		for _, s := range []string{"tcp 10.0.0.7:%d > 10.0.0.1:%d", "tcp 10.0.0.7:%d > 10.0.0.2:%d", "tcp [2001:db8::1]:%d > [2001:db8::2]:%d"} {
			p := packet(t, fmt.Sprintf(s, i/7, i))
			if got, want := table.Decide(p), leaves.Decide(p); got != want {
				t.Fatalf("Decide(%v) = %+v, in leaves %+v", p, got, want)
			}
		}
	}
}

// Where the rows of ranks would be too many for one cross, rules stand apart.
func TestTooManyRanks(t *testing.T) {
	var rules []string
	for i := range 700 {
		rules = append(rules, fmt.Sprintf("drop tcp to 0.0.0.0/0 port %d/%d priority 50", i+1, i+1))
	}
	for i := range 40 {
		rules = append(rules, fmt.Sprintf("accept tcp to 10.0.%d.0/24 port %d/%d priority 1", i, i+1, i+1))
		rules = append(rules, fmt.Sprintf("accept tcp from 10.1.%d.0/24 to 0.0.0.0/0 port %d/%d priority 1", i, i+101, i+101))
	}
	table := compile(t, nil, basic(t, rules...))
	if got, want := parts(table), "3 crosses, 0 by member, 0 leaves"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for dst := range 41 {
		for src := range 41 {
			for _, port := range []int{dst + 1, src + 101, 300, 701} {
				checkPlain(t, table, packet(t, fmt.Sprintf("tcp 10.1.%d.9:5 > 10.0.%d.9:%d", src, dst, port)))
			}
		}
	}
}

// pointOf is a packet that a rule matches.
func pointOf(t *testing.T, text string) Packet {
	t.Helper()
	var r rule.Rule
	if err := r.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	p := Packet{Protocol: r.Protocol, Src: r.Src.Addr(), Dst: r.Dst.Addr(), SrcPort: r.SrcPorts.First, DstPort: r.DstPorts.Last}
	if !p.Src.IsValid() {
		p.Src = p.Dst
	}
	if r.Protocol == rule.All {
		p.Protocol = 99
	}
	return p
}

// checkPlain compares Decide with a loop over the rules in order.
func checkPlain(t *testing.T, table *Table, p Packet) {
	t.Helper()
	want := "accept default"
	for r := range table.Rules() {
		q := r.Rule
		if (q.Protocol == rule.All || q.Protocol == p.Protocol) && q.Dst.Contains(p.Dst) &&
			(!q.Src.IsValid() || q.Src.Contains(p.Src)) && q.SrcPorts.Contains(p.SrcPort) && q.DstPorts.Contains(p.DstPort) {
			want = fmt.Sprintf("%v %s[%d]", q.Policy, r.Group, r.Index)
			break
		}
	}
	if got := answer(table, p); got != want {
		t.Fatalf("Decide(%v) = %s, want %s", p, got, want)
	}
}
