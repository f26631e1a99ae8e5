package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// describe is a Describe reply with one permission that has these keys, too.
func describe(keys string) string {
	return `{"SecurityGroupId":"sg-1","VpcId":"vpc-1","Permissions":{"Permission":[
		{"SecurityGroupRuleId":"sgr-1","Direction":"egress","IpProtocol":"TCP","PortRange":"443/443","DestCidrIp":"0.0.0.0/0","Policy":"Accept","Priority":"1"},
		{"SecurityGroupRuleId":"sgr-2","Direction":"egress","IpProtocol":"TCP","Policy":"Accept","Priority":"1"` + keys + `}]}}`
}

func TestBadGroupFiles(t *testing.T) {
	for _, test := range []struct {
		name, text string
		words      []string
	}{
		{"empty", "", []string{"nothing in it", "want a DescribeSecurityGroupAttribute reply (JSON or XML) or requests"}},
		{"comments alone", "# one\n\n  # two\n", []string{"nothing in it"}},
		{"neither form", "tcp 10.0.0.5\n", []string{"line 1", `"tcp 10.0.0.5"`, "want a DescribeSecurityGroupAttribute reply (JSON or XML) or requests"}},
		{"an array of nothing", "[]", []string{"no reply in it", "DescribeSecurityGroupAttribute"}},
		{"truncated", describe("")[:100], []string{"ends early"}},
		{"text after", describe(`,"PortRange":"1/2","DestCidrIp":"10.0.0.1"`) + "x", []string{"after"}},
		{"deep", `{"a":` + strings.Repeat("[", 1<<20), []string{"nested deeper"}},
		{"not UTF-8", "{\"SecurityGroupId\":\"\xff\"}", []string{"UTF-8"}},
		{"huge request", strings.Repeat("x", maxFile), []string{"line 1", "at most 1048576"}},
		{"fault in a rule", describe(`,"PortRange":"200/1","DestCidrIp":"10.0.0.1"`), []string{"Permissions.Permission[1].PortRange", "sgr-2", `"200/1"`, "1 <= start <= end <= 65535"}},
		{"prefix list", describe(`,"PortRange":"1/2","DestPrefixListId":"pl-1"`), []string{"DestPrefixListId", "pl-1"}},
		{"port list", describe(`,"PortRangeListId":"prl-1","DestCidrIp":"10.0.0.1"`), []string{"PortRangeListId", "prl-1"}},
		{"one page of several", `{"SecurityGroupId":"sg-1","NextToken":"abc","Permissions":{"Permission":[]}}`, []string{"NextToken", "abc"}},
		{"unknown parameter", "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/2&DestCidrIp=10.0.0.1\n\nSecurityGroupId=sg-1&SourceCidrIP=10.0.0.1", []string{"line 3", `"SourceCidrIP"`, "SourceCidrIp"}},
		{"another group", "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/2&DestCidrIp=10.0.0.1\nSecurityGroupId=sg-2&IpProtocol=tcp&PortRange=1/2&DestCidrIp=10.0.0.1", []string{"line 2", `"sg-2"`, `want "sg-1"`}},
		{"no group id", "IpProtocol=tcp&PortRange=1/2&DestCidrIp=10.0.0.1", []string{"line 1", "SecurityGroupId"}},
		{"refused request", "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=80&DestCidrIp=10.0.0.300", []string{"line 1: PortRange \"80\"", "line 1: DestCidrIp \"10.0.0.300\"", "InvalidDestCidrIp.Malformed"}},
		{"equal rules", strings.Repeat("SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/2&DestCidrIp=10.0.0.1\n", 2), []string{"line 2", "InvalidOperation.RuleDuplicate"}},
		{"members not known", "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/2&DestGroupId=sg-db", []string{"rule 0", `DestGroupId "sg-db"`, "--members FILE"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := file(t, test.text)
			refused(t, "", []string{"decide", "--group", path, goodPacket}, append(test.words, path)...)
			refused(t, test.text, []string{"explain", "--group", "-", goodPacket}, append(test.words, "standard input")...)
		})
	}
}

func TestHugeGroupFile(t *testing.T) {
	var stdout, stderr bytes.Buffer
	status := run([]string{"decide", "-g", "-", goodPacket}, &repeated{text: strings.Repeat(" ", 1<<20), n: 100}, &stdout, &stderr)
	if status != statusBad || !strings.Contains(stderr.String(), "larger than the limit of 67108864 bytes") {
		t.Errorf("groups of 100 MiB: status %d, message %q, want status 2 and the limit", status, stderr.String())
	}
}

