package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// texts are inputs of a head, three pieces in turn up to the size, and a tail. A #
// in a piece is a number that grows, {ff} the byte that no UTF-8 has.
func texts(heads, pieces, tails []string) space {
	return space{
		genes: []gene{{"head", heads}, {"first", pieces}, {"second", pieces}, {"third", pieces}, {"tail", tails}},
		make: func(pick map[string]string, n int, _ *rand.Rand) any {
			var b strings.Builder
			b.Grow(n)
			b.WriteString(pick["head"])
			cycle := []string{pick["first"], pick["second"], pick["third"]}
			for i := 0; ; i++ {
				piece := strings.NewReplacer("#", strconv.Itoa(i/3+1), "{ff}", "\xff").Replace(cycle[i%3])
				if b.Len()+len(piece)+len(pick["tail"]) > n {
					break
				}
				if piece == "" {
					piece = "x"
				}
				b.WriteString(piece)
			}
			b.WriteString(pick["tail"])
			return b.String()
		},
	}
}

// jsonPieces are what JSON is made of, and what readers of JSON may stumble at.
var jsonPieces = []string{
	" ", "x", "0", "0,", "0e", "9", "[", "[]", "[],", "{", "{},", `{"a":`, `"`, `"",`, `"a",`, `"#",`, `"a#":0,`, `"a#":[],`, `"a#":{},`,
	`\u0041`, `\ud800`, `\\`, "{ff}", "\ufffd", "\u00e9", "null,", "true,", "-", "\n",
}

