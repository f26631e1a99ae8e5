package rule_test

import (
	"testing"

	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
)

// What makes two rules equal: the table is asked of one group call by call, of
// one call that brings both, and of Rule.Duplicates.
func TestGroupEquality(t *testing.T) {
	ours := []string{"Policy=drop"}
	toGroup := []string{"DestCidrIp=", "DestGroupId=sg-b", "NicType=intranet"}
	with := func(base []string, more ...string) []string { return append(base[:len(base):len(base)], more...) }
	tests := []struct {
		name    string
		network rule.Network
		a, b    []string
		equal   bool
	}{
		{"the same text", rule.VPC, ours, ours, true},
		{"protocol", rule.VPC, ours, with(ours, "IpProtocol=udp"), false},
		{"the protocol's case", rule.VPC, ours, with(ours, "IpProtocol=TCP"), true},
		{"destination ports, first", rule.VPC, ours, with(ours, "PortRange=21/22"), false},
		{"destination ports, last", rule.VPC, ours, with(ours, "PortRange=22/23"), false},
		{"source ports", rule.VPC, ours, with(ours, "SourcePortRange=22/22"), false},
		{"source ports any and absent", rule.VPC, ours, with(ours, "SourcePortRange=-1/-1"), true},
		{"source ports any and every", rule.VPC, ours, with(ours, "SourcePortRange=1/65535"), false},
		{"NIC", rule.Classic, ours, with(ours, "NicType=intranet"), false},
		{"NIC absent and its default", rule.Classic, ours, with(ours, "NicType=internet"), true},
		{"NIC absent and its default in a VPC group", rule.VPC, ours, with(ours, "NicType=intranet"), true},
		{"policy", rule.VPC, ours, with(ours, "Policy=accept"), false},
		{"policy absent, accept and allow", rule.VPC, with(ours, "Policy="), with(ours, "Policy=Allow"), true},
		{"destination", rule.VPC, ours, with(ours, "DestCidrIp=203.0.114.0/24"), false},
		{"destination length", rule.VPC, ours, with(ours, "DestCidrIp=203.0.113.0/25"), false},
		{"destination host bits", rule.VPC, ours, with(ours, "DestCidrIp=203.0.113.77/24"), true},
		{"destination address and block of itself", rule.VPC, with(ours, "DestCidrIp=10.0.0.1"), with(ours, "DestCidrIp=10.0.0.1/32"), true},
		{"destination IPv6 spelled otherwise", rule.VPC, with(ours, "DestCidrIp=", "Ipv6DestCidrIp=2001:DB8::1/32"), with(ours, "DestCidrIp=", "Ipv6DestCidrIp=2001:db8::/32"), true},
		{"all IPv4 and all IPv6", rule.VPC, with(ours, "DestCidrIp=0.0.0.0/0"), with(ours, "DestCidrIp=", "Ipv6DestCidrIp=::/0"), false},
		{"source", rule.VPC, with(ours, "SourceCidrIp=10.0.0.0/8"), with(ours, "SourceCidrIp=11.0.0.0/8"), false},
		{"source host bits", rule.VPC, with(ours, "SourceCidrIp=10.0.0.0/8"), with(ours, "SourceCidrIp=10.9.8.7/8"), true},
		{"source absent and every", rule.VPC, ours, with(ours, "SourceCidrIp=0.0.0.0/0"), false},
		{"priority", rule.VPC, ours, with(ours, "Priority=100"), true},
		{"description", rule.VPC, ours, with(ours, "Description=another"), true},
		{"a group beside an address", rule.VPC, ours, with(ours, "DestGroupId=sg-b", "DestGroupOwnerAccount=x"), true},
		{"group and address", rule.VPC, ours, with(ours, toGroup...), false},
		{"group", rule.VPC, toGroup, with(toGroup, "DestGroupId=sg-c"), false},
		{"the group's case", rule.VPC, toGroup, with(toGroup, "DestGroupId=SG-B"), false},
		{"owner", rule.VPC, with(toGroup, "DestGroupOwnerAccount=a"), with(toGroup, "DestGroupOwnerAccount=b"), false},
		{"another owner and none", rule.VPC, toGroup, with(toGroup, "DestGroupOwnerAccount=a"), false},
		{"owner's number", rule.VPC, with(toGroup, "DestGroupOwnerId=1"), with(toGroup, "DestGroupOwnerId=2"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := params(tt.a...), params(tt.b...)
			var apart, together []fault
			if tt.equal {
				apart = []fault{refused("InvalidOperation.RuleDuplicate", "SecurityGroupId", "sg-a")}
				together = []fault{{"InvalidParam.DuplicatePermissions", 400, 1, "SecurityGroupId", "sg-a"}}
			}
			for _, order := range [][2]rule.Params{{a, b}, {b, a}} {
				g := rule.NewGroup("sg-a", tt.network, rule.Basic)
				must(t, g.Authorize(order[0]))
				if diff := cmp.Diff(apart, faults(t, g.Authorize(order[1]))); diff != "" {
					t.Errorf("one call each: faults differ (-want +got):\n%s", diff)
				}
				g = rule.NewGroup("sg-a", tt.network, rule.Basic)
				if diff := cmp.Diff(together, faults(t, g.Authorize(order[0], order[1]))); diff != "" {
					t.Errorf("one call: faults differ (-want +got):\n%s", diff)
				}
				ra, err := rule.Parse(order[0], tt.network)
				must(t, err)
				rb, err := rule.Parse(order[1], tt.network)
				must(t, err)
				if got := ra.Duplicates(rb); got != tt.equal {
					t.Errorf("(%v).Duplicates(%v) = %t, want %t", ra, rb, got, tt.equal)
				}
			}
		})
	}
}

