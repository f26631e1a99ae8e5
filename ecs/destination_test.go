package ecs

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/sluice/internal/linear"
	"example.com/sluice/rule"
)

// meeting is a source group, a destination group and what a request says of the
// latter, each value either way.
type meeting struct {
	sourceKnown, destKnown         bool
	sourceClassic, destClassic     bool
	sourceVPC, destVPC             string
	sourceOwner, destOwner         string
	namedAccount, namedID, address string
}

// want lists the codes by the table of the semantics, in its order.
func (m meeting) want() []string {
	var codes []string
	if m.address == "" {
		codes = m.wantOfGroups()
	}
	if !m.sourceKnown {
		codes = append(codes, "InvalidSecurityGroupId.NotFound")
	}
	return codes
}

func (m meeting) wantOfGroups() []string {
	if !m.destKnown {
		return []string{"InvalidDestGroupId.NotFound"}
	}
	var codes []string
	account := m.namedAccount // none named: our own, which only a known source tells
	if account == "" && m.namedID == "" && m.sourceKnown {
		account = m.sourceOwner
	}
	if account != "" && m.destOwner != "" && account != m.destOwner {
		codes = append(codes, "InvalidDestGroup.NotFound")
	}
	switch bothKnown := m.sourceVPC != "" && m.destVPC != ""; {
	case !m.sourceKnown:
	case m.sourceClassic != m.destClassic:
		codes = append(codes, "InvalidNetworkType.Conflict")
	case !m.sourceClassic && bothKnown && m.sourceVPC != m.destVPC:
		codes = append(codes, "InvalidDestGroupId.Mismatch")
	}
	return codes
}

