package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const replies = "../../ecs/testdata/replies/"

// egressTo is a permission that drops tcp to a block, told apart by its id.
func egressTo(id, block string) string {
	return fmt.Sprintf(`{"SecurityGroupRuleId":%q,"Direction":"egress","IpProtocol":"TCP","PortRange":"1/65535","DestCidrIp":%q,"Policy":"Drop","Priority":1}`, id, block)
}

// replyOf is a reply about a group in a VPC.
func replyOf(group, token string, permissions ...string) string {
	return fmt.Sprintf(`{"SecurityGroupId":%q,"VpcId":"vpc-1","NextToken":%q,"Permissions":{"Permission":[%s]}}`, group, token, strings.Join(permissions, ","))
}

// Every form of a file decides as the plain reply does.
func TestGroupFileForms(t *testing.T) {
	a, b := replyOf("sg-a", "", egressTo("a1", "10.1.0.0/16"), egressTo("a2", "10.2.0.0/16")), replyOf("sg-b", "", egressTo("b1", "10.3.0.0/16"))
	a1, a2 := replyOf("sg-a", "t", egressTo("a1", "10.1.0.0/16")), replyOf("sg-a", "", egressTo("a2", "10.2.0.0/16"))
	packets := []string{"tcp 10.0.0.5:1 > 10.1.0.1:1", "tcp 10.0.0.5:1 > 10.2.0.1:1", "tcp 10.0.0.5:1 > 10.3.0.1:1", "tcp 10.0.0.5:1 > 10.4.0.1:1"}
	decided := func(stdin string, files ...string) result {
		args := []string{"decide", "--json"}
		for _, f := range files {
			args = append(args, "-g", f)
		}
		return sluice(stdin, append(args, packets...)...)
	}
	want := decided("", file(t, a), file(t, b))
	if want.status != statusFound || strings.Count(want.stdout, `"cause":"rule"`) != 3 || want.stderr != "" {
		t.Fatalf("decide: %+v, want three packets dropped by rules", want)
	}
	envelope := func(body string) string { return `{"headers":{},"statusCode":200,"body":` + body + `}` }
	xml := (`<DescribeSecurityGroupAttributeResponse><SecurityGroupId>sg-b</SecurityGroupId><VpcId>vpc-1</VpcId><Permissions>` +
		`<Permission><SecurityGroupRuleId>b1</SecurityGroupRuleId><Direction>egress</Direction><IpProtocol>TCP</IpProtocol><PortRange>1/65535</PortRange>` +
		`<DestCidrIp>10.3.0.0/16</DestCidrIp><Policy>Drop</Policy><Priority>1</Priority></Permission></Permissions></DescribeSecurityGroupAttributeResponse>`)
	for name, files := range map[string][]string{
		"one a line":                          {a + "\n" + b + "\n"},
		"an array":                            {"[" + a + ",\n" + b + "]"},
		"envelopes":                           {envelope(a), envelope(b)},
		"an array of envelopes":               {"[" + envelope(a) + "," + envelope(b) + "]"},
		"pages in one file":                   {a1 + a2 + b},
		"pages in two files":                  {a1, a2, b},
		"pages in two files, another between": {a1, b, a2},
		"XML":                                 {a, xml},
		"a byte order mark":                   {"\ufeff" + a, b},
	} {
		var paths []string
		for _, text := range files {
			paths = append(paths, file(t, text))
		}
		check(t, decided("", paths...), want, name)
	}
	check(t, decided(a+"\n"+b, "-"), want, "standard input")
}

