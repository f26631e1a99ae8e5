package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const (
	before = "../../testdata/change-before.json"
	draft  = "../../testdata/change-draft.json"
	after  = "../../testdata/change-after.json"
	cases  = "../../testdata/change-cases.jsonl"
)

// Worked out by hand from the rules of change-draft.json.
func TestTest(t *testing.T) {
	args := []string{"test", "--group", after, cases}
	check(t, sluice("", args...), result{0, "6 passed, 0 failed\n", ""}, args...)

	args = []string{"test", "--group", draft, cases}
	check(t, sluice("", args...), result{1, `FAIL  ` + cases + `:2  the reseller is closed to zone a
  packet            tcp 10.0.0.5:51000 > 203.0.113.9:443
  want              drop by rule sgr-co06
  got               accept by rule sg-checkout[0]
  decides           sg-checkout[0] accept tcp from 10.0.0.0/17 to 0.0.0.0/0
                    port 443 priority 10
                    sgr-co01 "https, zone a"
  lost: priority    sg-checkout[5] drop tcp from 10.0.0.0/16 to 203.0.113.0/24
                    port 443 priority 20
                    sgr-co06 "reseller: contract ended"
  lost: priority    sg-checkout[3] drop all to 0.0.0.0/0 priority 100
                    sgr-co04 "close the rest"

FAIL  ` + cases + `:3  the reseller is closed to zone b
  packet            tcp 10.0.200.5:51000 > 203.0.113.9:443
  want              drop by rule sgr-co06
  got               accept by rule sg-checkout[1]
  decides           sg-checkout[1] accept tcp from 10.0.128.0/17 to 0.0.0.0/0
                    port 443 priority 10
                    sgr-co02 "https, zone b"
  lost: priority    sg-checkout[5] drop tcp from 10.0.0.0/16 to 203.0.113.0/24
                    port 443 priority 20
                    sgr-co06 "reseller: contract ended"
  lost: priority    sg-checkout[3] drop all to 0.0.0.0/0 priority 100
                    sgr-co04 "close the rest"

FAIL  ` + cases + `:5  and by no other host
  packet            tcp 10.0.0.5:51000 > 198.51.100.26:587
  want              drop
  got               accept by rule sg-checkout[6]
  decides           sg-checkout[6] accept tcp to 198.51.100.25/24 port 587
                    priority 10
                    sgr-co07 "mail relay"
  lost: priority    sg-checkout[3] drop all to 0.0.0.0/0 priority 100
                    sgr-co04 "close the rest"

3 passed, 3 failed
`, ""}, args...)
}

func TestTestJSON(t *testing.T) {
	const case5 = `{"name":"and by no other host","packet":"tcp 10.0.0.5:51000 > 198.51.100.26:587","want":"drop","cause":"rule","rule":3}`
	const failed = `{"line":2,"name":"and by no other host","want":{"verdict":"drop","cause":"rule","rule":3},` +
		`"got":{"packet":"tcp 10.0.0.5:51000 > 198.51.100.26:587","verdict":"accept","cause":"rule","rule":{"group":"sg-checkout","index":6,"id":"sgr-co07","priority":10,"policy":"accept"},` +
		`"overridden":[{"group":"sg-checkout","index":3,"id":"sgr-co04","priority":100,"policy":"drop","why":"priority"}]`
	const missed = `,"missed":[{"group":"sg-checkout","index":2,"id":"sgr-co03","priority":1,"policy":"accept","field":"protocol"},` +
		`{"group":"sg-checkout","index":0,"id":"sgr-co01","priority":10,"policy":"accept","field":"dst_port"},` +
		`{"group":"sg-checkout","index":1,"id":"sgr-co02","priority":10,"policy":"accept","field":"src"},` +
		`{"group":"sg-checkout","index":5,"id":"sgr-co06","priority":20,"policy":"drop","field":"dst"},` +
		`{"group":"sg-checkout","index":4,"id":"sgr-co05","priority":100,"policy":"drop","field":"dst"}]`
	args := []string{"test", "--json", "-g", draft, "-"}
	check(t, sluice("\n"+case5, args...), result{1, failed + "}}\n{\"passed\":0,\"failed\":1}\n", ""}, args...)
	args = []string{"test", "--json", "--all", "-g", draft, "-"}
	check(t, sluice("\n"+case5, args...), result{1, failed + missed + "}}\n{\"passed\":0,\"failed\":1}\n", ""}, args...)
	args = []string{"test", "--json", "-g", after, cases}
	check(t, sluice("", args...), result{0, "{\"passed\":6,\"failed\":0}\n", ""}, args...)
}

