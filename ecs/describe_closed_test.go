package ecs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"example.com/sluice/rule"
)

// A reply states each of these fields for every rule. Where one is missing the
// reply is damaged: the defaults of a request would accept, and first of all.
func TestReadDescriptionNeedsEachField(t *testing.T) {
	t.Parallel()
	fields := map[string]string{"Direction": `"egress"`, "IpProtocol": `"TCP"`, "PortRange": `"1/2"`, "Policy": `"Drop"`, "Priority": "7"}
	without := func(key, value string) string {
		p := `{"SecurityGroupRuleId":"sgr-7","DestCidrIp":"10.0.0.0/8"`
		for k, v := range fields {
			switch {
			case k != key:
				p += fmt.Sprintf(",%q:%s", k, v)
			case value != "":
				p += fmt.Sprintf(",%q:%s", k, value)
			}
		}
		return p + "}"
	}
	if _, err := readEvery(reply(without("", ""))); err != nil {
		t.Fatalf("with all fields: %v, want no error", err)
	}
	for key := range fields {
		for name, value := range map[string]string{"absent": "", "empty": `""`, "null": "null"} {
			want := `Permissions.Permission[1].` + key + ` of rule "sgr-7": absent or empty`
			if key == "Direction" {
				want = `Permissions.Permission[1]: Direction "": want ingress or egress`
			}
			_, err := readEvery(reply(`{"Direction":"ingress"}`, without(key, value)))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s %s: %v, want %q in the error", key, name, err, want)
			}
		}
	}
}

func TestReadDescriptionType(t *testing.T) {
	t.Parallel()
	basic, advanced := new(rule.Basic), new(rule.Advanced)
	for _, c := range []struct {
		word string // empty: no such key
		said *rule.Type
		want rule.Type
		err  string // in the message; empty: it is read
	}{
		{"", nil, rule.Basic, ""},
		{"", basic, rule.Basic, ""},
		{"", advanced, rule.Advanced, ""},
		{`""`, advanced, rule.Advanced, ""},
		{`null`, advanced, rule.Advanced, ""},
		{`"normal"`, nil, rule.Basic, ""},
		{`"basic"`, basic, rule.Basic, ""},
		{`"enterprise"`, nil, rule.Advanced, ""},
		{`"Enterprise"`, advanced, rule.Advanced, ""},
		{`"advanced"`, nil, rule.Advanced, ""},
		{`"enterprise"`, basic, 0, `SecurityGroupType "enterprise": the reply says advanced, but the type is said to be basic`},
		{`"normal"`, advanced, 0, `SecurityGroupType "normal": the reply says basic, but the type is said to be advanced`},
		{`"managed"`, nil, 0, `SecurityGroupType "managed": want normal or basic, enterprise or advanced`},
		{`"managed"`, advanced, 0, `SecurityGroupType "managed"`},
		{`" normal"`, nil, 0, `SecurityGroupType " normal"`},
		{`1`, nil, 0, "SecurityGroupType: the number 1, want text"},
	} {
		in := reply()
		if c.word != "" {
			in = strings.Replace(in, "{", `{"SecurityGroupType":`+c.word+",", 1)
		}
		d, err := ReadDescription(strings.NewReader(in), ReadOptions{Type: c.said})
		switch {
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("ReadDescription(%s): %v, want %q in the error", in, err, c.err)
		case c.err == "" && (err != nil || d.Group.Type() != c.want):
			t.Errorf("ReadDescription(%s): %v, want a %v group", in, err, c.want)
		}
	}
	if _, err := readEvery(strings.Replace(reply(), "{", `{"securitygrouptype":"enterprise",`, 1)); err == nil || !strings.Contains(err.Error(), "want the key SecurityGroupType") {
		t.Errorf("the key in another case: %v, want an error that names the key", err)
	}
}

func TestReadDescriptionNetworkContradicts(t *testing.T) {
	t.Parallel()
	_, err := ReadDescription(strings.NewReader(reply()), ReadOptions{Network: new(rule.Classic)})
	if err == nil || !strings.Contains(err.Error(), `VpcId "vpc-1": a group in a VPC, but the network is said to be classic`) {
		t.Errorf("ReadDescription of a VPC group said to be classic: %v, want an error that names both", err)
	}
}

