package ecs

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/sluice/rule"
)

// requestLines are the requests of testdata/requests.txt, the page's own three
// first.
func requestLines(t testing.TB) []string {
	t.Helper()
	data, err := os.ReadFile("../testdata/requests.txt")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestParseRequestAsPrinted(t *testing.T) {
	toGroup := rule.Params{DestGroupID: "sg-1651FBB64", DestGroupOwnerAccount: "test@aliyun.com",
		IPProtocol: "tcp", PortRange: "22/22", NICType: "intranet", Policy: "Drop"}
	want := []Request{
		{GroupID: "sg-94n63e80l", Rules: []rule.Params{{IPProtocol: "icmp", DestCidrIP: "10.0.0.0/8",
			PortRange: "-1/-1", NICType: "intranet", Policy: "Allow"}}},
		{GroupID: "sg-280ih3w4b", Rules: []rule.Params{toGroup}},
		{GroupID: "sg-F876FF7BA", Rules: []rule.Params{toGroup}},
		{RegionID: "cn-hangzhou", GroupID: "sg-94n63e80l", Indexed: true, Rules: []rule.Params{
			{IPProtocol: "TCP", PortRange: "443/443", DestCidrIP: "0.0.0.0/0", Policy: "accept", Priority: "10"},
			{IPProtocol: "UDP", PortRange: "53/53", DestCidrIP: "100.100.2.136", Policy: "accept"}}},
		{RegionID: "cn-hangzhou", GroupID: "sg-94n63e80l", Indexed: true, Rules: []rule.Params{
			{IPProtocol: "ALL", PortRange: "-1/-1", IPv6DestCidrIP: "::/0", Policy: "drop", Priority: "100"}}},
	}
	lines := requestLines(t)
	if len(lines) != len(want) {
		t.Fatalf("testdata/requests.txt has %d requests, want %d", len(lines), len(want))
	}
	for i, line := range lines {
		got, err := ParseRequest(line)
		if err != nil {
			t.Errorf("ParseRequest(%q): %v", line, err)
		} else if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("ParseRequest(%q): -want +got\n%s", line, diff)
		}
	}
}

func TestParseRequestForms(t *testing.T) {
	one := func(p rule.Params) Request { return Request{GroupID: "sg-1", Rules: []rule.Params{p}} }
	tcp := rule.Params{IPProtocol: "tcp", PortRange: "1/2"}
	for _, c := range []struct {
		name, in string
		want     Request
	}{
		{"flat", "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/2", one(tcp)},
		{"question mark", "?SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/2", one(tcp)},
		{"as newer pages print a URL", "http(s)://ecs.aliyuncs.com/?SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/2", one(tcp)},
		{"upper-case scheme", "HTTPS://h/?SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/2", one(tcp)},
		{"over lines, as the page's last example", "https://h/?Action=AuthorizeSecurityGroupEgress\r\n&SecurityGroupId=sg-1\n&IpProtocol=tcp\n&PortRange=1/2\n&<Common request parameters>\n", one(tcp)},
		{"spaces around = and &", " SecurityGroupId = sg-1 & IpProtocol\t= tcp & PortRange = 1/2 ", one(tcp)},
		{"empty parts", "&&SecurityGroupId=sg-1&IpProtocol=tcp&&PortRange=1/2&", one(tcp)},
		{"percent-encoded names and values", "SecurityGroupId=%73g-1&Ip%50rotocol=tcp&PortRange=1%2F2", one(tcp)},
		{"encoded spaces stay", "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=%201/2%20", one(rule.Params{IPProtocol: "tcp", PortRange: " 1/2 "})},
		{"inner spaces stay", "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1 /2", one(rule.Params{IPProtocol: "tcp", PortRange: "1 /2"})},
		{"a plus is a space and is not trimmed", "SecurityGroupId=sg-1&PortRange=+1/2&Priority=+1", one(rule.Params{PortRange: " 1/2", Priority: " 1"})},
		{"an encoded plus is a plus", "SecurityGroupId=sg-1&Priority=%2B1", one(rule.Params{Priority: "+1"})},
		{"= in a value", "SecurityGroupId=sg-1&Signature=abc==&Description=a=b", one(rule.Params{Description: "a=b"})},
		{"quotes in a value, the last character one of them", "SecurityGroupId=sg-1&Description=the “db”", one(rule.Params{Description: "the “db”"})},
		{"a URL in a value", "SecurityGroupId=sg-1&Description=see http://x/?y", one(rule.Params{Description: "see http://x/?y"})},
		{"invalid UTF-8 where the API has a code for it", "SecurityGroupId=sg-1&Description=%FF", one(rule.Params{Description: "\xff"})},
		{"an empty Action is an absent one", "Action=&SecurityGroupId=sg-1", one(rule.Params{})},
		{"an empty list is an absent one", "SecurityGroupId=sg-1&DestPrefixListId=&PortRangeListId=", one(rule.Params{})},
		{"common parameters", "SecurityGroupId=sg-1&Version=2014-05-26&Format=JSON&AccessKeyId=a&Signature=b&SignatureMethod=c&SignatureVersion=1.0&SignatureNonce=d&SignatureType=&Timestamp=e&SecurityToken=f&OwnerId=1&OwnerAccount=g&ResourceOwnerId=2&ResourceOwnerAccount=h", one(rule.Params{})},
		{"region and token", "RegionId=r&ClientToken=" + strings.Repeat("t", 64) + "&SecurityGroupId=sg-1", Request{RegionID: "r", ClientToken: strings.Repeat("t", 64), GroupID: "sg-1", Rules: []rule.Params{{}}}},
		{"N in any order", "SecurityGroupId=sg-1&Permissions.2.PortRange=2/2&Permissions.1.PortRange=1/1&Permissions.2.IpProtocol=udp",
			Request{GroupID: "sg-1", Indexed: true, Rules: []rule.Params{{PortRange: "1/1"}, {PortRange: "2/2", IPProtocol: "udp"}}}},
		{"empty N form beside flat", "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/2&Permissions.1.IpProtocol=", one(tcp)},
		{"empty flat form beside N", "SecurityGroupId=sg-1&IpProtocol=&Permissions.1.PortRange=1/1",
			Request{GroupID: "sg-1", Indexed: true, Rules: []rule.Params{{PortRange: "1/1"}}}},
	} {
		got, err := ParseRequest(c.in)
		if err != nil {
			t.Errorf("%s: ParseRequest(%q): %v", c.name, c.in, err)
		} else if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: ParseRequest(%q): -want +got\n%s", c.name, c.in, diff)
		}
	}
}

