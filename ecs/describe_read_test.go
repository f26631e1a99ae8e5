package ecs

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.com/sluice/rule"
)

var addresses = cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{})

func mustRead(t testing.TB, file string, o ReadOptions) *Description {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := ReadDescription(f, o)
	if err != nil {
		t.Fatalf("ReadDescription(%s): %v", file, err)
	}
	return d
}

func rulesOf(g *rule.Group) []rule.Rule {
	var rs []rule.Rule
	for _, r := range g.Rules() {
		rs = append(rs, r)
	}
	return rs
}

func TestReadDescriptionOlder(t *testing.T) {
	d := mustRead(t, "../testdata/describe-older.json", ReadOptions{})
	g := d.Group
	if g.ID() != "sg-older01" || g.Network() != rule.VPC || g.VPCID != "vpc-older01" || g.Type() != rule.Basic || g.Limit != 100 {
		t.Errorf("group %s %v %s %v limit %d, want sg-older01 vpc vpc-older01 basic 100", g.ID(), g.Network(), g.VPCID, g.Type(), g.Limit)
	}
	if d.RequestID != "0B1C7E52-3A1D-4A52-9C0E-6A9E2C5B7D10" || d.RegionID != "cn-hongkong" || d.Name != "batch workers" ||
		d.Description != "System created security group." || d.InnerAccessPolicy != "Accept" {
		t.Errorf("heading %+v, want that of the file", *d)
	}
	all := netip.MustParsePrefix("0.0.0.0/0")
	want := []rule.Rule{
		{Protocol: rule.All, Dst: all, NIC: rule.Intranet, Policy: rule.Accept, Priority: 110, CreateTime: "2017-03-19T13:37:55Z"},
		{Protocol: rule.TCP, DstPorts: rule.PortRange{First: 25, Last: 25}, Dst: all, NIC: rule.Intranet, Policy: rule.Drop, Priority: 1, Description: "no mail from workers", CreateTime: "2018-06-02T08:11:09Z"},
		{Protocol: rule.TCP, DstPorts: rule.PortRange{First: 1, Last: 65535}, Dst: netip.MustParsePrefix("10.144.0.0/12"), DstHost: netip.MustParseAddr("10.159.6.18"), NIC: rule.Intranet, Policy: rule.Accept, Priority: 1, Description: "office range, host bits as typed", CreateTime: "2018-06-02T08:12:40Z"},
		{Protocol: rule.All, Dst: netip.MustParsePrefix("10.0.0.0/8"), NIC: rule.Intranet, Policy: rule.Drop, Priority: 1, CreateTime: "2018-06-02T08:13:02Z"},
	}
	if diff := cmp.Diff(want, rulesOf(g), addresses); diff != "" {
		t.Errorf("rules: -want +got\n%s", diff)
	}
}

