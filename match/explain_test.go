package match

import (
	"fmt"
	"slices"
	"testing"

	"example.com/sluice/rule"
)

func story(e Explanation) []string {
	var s []string
	if e.Decision.Cause == ByRule {
		s = append(s, fmt.Sprintf("%s[%d]", e.Decider.Group, e.Decider.Index))
	}
	for _, o := range e.Overridden {
		s = append(s, fmt.Sprintf("%s[%d] %s", o.Group, o.Index, o.Why))
	}
	for _, m := range e.Missed {
		s = append(s, fmt.Sprintf("%s[%d] missed by %s", m.Group, m.Index, m.Field))
	}
	return s
}

func TestExplain(t *testing.T) {
	g := group(t, "sg", rule.Classic, rule.Basic,
		"accept tcp to 10.0.0.0/8 port 80/90 priority 5 nic internet",             // 0
		"drop tcp to 10.0.0.0/16 port 80/90 priority 5 nic internet",              // 1
		"drop tcp to 10.0.0.0/24 port 80/80 priority 5 nic internet",              // 2
		"accept all to 0.0.0.0/0 priority 100 nic internet",                       // 3
		"drop udp from 11.0.0.0/8 to 11.0.0.0/8 port 1/1 priority 1 nic intranet", // 4
		"drop tcp from 11.0.0.0/8 to 11.0.0.0/8 port 1/1 priority 1 nic intranet", // 5
		"drop tcp from 11.0.0.0/8 to 10.0.0.0/8 port 1/1 priority 1 nic intranet", // 6
		"drop tcp sport 1/1 to 10.0.0.0/8 port 1/1 priority 1 nic intranet",       // 7
		"drop tcp sport 1/1 to 10.0.0.0/8 port 80/80 priority 1 nic intranet",     // 8
		"drop tcp sport 9/9 to 10.0.0.0/8 port 80/80 priority 1 nic intranet",     // 9
	)
	want := []string{
		"sg[1]",
		"sg[2] order", "sg[0] drop wins the tie", "sg[3] priority",
		"sg[4] missed by protocol", "sg[5] missed by dst", "sg[6] missed by src",
		"sg[7] missed by dst_port", "sg[8] missed by src_port", "sg[9] missed by nic",
	}
	p := packet(t, "tcp 10.0.0.9:9 > 10.0.0.1:80 internet")
	pad := group(t, "pad", rule.Classic, rule.Basic, slices.Repeat([]string{"drop gre to 9.9.9.9 priority 110"}, 150)...)
	for name, table := range map[string]*Table{"few rules": compile(t, nil, g), "many rules": compile(t, nil, g, pad)} {
		e := table.Explain(p)
		if e.Packet != p || e.Decision != table.Decide(p) {
			t.Errorf("%s: Explain says %v of %v, Decide %v", name, e.Decision, e.Packet, table.Decide(p))
		}
		e.Missed = slices.DeleteFunc(e.Missed, func(m Missed) bool { return m.Group == "pad" })
		if got := story(e); !slices.Equal(got, want) {
			t.Errorf("%s: Explain(%v) =\n%q, want\n%q", name, p, got, want)
		}
	}
}

// A rule for a group is told of as one for blocks: it decides, loses or misses.
func TestExplainGroups(t *testing.T) {
	m := members(t, `{"sg-a": ["10.0.0.1", "2001:db8::1"], "sg-b": ["10.0.0.1"], "sg-c": ["10.0.0.2"]}`)
	table := compile(t, m, basic(t,
		"accept tcp group sg-a port 80/80 priority 5",
		"accept tcp group sg-b port 80/80 priority 6",
		"accept tcp group sg-c port 80/80 priority 4",
	))
	for s, want := range map[string][]string{
		"tcp 10.0.0.9:9 > 10.0.0.1:80":           {"sg[0]", "sg[1] priority", "sg[2] missed by dst"},
		"tcp [2001:db8::9]:9 > [2001:db8::1]:80": {"sg[0]", "sg[2] missed by dst", "sg[1] missed by dst"},
		"tcp 10.0.0.9:9 > [::ffff:10.0.0.2]:80":  {"sg[2]", "sg[0] missed by dst", "sg[1] missed by dst"},
		"tcp 10.0.0.9:9 > 10.0.0.3:80":           {"sg[2] missed by dst", "sg[0] missed by dst", "sg[1] missed by dst"},
	} {
		if got := story(table.Explain(packet(t, s))); !slices.Equal(got, want) {
			t.Errorf("Explain(%s) =\n%q, want\n%q", s, got, want)
		}
	}
}

func TestExplainDefault(t *testing.T) {
	table := compile(t, members(t, decideMembers), basic(t, "drop tcp group sg-db port 1/9", "drop all to ::/0"))
	e := table.Explain(packet(t, "tcp 10.0.0.1:1 > 10.0.0.2:2"))
	want := []string{"sg[0] missed by dst", "sg[1] missed by dst"}
	if got := story(e); e.Decision.Cause != Default || e.Decider != (Ref{}) || !slices.Equal(got, want) {
		t.Errorf("Explain = %v with %q, want the default, no decider and %q", e.Decision, got, want)
	}
}

func TestExplanationText(t *testing.T) {
	table := compile(t, nil, basic(t, "drop tcp to 10.0.0.0/8 port 1/9 id sgr-1", "accept all to 0.0.0.0/0", "drop all to ::/0"))
	const want = `tcp 10.0.0.1:1 > 10.0.0.2:2: drop by rule
  decides: sg[0] drop tcp to 10.0.0.0/8 port 1/9 priority 1 nic intranet id sgr-1
  matches too, overridden (drop wins the tie): sg[1] accept all to 0.0.0.0/0 priority 1 nic intranet
  does not match in dst: sg[2] drop all to ::/0 priority 1 nic intranet
`
	if got := table.Explain(packet(t, "tcp 10.0.0.1:1 > 10.0.0.2:2")).String(); got != want {
		t.Errorf("String =\n%s, want\n%s", got, want)
	}
}
