package ecs

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/sluice/rule"
)

// What people paste, in every form, is the same request.
func TestParseRequestAsPasted(t *testing.T) {
	want := Request{GroupID: "sg-1", Rules: []rule.Params{{IPProtocol: "tcp", PortRange: "22/22", DestCidrIP: "10.0.0.0/8", Policy: "drop"}}}
	inRegion := want
	inRegion.RegionID = "cn-hangzhou"
	indexed := want
	indexed.Indexed = true
	const query = "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=22/22&DestCidrIp=10.0.0.0/8&Policy=drop"
	const lined = "Action=AuthorizeSecurityGroupEgress\n&SecurityGroupId=sg-1\n&IpProtocol=tcp\n&PortRange=22/22\n&DestCidrIp=10.0.0.0/8\n&Policy=drop"
	const options = "--SecurityGroupId sg-1 --IpProtocol tcp --PortRange 22/22 --DestCidrIp 10.0.0.0/8 --Policy drop"
	spaced := func(space string) string {
		return strings.NewReplacer("=", space+"="+space, "&", space+"&"+space).Replace(space + query + space)
	}
	escaped := strings.ReplaceAll(query, "&", "&amp;")
	for _, c := range []struct {
		name, text string
		want       Request
	}{
		{"query", query, want},
		{"leading &", "&" + query, want},
		{"byte order mark", "\ufeff" + query, want},
		{"no-break spaces", spaced("\u00a0"), want},
		{"ideographic spaces", spaced("\u3000"), want},
		{"narrow no-break, figure and thin spaces", spaced("\u202f\u2007\u2009"), want},
		{"next line and line separator", spaced("\u0085\u2028\u2029"), want},
		{"tabs and carriage returns", spaced("\t\r"), want},
		{"wrapped before &", lined, want},
		{"nothing but spaces between two &", strings.ReplaceAll(query, "&", "& \u00a0&"), want},
		{"wrapped after &", strings.ReplaceAll(lined, "\n&", "&\n"), want},
		{"wrapped after &amp;", strings.ReplaceAll(lined, "\n&", "&amp;\n"), want},
		{"wrapped after & as JSON escapes it", strings.ReplaceAll(lined, "\n&", "\\u0026\n"), want},
		{"wrapped with carriage returns", strings.ReplaceAll(lined, "\n", "\r\n"), want},
		{"wrapped and indented", strings.ReplaceAll(lined, "\n", "\n  \u00a0"), want},
		{"comments and blank lines between", strings.ReplaceAll(lined, "\n", "\n\n# why & how = so\n  # more\n"), want},
		{"a comment before", "# ssh\n" + query, want},
		{"wrapped before the query", "https://ecs.aliyuncs.com/\n?" + lined, want},
		{"escaped as HTML does", escaped, want},
		{"escaped twice", strings.ReplaceAll(escaped, "&amp;", "&amp;amp;"), want},
		{"escaped by number", strings.ReplaceAll(query, "&", "&#38;"), want},
		{"escaped as JSON does", strings.ReplaceAll(query, "&", `\u0026`), want},
		{"placeholder", query + "&<Common request parameters>", want},
		{"placeholder in capitals", query + "& <COMMON REQUEST PARAMETERS> ", want},
		{"placeholder in Chinese", query + "&<公共请求参数>", want},
		{"placeholder in Japanese", query + "&<共通リクエストパラメータ>", want},
		{"placeholder in full-width brackets", query + "&＜公共请求参数＞", want},
		{"placeholder escaped", escaped + "&amp;&lt;Common request parameters&gt;", want},
		{"placeholder percent-encoded", query + "&%3CCommon%20request%20parameters%3E", want},
		{"placeholder first", "<Common request parameters>&" + query, want},
		{"no scheme", "ecs.aliyuncs.com/?" + query, want},
		{"no scheme, no slash", "ecs.cn-hangzhou.aliyuncs.com?" + query, want},
		{"a space before the query", "https://ecs.aliyuncs.com/ ?" + query, want},
		{"a port", "127.0.0.1:8080/?" + query, want},
		{"path", "/?" + query, want},
		{"GET", "GET /?" + query + " HTTP/1.1", want},
		{"GET of a URL", "GET https://ecs.aliyuncs.com/?" + query, want},
		{"POST", "POST /?" + query + " HTTP/1.1", want},
		{"GET and headers", "GET /?" + query + " HTTP/1.1\r\nHost: ecs.aliyuncs.com\r\nx-acs-action: AuthorizeSecurityGroupEgress\r\nContent-Length: 0\r\n\r\n", want},
		{"GET over lines", "GET /?" + lined + " HTTP/1.1\nHost: ecs.aliyuncs.com", want},
		{"double quotes", `"` + query + `"`, want},
		{"single quotes", " 'https://ecs.aliyuncs.com/?" + query + "' ", want},
		{"backquotes", "`" + query + "`", want},
		{"typographic quotes", "“" + query + "”", want},
		{"single typographic quotes", "‘" + query + "’", want},
		{"German quotes", "„" + query + "“", want},
		{"guillemets", "« " + query + " »", want},
		{"guillemets the other way round", "»" + query + "«", want},
		{"corner brackets", "「" + query + "」", want},
		{"full-width quotes", "＂" + query + "＂", want},
		{"quotes in quotes", "“'" + query + "'”", want},
		{"quotes over lines", "'" + lined + "'", want},

		{"curl", "curl 'https://ecs.aliyuncs.com/?" + query + "'", want},
		{"curl after a prompt", "$ curl \"https://ecs.aliyuncs.com/?" + query + "\"", want},
		{"curl with options", "curl -sS -X POST -H 'Accept: application/json' --compressed -o out.json 'https://ecs.aliyuncs.com/?" + query + "'", want},
		{"curl with a method attached", "curl -XGET 'https://ecs.aliyuncs.com/?" + query + "'", want},
		{"curl with data", "curl https://ecs.aliyuncs.com/ -d '" + query + "'", want},
		{"curl with data beside the query", "curl 'https://ecs.aliyuncs.com/?Action=AuthorizeSecurityGroupEgress' \\\n  --data-raw 'SecurityGroupId=sg-1&IpProtocol=tcp' \\\n  --data PortRange=22/22 --data-urlencode 'DestCidrIp=10.0.0.0/8' -dPolicy=drop", want},
		{"curl -G", "/usr/bin/curl -G --url https://ecs.aliyuncs.com -d '" + query + "'", want},
		{"curl with JSON", `curl https://ecs.aliyuncs.com -d '{"SecurityGroupId":"sg-1","IpProtocol":"tcp","PortRange":"22/22","DestCidrIp":"10.0.0.0/8","Policy":"drop"}'`, want},
		{"curl --json", `curl https://ecs.aliyuncs.com --json '{"SecurityGroupId":"sg-1","IpProtocol":"tcp","PortRange":"22/22","DestCidrIp":"10.0.0.0/8","Policy":"drop"}'`, want},
		{"curl of a URL wrapped", "curl 'https://ecs.aliyuncs.com/?" + lined + "'", want},

		{"aliyun", "aliyun ecs AuthorizeSecurityGroupEgress " + options, want},
		{"aliyun with =", "aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId=sg-1 --IpProtocol='tcp' --PortRange=\"22/22\" --DestCidrIp 10.0.0.0'/'8 --Policy:drop", want},
		{"aliyun over lines", "aliyun ecs AuthorizeSecurityGroupEgress " + strings.ReplaceAll(options, " --", " \\\n  --"), want},
		{"aliyun over lines of Windows", "aliyun.exe ecs AuthorizeSecurityGroupEgress " + strings.ReplaceAll(options, " --", " \\\r\n  --"), want},
		{"aliyun with spaces of the page", "aliyun\u00a0ecs\u3000AuthorizeSecurityGroupEgress\u00a0" + options, want},
		{"aliyun after a prompt, with a comment", "$ ./aliyun ecs AuthorizeSecurityGroupEgress " + options + " # it's ssh", want},
		{"aliyun with its own options", "aliyun --profile prod ecs AuthorizeSecurityGroupEgress " + options +
			" -p x --endpoint ecs.aliyuncs.com --secure --force --version 2014-05-26 --read-timeout=10 --header X-a=b --header X-b=c --output cols=RequestId rows=x -q", want},
		{"aliyun with a region", "aliyun ecs AuthorizeSecurityGroupEgress --RegionId cn-hangzhou --region cn-beijing " + options, inRegion},
		{"aliyun with the interface's region", "aliyun ecs AuthorizeSecurityGroupEgress --region cn-hangzhou " + options, inRegion},
		{"aliyun with numbers", "aliyun ecs AuthorizeSecurityGroupEgress --force --SecurityGroupId sg-1 --Permissions.1.IpProtocol tcp --Permissions.1.PortRange=22/22 --Permissions.1.DestCidrIp 10.0.0.0/8 --Permissions.1.Policy drop", indexed},
		{"aliyun with a list", `aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId sg-1 --Permissions '[{"IpProtocol":"tcp","PortRange":"22/22",` + "\n" + `"DestCidrIp":"10.0.0.0/8","Policy":"drop"}]'`, indexed},

		{"JSON", `{"SecurityGroupId":"sg-1","IpProtocol":"tcp","PortRange":"22/22","DestCidrIp":"10.0.0.0/8","Policy":"drop","Version":"2014-05-26","Priority":""}`, want},
		{"JSON over lines", "\ufeff{\n  \"SecurityGroupId\": \"sg-1\",\n  \"IpProtocol\": \"tcp\", \"PortRange\": \"22\\/22\",\n  \"DestCidrIp\": \"10.0.0.0/8\", \"Policy\": \"drop\"\n}\n", want},
		{"JSON with a list", `{"SecurityGroupId":"sg-1","Permissions":[{"IpProtocol":"tcp","PortRange":"22/22","DestCidrIp":"10.0.0.0/8","Policy":"drop"}]}`, indexed},
		{"JSON with numbers", `{"SecurityGroupId":"sg-1","Permissions.1.IpProtocol":"tcp","Permissions.1.PortRange":"22/22","Permissions.1.DestCidrIp":"10.0.0.0/8","Permissions.1.Policy":"drop"}`, indexed},
		{"JSON in an array", `[{"SecurityGroupId":"sg-1","IpProtocol":"tcp","PortRange":"22/22","DestCidrIp":"10.0.0.0/8","Policy":"drop"}]`, want},
		{"JSON in quotes", `'{"SecurityGroupId":"sg-1","IpProtocol":"tcp","PortRange":"22/22","DestCidrIp":"10.0.0.0/8","Policy":"drop"}'`, want},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseRequest(c.text)
			if err != nil {
				t.Fatalf("ParseRequest(%q): %v", c.text, err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("ParseRequest(%q): -want +got\n%s", c.text, diff)
			}
		})
	}
}

