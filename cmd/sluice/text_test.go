package main

import (
	"bufio"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Lines break between words, and a field's name stays with its value.
func TestWrapped(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, line string
		want       []string
	}{
		{"short", "a b", []string{"a b"}},
		{"empty", "", []string{""}},
		{"as wide as a line", "aaa bbb cc", []string{"aaa bbb cc"}},
		{"one wider", "aaa bbb ccc", []string{"aaa bbb", "ccc"}},
		{"a long word alone", "a bbbbbbbbbbbbb c", []string{"a", "bbbbbbbbbbbbb", "c"}},
		{"glue", "aaa bbb to" + glue + "x c", []string{"aaa bbb", "to x c"}},
		{"characters, not bytes", "äää ööö üü", []string{"äää ööö üü"}},
		{"two spaces", "a  b", []string{"a  b"}},
	} {
		if got := wrapped(test.line, 10); !slices.Equal(got, test.want) {
			t.Errorf("%s: wrapped(%q, 10) = %q, want %q", test.name, test.line, got, test.want)
		}
	}
}

// What people read fits 80 columns, whatever rules decide, as long as no word of
// the data is longer than a line.
func TestResultWidth(t *testing.T) {
	t.Parallel()
	long := file(t, `{"SecurityGroupId":"sg-bp67acfmxazb4ph00001","VpcId":"vpc-1","Permissions":{"Permission":[
{"SecurityGroupRuleId":"sgr-bp67acfmxazb4pi00001","Direction":"egress","IpProtocol":"UDP","PortRange":"1024/65535","SourcePortRange":"1024/65535","Ipv6DestCidrIp":"2001:db8:1234:5678::/64","Ipv6SourceCidrIp":"2001:db8:1234:9abc::/64","Policy":"Drop","Priority":"100","Description":"`+strings.Repeat("a long description ", 20)+`"}]}}`)
	for _, args := range [][]string{
		{"explain", "--all", "-g", newer, "--members", members, tied},
		{"explain", "--all", "-g", long, "udp [2001:db8:1234:9abc::1]:51000 > [2001:db8:1234:5678::ffff]:65535"},
		{"test", "--all", "-g", draft, cases},
		{"decide", "-g", newer, "--members", members, tied},
		{"diff", before, draft}, {"diff", before, older}, {"diff", "--members", members, newer, long},
		{"lint", draft, "--members", members, newer}, {"lint", file(t, every), "--members", file(t, `{"sg-none":[]}`)},
	} {
		got := sluice("", args...)
		if got.status != statusFound {
			t.Fatalf("sluice %q: status %d, message %q", args, got.status, got.stderr)
		}
		for line := range strings.Lines(got.stdout) {
			if n := utf8.RuneCountInString(line) - 1; n > columns || strings.Contains(line, glue) || strings.TrimRight(line, " \n")+"\n" != line {
				t.Errorf("sluice %q: %d columns, want %d at most and no space at the end: %q", args, n, columns, line)
			}
		}
	}
}

// The short form of a rule leaves out what plays no part.
func TestShortRule(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, rule string
		classic    bool
		text       string
		label      string
	}{
		{"a VPC's rule", `accept tcp to 10.0.0.0/8 port 443/443 priority 1 nic intranet`, false, "accept tcp to 10.0.0.0/8 port 443 priority 1", ""},
		{"a classic group's rule", `accept tcp to 10.0.0.0/8 port 443/443 priority 1 nic intranet`, true, "accept tcp to 10.0.0.0/8 port 443 priority 1 nic intranet", ""},
		{"everything", `drop udp from 2001:db8::/32 sport 1/2 to ::/0 port 53/54 priority 7 nic intranet id sgr-1 created now description "say \"no\""`, false, "drop udp from 2001:db8::/32 sport 1/2 to ::/0 port 53/54 priority 7", `sgr-1 "say \"no\""`},
		{"a group", `accept gre group sg-db owner a@example.com name db priority 9 nic intranet description x`, false, "accept gre group sg-db owner a@example.com priority 9", `"x"`},
		{"an id alone", `accept all to 0.0.0.0/0 priority 1 nic intranet id sgr-1`, false, "accept all to 0.0.0.0/0 priority 1", "sgr-1"},
	} {
		var r rule.Rule
		if err := r.UnmarshalText([]byte(test.rule)); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if got := oneLine(shortRule(&r, test.classic)); got != test.text {
			t.Errorf("%s: shortRule(%q) = %q, want %q", test.name, test.rule, got, test.text)
		}
		if got := ruleLabel(&r); got != test.label {
			t.Errorf("%s: ruleLabel(%q) = %q, want %q", test.name, test.rule, got, test.label)
		}
		text := (&app{classic: test.classic}).ruleLine(match.Ref{Group: "sg 1", Index: 3, Rule: r})
		if want := strings.TrimSpace(`"sg 1"[3] ` + test.text + " " + test.label); text != want {
			t.Errorf("%s: ruleLine = %q, want %q", test.name, text, want)
		}
	}
}

func TestWriteBlock(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	w := bufio.NewWriter(&b)
	writeBlock(w, "by", 7, "first\nsecond "+strings.Repeat("x", 63)+" third")
	w.Flush()
	const want = "  by       first\n           second\n           xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx third\n"
	if b.String() != want {
		t.Errorf("writeBlock wrote\n%s\nwant\n%s", b.String(), want)
	}
}

// A word is quoted only where it would not show as one word.
func TestWord(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":         "",
		"sg-1":     "sg-1",
		"!~":       "!~",
		"a b":      `"a b"`,
		`a"b`:      `"a\"b"`,
		"a\x1b[1m": `"a\x1b[1m"`,
		"a\x7f":    `"a\x7f"`,
		"é":        `"é"`,
	} {
		if got := word(text); got != want {
			t.Errorf("word(%q) = %s, want %s", text, got, want)
		}
	}
}
