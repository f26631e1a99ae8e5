package ecs

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"example.com/sluice/internal/linear"
	"example.com/sluice/rule"
)

// pageOf is a page of group id with one rule.
func pageOf(id, token, ruleID, dst string) string {
	return `{"SecurityGroupId":"` + id + `","VpcId":"vpc-1","NextToken":"` + token + `","Permissions":{"Permission":[` +
		egress(`,"SecurityGroupRuleId":"`+ruleID+`","DestCidrIp":"`+dst+`"`) + `]}}`
}

// told tells of groups in short: the id and the rules' ids.
func told(ds []*Description) string {
	var parts []string
	for _, d := range ds {
		s := d.Group.ID()
		for _, r := range d.Group.Rules() {
			s += " " + r.ID
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}

// Replies as the provider's tools and their users give them.
func TestReadDescriptionsForms(t *testing.T) {
	t.Parallel()
	a, b := pageOf("sg-a", "", "a1", "10.0.0.1"), pageOf("sg-b", "", "b1", "10.0.0.2")
	a1, a2, a3 := pageOf("sg-a", "t1", "a1", "10.0.0.1"), pageOf("sg-a", "t2", "a2", "10.0.0.2"), pageOf("sg-a", "", "a3", "10.0.0.3")
	envelope := func(body string) string {
		return `{"headers":{"content-type":"application/json"},"statusCode":200,"body":` + body + `}`
	}
	for _, c := range []struct{ name, in, want string }{
		{"one", a, "sg-a a1"},
		{"a byte order mark, and lines of Windows", "\ufeff" + strings.ReplaceAll(a, ",", ",\r\n"), "sg-a a1"},
		{"one a line", a + "\n" + b + "\n", "sg-a a1; sg-b b1"},
		{"one a line, of Windows, with blank lines", "\r\n" + a + "\r\n\r\n" + b, "sg-a a1; sg-b b1"},
		{"one behind the other", a + b, "sg-a a1; sg-b b1"},
		{"indented, one behind the other", strings.ReplaceAll(a+"\n"+b, ",", ",\n "), "sg-a a1; sg-b b1"},
		{"an array", "[" + a + ", " + b + "]", "sg-a a1; sg-b b1"},
		{"arrays", "[" + a + "]\n[" + b + "]", "sg-a a1; sg-b b1"},
		{"an envelope", envelope(a), "sg-a a1"},
		{"an envelope with large letters", `{"Headers":{},"StatusCode":200,"Body":` + a + `}`, "sg-a a1"},
		{"an envelope, the body first", `{"body":` + a + `,"statusCode":200,"headers":{}}`, "sg-a a1"},
		{"an envelope of the body alone", `{"body":` + a + `}`, "sg-a a1"},
		{"the status as text, and a key without a value", `{"statusCode":"200","body":` + a + `,"request":null}`, "sg-a a1"},
		{"an array of envelopes", "[" + envelope(a) + "," + envelope(b) + "]", "sg-a a1; sg-b b1"},
		{"pages, one a line", a1 + "\n" + a2 + "\n" + a3, "sg-a a1 a2 a3"},
		{"pages in an array", "[" + a1 + "," + a2 + "," + a3 + "]", "sg-a a1 a2 a3"},
		{"pages of two groups between each other", a1 + b + a2 + a3, "sg-a a1 a2 a3; sg-b b1"},
		{"pages in envelopes", envelope(a1) + envelope(a3), "sg-a a1 a3"},
		{"an envelope whose keys stand in a reply, too", `{"SecurityGroupId":"sg-a","body":{"x":1},"Notes":"c","Permissions":{"Permission":[]}}`, "sg-a"},
		{"JSON and XML are told apart by the first character", "\n " + xmlReply("") + xmlReply("")[:0], "sg-1"},
	} {
		ds, err := readEvery(c.in)
		if got := told(ds); err != nil || got != c.want {
			t.Errorf("%s: ReadDescriptions(%s) = %s, %v, want %s", c.name, c.in, got, err, c.want)
		}
	}
}

func TestReadDescriptionsRefuses(t *testing.T) {
	t.Parallel()
	a, b := pageOf("sg-a", "", "a1", "10.0.0.1"), pageOf("sg-b", "", "b1", "10.0.0.2")
	a1, a2, a3 := pageOf("sg-a", "t1", "a1", "10.0.0.1"), pageOf("sg-a", "t2", "a2", "10.0.0.2"), pageOf("sg-a", "", "a3", "10.0.0.3")
	apiError := `{"RequestId":"R","HostId":"h","Code":"Forbidden.RAM","Message":"not \"you\"","Recommend":"https://x"}`
	for _, c := range []struct{ name, in, want string }{
		{"the last page is missing", a1 + a2, `a NextToken, "t2": one page of several, and the next one of group "sg-a" is missing`},
		{"a page twice", a1 + a1 + a3, `SecurityGroupId "sg-a": NextToken "t1": the page is given twice`},
		{"a page twice, by its rules", a1 + strings.Replace(a1, `"t1"`, `"t3"`, 1) + a3, `SecurityGroupRuleId "a1": the rule stands in two pages`},
		{"a page twice, by an ingress rule", strings.Replace(a1, `"Direction":"egress"`, `"Direction":"ingress"`, 1) + strings.Replace(a3, "a3", "a1", 1), `SecurityGroupRuleId "a1": the rule stands in two pages`},
		{"the last page twice", a1 + a3 + a3, `the group is given twice`},
		{"a group twice", a + b + a, `SecurityGroupId "sg-a": the group is given twice`},
		{"pages in the wrong order", a3 + a1, "before another page of the group: want the pages in order"},
		{"pages of two VPCs", a1 + strings.Replace(a3, "vpc-1", "vpc-2", 1), `VpcId "vpc-2": another page of group "sg-a" says "vpc-1"`},
		{"pages of two types", strings.Replace(a1, "{", `{"SecurityGroupType":"enterprise",`, 1) + a3, `SecurityGroupType "": another page of group "sg-a" says "enterprise"`},
		{"an empty array", "[]", "no reply in it"},
		{"an array in an array", "[[" + a + "]]", "[0]: an array, want an object"},
		{"null in an array", "[" + a + ",null]", "[1]: null, want an object"},
		{"a fault in the second of an array", "[" + a + "," + strings.Replace(b, "1/2", "2/1", 1) + "]", `[1].Permissions.Permission[0].PortRange of rule "b1" "2/1"`},
		{"a fault on the second line", a + "\n" + strings.Replace(b, `"vpc-1"`, "7", 1), "line 2: VpcId: the number 7, want text"},
		{"a fault behind the first on a line", a + strings.Replace(b, `"vpc-1"`, "7", 1), "column "},
		{"text behind", a + "\nDone in 3 s\n", `text after the document, at line 2, column 1: "Done in 3 s", want the reply alone`},
		{"text before", "Using profile default\n" + a, `"Using profile default": a line before the reply, want a reply`},
		{"a rule's fault on the second line", a + "\n" + strings.Replace(b, "1/2", "2/1", 1), `line 2: Permissions.Permission[0].PortRange of rule "b1" "2/1"`},
		{"a comma between", a + "," + b, "text after the document"},
		{"JSON, then XML", a + xmlReply(""), "text after the document"},
		{"XML, then JSON", xmlReply("") + a, "text outside of an element"},

		{"a status that is not 200", `{"statusCode":404,"body":` + a + `}`, `statusCode: "404", the call has failed: want 200`},
		{"a status of null", `{"statusCode":null,"body":` + a + `}`, `statusCode: "", the call has failed: want 200`},
		{"a status behind the body", `{"body":` + a + `,"StatusCode":"500"}`, `StatusCode: "500", the call has failed`},
		{"an error in an envelope", `{"statusCode":403,"body":` + apiError + `}`, `statusCode 403: an error of the API, Code "Forbidden.RAM", Message "not \"you\""`},
		{"an error in an envelope of status 200", `{"statusCode":200,"body":` + apiError + `}`, `an error of the API, Code "Forbidden.RAM"`},
		{"an unknown key beside the body", `{"statusCode":200,"body":` + a + `,"more":1}`, "more: unknown key beside the body"},
		{"a body that is text", `{"statusCode":200,"body":"{}"}`, "an envelope whose body is no object"},
		{"an envelope in an envelope", `{"body":{"body":` + a + `}}`, "an envelope in an envelope"},
		{"many envelopes", strings.Repeat(`{"body":`, 1<<16), "an envelope in an envelope"},
		{"a fault in an envelope", `{"statusCode":200,"body":` + strings.Replace(a, "1/2", "2/1", 1) + `}`, `body.Permissions.Permission[0].PortRange of rule "a1" "2/1"`},

		{"the API's error", apiError, `an error of the API, Code "Forbidden.RAM", Message "not \"you\"", want a reply of DescribeSecurityGroupAttribute`},
		{"the API's error, the message first", `{"Message":"m","Code":"c"}`, `Code "c", Message "m"`},
		{"a request's parameters", `{"RegionId":"cn","SecurityGroupId":"sg-1","Permissions":[{"IpProtocol":"TCP"}]}`, "the parameters of a request"},
		{"a request's parameters, flat", `{"SecurityGroupId":"sg-1","IpProtocol":"TCP","PortRange":"1/2"}`, "the parameters of a request"},
		{"a rule alone", egress(toTen), "a rule without its group"},
		{"rules alone, in an array", "[" + egress(toTen) + "]", "[0]: a rule without its group"},
		{"a RequestId alone", `{"RequestId":"R"}`, "a RequestId alone"},
		{"a list of groups", `{"TotalCount":1,"SecurityGroups":{"SecurityGroup":[]}}`, "a reply of DescribeSecurityGroups, which has no rules"},
		{"a list of interfaces", `{"NetworkInterfaceSets":{}}`, "a reply of DescribeNetworkInterfaces"},
		{"a list of instances", `{"RequestId":"R","Instances":{"Instance":[]}}`, "a reply of DescribeInstances"},
		{"a plan", `{"format_version":"1.2","terraform_version":"1.9","planned_values":{}}`, "a Terraform plan"},
		{"a state", `{"format_version":"1.0","terraform_version":"1.9","values":{}}`, "a Terraform plan or state"},
		{"compressed", "\x1f\x8b\x08\x00\x00", "compressed data (gzip)"},
		{"YAML", "SecurityGroupId: sg-1\nPermissions:\n", "YAML"},
		{"YAML with a start", "---\na: b\n", "YAML"},
		{"CSV", "Direction,IpProtocol,PortRange\negress,TCP,1/2\n", "CSV"},
		{"the command line's error", "ERROR: SDK.ServerError\nErrorCode: InvalidSecurityGroupId.NotFound\nRecommend: x\nMessage: no group\n", `an error of a client of the API, ErrorCode "InvalidSecurityGroupId.NotFound", Message "no group"`},
		{"a table", "Direction | IpProtocol | PortRange\n", "a table"},
		{"a log", "INFO reply: " + a, "text before the reply"},
		{"a dictionary", "{'SecurityGroupId': 'sg-1'}", "a Python dictionary"},
		{"a sentence with one comma", "Hello, here it is\n", "no JSON and no XML"},
		{"requests", "SecurityGroupId=sg-1&IpProtocol=tcp", "no JSON and no XML"},
		{"UTF-16", "{\x00}\x00", "UTF-16"},
	} {
		ds, err := readEvery(c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: ReadDescriptions(%.300s) = %s, %v, want %q in the error", c.name, c.in, told(ds), err, c.want)
		}
	}
}

// The pages of a reply may stand in several files, each named in errors.
func TestCollector(t *testing.T) {
	t.Parallel()
	var c Collector // zero: no options
	files := []struct{ name, text string }{
		{"1.json", "\n" + pageOf("sg-a", "t1", "a1", "10.0.0.1")},
		{"2.json", pageOf("sg-b", "", "b1", "10.0.0.1")},
		{"3.json", "\n\n " + pageOf("sg-a", "", "a2", "10.0.0.2")},
	}
	for _, f := range files {
		if err := c.Add(f.name, strings.NewReader(f.text)); err != nil {
			t.Fatal(err)
		}
	}
	ds, err := c.Descriptions()
	if err != nil || told(ds) != "sg-a a1 a2; sg-b b1" || ds[0].File() != "1.json" || ds[1].File() != "2.json" {
		t.Fatalf("Descriptions = %s, %v, want sg-a a1 a2; sg-b b1 of 1.json and 2.json", told(ds), err)
	}
	if again, err := c.Descriptions(); err != nil || told(again) != told(ds) {
		t.Errorf("Descriptions again = %s, %v, want %s", told(again), err, told(ds))
	}
	const before = `{"SecurityGroupId":"sg-a","VpcId":"vpc-1","NextToken":"t1","Permissions":{"Permission":[`
	if p, ok := ds[0].Place(0); !ok || p.String() != fmt.Sprintf("1.json:2:%d", len(before)+1) || p.Pointer != "/Permissions/Permission/0" {
		t.Errorf("Place(0) = %v %s, want 1.json, line 2", p, p.Pointer)
	}
	if p, ok := ds[0].Place(1); !ok || p.File != "3.json" || p.Line != 3 || p.EndLine != 3 {
		t.Errorf("Place(1) = %+v, want 3.json, line 3", p)
	}

	for _, c := range []struct{ name, first, second, want string }{
		{"a group twice", pageOf("sg-a", "", "a1", "10.0.0.1"), pageOf("sg-a", "", "a2", "10.0.0.2"), `two: SecurityGroupId "sg-a": the group is given twice, before in one`},
		{"a page is missing", pageOf("sg-a", "t", "a1", "10.0.0.1"), pageOf("sg-b", "", "a2", "10.0.0.2"), `one: a NextToken, "t"`},
		{"a fault in the second page", pageOf("sg-a", "t", "a1", "10.0.0.1"), "\n" + pageOf("sg-a", "", "a2", "10.0.0.300"), `two:2:87: Permissions.Permission[0].DestCidrIp of rule "a2" "10.0.0.300"`},
		{"a field is missing", pageOf("sg-a", "t", "a1", "10.0.0.1"), "\n" + strings.Replace(pageOf("sg-a", "", "a2", "10.0.0.3"), `"Policy"`, `"Description"`, 1), `two:2:87: Permissions.Permission[0].Policy of rule "a2": absent or empty`},
		{"a file that is none", pageOf("sg-a", "t", "a1", "10.0.0.1"), "[]", "two: no reply in it"},
	} {
		var ds []*Description
		x := NewCollector(ReadOptions{})
		err := x.Add("one", strings.NewReader(c.first))
		if err == nil {
			err = x.Add("two", strings.NewReader(c.second))
		}
		if err == nil {
			ds, err = x.Descriptions()
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %s, %v, want the error %s", c.name, told(ds), err, c.want)
		}
	}
}

// An error names the file, where it has a name, and the document, where it is not
// the first.
func TestErrorsNameFileAndDocument(t *testing.T) {
	t.Parallel()
	good := pageOf("sg-a", "", "a1", "10.0.0.1")
	bad := strings.Replace(pageOf("sg-b", "", "b1", "10.0.0.2"), `"vpc-1"`, "7", 1)
	for _, c := range []struct{ file, text, want string }{
		{"", bad, "VpcId: the number 7"},
		{"f", bad, "f: VpcId: the number 7"},
		{"", good + "\n" + bad, "line 2: VpcId: the number 7"},
		{"f", good + "\n" + bad, "f line 2: VpcId: the number 7"},
		{"f", good + bad, fmt.Sprintf("f column %d: VpcId: the number 7", len(good)+1)},
	} {
		err := new(Collector).Add(c.file, strings.NewReader(c.text))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("Add(%q, %q) = %v, want an error that starts with %q", c.file, c.text, err, c.want)
		}
	}
}

// Unknown keys of every page are carried; of a key in two pages, the first.
func TestPagesCarryUnknownKeys(t *testing.T) {
	t.Parallel()
	first := strings.Replace(pageOf("sg-a", "t", "a1", "10.0.0.1"), "{", `{"A":1,"B":[2],`, 1)
	second := strings.Replace(pageOf("sg-a", "", "a2", "10.0.0.2"), "{", `{"B":[3],"C":{"D":4},`, 1)
	d, err := ReadDescription(strings.NewReader(first+second), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text, _ := writtenBack(t, d)
	if want := "]},\n  \"A\": 1,\n  \"B\": [2],\n  \"C\": {\"D\":4}\n}\n"; !strings.HasSuffix(text, want) || !strings.Contains(text, "\n  ]},") {
		t.Errorf("WriteTo:\n%s\nwant at the end %s", text, want)
	}
}

// Pages cost the same however many unknown keys the first one has.
func TestPagesAreLinear(t *testing.T) {
	linear.Check(t, 100, func(n int) {
		first := strings.Replace(pageOf("sg-a", "t", "a", "10.0.0.1"), "{", "{"+numbered(20*n, `"k%d":0,`), 1)
		pages := first + numbered(n, pageOf("sg-a", "t%[1]d", "a%[1]d", "10.0.0.1"))
		if _, err := ReadDescription(strings.NewReader(pages+pageOf("sg-a", "", "z", "10.0.0.1")), ReadOptions{Limit: 2 * n}); err != nil {
			t.Fatal(err)
		}
	})
}

// numbered is a format n times, with 0 to n-1.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// The limits hold for all pages together, and for one stream.
func TestCollectorBounds(t *testing.T) {
	t.Parallel()
	pages := pageOf("sg-a", "t", "a1", "10.0.0.1") + pageOf("sg-a", "", "a2", "10.0.0.2")
	_, err := ReadDescription(strings.NewReader(pages), ReadOptions{Limit: 1})
	var e *rule.Error
	if !errors.As(err, &e) || e.Code != rule.AuthorizationLimitExceed || e.Index != 1 || !strings.Contains(err.Error(), "at most 1") {
		t.Errorf("ReadDescription of two pages, limit 1: %v, want %s of rule 1", err, rule.AuthorizationLimitExceed)
	}
	if d, err := ReadDescription(strings.NewReader(pages), ReadOptions{Limit: 2}); err != nil || d.Group.Len() != 2 {
		t.Errorf("ReadDescription of two pages, limit 2: %v, want both rules", err)
	}
	one := pageOf("sg-a", "", "a1", "10.0.0.1")
	for _, c := range []struct {
		name, in string
		bounds   bounds
		want     string // empty: it is read
	}{
		{"a reply of the bound", one, bounds{1000, len(one), 1}, ""},
		{"a reply beyond it", one, bounds{1000, len(one) - 1, 1}, "a reply of more than"},
		{"brackets in texts do not end it", strings.Replace(one, "sg-a", `]}\\\"}]`, 1), bounds{1000, 100, 1}, "a reply of more than 100 bytes"},
		{"a second reply", one + pageOf("sg-b", "", "b1", "10.0.0.1"), bounds{1000, 400, 1}, "too many replies, want at most 1"},
		{"a stream beyond its bound", one, bounds{int64(len(one)) - 1, 400, 1}, "larger than the limit of"},
	} {
		_, err := readAll(strings.NewReader(c.in), ReadOptions{}, c.bounds)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := ReadDescription(strings.NewReader(one+pageOf("sg-b", "", "b1", "10.0.0.1")), ReadOptions{}); err == nil || !strings.Contains(err.Error(), `"sg-a" and "sg-b": 2 groups, want one`) {
		t.Errorf("ReadDescription of two groups: %v, want an error that names them", err)
	}
}

// What the files of testdata/replies show is what went wrong once.
func TestReadFiles(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"api-error.json":                `an error of the API, Code "InvalidSecurityGroupId.NotFound"`,
		"network-interfaces.json":       "a reply of DescribeNetworkInterfaces",
		"page-1.json":                   `a NextToken, "AAAAtoken"`,
		"permissions-empty-object.json": `Permissions: no list of rules, want {"Permission": [...]}`,
		"utf16.json":                    "UTF-16",
		"bom.json":                      "", "enterprise-in-reply.json": "", "reply.xml": "", "sdk-envelope.json": "",
	} {
		data, err := os.ReadFile("testdata/replies/" + file)
		if err != nil {
			t.Fatal(err)
		}
		ds, err := readEvery(string(data))
		switch {
		case want == "" && (err != nil || len(ds) != 1):
			t.Errorf("%s: %s, %v, want one group", file, told(ds), err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %s, %v, want %q in the error", file, told(ds), err, want)
		}
	}
}

// IsReply leaves to the readers of requests what they can read, and what nobody
// can name.
func TestIsReply(t *testing.T) {
	for text, want := range map[string]bool{
		reply():                               true,
		"\n " + reply():                       true,
		"[" + reply() + "]":                   true,
		xmlReply(""):                          true,
		"<html>":                              true,
		`{"Code":"x"}`:                        true,
		"{":                                   true,
		"ERROR: SDK.ServerError":              true,
		"a: b":                                true,
		"\x1f\x8b":                            true,
		"warning\n" + reply():                 true,
		"":                                    false,
		" \n":                                 false,
		"# requests\nSecurityGroupId":         false,
		"SecurityGroupId=sg-1&IpProtocol=tcp": false,
		"https://ecs.aliyuncs.com/?Action=AuthorizeSecurityGroupEgress":      false,
		"aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId sg-1":     false,
		"# a comment\n{\"SecurityGroupId\":\"sg-1\",\"IpProtocol\":\"tcp\"}": false,
		`{"SecurityGroupId":"sg-1","IpProtocol":"tcp","PortRange":"1/2"}`:    false,
		`{"SecurityGroupId":"sg-1","Permissions":[{"IpProtocol":"tcp"}]}`:    false,
		`{"SecurityGroupId":"sg-1","Permissions.1.IpProtocol":"tcp"}`:        false,
		` [{"SecurityGroupId":"sg-1","IpProtocol":"tcp","PortRange":"1/2"}]`: false,
		"tcp 10.0.0.5": false,
	} {
		if got := IsReply([]byte(text)); got != want {
			t.Errorf("IsReply(%q) = %t, want %t", text, got, want)
		}
	}
}
