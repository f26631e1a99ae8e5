package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

func TestLint(t *testing.T) {
	args := []string{"lint", "--group", after}
	check(t, sluice("", args...), result{0, "no findings in 7 rules of 1 group\n", ""}, args...)

	args = []string{"lint", "--group", draft}
	check(t, sluice("", args...), result{1, `shadowed   ` + draftRule5 + `
  at       ` + draft + `:15
  why      decides no packet: sg-checkout[0] and sg-checkout[1] match all that it matches first, and not all of it gets drop
  by       ` + draftRule0 + `
           ` + draftRule1 + `
  example  tcp 10.0.0.0:0 > 203.0.113.0:443: accept by rule sg-checkout[0]
  do       give it a stronger priority, or remove it

hostbits   ` + draftRule6 + `
  at       ` + draft + `:16
  why      has host bits set: destination 198.51.100.25/24 means 198.51.100.0/24
  do       write the block that is meant

2 findings in 7 rules of 1 group: 1 shadowed, 1 hostbits
`, ""}, args...)
}

func TestLintJSON(t *testing.T) {
	const want = `{"code":"shadowed","rule":{"group":"sg-checkout","index":5,"id":"sgr-co06","priority":20,"policy":"drop"},` +
		`"by":[{"group":"sg-checkout","index":0,"id":"sgr-co01","priority":10,"policy":"accept"},{"group":"sg-checkout","index":1,"id":"sgr-co02","priority":10,"policy":"accept"}],` +
		`"witness":"tcp 10.0.0.0:0 > 203.0.113.0:443","message":"decides no packet: sg-checkout[0] and sg-checkout[1] match all that it matches first, and not all of it gets drop"}
{"code":"hostbits","rule":{"group":"sg-checkout","index":6,"id":"sgr-co07","priority":10,"policy":"accept"},` +
		`"message":"has host bits set: destination 198.51.100.25/24 means 198.51.100.0/24"}
`
	args := []string{"lint", "--json", "-g", draft}
	check(t, sluice("", args...), result{1, want, ""}, args...)
	args = []string{"lint", "--json", "-g", "-"}
	check(t, sluice(readFile(t, draft), args...), result{1, want, ""}, args...)
	args = []string{"lint", "--json", "-g", after}
	check(t, sluice("", args...), result{0, "", ""}, args...)
}

// every is a group with a finding of each kind, members apart; which, says the
// table of TestLintKinds.
const every = `SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/100&DestCidrIp=192.0.2.0/24&Priority=5
SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=50/60&DestCidrIp=192.0.2.0/24&Priority=6&Policy=drop
SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=50/60&DestCidrIp=192.0.2.0/24&Priority=7
SecurityGroupId=sg-1&IpProtocol=udp&PortRange=1/9&DestCidrIp=192.0.2.77/24&Priority=8
SecurityGroupId=sg-1&IpProtocol=udp&PortRange=5/20&DestCidrIp=192.0.2.0/24&Priority=8&Policy=drop
SecurityGroupId=sg-1&IpProtocol=gre&PortRange=-1/-1&DestGroupId=sg-none&NicType=intranet&Priority=9
SecurityGroupId=sg-1&IpProtocol=icmp&PortRange=-1/-1&DestCidrIp=192.0.2.0/24&Priority=10&Policy=drop
SecurityGroupId=sg-1&IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0&Priority=100&Policy=drop
SecurityGroupId=sg-1&IpProtocol=icmpv6&PortRange=-1/-1&Ipv6DestCidrIp=2001:db8::/32&Priority=10
SecurityGroupId=sg-1&IpProtocol=all&PortRange=-1/-1&DestCidrIp=198.51.100.0/24&Priority=99&Policy=drop
`

// Each kind of finding, in JSON: which rule, by what, and that decide confirms
// the witness.
func TestLintKinds(t *testing.T) {
	args := []string{"--json", "-g", file(t, every), "--members", file(t, `{"sg-none":[]}`)}
	got := sluice("", append([]string{"lint"}, args...)...)
	want := []struct{ finding, verdict string }{
		{`open-ipv6 7 by 7`, "accept"},
		{`shadowed 1 by 0`, "accept"},
		{`tie 3 by 4`, "drop"},
		{`empty 5`, ""},
		{`redundant 2 by 0`, "accept"},
		{`hostbits 3`, ""},
		{`needless 6 by 7`, "drop"},
		{`needless 9 by 7`, "drop"}, // but not 8: the remedy of open-ipv6 needs it
	}
	lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
	if got.status != statusFound || got.stderr != "" || len(lines) != len(want) {
		t.Fatalf("lint: status %d, message %q, %d findings\n%s\nwant status 1 and %d findings", got.status, got.stderr, len(lines), got.stdout, len(want))
	}
	for i, line := range lines {
		told := told(t, line)
		if told.text != want[i].finding {
			t.Errorf("finding %d is %q, want %q; %s", i, told.text, want[i].finding, line)
		}
		if told.witness == "" || want[i].verdict == "" {
			if told.witness != "" || want[i].verdict != "" {
				t.Errorf("finding %q has witness %q, want one: %v", told.text, told.witness, want[i].verdict != "")
			}
			continue
		}
		decided := sluice("", append([]string{"decide", told.witness}, args...)...).stdout
		if !strings.Contains(decided, `"verdict":"`+want[i].verdict+`"`) {
			t.Errorf("finding %q: decide says of its witness %s, want %s", told.text, decided, want[i].verdict)
		}
	}
}

