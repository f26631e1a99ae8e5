package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

var uuid = regexp.MustCompile(`[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}`)

// authorized runs authorize and puts ID for every request id of its output.
func authorized(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	got := sluice(stdin, append([]string{"authorize"}, args...)...)
	ids := map[string]bool{}
	for _, id := range uuid.FindAllString(got.stdout, -1) {
		if ids[id] {
			t.Errorf("authorize %q: request id %s is given twice", args, id)
		}
		ids[id] = true
	}
	got.stdout = uuid.ReplaceAllString(got.stdout, "ID")
	return got
}

const ok = `{"RequestId":"ID"}` + "\n"

// The page's three requests, verbatim, are 1 to 3 of these; the others are in the
// newer form.
func TestAuthorizePage(t *testing.T) {
	text := readFile(t, requestsFile)
	check(t, authorized(t, text), result{0, strings.Repeat(ok, 5), ""}, "authorize")
	check(t, authorized(t, text, "--json", "-"), result{0, strings.Repeat(ok, 5), ""}, "authorize --json -")

	var requests []string
	for line := range strings.Lines(text) {
		if line[0] != '#' {
			requests = append(requests, strings.TrimSuffix(line, "\n"))
		}
	}
	if len(requests) != 5 || !strings.Contains(requests[1], "DestGroupId = sg-1651FBB64") {
		t.Fatalf("%s: %q, want the page's requests", requestsFile, requests)
	}
	check(t, authorized(t, "", requests...), result{0, strings.Repeat(ok, 5), ""}, "authorize (arguments)")

	const success = "<AuthorizeSecurityGroupEgressResponse><RequestId>ID</RequestId></AuthorizeSecurityGroupEgressResponse>\n"
	check(t, authorized(t, text, "--format", "xml"), result{0, strings.Repeat(success, 5), ""}, "authorize --format xml")

	// The limit counts the rules of each group: sg-94n63e80l gets one by the
	// first request and two by the fourth.
	const full = `{"RequestId":"ID","Code":"AuthorizationLimitExceed","Message":"SecurityGroupId \"sg-94n63e80l\": the group would hold 3 rules, want at most 2"}` + "\n"
	const told = `standard input line 6: 403 AuthorizationLimitExceed: SecurityGroupId "sg-94n63e80l": the group would hold 3 rules, want at most 2` + "\n"
	check(t, authorized(t, text, "--limit", "2"), result{1, ok + ok + ok + full + ok, told}, "authorize --limit 2")
}

func TestAuthorizeRefused(t *testing.T) {
	const wrong = "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=200/1&DestCidrIp=10.0.0.300&Policy=maybe"
	const good = "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/200&DestCidrIp=10.0.0.3"
	want := result{
		status: 1,
		stdout: ok + `{"RequestId":"ID","Code":"InvalidParam.PortRange","Message":"PortRange \"200/1\": start after end, want start/end with 1 <= start <= end <= 65535"}` + "\n" +
			`{"RequestId":"ID","Code":"InvalidOperation.RuleDuplicate","Message":"SecurityGroupId \"sg-1\": rule 0 of the group is equal: accept tcp to 10.0.0.3/32 port 1/200 priority 1 nic intranet, want rules that differ in more than priority and description"}` + "\n",
		stderr: `argument 2: 400 InvalidParam.PortRange: PortRange "200/1": start after end, want start/end with 1 <= start <= end <= 65535
argument 2: also 400 InvalidDestCidrIp.Malformed: DestCidrIp "10.0.0.300": not an IPv4 address, want an IPv4 address or CIDR block such as 203.0.113.0/24
argument 2: also 400 InvalidPolicy.Malformed: Policy "maybe": not a policy, want accept or drop
argument 3: 400 InvalidOperation.RuleDuplicate: SecurityGroupId "sg-1": rule 0 of the group is equal: accept tcp to 10.0.0.3/32 port 1/200 priority 1 nic intranet, want rules that differ in more than priority and description [rule 0: argument 1]
`,
	}
	check(t, authorized(t, "", good, wrong, good), want, "authorize good wrong good")

	xml := authorized(t, wrong, "--format", "xml")
	const failure = `<Error><RequestId>ID</RequestId><Code>InvalidParam.PortRange</Code><Message>PortRange &#34;200/1&#34;: start after end, want start/end with 1 &lt;= start &lt;= end &lt;= 65535</Message></Error>` + "\n"
	if xml.status != 1 || xml.stdout != failure {
		t.Errorf("authorize --format xml: status %d, output\n%s\nwant status 1 and\n%s", xml.status, xml.stdout, failure)
	}
}

