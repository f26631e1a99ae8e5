package rule_test

import (
	"testing"

	"example.com/sluice/rule"
)

const (
	v6Conflict = "InvalidParam.Ipv4ProtocolConflictWithIpv6Address"
	v4Conflict = "InvalidParam.Ipv6ProtocolConflictWithIpv4Address"
)

func TestParseDestination(t *testing.T) {
	const (
		none    = "none of DestCidrIp, Ipv6DestCidrIp, DestGroupId"
		both    = "DestCidrIp and Ipv6DestCidrIp"
		decides = "the address decides; the group and its owner are ignored, and not checked"
		nic     = "only DestGroupId, and NicType resolves to internet"
	)
	toGroup := func(owner, ownerID string, n rule.NIC) func(*rule.Rule) {
		return func(r *rule.Rule) {
			*r = passed(nil)
			r.Dst, r.DstGroup, r.DstOwner, r.DstOwnerID, r.NIC = passed(nil).Src, "sg-b", owner, ownerID, n
		}
	}
	runParse(t, []parseCase{
		{name: "none", why: none, set: []string{"DestCidrIp="},
			faults: []fault{refused("MissingParameter.Dest", "DestCidrIp", "")}},
		{name: "only the owner of a group", why: none, set: []string{"DestCidrIp=", "DestGroupOwnerAccount=a", "DestGroupOwnerId=1"},
			faults: []fault{refused("MissingParameter.Dest", "DestCidrIp", "")}},
		{name: "none, in a classic group", why: "no group is given that internet could not reach", network: rule.Classic, set: []string{"DestCidrIp=", "NicType=internet"},
			faults: []fault{refused("MissingParameter.Dest", "DestCidrIp", "")}},
		{name: "two addresses", why: both, set: []string{"Ipv6DestCidrIp=::/0"},
			faults: []fault{refused("InvalidParam.DestIp", "Ipv6DestCidrIp", "::/0")}},
		{name: "two addresses, one of them bad", why: "both are given all the same", set: []string{"Ipv6DestCidrIp=x"},
			faults: []fault{refused("InvalidParam.Ipv6DestCidrIp", "Ipv6DestCidrIp", "x"), refused("InvalidParam.DestIp", "Ipv6DestCidrIp", "x")}},
		{name: "two addresses and a group", why: both, set: []string{"Ipv6DestCidrIp=::/0", "DestGroupId=sg-b"},
			faults: []fault{refused("InvalidParam.DestIp", "Ipv6DestCidrIp", "::/0")}},

		{name: "a group", why: "a destination group alone", set: []string{"DestCidrIp=", "DestGroupId=sg-b"}, rule: toGroup("", "", rule.Intranet)},
		{name: "a group and its owner", why: "the account of DestGroupId", set: []string{"DestCidrIp=", "DestGroupId=sg-b", "DestGroupOwnerAccount=test@aliyun.com", "DestGroupOwnerId=155780923770"},
			rule: toGroup("test@aliyun.com", "155780923770", rule.Intranet)},
		{name: "a group by intranet, in a classic group", why: "the form of the page's second example", network: rule.Classic, set: []string{"DestCidrIp=", "DestGroupId=sg-b", "NicType=intranet"},
			rule: toGroup("", "", rule.Intranet)},
		{name: "a group, NIC absent in a classic group", why: nic, network: rule.Classic, set: []string{"DestCidrIp=", "DestGroupId=sg-b"},
			faults: []fault{refused("InvalidNicType.Mismatch", "NicType", "")}},
		{name: "a group by internet, in a classic group", why: nic, network: rule.Classic, set: []string{"DestCidrIp=", "DestGroupId=sg-b", "NicType=internet"},
			faults: []fault{refused("InvalidNicType.Mismatch", "NicType", "internet")}},
		{name: "a group by internet, in a VPC group", why: "one fault, not two: the row says it already", set: []string{"DestCidrIp=", "DestGroupId=sg-b", "NicType=internet"},
			faults: []fault{refused("InvalidNicType.Mismatch", "NicType", "internet")}},
		{name: "a group by an unknown NIC", why: "what it resolves to cannot be told", network: rule.Classic, set: []string{"DestCidrIp=", "DestGroupId=sg-b", "NicType=x"},
			faults: []fault{refused("InvalidNicType.ValueNotSupported", "NicType", "x")}},

		{name: "an address and a group", why: decides, set: []string{"DestGroupId=sg-b", "DestGroupOwnerAccount=a", "DestGroupOwnerId=1"}},
		{name: "an IPv6 address and a group", why: decides, set: []string{"DestCidrIp=", "Ipv6DestCidrIp=::/0", "DestGroupId=sg-b"}, rule: dst("::/0")},
		{name: "an address and a group by internet", why: decides, network: rule.Classic, set: []string{"DestGroupId=sg-b"},
			rule: func(r *rule.Rule) { r.NIC = rule.Internet }},
		{name: "a bad address and a group", why: "an address is given, and it is refused", set: []string{"DestCidrIp=x", "DestGroupId=sg-b"},
			faults: []fault{refused("InvalidDestCidrIp.Malformed", "DestCidrIp", "x")}},
		{name: "a bad address and a group by internet", why: decides, network: rule.Classic, set: []string{"DestCidrIp=x", "DestGroupId=sg-b"},
			faults: []fault{refused("InvalidDestCidrIp.Malformed", "DestCidrIp", "x")}},
	})
}

