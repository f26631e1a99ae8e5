package match

import (
	"fmt"
	"testing"

	"example.com/sluice/rule"
)

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

// Blocks that fit no cross stand in a leaf, beside the cross of groups.
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