// An id with a character that does not show is another group that looks alike.
func TestReadDescriptionIDs(t *testing.T) {
	t.Parallel()
	toGroup := `,"DestGroupId":"sg-2","DestGroupOwnerAccount":"155"`
	base := strings.Replace(reply(egress(toGroup), `{"Direction":"ingress","SecurityGroupRuleId":"sgr-8"}`), "{", `{"RegionId":"cn",`, 1)
	if _, err := readEvery(base); err != nil {
		t.Fatal(err)
	}
	for key, id := range map[string]string{
		"SecurityGroupId": "sg-1", "VpcId": "vpc-1", "RegionId": "cn", "DestGroupId": "sg-2", "DestGroupOwnerAccount": "155", "SecurityGroupRuleId": "sgr-7",
		"SecurityGroupRuleId of an ingress rule": "sgr-8",
	} {
		for _, hidden := range []string{`\u00a0`, `\u3000`, `\u200b`, `\ufeff`, `\u00ad`, `\u202e`, `\u0000`, `\n`, " ", `\u2028`, `\u180e`} {
			in := strings.Replace(base, `"`+id+`"`, `"`+id+hidden+`"`, 1)
			key, _, _ := strings.Cut(key, " ")
			if _, err := readEvery(in); err == nil || !strings.Contains(err.Error(), key) {
				t.Errorf("%s with %s: %v, want an error that names the key", key, hidden, err)
			}
		}
	}
}

// An account is a number in fact; a number is taken as it is spelled.
func TestReadDescriptionAccounts(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{`155`: "155", `0`: "0", `955`: "955", `-5`: "-5", `"a@b"`: "a@b", `1234567890123456789012`: "1234567890123456789012", `null`: "", `""`: ""} {
		d, err := ReadDescription(strings.NewReader(reply(egress(`,"DestGroupId":"sg-2","DestGroupOwnerAccount":`+in))), ReadOptions{})
		if err != nil {
			t.Errorf("DestGroupOwnerAccount %s: %v", in, err)
			continue
		}
		if r, _ := d.Group.Rule(0); r.DstOwner != want {
			t.Errorf("DestGroupOwnerAccount %s is read as %q, want %q", in, r.DstOwner, want)
		}
	}
	for _, in := range []string{"1.5577e+12", "155E2", "155.0"} {
		if _, err := readEvery(reply(egress(`,"DestGroupId":"sg-2","DestGroupOwnerAccount":` + in))); err == nil || !strings.Contains(err.Error(), "want all digits of the account") {
			t.Errorf("DestGroupOwnerAccount %s: %v, want an error", in, err)
		}
	}
	for _, in := range []string{"true", "[155]", `{"a":1}`} {
		if _, err := readEvery(reply(egress(`,"DestGroupId":"sg-2","DestGroupOwnerAccount":` + in))); err == nil || !strings.Contains(err.Error(), "want text or a number") {
			t.Errorf("DestGroupOwnerAccount %s: %v, want text or a number", in, err)
		}
	}
}

