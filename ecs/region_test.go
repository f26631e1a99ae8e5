package ecs

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/sluice/rule"
)

// mustParse reads a request of group sg-web that lacks only what query says.
func mustParse(t testing.TB, query string) Request {
	t.Helper()
	if !strings.Contains(query, "SecurityGroupId=") {
		query = "SecurityGroupId=sg-web&" + query
	}
	q, err := ParseRequest(query)
	if err != nil {
		t.Fatalf("ParseRequest(%q): %v", query, err)
	}
	return q
}

func newGroup(id string, n rule.Network, vpc, owner string) *rule.Group {
	g := rule.NewGroup(id, n, rule.Basic)
	g.VPCID, g.Owner = vpc, owner
	return g
}

// world is a region with a group of every kind that sg-web may meet.
func world(t testing.TB) *Region {
	t.Helper()
	full := newGroup("sg-full", rule.VPC, "vpc-1", "us")
	full.Limit = 1
	groups := []*rule.Group{
		newGroup("sg-web", rule.VPC, "vpc-1", "us"),
		newGroup("sg-db", rule.VPC, "vpc-1", "us"),
		newGroup("sg-far", rule.VPC, "vpc-2", "us"),
		newGroup("sg-nowhere", rule.VPC, "", ""),
		newGroup("sg-theirs", rule.VPC, "vpc-1", "them"),
		newGroup("sg-classic", rule.Classic, "", "us"),
		newGroup("sg-classic2", rule.Classic, "", "them"),
		full,
	}
	r, err := NewRegion(groups...)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"sg-web", "sg-full"} {
		q := mustParse(t, "SecurityGroupId="+id+"&IpProtocol=tcp&PortRange=80/80&DestCidrIp=10.0.0.0/8")
		if err := r.Authorize(q); err != nil {
			t.Fatalf("Authorize(%v): %v", q, err)
		}
	}
	return r
}

// fault is what tests compare of a rule.Error.
type fault struct {
	Index int
	Code  rule.Code
	Param string
	Value string
}

func faultsOf(err error) []fault {
	var es rule.Errors
	if !errors.As(err, &es) {
		return nil
	}
	var fs []fault
	for _, e := range es {
		fs = append(fs, fault{e.Index, e.Code, e.Param, e.Value})
	}
	return fs
}

// snapshot prints every rule of the region.
func snapshot(r *Region) string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(r.groups)) {
		for i, rule := range r.groups[id].Rules() {
			fmt.Fprintln(&b, id, i, rule)
		}
	}
	return b.String()
}

const (
	tcp22   = "IpProtocol=tcp&PortRange=22/22"
	toGroup = tcp22 + "&DestGroupId="
)