// What each condition of a case takes for kept, on two groups.
func TestTestConditions(t *testing.T) {
	const web = "tcp 10.0.0.5:51000 > 203.0.113.9:443" // sg-web's rule 1 by a tie, sgr-web02
	other := file(t, "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=444/444&DestCidrIp=203.0.113.0/24&Priority=7")
	for _, test := range []struct {
		name, text string
		kept       bool
	}{
		{"verdict", `{"packet":"` + web + `","want":"drop"}`, true},
		{"the other verdict", `{"packet":"` + web + `","want":"accept"}`, false},
		{"packet as an object", `{"want":"drop","packet":{"protocol":6,"src":"10.0.0.5","src_port":51000,"dst":"203.0.113.9","dst_port":443}}`, true},
		{"cause", `{"packet":"` + web + `","want":"drop","cause":"rule"}`, true},
		{"another cause", `{"packet":"` + web + `","want":"drop","cause":"default"}`, false},
		{"id", `{"packet":"` + web + `","want":"drop","rule":"sgr-web02"}`, true},
		{"another id", `{"packet":"` + web + `","want":"drop","rule":"sgr-web01"}`, false},
		{"the verdict of an id", `{"packet":"` + web + `","want":"accept","rule":"sgr-web02"}`, false},
		{"index", `{"packet":"` + web + `","want":"drop","rule":1}`, true},
		{"another index", `{"packet":"` + web + `","want":"drop","rule":0}`, false},
		{"group and index", `{"packet":"` + web + `","want":"drop","rule":"sg-web[1]"}`, true},
		{"another group and its index", `{"packet":"` + web + `","want":"drop","rule":"sg-1[0]"}`, false},
		{"invalid", `{"packet":"icmp 10.0.0.5 > ::1","want":"drop","cause":"invalid"}`, true},
		{"a rule and its cause", `{"packet":"` + web + `","want":"drop","cause":"rule","rule":1}`, true},
		{"a rule without an id by an index", `{"packet":"tcp 10.0.0.5:1 > 203.0.113.9:444","want":"accept","rule":0}`, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := []string{"test", "-g", newer, "-g", other, "--members", members, "-"}
			got := sluice(test.text, args...)
			status, sum := statusFound, "0 passed, 1 failed\n"
			if test.kept {
				status, sum = statusDone, "1 passed, 0 failed\n"
			}
			if got.status != status || !strings.HasSuffix(got.stdout, sum) || got.stderr != "" {
				t.Errorf("sluice test of %s: status %d, message %q, output\n%s\nwant status %d and %s", test.text, got.status, got.stderr, got.stdout, status, sum)
			}
			if failed := strings.HasPrefix(got.stdout, "FAIL  standard input:1\n"); failed == test.kept {
				t.Errorf("sluice test of %s: output\n%s\nwant the case told only where it fails", test.text, got.stdout)
			}
		})
	}
}

// What a failed case wants is told as it was asked for.
func TestTestWant(t *testing.T) {
	for _, test := range []struct{ ask, want, missed string }{
		{`"want":"accept"`, "accept", ""},
		{`"want":"accept","cause":"default"`, "accept by default", ""},
		{`"want":"accept","cause":"rule"`, "accept by rule", ""},
		{`"want":"accept","cause":"rule","rule":2`, "accept by rule 2", "  missed: protocol  sg-checkout[2] "},
		{`"want":"accept","rule":"sgr-co07"`, "accept by rule sgr-co07", "  missed: dst       sg-checkout[6] "},
	} {
		got := sluice(`{"name":"a\u001b[2Jb","packet":"tcp 10.0.0.5:1 > 198.51.100.7:80",`+test.ask+`}`, "test", "-g", after, "-").stdout
		if !strings.Contains(got, "\n  want              "+test.want+"\n") || !strings.Contains(got, `:1  "a\x1b[2Jb"`) {
			t.Errorf("a case with %s: output\n%s\nwant in it %q, and the name without escapes", test.ask, got, test.want)
		}
		if n := strings.Count(got, "missed: "); !strings.Contains(got, test.missed) || n > 1 || n == 1 && test.missed == "" {
			t.Errorf("a case with %s: output\n%s\nwant no rule that does not match but %q", test.ask, got, test.missed)
		}
	}
}

