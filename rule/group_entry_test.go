package rule_test

import (
	"net/netip"
	"strings"
	"testing"

	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
)

func TestGroupAdd(t *testing.T) {
	mapped := netip.MustParseAddr("::ffff:10.0.0.0")
	tests := []struct {
		name    string
		why     string
		network rule.Network
		change  func(*rule.Rule)
		want    func(*rule.Rule) // the rule that stands in the group, where faults is empty
		faults  []fault
	}{
		{name: "as it is", why: "nothing to change", change: func(*rule.Rule) {}, want: func(*rule.Rule) {}},
		{name: "a block with host bits", why: "blocks are masked, and what they said is kept",
			change: func(r *rule.Rule) { r.Dst, r.Src = prefix("10.0.0.1/8"), prefix("10.2.3.4/16") },
			want: func(r *rule.Rule) {
				dstHost("10.0.0.0/8", "10.0.0.1")(r)
				srcHost("10.2.0.0/16", "10.2.3.4")(r)
			}},
		{name: "a masked block and what it said", why: "a rule that was read before enters again",
			change: dstHost("10.0.0.0/8", "10.0.0.1"), want: dstHost("10.0.0.0/8", "10.0.0.1")},
		{name: "IPv6 host bits", why: "blocks are masked, and what they said is kept",
			change: dst("2001:db8::1/32"), want: dstHost("2001:db8::/32", "2001:db8::1")},
		{name: "a host that is the block's own address", why: "no host bits", change: dstHost("10.0.0.0/8", "10.0.0.0"), want: dst("10.0.0.0/8")},
		{name: "a host outside its block", why: "it says nothing about the block", change: dstHost("10.0.0.0/8", "192.0.2.1"), want: dst("10.0.0.0/8")},
		{name: "an address and a group", why: "the address decides",
			change: func(r *rule.Rule) { r.DstGroup, r.DstOwner, r.DstOwnerID = "sg-b", "a", "1" }, want: func(*rule.Rule) {}},
		{name: "what only a reply has", why: "it is carried along",
			change: func(r *rule.Rule) { r.ID, r.CreateTime, r.DstGroupName = "sgr-1", "2024-07-08T02:10:00Z", "db" },
			want:   func(r *rule.Rule) { r.ID, r.CreateTime, r.DstGroupName = "sgr-1", "2024-07-08T02:10:00Z", "db" }},
		{name: "drop is zero", why: "no field but the NIC has a default", change: func(r *rule.Rule) { r.Policy = 0 }, want: func(r *rule.Rule) { r.Policy = rule.Drop }},
		{name: "no NIC in a VPC group", why: "as an absent NicType", change: func(r *rule.Rule) { r.NIC = rule.NoNIC }, want: func(*rule.Rule) {}},
		{name: "no NIC in a classic group", why: "as an absent NicType",
			network: rule.Classic, change: func(r *rule.Rule) { r.NIC = rule.NoNIC }, want: func(r *rule.Rule) { r.NIC = rule.Internet }},
		{name: "no NIC to a group, in a classic group", why: "as an absent NicType: a destination group is reached by intranet",
			network: rule.Classic, change: func(r *rule.Rule) { r.NIC, r.Dst, r.DstGroup = rule.NoNIC, netip.Prefix{}, "sg-b" },
			faults: []fault{refused("InvalidNicType.Mismatch", "NicType", "")}},
		{name: "priority 100", why: "the weakest", change: func(r *rule.Rule) { r.Priority = 100 }, want: func(r *rule.Rule) { r.Priority = 100 }},

		{name: "the zero rule", why: "every field that must be set", change: func(r *rule.Rule) { *r = rule.Rule{} },
			faults: []fault{refused("InvalidIpProtocol.ValueNotSupported", "IpProtocol", "0"), refused("InvalidPriority.ValueNotSupported", "Priority", "0"), refused("MissingParameter.Dest", "DestCidrIp", "")}},
		{name: "priority 0", why: "no default here", change: func(r *rule.Rule) { r.Priority = 0 },
			faults: []fault{refused("InvalidPriority.ValueNotSupported", "Priority", "0")}},
		{name: "priority 101", why: "only restored rules rank below 100", change: func(r *rule.Rule) { r.Priority = 101 },
			faults: []fault{refused("InvalidPriority.ValueNotSupported", "Priority", "101")}},
		{name: "priority 110", why: "only restored rules rank below 100", change: func(r *rule.Rule) { r.Priority = 110 },
			faults: []fault{refused("InvalidPriority.ValueNotSupported", "Priority", "110")}},
		{name: "an invalid prefix", why: "not a block", change: func(r *rule.Rule) { r.Dst = netip.PrefixFrom(addr("10.0.0.1"), 33) },
			faults: []fault{refused("InvalidDestCidrIp.Malformed", "DestCidrIp", "invalid Prefix")}},
		{name: "an invalid IPv6 source", why: "not a block", change: func(r *rule.Rule) { r.Dst, r.Src = prefix("::/0"), netip.PrefixFrom(addr("::1"), -1) },
			faults: []fault{refused("InvalidParam.Ipv6SourceCidrIp", "Ipv6SourceCidrIp", "invalid Prefix")}},
		{name: "a mapped destination", why: "no IPv4-mapped address", change: func(r *rule.Rule) { r.Dst = netip.PrefixFrom(mapped, 104) },
			faults: []fault{refused("InvalidParam.Ipv6DestCidrIp", "Ipv6DestCidrIp", "::ffff:10.0.0.0/104")}},
		{name: "a mapped source", why: "no IPv4-mapped address", change: func(r *rule.Rule) { r.Src = netip.PrefixFrom(mapped, 104) },
			faults: []fault{refused("InvalidParam.Ipv6SourceCidrIp", "Ipv6SourceCidrIp", "::ffff:10.0.0.0/104")}},
		{name: "IPv6 in a classic group", why: "VPC groups only", network: rule.Classic, change: dst("::/0"),
			faults: []fault{refused("InvalidSecurityGroup.InvalidNetworkType", "Ipv6DestCidrIp", "::/0")}},
		{name: "an unknown policy", why: "bad values are refused by their text", change: func(r *rule.Rule) { r.Policy = 2 },
			faults: []fault{refused("InvalidPolicy.Malformed", "Policy", "Policy(2)")}},
		{name: "an unknown NIC", why: "bad values are refused by their text", change: func(r *rule.Rule) { r.NIC = 3 },
			faults: []fault{refused("InvalidNicType.ValueNotSupported", "NicType", "NIC(3)")}},
		{name: "internet in a VPC group", why: "not a NIC of VPC groups", change: func(r *rule.Rule) { r.NIC = rule.Internet },
			faults: []fault{refused("InvalidNicType.Mismatch", "NicType", "internet")}},
		{name: "a protocol that no rule names", why: "a number is none of the words", change: func(r *rule.Rule) { r.Protocol = 50 },
			faults: []fault{refused("InvalidIpProtocol.ValueNotSupported", "IpProtocol", "50")}},
		{name: "a protocol past all", why: "a number is none of the words", change: func(r *rule.Rule) { r.Protocol = 257 },
			faults: []fault{refused("InvalidIpProtocol.ValueNotSupported", "IpProtocol", "257")}},
		{name: "tcp without ports", why: "right shape, wrong protocol", change: func(r *rule.Rule) { r.DstPorts = rule.PortRange{} },
			faults: []fault{refused("OperationDenied", "PortRange", "-1/-1")}},
		{name: "all with ports", why: "right shape, wrong protocol", change: func(r *rule.Rule) { r.Protocol = rule.All },
			faults: []fault{refused("OperationDenied", "PortRange", "22/22")}},
		{name: "ports the wrong way round", why: "not a range", change: func(r *rule.Rule) { r.DstPorts = rule.PortRange{First: 2, Last: 1} },
			faults: []fault{refused("InvalidParam.PortRange", "PortRange", "2/1")}},
		{name: "from port 0", why: "not a range", change: func(r *rule.Rule) { r.SrcPorts = rule.PortRange{First: 0, Last: 1} },
			faults: []fault{refused("InvalidParam.PortRange", "SourcePortRange", "0/1")}},
		{name: "two families", why: "IPv6 source with IPv4 destination", change: src("::/0"),
			faults: []fault{refused(v4Conflict, "DestCidrIp", "203.0.113.0/24")}},
		{name: "a long description", why: "1 to 512 code points", change: func(r *rule.Rule) { r.Description = strings.Repeat("x", 513) },
			faults: []fault{refused("InvalidSecurityGroupDiscription.Malformed", "Description", strings.Repeat("x", 513))}},
		{name: "no destination", why: "none of the three", change: func(r *rule.Rule) { r.Dst = netip.Prefix{}; r.DstOwner = "a" },
			faults: []fault{refused("MissingParameter.Dest", "DestCidrIp", "")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := rule.NewGroup("sg-a", tt.network, rule.Basic)
			in := passed(tt.change)
			if diff := cmp.Diff(tt.faults, faults(t, g.Add(in))); diff != "" {
				t.Fatalf("Add(%+v): faults differ (-want +got):\n%s%s", in, diff, tt.why)
			}
			got, ok := g.Rule(0)
			want := rule.Rule{}
			if tt.want != nil {
				want = passed(tt.want)
			}
			if ok != (tt.want != nil) || got != want {
				t.Errorf("Add(%+v): the group has %+v, %t, want %+v: %s", in, got, ok, want, tt.why)
			}
		})
	}
}