// One request for each code that needs more than the parameters; those of the
// parameters alone are tested where they are found.
func TestAuthorizeCodes(t *testing.T) {
	db := file(t, `{"SecurityGroupId":"sg-db","VpcId":"vpc-shop","Permissions":{"Permission":[]}}`)
	far := file(t, `{"SecurityGroupId":"sg-far","VpcId":"vpc-far","Permissions":{"Permission":[]}}`)
	old := file(t, `{"SecurityGroupId":"sg-old","Permissions":{"Permission":[]}}`)
	region := []string{"-g", newer, "-g", db, "-g", far, "-g", old}
	const good = "IpProtocol=tcp&PortRange=22/22&DestCidrIp=192.0.2.1"
	const ssh = "IpProtocol=tcp&PortRange=22/22&NicType=intranet&DestGroupId="
	for _, test := range []struct {
		name, request string
		args          []string
		want          string // status and code; empty: it passes
	}{
		{"known group", "SecurityGroupId=sg-web&" + ssh + "sg-db", region, ""},
		{"unknown source group", "SecurityGroupId=sg-none&" + good, region, "404 InvalidSecurityGroupId.NotFound"},
		{"unknown destination group", "SecurityGroupId=sg-web&" + ssh + "sg-none", region, "404 InvalidDestGroupId.NotFound"},
		{"an address decides", "SecurityGroupId=sg-web&DestCidrIp=192.0.2.1&" + ssh + "sg-none", region, ""},
		{"the group itself", "SecurityGroupId=sg-web&" + ssh + "sg-web", region, "403 InvalidParamter.Conflict"},
		{"another network", "SecurityGroupId=sg-web&" + ssh + "sg-old", region, "403 InvalidNetworkType.Conflict"},
		{"another VPC", "SecurityGroupId=sg-web&" + ssh + "sg-far", region, "400 InvalidDestGroupId.Mismatch"},
		{"a rule that the file has", "SecurityGroupId=sg-web&IpProtocol=tcp&PortRange=443/443&DestCidrIp=0.0.0.0/0", region, "400 InvalidOperation.RuleDuplicate"},
		{"flat and N form", "SecurityGroupId=sg-1&Permissions.1.IpProtocol=gre&" + good, nil, "400 InvalidParam.Permissions"},
		{"equal pair in one call", "SecurityGroupId=sg-1&Permissions.1.IpProtocol=gre&Permissions.1.PortRange=-1/-1&Permissions.1.DestCidrIp=10.0.0.1&" +
			"Permissions.2.IpProtocol=gre&Permissions.2.PortRange=-1/-1&Permissions.2.DestCidrIp=10.0.0.1", nil, "400 InvalidParam.DuplicatePermissions"},
		{"no group given: any exists", "SecurityGroupId=sg-1&" + ssh + "sg-2&DestGroupOwnerAccount=test@aliyun.com", nil, ""},
		{"no group given: itself", "SecurityGroupId=sg-1&" + ssh + "sg-1", nil, "403 InvalidParamter.Conflict"},
		{"VPC unless a flag says", "SecurityGroupId=sg-1&NicType=internet&" + good, nil, "400 InvalidNicType.Mismatch"},
		{"classic by a flag", "SecurityGroupId=sg-1&NicType=internet&" + good, []string{"--network", "classic"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := authorized(t, test.request, test.args...)
			if test.want == "" {
				check(t, got, result{0, ok, ""}, "authorize", test.request)
				return
			}
			var status int
			var code string
			fmt.Sscan(test.want, &status, &code)
			if got.status != 1 || !strings.HasPrefix(got.stdout, `{"RequestId":"ID","Code":"`+code+`","Message":"`) ||
				!strings.HasPrefix(got.stderr, fmt.Sprintf("standard input line 1: %d %s: ", status, code)) {
				t.Errorf("authorize %s: status %d\n%s%swant %s", test.request, got.status, got.stdout, got.stderr, test.want)
			}
		})
	}
}

