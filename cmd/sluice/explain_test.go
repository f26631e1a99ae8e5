package main

import (
	"strings"
	"testing"
)

const tied = "tcp 10.0.0.5:51000 > 203.0.113.9:443"

// Worked out by hand from the rules of describe-newer.json; their order is told
// at byHand.
const (
	tiedAnswer = `{"packet":"tcp 10.0.0.5:51000 > 203.0.113.9:443","verdict":"drop","cause":"rule","rule":{"group":"sg-web","index":1,"id":"sgr-web02","priority":10,"policy":"drop"},` +
		`"overridden":[{"group":"sg-web","index":0,"id":"sgr-web01","priority":10,"policy":"accept","why":"drop wins the tie"},` +
		`{"group":"sg-web","index":6,"id":"sgr-web07","priority":100,"policy":"drop","why":"priority"}]`
	tiedMissed = `,"missed":[{"group":"sg-web","index":2,"id":"sgr-web03","priority":1,"policy":"accept","field":"dst"},` +
		`{"group":"sg-web","index":3,"id":"sgr-web04","priority":1,"policy":"accept","field":"protocol"},` +
		`{"group":"sg-web","index":5,"id":"sgr-web06","priority":5,"policy":"accept","field":"protocol"},` +
		`{"group":"sg-web","index":4,"id":"sgr-web05","priority":20,"policy":"accept","field":"dst"},` +
		`{"group":"sg-web","index":7,"id":"sgr-web08","priority":100,"policy":"drop","field":"dst"}]`
)

func TestExplainJSON(t *testing.T) {
	args := []string{"explain", "--json", "-g", newer, "--members", members, tied}
	check(t, sluice("", args...), result{1, tiedAnswer + "}\n", ""}, args...)

	args = append(args, "--all")
	check(t, sluice("", args...), result{1, tiedAnswer + tiedMissed + "}\n", ""}, args...)
	args[len(args)-2] = "-"
	check(t, sluice(tied, args...), result{1, tiedAnswer + tiedMissed + "}\n", ""}, args...)
}