var (
	requestTexts = texts(
		[]string{"", "SecurityGroupId=sg-1", "https://ecs.aliyuncs.com/?SecurityGroupId=sg-1", "Action=AuthorizeSecurityGroupEgress&SecurityGroupId=sg-1&ClientToken="},
		[]string{
			"", "&", "=", "%", "%25", "%41", "%0", "+", " ", "\u00a0", "\n", "&amp;", "?", "/", "#", "<", "<Common request parameters>", "\"", "'", "\\",
			"&Signature=x", "&Permissions.#.Policy=drop", "&Permissions.#.IpProtocol=tcp", "&Permissions.99999999#.Policy=x", "&Permissions.#.", "&Unknown#=x", "&a", "x", "{ff}", "--", " --Policy x", "{",
		},
		[]string{"", "&SecurityGroupId=sg-1", "&DestCidrIp=::", "\""})
	replyTexts = texts(
		[]string{
			"", "[", "{", `{"x":`, `{"x":[`, `{"SecurityGroupId":"sg-1",`, `{"SecurityGroupId":"`,
			`{"SecurityGroupId":"sg-1","Permissions":{"Permission":[`, `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[{`,
			"<", "<r>", "<r><SecurityGroupId>sg-1</SecurityGroupId><Permissions>", `<r a="`,
		},
		append([]string{
			`{"Direction":"egress","IpProtocol":"TCP","PortRange":"#/#","DestCidrIp":"10.0.0.0/8","Policy":"Accept","Priority":"1"},`,
			`{"Direction":"egress","IpProtocol":"x","PortRange":"x","DestCidrIp":"x","Policy":"x","Priority":"x"},`,
			`{"Direction":"egress"},`, `{"Direction":"ingress"},`, `{"Direction":"ingress","IpProtocol":"TCP","PortRange":"1/2","SourceCidrIp":"10.0.0.0/8","Policy":"Accept","Priority":"1"},`,
			`{"SecurityGroupId":"sg-#","Permissions":{"Permission":[]}}`, `{"SecurityGroupId":"sg-#","Permissions":{"Permission":[]}},`, `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[]},"NextToken":"t#"}`, `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[]},"NextToken":"t#","a#":0}`,
			"<a>", "</a>", "<a/>", "<!-- -->", "&lt;", "&x;", "<Permission>", "<Permission><Direction>egress</Direction></Permission>", `a#="b" `,
		}, jsonPieces...),
		[]string{"", "]}}", "}", "]", `"}`, "</Permissions></r>", "</r>"})
	xmlTexts = texts(
		[]string{
			"", "<DescribeSecurityGroupAttributeResponse>", `<?xml version="1.0" encoding="UTF-8"?><DescribeSecurityGroupAttributeResponse>`,
			"<DescribeSecurityGroupAttributeResponse><SecurityGroupId>sg-1</SecurityGroupId><VpcId>v</VpcId><Permissions>",
			"<DescribeSecurityGroupAttributeResponse><SecurityGroupId>sg-1</SecurityGroupId><VpcId>", "<DescribeSecurityGroupAttributeResponse a=\"", "<Error><Code>",
		},
		[]string{
			"x", " ", "\n", "{ff}", "&", "&lt;", "&#65;", "&x;", "]]>", "<![CDATA[<]]>", "<!-- x -->", "<?x?>", "<a>", "</a>", "<a/>", "<a#/>", "<a#>x</a#>", "a#=\"b\" ",
			"<Permission>", "<Permission/>", "<Permission><Direction>ingress</Direction></Permission>",
			"<Permission><Direction>egress</Direction><IpProtocol>TCP</IpProtocol><PortRange>#/65535</PortRange><DestCidrIp>10.0.0.0/8</DestCidrIp><Policy>Accept</Policy><Priority>1</Priority></Permission>",
			"<Permission><Direction>egress</Direction><IpProtocol>x</IpProtocol><PortRange>x</PortRange><DestCidrIp>x</DestCidrIp><Policy>x</Policy><Priority>x</Priority></Permission>",
			"<DescribeSecurityGroupAttributeResponse><SecurityGroupId>sg-#</SecurityGroupId><VpcId>v</VpcId><Permissions><Permission/></Permissions></DescribeSecurityGroupAttributeResponse>",
		},
		[]string{"", "</Permissions></DescribeSecurityGroupAttributeResponse>", "</VpcId></DescribeSecurityGroupAttributeResponse>", "\"/>", "</Code></Error>"})
	membersTexts = texts(
		[]string{"", "{", `{"a":[`, `{"a":["`, `{"`, `{"a":`},
		append([]string{`"10.0.0.0/8",`, `"10.0.0.1-10.0.0.9",`, `"10.0.0.#",`, `"::#",`, `"::1",`, `"::/1",`, `"0.0.0.0/#",`, `"::-ffff::",`, `"sg-#":[],`, `"sg-#":["10.0.0.1"],`, `"sg-#":["10.0.0.#","::#"],`}, jsonPieces...),
		[]string{"", "]}", "}", `"x":[]}`, `"10.0.0.1"]}`})
	packetTexts = texts(
		[]string{"", "tcp ", "tcp 10.0.0.1:", "tcp [::1", "47 10.0.0.1 > ", "tcp 10.0.0.1:1 > "},
		[]string{"", " ", ":", "[", "]", "1", "1.", "0", ">", " > ", "::", "f", "%", "\u00a0", "{ff}", "tcp ", "a"},
		[]string{"", ":80", " > 10.0.0.1:1", "]"})
	packetJSONTexts = texts(
		[]string{"", "{", `{"src":"`, `{"src":`, `{"protocol":`, `{"protocol":"tcp","src":"10.0.0.1","src_port":1,"dst":"10.0.0.2","dst_port":2`},
		append([]string{`"src":"",`, `"dst":"::1",`, `"protocol":6,`, `"src_port":1,`}, jsonPieces...),
		[]string{"", "}", `"}`})
	ruleTexts = texts(
		[]string{"", "accept all to 10.0.0.0/8", "accept all ", "accept tcp to group ", `accept all id "`, "drop tcp to "},
		[]string{"", " ", "to ", "10.0.0.0/8 ", "port 1/2 ", "priority 1 ", `"`, `\"`, `\x00`, `""`, "x", "::", "1", "/", "host ", "id ", "{ff}", "\n", "\u00a0"},
		[]string{"", " priority 1", `"`})
	ruleJSONTexts = texts(
		[]string{"", "{", `{"id":"`, `{"dst":`, `{"dst":[`, `{"policy":"accept","protocol":"all","dst":"10.0.0.0/8"`},
		append([]string{`"policy":"accept",`, `"dst":"10.0.0.0/8",`, `,"x#":0`}, jsonPieces...),
		[]string{"", "}", `"}`})
	caseTexts = texts(
		[]string{"", "{", `{"name":"`},
		append([]string{
			"#\n", "\r\n", `{"packet":"tcp 10.0.0.5:1 > 10.0.0.6:#","want":"accept"}` + "\n", `{"packet":"tcp 10.0.0.5:1 > 10.0.0.6:80","want":"drop","rule":0}` + "\n",
			`{"packet":{"protocol":"udp","src":"::1","src_port":1,"dst":"::2","dst_port":2},"want":"drop","name":"#"}` + "\n",
		}, jsonPieces...),
		[]string{"", "}", "\n"})
	packetLineTexts = texts(
		[]string{"", "tcp ", "{"},
		append([]string{"#\n", "# x\n", "\r\n", "tcp 10.0.0.5:1 > 10.0.0.6:80\n", "icmp 10.0.0.5 > 8.8.8.8\n", `{"protocol":50,"src":"10.0.0.5","dst":"192.0.2.1"}` + "\n"}, jsonPieces...),
		[]string{"", "\n"})
	requestLineTexts = texts(
		[]string{"", "SecurityGroupId=sg-1&"},
		[]string{
			"\n", "#\n", " ", "\u00a0", "&x=1\n", "&Policy=drop\n", "&\n", "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=#/#&DestCidrIp=10.0.0.0/8\n",
			"SecurityGroupId=sg-#&IpProtocol=all&PortRange=-1/-1&DestCidrIp=10.0.0.0/8\n", "aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId sg-1 --Policy drop \\\n", "'", "\"", "<x>\n", "{\n", "}\n", "x",
		},
		[]string{"", "\n"})
)

// values are the parameters of one rule, each of the same long text.
var values = texts(
	[]string{"", "1/", "10.0.0.0/", "::", "-", "0"},
	[]string{"x", "1", "0", "/", ":", ".", " ", "\u00a0", "{ff}", "\u212a", "ACCEPT", "%"},
	[]string{"", "/8", "/1"})