// A malformed request stops all before the first is played.
func TestAuthorizeBadInput(t *testing.T) {
	const good = "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/200&DestCidrIp=10.0.0.3"
	for _, test := range []struct {
		name, request string
		words         []string
	}{
		{"unknown parameter", good + "&SourceCidrIP=10.0.0.1", []string{`"SourceCidrIP"`, "want SourceCidrIp"}},
		{"a parameter twice", good + "&PortRange=1/200", []string{"PortRange", "twice"}},
		{"bad escape", good + "&Description=%zz", []string{"Description", "%zz"}},
		{"another call", good + "&Action=AuthorizeSecurityGroup", []string{`"AuthorizeSecurityGroup"`, "want AuthorizeSecurityGroupEgress"}},
		{"no source group", "IpProtocol=tcp", []string{"SecurityGroupId"}},
		{"a list", good + "&DestPrefixListId=pl-1", []string{"DestPrefixListId", "pl-1"}},
		{"an id with an encoded space", strings.Replace(good, "sg-1", "sg-1%C2%A0", 1), []string{"SecurityGroupId", `"sg-1\u00a0"`, "U+00A0"}},
		{"an id with a plus", strings.Replace(good, "sg-1", "+sg-1", 1), []string{"SecurityGroupId", `" sg-1"`, "U+0020"}},
		{"an id with NUL", strings.Replace(good, "sg-1", "sg-1%00", 1), []string{"SecurityGroupId", "U+0000"}},
		{"an id with a zero width space", strings.Replace(good, "sg-1", "sg-1\u200b", 1), []string{"SecurityGroupId", "U+200B"}},
		{"a variable", "aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId $SG", []string{"$SG", "want its value"}},
		{"null", `{"SecurityGroupId":"sg-1","SourceCidrIp":null}`, []string{"SourceCidrIp", "null"}},
		{"a file", "authorize_test.go", []string{"- < FILE"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			refused(t, "", []string{"authorize", "-o", dir, good, test.request}, append(test.words, "sluice: argument 2: ")...)
			if test.name != "a file" {
				refused(t, good+"\n# comment\n\n"+test.request+"\n", []string{"authorize", "-o", dir}, append(test.words, "sluice: standard input line 4: ")...)
			}
			if names := list(t, dir); len(names) > 0 {
				t.Errorf("files %q are written, want none", names)
			}
		})
	}
	t.Run("a kind of group that there is none of", func(t *testing.T) {
		refused(t, good, []string{"authorize", "--network", "classic", "--type", "advanced"}, "standard input line 1: ", "classic and advanced")
	})
	t.Run("bad group", func(t *testing.T) {
		refused(t, good, []string{"authorize", "--group", "nosuch.json"}, "--group nosuch.json: no such file")
	})
	t.Run("a group twice", func(t *testing.T) {
		refused(t, good, []string{"authorize", "--group", newer, "--group", newer}, "sg-web", "twice")
	})
	t.Run("huge", func(t *testing.T) {
		refused(t, strings.Repeat("# comment\n", 2<<20), []string{"authorize"}, "standard input: larger than the limit of 16777216 bytes")
	})
	t.Run("huge request", func(t *testing.T) {
		refused(t, good+"&Description="+strings.Repeat("x", 2<<20), []string{"authorize"}, "standard input line 1: ", "at most 1048576")
	})
}

func TestAuthorizeNothing(t *testing.T) {
	for _, stdin := range []string{"", "\n \n", "# no request\n\n", "[]"} {
		for _, args := range [][]string{{"authorize"}, {"authorize", "-"}, {"authorize", "-o", t.TempDir()}} {
			refused(t, stdin, args, "standard input: nothing in it, want requests, such as SecurityGroupId=", "a command before the pipe may have failed")
		}
	}
}

