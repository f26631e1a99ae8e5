package main

import (
	"strconv"
	"strings"
	"testing"
)

// The answers to testdata/packets.txt by describe-newer.json and members.json,
// worked out by hand. The order of the rules is 2 and 3 (priority 1), 5 (5), 1
// before 0 (10, drop first), 4 (20), 6 and 7 (100).
var byHand = []struct{ packet, answer string }{
	// Not in 203.0.113.0/24, so that rule 1 lets it pass to rule 0.
	{"tcp 10.0.0.5:51000 > 198.51.100.7:443", `"verdict":"accept","cause":"rule","rule":{"group":"sg-web","index":0,"id":"sgr-web01","priority":10,"policy":"accept"}`},
	// In it: drop wins the tie of rules 0 and 1.
	{"tcp 10.0.0.5:51000 > 203.0.113.9:443", `"verdict":"drop","cause":"rule","rule":{"group":"sg-web","index":1,"id":"sgr-web02","priority":10,"policy":"drop"}`},
	// A member of sg-db.
	{"tcp 10.0.0.5:51000 > 10.0.8.11:3306", `"verdict":"accept","cause":"rule","rule":{"group":"sg-web","index":2,"id":"sgr-web03","priority":1,"policy":"accept"}`},
	// Not one.
	{"tcp 10.0.0.5:51000 > 10.0.8.12:3306", `"verdict":"drop","cause":"rule","rule":{"group":"sg-web","index":6,"id":"sgr-web07","priority":100,"policy":"drop"}`},
	// One source port too low for rule 3.
	{"udp 10.0.0.5:1023 > 100.100.2.136:53", `"verdict":"drop","cause":"rule","rule":{"group":"sg-web","index":6,"id":"sgr-web07","priority":100,"policy":"drop"}`},
	{"udp 10.0.0.5:1024 > 100.100.2.136:53", `"verdict":"accept","cause":"rule","rule":{"group":"sg-web","index":3,"id":"sgr-web04","priority":1,"policy":"accept"}`},
	{"icmp 10.0.0.5 > 8.8.8.8", `"verdict":"drop","cause":"rule","rule":{"group":"sg-web","index":6,"id":"sgr-web07","priority":100,"policy":"drop"}`},
	{"icmpv6 2001:db8::5 > 2001:db8::9", `"verdict":"accept","cause":"rule","rule":{"group":"sg-web","index":5,"id":"sgr-web06","priority":5,"policy":"accept"}`},
	// 1aff is the last of the /56 of rule 4.
	{"tcp [2001:db8::5]:40000 > [2001:db8:1234:1aff::1]:443", `"verdict":"accept","cause":"rule","rule":{"group":"sg-web","index":4,"id":"sgr-web05","priority":20,"policy":"accept"}`},
	// ::ffff:203.0.113.9 is read as IPv4.
	{"tcp 10.0.0.5:51000 > 203.0.113.9:443", `"verdict":"drop","cause":"rule","rule":{"group":"sg-web","index":1,"id":"sgr-web02","priority":10,"policy":"drop"}`},
	// Protocol 50 meets the rules of all protocols.
	{"50 10.0.0.5 > 192.0.2.1", `"verdict":"drop","cause":"rule","rule":{"group":"sg-web","index":6,"id":"sgr-web07","priority":100,"policy":"drop"}`},
}

func TestDecideTestdata(t *testing.T) {
	var want strings.Builder
	for _, x := range byHand {
		want.WriteString(`{"packet":"` + x.packet + `",` + x.answer + "}\n")
	}
	packets := readFile(t, packetsFile)
	args := []string{"decide", "--json", "--group", newer, "--members", members}
	check(t, sluice(packets, args...), result{1, want.String(), ""}, args...)
	check(t, sluice(packets, append(args, "-")...), result{1, want.String(), ""}, args...)

	lines := strings.Split(strings.TrimSuffix(packets, "\n"), "\n")
	check(t, sluice("", append(args, lines...)...), result{1, want.String(), ""}, args...)
	crlf := strings.ReplaceAll(strings.TrimSuffix(packets, "\n"), "\n", "\r\n")
	check(t, sluice(crlf, args...), result{1, want.String(), ""}, args...)
}

func TestDecideText(t *testing.T) {
	const packets = `tcp 10.0.0.5:51000 > 198.51.100.7:443
udp 10.0.0.5:1023 > 100.100.2.136:53
udp [2001:db8::5]:53 > 10.0.0.1:53
icmpv6 2001:db8::5 > 2001:db8::9
`
	const want = `accept  sg-web[0]  tcp 10.0.0.5:51000 > 198.51.100.7:443
drop    sg-web[6]  udp 10.0.0.5:1023 > 100.100.2.136:53
drop    invalid    udp [2001:db8::5]:53 > 10.0.0.1:53
accept  sg-web[5]  icmpv6 2001:db8::5 > 2001:db8::9
`
	args := []string{"decide", "-g", newer, "--members", members}
	check(t, sluice(packets, args...), result{1, want, ""}, args...)
}