func TestParseFamilies(t *testing.T) {
	const (
		sources = "SourceCidrIp and Ipv6SourceCidrIp"
		icmp    = "icmp with any IPv6 address"
		icmp6   = "icmpv6 with any IPv4 address"
		mixed4  = "IPv4 source with IPv6 destination"
		mixed6  = "IPv6 source with IPv4 destination"
	)
	with := func(protocol string, more ...string) []string {
		return append([]string{"IpProtocol=" + protocol, "PortRange=-1/-1", "DestCidrIp="}, more...)
	}
	of := func(p rule.Protocol, change func(*rule.Rule)) func(*rule.Rule) {
		return func(r *rule.Rule) {
			r.Protocol, r.DstPorts, r.Dst = p, rule.PortRange{}, passed(nil).Src
			change(r)
		}
	}
	d4, d6, s4, s6, group := "DestCidrIp=10.0.0.0/8", "Ipv6DestCidrIp=::/0", "SourceCidrIp=10.0.0.1", "Ipv6SourceCidrIp=::1", "DestGroupId=sg-b"
	runParse(t, []parseCase{
		{name: "two sources", why: sources, set: with("all", group, s4, s6),
			faults: []fault{refused("InvalidParam.SourceIp", "Ipv6SourceCidrIp", "::1")}},
		{name: "two sources, one of them bad", why: "both are given all the same", set: with("all", group, "SourceCidrIp=x", s6),
			faults: []fault{refused("InvalidParam.SourceIp", "SourceCidrIp", "x"), refused("InvalidParam.SourceIp", "Ipv6SourceCidrIp", "::1")}},

		{name: "icmp to IPv6", why: icmp, set: with("icmp", d6), faults: []fault{refused(v6Conflict, "Ipv6DestCidrIp", "::/0")}},
		{name: "icmp from IPv6", why: icmp, set: with("icmp", group, s6), faults: []fault{refused(v6Conflict, "Ipv6SourceCidrIp", "::1")}},
		{name: "icmp from and to IPv6", why: "one condition, one fault", set: with("icmp", d6, s6), faults: []fault{refused(v6Conflict, "Ipv6DestCidrIp", "::/0")}},
		{name: "icmp from IPv4 to IPv6", why: icmp + ", and " + mixed4 + ": one code, one fault", set: with("icmp", d6, s4),
			faults: []fault{refused(v6Conflict, "Ipv6DestCidrIp", "::/0")}},
		{name: "icmp from IPv6 to IPv4", why: icmp + ", and " + mixed6, set: with("icmp", d4, s6),
			faults: []fault{refused(v6Conflict, "Ipv6SourceCidrIp", "::1"), refused(v4Conflict, "DestCidrIp", "10.0.0.0/8")}},
		{name: "all from IPv4 to IPv6", why: mixed4, set: with("all", d6, s4), faults: []fault{refused(v6Conflict, "Ipv6DestCidrIp", "::/0")}},

		{name: "icmpv6 to IPv4", why: icmp6, set: with("icmpv6", d4), faults: []fault{refused(v4Conflict, "DestCidrIp", "10.0.0.0/8")}},
		{name: "icmpv6 from IPv4", why: icmp6, set: with("icmpv6", group, s4), faults: []fault{refused(v4Conflict, "SourceCidrIp", "10.0.0.1")}},
		{name: "icmpv6 from and to IPv4", why: "one condition, one fault", set: with("icmpv6", d4, s4), faults: []fault{refused(v4Conflict, "DestCidrIp", "10.0.0.0/8")}},
		{name: "icmpv6 from IPv6 to IPv4", why: icmp6 + ", and " + mixed6 + ": one code, one fault", set: with("icmpv6", d4, s6),
			faults: []fault{refused(v4Conflict, "DestCidrIp", "10.0.0.0/8")}},
		{name: "icmpv6 from IPv4 to IPv6", why: mixed4 + ", and " + icmp6, set: with("icmpv6", d6, s4),
			faults: []fault{refused(v6Conflict, "Ipv6DestCidrIp", "::/0"), refused(v4Conflict, "SourceCidrIp", "10.0.0.1")}},
		{name: "all from IPv6 to IPv4", why: mixed6, set: with("all", d4, s6), faults: []fault{refused(v4Conflict, "DestCidrIp", "10.0.0.0/8")}},

		{name: "icmp within IPv4", why: "no conflict", set: with("icmp", d4, s4), rule: of(rule.ICMP, func(r *rule.Rule) { dst("10.0.0.0/8")(r); src("10.0.0.1/32")(r) })},
		{name: "icmpv6 within IPv6", why: "no conflict", set: with("icmpv6", d6, s6), rule: of(rule.ICMPv6, func(r *rule.Rule) { dst("::/0")(r); src("::1/128")(r) })},
		{name: "all within IPv6", why: "no conflict", set: with("all", d6, s6), rule: of(rule.All, func(r *rule.Rule) { dst("::/0")(r); src("::1/128")(r) })},
		{name: "icmp to a group", why: "a group has no IP version", set: with("icmp", group), rule: of(rule.ICMP, func(r *rule.Rule) { r.DstGroup = "sg-b" })},
		{name: "icmpv6 from IPv6 to a group", why: "a group has no IP version", set: with("icmpv6", group, s6),
			rule: of(rule.ICMPv6, func(r *rule.Rule) { r.DstGroup = "sg-b"; src("::1/128")(r) })},
		{name: "tcp from IPv4 to a group", why: "a group has no IP version", set: []string{"DestCidrIp=", group, s4},
			rule: func(r *rule.Rule) { r.Dst, r.DstGroup = passed(nil).Src, "sg-b"; src("10.0.0.1/32")(r) }},

		{name: "icmp to IPv6 that cannot be read", why: "the row left nothing testable", set: with("icmp", "Ipv6DestCidrIp=x"),
			faults: []fault{refused("InvalidParam.Ipv6DestCidrIp", "Ipv6DestCidrIp", "x")}},
		{name: "icmpv6 to IPv4 that cannot be read", why: "the row left nothing testable", set: with("icmpv6", "DestCidrIp=x"),
			faults: []fault{refused("InvalidDestCidrIp.Malformed", "DestCidrIp", "x")}},
		{name: "icmpv6 from IPv4 that cannot be read", why: "the row left nothing testable", set: with("icmpv6", d6, "SourceCidrIp=x"),
			faults: []fault{refused("InvalidParam.SourceIp", "SourceCidrIp", "x")}},
		{name: "an unknown protocol, from IPv4 to IPv6", why: "the addresses are testable without it", set: with("x", d6, s4),
			faults: []fault{refused("InvalidIpProtocol.ValueNotSupported", "IpProtocol", "x"), refused(v6Conflict, "Ipv6DestCidrIp", "::/0")}},
	})
}

