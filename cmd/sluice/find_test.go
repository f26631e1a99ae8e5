package main

import (
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	for _, test := range []struct {
		name, args string
		status     int
		want       string // of standard output
	}{
		{"a packet", "-g " + after + " --verdict accept --dst 198.51.100.0/24 --dst-port 587", 0,
			"accept  sg-checkout[6]  tcp 10.0.0.5:51000 > 198.51.100.25:587\n"},
		{"in JSON", "--json -g " + after + " --verdict accept --dst 198.51.100.0/24 --dst-port 587", 0,
			`{"packet":"tcp 10.0.0.5:51000 > 198.51.100.25:587","verdict":"accept","cause":"rule","rule":{"group":"sg-checkout","index":6,"id":"sgr-co07","priority":10,"policy":"accept"}}` + "\n"},
		{"none", "-g " + after + " --verdict accept --dst 198.51.100.24 --dst-port 587/587", 1, ""},
		{"none in JSON", "--json -g " + after + " --verdict accept --src 2001:db8::/32", 1, ""},
		{"all conditions at once", "--json -g " + after + " --cause rule --protocol TCP --src 10.0.128.9/17 --dst 203.0.113.7 --src-port 5/5 --dst-port 443/443 --verdict drop --nic intranet", 0,
			`{"packet":"tcp 10.0.128.5:5 > 203.0.113.7:443","verdict":"drop","cause":"rule","rule":{"group":"sg-checkout","index":5,"id":"sgr-co06","priority":5,"policy":"drop"}}` + "\n"},
		{"by default", "--json -g " + file(t, oneRule) + " --cause default --protocol 6 --dst 203.0.113.0/24 --dst-port 443/65535 --src-port 65535/65535", 0,
			`{"packet":"tcp 10.0.0.5:65535 > 203.0.113.9:444","verdict":"accept","cause":"default"}` + "\n"},
		{"any protocol", "--json -g " + after + " --protocol all --dst 2001:db8::1", 0,
			`{"packet":"tcp [2001:db8::5]:51000 > [2001:db8::1]:443","verdict":"drop","cause":"rule","rule":{"group":"sg-checkout","index":4,"id":"sgr-co05","priority":100,"policy":"drop"}}` + "\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"find"}, strings.Fields(test.args)...)
			stderr := ""
			if test.want == "" && !strings.Contains(test.args, "--json") {
				stderr = "no packet to 198.51.100.24/32 with destination port 587 is accepted: proven for all packets\n"
			}
			check(t, sluice("", args...), result{test.status, test.want, stderr}, args...)
		})
	}
}

// Conditions that no packet meets are bad use, not a proof.
func TestFindContradictions(t *testing.T) {
	for _, test := range []struct{ name, args, want string }{
		{"two IP versions", "--src 10.0.0.1 --dst 2001:db8::1", "two IP versions"},
		{"ports of a protocol without", "--protocol gre --dst-port 1/1", "have no ports"},
		{"the default is no rule", "--each-rule --cause default", "the default is no rule"},
	} {
		got := sluice("", append([]string{"find", "-g", after}, strings.Fields(test.args)...)...)
		if got.status != 2 || got.stdout != "" || !strings.Contains(got.stderr, test.want) {
			t.Errorf("%s: find %s = status %d, %q, %q, want status 2 and %q", test.name, test.args, got.status, got.stdout, got.stderr, test.want)
		}
	}
}

// One packet for each rule that decides any, strongest rule first, and decide
// names that rule for it.
func TestFindEachRule(t *testing.T) {
	args := []string{"-g", draft, "--json"}
	got := sluice("", append([]string{"find", "--each-rule"}, args...)...)
	var packets, ids []string
	for line := range strings.Lines(got.stdout) {
		packets = append(packets, strings.Split(line, `"`)[3])
		_, id, _ := strings.Cut(line, `"id":"`)
		ids = append(ids, id[:8])
	}
	if want := "sgr-co03 sgr-co01 sgr-co02 sgr-co07 sgr-co04 sgr-co05"; got.status != statusDone || strings.Join(ids, " ") != want {
		t.Errorf("find --each-rule: status %d, rules %q, want 0 and %s", got.status, ids, want)
	}
	decided := sluice("", append(append([]string{"decide"}, packets...), args...)...)
	if decided.stdout != got.stdout {
		t.Errorf("find --each-rule:\n%s\nand decide says of the packets\n%s", got.stdout, decided.stdout)
	}
	args = append([]string{"find", "--each-rule", "--verdict", "accept", "--dst", "::/0"}, args...)
	check(t, sluice("", args...), result{1, "", ""}, args...)
}