// The group of these tests: one accept rule, so that the default shows.
const oneRule = "# a group\n\n" + `SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=443/443&DestCidrIp=203.0.113.0/24&Priority=7
`

func TestDecideStatusAndDefault(t *testing.T) {
	group := file(t, oneRule)
	const hit, miss = "tcp 10.0.0.5:1 > 203.0.113.9:443", "tcp 10.0.0.5:1 > 192.0.2.1:443"
	const byRule = `{"packet":"` + hit + `","verdict":"accept","cause":"rule","rule":{"group":"sg-1","index":0,"priority":7,"policy":"accept"}}` + "\n"
	const accepted = `{"packet":"` + miss + `","verdict":"accept","cause":"default"}` + "\n"
	const dropped = `{"packet":"` + miss + `","verdict":"drop","cause":"default"}` + "\n"
	const mixed = `{"packet":"gre 10.0.0.5 > 2001:db8::1","verdict":"drop","cause":"invalid"}` + "\n"
	for _, test := range []struct {
		name string
		args []string
		want result
	}{
		{"accepted by a rule", []string{hit}, result{0, byRule, ""}},
		{"accepted by default", []string{hit, miss}, result{0, byRule + accepted, ""}},
		{"dropped by default", []string{"--type", "advanced", miss, hit}, result{1, dropped + byRule, ""}},
		{"enterprise is advanced", []string{"--type", "enterprise", miss}, result{1, dropped, ""}},
		{"an invalid packet is dropped", []string{hit, "gre 10.0.0.5 > 2001:db8::1"}, result{1, byRule + mixed, ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"decide", "--json", "-g", group}, test.args...)
			check(t, sluice("", args...), test.want, args...)
		})
	}
}

func TestDecideSeveralGroups(t *testing.T) {
	a := file(t, "SecurityGroupId=sg-a&IpProtocol=tcp&PortRange=1/65535&DestCidrIp=0.0.0.0/0&Priority=5\n")
	b := file(t, "SecurityGroupId=sg-b&IpProtocol=tcp&PortRange=22/22&DestCidrIp=0.0.0.0/0&Priority=5&Policy=drop\n")
	const ssh = "tcp 10.0.0.5:1 > 192.0.2.1:22"
	const want = `{"packet":"` + ssh + `","verdict":"drop","cause":"rule","rule":{"group":"sg-b","index":0,"priority":5,"policy":"drop"}}` + "\n"
	for _, groups := range [][2]string{{a, b}, {b, a}} {
		args := []string{"decide", "--json", "-g", groups[0], "--group", groups[1], ssh}
		check(t, sluice("", args...), result{1, want, ""}, args...)
	}
}

func TestDecideClassic(t *testing.T) {
	group := file(t, "SecurityGroupId=sg-c&IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0&NicType=intranet&Policy=drop\n")
	args := []string{"decide", "--json", "--network", "classic", "-g", group, "gre 10.0.0.5 > 192.0.2.1 internet", "gre 10.0.0.5 > 192.0.2.1 intranet"}
	want := `{"packet":"gre 10.0.0.5 > 192.0.2.1 internet","verdict":"accept","cause":"default"}
{"packet":"gre 10.0.0.5 > 192.0.2.1 intranet","verdict":"drop","cause":"rule","rule":{"group":"sg-c","index":0,"priority":1,"policy":"drop"}}
`
	check(t, sluice("", args...), result{1, want, ""}, args...)
}

// Classic groups refuse a packet that names no NIC, wherever packets are read, and
// print packets that read back. In a VPC the NIC plays no part.
func TestPacketsNameTheNIC(t *testing.T) {
	group := file(t, "SecurityGroupId=sg-c&IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0&NicType=intranet&Policy=drop\n")
	const named, unnamed = "gre 10.0.0.5 > 192.0.2.1 internet", "gre 10.0.0.5 > 192.0.2.1"
	const object = `{"protocol":"gre","src":"10.0.0.5","dst":"192.0.2.1"}`
	const message = `: packet "gre 10.0.0.5 > 192.0.2.1" names no NIC, and the groups are classic: want internet or intranet behind it, in JSON a key nic`
	lines := "# office\n\n" + named + "\n" + unnamed + "\n"
	cases := file(t, `{"packet":"`+named+`","want":"accept"}`+"\n\n"+`{"packet":"`+unnamed+`","want":"drop"}`+"\n")
	for _, c := range []struct {
		name, stdin, place string
		args               []string
		answered           bool // what stands before the packet
	}{
		{"decide, arguments", "", "argument 2", []string{"decide", named, unnamed}, false},
		{"decide, an object", "", "argument 1", []string{"decide", object, named}, false},
		{"decide, lines", lines, "standard input line 4", []string{"decide", "-"}, true},
		{"explain, arguments", "", "argument 2", []string{"explain", named, unnamed}, false},
		{"explain, lines", lines, "standard input line 4", []string{"explain"}, true},
		{"test", "", cases + " line 3", []string{"test", cases}, false},
	} {
		args := append([]string{c.args[0], "--network", "classic", "-g", group}, c.args[1:]...)
		got := sluice(c.stdin, args...)
		if got.status != 2 || !strings.Contains(got.stderr, c.place+message) || (got.stdout != "") != c.answered {
			t.Errorf("%s: sluice %q = %+v, want status 2 and %s%s", c.name, args, got, c.place, message)
		}
		args[2] = "vpc"
		args[4] = file(t, "SecurityGroupId=sg-v&IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0&Policy=accept\n")
		if got := sluice(c.stdin, args...); got.status == 2 {
			t.Errorf("%s, in a VPC: sluice %q = %+v, want an answer", c.name, args, got)
		}
	}
	for _, command := range []string{"decide", "explain"} {
		args := []string{command, "--network", "classic", "-g", group, unnamed + " intranet"}
		if got := sluice("", args...); got.status != 1 || !strings.Contains(got.stdout, unnamed+" intranet\n") {
			t.Errorf("sluice %q = %+v, want the packet as it was given", args, got)
		}
	}
	args := []string{"find", "--network", "classic", "-g", group, "--verdict", "drop"}
	if got := sluice("", args...); got.status != 0 || !strings.Contains(got.stdout, " intranet\n") {
		t.Errorf("sluice %q = %+v, want a packet that names its NIC", args, got)
	}
}

