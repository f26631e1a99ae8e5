package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/audit"
	"example.com/sluice/ecs"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

func TestLint(t *testing.T) {
	args := []string{"lint", "--group", after}
	check(t, sluice("", args...), result{0, "no findings in 7 rules of 1 group\n", ""}, args...)

	args = []string{"lint", "--group", draft}
	check(t, sluice("", args...), result{1, `warning: shadowed
  rule     sg-checkout[5] drop tcp from 10.0.0.0/16 to 203.0.113.0/24 port 443
           priority 20
           sgr-co06 "reseller: contract ended"
           at ` + draft + `:15
  why      decides no packet: sg-checkout[0] and sg-checkout[1] match all that
           it matches first, and not all of it gets drop
  by       sg-checkout[0] accept tcp from 10.0.0.0/17 to 0.0.0.0/0 port 443
           priority 10
           sgr-co01 "https, zone a"
           sg-checkout[1] accept tcp from 10.0.128.0/17 to 0.0.0.0/0 port 443
           priority 10
           sgr-co02 "https, zone b"
  example  tcp 10.0.0.5:51000 > 203.0.113.9:443: accept by rule sg-checkout[0]
  remedy   remove it, which changes no verdict, or give it a stronger priority,
           which drops what it matches

note: hostbits
  rule     sg-checkout[6] accept tcp to 198.51.100.25/24 port 587 priority 10
           sgr-co07 "mail relay"
           at ` + draft + `:16
  why      has host bits set: destination 198.51.100.25/24 means 198.51.100.0/24
  remedy   write the block that is meant

2 findings in 7 rules of 1 group: 1 shadowed, 1 hostbits
`, ""}, args...)
}

func TestLintJSON(t *testing.T) {
	const want = `{"code":"shadowed","rule":{"group":"sg-checkout","index":5,"id":"sgr-co06","priority":20,"policy":"drop"},` +
		`"by":[{"group":"sg-checkout","index":0,"id":"sgr-co01","priority":10,"policy":"accept"},{"group":"sg-checkout","index":1,"id":"sgr-co02","priority":10,"policy":"accept"}],` +
		`"witness":"tcp 10.0.0.5:51000 > 203.0.113.9:443","message":"decides no packet: sg-checkout[0] and sg-checkout[1] match all that it matches first, and not all of it gets drop","remedy":"remove it, which changes no verdict, or give it a stronger priority, which drops what it matches","level":"warning"}
{"code":"hostbits","rule":{"group":"sg-checkout","index":6,"id":"sgr-co07","priority":10,"policy":"accept"},` +
		`"message":"has host bits set: destination 198.51.100.25/24 means 198.51.100.0/24","remedy":"write the block that is meant","level":"note"}
`
	args := []string{"lint", "--json", "-g", draft}
	check(t, sluice("", args...), result{1, want, ""}, args...)
	args = []string{"lint", "--json", "-g", "-"}
	check(t, sluice(readFile(t, draft), args...), result{1, want, ""}, args...)
	args = []string{"lint", "--json", "-g", after}
	check(t, sluice("", args...), result{0, "", ""}, args...)
}

// every is a group with a finding of each kind, members apart; which, says the
// table of TestLintKinds. Rule 8 is not needless, as the remedy for rule 7 needs
// it.
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
		{`needless 9 by 7`, "drop"},
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

// The help of lint lists every code with its weight and its whole title, as wide as
// lines may be.
func TestKindsHelp(t *testing.T) {
	t.Parallel()
	help := kindsHelp()
	text := strings.Join(strings.Fields(help), " ")
	for _, k := range kinds {
		want := fmt.Sprintf("%s %v: %s", k.code, k.code.Severity(), k.title)
		if !strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
			t.Errorf("kindsHelp() = %s\nwant in it %q", help, want)
		}
	}
}