// A case that no rules can keep, or that names a rule which the groups do not have,
// is bad input, not a failed case.
func TestCasesThatCannotBe(t *testing.T) {
	t.Parallel()
	const start = `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":`
	other := file(t, "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=444/444&DestCidrIp=203.0.113.0/24&Priority=7")
	for _, test := range []struct {
		name, rest string
		words      []string
	}{
		{"an index beyond", `"accept","rule":7}`, []string{"rule: 7", "0 to 6"}},
		{"an index far beyond", `"accept","rule":1000000}`, []string{"rule: 1000000", "0 to 6"}},
		{"an id", `"accept","rule":"sgr-co99"}`, []string{`rule: "sgr-co99"`, "GROUP[INDEX]"}},
		{"an index as text is an id", `"accept","rule":"1"}`, []string{`rule: "1"`, "GROUP[INDEX]"}},
		{"an index beyond its group's", `"accept","rule":"sg-1[1]"}`, []string{`rule: "sg-1[1]"`}},
		{"another group", `"accept","rule":"sg-2[0]"}`, []string{`rule: "sg-2[0]"`}},
		{"a rule and the default", `"accept","cause":"default","rule":0}`, []string{`cause: "default"`, "rule"}},
		{"a rule and an invalid packet", `"drop","cause":"invalid","rule":"sgr-co01"}`, []string{`cause: "invalid"`, "rule"}},
		{"an invalid packet accepted", `"accept","cause":"invalid"}`, []string{`cause: "invalid"`, `"drop"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			stdin := "# a good one first\n" + start + "\"drop\"}\n" + start + test.rest + "\n"
			refused(t, stdin, []string{"test", "-g", after, "-g", other, "-"}, append(test.words, "standard input line 3: ")...)
		})
	}
}

// A case with an invalid packet says nothing about the rules: it would pass, or fail,
// under any. Only one that wants an invalid packet is a case.
func TestCasesWithInvalidPackets(t *testing.T) {
	t.Parallel()
	const mixed = `{"packet":"tcp 10.0.0.5:1 > [2001:db8::1]:443","want":`
	for rest, wanted := range map[string]bool{
		`"drop"}`: false, `"accept"}`: false, `"drop","cause":"default"}`: false, `"drop","cause":"rule"}`: false, `"drop","rule":0}`: false,
		`"drop","cause":"invalid"}`: true,
	} {
		args := []string{"test", "-g", after, "-"}
		if wanted {
			check(t, sluice(mixed+rest, args...), result{0, "1 passed, 0 failed\n", ""}, args...)
			continue
		}
		refused(t, mixed+rest, args, "standard input line 1: packet:", "tcp 10.0.0.5:1 > [2001:db8::1]:443", "whatever the rules", `"cause":"invalid"`)
	}
	const object = `{"packet":{"protocol":"gre","src":"::1","dst":"10.0.0.1"},"want":"drop"}`
	refused(t, object, []string{"test", "--json", "-g", after, "-"}, "standard input line 1: packet:")
}

// A text that names two rules is no name, in cases and in accepted findings.
func TestAmbiguousRules(t *testing.T) {
	t.Parallel()
	group := func(id string, ids ...string) string {
		var list []string
		for i, rule := range ids {
			list = append(list, fmt.Sprintf(`{"SecurityGroupRuleId":%q,"Direction":"egress","IpProtocol":"TCP","PortRange":"%d/%d","DestCidrIp":"10.0.0.1/8","Policy":"Drop","Priority":"1"}`, rule, i+1, i+1))
		}
		return file(t, fmt.Sprintf(`{"SecurityGroupId":%q,"VpcId":"vpc-1","Permissions":{"Permission":[%s]}}`, id, strings.Join(list, ",")))
	}
	for _, test := range []struct {
		name, text string
		groups     []string
		words      []string // empty: not ambiguous
	}{
		{"an id twice in a group", "sgr-1", []string{group("sg-1", "sgr-1", "sgr-2", "sgr-1")}, []string{"sg-1[0] (id sgr-1)", "sg-1[2] (id sgr-1)"}},
		{"an id in two groups", "sgr-1", []string{group("sg-1", "sgr-2", "sgr-1"), group("sg-2", "sgr-1")}, []string{"sg-1[1] (id sgr-1)", "sg-2[0] (id sgr-1)"}},
		{"an id and a place", "sg-1[1]", []string{group("sg-1", "sg-1[1]", "sgr-2")}, []string{"sg-1[0] (id sg-1[1])", "sg-1[1] (id sgr-2)"}},
		{"an id and a place elsewhere", "sg-2[0]", []string{group("sg-1", "sg-2[0]"), group("sg-2", "")}, []string{"sg-1[0] (id sg-2[0])", "and sg-2[0]: want"}},
		{"another id", "sgr-2", []string{group("sg-1", "sgr-1", "sgr-2", "sgr-1")}, nil},
		{"a place", "sg-1[2]", []string{group("sg-1", "sgr-1", "sgr-2", "sgr-1")}, nil},
		{"its own place as its id", "sg-1[0]", []string{group("sg-1", "sg-1[0]")}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var groups []string
			for _, path := range test.groups {
				groups = append(groups, "-g", path)
			}
			cases := fmt.Sprintf(`{"packet":"tcp 10.0.0.5:1 > 10.0.0.6:1","want":"drop","rule":%q}`, test.text)
			entries := fmt.Sprintf(`{"code":"hostbits","rule":%q,"reason":"r"}`, test.text)
			for stdin, args := range map[string][]string{cases: append([]string{"test", "-"}, groups...), entries: append([]string{"lint", "--accepted", "-"}, groups...)} {
				if test.words != nil {
					refused(t, stdin, args, append(test.words, fmt.Sprintf("standard input line 1: rule: %q: names two rules", test.text))...)
				} else if got := sluice(stdin, args...); got.status == statusBad {
					t.Errorf("sluice %q: status 2, message %q, want an answer", args, got.stderr)
				}
			}
		})
	}
}

func TestBadCases(t *testing.T) {
	const good = `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"accept"}` + "\n"
	for _, test := range []struct {
		name, line string
		words      []string
	}{
		{"not JSON", `nonsense`, []string{"want a JSON object"}},
		{"text", `"x"`, []string{"want a JSON object"}},
		{"null", `null`, []string{"want a JSON object"}},
		{"array", `[]`, []string{"want a JSON object"}},
		{"truncated", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"accept"`, []string{"ends early"}},
		{"two on a line", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"accept"} {}`, []string{"text after"}},
		{"not UTF-8", "{\"name\":\"\xff\"}", []string{"UTF-8"}},
		{"half a surrogate pair", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"accept","name":"\ud800"}`, []string{"name", "surrogate"}},
		{"no packet", `{"want":"accept"}`, []string{"packet: absent"}},
		{"no want", `{"packet":"icmp 10.0.0.5 > 8.8.8.8"}`, []string{"want: absent", "accept or drop"}},
		{"null for want", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":null}`, []string{"want", "accept or drop"}},
		{"no such want", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"allow"}`, []string{`want: "allow"`, "accept or drop"}},
		{"want in capitals", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"Accept"}`, []string{`want: "Accept"`, "accept or drop"}},
		{"want as a number", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":1}`, []string{"want", "want text"}},
		{"no such cause", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"drop","cause":"luck"}`, []string{`cause: "luck"`, "rule or default or invalid"}},
		{"unknown key", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"drop","group":"sg"}`, []string{"group: unknown key", "packet, want, cause, rule or name"}},
		{"key in capitals", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","Want":"drop"}`, []string{"Want: unknown key"}},
		{"key twice", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"drop","want":"drop"}`, []string{"want", "twice"}},
		{"bad packet", `{"packet":"icmp 10.0.0.5","want":"drop"}`, []string{`"icmp 10.0.0.5"`, "PROTOCOL SRC"}},
		{"bad packet object", `{"packet":{"protocol":"icmp","src":"10.0.0.5"},"want":"drop"}`, []string{"dst: absent"}},
		{"packet with a key twice", `{"packet":{"protocol":"icmp","src":"10.0.0.5","src":"10.0.0.5","dst":"10.0.0.5"},"want":"drop"}`, []string{"src", "twice"}},
		{"packet as a number", `{"packet":6,"want":"drop"}`, []string{"packet: 6", "text or object"}},
		{"packet cut short", `{"packet":{"a":`, []string{"ends early"}},
		{"packet null", `{"packet":null,"want":"drop"}`, []string{"packet: null", "text or object"}},
		{"rule -0", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"drop","rule":-0}`, []string{"rule: -0", "from 0"}},
		{"rule below 0", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"drop","rule":-1}`, []string{"rule: -1", "from 0"}},
		{"rule with a fraction", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"drop","rule":1.5}`, []string{"rule: 1.5", "from 0"}},
		{"rule of no text", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"drop","rule":""}`, []string{"rule", "index, its id"}},
		{"rule as a list", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"drop","rule":[1]}`, []string{"rule", "text or a number"}},
		{"name as a number", `{"packet":"icmp 10.0.0.5 > 8.8.8.8","want":"drop","name":1}`, []string{"name", "want text"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := good + "\r\n" + test.line + "\n" + good
			path := file(t, text)
			refused(t, "", []string{"test", "-g", older, path}, append(test.words, path+" line 3: ")...)
			refused(t, text, []string{"test", "--json", "-g", older, "-"}, append(test.words, "standard input line 3: ")...)
		})
	}
	t.Run("no cases", func(t *testing.T) {
		refused(t, "\n \n", []string{"test", "-g", older, "-"}, "standard input", "nothing in it", `"want":"drop"`)
	})
	t.Run("huge", func(t *testing.T) {
		refused(t, strings.Repeat(" ", maxCases+1), []string{"test", "-g", older, "-"}, "larger than the limit of 67108864 bytes")
	})
	t.Run("missing file", func(t *testing.T) {
		refused(t, "", []string{"test", "-g", older, "nosuch.jsonl"}, "CASES nosuch.jsonl: no such file")
	})
}

