package ecs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/sluice/rule"
)

// whole is all that a Description says, for comparison.
type whole struct {
	Heading          [5]string
	ID, VPCID        string
	Network          rule.Network
	Type             rule.Type
	Limit            int
	Rules            []rule.Rule
	Ingress, OtherOf []string
}

func wholeOf(t rapid.TB, d *Description) whole {
	g := d.Group
	w := whole{
		Heading: [5]string{d.RequestID, d.RegionID, d.Name, d.Description, d.InnerAccessPolicy},
		ID:      g.ID(), VPCID: g.VPCID, Network: g.Network(), Type: g.Type(), Limit: g.Limit, Rules: rulesOf(g),
	}
	for _, raw := range d.ingress {
		w.Ingress = append(w.Ingress, compact(t, raw))
	}
	for _, m := range d.others {
		w.OtherOf = append(w.OtherOf, m.key+compact(t, m.raw))
	}
	return w
}

func compact(t rapid.TB, raw []byte) string {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		t.Fatalf("Compact(%s): %v", raw, err)
	}
	return b.String()
}

// writtenBack writes d and reads it.
func writtenBack(t rapid.TB, d *Description) (text string, back *Description) {
	t.Helper()
	var b bytes.Buffer
	n, err := d.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo = %d, %v, want %d bytes", n, err, b.Len())
	}
	text = b.String()
	back, err = ReadDescription(&b, ReadOptions{Limit: max(d.Group.Limit, d.Group.Len())})
	if err != nil {
		t.Fatalf("ReadDescription of what was written: %v\n%s", err, text)
	}
	back.Group.Limit = d.Group.Limit
	return text, back
}