// Conditions that no packet at all meets prove nothing about rules.
func TestContradictoryConditions(t *testing.T) {
	t.Parallel()
	for args, words := range map[string][]string{
		"--each-rule --cause default":                    {"--cause", "the default is no rule"},
		"--src 10.0.0.1 --dst 2001:db8::1":               {"--src, --dst", "IP version"},
		"--src 2001:db8::/32 --dst 0.0.0.0/0 --json":     {"--src, --dst", "IP version"},
		"--protocol icmp --dst-port 1/2":                 {"--protocol, --dst-port", "no ports"},
		"--protocol 50 --src-port 7":                     {"--protocol, --src-port", "no ports"},
		"--protocol gre --src-port 7 --dst-port 1/65535": {"--protocol, --src-port, --dst-port", "no ports"},
		"--nic internet":                                 {"--nic", "VPC", "classic"},
	} {
		refused(t, "", append([]string{"find", after}, strings.Fields(args)...), append(words, "sluice find --help")...)
	}
}

// Where there is no packet, the message says what is proven, and no more.
func TestNoneText(t *testing.T) {
	t.Parallel()
	const group = "SecurityGroupId=sg-c&IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0&NicType=internet&Policy=drop\n"
	for args, want := range map[string]string{
		"--verdict accept --dst 10.0.0.0/8 --nic internet":                            "no packet to 10.0.0.0/8 by NIC internet is accepted",
		"--cause default --protocol tcp --src 10.0.0.9 --nic internet --dst-port 443": "no packet of protocol tcp from 10.0.0.9/32 with destination port 443 by NIC internet is decided by the default",
		"--cause rule --src ::/0 --src-port 1/2":                                      "no packet from ::/0 with source port 1/2 is decided by a rule",
		"--each-rule --verdict accept --protocol all":                                 "no packet is accepted by a rule",
		"--each-rule --dst 2001:db8::/32":                                             "no packet to 2001:db8::/32 is decided by a rule",
		"--verdict drop --cause default":                                              "no packet is dropped by the default",
	} {
		args := append([]string{"find", "--network", "classic", "-"}, strings.Fields(args)...)
		check(t, sluice(group, args...), result{1, "", want + ": proven for all packets\n"}, args...)
	}
}

func TestBadConditions(t *testing.T) {
	for _, test := range []struct {
		args  string
		words []string
	}{
		{"--verdict allow", []string{`"allow"`, "--verdict", "accept or drop"}},
		{"--verdict Accept", []string{`"Accept"`, "accept or drop"}},
		{"--verdict=", []string{`""`, "accept or drop"}},
		{"--cause invalid", []string{`"invalid"`, "--cause", "rule or default"}},
		{"--nic vpc", []string{`"vpc"`, "--nic", "internet or intranet"}},
		{"--protocol sctp", []string{`"sctp"`, "--protocol", "number 0 to 255"}},
		{"--protocol 256", []string{`"256"`, "number 0 to 255"}},
		{"--src 10.0.0", []string{`"10.0.0"`, "--src", "address or CIDR block"}},
		{"--src 10.0.0.0/33", []string{`"10.0.0.0/33"`, "address or CIDR block"}},
		{"--dst ::ffff:10.0.0.0/104", []string{`--dst`, "not IPv4-mapped"}},
		{"--dst fe80::1%eth0", []string{`--dst`, "without a zone"}},
		{"--dst=", []string{`--dst`, "address or CIDR block"}},
		{"--src-port 80/", []string{`"80/"`, "--src-port", "0 <= A <= B <= 65535"}},
		{"--src-port x", []string{`"x"`, "--src-port", "a port of 0 to 65535"}},
		{"--dst-port 2/1", []string{`"2/1"`, "--dst-port", "0 <= A <= B <= 65535"}},
		{"--dst-port 1/65536", []string{`"1/65536"`, "0 <= A <= B <= 65535"}},
		{"--dst-port 01/2", []string{`"01/2"`, "0 <= A <= B <= 65535"}},
		{"--dst-port 1/2/3", []string{`"1/2/3"`, "0 <= A <= B <= 65535"}},
		{"--dst-port -1/-1", []string{`"-1/-1"`, "0 <= A <= B <= 65535"}},
	} {
		t.Run(test.args, func(t *testing.T) {
			refused(t, "", append([]string{"find", "-g", after}, strings.Fields(test.args)...), append(test.words, "sluice find --help")...)
		})
	}
}