const pasted = "../../ecs/testdata/"

// What people have is read from standard input and as a group's file, each form
// with its place.
func TestAuthorizeForms(t *testing.T) {
	const flat = "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=22/22&DestCidrIp=10.0.0.1"
	const bad = "&Policy=maybe"
	const body = `{"SecurityGroupId":"sg-1","Permissions":[{"IpProtocol":"tcp","PortRange":"23/23","DestCidrIp":"10.0.0.1"}]}`
	const command = "aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId sg-1 --IpProtocol all \\\n  --PortRange=-1/-1 --DestCidrIp '10.0.0.1'"
	for _, test := range []struct {
		name, text string
		done       int
		place      string // of the last request, which has a bad policy
	}{
		{"the page's own samples", readFile(t, pasted+"requests-as-printed.txt"), 3, ""},
		{"command lines", readFile(t, pasted+"cli-lines.txt"), 2, ""},
		{"a byte order mark", readFile(t, pasted+"bom-requests.txt"), 1, ""},
		{"a body", readFile(t, pasted+"request-body.json"), 1, ""},
		{"a query", "\n# x\n" + flat + bad, 0, "line 3"},
		{"a query over lines", "# x\n" + strings.ReplaceAll(flat, "&", "\n&") + "\n" + bad, 0, "line 2"},
		{"an indented query", "  " + flat + bad, 0, "line 1 column 3"},
		{"all forms", flat + "\n" + body + "\n\n" + command + "\n" + flat + bad, 3, "line 6"},
		{"an array", "[" + body + `, {"SecurityGroupId":"sg-1","IpProtocol":"all","PortRange":"-1/-1","DestCidrIp":"10.0.0.2","Policy":"maybe"}]`, 1, "line 1 column 111"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := authorized(t, test.text)
			if test.place == "" {
				check(t, got, result{0, strings.Repeat(ok, test.done), ""}, "authorize")
				return
			}
			if !strings.HasPrefix(got.stdout, strings.Repeat(ok, test.done)+`{"RequestId":"ID","Code":"InvalidPolicy.Malformed"`) {
				t.Errorf("standard output %s, want %d replies and a refusal", got.stdout, test.done)
			}
			if want := "standard input " + test.place + ": 400 InvalidPolicy.Malformed: "; !strings.HasPrefix(got.stderr, want) {
				t.Errorf("standard error %s, want %s", got.stderr, want)
			}
			name := file(t, test.text)
			refused(t, "", []string{"decide", "-g", name, "gre 10.0.0.5 > 10.0.0.1"}, name+" "+test.place+": ", "InvalidPolicy.Malformed")
		})
	}
	refused(t, "[{}", []string{"authorize"}, "standard input: request: JSON at line 1")
	refused(t, "resource \"a\" \"b\" {\n}\n", []string{"authorize"}, "standard input: request: this looks like a Terraform configuration")
	refused(t, "&Policy=drop\n", []string{"authorize"}, "standard input: request: line 1 starts with & and continues no request")
}