// What decides has a column of its own, as wide in characters as the table's rules
// need, whatever packets come.
func TestDecideColumn(t *testing.T) {
	t.Parallel()
	lines := ""
	for range 11 { // the last rule has an index of two digits
		lines += "IpProtocol=tcp&PortRange=443/443&DestCidrIp=203.0.113.0/24&Priority=" + strconv.Itoa(strings.Count(lines, "\n")+1) + "&SourceCidrIp=10.0.0." + strconv.Itoa(strings.Count(lines, "\n")) + "\n"
	}
	group := requests(t, "sg-水", lines)
	args := []string{"decide", "-g", group, "tcp 10.0.0.0:1 > 203.0.113.9:443", "tcp 10.0.0.10:1 > 203.0.113.9:443", "udp [2001:db8::5]:53 > [2001:db8::9]:53", "gre 10.0.0.5 > ::1"}
	const want = `accept  "sg-水"[0]   tcp 10.0.0.0:1 > 203.0.113.9:443
accept  "sg-水"[10]  tcp 10.0.0.10:1 > 203.0.113.9:443
accept  default     udp [2001:db8::5]:53 > [2001:db8::9]:53
drop    invalid     gre 10.0.0.5 > ::1
`
	check(t, sluice("", args...), result{1, want, ""}, args...)
	args = []string{"decide", "-g", file(t, oneRule), "gre 10.0.0.5 > 192.0.2.1", goodPacket}
	check(t, sluice("", args...), result{0, "accept  default  gre 10.0.0.5 > 192.0.2.1\naccept  sg-1[0]  " + goodPacket + "\n", ""}, args...)
}

// Names from files go into JSON and onto terminals: they must neither break the
// one nor command the other.
func TestDecideOddNames(t *testing.T) {
	group := file(t, `{"SecurityGroupId":"sg\"1\"@[2J<é>","VpcId":"vpc-1","Permissions":{"Permission":[
		{"SecurityGroupRuleId":"a\\b\"@","Direction":"egress","IpProtocol":"ALL","PortRange":"-1/-1","DestCidrIp":"0.0.0.0/0","Policy":"Accept","Priority":1}]}}`)
	const packet = "gre 10.0.0.5 > 192.0.2.1"
	args := []string{"decide", "-g", group, packet, "--json"}
	check(t, sluice("", args...), result{0, `{"packet":"` + packet + `","verdict":"accept","cause":"rule","rule":{"group":"sg\"1\"@[2J<é>","index":0,"id":"a\\b\"@","priority":1,"policy":"accept"}}` + "\n", ""}, args...)

	args = args[:4]
	check(t, sluice("", args...), result{0, `accept  "sg\"1\"@[2J<é>"[0]  gre 10.0.0.5 > 192.0.2.1` + "\n", ""}, args...)
}

// What decides stands in a column of one width, also where it is wider than any
// rule's place.
func TestDecideColumns(t *testing.T) {
	t.Parallel()
	g := file(t, `{"SecurityGroupId":"g","VpcId":"vpc-1","Permissions":{"Permission":[
{"Direction":"egress","IpProtocol":"ICMP","PortRange":"-1/-1","DestCidrIp":"10.0.0.1","Policy":"Drop","Priority":"1"}]}}`)
	got := sluice("", "decide", "-g", g, "icmp 10.0.0.9 > 10.0.0.1", "icmp 10.0.0.9 > 10.0.0.2")
	check(t, got, result{statusFound, "" +
		"drop    g[0]     icmp 10.0.0.9 > 10.0.0.1\n" +
		"accept  default  icmp 10.0.0.9 > 10.0.0.2\n", ""}, "decide")
}
