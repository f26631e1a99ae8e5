package rule_test

import (
	"strings"
	"testing"

	"example.com/sluice/rule"
)

func TestParseIPProtocol(t *testing.T) {
	const (
		words     = "the words are tcp, udp, icmp, icmpv6, gre and all"
		folded    = "ASCII case is ignored"
		malformed = "absent, or anything but ASCII letters and digits, is malformed"
		other     = "other words and numbers are not supported"
		code      = "InvalidIpProtocol."
	)
	portless := func(p rule.Protocol) func(*rule.Rule) {
		return func(r *rule.Rule) { r.Protocol, r.DstPorts = p, rule.PortRange{} }
	}
	v6 := func(r *rule.Rule) { portless(rule.ICMPv6)(r); r.Dst = prefix("2001:db8::/32") }
	cases := []parseCase{
		{name: "tcp", why: words, set: []string{"IpProtocol=tcp"}},
		{name: "udp", why: words, set: []string{"IpProtocol=udp"}, rule: func(r *rule.Rule) { r.Protocol = rule.UDP }},
		{name: "icmp", why: words, set: []string{"IpProtocol=icmp", "PortRange=-1/-1"}, rule: portless(rule.ICMP)},
		{name: "icmpv6", why: words, set: []string{"IpProtocol=icmpv6", "PortRange=-1/-1", "DestCidrIp=", "Ipv6DestCidrIp=2001:db8::/32"}, rule: v6},
		{name: "gre", why: words, set: []string{"IpProtocol=gre", "PortRange=-1/-1"}, rule: portless(rule.GRE)},
		{name: "all", why: words, set: []string{"IpProtocol=all", "PortRange=-1/-1"}, rule: portless(rule.All)},
		{name: "capitals", why: folded, set: []string{"IpProtocol=TCP"}},
		{name: "mixed case", why: folded, set: []string{"IpProtocol=IcMpV6", "PortRange=-1/-1", "DestCidrIp=", "Ipv6DestCidrIp=2001:db8::/32"}, rule: v6},
	}
	for _, bad := range []struct{ name, value string }{
		{"a space before", " tcp"},
		{"a space at the end", "tcp "},
		{"a hyphen", "icmp-v6"},
		{"a sign", "-1"},
		{"a slash", "tcp/udp"},
		{"a comma", "tcp,udp"},
		{"a NUL", "tcp\x00"},
		{"not UTF-8", "tcp\xff"},
		{"the Kelvin sign", "\u212A"},
		{"a dotless i", "\u0131cmp"},
		{"a capital I with a dot", "\u0130CMP"},
		{"letters of full width", "\uFF54\uFF43\uFF50"},
		{"a long s, which folds to s", "\u017Fctp"},
		{"a digit that is not ASCII", "icmpv\u0666"},
		{"a letter with an accent joined", "tcp\u0301"},
	} {
		cases = append(cases, parseCase{name: bad.name, why: malformed, set: []string{"IpProtocol=" + bad.value},
			faults: []fault{refused(code+"Malformed", "IpProtocol", bad.value)}})
	}
	cases = append(cases, parseCase{name: "absent", why: malformed, set: []string{"IpProtocol="},
		faults: []fault{refused(code+"Malformed", "IpProtocol", "")}})
	for _, value := range []string{"sctp", "6", "17", "0", "256", "icmpv4", "icmp6", "any", "Tcp6", "k", "9", "a", "z", "A", "Z", strings.Repeat("x", 5000)} {
		cases = append(cases, parseCase{name: value[:min(len(value), 9)], why: other, set: []string{"IpProtocol=" + value},
			faults: []fault{refused(code+"ValueNotSupported", "IpProtocol", value)}})
	}
	runParse(t, cases)
}