// What the writers do with findings that no rules of the tests above cause.
func TestLintWriters(t *testing.T) {
	t.Parallel()
	ref := func(i int) match.Ref { return match.Ref{Group: "sg", Index: i} }
	packet, err := match.ParsePacket("gre 10.0.0.5 > 192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	const rule1 = "  rule     sg[1] drop 0 priority 0\n           at f:0\n"
	for _, test := range []struct {
		name    string
		finding audit.Finding
		text    string
		json    string
	}{
		{"rules and the default", audit.Finding{Code: audit.Needless, Rule: ref(1), By: []match.Ref{ref(2)}, ByDefault: true, Witness: packet, HasWitness: true, Message: "m"},
			"note: needless\n" + rule1 + "  why      m\n  by       sg[2] drop 0 priority 0\n           default: no rule matches\n  example  gre 10.0.0.5 > 192.0.2.1: accept by default\n\n",
			`"by":[{"group":"sg","index":2,"priority":0,"policy":"drop"},"default"],"witness":"gre 10.0.0.5 > 192.0.2.1","message":"m","level":"note"}`},
		{"the default alone", audit.Finding{Code: audit.Needless, Rule: ref(1), ByDefault: true, Message: "why; this", Remedy: "do; that"},
			"note: needless\n" + rule1 + "  why      why; this\n  by       default: no rule matches\n  remedy   do; that\n\n",
			`"by":"default","message":"why; this","remedy":"do; that","level":"note"}`},
		{"escapes", audit.Finding{Code: audit.Empty, Rule: ref(1), Message: "group \x1b[2J", Remedy: "do"},
			"warning: empty\n" + rule1 + "  why      \"group \\x1b[2J\"\n  remedy   do\n\n",
			`"policy":"drop"},"message":"group \u001b[2J","remedy":"do","level":"warning"}`},
		{"a rule by itself", audit.Finding{Code: audit.OpenIPv6, Rule: ref(1), By: []match.Ref{ref(1)}, Message: "m"},
			"error: open-ipv6\n" + rule1 + "  why      m\n\n",
			`"by":[{"group":"sg","index":1,"priority":0,"policy":"drop"}],"message":"m","level":"error"}`},
		{"a code of tomorrow", audit.Finding{Code: "new", Rule: ref(1), Message: "m"},
			"warning: new\n" + rule1 + "  why      m\n\n",
			`{"code":"new","rule":{"group":"sg","index":1,"priority":0,"policy":"drop"},"message":"m","level":"warning"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := lintReport(t, test.finding)
			if text := written(t, r, (&app{}).writeFindings); !strings.HasPrefix(text, test.text) {
				t.Errorf("text:\n%s\nwant it to start\n%s", text, test.text)
			}
			if json := written(t, r, writeFindingsJSON); !strings.HasSuffix(json, test.json+"\n") {
				t.Errorf("JSON:\n%s\nwant it to end\n%s", json, test.json)
			}
			readSARIF(t, written(t, r, writeSARIF))
		})
	}
}

// lintReport is a report of findings about a group whose file is not there.
func lintReport(t *testing.T, findings ...audit.Finding) report {
	t.Helper()
	g := rule.NewGroup("sg", rule.VPC, rule.Basic)
	table, err := match.Compile(nil, g)
	if err != nil {
		t.Fatal(err)
	}
	files := []groupFile{{Description: ecs.NewDescription(g), name: "f"}} // without places
	return report{rules: ruleset{Groups: []*rule.Group{g}, files: files}, table: table, findings: findings}
}

// written returns what a writer writes of a report.
func written(t *testing.T, r report, write func(*bufio.Writer, report) error) string {
	t.Helper()
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	if err := write(w, r); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	return b.String()
}

// Findings that differ in the rule alone are one entry, at the place of the first.
func TestAlikeFindingsAreOneEntry(t *testing.T) {
	t.Parallel()
	ref := func(i int) match.Ref { return match.Ref{Group: "sg", Index: i} }
	needless := func(i int, by ...match.Ref) audit.Finding {
		return audit.Finding{Code: audit.Needless, Rule: ref(i), By: by, Message: "m", Remedy: "do"}
	}
	text := written(t, lintReport(t, needless(1, ref(9)), needless(4, ref(9))), (&app{}).writeFindings)
	if want := "note: needless, 2 rules\n  rule     sg[1] drop 0 priority 0\n           at f:0\n           sg[4] drop 0 priority 0\n           at f:0\n  why      m\n"; !strings.HasPrefix(text, want) {
		t.Errorf("text:\n%s\nwant it to start\n%s", text, want)
	}
}

// Needless rules are to be removed one at a time; the text offers those that can be
// removed together, and they can.
func TestLintRemovable(t *testing.T) {
	t.Parallel()
	const (
		a     = "IpProtocol=icmp&PortRange=-1/-1&DestCidrIp=192.0.2.0/24&Priority=10&Policy=drop\n"
		b     = "IpProtocol=tcp&PortRange=443/443&DestCidrIp=192.0.2.0/24&Priority=10&Policy=drop\n"
		keep  = "IpProtocol=tcp&PortRange=1/65535&DestCidrIp=198.51.100.0/24&Priority=10\n"
		close = "IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0&Priority=100&Policy=drop\n"
		v6    = "IpProtocol=all&PortRange=-1/-1&Ipv6DestCidrIp=::/0&Priority=100&Policy=drop\n"
	)
	all := requests(t, "sg-1", a+keep+b+close+v6)
	got := sluice("", "lint", all)
	const want = `
Together, these can be removed: sg-1[0], sg-1[2]. Every packet keeps its
verdict: proven for all packets. No larger set of the rules found has this
property.

2 findings in 5 rules of 1 group: 2 needless
`
	if !strings.HasSuffix(got.stdout, want) || strings.Count(got.stdout, "remove it alone") != 1 {
		t.Errorf("lint:\n%s\nwant one remedy for both, and at the end%s", got.stdout, want)
	}
	without := requests(t, "sg-1", keep+close+v6)
	if diff := sluice("", "diff", all, without); diff.status != statusDone {
		t.Errorf("without the rules:\n%s\nwant no difference", diff.stdout)
	}
	for _, args := range [][]string{{"lint", "--only", "tie", all}, {"lint", "--json", all}, {"lint", "--sarif", all}, {"lint", requests(t, "sg-1", a+keep+close+v6)}} {
		if got := sluice("", args...); strings.Contains(got.stdout, "Together") {
			t.Errorf("sluice %q:\n%s\nwant no offer", args, got.stdout)
		}
	}
}

func TestRunsText(t *testing.T) {
	t.Parallel()
	refs := func(group string, indexes ...int) (list []match.Ref) {
		for _, i := range indexes {
			list = append(list, match.Ref{Group: group, Index: i})
		}
		return list
	}
	for _, test := range []struct {
		refs []match.Ref
		want string
	}{
		{refs("a", 3), "a[3]"},
		{refs("a", 3, 4), "a[3], a[4]"},
		{refs("a", 3, 4, 5), "a[3] to a[5]"},
		{refs("a", 0, 2, 3, 4, 6, 7), "a[0], a[2] to a[4], a[6], a[7]"},
		{slices.Concat(refs("a", 0, 1), refs("b", 2, 3, 4, 5)), "a[0], a[1], b[2] to b[5]"},
	} {
		if got := runsText(test.refs); got != test.want {
			t.Errorf("runsText(%v) = %q, want %q", test.refs, got, test.want)
		}
	}
}

// Which findings are reported and which of them count, by the flags. The group has
// errors, warnings and notes.
func TestLintFlags(t *testing.T) {
	t.Parallel()
	group, none := file(t, every), file(t, `{"sg-none":[]}`)
	for _, test := range []struct {
		args   string
		status int
		codes  string
	}{
		{"", 1, "open-ipv6 shadowed tie empty redundant hostbits needless needless"},
		{"--only tie", 1, "tie"},
		{"--only needless,open-ipv6", 1, "open-ipv6 needless needless"},
		{"--ignore needless", 1, "open-ipv6 shadowed tie empty redundant hostbits"},
		{"--ignore open-ipv6,shadowed,tie,empty,redundant,hostbits,needless", 0, ""},
		{"--fail-on note", 1, "open-ipv6 shadowed tie empty redundant hostbits needless needless"},
		{"--fail-on never", 0, "open-ipv6 shadowed tie empty redundant hostbits needless needless"},
		{"--fail-on error --ignore open-ipv6", 0, "shadowed tie empty redundant hostbits needless needless"},
		{"--fail-on error --only open-ipv6", 1, "open-ipv6"},
		{"--fail-on warning --only hostbits,redundant", 0, "redundant hostbits"},
		{"--fail-on warning --only hostbits,empty", 1, "empty hostbits"},
	} {
		args := append([]string{"lint", "--json", group, "--members", none}, strings.Fields(test.args)...)
		got := sluice("", args...)
		var codes []string
		for line := range strings.Lines(got.stdout) {
			codes = append(codes, strings.Split(line, `"`)[3])
		}
		if got.status != test.status || strings.Join(codes, " ") != test.codes || got.stderr != "" {
			t.Errorf("lint %s: status %d, findings %q, message %q, want %d, %q and none", test.args, got.status, codes, got.stderr, test.status, test.codes)
		}
	}
	for args, words := range map[string][]string{
		"--only no":                 {"--only", `"no"`, "open-ipv6, shadowed, tie, empty, redundant, needless, hostbits"},
		"--ignore tie,":             {"--ignore", `""`, "want open-ipv6"},
		"--ignore Tie":              {"--ignore", `"Tie"`},
		"--only=":                   {"--only", `""`},
		"--only tie --ignore empty": {"--only and --ignore", "one of them"},
		"--fail-on warn":            {"--fail-on", `"warn"`, "error, warning, note or never"},
		"--accepted nosuch.jsonl":   {"--accepted nosuch.jsonl: no such file"},
		"--accepted=":               {"--accepted", "want a name"},
	} {
		refused(t, "", append([]string{"lint", group, "--members", none}, strings.Fields(args)...), words...)
	}
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

// A summary says of which findings it tells: what was not asked for, or was ignored,
// may be there.
func TestLintSaysWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]result{
		"--only open-ipv6":                   {0, "no findings of open-ipv6 in 7 rules of 1 group\n", ""},
		"--only open-ipv6,tie":               {0, "no findings of open-ipv6 or tie in 7 rules of 1 group\n", ""},
		"--ignore shadowed,hostbits":         {0, "no findings besides 2 ignored in 7 rules of 1 group\n", ""},
		"--only open-ipv6 --json":            {0, "", ""},
		"--only hostbits --fail-on warning":  {0, "1 finding of hostbits in 7 rules of 1 group: 1 hostbits\n", ""},
		"--ignore hostbits --fail-on error":  {0, "1 finding besides 1 ignored in 7 rules of 1 group: 1 shadowed\n", ""},
		"--ignore tie,empty --fail-on error": {0, "2 findings in 7 rules of 1 group: 1 shadowed, 1 hostbits\n", ""},
	} {
		got := sluice("", append([]string{"lint", draft}, strings.Fields(args)...)...)
		if got.status != want.status || !strings.HasSuffix(got.stdout, want.stdout) || got.stderr != "" || want.stdout == "" && got.stdout != "" {
			t.Errorf("lint %s: status %d, message %q, output\n%s\nwant %d, none, and at the end %s", args, got.status, got.stderr, got.stdout, want.status, want.stdout)
		}
	}
}