func TestBadGroups(t *testing.T) {
	one := file(t, oneRule)
	eleven := []string{"decide", goodPacket}
	for i := range 11 {
		eleven = append(eleven, "-g", file(t, strings.ReplaceAll(oneRule, "sg-1", fmt.Sprint("sg-", i))))
	}
	for _, test := range []struct {
		name  string
		args  []string
		words []string
	}{
		{"missing file", []string{"-g", "nosuch.json"}, []string{"--group nosuch.json: no such file"}},
		{"directory", []string{"-g", "../../testdata"}, []string{"../../testdata: is a directory"}},
		{"the same group twice", []string{"-g", one, "-g", one}, []string{`"sg-1"`, "twice"}},
		{"VPC and classic", []string{"-g", one, "-g", file(t, `{"SecurityGroupId":"sg-2","Permissions":{"Permission":[]}}`)}, []string{`"sg-2"`, "classic", "vpc"}},
		{"classic and advanced", []string{"-g", one, "--network", "classic", "--type", "advanced"}, []string{"classic", "advanced"}},
		{"eleven groups", eleven[2:], []string{"11 groups", "1 to 10"}},
		{"more rules than the limit", []string{"-g", newer, "--limit", "7", "--members", members}, []string{"at most 7"}},
		{"a VPC group said to be classic", []string{"-g", newer, "--network", "classic", "--members", members}, []string{newer, "VpcId", `"vpc-shop"`, "classic"}},
		{"an enterprise group said to be basic", []string{"-g", "../../ecs/testdata/replies/enterprise-in-reply.json", "--type", "basic"}, []string{"SecurityGroupType", `"enterprise"`, "basic"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			refused(t, "", append([]string{"decide", goodPacket}, test.args...), test.words...)
		})
	}
}

func TestBadMembers(t *testing.T) {
	for _, test := range []struct {
		name, text string
		words      []string
	}{
		{"empty", "", []string{"ends early"}},
		{"not an object", "[]", []string{"want an object"}},
		{"truncated", `{"sg-db":["10.0.0.1"`, []string{"sg-db", "ends early"}},
		{"deep", strings.Repeat(`{"sg-db":`, 1<<20), []string{"sg-db"}},
		{"not UTF-8", "{\"\xff\":[]}", []string{"UTF-8"}},
		{"not an address", `{"sg-db":["10.0.0.1","10.0.0"]}`, []string{"sg-db", "[1]", `"10.0.0"`, "CIDR"}},
		{"a group twice", `{"sg-db":[],"sg-db":[]}`, []string{"sg-db", "twice"}},
		{"another group", `{"sg-other":[]}`, []string{"rule 2", `"sg-db"`, "--members FILE"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			refused(t, "", []string{"decide", "-g", newer, "--members", file(t, test.text), goodPacket}, test.words...)
			refused(t, test.text, []string{"decide", "-g", newer, "--members", "-", goodPacket}, test.words...)
		})
	}
	t.Run("missing file", func(t *testing.T) {
		refused(t, "", []string{"decide", "-g", newer, "--members", "nosuch.json", goodPacket}, "--members nosuch.json: no such file")
	})
	t.Run("directory", func(t *testing.T) {
		refused(t, "", []string{"decide", "-g", newer, "--members", "../../testdata", goodPacket}, "is a directory")
	})
	t.Run("huge", func(t *testing.T) {
		var stdout, stderr bytes.Buffer
		args := []string{"decide", "-g", newer, "--members", "-", goodPacket}
		status := run(args, &repeated{text: strings.Repeat(" ", 1<<20), n: 100}, &stdout, &stderr)
		if status != statusBad || !strings.Contains(stderr.String(), "larger than the limit of 67108864 bytes") {
			t.Errorf("members of 100 MiB: status %d, message %q, want status 2 and the limit", status, stderr.String())
		}
	})
}