// Every fault of a request is reported: first the rows in the order of the
// table, then the conditions on several parameters in theirs.
func TestParseFaultOrder(t *testing.T) {
	bad := "\xff"
	runParse(t, []parseCase{
		{name: "nothing given", why: "what is required, then the destination",
			set:    []string{"IpProtocol=", "PortRange=", "DestCidrIp="},
			faults: []fault{refused("InvalidIpProtocol.Malformed", "IpProtocol", ""), refused("InvalidParam.PortRange", "PortRange", ""), refused("MissingParameter.Dest", "DestCidrIp", "")}},
		{name: "every row, and both pairs", why: "each parameter is wrong; a pair is counted by presence",
			set: []string{"IpProtocol=!", "PortRange=80", "SourcePortRange=0/0", "DestCidrIp=a", "Ipv6DestCidrIp=b", "SourceCidrIp=c", "Ipv6SourceCidrIp=::/129",
				"DestGroupId=sg-b", "Policy=p", "Priority=101", "NicType=n", "Description=" + bad},
			faults: []fault{
				refused("InvalidIpProtocol.Malformed", "IpProtocol", "!"),
				refused("InvalidParam.PortRange", "PortRange", "80"),
				refused("InvalidParam.PortRange", "SourcePortRange", "0/0"),
				refused("InvalidDestCidrIp.Malformed", "DestCidrIp", "a"),
				refused("InvalidParam.Ipv6DestCidrIp", "Ipv6DestCidrIp", "b"),
				refused("InvalidParam.SourceIp", "SourceCidrIp", "c"),
				refused("ILLEGAL_IPV6_CIDR", "Ipv6SourceCidrIp", "::/129"),
				refused("InvalidPolicy.Malformed", "Policy", "p"),
				refused("InvalidPriority.ValueNotSupported", "Priority", "101"),
				refused("InvalidNicType.ValueNotSupported", "NicType", "n"),
				refused("InvalidSecurityGroupDiscription.Malformed", "Description", bad),
				refused("InvalidParam.DestIp", "Ipv6DestCidrIp", "b"),
				refused("InvalidParam.SourceIp", "Ipv6SourceCidrIp", "::/129"),
			}},
		{name: "every condition that good rows can meet", why: "the order of the second table",
			set: []string{"IpProtocol=icmp", "PortRange=-1/-1", "Ipv6DestCidrIp=::/0", "SourceCidrIp=10.0.0.1", "Ipv6SourceCidrIp=::1"},
			faults: []fault{
				refused("InvalidParam.DestIp", "Ipv6DestCidrIp", "::/0"),
				refused("InvalidParam.SourceIp", "Ipv6SourceCidrIp", "::1"),
				refused(v6Conflict, "Ipv6DestCidrIp", "::/0"),
				refused(v4Conflict, "DestCidrIp", "203.0.113.0/24"),
			}},
		{name: "a classic group with everything for a VPC", why: "IPv6 stands in the rows, the destination group's NIC in the conditions", network: rule.Classic,
			set: []string{"PortRange=-1/-1", "DestCidrIp=", "DestGroupId=sg-b", "Ipv6SourceCidrIp=::1", "Priority=00"},
			faults: []fault{
				refused("OperationDenied", "PortRange", "-1/-1"),
				refused("InvalidSecurityGroup.InvalidNetworkType", "Ipv6SourceCidrIp", "::1"),
				refused("InvalidPriority.Malformed", "Priority", "00"),
				refused("InvalidNicType.Mismatch", "NicType", ""),
			}},
		{name: "a row and a condition that it does not touch", why: "the conditions that the rows left testable",
			set: []string{"IpProtocol=icmpv6", "PortRange=-1/-1", "Policy=x"},
			faults: []fault{
				refused("InvalidPolicy.Malformed", "Policy", "x"),
				refused(v4Conflict, "DestCidrIp", "203.0.113.0/24"),
			}},
	})
}