func TestParseRequestTakes100Rules(t *testing.T) {
	r := Request{GroupID: "sg-1", Indexed: true, Rules: make([]rule.Params, 100)}
	for i := range r.Rules {
		r.Rules[i].PortRange = "1/2"
	}
	got, err := ParseRequest(r.String())
	if err != nil || len(got.Rules) != 100 {
		t.Errorf("ParseRequest of 100 rules: %d rules, %v, want 100", len(got.Rules), err)
	}
}

func TestParseRequestRefuses(t *testing.T) {
	const ok = "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/2&DestCidrIp=10.0.0.0/8"
	for _, c := range []struct {
		name, in string
		want     string // in the message
	}{
		{"nothing", "", "nothing in it, want a URL or query"},
		{"no group", "Action=AuthorizeSecurityGroupEgress&IpProtocol=tcp", "SecurityGroupId is absent"},
		{"empty group", "SecurityGroupId=", "SecurityGroupId is absent"},
		{"typo in case", ok + "&SourceCidrIP=10.0.0.0/8", `parameter "SourceCidrIP" is unknown, want SourceCidrIp`},
		{"common parameter in another case", ok + "&version=1", `parameter "version" is unknown, want Version`},
		{"call's parameter in another case", ok + "&Regionid=1", `parameter "Regionid" is unknown, want RegionId`},
		{"unknown", ok + "&SourceGroupId=sg-2", `parameter "SourceGroupId" is unknown, want a parameter of AuthorizeSecurityGroupEgress`},
		{"unknown though empty", ok + "&Sourcecidrip=", `parameter "Sourcecidrip" is unknown, want SourceCidrIp`},
		{"unknown in N form", "SecurityGroupId=sg-1&Permissions.1.Foo=1", `parameter "Permissions.1.Foo" is unknown`},
		{"typo in N form", "SecurityGroupId=sg-1&Permissions.1.SourceCidrIP=1", `want Permissions.1.SourceCidrIp`},
		{"common in N form", "SecurityGroupId=sg-1&Permissions.1.Version=1", `parameter "Permissions.1.Version" is unknown`},
		{"N form without parameter", "SecurityGroupId=sg-1&Permissions.1=tcp", `parameter "Permissions.1" is unknown`},
		{"N in another case", "SecurityGroupId=sg-1&permissions.1.IpProtocol=tcp", `parameter "permissions.1.IpProtocol" is unknown`},
		{"N with a leading zero", "SecurityGroupId=sg-1&Permissions.01.IpProtocol=tcp", `parameter "Permissions.01.IpProtocol" is unknown, want Permissions.N.IpProtocol and the like, N 1 to 100 in plain decimal`},
		{"N with a sign", "SecurityGroupId=sg-1&Permissions.%2B1.IpProtocol=tcp", `in plain decimal`},
		{"N absent", "SecurityGroupId=sg-1&Permissions..IpProtocol=tcp", `in plain decimal`},
		{"twice", ok + "&IpProtocol=tcp", `parameter "IpProtocol" is given twice`},
		{"twice by an escape", ok + "&Ip%50rotocol=tcp", `parameter "IpProtocol" is given twice`},
		{"twice in N form", "SecurityGroupId=sg-1&Permissions.1.Policy=&Permissions.1.Policy=", `parameter "Permissions.1.Policy" is given twice`},
		{"common twice", ok + "&Format=XML&Format=XML", `parameter "Format" is given twice`},
		{"another call", ok + "&Action=AuthorizeSecurityGroup", `Action "AuthorizeSecurityGroup" is another call, want AuthorizeSecurityGroupEgress`},
		{"Action in another case", ok + "&Action=authorizesecuritygroupegress", "is another call"},
		{"bad escape in a value", ok + "&Description=%zz", `parameter "Description": invalid URL escape "%zz"`},
		{"bad escape in an ignored value", ok + "&Timestamp=2018%", `parameter "Timestamp": invalid URL escape "%"`},
		{"bad escape in a name", ok + "&Ip%5=tcp", `name "Ip%5": invalid URL escape "%5"`},
		{"name not UTF-8", ok + "&%FF=1", `parameter "\xff" is unknown`},
		{"id not UTF-8", "SecurityGroupId=%FF", `parameter SecurityGroupId: id "\xff": not UTF-8`},
		{"id not UTF-8 in N form", "SecurityGroupId=sg-1&Permissions.1.DestGroupId=%FF", `parameter Permissions.1.DestGroupId: id "\xff": not UTF-8`},
		{"value without name", ok + "&=tcp", `a value without a name`},
		{"name without =", ok + "&Policy", `"Policy" without =`},
		{"a placeholder of a parameter", ok + "&<Policy>", `"<Policy>" is a placeholder, want Policy=VALUE, or nothing`},
		{"a placeholder with a parameter in it", ok + "&<Policy=drop>", `parameter "<Policy" is unknown`},
		{"a placeholder that does not end", ok + "&<more", `"<more" without =`},
		{"token too long", ok + "&ClientToken=" + strings.Repeat("t", 65), "want at most 64 ASCII characters"},
		{"token not ASCII", ok + "&ClientToken=%C3%A9", "want at most 64 ASCII characters"},
		{"token with a control character", ok + "&ClientToken=a%00", "want at most 64 ASCII characters"},
		{"prefix list", ok + "&DestPrefixListId=pl-1", `DestPrefixListId "pl-1": a rule with a list cannot be represented`},
		{"port list", ok + "&PortRangeListId=prl-1", `PortRangeListId "prl-1"`},
		{"source list in N form", "SecurityGroupId=sg-1&Permissions.1.SourcePrefixListId=pl-1", `Permissions.1.SourcePrefixListId "pl-1"`},
		{"fragment", ok + "&Description=a#b&Policy=drop", "unencoded #, want %23"},
		{"URL without query", "https://ecs.aliyuncs.com/", "a URL without a query"},
		{"another scheme", "ftp://h/?" + ok, `the scheme "ftp", want http or https`},
		{"too large", ok + "&Description=" + strings.Repeat("x", 1<<20), "want at most 1048576"},
	} {
		_, err := ParseRequest(c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: ParseRequest(%.200q): error %v, want %q in it", c.name, c.in, err, c.want)
		}
		if e := new(rule.Error); errors.As(err, &e) {
			t.Errorf("%s: ParseRequest(%.200q): code %s, but the API has none for it", c.name, c.in, e.Code)
		}
	}
}