func TestGroupFilesThatDoNotFit(t *testing.T) {
	a1, a2 := file(t, replyOf("sg-a", "t", egressTo("a1", "10.1.0.0/16"))), file(t, replyOf("sg-a", "", egressTo("a2", "10.2.0.0/16")))
	requests := file(t, strings.ReplaceAll(oneRule, "sg-1", "sg-a"))
	for _, test := range []struct {
		name  string
		files []string
		words []string
	}{
		{"the last page is missing", []string{a1}, []string{a1, `NextToken, "t"`, `"sg-a"`, "missing"}},
		{"the pages in the wrong order", []string{a2, a1}, []string{a2, "want the pages in order"}},
		{"a page twice", []string{a1, a1, a2}, []string{a1, `NextToken "t": the page is given twice`}},
		{"a group in a reply and in requests", []string{a1, a2, requests}, []string{requests, `"sg-a" is given twice`, a1}},
		{"a failed call", []string{replies + "api-error.json"}, []string{"api-error.json", `Code "InvalidSecurityGroupId.NotFound"`, "The specified SecurityGroupId does not exist."}},
		{"another call", []string{replies + "network-interfaces.json"}, []string{"DescribeNetworkInterfaces", "DescribeSecurityGroupAttribute"}},
		{"no list", []string{replies + "permissions-empty-object.json"}, []string{"Permissions", `{"Permission": [...]}`}},
		{"UTF-16", []string{replies + "utf16.json"}, []string{"utf16.json", "UTF-16", "UTF-8"}},
		{"YAML", []string{file(t, "SecurityGroupId: sg-1\n")}, []string{"YAML", "JSON or XML"}},
		{"compressed", []string{file(t, "\x1f\x8b\x08\x00")}, []string{"gzip"}},
		{"a web page", []string{file(t, "<!DOCTYPE html>\n<html></html>")}, []string{"HTML"}},
		{"a plan", []string{file(t, `{"format_version":"1.2","resource_changes":[]}`)}, []string{"Terraform plan"}},
		{"a fault on a line of its own", []string{file(t, "\n"+replyOf("sg-a", "", egressTo("a1", "10.1.0.300")))}, []string{`:2:87: Permissions.Permission[0].DestCidrIp of rule "a1" "10.1.0.300"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := []string{"decide", goodPacket}
			for _, f := range test.files {
				args = append(args, "-g", f)
			}
			refused(t, "", args, test.words...)
		})
	}
}

// A rule's place in the file stands in findings, whatever the form.
func TestPlacesOfForms(t *testing.T) {
	bits := func(id string) string { return egressTo(id, "10.0.0.1/8") }
	inXML := `<Permission><Direction>egress</Direction><IpProtocol>TCP</IpProtocol><PortRange>1/2</PortRange><DestCidrIp>10.0.0.1/8</DestCidrIp><Policy>Drop</Policy><Priority>1</Priority></Permission>`
	array := "[" + replyOf("sg-a", "", bits("a1")) + "," + replyOf("sg-b", "", bits("b1")) + "]"
	column := func(id string) string {
		return fmt.Sprint("1:", strings.Index(array, `{"SecurityGroupRuleId":"`+id)+1)
	}
	for name, test := range map[string]struct {
		text     string
		places   []string // line and column of each finding
		pointers []string
	}{
		"one a line": {replyOf("sg-a", "", bits("a1")) + "\n " + replyOf("sg-b", "", bits("b1")),
			[]string{"1", "2"}, []string{"/Permissions/Permission/0", "/Permissions/Permission/0"}},
		"an array on one line": {array,
			[]string{column("a1"), column("b1")}, []string{"/0/Permissions/Permission/0", "/1/Permissions/Permission/0"}},
		"an envelope": {`{"statusCode":200,"body":` + "\n" + replyOf("sg-a", "", bits("a1")) + "}",
			[]string{"2"}, []string{"/body/Permissions/Permission/0"}},
		"XML": {"<?xml version=\"1.0\"?>\n<DescribeSecurityGroupAttributeResponse><SecurityGroupId>sg-a</SecurityGroupId><VpcId>v</VpcId><Permissions>\n" + inXML + "</Permissions></DescribeSecurityGroupAttributeResponse>",
			[]string{"3"}, []string{"sg-a[0]"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, test.text)
			text := sluice("", "lint", "--only", "hostbits", "-g", path)
			run := readSARIF(t, sluice("", "lint", "--only", "hostbits", "--sarif", "-g", path).stdout)
			if len(run.Results) != len(test.places) {
				t.Fatalf("lint --sarif: %d results, want %d\n%s", len(run.Results), len(test.places), text.stdout)
			}
			for i, place := range test.places {
				if want := path + ":" + place + "\n"; !strings.Contains(strings.Join(strings.Fields(text.stdout), "\n")+"\n", want) {
					t.Errorf("lint:\n%s%s\nwant in it %s", text.stdout, text.stderr, want)
				}
				l := run.Results[i].Locations[0]
				line, _, _ := strings.Cut(place, ":")
				if got := *l.LogicalLocations[0].FullyQualifiedName; got != test.pointers[i] || fmt.Sprint(*l.PhysicalLocation.Region.StartLine) != line {
					t.Errorf("result %d is at %s, line %d, want %s, line %s", i, got, *l.PhysicalLocation.Region.StartLine, test.pointers[i], line)
				}
			}
		})
	}
}

// A rule of a later page stands in that page's file, under the group's own index.
func TestPlacesOfPages(t *testing.T) {
	one := file(t, replyOf("sg-a", "t", egressTo("a1", "10.0.0.1/8")))
	two := file(t, "\n"+replyOf("sg-a", "", egressTo("a2", "192.168.0.1/16")))
	args := []string{"lint", "--only", "hostbits", "-g", one, "-g", two}
	run := readSARIF(t, sluice("", append(args, "--sarif")...).stdout)
	if len(run.Results) != 2 {
		t.Fatalf("sluice %q --sarif: %d results, want 2", args, len(run.Results))
	}
	for i, want := range []struct {
		path string
		line int
	}{{one, 1}, {two, 2}} {
		l := run.Results[i].Locations[0]
		name := fmt.Sprintf("sg-a[%d]", i)
		if got := *l.PhysicalLocation.ArtifactLocation.URI; !strings.HasSuffix(got, want.path) || *l.PhysicalLocation.Region.StartLine != want.line || *l.LogicalLocations[0].Name != name {
			t.Errorf("result %d: %s of %s, line %d, want %s of %s, line %d", i, *l.LogicalLocations[0].Name, got, *l.PhysicalLocation.Region.StartLine, name, want.path, want.line)
		}
	}
	refused(t, "", []string{"decide", "-g", one, "-g", file(t, replyOf("sg-a", "", strings.Replace(egressTo("a2", "192.168.0.1/16"), `"DestCidrIp":"192.168.0.1/16"`, `"DestGroupId":"sg-db"`, 1))), goodPacket},
		":1:", "rule 1", `DestGroupId "sg-db"`, "--members FILE")
}

// What a reply may lack is said once, on standard error; the status stays.
func TestNotesOnReplies(t *testing.T) {
	ingress := `{"Direction":"ingress","NicType":"intranet"}`
	inClassic := strings.Replace(replyOf("sg-c", "", ingress, strings.Replace(egressTo("c1", "10.9.0.0/16"), "{", `{"NicType":"intranet",`, 1)), "vpc-1", "", 1)
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"ingress rules alone", replyOf("sg-a", "", ingress), []string{`group "sg-a" has no egress rule`, "default decides every packet (accept)"}},
		{"no rules", replyOf("sg-a", ""), []string{`group "sg-a" has no rule: the default decides every packet (accept)`}},
		{"one NIC of a classic group", inClassic, []string{`group "sg-c" has no egress rule with NicType internet`}},
		{"both directions", replyOf("sg-a", "", ingress, egressTo("a1", "10.9.0.0/16")), nil},
	} {
		path := file(t, test.text)
		for _, args := range [][]string{
			{"decide", "-g", path, "gre 10.0.0.5 > 192.0.2.1 intranet"},
			{"find", "-g", path, "--verdict", "accept", "--protocol", "gre"},
			{"diff", path, path},
		} {
			got := sluice("", args...)
			notes := strings.Count(got.stderr, "sluice: note: "+path+": ")
			want := 1
			if args[0] == "diff" {
				want = 2 // two files are read
			}
			if len(test.want) == 0 {
				want = 0
			}
			if got.status != statusDone || notes != want {
				t.Errorf("%s: sluice %q: status %d, standard error %q, want status 0 and %d notes", test.name, args, got.status, got.stderr, want)
			}
			for _, w := range test.want {
				if !strings.Contains(got.stderr, w) {
					t.Errorf("%s: sluice %q: standard error %q, want in it %q", test.name, args, got.stderr, w)
				}
			}
		}
	}
}