// A group's file of requests decides as they say, in every form, and lint names
// the line of each rule.
func TestRequestsAsGroup(t *testing.T) {
	const packet = "gre 10.0.0.5 > 10.0.0.1"
	for _, text := range []string{
		"https://ecs.aliyuncs.com/?Action=AuthorizeSecurityGroupEgress\n&SecurityGroupId=sg-1\u00a0\n&IpProtocol=gre\n&PortRange=-1/-1\n&DestCidrIp=10.0.0.1\n&Policy=Drop\n&<Common request parameters>",
		"aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId=sg-1 --IpProtocol 'gre' --PortRange=-1/-1 --DestCidrIp 10.0.0.1 --Policy \"drop\"",
		`{"SecurityGroupId":"sg-1","IpProtocol":"gre","PortRange":"-1/-1","DestCidrIp":"10.0.0.1","Policy":"drop"}`,
		"# c\n[\n" + `{"SecurityGroupId":"sg-1","Permissions":[{"IpProtocol":"gre","PortRange":"-1/-1","DestCidrIp":"10.0.0.1","Policy":"drop","Priority":1}]}` + "\n]",
		`[{"SecurityGroupId":"sg-1","Permissions.1.IpProtocol":"gre","Permissions.1.PortRange":"-1/-1","Permissions.1.DestCidrIp":"10.0.0.1","Permissions.1.Policy":"drop"}]`,
		"curl 'https://ecs.aliyuncs.com/?SecurityGroupId=sg-1&IpProtocol=gre&PortRange=-1/-1&DestCidrIp=10.0.0.1' \\\n-d Policy=drop",
	} {
		args := []string{"decide", "--json", "-g", file(t, text), packet}
		want := `{"packet":"` + packet + `","verdict":"drop","cause":"rule","rule":{"group":"sg-1","index":0,"priority":1,"policy":"drop"}}` + "\n"
		check(t, sluice("", args...), result{1, want, ""}, append(args, text)...)
	}
}

// A refused duplicate says where the held rule stands: in a file, or the request
// that has entered it.
func TestAuthorizeHeld(t *testing.T) {
	const query = "SecurityGroupId=sg-1&IpProtocol=tcp&DestCidrIp=10.0.0.1&PortRange="
	requests := file(t, query+"22/22\n\n"+query+"23/23\n")
	reply := file(t, "{\"SecurityGroupId\":\"sg-1\",\"VpcId\":\"vpc-1\",\"Permissions\":{\"Permission\":[\n"+
		`{"Direction":"egress","SecurityGroupRuleId":"sgr-7","IpProtocol":"TCP","PortRange":"23/23","DestCidrIp":"10.0.0.1/32","Policy":"Accept","Priority":"9"}]}}`)
	for _, test := range []struct {
		name, group string
		want        []string // in the lines of standard error
	}{
		{"requests", requests, []string{"rule 1 of the group is equal: ", "[rule 1: " + requests + ":3:1]"}},
		{"a reply", reply, []string{"rule 0 of the group is equal: ", "priority 9", "id sgr-7", "[rule 0: " + reply + ":2:1]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := authorized(t, "", "-g", test.group, query+"24/24", query+"23/23", query+"24/24")
			lines := strings.Split(strings.TrimSpace(got.stderr), "\n")
			if got.status != 1 || len(lines) != 2 {
				t.Fatalf("status %d, %s, want 1 and two lines", got.status, got.stderr)
			}
			for _, want := range test.want {
				if !strings.Contains(lines[0], want) {
					t.Errorf("%s, want %q in it", lines[0], want)
				}
			}
			if !strings.HasSuffix(lines[1], ": argument 1]") {
				t.Errorf("%s, want the argument that entered the rule", lines[1])
			}
			if strings.Contains(got.stdout, test.group) {
				t.Errorf("the API's reply names the file: %s", got.stdout)
			}
		})
	}
	again := file(t, query+"22/22\n# c\n"+query+"22/22&Priority=2\n")
	refused(t, "", []string{"lint", "-g", again}, again+" line 3: ", "rule 0 of the group is equal", "(InvalidOperation.RuleDuplicate) [rule 0: "+again+":1:1]")
}

// Pasted space at the ends of an id is no part of it: one group, one file.
func TestAuthorizePastedSpace(t *testing.T) {
	const query = "&IpProtocol=gre&PortRange=-1/-1&DestCidrIp=10.0.0."
	dir := t.TempDir()
	requests := ""
	for i, space := range []string{"", "\u00a0", "\u3000 ", "\u2009\t", "\u0085"} {
		requests += fmt.Sprintf("SecurityGroupId=%ssg-1%s%s%d\n", space, space, query, i)
	}
	check(t, authorized(t, requests, "-o", dir), result{0, strings.Repeat(ok, 5), ""}, "authorize", requests)
	if names := list(t, dir); len(names) != 1 || names[0] != "sg-1.json" {
		t.Errorf("files %q, want sg-1.json alone", names)
	}
}