func TestParseRequestInvalidParamPermissions(t *testing.T) {
	for _, c := range []struct{ name, in, param, value string }{
		{"flat then N", "SecurityGroupId=sg-1&IpProtocol=tcp&Permissions.1.IpProtocol=udp", "IpProtocol", "tcp"},
		{"N then flat", "SecurityGroupId=sg-1&Permissions.1.IpProtocol=udp&Policy=drop&IpProtocol=tcp", "Policy", "drop"},
		{"101", "SecurityGroupId=sg-1&Permissions.101.IpProtocol=udp", "Permissions.101.IpProtocol", "udp"},
		{"0", "SecurityGroupId=sg-1&Permissions.0.IpProtocol=udp", "Permissions.0.IpProtocol", "udp"},
		{"beyond any integer", "SecurityGroupId=sg-1&Permissions.99999999999999999999999.IpProtocol=udp", "Permissions.99999999999999999999999.IpProtocol", "udp"},
		{"257, where 8 bits wrap to 1", "SecurityGroupId=sg-1&Permissions.257.IpProtocol=udp", "Permissions.257.IpProtocol", "udp"},
		{"65537, where 16 bits wrap to 1", "SecurityGroupId=sg-1&Permissions.65537.IpProtocol=udp", "Permissions.65537.IpProtocol", "udp"},
		{"65637, where 16 bits wrap to 101", "SecurityGroupId=sg-1&Permissions.65637.IpProtocol=udp", "Permissions.65637.IpProtocol", "udp"},
		{"2^32 + 1", "SecurityGroupId=sg-1&Permissions.4294967297.IpProtocol=udp", "Permissions.4294967297.IpProtocol", "udp"},
		{"2^64 + 1", "SecurityGroupId=sg-1&Permissions.18446744073709551617.IpProtocol=udp", "Permissions.18446744073709551617.IpProtocol", "udp"},
		{"65537 beside 1", "SecurityGroupId=sg-1&Permissions.1.IpProtocol=udp&Permissions.65537.PortRange=1/2", "Permissions.65537.PortRange", "1/2"},
		{"gap", "SecurityGroupId=sg-1&Permissions.1.IpProtocol=udp&Permissions.3.IpProtocol=udp", "Permissions.2", ""},
		{"not from 1", "SecurityGroupId=sg-1&Permissions.2.IpProtocol=udp", "Permissions.1", ""},
	} {
		_, err := ParseRequest(c.in)
		var es rule.Errors
		if !errors.As(err, &es) || len(es) != 1 {
			t.Errorf("%s: ParseRequest(%q): error %v, want one fault", c.name, c.in, err)
			continue
		}
		if e := es[0]; e.Code != rule.InvalidParamPermissions || e.Status != 400 || e.Param != c.param || e.Value != c.value {
			t.Errorf("%s: ParseRequest(%q): %+v, want InvalidParam.Permissions of %s %q", c.name, c.in, *e, c.param, c.value)
		}
	}
}