func TestParsePortRange(t *testing.T) {
	const shape = "tcp and udp take start/end with 1 <= start <= end <= 65535"
	ports := func(first, last uint16) func(*rule.Rule) {
		return func(r *rule.Rule) { r.DstPorts = rule.PortRange{First: first, Last: last} }
	}
	runParse(t, []parseCase{
		{name: "one port", why: shape, set: []string{"PortRange=1/1"}, rule: ports(1, 1)},
		{name: "the page's example", why: shape, set: []string{"PortRange=1/200"}, rule: ports(1, 200)},
		{name: "every port", why: shape, set: []string{"PortRange=1/65535"}, rule: ports(1, 65535)},
		{name: "the last port", why: shape, set: []string{"PortRange=65535/65535"}, rule: ports(65535, 65535)},
		{name: "absent", why: "PortRange is required", set: []string{"PortRange="},
			faults: []fault{refused("InvalidParam.PortRange", "PortRange", "")}},
		{name: "absent for a protocol without ports", why: "PortRange is required for every protocol", set: []string{"IpProtocol=all", "PortRange="},
			faults: []fault{refused("InvalidParam.PortRange", "PortRange", "")}},
		{name: "tcp without restriction", why: "right shape, wrong protocol", set: []string{"PortRange=-1/-1"},
			faults: []fault{refused("OperationDenied", "PortRange", "-1/-1")}},
		{name: "udp without restriction", why: "right shape, wrong protocol", set: []string{"IpProtocol=udp", "PortRange=-1/-1"},
			faults: []fault{refused("OperationDenied", "PortRange", "-1/-1")}},
		{name: "icmp with a port", why: "right shape, wrong protocol", set: []string{"IpProtocol=icmp"},
			faults: []fault{refused("OperationDenied", "PortRange", "22/22")}},
		{name: "gre with a port", why: "right shape, wrong protocol", set: []string{"IpProtocol=gre"},
			faults: []fault{refused("OperationDenied", "PortRange", "22/22")}},
		{name: "all with a port", why: "right shape, wrong protocol", set: []string{"IpProtocol=all"},
			faults: []fault{refused("OperationDenied", "PortRange", "22/22")}},
		{name: "all with every port", why: "right shape, wrong protocol", set: []string{"IpProtocol=all", "PortRange=1/65535"},
			faults: []fault{refused("OperationDenied", "PortRange", "1/65535")}},
		{name: "icmpv6 with a port", why: "right shape, wrong protocol",
			set:    []string{"IpProtocol=icmpv6", "DestCidrIp=", "Ipv6DestCidrIp=::/0"},
			faults: []fault{refused("OperationDenied", "PortRange", "22/22")}},
		{name: "icmp with no range at all", why: "the shape is looked at before the protocol", set: []string{"IpProtocol=icmp", "PortRange=22"},
			faults: []fault{refused("InvalidParam.PortRange", "PortRange", "22")}},
		{name: "a range of ports for an unknown protocol", why: "whether it goes with the protocol cannot be told", set: []string{"IpProtocol=sctp"},
			faults: []fault{refused("InvalidIpProtocol.ValueNotSupported", "IpProtocol", "sctp")}},
		{name: "no restriction for an unknown protocol", why: "whether it goes with the protocol cannot be told", set: []string{"IpProtocol=sctp", "PortRange=-1/-1"},
			faults: []fault{refused("InvalidIpProtocol.ValueNotSupported", "IpProtocol", "sctp")}},
	})
}