func TestAuthorizeRefuses(t *testing.T) {
	const self, db = "sg-web", "sg-db"
	for _, c := range []struct {
		name, query string
		status      int // of the first fault
		want        []fault
	}{
		// Section 1: every code, through the whole of Authorize.
		{"protocol absent", "PortRange=1/2&DestCidrIp=10.0.0.0/8", 400, []fault{{0, "InvalidIpProtocol.Malformed", "IpProtocol", ""}}},
		{"protocol unknown", "IpProtocol=sctp&PortRange=-1/-1&DestCidrIp=10.0.0.0/8", 400, []fault{{0, "InvalidIpProtocol.ValueNotSupported", "IpProtocol", "sctp"}}},
		{"ports not a range", "IpProtocol=tcp&PortRange=200/1&DestCidrIp=10.0.0.0/8", 400, []fault{{0, "InvalidParam.PortRange", "PortRange", "200/1"}}},
		{"ports with a plus, sent as it is", "IpProtocol=tcp&PortRange=+1/2&DestCidrIp=10.0.0.0/8", 400, []fault{{0, "InvalidParam.PortRange", "PortRange", " 1/2"}}},
		{"ports with a plus, encoded", "IpProtocol=tcp&PortRange=%2B1/2&DestCidrIp=10.0.0.0/8", 400, []fault{{0, "InvalidParam.PortRange", "PortRange", "+1/2"}}},
		{"ports with a space", "IpProtocol=tcp&PortRange=1 /2&DestCidrIp=10.0.0.0/8", 400, []fault{{0, "InvalidParam.PortRange", "PortRange", "1 /2"}}},
		{"ports of icmp", "IpProtocol=icmp&PortRange=22/22&DestCidrIp=10.0.0.0/8", 400, []fault{{0, "OperationDenied", "PortRange", "22/22"}}},
		{"destination", tcp22 + "&DestCidrIp=10.0.0/8", 400, []fault{{0, "InvalidDestCidrIp.Malformed", "DestCidrIp", "10.0.0/8"}}},
		{"IPv6 destination", tcp22 + "&Ipv6DestCidrIp=10.0.0.0/8", 400, []fault{{0, "InvalidParam.Ipv6DestCidrIp", "Ipv6DestCidrIp", "10.0.0.0/8"}}},
		{"IPv6 prefix length", tcp22 + "&Ipv6DestCidrIp=::/129", 400, []fault{{0, "ILLEGAL_IPV6_CIDR", "Ipv6DestCidrIp", "::/129"}}},
		{"IPv6 in classic", "SecurityGroupId=sg-classic&" + tcp22 + "&Ipv6DestCidrIp=::/0", 400, []fault{{0, "InvalidSecurityGroup.InvalidNetworkType", "Ipv6DestCidrIp", "::/0"}}},
		{"source", tcp22 + "&DestCidrIp=10.0.0.0/8&SourceCidrIp=x", 400, []fault{{0, "InvalidParam.SourceIp", "SourceCidrIp", "x"}}},
		{"IPv6 source", tcp22 + "&Ipv6DestCidrIp=::/0&Ipv6SourceCidrIp=x", 400, []fault{{0, "InvalidParam.Ipv6SourceCidrIp", "Ipv6SourceCidrIp", "x"}}},
		{"policy", tcp22 + "&DestCidrIp=10.0.0.0/8&Policy=reject", 400, []fault{{0, "InvalidPolicy.Malformed", "Policy", "reject"}}},
		{"priority not plain", tcp22 + "&DestCidrIp=10.0.0.0/8&Priority=+1", 400, []fault{{0, "InvalidPriority.Malformed", "Priority", " 1"}}},
		{"priority out of range", tcp22 + "&DestCidrIp=10.0.0.0/8&Priority=101", 400, []fault{{0, "InvalidPriority.ValueNotSupported", "Priority", "101"}}},
		{"NIC", tcp22 + "&DestCidrIp=10.0.0.0/8&NicType=x", 400, []fault{{0, "InvalidNicType.ValueNotSupported", "NicType", "x"}}},
		{"NIC in a VPC", tcp22 + "&DestCidrIp=10.0.0.0/8&NicType=internet", 400, []fault{{0, "InvalidNicType.Mismatch", "NicType", "internet"}}},
		{"description", tcp22 + "&DestCidrIp=10.0.0.0/8&Description=%FF", 400, []fault{{0, "InvalidSecurityGroupDiscription.Malformed", "Description", "\xff"}}},
		{"no destination", tcp22, 400, []fault{{0, "MissingParameter.Dest", "DestCidrIp", ""}}},
		{"two destinations", tcp22 + "&DestCidrIp=10.0.0.0/8&Ipv6DestCidrIp=::/0", 400, []fault{{0, "InvalidParam.DestIp", "Ipv6DestCidrIp", "::/0"}}},
		{"icmp and IPv6", "IpProtocol=icmp&PortRange=-1/-1&Ipv6DestCidrIp=::/0", 400, []fault{{0, "InvalidParam.Ipv4ProtocolConflictWithIpv6Address", "Ipv6DestCidrIp", "::/0"}}},
		{"icmpv6 and IPv4", "IpProtocol=icmpv6&PortRange=-1/-1&DestCidrIp=10.0.0.0/8", 400, []fault{{0, "InvalidParam.Ipv6ProtocolConflictWithIpv4Address", "DestCidrIp", "10.0.0.0/8"}}},
		{"all faults, none of the groups then", "IpProtocol=x&PortRange=y&DestGroupId=sg-none&Priority=z", 400, []fault{
			{0, "InvalidIpProtocol.ValueNotSupported", "IpProtocol", "x"},
			{0, "InvalidParam.PortRange", "PortRange", "y"},
			{0, "InvalidPriority.Malformed", "Priority", "z"}}},

		// Section 2, in the table's order.
		{"limit", "SecurityGroupId=sg-full&" + tcp22 + "&DestCidrIp=10.0.0.0/8", 403, []fault{{0, "AuthorizationLimitExceed", "SecurityGroupId", "sg-full"}}},
		{"equal", "IpProtocol=TCP&PortRange=80/80&DestCidrIp=10.9.8.7/8&Priority=5&Description=x", 400, []fault{{0, "InvalidOperation.RuleDuplicate", "SecurityGroupId", self}}},
		{"self", toGroup + self, 403, []fault{{0, "InvalidParamter.Conflict", "DestGroupId", self}}},
		{"self in another account's name", toGroup + self + "&DestGroupOwnerAccount=them", 403, []fault{{0, "InvalidParamter.Conflict", "DestGroupId", self}}},
		{"destination unknown", toGroup + "sg-none", 404, []fault{{0, "InvalidDestGroupId.NotFound", "DestGroupId", "sg-none"}}},
		{"destination in another account than named", toGroup + db + "&DestGroupOwnerAccount=them", 400, []fault{{0, "InvalidDestGroup.NotFound", "DestGroupOwnerAccount", "them"}}},
		{"destination in another account, none named", toGroup + "sg-theirs", 400, []fault{{0, "InvalidDestGroup.NotFound", "DestGroupId", "sg-theirs"}}},
		{"networks differ", toGroup + "sg-classic", 403, []fault{{0, "InvalidNetworkType.Conflict", "DestGroupId", "sg-classic"}}},
		{"networks differ, from classic", "SecurityGroupId=sg-classic&" + toGroup + db + "&NicType=intranet", 403, []fault{{0, "InvalidNetworkType.Conflict", "DestGroupId", db}}},
		{"VPCs differ", toGroup + "sg-far", 400, []fault{{0, "InvalidDestGroupId.Mismatch", "DestGroupId", "sg-far"}}},
		{"account and network", toGroup + "sg-classic2", 400, []fault{
			{0, "InvalidDestGroup.NotFound", "DestGroupId", "sg-classic2"},
			{0, "InvalidNetworkType.Conflict", "DestGroupId", "sg-classic2"}}},
		{"limit and destination", "SecurityGroupId=sg-full&" + toGroup + "sg-none", 403, []fault{
			{0, "AuthorizationLimitExceed", "SecurityGroupId", "sg-full"},
			{0, "InvalidDestGroupId.NotFound", "DestGroupId", "sg-none"}}},
		{"limit, equal and self by rule", "SecurityGroupId=sg-full&Permissions.1.IpProtocol=tcp&Permissions.1.PortRange=80/80&Permissions.1.DestCidrIp=10.0.0.0/8" +
			"&Permissions.2.IpProtocol=tcp&Permissions.2.PortRange=1/2&Permissions.2.DestGroupId=sg-full" +
			"&Permissions.3.IpProtocol=tcp&Permissions.3.PortRange=1/2&Permissions.3.DestGroupId=sg-none", 403, []fault{
			{0, "AuthorizationLimitExceed", "SecurityGroupId", "sg-full"},
			{0, "InvalidOperation.RuleDuplicate", "SecurityGroupId", "sg-full"},
			{1, "InvalidParamter.Conflict", "Permissions.2.DestGroupId", "sg-full"},
			{2, "InvalidDestGroupId.NotFound", "Permissions.3.DestGroupId", "sg-none"}}},
		{"equal pair in one call", "Permissions.1.IpProtocol=tcp&Permissions.1.PortRange=1/2&Permissions.1.DestCidrIp=10.0.0.0/8" +
			"&Permissions.2.IpProtocol=tcp&Permissions.2.PortRange=1/2&Permissions.2.DestCidrIp=10.0.0.0/8&Permissions.2.Priority=9", 400, []fault{
			{1, "InvalidParam.DuplicatePermissions", "SecurityGroupId", self}}},

		// An unknown source group.
		{"source unknown", "SecurityGroupId=sg-none&" + tcp22 + "&DestCidrIp=10.0.0.0/8", 404, []fault{{0, "InvalidSecurityGroupId.NotFound", "SecurityGroupId", "sg-none"}}},
		{"source unknown, classic only would do", "SecurityGroupId=sg-none&" + tcp22 + "&DestCidrIp=10.0.0.0/8&NicType=internet", 404, []fault{{0, "InvalidSecurityGroupId.NotFound", "SecurityGroupId", "sg-none"}}},
		{"source unknown, VPC only would do", "SecurityGroupId=sg-none&" + tcp22 + "&Ipv6DestCidrIp=::/0", 404, []fault{{0, "InvalidSecurityGroupId.NotFound", "SecurityGroupId", "sg-none"}}},
		{"source unknown, neither would do, each for its reason", "SecurityGroupId=sg-none&" + tcp22 + "&Ipv6DestCidrIp=::/0&NicType=internet", 404, []fault{{0, "InvalidSecurityGroupId.NotFound", "SecurityGroupId", "sg-none"}}},
		{"source unknown and a fault in any network", "SecurityGroupId=sg-none&IpProtocol=tcp&PortRange=0/0&DestCidrIp=10.0.0.0/8&NicType=internet", 400, []fault{
			{0, "InvalidParam.PortRange", "PortRange", "0/0"},
			{0, "InvalidSecurityGroupId.NotFound", "SecurityGroupId", "sg-none"}}},
		{"both unknown", "SecurityGroupId=sg-none&" + toGroup + "sg-none2", 404, []fault{
			{0, "InvalidDestGroupId.NotFound", "DestGroupId", "sg-none2"},
			{0, "InvalidSecurityGroupId.NotFound", "SecurityGroupId", "sg-none"}}},
		{"source unknown, itself the destination", "SecurityGroupId=sg-none&" + toGroup + "sg-none", 403, []fault{
			{0, "InvalidParamter.Conflict", "DestGroupId", "sg-none"},
			{0, "InvalidSecurityGroupId.NotFound", "SecurityGroupId", "sg-none"}}},
		{"source unknown, destination of another kind", "SecurityGroupId=sg-none&" + toGroup + "sg-classic", 404, []fault{{0, "InvalidSecurityGroupId.NotFound", "SecurityGroupId", "sg-none"}}},
		{"source unknown, destination not in the account named", "SecurityGroupId=sg-none&" + toGroup + db + "&DestGroupOwnerAccount=them", 400, []fault{
			{0, "InvalidDestGroup.NotFound", "DestGroupOwnerAccount", "them"},
			{0, "InvalidSecurityGroupId.NotFound", "SecurityGroupId", "sg-none"}}},

		// All or nothing, and names in N form.
		{"one bad rule of two", "Permissions.1.IpProtocol=tcp&Permissions.1.PortRange=1/2&Permissions.1.DestCidrIp=10.0.0.0/8&Permissions.2.IpProtocol=tcp&Permissions.2.PortRange=x", 400, []fault{
			{1, "InvalidParam.PortRange", "Permissions.2.PortRange", "x"},
			{1, "MissingParameter.Dest", "Permissions.2.DestCidrIp", ""}}},
	} {
		r := world(t)
		before := snapshot(r)
		q := mustParse(t, c.query)
		err := r.Authorize(q)
		if diff := cmp.Diff(c.want, faultsOf(err)); diff != "" {
			t.Errorf("%s: Authorize(%v): -want +got\n%s\n%v", c.name, q, diff, err)
			continue
		}
		if e := new(rule.Error); errors.As(err, &e) && (e.Status != c.status || e.Reason == "" || e.Want == "") {
			t.Errorf("%s: Authorize(%v): %+v, want status %d, a reason and what is accepted", c.name, q, *e, c.status)
		}
		if after := snapshot(r); after != before {
			t.Errorf("%s: Authorize(%v) was refused and changed the groups:\n%s\nbefore:\n%s", c.name, q, after, before)
		}
	}
}