// The flags say what a file does not, and are believed where it does.
func TestGroupFlags(t *testing.T) {
	for _, test := range []struct {
		name, args, packet string
		want               int
	}{
		{"more rules than 100 with --limit", "--limit 101 -g " + file(t, manyRequests(101)), "tcp 10.0.0.5:1 > 10.0.0.1:101", 1},
		{"a reply without VpcId is classic", "-g " + file(t, classicReply), "tcp 10.0.0.5:1 > 10.0.0.1:101 internet", 0},
		{"and VPC if a flag says so", "--network vpc -g " + file(t, classicReply), "tcp 10.0.0.5:1 > 10.0.0.1:101 internet", 1},
		{"priority 110 of the system", "-g " + older, "tcp 10.0.0.5:1 > 192.0.2.1:80", 0},
		{"a range of members", "-g " + newer + " --members " + members, "tcp 10.0.0.5:1 > 10.0.10.9:3306", 0},
		{"behind a range of members", "-g " + newer + " --members " + members, "tcp 10.0.0.5:1 > 10.0.10.10:3306", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"decide", test.packet}, strings.Fields(test.args)...)
			if got := sluice("", args...); got.status != test.want || strings.Count(got.stderr, "sluice: note: ") != strings.Count(got.stderr, "\n") {
				t.Errorf("sluice %q: status %d, message %q, want status %d", args, got.status, got.stderr, test.want)
			}
		})
	}
}

// classicReply drops what leaves by the intranet.
const classicReply = `{"SecurityGroupId":"sg-2","Permissions":{"Permission":[
	{"Direction":"egress","IpProtocol":"ALL","PortRange":"-1/-1","DestCidrIp":"0.0.0.0/0","Policy":"Drop","Priority":1,"NicType":"intranet"}]}}`

// manyRequests drop tcp to 10.0.0.1, one port each.
func manyRequests(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=%d/%d&DestCidrIp=10.0.0.1&Policy=drop\n", i+1, i+1)
	}
	return b.String()
}

// Files named by the flag and as arguments are one set: the pages of a reply may be
// given either way, and a group may not be given twice.
func TestFilesBothWays(t *testing.T) {
	t.Parallel()
	const pages = "../../ecs/testdata/replies/page-"
	args := []string{"lint", "--fail-on", "never", "--json", "-g", pages + "1.json", pages + "2.json"}
	flags := []string{"lint", "--fail-on", "never", "--json", "-g", pages + "1.json", "-g", pages + "2.json"}
	want := sluice("", flags...)
	if want.status != statusDone {
		t.Fatalf("sluice %q: %+v, want status 0", flags, want)
	}
	check(t, sluice("", args...), want, args...)
	refused(t, "", []string{"lint", "-g", older, older}, `"sg-older01"`, "twice")
	refused(t, "", []string{"find", "-g", pages + "1.json"}, "page-1.json")
}

// A rule that names a group of unknown members has no meaning: no command answers.
func TestUnknownMembers(t *testing.T) {
	t.Parallel()
	g := file(t, `{"SecurityGroupId":"sg-1","VpcId":"vpc-1","Permissions":{"Permission":[
{"Direction":"egress","IpProtocol":"TCP","PortRange":"1/2","DestGroupId":"sg-2","Policy":"Drop","Priority":"1"}]}}`)
	const packet = "icmp 10.0.0.1 > 10.0.0.2"
	for _, args := range [][]string{
		{"decide", "-g", g, packet}, {"explain", "-g", g, packet}, {"lint", g}, {"lint", "--sarif", g}, {"find", "-g", g},
		{"find", "--each-rule", "-g", g}, {"diff", g, g}, {"test", "-g", g, file(t, `{"packet":"`+packet+`","want":"accept"}`)},
	} {
		got := sluice("", args...)
		if got.status != statusBad || got.stdout != "" || !strings.Contains(got.stderr, `DestGroupId "sg-2": the group's members are not known`) {
			t.Errorf("sluice %q: status %d, output %q, message %q, want status 2 and a message that names the group", args, got.status, got.stdout, got.stderr)
		}
	}
}

// Groups that no interface can have together: every command says why.
func TestGroupsOfTwoNetworks(t *testing.T) {
	t.Parallel()
	vpc := file(t, `{"SecurityGroupId":"sg-1","VpcId":"vpc-1","Permissions":{"Permission":[]}}`)
	classic := file(t, `{"SecurityGroupId":"sg-2","VpcId":"","Permissions":{"Permission":[]}}`)
	for _, args := range [][]string{{"decide", "-g", vpc, "-g", classic, "icmp 10.0.0.1 > 10.0.0.2"}, {"lint", vpc, classic}, {"find", vpc, classic}, {"diff", vpc, vpc + "," + classic}} {
		got := sluice("", args...)
		if got.status != statusBad || got.stdout != "" || !strings.Contains(got.stderr, "classic") || !strings.Contains(got.stderr, "sg-2") {
			t.Errorf("sluice %q: status %d, output %q, message %q, want status 2 and a message that names the network", args, got.status, got.stdout, got.stderr)
		}
	}
}