// Numbers of JSON are read as they are spelled, for the rule to refuse.
func TestParseRequestJSONNumbers(t *testing.T) {
	for text, want := range map[string]string{`1`: "1", `100`: "100", `1.0`: "1.0", `1e1`: "1e1", `-1`: "-1", `"7"`: "7"} {
		got, err := ParseRequest(`{"SecurityGroupId":"sg-1","Priority":` + text + `,"DestGroupOwnerId":155780923770}`)
		if err != nil || got.Rules[0].Priority != want || got.Rules[0].DestGroupOwnerID != "155780923770" {
			t.Errorf("Priority %s: %+v, %v, want %s", text, got, err, want)
		}
	}
}

func TestParseRequestAsPastedRefuses(t *testing.T) {
	const query = "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=22/22&DestCidrIp=10.0.0.0/8"
	const aliyun = "aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId sg-1 "
	const curl = "curl 'https://ecs.aliyuncs.com/?" + query + "' "
	js := func(more string) string { return `{"SecurityGroupId":"sg-1",` + more + `}` }
	for _, c := range []struct {
		name, text string
		want       string // in the message
	}{
		{"UTF-16", "\xff\xfeS\x00e\x00", "text in UTF-16 (little-endian), want UTF-8"},
		{"UTF-16 without a mark", "S\x00e\x00c\x00", "text in UTF-16 (little-endian), want UTF-8"},
		{"comments alone", "# nothing\n\n", "nothing in it, want a URL or query"},
		{"two requests", query + "\n" + query, "another one starts at line 2"},
		{"two objects", `[{"SecurityGroupId":"sg-1"},{"SecurityGroupId":"sg-1"}]`, "another one starts at line 1 column 29"},
		{"a query wrapped elsewhere", "SecurityGroupId=sg-1&IpProtocol=\ntcp", "another one starts at line 2"},
		{"a quote that does not end", `"` + query, `the quote " at its start does not end`},
		{"a quote that does not start", query + "”", "the quote ” at its end does not start"},
		{"a quote in an id", `SecurityGroupId="sg-1"&IpProtocol=tcp`, `id "\"sg-1\"": " at its end`},
		{"a typographic quote in an id", "SecurityGroupId=“sg-1”&IpProtocol=tcp", `“ at its end, want it without`},
		{"a backslash in an id", `SecurityGroupId=sg-1\&IpProtocol=tcp`, `\ at its end, want it without`},

		{"id: NUL", "SecurityGroupId=sg-1%00", "a control character (U+0000)"},
		{"id: line feed", "SecurityGroupId=sg-1%0a", "a control character (U+000A)"},
		{"id: leading plus", "SecurityGroupId=+sg-1", "a space (U+0020) at byte 0"},
		{"id: encoded space at the end", "SecurityGroupId=sg-1%20", "a space (U+0020)"},
		{"id: zero width space", "SecurityGroupId=sg-1\u200b", "a format character (U+200B)"},
		{"id: byte order mark", "SecurityGroupId=sg-1\ufeff", "a format character (U+FEFF)"},
		{"id: soft hyphen", "SecurityGroupId=sg%C2%AD1", "a format character (U+00AD)"},
		{"id: direction", "SecurityGroupId=sg-1&DestGroupId=sg\u202e2", "parameter DestGroupId: id"},
		{"id: ideographic space inside", "SecurityGroupId=sg\u30001", "a space (U+3000)"},
		{"region", "SecurityGroupId=sg-1&RegionId=cn%20x", "parameter RegionId: id"},
		{"owner", "SecurityGroupId=sg-1&DestGroupOwnerAccount=a%20b", "parameter DestGroupOwnerAccount: id"},
		{"id in JSON", "{\"SecurityGroupId\":\"sg-1\u00a0\"}", "a space (U+00A0)"},
		{"id in a command line", "aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId 'sg-1\u00a0'", "a space (U+00A0)"},
		{"region of the interface", aliyun + "--region ' '", "--region: id"},

		{"id with a parameter in it, encoded twice", "SecurityGroupId=sg-1%26Policy%3Ddrop", `id "sg-1&Policy=drop": '&' in it`},
		{"id with a query in it", "SecurityGroupId=sg-1?Policy=drop", `another parameter, Policy, in its value "sg-1?Policy=drop"`},
		{"id with a query in it, encoded", "SecurityGroupId=sg-1?Policy%3Ddrop", `id "sg-1?Policy=drop": '?' in it`},

		{"id: two of them", "SecurityGroupId=sg-1,sg-2", `id "sg-1,sg-2": ',' in it`},
		{"id: two of them with ;", "SecurityGroupId=sg-1&DestGroupId=sg-2;sg-3", `';' in it`},
		{"id: a placeholder", "SecurityGroupId=<sg-id>&IpProtocol=tcp", `id "<sg-id>": '<' in it, want one id alone`},
		{"id: a variable", "SecurityGroupId=${SG}&IpProtocol=tcp", `'$' in it`},
		{"id: a variable of Windows", aliyun + "--DestGroupId %SG%", `parameter DestGroupId: id "%SG%": % at its end`},
		{"id: a template", `{"SecurityGroupId":"{{ sg }}"}`, "a space (U+0020)"},
		{"id: a template without spaces", `{"SecurityGroupId":"{{sg}}"}`, "'{' in it"},

		{"a parameter in a common one", query + "&Version=2014-05-26 Policy=drop", `parameter "Version": another parameter, Policy, in its value "2014-05-26 Policy=drop", want & before it, or %3D for =`},
		{"a parameter in a common one, after ;", query + "&Format=JSON;SourceCidrIp = 10.0.0.1", "another parameter, SourceCidrIp"},
		{"a parameter in a common one, encoded", query + "&Version=2014-05-26%26Policy%3Ddrop", "another parameter, Policy"},
		{"a parameter in a common one, indexed", "SecurityGroupId=sg-1&Version=1 Permissions.1.Policy=drop", "another parameter, Policy"},
		{"a parameter in a description", query + "&Description=ssh Policy=drop", `parameter "Description": another parameter, Policy`},
		{"a parameter in a description, after a full-width &", query + "&Description=ssh＆Policy＝drop", "another parameter, Policy"},
		{"a parameter in the token", query + "&ClientToken=x%26Policy%3Ddrop", `parameter "ClientToken": another parameter, Policy`},
		{"a parameter in a common one of JSON", js(`"Version":"x&Policy=drop"`), "another parameter, Policy"},
		{"a placeholder of a parameter", query + "&<your SourceCidrIp>", `"<your SourceCidrIp>" is a placeholder, want SourceCidrIp=VALUE, or nothing`},
		{"a placeholder of a parameter, as others spell it", query + "&<source_cidr_ip...>", "want SourceCidrIp=VALUE"},
		{"a placeholder of a parameter in Chinese", query + "&<填写SourceCidrIp>", "want SourceCidrIp=VALUE"},
		{"a placeholder of rules", query + "&<Permissions.N>", "want Permissions=VALUE"},

		{"HTML", "<!DOCTYPE html>\n<html>", "looks like an HTML page"},
		{"XML reply", "<AuthorizeSecurityGroupEgressResponse><RequestId>x</RequestId></AuthorizeSecurityGroupEgressResponse>", "looks like a reply of the API in XML"},
		{"XML error", "<?xml version=\"1.0\"?>\n<Error><Code>x</Code></Error>", "looks like a reply of the API in XML"},
		{"XML", "<a>b</a>", "looks like XML"},
		{"YAML", "SecurityGroupId: sg-1\nIpProtocol: tcp", "looks like YAML"},
		{"YAML document", "---\nSecurityGroupId: sg-1", "looks like YAML"},
		{"YAML list", "- IpProtocol: tcp", "looks like YAML"},
		{"Terraform", "resource \"alicloud_security_group_rule\" \"x\" {\n  type = \"egress\"\n}", "looks like a Terraform configuration"},
		{"CSV", "SecurityGroupId,IpProtocol,PortRange\nsg-1,tcp,22/22", "looks like CSV"},
		{"a spreadsheet", "PK\x03\x04\x14\x00", "looks like compressed data (zip)"},
		{"gzip", "\x1f\x8b\x08\x00", "looks like compressed data (gzip)"},
		{"code", "import boto3\n", "looks like program code"},
		{"Markdown", "```\n" + query + "\n```", "looks like Markdown"},
		{"a reply", `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[]}}`, "looks like a reply of DescribeSecurityGroupAttribute"},

		{"method", "DELETE /?" + query + " HTTP/1.1", "method DELETE, want GET or POST"},
		{"a body", "POST /?" + query + " HTTP/1.1\nContent-Length: 12\n\nPolicy=drop", "another one starts at line 4"},
		{"words before the query", "put this: ecs.aliyuncs.com/?" + query, `"put this: ecs.aliyuncs.com/?SecurityGroupId" is unknown`},
		{"another program", "wget https://ecs.aliyuncs.com/?" + query, `the scheme "wget https", want http or https`},
		{"a method in small letters", "delete /?" + query, `"delete /?SecurityGroupId" is unknown`},
		{"a URL with parameters in its path", "https://h/a=b?" + query, `parameter "https://h/a": another parameter, SecurityGroupId, in its value`},
		{"a body that is missing", "POST /?" + query + " HTTP/1.1\nContent-Length: 12\n", "the body is not read"},
		{"a body in parts", "POST /?" + query + " HTTP/1.1\nHost: h\nTransfer-Encoding: chunked", "the body is not read"},
		{"curl: a body in parts", curl + "-H 'transfer-encoding:chunked'", "the body is not read"},
		{"a header of another call", "GET /?" + query + " HTTP/1.1\nx-acs-action: RevokeSecurityGroupEgress", "is another call"},

		{"a header named as a parameter", "GET /?" + query + " HTTP/1.1\nPolicy: drop", `header "Policy: drop": want the parameter in the query, as Policy=VALUE`},
		{"curl: a header named as a parameter", curl + "-H 'source-cidr-ip: 10.0.0.1'", "as SourceCidrIp=VALUE"},
		{"aliyun: a header named as a parameter", aliyun + "--header Policy=drop", "as Policy=VALUE"},
		{"aliyun: a parameter without dashes after --output", aliyun + "--output cols=RequestId Policy=drop", `unexpected argument in the command line: "Policy=drop"`},

		{"curl: method", curl + "-X DELETE", `method "DELETE"`},
		{"curl: a file", curl + "-d @file", "a file is not read"},
		{"curl: a file, encoded", curl + "--data-urlencode Policy@file", "a file is not read"},
		{"curl: a file of headers", curl + "-H @file", "a file is not read"},
		{"curl: a second query in the URL", "curl 'https://ecs.aliyuncs.com/?SecurityGroupId=sg-1\n?Policy=drop'", `a line that does not start with &: "?Policy=drop"`},
		{"curl: a form", curl + "-F Policy=drop", `option "-F" of curl is not read`},
		{"curl: unknown", curl + "--next", `option "--next" of curl is not read`},
		{"curl: two URLs", curl + "https://x/?a=b", "2 URLs, want one"},
		{"curl: no URL", "curl -s", "0 URLs, want one"},
		{"curl: no query and no data", "curl -G https://ecs.aliyuncs.com/", "a URL without a query"},
		{"curl: no quotes", "curl https://ecs.aliyuncs.com/?" + query, "an unquoted &"},
		{"curl: no value", curl + "-d", `option "-d" of curl has no value`},
		{"curl: data without a name", curl + "--data-urlencode =x", "want NAME=VALUE"},
		{"curl: another call", curl + "-H 'x-acs-action: RunInstances'", "is another call"},
		{"curl: twice, in query and data", curl + "-d IpProtocol=tcp", `"IpProtocol" is given twice`},
		{"curl: lines in the URL", "curl 'https://ecs.aliyuncs.com/?SecurityGroupId=sg-1\nPolicy=drop'", `a line that does not start with &: "Policy=drop"`},

		{"aliyun: another product", "aliyun vpc AuthorizeSecurityGroupEgress --SecurityGroupId sg-1", "want aliyun ecs AuthorizeSecurityGroupEgress"},
		{"aliyun: another call", "aliyun ecs AuthorizeSecurityGroup --SecurityGroupId sg-1", `Action "AuthorizeSecurityGroup" is another call`},
		{"aliyun: the call as a plugin spells it", "aliyun ecs authorize-security-group-egress --security-group-id sg-1", `"authorize-security-group-egress" is another call`},
		{"aliyun: no call", "aliyun ecs", "want aliyun ecs AuthorizeSecurityGroupEgress"},
		{"aliyun: an argument", aliyun + "tcp", `unexpected argument in the command line: "tcp"`},
		{"aliyun: a long dash", aliyun + "—Policy drop", `unexpected argument in the command line: "—Policy"`},
		{"aliyun: unknown option", aliyun + "--frobnicate x", `option "--frobnicate" is unknown`},
		{"aliyun: unknown letter", aliyun + "-z", `option "-z" is unknown`},
		{"aliyun: parameter in another case", aliyun + "--Ipprotocol tcp", `"Ipprotocol" is unknown, want IpProtocol`},
		{"aliyun: parameter in small letters", aliyun + "--ipprotocol tcp", `option "--ipprotocol" is unknown`},
		{"aliyun: a parameter twice", aliyun + "--SecurityGroupId sg-2", `"SecurityGroupId" is given twice`},
		{"aliyun: the region twice", aliyun + "--region a --region b", `option --region "b" is given twice`},
		{"aliyun: no value", aliyun + "--Policy", `option "--Policy" has no value`},
		{"aliyun: no value, another option", aliyun + "--Policy --Priority 1", `option "--Policy" has no value`},
		{"aliyun: an empty value", aliyun + "--Policy= drop", `option "--Policy" has an empty value`},
		{"aliyun: a value too many", aliyun + "--force=true", `option "--force=true" has a value`},
		{"aliyun: body", aliyun + "--body x", "option --body: a body is not read"},
		{"aliyun: help", aliyun + "--help", "option --help: it makes no call"},
		{"aliyun: method", aliyun + "--method DELETE", `option --method "DELETE"`},
		{"aliyun: variable", aliyun + "--Policy $POLICY", `a variable in a command line: "$POLICY", want its value`},
		{"aliyun: a variable ends where its name does", aliyun + "--Policy $az_AZ09-x", `a variable in a command line: "$az_AZ09", want`},
		{"aliyun: variable in quotes", aliyun + `--Policy "${P}x"`, `a variable in a command line: "${P}x"`},
		{"aliyun: command", aliyun + "--Policy $(cat p)", "a command substitution in a command line"},
		{"aliyun: backquotes", aliyun + "--Policy `cat p`", "a command substitution in a command line"},
		{"aliyun: pipe", aliyun + "| jq .", "an unquoted | in a command line"},
		{"aliyun: list", aliyun + "; rm x", "an unquoted ; in a command line"},
		{"aliyun: redirection", aliyun + "> out", "an unquoted > in a command line"},
		{"aliyun: a quote that does not end", aliyun + "--Policy 'drop", "the quote ' in a command line does not end"},
		{"aliyun: a double quote that does not end", aliyun + `--Policy "drop`, `the quote " in a command line does not end`},
		{"aliyun: typographic quotes", aliyun + "--Policy “drop”", "the quote “ in a command line"},
		{"aliyun: list is no array", aliyun + `--Permissions '{}'`, "Permissions"},

		{"JSON: null", js(`"Policy":null`), "Policy: null, want a value, or the key left out"},
		{"JSON: true", js(`"Policy":true`), "Policy: true, want text or a number"},
		{"JSON: a number for text", js(`"PortRange":22`), "PortRange: the number 22, want text"},
		{"JSON: a rounded account", js(`"DestGroupOwnerId":1.5577e+12`), "DestGroupOwnerId: the number 1.5577e+12, want all digits of the account"},
		{"JSON: an object", js(`"Policy":{}`), "Policy: an object, want text or a number"},
		{"JSON: a key twice", js(`"Policy":"drop","Policy":"drop"`), "given twice"},
		{"JSON: a key in another case", js(`"policy":"drop"`), `"policy" is unknown, want Policy`},
		{"JSON: an unknown key", js(`"SourceGroupId":"x"`), `"SourceGroupId" is unknown`},
		{"JSON: a number for a key in another case", js(`"priority":1`), `"priority" is unknown, want Priority`},
		{"JSON: null for a key in another case", js(`"policy":null`), `"policy" is unknown, want Policy`},
		{"JSON: single quotes", "{'SecurityGroupId':'sg-1'}", "JSON at line 1: column 2: invalid character '\\''"},
		{"JSON: list in another case", js(`"permissions":[]`), `"permissions" is unknown`},
		{"JSON: a key in another case in a rule", js(`"Permissions":[{"ipProtocol":"tcp"}]`), `"Permissions.1.ipProtocol" is unknown, want Permissions.1.IpProtocol`},
		{"JSON: null for the list", js(`"Permissions":null`), "Permissions: null, want an array"},
		{"JSON: null for a rule", js(`"Permissions":[null]`), "Permissions[0]: null, want an object"},
		{"JSON: no group", `{"IpProtocol":"tcp"}`, "SecurityGroupId is absent"},
		{"JSON: cut", `{"SecurityGroupId":"sg-1"`, "JSON at line 1: the document ends early"},
		{"JSON: text after it", `{"SecurityGroupId":"sg-1"} x`, "text after JSON"},
		{"JSON: a comma", `{"SecurityGroupId":"sg-1",}`, "JSON at line 1: column 27: invalid character '}'"},
		{"JSON: an array of text", `["SecurityGroupId=sg-1"]`, "is no object"},
		{"JSON: an open array", `[{"SecurityGroupId":"sg-1"}`, "JSON at line 1: the document ends early"},
		{"JSON: half a surrogate", `{"SecurityGroupId":"sg-\ud800"}`, "half a surrogate pair"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseRequest(c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 2000 {
				t.Errorf("ParseRequest(%q) = %+v, %v, want %q in the error", c.text, got, err, c.want)
			}
		})
	}
}