// Keys of newer replies pass where they are empty, as the API writes them.
func TestReadDescriptionEmptyKeys(t *testing.T) {
	t.Parallel()
	const keys = `"SourceGroupId":"","SourceGroupName":"","SourceGroupOwnerAccount":"","DestPrefixListName":"","DestPrefixListId":"",` +
		`"SourcePrefixListId":"","SourcePrefixListName":"","PortRangeListId":"","PortRangeListName":"","Ipv6SourceCidrIp":"","DestGroupName":"",` +
		`"DestGroupOwnerAccount":"","CreateTime":"2024-08-01T03:08:46Z"`
	if _, err := readEvery(reply(egress(toTen + "," + keys))); err != nil {
		t.Errorf("keys of newer replies: %v, want no error", err)
	}
	for _, key := range []string{"SourceGroupId", "SourceGroupName", "DestPrefixListName", "PortRangeListName"} {
		if _, err := readEvery(reply(egress(toTen + "," + strings.Replace(keys, `"`+key+`":""`, `"`+key+`":"x"`, 1)))); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s with a value: %v, want an error that names it", key, err)
		}
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	const in = `{"Direction":"ingress","NicType":"intranet"}`
	classic := func(permissions ...string) string { return strings.Replace(reply(permissions...), "vpc-1", "", 1) }
	intranet, internet := egress(toTen+`,"NicType":"intranet"`), egress(toTen+`,"NicType":"internet"`)
	for _, c := range []struct {
		name, in string
		want     []string // in the notes
	}{
		{"both directions", reply(in, egress(toTen)), nil},
		{"egress alone", reply(egress(toTen)), nil},
		{"no rules at all", reply(), []string{"has no rule: the default decides every packet (accept)"}},
		{"ingress alone", reply(in, in), []string{"no egress rule, only ingress rules: the default decides every packet (accept)"}},
		{"ingress alone, enterprise", strings.Replace(reply(in), "{", `{"SecurityGroupType":"enterprise",`, 1), []string{"(drop)"}},
		{"classic, both", classic(intranet, internet), nil},
		{"classic, the intranet alone", classic(intranet), []string{"no egress rule with NicType internet: the default decides every packet that leaves by it (accept)"}},
		{"classic, the internet alone", classic(internet, in), []string{"no egress rule with NicType intranet"}},
		{"classic, ingress alone", classic(in), []string{"no egress rule, only ingress rules"}},
		{"classic, no rules", classic(), []string{"has no rule: the default"}},
	} {
		d, err := ReadDescription(strings.NewReader(c.in), ReadOptions{})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got := d.Notes()
		if len(got) != len(c.want) {
			t.Errorf("%s: Notes() = %q, want %d", c.name, got, len(c.want))
			continue
		}
		for i, want := range c.want {
			if !strings.Contains(got[i], want) || !strings.Contains(got[i], "sg-1") {
				t.Errorf("%s: Notes() = %q, want %q and the group in it", c.name, got[i], want)
			}
		}
	}
	var none *Description
	if got := none.Notes(); got != nil {
		t.Errorf("Notes() of a nil Description = %q, want none", got)
	}
	if _, ok := none.Place(0); ok || none.File() != "" {
		t.Errorf("a nil Description has a place or the file %q, want neither", none.File())
	}
	for name, d := range map[string]*Description{"nil": nil, "zero": {}} {
		if n, err := d.WriteTo(io.Discard); n != 0 || err == nil || !strings.Contains(err.Error(), "no group to write") {
			t.Errorf("WriteTo of a %s Description = %d, %v, want an error", name, n, err)
		}
	}
	if got := new(Description).Notes(); got != nil {
		t.Errorf("Notes() of the zero Description = %q, want none", got)
	}
}

// A Description is no JSON value: its type and limit would be lost, and the group
// read back as one that accepts by default.
func TestDescriptionHasNoJSON(t *testing.T) {
	t.Parallel()
	var d any = new(Description)
	if _, ok := d.(json.Marshaler); ok {
		t.Errorf("a Description is a json.Marshaler, want none: it does not read back equal")
	}
	if _, ok := d.(json.Unmarshaler); ok {
		t.Errorf("a Description is a json.Unmarshaler, want none")
	}
}

// What is written states the type where it matters, in the word that was read.
func TestWriteType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		word string // that was read; empty: none
		said *rule.Type
		want string // empty: no such key
	}{
		{"", nil, ""},
		{"", new(rule.Basic), ""},
		{"", new(rule.Advanced), "enterprise"},
		{"advanced", nil, "advanced"},
		{"enterprise", nil, "enterprise"},
		{"normal", nil, "normal"},
	} {
		in := strings.Replace(reply(), "{", `{"SecurityGroupType":"`+c.word+`",`, 1)
		d, err := ReadDescription(strings.NewReader(in), ReadOptions{Type: c.said})
		if err != nil {
			t.Fatal(err)
		}
		text, back := writtenBack(t, d)
		has := strings.Contains(text, `"SecurityGroupType"`)
		if back.Group.Type() != d.Group.Type() || has != (c.want != "") || has && !strings.Contains(text, `"SecurityGroupType": "`+c.want+`"`) {
			t.Errorf("type %q, said to be %v: written as\n%s\nand read back as %v, want %q and %v", c.word, c.said, text, back.Group.Type(), c.want, d.Group.Type())
		}
	}
}

// The word that was read does not outlive its group.
func TestWriteTypeOfAnotherGroup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		word string // that was read
		typ  rule.Type
		want string
	}{
		{"normal", rule.Advanced, "enterprise"},
		{"enterprise", rule.Basic, "normal"},
		{"basic", rule.Basic, "basic"},
	} {
		d, err := ReadDescription(strings.NewReader(strings.Replace(reply(), "{", `{"SecurityGroupType":"`+c.word+`",`, 1)), ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		d.Group = rule.NewGroup("sg-1", rule.VPC, c.typ)
		if text, _ := writtenBack(t, d); !strings.Contains(text, `"SecurityGroupType": "`+c.want+`"`) {
			t.Errorf("type %q was read, the group is now %v: written as\n%s\nwant %q", c.word, c.typ, text, c.want)
		}
	}
}