// The texts that are no range of ports are refused in both parameters, for
// protocols with ports and without.
func TestParsePortRangeMalformed(t *testing.T) {
	texts := []struct{ name, text string }{
		{"one port alone", "80"},
		{"start after end", "200/1"},
		{"port 0 twice", "0/0"},
		{"from port 0", "0/80"},
		{"to port 0", "1/0"},
		{"past the last port", "1/65536"},
		{"both past the last port", "65536/65536"},
		{"the first past the last port", "65536/1"},
		{"past 32 bits", "1/4294967297"},
		{"past 64 bits", "18446744073709551617/18446744073709551618"},
		{"a plus", "+1/2"},
		{"a leading zero", "01/2"},
		{"a leading zero in the end", "1/02"},
		{"all zeros", "00/00"},
		{"a space before the slash", "1 /2"},
		{"a space after the slash", "1/ 2"},
		{"a space before", " 1/2"},
		{"a space at the end", "1/2 "},
		{"a line feed at the end", "1/2\n"},
		{"-1 and a port", "-1/80"},
		{"a port and -1", "80/-1"},
		{"-1 alone", "-1"},
		{"-2 twice", "-2/-2"},
		{"minus zero", "-0/-0"},
		{"-1 with a leading zero", "-01/-1"},
		{"-1 with a space", "-1/-1 "},
		{"no end", "1/"},
		{"no start", "/1"},
		{"a slash alone", "/"},
		{"a space alone", " "},
		{"three parts", "1/2/3"},
		{"two slashes", "1//2"},
		{"a hyphen for the slash", "1-2"},
		{"a list", "1/2,3/4"},
		{"hexadecimal", "0x1/0x2"},
		{"a separator of digits", "1_0/2_0"},
		{"a separator of thousands", "1,000/2,000"},
		{"an exponent", "1e1/1e2"},
		{"a fraction", "1.0/2.0"},
		{"words", "any/any"},
		{"digits that are not ASCII", "\u0661/\u0662"},
		{"digits of full width", "\uFF11/\uFF12"},
		{"a slash that is not ASCII", "1\u20442"},
		{"a minus that is not ASCII", "\u22121/\u22121"},
		{"not UTF-8", "1/2\xff"},
		{"a NUL", "1/2\x00"},
		{"a port of ten thousand digits", strings.Repeat("1", 10000) + "/2"},
	}
	var cases []parseCase
	for _, bad := range texts {
		for _, in := range []struct{ protocol, param, ports string }{
			{"tcp", "PortRange", ""},
			{"udp", "SourcePortRange", "PortRange=22/22"},
			{"icmp", "PortRange", ""},
			{"all", "SourcePortRange", "PortRange=-1/-1"},
			{"sctp", "PortRange", ""},
		} {
			c := parseCase{
				name:   in.protocol + " " + in.param + " " + bad.name,
				why:    "not that shape or range",
				set:    []string{"IpProtocol=" + in.protocol, in.param + "=" + bad.text},
				faults: []fault{refused("InvalidParam.PortRange", in.param, bad.text)},
			}
			if in.ports != "" {
				c.set = append(c.set, in.ports)
			}
			if in.protocol == "sctp" {
				c.faults = append([]fault{refused("InvalidIpProtocol.ValueNotSupported", "IpProtocol", "sctp")}, c.faults...)
			}
			cases = append(cases, c)
		}
	}
	runParse(t, cases)
}

func TestParseSourcePortRange(t *testing.T) {
	const anyWhy = "ours: -1/-1 means any for every protocol"
	runParse(t, []parseCase{
		{name: "absent", why: "absent means any", set: []string{"SourcePortRange="}},
		{name: "the page's example", why: "as PortRange", set: []string{"SourcePortRange=80/80"},
			rule: func(r *rule.Rule) { r.SrcPorts = rule.PortRange{First: 80, Last: 80} }},
		{name: "every port", why: "a range, not the absence of one", set: []string{"SourcePortRange=1/65535"},
			rule: func(r *rule.Rule) { r.SrcPorts = rule.PortRange{First: 1, Last: 65535} }},
		{name: "tcp any", why: anyWhy, set: []string{"SourcePortRange=-1/-1"}},
		{name: "udp any", why: anyWhy, set: []string{"IpProtocol=udp", "SourcePortRange=-1/-1"}, rule: func(r *rule.Rule) { r.Protocol = rule.UDP }},
		{name: "icmp any", why: anyWhy, set: []string{"IpProtocol=icmp", "PortRange=-1/-1", "SourcePortRange=-1/-1"},
			rule: func(r *rule.Rule) { r.Protocol, r.DstPorts = rule.ICMP, rule.PortRange{} }},
		{name: "icmp with a port", why: "right shape, wrong protocol", set: []string{"IpProtocol=icmp", "PortRange=-1/-1", "SourcePortRange=22/22"},
			faults: []fault{refused("OperationDenied", "SourcePortRange", "22/22")}},
		{name: "gre with a port", why: "right shape, wrong protocol", set: []string{"IpProtocol=gre", "PortRange=-1/-1", "SourcePortRange=1/65535"},
			faults: []fault{refused("OperationDenied", "SourcePortRange", "1/65535")}},
		{name: "all with a port", why: "right shape, wrong protocol", set: []string{"IpProtocol=all", "PortRange=-1/-1", "SourcePortRange=22/22"},
			faults: []fault{refused("OperationDenied", "SourcePortRange", "22/22")}},
		{name: "a port for an unknown protocol", why: "whether it goes with the protocol cannot be told", set: []string{"IpProtocol=6", "SourcePortRange=22/22"},
			faults: []fault{refused("InvalidIpProtocol.ValueNotSupported", "IpProtocol", "6")}},
		{name: "both ranges wrong", why: "each names its parameter", set: []string{"PortRange=2/1", "SourcePortRange=1"},
			faults: []fault{refused("InvalidParam.PortRange", "PortRange", "2/1"), refused("InvalidParam.PortRange", "SourcePortRange", "1")}},
	})
}