func TestReadDescriptionNewer(t *testing.T) {
	d := mustRead(t, "../testdata/describe-newer.json", ReadOptions{Type: new(rule.Advanced), Limit: 8})
	if d.Group.Type() != rule.Advanced || d.Group.Limit != 8 {
		t.Errorf("group %v limit %d, want advanced 8", d.Group.Type(), d.Group.Limit)
	}
	var got []string
	for _, r := range d.Group.Rules() {
		got = append(got, r.String())
	}
	want := []string{
		`accept tcp to 0.0.0.0/0 port 443/443 priority 10 nic intranet id sgr-web01 created 2024-07-08T02:10:00Z description "https anywhere"`,
		`drop tcp to 203.0.113.0/24 port 443/443 priority 10 nic intranet id sgr-web02 created 2024-07-08T02:11:00Z description "tie with sgr-web01: drop wins"`,
		`accept tcp group sg-db name db port 3306/3306 priority 1 nic intranet id sgr-web03 created 2024-07-08T02:12:00Z description "to the database members"`,
		`accept udp from 10.0.0.0/16 sport 1024/65535 to 100.100.2.136/32 port 53/53 priority 1 nic intranet id sgr-web04 created 2024-07-08T02:13:00Z description "resolver, five-tuple rule"`,
		`accept all to 2001:db8:1234:1a00::/56 priority 20 nic intranet id sgr-web05 created 2024-07-08T02:14:00Z`,
		`accept icmpv6 to ::/0 priority 5 nic intranet id sgr-web06 created 2024-07-08T02:15:00Z`,
		`drop all to 0.0.0.0/0 priority 100 nic intranet id sgr-web07 created 2024-07-08T02:16:00Z description "close the rest"`,
		`drop all to ::/0 priority 100 nic intranet id sgr-web08 created 2024-07-08T02:17:00Z description "close the rest"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules: -want +got\n%s", diff)
	}
}

// reply makes a small reply: permissions of the given JSON.
func reply(permissions ...string) string {
	return `{"SecurityGroupId": "sg-1", "VpcId": "vpc-1", "Permissions": {"Permission": [` + strings.Join(permissions, ",") + `]}}`
}

// egress makes an egress permission; more is keys and values to add.
func egress(more string) string {
	for _, stated := range []string{`"Policy":"Accept"`, `"Priority":"1"`, `"IpProtocol":"TCP"`, `"PortRange":"1/2"`, `"SecurityGroupRuleId":"sgr-7"`} {
		if key, _, _ := strings.Cut(stated, ":"); !strings.Contains(more, key+":") {
			more = "," + stated + more
		}
	}
	return `{"Direction":"egress"` + more + `}`
}

const toTen = `, "DestCidrIp": "10.0.0.0/8"`

func TestReadDescriptionTakes(t *testing.T) {
	classic, vpc := rule.Classic, rule.VPC
	for _, c := range []struct {
		name, in string
		options  ReadOptions
		network  rule.Network
		vpcID    string
		rules    int
	}{
		{"no rules", reply(), ReadOptions{}, rule.VPC, "vpc-1", 0},
		{"VpcId empty", `{"SecurityGroupId":"sg-1","VpcId":"","Permissions":{"Permission":[]}}`, ReadOptions{}, rule.Classic, "", 0},
		{"VpcId null", `{"SecurityGroupId":"sg-1","VpcId":null,"Permissions":{"Permission":[]}}`, ReadOptions{}, rule.Classic, "", 0},
		{"VPC not known", `{"SecurityGroupId":"sg-1","VpcId":"vpc-unknown","Permissions":{"Permission":[]}}`, ReadOptions{}, rule.VPC, "", 0},
		{"forced to VPC", `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[]}}`, ReadOptions{Network: &vpc}, rule.VPC, "", 0},
		{"said to be classic, as it is", `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[]}}`, ReadOptions{Network: &classic}, rule.Classic, "", 0},
		{"limit reached", reply(egress(toTen), egress(toTen)), ReadOptions{Limit: 2}, rule.VPC, "vpc-1", 2},
		{"ingress does not count", reply(egress(toTen), `{"Direction":"ingress"}`, `{"Direction":"Ingress"}`), ReadOptions{Limit: 1}, rule.VPC, "vpc-1", 1},
		{"ingress is not looked into", reply(`{"Direction":"ingress","Priority":{"x":[1]},"portrange":7,"DestPrefixListId":"pl-1"}`), ReadOptions{}, rule.VPC, "vpc-1", 0},
		{"direction last, case ignored", reply(`{"IpProtocol":"all","PortRange":"-1/-1","DestCidrIp":"0.0.0.0/0","Policy":"drop","Priority":1,"Direction":"EGRESS"}`), ReadOptions{}, rule.VPC, "vpc-1", 1},
		{"equal rules stay", reply(egress(toTen), egress(toTen)), ReadOptions{}, rule.VPC, "vpc-1", 2},
		{"priority a number", reply(egress(toTen + `,"Priority":110`)), ReadOptions{}, rule.VPC, "vpc-1", 1},
		{"priority text", reply(egress(toTen + `,"Priority":"110"`)), ReadOptions{}, rule.VPC, "vpc-1", 1},
		{"nulls are absent", reply(egress(toTen + `,"Description":null,"DestPrefixListId":null,"New":null`)), ReadOptions{}, rule.VPC, "vpc-1", 1},
		{"unknown and empty in a rule", reply(egress(toTen + `,"DestPrefixListId":"","New":{},"Newer":["",{}]`)), ReadOptions{}, rule.VPC, "vpc-1", 1},
		{"unknown in the reply", `{"Permissions":{"Permission":[]},"SnapshotPolicyIds":{"Id":["s"]},"SecurityGroupId":"sg-1"}`, ReadOptions{}, rule.Classic, "", 0},
		{"unknown and empty beside the rules", `{"Permissions":{"Total":null,"Permission":[]},"SecurityGroupId":"sg-1"}`, ReadOptions{}, rule.Classic, "", 0},
		{"NextToken empty", `{"Permissions":{"Permission":[]},"SecurityGroupId":"sg-1","NextToken":""}`, ReadOptions{}, rule.Classic, "", 0},
		{"NextToken null", `{"Permissions":{"Permission":[]},"SecurityGroupId":"sg-1","NextToken":null}`, ReadOptions{}, rule.Classic, "", 0},
	} {
		d, err := ReadDescription(strings.NewReader(c.in), c.options)
		if err != nil {
			t.Errorf("%s: ReadDescription(%s): %v", c.name, c.in, err)
			continue
		}
		if g := d.Group; g.ID() != "sg-1" || g.Network() != c.network || g.VPCID != c.vpcID || g.Len() != c.rules {
			t.Errorf("%s: ReadDescription(%s) = %s %v %q with %d rules, want sg-1 %v %q with %d",
				c.name, c.in, g.ID(), g.Network(), g.VPCID, g.Len(), c.network, c.vpcID, c.rules)
		}
	}
}

func TestReadDescriptionRefuses(t *testing.T) {
	const ok = `{"Direction":"ingress"}`
	for _, c := range []struct {
		name, in string
		want     string    // in the message
		code     rule.Code // empty: the API has none
	}{
		{"nothing", "", "the document ends early", ""},
		{"null", "null", "no JSON and no XML", ""},
		{"null list of rules", `{"SecurityGroupId":"sg-1","Permissions":{"Permission":null}}`, "Permissions.Permission: null, want an array", ""},
		{"an empty array", "[]", "no reply in it", ""},
		{"not JSON", "Action=x", `"Action=x": no JSON and no XML, want a reply of DescribeSecurityGroupAttribute`, ""},
		{"not UTF-8", `{"SecurityGroupId":"` + "\xff" + `"}`, "not valid UTF-8", ""},
		{"half a surrogate pair", `{"SecurityGroupId":"\ud800"}`, "SecurityGroupId: half a surrogate pair", ""},
		{"text behind", reply() + "x", "after the document", ""},
		{"no id", `{"Permissions":{"Permission":[]}}`, "no SecurityGroupId, want the group's id", ""},
		{"empty id", `{"SecurityGroupId":"","Permissions":{"Permission":[]}}`, "no SecurityGroupId", ""},
		{"id not text", `{"SecurityGroupId":7,"Permissions":{"Permission":[]}}`, "SecurityGroupId: the number 7, want text", ""},
		{"no permissions", `{"SecurityGroupId":"sg-1"}`, "no Permissions", ""},
		{"permissions null", `{"SecurityGroupId":"sg-1","Permissions":null}`, "Permissions: null, want an object", ""},
		{"permissions an array", `{"SecurityGroupId":"sg-1","Permissions":[]}`, "the parameters of a request (Permissions is no object)", ""},
		{"permission an object", `{"SecurityGroupId":"sg-1","Permissions":{"Permission":{}}}`, "Permissions.Permission: an object, want an array", ""},
		{"permission in another case", `{"SecurityGroupId":"sg-1","Permissions":{"permission":[` + ok + `]}}`, "Permissions.permission: unknown key, want Permission", ""},
		{"permission in another case, empty", `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[],"permission":[{}]}}`, "Permissions.permission: unknown key, want Permission", ""},
		{"a permission no object", reply(ok, "3"), "Permissions.Permission[1]: the number 3, want an object", ""},
		{"a permission null", reply("null"), `Permissions.Permission[0]: null, want an object`, ""},
		{"key in another case", `{"SecurityGroupId":"sg-1","vpcid":"","Permissions":{"Permission":[]}}`, "vpcid: want the key VpcId", ""},
		{"key as others spell it", `{"security_group_type":"enterprise","SecurityGroupId":"sg-1","Permissions":{"Permission":[]}}`, "security_group_type: want the key SecurityGroupType", ""},
		{"key with a space", `{"SecurityGroupId":"sg-1","VpcId ":"vpc-1","Permissions":{"Permission":[]}}`, `"VpcId ": want the key VpcId`, ""},
		{"key with a zero width space", `{"SecurityGroupId":"sg-1","NextToken\u200b":"AAAA","Permissions":{"Permission":[]}}`, "want the key NextToken", ""},
		{"rule's key with a no-break space, empty", reply(egress(toTen + `,"SourceCidrIp\u00a0":""`)), "want the key SourceCidrIp", ""},
		{"rule's key with NUL", reply(egress(toTen + `,"New\u0000":1`)), `Permissions.Permission[0]."New\x00" of rule "sgr-7" "1": an unknown key`, ""},
		{"permissions in another case", `{"SecurityGroupId":"sg-1","permissions":{}}`, "permissions: want the key Permissions", ""},
		{"key twice", `{"SecurityGroupId":"sg-1","SecurityGroupId":"sg-2","Permissions":{"Permission":[]}}`, "SecurityGroupId: the key is given twice", ""},
		{"unknown key twice", `{"SecurityGroupId":"sg-1","X":1,"X":1,"Permissions":{"Permission":[]}}`, "X: the key is given twice", ""},
		{"NextToken", `{"SecurityGroupId":"sg-1","NextToken":"AAAA","Permissions":{"Permission":[]}}`, `a NextToken, "AAAA": one page of several`, ""},
		{"key of a rule twice", reply(egress(toTen + `,"PortRange":"1/2","PortRange":"1/2"`)), "Permissions.Permission[0].PortRange: the key is given twice", ""},
		{"key of an ingress rule twice", reply(`{"Direction":"ingress","X":1,"X":1}`), "Permissions.Permission[0].X: the key is given twice", ""},
		{"direction absent", reply(ok, `{"IpProtocol":"TCP"}`), `Permissions.Permission[1]: Direction "": want ingress or egress`, ""},
		{"direction unknown", reply(`{"Direction":"all"}`), `Direction "all": want ingress or egress`, ""},
		{"direction folded beyond ASCII", reply(`{"Direction":"egreſs"}`), `Direction "egreſs": want ingress or egress`, ""},
		{"direction no text", reply(`{"Direction":1}`), `Direction "1": want ingress or egress`, ""},
		{"direction in another case", reply(`{"Direction":"ingress","direction":"egress"}`), `key "direction": want the key Direction`, ""},
		{"rule's key in another case", reply(egress(toTen + `,"sourcecidrip":"10.0.0.0/8"`)), `Permissions.Permission[0].sourcecidrip of rule "sgr-7" "10.0.0.0/8": want the key SourceCidrIp`, ""},
		{"in another case though empty", reply(egress(toTen + `,"policy":""`)), `want the key Policy`, ""},
		{"unknown in a rule", reply(egress(toTen + `,"New":{"a":1}`)), `Permissions.Permission[0].New of rule "sgr-7" "{\"a\":1}": an unknown key, which may restrict the rule`, ""},
		{"unknown number in a rule", reply(egress(toTen + `,"New":0`)), `New of rule "sgr-7" "0": an unknown key`, ""},
		{"unknown truth in a rule", reply(egress(toTen + `,"New":false`)), `New of rule "sgr-7" "false": an unknown key`, ""},
		{"prefix list", reply(ok, egress(`,"DestPrefixListId":"pl-1"`)), `Permissions.Permission[1].DestPrefixListId of rule "sgr-7" "pl-1": a rule with a list cannot be represented`, ""},
		{"port list", reply(egress(toTen + `,"PortRangeListId":"prl-1"`)), `PortRangeListId of rule "sgr-7" "prl-1": a rule with a list`, ""},
		{"source list", reply(egress(toTen + `,"SourcePrefixListId":"pl-1"`)), `SourcePrefixListId of rule "sgr-7" "pl-1": a rule with a list`, ""},
		{"id behind the fault", reply(`{"Direction":"egress","New":1,"SecurityGroupRuleId":"sgr-8"}`), `New of rule "sgr-8" "1"`, ""},
		{"no id at all", reply(`{"Direction":"egress","New":1}`), `Permissions.Permission[0].New "1": an unknown key`, ""},
		{"number where text stands", reply(egress(toTen + `,"Description":5`)), `Permissions.Permission[0].Description of rule "sgr-7" "5": want text`, ""},
		{"object where text stands", reply(egress(`,"DestCidrIp":{}`)), `DestCidrIp of rule "sgr-7" "{}": want text`, ""},
		{"priority no text and no number", reply(egress(toTen + `,"Priority":true`)), `Priority of rule "sgr-7" "true": want text or a number`, ""},
		{"too deep", `{"X":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "nested deeper than 64", ""},

		{"ports", reply(ok, ok, ok, egress(toTen+`,"SourcePortRange":"200/1"`)), `Permissions.Permission[3].SourcePortRange of rule "sgr-7" "200/1": start after end, want start/end`, rule.InvalidParamPortRange},
		{"ports, no id", reply(`{"Direction":"egress","IpProtocol":"TCP","PortRange":"x","DestCidrIp":"10.0.0.0/8","Policy":"accept","Priority":1}`), `Permissions.Permission[0].PortRange "x": not start/end`, rule.InvalidParamPortRange},
		{"priority 111", reply(egress(toTen + `,"Priority":111`)), `Priority of rule "sgr-7" "111": out of range, want 1 to 110`, rule.InvalidPriorityValueNotSupported},
		{"priority 0", reply(egress(toTen + `,"Priority":0`)), `Priority of rule "sgr-7" "0": out of range, want 1 to 110`, rule.InvalidPriorityValueNotSupported},
		{"priority below 0", reply(egress(toTen + `,"Priority":-1`)), `Priority of rule "sgr-7" "-1"`, rule.InvalidPriorityMalformed},
		{"priority no integer", reply(egress(toTen + `,"Priority":1.0`)), `Priority of rule "sgr-7" "1.0"`, rule.InvalidPriorityMalformed},
		{"priority in the spelling of floats", reply(egress(toTen + `,"Priority":1e1`)), `Priority of rule "sgr-7" "1e1"`, rule.InvalidPriorityMalformed},
		{"no destination", reply(egress("")), `Permissions.Permission[0].DestCidrIp of rule "sgr-7" "": no destination`, rule.MissingParameterDest},
		{"self", reply(egress(`,"DestGroupId":"sg-1"`)), `DestGroupId of rule "sgr-7" "sg-1": the group itself`, rule.InvalidParamterConflict},
		{"internet in a VPC", reply(egress(toTen + `,"NicType":"internet"`)), `NicType of rule "sgr-7" "internet"`, rule.InvalidNICTypeMismatch},
		{"IPv6 in classic", `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[` + egress(`,"Ipv6DestCidrIp":"::/0"`) + `]}}`, `Ipv6DestCidrIp of rule "sgr-7" "::/0": IPv6 in a classic group`, rule.InvalidSecurityGroupInvalidNetworkType},
	} {
		_, err := ReadDescription(strings.NewReader(c.in), ReadOptions{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: ReadDescription(%.200s): error %v, want %q in it", c.name, c.in, err, c.want)
			continue
		}
		var got rule.Code
		if e := new(rule.Error); errors.As(err, &e) {
			got = e.Code
		}
		if got != c.code {
			t.Errorf("%s: ReadDescription(%.200s): code %q, want %q", c.name, c.in, got, c.code)
		}
	}
}