// What would not read back equal is not written.
func TestWriteRefusesWhatDoesNotReadBack(t *testing.T) {
	t.Parallel()
	group := func(id string, n rule.Network, vpcID string) *rule.Group {
		g := rule.NewGroup(id, n, rule.Basic)
		g.VPCID = vpcID
		return g
	}
	for name, d := range map[string]*Description{
		"an id that does not show":    NewDescription(group("sg-1\u00a0", rule.VPC, "")),
		"no id":                       NewDescription(group("", rule.VPC, "")),
		"a region that does not show": {RegionID: "cn\u200b", Group: group("sg-1", rule.VPC, "")},
		"the VPC that is not known":   NewDescription(group("sg-1", rule.VPC, unknownVPC)),
		"classic in a VPC":            NewDescription(group("sg-1", rule.Classic, "vpc-1")),
		"classic and advanced":        NewDescription(rule.NewGroup("sg-1", rule.Classic, rule.Advanced)),
		"too large":                   {Name: strings.Repeat("x", maxReply), Group: group("sg-1", rule.VPC, "")},
	} {
		var b bytes.Buffer
		if n, err := d.WriteTo(&b); err == nil || n != 0 || b.Len() != 0 {
			t.Errorf("%s: WriteTo = %d, %v, want an error and nothing written", name, n, err)
		}
	}
}

// A reply of more rules than the default limit reads back given the limit.
func TestWriteBeyondTheDefaultLimit(t *testing.T) {
	t.Parallel()
	var permissions []string
	for i := range rule.DefaultLimit + 20 {
		permissions = append(permissions, egress(fmt.Sprintf(`,"DestCidrIp":"10.0.0.%d"`, i)))
	}
	d, err := ReadDescription(strings.NewReader(reply(permissions...)), ReadOptions{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	if _, back := writtenBack(t, d); back.Group.Len() != len(permissions) {
		t.Errorf("%d rules are read back, want %d", back.Group.Len(), len(permissions))
	}
}

// SnapshotPolicyIds and the like are no rules: they are carried.
func TestUnknownKeysAreCarried(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/replies/sdk-envelope.json")
	if err != nil {
		t.Fatal(err)
	}
	in := strings.Replace(string(data), `"VpcId"`, `"SnapshotPolicyIds":{"SnapshotPolicyId":["sp-1"]},"Tags":{"Tag":[{"TagKey":"a","TagValue":"b"}]},"VpcId"`, 1)
	d, err := ReadDescription(strings.NewReader(in), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text, _ := writtenBack(t, d)
	for _, want := range []string{`"SnapshotPolicyIds": {"SnapshotPolicyId":["sp-1"]}`, `"Tags": {"Tag":[{"TagKey":"a","TagValue":"b"}]}`} {
		if !strings.Contains(text, want) {
			t.Errorf("WriteTo:\n%s\nwant in it %s", text, want)
		}
	}
}

// A key that is not known and tells of more rules, of another type or of an error
// is refused: without it the reply would be read as whole.
func TestUnknownKeysThatRaiseDoubt(t *testing.T) {
	const reply = `{"SecurityGroupId":"sg-1","VpcId":"vpc-1","Permissions":{"Permission":[]},%s}`
	for _, c := range []struct{ key, want string }{
		{`"Permission":[{"Direction":"egress"}]`, "want the rules in Permissions"},
		{`"EgressPermissions":{"Permission":[]},"IngressPermissions":[1]`, "want the rules in Permissions"},
		{`"IsTruncated":true`, "want the whole list of rules"},
		{`"truncated":"true"`, "want the whole list of rules"},
		{`"GroupType":"enterprise"`, "want the key SecurityGroupType"},
		{`"Code":"Throttling"`, "want a reply that is no error"},
	} {
		_, err := ReadDescription(strings.NewReader(fmt.Sprintf(reply, c.key)), ReadOptions{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("ReadDescription of a reply with %s: %v, want an error with %q", c.key, err, c.want)
		}
	}
	for _, key := range []string{`"IsTruncated":false`, `"Truncated":"false"`, `"EgressPermissions":[]`, `"GroupType":""`, `"Code":null`, `"Tags":{"Tag":[{"TagKey":"a"}]}`} {
		if _, err := ReadDescription(strings.NewReader(fmt.Sprintf(reply, key)), ReadOptions{}); err != nil {
			t.Errorf("ReadDescription of a reply with %s: %v", key, err)
		}
	}
}