// An index is one that some rule has.
func TestRuleIndexOfCase(t *testing.T) {
	t.Parallel()
	const one = `{"Direction":"egress","IpProtocol":"ALL","PortRange":"-1/-1","DestCidrIp":"10.0.0.0/8","Policy":"Drop","Priority":"1"}`
	for _, c := range []struct {
		rules, index int
		want         string // in the message; empty: the case is taken
	}{
		{0, 0, "rule: 0: no group has a rule, want a case without this key"},
		{1, 0, ""},
		{1, 1, "rule: 1: no group has so many rules, want an index of 0 to 0"},
		{3, 2, ""},
		{3, 3, "rule: 3: no group has so many rules, want an index of 0 to 2"},
	} {
		list := strings.Join(slices.Repeat([]string{one}, c.rules), ",")
		g := file(t, `{"SecurityGroupId":"sg-1","VpcId":"vpc-1","Permissions":{"Permission":[`+list+`]}}`)
		got := sluice(fmt.Sprintf(`{"packet":"icmp 10.0.0.1 > 10.0.0.2","want":"drop","rule":%d}`, c.index), "test", "-g", g, "-")
		if refused := got.status == statusBad; refused != (c.want != "") || !strings.Contains(got.stderr, c.want) {
			t.Errorf("rule %d of %d: status %d, message %q, want %q", c.index, c.rules, got.status, got.stderr, c.want)
		}
	}
}