func TestExplainEmptyLists(t *testing.T) {
	group := file(t, oneRule)
	for _, test := range []struct{ name, packet, want string }{
		{"nothing overridden, nothing missed", "tcp 10.0.0.5:1 > 203.0.113.9:443",
			`"verdict":"accept","cause":"rule","rule":{"group":"sg-1","index":0,"priority":7,"policy":"accept"},"overridden":[],"missed":[]}`},
		{"default", "tcp 10.0.0.5:1 > 203.0.113.9:80",
			`"verdict":"accept","cause":"default","overridden":[],"missed":[{"group":"sg-1","index":0,"priority":7,"policy":"accept","field":"dst_port"}]}`},
		{"invalid", "icmp 10.0.0.5 > ::1", `"verdict":"drop","cause":"invalid","overridden":[],"missed":[]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			status := 0
			if strings.Contains(test.want, `"drop"`) {
				status = 1
			}
			args := []string{"explain", "--json", "--all", "-g", group, test.packet}
			check(t, sluice("", args...), result{status, `{"packet":"` + test.packet + `",` + test.want + "\n", ""}, args...)
		})
	}
}

// requests makes a group's file of request lines that name group id.
func requests(t *testing.T, id, lines string) string {
	t.Helper()
	text := ""
	for line := range strings.Lines(lines) {
		text += "SecurityGroupId=" + id + "&" + line
	}
	return file(t, text)
}

// Each reason to lose and each field that rules out, from rules made for it; a
// rule that fails in several fields is told by the first.
func TestExplainReasons(t *testing.T) {
	group := requests(t, "sg-1", `NicType=intranet&IpProtocol=tcp&PortRange=443/443&DestCidrIp=192.0.2.1&Priority=2
NicType=intranet&IpProtocol=tcp&PortRange=1/65535&DestCidrIp=192.0.2.1&Priority=2
NicType=intranet&IpProtocol=tcp&PortRange=1/65535&DestCidrIp=192.0.2.1&Priority=3&Policy=drop
NicType=intranet&IpProtocol=udp&PortRange=443/443&DestCidrIp=192.0.2.2
NicType=intranet&IpProtocol=tcp&PortRange=443/443&DestCidrIp=192.0.2.2&SourceCidrIp=10.9.9.9
NicType=intranet&IpProtocol=tcp&PortRange=80/80&DestCidrIp=192.0.2.1&SourceCidrIp=10.9.9.9
NicType=intranet&IpProtocol=tcp&PortRange=80/80&DestCidrIp=192.0.2.1&SourcePortRange=7/7
NicType=internet&IpProtocol=tcp&PortRange=443/443&DestCidrIp=192.0.2.1&SourcePortRange=7/7
NicType=internet&IpProtocol=tcp&PortRange=443/443&DestCidrIp=192.0.2.1
`)
	const want = `accept  tcp 10.0.0.5:1 > 192.0.2.1:443 intranet
  decides           sg-1[0] accept tcp to 192.0.2.1/32 port 443 priority 2
                    nic intranet
  lost: order       sg-1[1] accept tcp to 192.0.2.1/32 port 1/65535 priority 2
                    nic intranet
  lost: priority    sg-1[2] drop tcp to 192.0.2.1/32 port 1/65535 priority 3
                    nic intranet
  missed: protocol  sg-1[3] accept udp to 192.0.2.2/32 port 443 priority 1
                    nic intranet
  missed: dst       sg-1[4] accept tcp from 10.9.9.9/32 to 192.0.2.2/32 port 443
                    priority 1 nic intranet
  missed: src       sg-1[5] accept tcp from 10.9.9.9/32 to 192.0.2.1/32 port 80
                    priority 1 nic intranet
  missed: dst_port  sg-1[6] accept tcp sport 7 to 192.0.2.1/32 port 80
                    priority 1 nic intranet
  missed: src_port  sg-1[7] accept tcp sport 7 to 192.0.2.1/32 port 443
                    priority 1 nic internet
  missed: nic       sg-1[8] accept tcp to 192.0.2.1/32 port 443 priority 1
                    nic internet

`
	args := []string{"explain", "--all", "--network", "classic", "-g", group, "tcp 10.0.0.5:1 > 192.0.2.1:443 intranet"}
	check(t, sluice("", args...), result{0, want, ""}, args...)
}

func TestExplainText(t *testing.T) {
	group := file(t, oneRule)
	const want = `accept  tcp 10.0.0.5:1 > 203.0.113.9:80
  decides           default: no rule matches

drop    icmp 10.0.0.5 > ::1
  decides           invalid: want two addresses of one IP version

`
	args := []string{"explain", "-g", group, "tcp 10.0.0.5:1 > 203.0.113.9:80", "icmp 10.0.0.5 > ::1"}
	check(t, sluice("", args...), result{1, want, ""}, args...)
}

// Explain answers every packet as decide does.
func TestExplainAgreesWithDecide(t *testing.T) {
	packets := readFile(t, packetsFile)
	args := []string{"--json", "-g", newer, "--members", members}
	decided := strings.Split(sluice(packets, append([]string{"decide"}, args...)...).stdout, "\n")
	explained := strings.Split(sluice(packets, append([]string{"explain"}, args...)...).stdout, "\n")
	if len(decided) != len(byHand)+1 || len(explained) != len(decided) {
		t.Fatalf("decide gives %d lines, explain %d, want %d each", len(decided), len(explained), len(byHand)+1)
	}
	for i, d := range decided[:len(byHand)] {
		if !strings.HasPrefix(explained[i], strings.TrimSuffix(d, "}")) {
			t.Errorf("packet %d: explain gives\n%s\nwhich does not start as decide's\n%s", i, explained[i], d)
		}
	}
}