// An enterprise group is one by its file alone, and stays one when it is written.
func TestTypeInTheReply(t *testing.T) {
	enterprise := replies + "enterprise-in-reply.json"
	const v6 = "tcp [2001:db8::5]:1 > [2001:db8::9]:443"
	for _, args := range [][]string{{"-g", enterprise}, {"--type", "advanced", "-g", enterprise}} {
		if got := sluice("", append([]string{"decide", v6}, args...)...); got.status != statusFound || !strings.HasPrefix(got.stdout, "drop") {
			t.Errorf("decide %q: %+v, want the default of an enterprise group, drop", args, got)
		}
	}
	refused(t, "", []string{"decide", v6, "--type", "basic", "-g", enterprise}, "SecurityGroupType", `"enterprise"`, "basic")

	dir := t.TempDir()
	if got := sluice("", "authorize", "-g", enterprise, "-o", dir, "SecurityGroupId=sg-a12&IpProtocol=gre&PortRange=-1/-1&DestCidrIp=192.0.2.0/24"); got.status != statusDone {
		t.Fatalf("authorize -o: %+v, want status 0", got)
	}
	if got := sluice("", "decide", v6, "-g", filepath.Join(dir, "sg-a12.json")); got.status != statusFound {
		t.Errorf("decide by the written group: %+v, want it dropped by the default as before", got)
	}
}

// authorize writes each changed group of a file into a file of its own.
func TestAuthorizeSavesEachGroup(t *testing.T) {
	text := "[" + replyOf("sg-a", "", egressTo("a1", "10.1.0.0/16")) + "," + replyOf("sg-b", "", egressTo("b1", "10.2.0.0/16")) + "," + replyOf("sg-c", "") + "]"
	dir := t.TempDir()
	request := func(id string) string {
		return "SecurityGroupId=" + id + "&IpProtocol=gre&PortRange=-1/-1&DestCidrIp=192.0.2.0/24"
	}
	got := sluice("", "authorize", "-g", file(t, text), "-o", dir, request("sg-b"), request("sg-a"), request("sg-b")+"&Policy=drop")
	names := list(t, dir)
	if got.status != statusDone || !slices.Equal(names, []string{"sg-a.json", "sg-b.json"}) {
		t.Fatalf("authorize -o: %+v, files %q, want those of the two changed groups", got, names)
	}
	for name, rules := range map[string]int{"sg-a.json": 2, "sg-b.json": 3} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var r struct {
			SecurityGroupId string
			Permissions     struct{ Permission []json.RawMessage }
		}
		if err := json.Unmarshal(data, &r); err != nil || r.SecurityGroupId+".json" != name || len(r.Permissions.Permission) != rules {
			t.Errorf("%s: %v, group %s with %d rules, want %d:\n%s", name, err, r.SecurityGroupId, len(r.Permissions.Permission), rules, data)
		}
	}
}