func TestGroupRestore(t *testing.T) {
	system := rule.Existing{Params: params("IpProtocol=ALL", "PortRange=-1/-1", "DestCidrIp=0.0.0.0/0", "Policy=Accept", "Priority=110")}
	named := rule.Existing{Params: params("DestCidrIp=", "DestGroupId=sg-db"), ID: "sgr-web03", CreateTime: "2024-07-08T02:12:00Z", DestGroupName: "db"}
	weak := rule.Existing{Params: params("Priority=101")}

	g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
	must(t, g.Restore(system, named, weak))
	must(t, g.Restore(system, system)) // the reply states what exists, equal rules too

	all := rule.Rule{Protocol: rule.All, Dst: prefix("0.0.0.0/0"), NIC: rule.Intranet, Policy: rule.Accept, Priority: 110}
	want := []rule.Rule{
		all,
		{Protocol: rule.TCP, DstPorts: rule.PortRange{First: 22, Last: 22}, DstGroup: "sg-db", NIC: rule.Intranet, Policy: rule.Accept, Priority: 1,
			ID: "sgr-web03", CreateTime: "2024-07-08T02:12:00Z", DstGroupName: "db"},
		passed(func(r *rule.Rule) { r.Priority = 101 }),
		all,
		all,
	}
	var got []rule.Rule
	for _, r := range g.Rules() {
		got = append(got, r)
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b rule.Rule) bool { return a == b })); diff != "" {
		t.Errorf("restored rules differ (-want +got):\n%s", diff)
	}

	// What was restored counts when a request comes, and a request may not name
	// its priority.
	if diff := cmp.Diff([]fault{refused("InvalidOperation.RuleDuplicate", "SecurityGroupId", "sg-a")}, faults(t, g.Authorize(params("Priority=5")))); diff != "" {
		t.Errorf("Authorize of a restored rule: faults differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]fault{refused("InvalidPriority.ValueNotSupported", "Priority", "110")}, faults(t, g.Authorize(system.Params))); diff != "" {
		t.Errorf("Authorize(priority 110): faults differ (-want +got):\n%s", diff)
	}
	for _, n := range []string{"0", "111", "x"} {
		if err := g.Restore(rule.Existing{Params: params("Priority=" + n)}); err == nil {
			t.Errorf("Restore(priority %s) = nil, want an error", n)
		}
	}
}

// Reply rules in a classic group follow the classic defaults.
func TestGroupRestoreClassic(t *testing.T) {
	g := rule.NewGroup("sg-a", rule.Classic, rule.Basic)
	must(t, g.Restore(rule.Existing{Params: params()}))
	if r, _ := g.Rule(0); r.NIC != rule.Internet {
		t.Errorf("NIC %v, want internet: the default of a classic group", r.NIC)
	}
}