// What the writers do with findings that no rules of the tests above cause.
func TestLintWriters(t *testing.T) {
	ref := func(i int) match.Ref {
		return match.Ref{Group: "sg", Index: i, Rule: rule.Rule{NIC: rule.Intranet}}
	}
	packet, err := match.ParsePacket("gre 10.0.0.5 > 192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		finding audit.Finding
		text    string
		json    string
	}{
		{"rules and the default", audit.Finding{Code: audit.Needless, Rule: ref(1), By: []match.Ref{ref(2)}, ByDefault: true, Witness: packet, HasWitness: true, Message: "m"},
			"needless   sg[1] drop 0 priority 0\n  at       f:0\n  why      m\n  by       sg[2] drop 0 priority 0\n           default: no rule matches\n  example  gre 10.0.0.5 > 192.0.2.1: accept by default\n\n",
			`"by":[{"group":"sg","index":2,"priority":0,"policy":"drop"},"default"],"witness":"gre 10.0.0.5 > 192.0.2.1","message":"m"}`},
		{"the default alone", audit.Finding{Code: audit.Needless, Rule: ref(1), ByDefault: true, Message: "why; this", Remedy: "do"},
			"needless   sg[1] drop 0 priority 0\n  at       f:0\n  why      why; this\n  by       default: no rule matches\n  do       do\n\n",
			`"by":"default","message":"why; this"}`},
		{"escapes", audit.Finding{Code: audit.Empty, Rule: ref(1), Message: "group \x1b[2J", Remedy: "do"},
			"empty      sg[1] drop 0 priority 0\n  at       f:0\n  why      \"group \\x1b[2J\"\n  do       do\n\n",
			`"policy":"drop"},"message":"group \u001b[2J"}`},
		{"a rule by itself", audit.Finding{Code: audit.OpenIPv6, Rule: ref(1), By: []match.Ref{ref(1)}, Message: "m"},
			"open-ipv6  sg[1] drop 0 priority 0\n  at       f:0\n  why      m\n\n",
			`"by":[{"group":"sg","index":1,"priority":0,"policy":"drop"}],"message":"m"}`},
		{"a code of tomorrow", audit.Finding{Code: "new", Rule: ref(1), Message: "m"},
			"new        sg[1] drop 0 priority 0\n  at       f:0\n  why      m\n\n",
			`{"code":"new","rule":{"group":"sg","index":1,"priority":0,"policy":"drop"},"message":"m"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := inputs{app: &app{}, limit: 100}
			groups, err := in.readGroups([]textFile{{"f", []byte(strings.ReplaceAll(oneRule, "sg-1", "sg"))}})
			if err != nil {
				t.Fatal(err)
			}
			groups[0].places = nil
			rules := ruleset{Groups: []*rule.Group{groups[0].Group}, files: groups}
			text := written(t, rules, test.finding, (&app{}).writeFindings)
			if !strings.HasPrefix(text, test.text) {
				t.Errorf("text:\n%s\nwant it to start\n%s", text, test.text)
			}
			if json := written(t, rules, test.finding, writeFindingsJSON); !strings.HasSuffix(json, test.json+"\n") {
				t.Errorf("JSON:\n%s\nwant it to end\n%s", json, test.json)
			}
			validSARIF(t, newSARIF(rules, []audit.Finding{test.finding}))
		})
	}
}

// written returns what a writer writes of one finding.
func written(t *testing.T, rules ruleset, f audit.Finding, write func(*bufio.Writer, ruleset, []audit.Finding) error) string {
	t.Helper()
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	if err := write(w, rules, []audit.Finding{f}); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	return b.String()
}

// finding is what a line of lint --json tells, in short.
type finding struct{ text, witness string }

// told reads a line of lint --json.
func told(t *testing.T, line string) finding {
	t.Helper()
	var f struct {
		Code    string
		Rule    ruleJSON
		By      any
		Witness string
	}
	if err := json.Unmarshal([]byte(line), &f); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	text := fmt.Sprint(f.Code, " ", f.Rule.Index)
	switch by := f.By.(type) {
	case string:
		text += " by " + by
	case []any:
		text += " by"
		for _, r := range by {
			text += fmt.Sprint(" ", r.(map[string]any)["index"])
		}
	}
	return finding{text, f.Witness}
}