func TestAuthorizeEnters(t *testing.T) {
	for _, c := range []struct {
		name, query string
		want        []string
	}{
		{"block", tcp22 + "&DestCidrIp=10.0.0.1/8", []string{"accept tcp to 10.0.0.1/8 port 22/22 priority 1 nic intranet"}},
		{"group", toGroup + "sg-db", []string{"accept tcp group sg-db port 22/22 priority 1 nic intranet"}},
		{"group by our own account's name", toGroup + "sg-db&DestGroupOwnerAccount=us", []string{"accept tcp group sg-db owner us port 22/22 priority 1 nic intranet"}},
		{"group of another account", toGroup + "sg-theirs&DestGroupOwnerAccount=them", []string{"accept tcp group sg-theirs owner them port 22/22 priority 1 nic intranet"}},
		{"group of another account by id, taken on trust", toGroup + "sg-theirs&DestGroupOwnerId=42", []string{"accept tcp group sg-theirs owner-id 42 port 22/22 priority 1 nic intranet"}},
		{"group of unknown owner and VPC", toGroup + "sg-nowhere&DestGroupOwnerAccount=x", []string{"accept tcp group sg-nowhere owner x port 22/22 priority 1 nic intranet"}},
		{"an address decides, the group is not checked", toGroup + "sg-none&DestCidrIp=10.0.0.0/8", []string{"accept tcp to 10.0.0.0/8 port 22/22 priority 1 nic intranet"}},
		{"an IPv6 address decides, too", toGroup + "sg-web&Ipv6DestCidrIp=::/0", []string{"accept tcp to ::/0 port 22/22 priority 1 nic intranet"}},
		{"two rules", "Permissions.1.IpProtocol=gre&Permissions.1.PortRange=-1/-1&Permissions.1.DestCidrIp=10.0.0.0/8&Permissions.2.IpProtocol=udp&Permissions.2.PortRange=5/6&Permissions.2.DestGroupId=sg-db&Permissions.2.Policy=drop",
			[]string{"accept gre to 10.0.0.0/8 priority 1 nic intranet", "drop udp group sg-db port 5/6 priority 1 nic intranet"}},
	} {
		r := world(t)
		g, _ := r.Group("sg-web")
		had := g.Len()
		q := mustParse(t, c.query)
		if err := r.Authorize(q); err != nil {
			t.Errorf("%s: Authorize(%v): %v", c.name, q, err)
			continue
		}
		var got []string
		for i, r := range g.Rules() {
			if i >= had {
				got = append(got, r.String())
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: Authorize(%v): rules entered: -want +got\n%s", c.name, q, diff)
		}
	}
}

func TestAuthorizeCountsRules(t *testing.T) {
	r := world(t)
	for _, n := range []int{0, 101} {
		q := Request{GroupID: "sg-web", Indexed: true, Rules: make([]rule.Params, n)}
		want := []fault{{0, "InvalidParam.Permissions", "Permissions", ""}}
		if diff := cmp.Diff(want, faultsOf(r.Authorize(q))); diff != "" {
			t.Errorf("Authorize of %d rules: -want +got\n%s", n, diff)
		}
	}
}

func openRegion() *Region {
	return OpenRegion(func(id string) *rule.Group { return rule.NewGroup(id, rule.VPC, rule.Basic) })
}

// The page's own requests work as printed where their groups exist.
func TestOpenRegionTakesThePageAsPrinted(t *testing.T) {
	r := openRegion()
	for i, line := range requestLines(t) {
		q := mustParse(t, line)
		if err := r.Authorize(q); err != nil {
			t.Errorf("request %d: Authorize(%v): %v", i, q, err)
		}
	}
	for id, want := range map[string]int{"sg-94n63e80l": 4, "sg-280ih3w4b": 1, "sg-F876FF7BA": 1} {
		if g, ok := r.Group(id); !ok || g.Len() != want {
			t.Errorf("Group(%s) = %v, %v, want %d rules", id, g, ok, want)
		}
	}
}

func TestOpenRegion(t *testing.T) {
	r := openRegion()
	refused := mustParse(t, "IpProtocol=tcp&PortRange=x&DestCidrIp=10.0.0.0/8")
	if err := r.Authorize(refused); err == nil {
		t.Errorf("Authorize(%v) = nil, want a fault", refused)
	}
	if g, ok := r.Group("sg-web"); ok {
		t.Errorf("Group(sg-web) after a refused request = %v, want none", g)
	}
	for _, query := range []string{
		toGroup + "sg-any&DestGroupOwnerAccount=x",   // every destination exists
		"SecurityGroupId=sg-2&" + toGroup + "sg-web", // also one that is held
	} {
		q := mustParse(t, query)
		if err := r.Authorize(q); err != nil {
			t.Errorf("Authorize(%v): %v", q, err)
		}
	}
	again := mustParse(t, toGroup+"sg-any&DestGroupOwnerAccount=x")
	if err := r.Authorize(again); !errors.Is(err, rule.RuleDuplicate) {
		t.Errorf("Authorize(%v) once more = %v, want %s: the group stays", again, err, rule.RuleDuplicate)
	}
	if err := r.Authorize(Request{Rules: again.Rules}); !errors.Is(err, rule.InvalidSecurityGroupIDNotFound) {
		t.Errorf("Authorize without a source group = %v, want %s", err, rule.InvalidSecurityGroupIDNotFound)
	}
}

// What the caller makes for a source group may be none, or of no kind.
func TestOpenRegionOfStrangeGroups(t *testing.T) {
	q := mustParse(t, tcp22+"&DestCidrIp=10.0.0.0/8")
	none := OpenRegion(func(string) *rule.Group { return nil })
	if err := none.Authorize(q); !errors.Is(err, rule.InvalidSecurityGroupIDNotFound) {
		t.Errorf("Authorize where no group is made = %v, want %s", err, rule.InvalidSecurityGroupIDNotFound)
	}
	other := OpenRegion(func(string) *rule.Group { return rule.NewGroup("sg-other", rule.VPC, rule.Basic) })
	if err := other.Authorize(q); err == nil || faultsOf(err) != nil || !strings.Contains(err.Error(), `a group "sg-other" is made for "sg-web"`) {
		t.Errorf("Authorize in a group of another id = %v, want an error that says so and has no code", err)
	}
	for _, id := range []string{"sg 1", "sg-1\u00a0"} {
		q := Request{GroupID: id, Rules: q.Rules}
		if err := openRegion().Authorize(q); err == nil || faultsOf(err) != nil {
			t.Errorf("Authorize of group %q in an open region = %v, want an error without a code", id, err)
		}
		if err := world(t).Authorize(q); !errors.Is(err, rule.InvalidSecurityGroupIDNotFound) {
			t.Errorf("Authorize of group %q = %v, want %s", id, err, rule.InvalidSecurityGroupIDNotFound)
		}
	}
	strange := OpenRegion(func(id string) *rule.Group { return rule.NewGroup(id, rule.Classic, rule.Advanced) })
	if err := strange.Authorize(q); err == nil || faultsOf(err) != nil || !strings.Contains(err.Error(), "advanced in a vpc only") {
		t.Errorf("Authorize in a classic advanced group = %v, want an error that says so and has no code", err)
	}
}

func TestNewRegionRefuses(t *testing.T) {
	g := rule.NewGroup("sg-1", rule.VPC, rule.Basic)
	for _, c := range []struct {
		name   string
		groups []*rule.Group
		want   string
	}{
		{"twice", []*rule.Group{g, rule.NewGroup("sg-1", rule.Classic, rule.Basic)}, `"sg-1" is given twice`},
		{"nil", []*rule.Group{g, nil}, "group 1 of the list: the group is nil"},
		{"no id", []*rule.Group{rule.NewGroup("", rule.VPC, rule.Basic)}, `group 0 of the list: group id "": empty`},
		{"an id with a space", []*rule.Group{rule.NewGroup("sg-1\u00a0", rule.VPC, rule.Basic)}, `group 0 of the list: group id "sg-1\u00a0": a space (U+00A0)`},
		{"a kind that does not exist", []*rule.Group{rule.NewGroup("sg-1", rule.Classic, rule.Advanced)}, "advanced in a vpc only"},
	} {
		if _, err := NewRegion(c.groups...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: NewRegion = %v, want %q in the error", c.name, err, c.want)
		}
	}
}