func TestParseRequestJSONPermissions(t *testing.T) {
	for _, c := range []struct{ name, in, param string }{
		{"no rules", `"Permissions":[]`, "Permissions"},
		{"an empty rule", `"Permissions":[{"IpProtocol":"tcp"},{}]`, "Permissions.2"},
		{"a rule of empty text", `"Permissions":[{"IpProtocol":""}]`, "Permissions.1"},
		{"flat, too", `"Permissions":[{"IpProtocol":"tcp"}],"Policy":"drop"`, "Policy"},
		{"101 rules", `"Permissions":[` + strings.Repeat(`{"IpProtocol":"tcp"},`, 100) + `{"IpProtocol":"tcp"}]`, "Permissions"},
	} {
		_, err := ParseRequest(`{"SecurityGroupId":"sg-1",` + c.in + `}`)
		got := faultsOf(err)
		if len(got) != 1 || got[0].Code != rule.InvalidParamPermissions || got[0].Param != c.param {
			t.Errorf("%s: %v, want InvalidParam.Permissions of %s", c.name, err, c.param)
		}
	}
}

// The provider's page as printed, and files that people have.
func TestRequestFiles(t *testing.T) {
	for _, c := range []struct {
		file   string
		places []string
		groups string
	}{
		{"requests-as-printed.txt", []string{"1:1-1:214", "2:1-2:255", "3:1-11:29"}, "sg-94n63e80l sg-280ih3w4b sg-F876FF7BA"},
		{"cli-lines.txt", nil, "sg-1 sg-1"},
		{"bom-requests.txt", []string{"2:1-2:92"}, "sg-d04"},
		{"request-body.json", []string{"1:1-1:168"}, "sg-b10"},
	} {
		data, err := os.ReadFile("testdata/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		texts, err := SplitRequests(data)
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
		}
		var groups []string
		r := openRegion()
		for _, text := range texts {
			q, err := ParseRequest(text.Text)
			if err == nil {
				err = r.Authorize(q)
			}
			if err != nil {
				t.Errorf("%s %s: %v", c.file, text.At(), err)
			}
			groups = append(groups, q.GroupID)
		}
		if got := strings.Join(groups, " "); got != c.groups {
			t.Errorf("%s: groups %s, want %s", c.file, got, c.groups)
		}
		if diff := cmp.Diff(c.places, placesOf(texts)); c.places != nil && diff != "" {
			t.Errorf("%s: places: -want +got\n%s", c.file, diff)
		}
	}
}