// Rules of both directions, none, one or several of each, are written as one list.
func TestWriteBothDirections(t *testing.T) {
	for nEgress := range 3 {
		for nIngress := range 4 {
			list := slices.Repeat([]string{egress(toTen)}, nEgress)
			list = append(list, slices.Repeat([]string{`{"Direction":"ingress"}`}, nIngress)...)
			d, err := ReadDescription(strings.NewReader(reply(list...)), ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			text, back := writtenBack(t, d)
			if back.Group.Len() != nEgress || len(back.ingress) != nIngress {
				t.Errorf("%d egress and %d ingress rules are read back as %d and %d:\n%s", nEgress, nIngress, back.Group.Len(), len(back.ingress), text)
			}
		}
	}
}

func TestWriteWhatWasRead(t *testing.T) {
	for _, file := range []string{"../testdata/describe-older.json", "../testdata/describe-newer.json"} {
		d := mustRead(t, file, ReadOptions{})
		d.others = append(d.others, member{"SnapshotPolicyIds", json.RawMessage("{ \"Id\": [\"<s>\"]\n}")})
		text, back := writtenBack(t, d)
		if len(d.ingress) != 1 {
			t.Errorf("%s: %d ingress rules carried, want 1", file, len(d.ingress))
		}
		if diff := cmp.Diff(wholeOf(t, d), wholeOf(t, back), addresses); diff != "" {
			t.Errorf("%s: read back: -want +got\n%s", file, diff)
		}
		if again, _ := writtenBack(t, back); again != text {
			t.Errorf("%s: written again:\n%s\nwant\n%s", file, again, text)
		}
	}
}

// The exact text: keys, order, words and lines are what people diff.
func TestWriteTo(t *testing.T) {
	g := rule.NewGroup("sg-1", rule.VPC, rule.Basic)
	g.VPCID = "vpc-1"
	err := g.Restore(
		rule.Existing{ID: "sgr-1", CreateTime: "2024-07-08T02:10:00Z", Params: rule.Params{IPProtocol: "icmpv6", PortRange: "-1/-1", IPv6DestCidrIP: "2001:db8::1/32", Priority: "110", Description: "a <b> & \"c\""}},
		rule.Existing{DestGroupName: "db", Params: rule.Params{IPProtocol: "tcp", PortRange: "1/2", SourcePortRange: "3/4", SourceCidrIP: "10.0.0.1", DestGroupID: "sg-db", DestGroupOwnerAccount: "a@b", DestGroupOwnerID: "42", Policy: "drop"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	d := &Description{RequestID: "R", RegionID: "cn", Name: "n", Description: "d", InnerAccessPolicy: "Accept", Group: g,
		ingress: []json.RawMessage{[]byte("{\"Direction\":\n\"ingress\", \"A\": [1,  2]}")},
		others:  []member{{"New", []byte("[1, \"<\"]")}}}
	const want = `{
  "RequestId": "R",
  "RegionId": "cn",
  "SecurityGroupId": "sg-1",
  "SecurityGroupName": "n",
  "Description": "d",
  "VpcId": "vpc-1",
  "InnerAccessPolicy": "Accept",
  "NextToken": "",
  "Permissions": {"Permission": [
    {"Direction": "egress", "SecurityGroupRuleId": "sgr-1", "IpProtocol": "ICMPv6", "PortRange": "-1/-1", "SourcePortRange": "", "DestCidrIp": "", "Ipv6DestCidrIp": "2001:db8::1/32", "SourceCidrIp": "", "Ipv6SourceCidrIp": "", "DestGroupId": "", "DestGroupOwnerAccount": "", "Policy": "Accept", "Priority": "110", "NicType": "intranet", "Description": "a <b> & \"c\"", "DestGroupName": "", "CreateTime": "2024-07-08T02:10:00Z"},
    {"Direction": "egress", "SecurityGroupRuleId": "", "IpProtocol": "TCP", "PortRange": "1/2", "SourcePortRange": "3/4", "DestCidrIp": "", "Ipv6DestCidrIp": "", "SourceCidrIp": "10.0.0.1/32", "Ipv6SourceCidrIp": "", "DestGroupId": "sg-db", "DestGroupOwnerAccount": "a@b", "DestGroupOwnerId": "42", "Policy": "Drop", "Priority": "1", "NicType": "intranet", "Description": "", "DestGroupName": "db", "CreateTime": ""},
    {"Direction":"ingress","A":[1,2]}
  ]},
  "New": [1, "<"]
}
`
	var b strings.Builder
	if _, err := d.WriteTo(&b); err != nil || b.String() != want {
		t.Errorf("WriteTo: %v\n-want +got\n%s", err, cmp.Diff(want, b.String()))
	}
}

func TestWriteEmptyGroups(t *testing.T) {
	for _, c := range []struct {
		name    string
		network rule.Network
		vpcID   string
		want    string
	}{
		{"VPC not known", rule.VPC, "", `"VpcId": "vpc-unknown"`},
		{"VPC", rule.VPC, "vpc-1", `"VpcId": "vpc-1"`},
		{"classic", rule.Classic, "", `"VpcId": ""`},
	} {
		g := rule.NewGroup("sg-1", c.network, rule.Basic)
		g.VPCID = c.vpcID
		d := NewDescription(g)
		text, back := writtenBack(t, d)
		if !strings.Contains(text, c.want) || !strings.Contains(text, `"Permissions": {"Permission": []}`) {
			t.Errorf("%s: WriteTo:\n%s\nwant %s and no permission in it", c.name, text, c.want)
		}
		if diff := cmp.Diff(wholeOf(t, d), wholeOf(t, back), addresses); diff != "" {
			t.Errorf("%s: read back: -want +got\n%s", c.name, diff)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	g := rule.NewGroup("sg-1", rule.VPC, rule.Basic)
	if err := g.Restore(rule.Existing{Params: rule.Params{IPProtocol: "tcp", PortRange: "1/2", DestGroupID: "sg-2"}, DestGroupName: "\xff"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		d    *Description
		want string
	}{
		{"nil", nil, "no group"},
		{"no group", &Description{}, "no group"},
		{"heading not UTF-8", &Description{Name: "\xff", Group: rule.NewGroup("sg-1", rule.VPC, rule.Basic)}, `SecurityGroupName "\xff": want valid UTF-8`},
		{"rule not UTF-8", NewDescription(g), `describe reply: rule 0: DestGroupName "\xff": want valid UTF-8`},
		{"broken ingress", &Description{Group: rule.NewGroup("sg-1", rule.VPC, rule.Basic), ingress: []json.RawMessage{[]byte("{")}}, "unexpected end"},
	} {
		var b strings.Builder
		if n, err := c.d.WriteTo(&b); err == nil || !strings.Contains(err.Error(), c.want) || n != 0 || b.Len() != 0 {
			t.Errorf("%s: WriteTo = %d, %v, want 0 bytes and %q in the error", c.name, n, err, c.want)
		}
	}
}

// failing is a writer that takes three bytes.
type failing struct{}

var errFull = errors.New("disk full")

func (failing) Write([]byte) (int, error) { return 3, errFull }

func TestWriteToTellsTheWritersError(t *testing.T) {
	d := NewDescription(rule.NewGroup("sg-1", rule.VPC, rule.Basic))
	if n, err := d.WriteTo(failing{}); n != 3 || !errors.Is(err, errFull) {
		t.Errorf("WriteTo = %d, %v, want 3, %v", n, err, errFull)
	}
}

// anyID draws an id, or none.
var anyID = rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[ -~]{1,8}|[à-ž]{1,4}`).Filter(func(s string) bool { return checkID("", s) == nil }))

// drawRule draws a rule as a reply may state it, valid in network n.
func drawRule(t *rapid.T, n rule.Network) rule.Existing {
	free := rapid.String()
	e := rule.Existing{
		ID:            anyID.Draw(t, "id"),
		CreateTime:    free.Draw(t, "created"),
		DestGroupName: free.Draw(t, "name"),
		Params: rule.Params{
			IPProtocol:  rapid.SampledFrom([]string{"tcp", "UDP", "all", "GRE", "Tcp"}).Draw(t, "protocol"),
			PortRange:   "-1/-1",
			Policy:      rapid.SampledFrom([]string{"", "Accept", "drop", "allow"}).Draw(t, "policy"),
			Priority:    fmt.Sprint(rapid.IntRange(1, 110).Draw(t, "priority")),
			NICType:     "intranet",
			Description: rapid.StringN(0, 512, -1).Draw(t, "description"),
		},
	}
	port := rapid.IntRange(1, 65535)
	if p := strings.ToLower(e.IPProtocol); p == "tcp" || p == "udp" {
		a, b := port.Draw(t, "port"), port.Draw(t, "port")
		e.PortRange = fmt.Sprintf("%d/%d", min(a, b), max(a, b))
		e.SourcePortRange = rapid.SampledFrom([]string{"", "-1/-1", e.PortRange}).Draw(t, "source ports")
	}
	v6 := n == rule.VPC && rapid.Bool().Draw(t, "IPv6")
	block := func(what string) string {
		if v6 {
			return drawBlock(t, what, 16)
		}
		return drawBlock(t, what, 4)
	}
	dst, src := &e.DestCidrIP, &e.SourceCidrIP
	if v6 {
		dst, src = &e.IPv6DestCidrIP, &e.IPv6SourceCidrIP
	}
	if rapid.Bool().Draw(t, "to a group") {
		e.DestGroupID = "sg-" + anyID.Draw(t, "group")
		e.DestGroupOwnerAccount, e.DestGroupOwnerID = anyID.Draw(t, "owner"), anyID.Draw(t, "owner id")
	} else {
		*dst = block("destination")
	}
	if rapid.Bool().Draw(t, "with a source") {
		*src = block("source")
	}
	return e
}

// drawBlock draws a block, with host bits as they come.
func drawBlock(t *rapid.T, what string, size int) string {
	addr, _ := netip.AddrFromSlice(rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, what))
	if addr.Is4In6() {
		addr = netip.IPv6Unspecified()
	}
	return netip.PrefixFrom(addr, rapid.IntRange(0, addr.BitLen()).Draw(t, what+" bits")).String()
}

// drawDescription draws a group with rules, and what else a reply says.
func drawDescription(t *rapid.T) *Description {
	n := rapid.SampledFrom([]rule.Network{rule.VPC, rule.Classic}).Draw(t, "network")
	typ := rule.Basic
	if n == rule.VPC {
		typ = rapid.SampledFrom([]rule.Type{rule.Basic, rule.Advanced}).Draw(t, "type")
	}
	g := rule.NewGroup("g-"+anyID.Draw(t, "id"), n, typ)
	if n == rule.VPC {
		g.VPCID = rapid.SampledFrom([]string{"", "vpc-1"}).Draw(t, "VPC")
	}
	var rules []rule.Existing
	for range rapid.IntRange(0, 5).Draw(t, "rules") {
		rules = append(rules, drawRule(t, n))
	}
	if err := g.Restore(rules...); err != nil {
		t.Fatalf("Restore(%+v): %v", rules, err)
	}
	d := NewDescription(g)
	for _, s := range []*string{&d.RequestID, &d.Name, &d.Description, &d.InnerAccessPolicy} {
		*s = rapid.String().Draw(t, "heading")
	}
	d.RegionID = anyID.Draw(t, "region")
	return d
}

func TestWrittenDescriptionReadsBackEqual(t *testing.T) {
	hosts, groups := 0, 0 // drawn: both must have been there
	rapid.Check(t, func(t *rapid.T) {
		d := drawDescription(t)
		for _, r := range d.Group.Rules() {
			if r.DstHost.IsValid() {
				hosts++
			}
			if r.DstGroup != "" {
				groups++
			}
		}
		text, back := writtenBack(t, d)
		if diff := cmp.Diff(wholeOf(t, d), wholeOf(t, back), addresses); diff != "" {
			t.Fatalf("read back: -want +got\n%s\n%s", diff, text)
		}
	})
	if hosts == 0 || groups == 0 {
		t.Errorf("%d rules with host bits and %d with a group drawn, want some of each", hosts, groups)
	}
}