// What the help says of open-ipv6 is what it does: one rule, and packets that no rule
// matches.
func TestOpenIPv6IsAboutOneRule(t *testing.T) {
	t.Parallel()
	const all = "IpProtocol=all&PortRange=-1/-1&Policy=drop&Priority=100&"
	const one, half, otherHalf = all + "DestCidrIp=0.0.0.0/0\n", all + "DestCidrIp=0.0.0.0/1\n", all + "DestCidrIp=128.0.0.0/1\n"
	const accepts = "IpProtocol=all&PortRange=-1/-1&Ipv6DestCidrIp=::/0\n"
	for _, test := range []struct {
		name, rules string
		found       bool
	}{
		{"one rule", one, true},
		{"several together", half + otherHalf, false},
		{"one of a protocol", "IpProtocol=tcp&PortRange=1/65535&Policy=drop&DestCidrIp=0.0.0.0/0\n", false},
		{"packets that a rule matches", one + accepts, false},
	} {
		got := sluice("", "lint", "--json", "--only", "open-ipv6", requests(t, "sg-1", test.rules))
		if found := strings.Contains(got.stdout, `"code":"open-ipv6"`); found != test.found || got.status == statusBad {
			t.Errorf("%s: status %d, output %q, message %q, want a finding %t", test.name, got.status, got.stdout, got.stderr, test.found)
		}
	}
	for _, cmd := range []string{"lint", "diff", "find"} {
		if got := sluice("", cmd, "--help").stdout; !strings.Contains(got, boundsHelp) {
			t.Errorf("the help of %s does not tell how long a question may take", cmd)
		}
	}
}