// Every pair of quotes, and each of its halves alone.
func TestParseRequestQuotes(t *testing.T) {
	const query = "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=22/22&DestCidrIp=10.0.0.0/8"
	want := Request{GroupID: "sg-1", Rules: []rule.Params{{IPProtocol: "tcp", PortRange: "22/22", DestCidrIP: "10.0.0.0/8"}}}
	for _, pair := range strings.Fields("\"\" '' `` `' ´´ “” ”” „“ „” ‟” ‘’ ’’ ‚‘ ‚’ ‛’ «» »« »» ‹› ›‹ ›› 「」 『』 ＂＂ ＇＇ 〝〞 〝〟") {
		quote := []rune(pair)
		text := string(quote[0]) + query + string(quote[1])
		if got, err := ParseRequest(text); err != nil || !cmp.Equal(want, got) {
			t.Errorf("ParseRequest(%q) = %+v, %v, want %+v", text, got, err, want)
		}
		for _, text := range []string{string(quote[0]) + query, query + string(quote[1])} {
			if got, err := ParseRequest(text); err == nil || !strings.Contains(err.Error(), "quote") {
				t.Errorf("ParseRequest(%q) = %+v, %v, want an error about the quote", text, got, err)
			}
		}
	}
	for _, text := range []string{"“" + query + "'", "'" + query + "’", "「" + query + "』", `"`, "“”", "''"} {
		if got, err := ParseRequest(text); err == nil {
			t.Errorf("ParseRequest(%q) = %+v, want an error", text, got)
		}
	}
}

func TestASCIIAlphanumeric(t *testing.T) {
	const all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	for r := range rune(0x300) {
		if got, want := asciiAlphanumeric(r), strings.ContainsRune(all, r); got != want {
			t.Errorf("asciiAlphanumeric(%q) = %v, want %v", r, got, want)
		}
	}
}