func TestRequestString(t *testing.T) {
	r := Request{RegionID: "cn", GroupID: "sg+1", ClientToken: "t", Rules: []rule.Params{{
		IPProtocol: "tcp", PortRange: "1/2", DestCidrIP: "10.0.0.0/8", Description: "a+b &c=~é"}}}
	const want = "Action=AuthorizeSecurityGroupEgress&RegionId=cn&SecurityGroupId=sg%2B1&ClientToken=t" +
		"&IpProtocol=tcp&PortRange=1%2F2&DestCidrIp=10.0.0.0%2F8&Description=a%2Bb%20%26c%3D~%C3%A9"
	if got := r.String(); got != want {
		t.Errorf("String() = %s, want %s", got, want)
	}
}

func TestRequestStringParsesBack(t *testing.T) {
	text := rapid.OneOf(rapid.Just(""), rapid.String(), rapid.SampledFrom([]string{"+", "%", "&=", "a b", " 1/2 ", "10.0.0.0/8", "#"}))
	some := rapid.Custom(func(t *rapid.T) rule.Params {
		var p rule.Params
		for name := range p.All() {
			if isID(name) {
				p.Set(name, anyID.Draw(t, name))
			} else {
				p.Set(name, text.Draw(t, name))
			}
		}
		if p == (rule.Params{}) {
			p.Policy = "drop" // rule N must have a parameter to be there
		}
		return p
	})
	rapid.Check(t, func(t *rapid.T) {
		r := Request{
			RegionID:    anyID.Draw(t, "region"),
			GroupID:     "sg" + anyID.Draw(t, "group"),
			ClientToken: rapid.StringMatching(`[ -~]{0,64}`).Draw(t, "token"),
			Indexed:     rapid.Bool().Draw(t, "indexed"),
		}
		r.Rules = rapid.SliceOfN(some, 1, 4).Draw(t, "rules")
		if !r.Indexed {
			r.Rules = r.Rules[:1]
		}
		got, err := ParseRequest(r.String())
		if err != nil {
			t.Fatalf("ParseRequest(%q): %v", r.String(), err)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Fatalf("ParseRequest(%q): -want +got\n%s", r.String(), diff)
		}
	})
}