func TestReadDescriptionLimit(t *testing.T) {
	many := func(n int) string { return reply(strings.Split(strings.Repeat(egress(toTen)+"\n", n), "\n")[:n]...) }
	for _, c := range []struct {
		limit, rules int
		want         string // in the message; empty: taken
	}{
		{0, 100, ""},
		{0, 101, `Permissions.Permission[100]: SecurityGroupId "sg-1": more egress rules than the limit, want at most 100, or a higher limit (AuthorizationLimitExceed)`},
		{200, 200, ""},
		{1, 2, `Permissions.Permission[1]: `},
		{-1, 0, "limit -1: want 1 or more"},
	} {
		_, err := ReadDescription(strings.NewReader(many(c.rules)), ReadOptions{Limit: c.limit})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("limit %d: ReadDescription of %d rules: %v, want none", c.limit, c.rules, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("limit %d: ReadDescription of %d rules: error %v, want %q in it", c.limit, c.rules, err, c.want)
		case c.limit >= 0 && c.want != "" && !errors.Is(err, rule.AuthorizationLimitExceed):
			t.Errorf("limit %d: ReadDescription of %d rules: error %v, want code %s", c.limit, c.rules, err, rule.AuthorizationLimitExceed)
		}
	}
}

// All faults are told, each at its place, and the flood of them is cut.
func TestReadDescriptionTellsAllFaults(t *testing.T) {
	bad := egress(`,"Policy":"x"`) // no destination, either
	_, err := ReadDescription(strings.NewReader(reply(bad, egress(toTen), bad)), ReadOptions{})
	lines := strings.Split(fmt.Sprint(err), "\n")
	want := []string{"Permission[0].Policy", "Permission[0].DestCidrIp", "Permission[2].Policy", "Permission[2].DestCidrIp"}
	if len(lines) != len(want) {
		t.Fatalf("ReadDescription: error\n%v\nwant %d lines", err, len(want))
	}
	for i, w := range want {
		if !strings.Contains(lines[i], w) {
			t.Errorf("line %d of the error: %s, want %s in it", i, lines[i], w)
		}
	}
	e := new(rule.Error)
	if !errors.As(err, &e) || e.Index != 0 || e.Param != "Policy" || e.Value != "x" {
		t.Errorf("errors.As(%v) finds %+v, want Policy x of rule 0", err, e)
	}

	_, err = ReadDescription(strings.NewReader(reply(strings.Split(strings.Repeat(bad+"\n", 99), "\n")[:99]...)), ReadOptions{})
	lines = strings.Split(fmt.Sprint(err), "\n")
	if got := lines[len(lines)-1]; len(lines) != 101 || got != "and 98 more faults" {
		t.Errorf("ReadDescription of 198 faults: %d lines, the last %q, want 101 and the count of the rest", len(lines), got)
	}
}

func TestReadDescriptionOfNoKind(t *testing.T) {
	_, err := ReadDescription(strings.NewReader(`{"SecurityGroupId":"sg-1","Permissions":{"Permission":[]}}`), ReadOptions{Type: new(rule.Advanced)})
	if err == nil || !strings.Contains(err.Error(), "advanced in a vpc only") {
		t.Errorf("ReadDescription of a classic advanced group: %v, want an error that says so", err)
	}
}