// The group's own account and none named are the same account. Rule.Duplicates
// knows no group and takes them apart.
func TestGroupEqualityOfOwnAccount(t *testing.T) {
	request := func(owner string) rule.Params {
		return params("DestCidrIp=", "DestGroupId=sg-b", "DestGroupOwnerAccount="+owner)
	}
	tests := []struct {
		name         string
		owner        string // of the group
		first, again string
		equal        bool
	}{
		{"named, then not", "me", "me", "", true},
		{"not named, then named", "me", "", "me", true},
		{"another account", "me", "you", "", false},
		{"another account, then our own", "me", "you", "me", false},
		{"accounts differ in case", "me", "Me", "", false},
		{"our account is not known", "", "me", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
			g.Owner = tt.owner
			must(t, g.Authorize(request(tt.first)))
			err := g.Authorize(request(tt.again))
			var want []fault
			if tt.equal {
				want = []fault{refused("InvalidOperation.RuleDuplicate", "SecurityGroupId", "sg-a")}
			}
			if diff := cmp.Diff(want, faults(t, err)); diff != "" {
				t.Errorf("Authorize(owner %q) after %q: faults differ (-want +got):\n%s", tt.again, tt.first, diff)
			}
			g = rule.NewGroup("sg-a", rule.VPC, rule.Basic)
			g.Owner = tt.owner
			want = nil
			if tt.equal {
				want = []fault{{"InvalidParam.DuplicatePermissions", 400, 1, "SecurityGroupId", "sg-a"}}
			}
			if diff := cmp.Diff(want, faults(t, g.Authorize(request(tt.first), request(tt.again)))); diff != "" {
				t.Errorf("Authorize(owners %q and %q): faults differ (-want +got):\n%s", tt.first, tt.again, diff)
			}
		})
	}
}

// Duplicates masks the blocks of rules that have entered no group, too.
func TestRuleDuplicatesMasks(t *testing.T) {
	a := passed(func(r *rule.Rule) { r.Dst, r.Src = prefix("10.1.2.3/8"), prefix("10.3.2.1/16") })
	b := passed(func(r *rule.Rule) {
		r.Dst, r.Src, r.Priority, r.Description, r.ID, r.CreateTime, r.DstGroupName = prefix("10.0.0.0/8"), prefix("10.3.0.0/16"), 7, "b", "sgr-1", "now", "n"
	})
	if !a.Duplicates(b) || !b.Duplicates(a) {
		t.Errorf("(%v).Duplicates(%v) = false, want true, both ways", a, b)
	}
}

// A refusal names the rule that it means, so that a reader can find the other.
func TestDuplicateNamesTheRule(t *testing.T) {
	g := holding(t, 1)
	err := g.Authorize(port(1))
	want := `SecurityGroupId "sg-a": rule 0 of the group is equal: accept tcp to 203.0.113.0/24 port 1/1 priority 1 nic intranet, ` +
		`want rules that differ in more than priority and description (InvalidOperation.RuleDuplicate)`
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