// What MarshalText writes reads back equal; what would not is refused.
func TestRequestMarshalText(t *testing.T) {
	one := []rule.Params{{Policy: "drop"}}
	for _, c := range []struct {
		name string
		r    Request
		want string // in the error; empty: none
	}{
		{"flat", Request{GroupID: "sg-1", Rules: one}, ""},
		{"a rule without parameters, flat", Request{GroupID: "sg-1", Rules: []rule.Params{{}}}, ""},
		{"indexed", Request{GroupID: "sg-1", Indexed: true, Rules: []rule.Params{one[0], one[0]}}, ""},
		{"any text but an id", Request{GroupID: "sg-1", Rules: []rule.Params{{Description: " \x00\xff&=%+#\"'“<a>\n&Policy=drop", IPProtocol: "{"}}}, ""},
		{"zero", Request{}, "SecurityGroupId is absent"},
		{"no group", Request{Rules: one}, "SecurityGroupId is absent"},
		{"an id with a space", Request{GroupID: "sg 1", Rules: one}, "SecurityGroupId: id"},
		{"a region with a control character", Request{GroupID: "sg-1", RegionID: "\x01", Rules: one}, "RegionId: id"},
		{"a bad token", Request{GroupID: "sg-1", ClientToken: "é", Rules: one}, "ClientToken"},
		{"no rules", Request{GroupID: "sg-1"}, "read back as another"},
		{"no rules, indexed", Request{GroupID: "sg-1", Indexed: true}, "read back as another"},
		{"two rules, not indexed", Request{GroupID: "sg-1", Rules: []rule.Params{one[0], one[0]}}, "given twice"},
		{"two rules of other parameters, not indexed", Request{GroupID: "sg-1", Rules: []rule.Params{one[0], {Priority: "1"}}}, "read back as another"},
		{"a rule without parameters, indexed", Request{GroupID: "sg-1", Indexed: true, Rules: []rule.Params{{}}}, "read back as another"},
		{"one at the end", Request{GroupID: "sg-1", Indexed: true, Rules: []rule.Params{one[0], {}}}, "read back as another"},
		{"one before others", Request{GroupID: "sg-1", Indexed: true, Rules: []rule.Params{{}, one[0]}}, "Permissions.1"},
		{"101 rules", Request{GroupID: "sg-1", Indexed: true, Rules: slices.Repeat(one, 101)}, "number out of range"},
		{"more than 1 MiB", Request{GroupID: "sg-1", Rules: []rule.Params{{Description: strings.Repeat("x", 1<<20)}}}, "want at most 1048576"},
	} {
		text, err := c.r.MarshalText()
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: MarshalText = %q, %v, want %q in the error", c.name, text, err, c.want)
			}
			continue
		}
		var back Request
		if err == nil {
			err = back.UnmarshalText(text)
		}
		if diff := cmp.Diff(c.r, back); err != nil || diff != "" {
			t.Errorf("%s: MarshalText = %q, %v: read back: -want +got\n%s", c.name, text, err, diff)
		}
	}
}

// Of any Request at all, MarshalText refuses those that would not read back equal,
// and no others.
func TestRequestMarshalTextOfAnything(t *testing.T) {
	good, bad := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.Just(""), rapid.Just("sg-1"), rapid.String(), rapid.StringMatching(`[ -~]{0,3}`))
		r := Request{GroupID: "sg-1", Indexed: rapid.Bool().Draw(t, "indexed")}
		if rapid.Bool().Draw(t, "odd") {
			r.RegionID, r.GroupID, r.ClientToken = text.Draw(t, "region"), text.Draw(t, "group"), text.Draw(t, "token")
		}
		for range rapid.IntRange(0, 3).Draw(t, "rules") {
			var p rule.Params
			for name := range p.All() {
				if rapid.IntRange(0, 4).Draw(t, "given") == 0 && !isID(name) {
					p.Set(name, text.Draw(t, name))
				}
			}
			r.Rules = append(r.Rules, p)
		}
		written, err := r.MarshalText()
		back, readErr := ParseRequest(r.String())
		equal := readErr == nil && cmp.Equal(r, back)
		if equal != (err == nil) || err == nil && string(written) != r.String() {
			t.Fatalf("MarshalText of %+v = %q, %v; String reads back as %+v, %v", r, written, err, back, readErr)
		}
		if err == nil {
			good++
		} else {
			bad++
		}
	})
	if few := good+bad < 50; !few && (good == 0 || bad == 0) {
		t.Errorf("%d requests were written, %d refused: the test sees one side only", good, bad)
	}
}