func (m meeting) region(t *testing.T) *Region {
	t.Helper()
	network := map[bool]rule.Network{true: rule.Classic}
	var groups []*rule.Group
	if m.sourceKnown {
		groups = append(groups, newGroup("sg-a", network[m.sourceClassic], m.sourceVPC, m.sourceOwner))
	}
	if m.destKnown {
		groups = append(groups, newGroup("sg-b", network[m.destClassic], m.destVPC, m.destOwner))
	}
	r, err := NewRegion(groups...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every check of a destination group, both ways: what is not known is no
// mismatch, and what is known and differs is one.
func TestDestinationChecks(t *testing.T) {
	seen := map[string]int{}
	var m meeting
	boolean := func(v *bool, next func()) func() {
		return func() {
			for _, *v = range []bool{false, true} {
				next()
			}
		}
	}
	word := func(v *string, next func(), words ...string) func() {
		return func() {
			for _, *v = range words {
				next()
			}
		}
	}
	check := func() {
		q := mustParse(t, "SecurityGroupId=sg-a&NicType=intranet&"+toGroup+"sg-b&DestGroupOwnerAccount="+m.namedAccount+"&DestGroupOwnerId="+m.namedID+"&DestCidrIp="+m.address)
		r := m.region(t)
		err := r.Authorize(q)
		var got []string
		for _, f := range faultsOf(err) {
			got = append(got, string(f.Code))
		}
		if diff := cmp.Diff(m.want(), got); diff != "" {
			t.Fatalf("%+v: Authorize: -want +got\n%s", m, diff)
		}
		seen[strings.Join(got, " ")]++
		if g, ok := r.Group("sg-a"); ok != m.sourceKnown || ok && g.Len() != map[bool]int{true: 1}[err == nil] {
			t.Fatalf("%+v: Authorize = %v: the group is there: %t, want %t, with the rule where it passes", m, err, ok, m.sourceKnown)
		}
	}
	all := boolean(&m.sourceKnown, boolean(&m.destKnown, boolean(&m.sourceClassic, boolean(&m.destClassic,
		word(&m.sourceVPC, word(&m.destVPC, word(&m.sourceOwner, word(&m.destOwner,
			word(&m.namedAccount, word(&m.namedID, word(&m.address, check, "", "10.0.0.1"), "", "42"), "", "us", "them"),
			"", "us", "them"), "", "us"), "", "vpc-1", "vpc-2"), "", "vpc-1")))))
	all()
	for _, codes := range []string{"", "InvalidDestGroupId.NotFound", "InvalidDestGroup.NotFound", "InvalidNetworkType.Conflict", "InvalidDestGroupId.Mismatch",
		"InvalidDestGroup.NotFound InvalidNetworkType.Conflict", "InvalidDestGroup.NotFound InvalidDestGroupId.Mismatch",
		"InvalidSecurityGroupId.NotFound", "InvalidDestGroupId.NotFound InvalidSecurityGroupId.NotFound", "InvalidDestGroup.NotFound InvalidSecurityGroupId.NotFound"} {
		if seen[codes] == 0 {
			t.Errorf("no meeting has the codes %q: the test sees too little", codes)
		}
	}
}

// The faults of a destination say what is wrong, of which parameter, and what is
// accepted.
func TestDestinationMessages(t *testing.T) {
	for _, c := range []struct {
		query, want string
	}{
		{toGroup + "sg-none", `DestGroupId "sg-none": no such group in the region, want the id of a group in the region (InvalidDestGroupId.NotFound)`},
		{toGroup + "sg-theirs", `DestGroupId "sg-theirs": group "sg-theirs" is not in account "us", want a group of that account (InvalidDestGroup.NotFound)`},
		{toGroup + "sg-db&DestGroupOwnerAccount=them", `DestGroupOwnerAccount "them": group "sg-db" is not in account "them", want a group of that account (InvalidDestGroup.NotFound)`},
		{toGroup + "sg-classic", `DestGroupId "sg-classic": a classic group, want a vpc group, as the source group is (InvalidNetworkType.Conflict)`},
		{toGroup + "sg-far", `DestGroupId "sg-far": a group in VPC "vpc-2", want a group in VPC "vpc-1" (InvalidDestGroupId.Mismatch)`},
		{"SecurityGroupId=sg-none&" + tcp22 + "&DestCidrIp=10.0.0.0/8", `SecurityGroupId "sg-none": no such group in the region, want the id of a group in the region (InvalidSecurityGroupId.NotFound)`},
	} {
		if err := world(t).Authorize(mustParse(t, c.query)); err == nil || err.Error() != c.want {
			t.Errorf("Authorize(%s) = %v, want %s", c.query, err, c.want)
		}
	}
}

// In an open region, a destination that has been a source group is known and
// checked; any other suits.
func TestOpenRegionChecksWhatItHolds(t *testing.T) {
	r := OpenRegion(func(id string) *rule.Group {
		if strings.HasPrefix(id, "sg-classic") {
			return rule.NewGroup(id, rule.Classic, rule.Basic)
		}
		return rule.NewGroup(id, rule.VPC, rule.Basic)
	})
	request := func(source, dest string) Request {
		return mustParse(t, fmt.Sprintf("SecurityGroupId=%s&NicType=intranet&%s%s", source, toGroup, dest))
	}
	for _, pair := range [][2]string{{"sg-a", "sg-classic"}, {"sg-classic", "sg-b"}, {"sg-b", "sg-a"}} {
		if err := r.Authorize(request(pair[0], pair[1])); err != nil {
			t.Errorf("Authorize from %s to %s: %v", pair[0], pair[1], err)
		}
	}
	want := []fault{{0, rule.InvalidNetworkTypeConflict, "DestGroupId", "sg-classic"}}
	if diff := cmp.Diff(want, faultsOf(r.Authorize(request("sg-b", "sg-classic")))); diff != "" {
		t.Errorf("Authorize to a group that is held: -want +got\n%s", diff)
	}
}

// The zero Region holds no group, and a request for one says so.
func TestZeroRegion(t *testing.T) {
	var r Region
	if err := r.Authorize(mustParse(t, tcp22+"&DestCidrIp=10.0.0.0/8")); faultsOf(err) == nil || faultsOf(err)[0].Code != rule.InvalidSecurityGroupIDNotFound {
		t.Errorf("Authorize = %v, want %s", err, rule.InvalidSecurityGroupIDNotFound)
	}
	if g, ok := r.Group("sg-web"); g != nil || ok {
		t.Errorf("Group = %v, %t, want none", g, ok)
	}
	if err := OpenRegion(nil).Authorize(mustParse(t, tcp22+"&DestCidrIp=10.0.0.0/8")); faultsOf(err) == nil {
		t.Errorf("Authorize where no group can be made = %v, want a fault", err)
	}
	if err := r.Authorize(Request{}); faultsOf(err) == nil {
		t.Errorf("Authorize of the zero Request = %v, want a fault", err)
	}
}

// A request costs the same however many rules its group holds: 4,800 requests take
// about as long as 16 times 300, whatever becomes of them.
func TestRegionIsLinear(t *testing.T) {
	host := func(i int) string { return fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255) }
	request := func(group, more string) Request {
		return Request{GroupID: group, Rules: []rule.Params{{IPProtocol: "gre", PortRange: "-1/-1", DestCidrIP: more}}}
	}
	for _, way := range []struct {
		name    string
		request func(i int) Request
		code    rule.Code // empty: it enters
	}{
		{"entered", func(i int) Request { return request("sg-a", "11"+host(i)[2:]) }, ""},
		{"equal to a held rule", func(i int) Request { return request("sg-a", host(i)) }, rule.RuleDuplicate},
		{"unknown destination", func(i int) Request {
			q := request("sg-a", "")
			q.Rules[0].DestGroupID = "sg-none"
			return q
		}, rule.InvalidDestGroupIDNotFound},
		{"unknown source", func(i int) Request { return request("sg-none", host(i)) }, rule.InvalidSecurityGroupIDNotFound},
	} {
		t.Run(way.name, func(t *testing.T) {
			linear.Check(t, 300, func(n int) {
				g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
				g.Limit = 2 * n
				r, err := NewRegion(g)
				for i := range n {
					err = errors.Join(err, g.Authorize(request("", host(i)).Rules...))
				}
				if err != nil {
					t.Fatal(err)
				}
				for i := range n {
					if err := r.Authorize(way.request(i)); way.code == "" && err != nil || way.code != "" && !errors.Is(err, way.code) {
						t.Fatalf("Authorize = %v, want code %q", err, way.code)
					}
				}
			})
		})
	}
}
