package ecs

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	xmlEgress = `<Direction>egress</Direction><IpProtocol>TCP</IpProtocol><PortRange>1/2</PortRange><DestCidrIp>10.0.0.0/8</DestCidrIp><Policy>Accept</Policy><Priority>1</Priority>`
	xmlHead   = `<SecurityGroupId>sg-1</SecurityGroupId><VpcId>vpc-1</VpcId>`
)

// xmlReply makes a small reply in XML.
func xmlReply(permissions string) string {
	return "<DescribeSecurityGroupAttributeResponse>" + xmlHead + "<Permissions>" + permissions + "</Permissions></DescribeSecurityGroupAttributeResponse>"
}

// XML is read as the JSON that says the same.
func TestReadXML(t *testing.T) {
	t.Parallel()
	permission := "<Permission>" + xmlEgress + "</Permission>"
	inJSON := `{"Direction":"egress","IpProtocol":"TCP","PortRange":"1/2","DestCidrIp":"10.0.0.0/8","Policy":"Accept","Priority":"1"`
	for _, c := range []struct{ name, xml, json string }{
		{"a rule", xmlReply(permission), reply(inJSON + "}")},
		{"two rules, one of them ingress", xmlReply("<Permission><Direction>ingress</Direction></Permission>" + permission), reply(`{"Direction":"ingress"}`, inJSON+"}")},
		{"an empty list, spelled short", strings.Replace(xmlReply(""), "<Permissions></Permissions>", "<Permissions/>", 1), reply()},
		{"an empty list, with space", xmlReply(" \n "), reply()},
		{"a declaration, comments and space between elements", "<?xml version='1.0' encoding='utf-8'?>\r\n<!-- a -->\n" + strings.ReplaceAll(xmlReply(permission), "><", ">\n\t<") + "\n", reply(inJSON + "}")},
		{"the five entities and references", xmlReply("<Permission>" + xmlEgress + "<Description>&lt;&amp;&gt;&quot;&apos;&#65;&#x6c34;</Description></Permission>"), reply(inJSON + `,"Description":"<&>\"'A水"}`)},
		{"CDATA", xmlReply("<Permission>" + xmlEgress + "<Description><![CDATA[<a> & b]]></Description></Permission>"), reply(inJSON + `,"Description":"<a> & b"}`)},
		{"empty elements", xmlReply("<Permission>" + xmlEgress + "<Description/><DestPrefixListId></DestPrefixListId></Permission>"), reply(inJSON + `,"Description":"","DestPrefixListId":""}`)},
		{"an account", xmlReply("<Permission>" + strings.Replace(xmlEgress, "<DestCidrIp>10.0.0.0/8</DestCidrIp>", "<DestGroupId>sg-2</DestGroupId><DestGroupOwnerAccount>155</DestGroupOwnerAccount>", 1) + "</Permission>"),
			reply(`{"Direction":"egress","IpProtocol":"TCP","PortRange":"1/2","DestGroupId":"sg-2","DestGroupOwnerAccount":155,"Policy":"Accept","Priority":1}`)},
		{"unknown elements of the reply are carried", strings.Replace(xmlReply(""), xmlHead, xmlHead+"<SnapshotPolicyIds><SnapshotPolicyId>a</SnapshotPolicyId><SnapshotPolicyId>b</SnapshotPolicyId></SnapshotPolicyIds><Tags/><X><Y>1</Y></X>", 1),
			`{"SecurityGroupId":"sg-1","VpcId":"vpc-1","SnapshotPolicyIds":{"SnapshotPolicyId":["a","b"]},"Tags":{"Tag":[]},"X":{"Y":"1"},"Permissions":{"Permission":[]}}`},
	} {
		got, err := ReadDescription(strings.NewReader(c.xml), ReadOptions{})
		if err != nil {
			t.Errorf("%s: ReadDescription(%s): %v", c.name, c.xml, err)
			continue
		}
		want, err := ReadDescription(strings.NewReader(c.json), ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wholeOf(t, want), wholeOf(t, got), addresses); diff != "" {
			t.Errorf("%s: ReadDescription(%s): -want, from JSON, +got\n%s", c.name, c.xml, diff)
		}
	}
}

func TestReadXMLRefuses(t *testing.T) {
	t.Parallel()
	permission := "<Permission>" + xmlEgress + "</Permission>"
	with := func(old, new string) string { return strings.Replace(xmlReply(permission), old, new, 1) }
	for _, c := range []struct{ name, in, want string }{
		{"cut", xmlReply(permission)[:200], "the document ends early"},
		{"another encoding", `<?xml version="1.0" encoding="GBK"?>` + xmlReply(permission), `encoding "GBK", want UTF-8`},
		{"not UTF-8", with("vpc-1", "\xff"), "invalid UTF-8"},
		{"an entity", with("vpc-1", "&nbsp;"), "invalid character entity &nbsp;"},
		{"an entity of its own", `<!DOCTYPE r [<!ENTITY a "b">]>` + xmlReply(permission), "line 1, column 31: a directive, <!DOCTYPE r"},
		{"a reference to no character", with("vpc-1", "&#0;"), "illegal character code U+0000"},
		{"an instruction", "<?php x?>" + xmlReply(permission), "an instruction, <?php: want none but <?xml"},
		{"an attribute", with("<VpcId>", `<VpcId nil="true">`), `attribute "nil" of element "VpcId": want none`},
		{"a name space", with("<DescribeSecurityGroupAttributeResponse>", `<DescribeSecurityGroupAttributeResponse xmlns="x">`), "name space"},
		{"the wrong end", with("</VpcId>", "</VpcID>"), "element <VpcId> closed by </VpcID>"},
		{"an element twice", with("<VpcId>vpc-1</VpcId>", "<VpcId>vpc-1</VpcId><VpcId>vpc-2</VpcId>"), "VpcId: line 1, column 107: the element is given twice"},
		{"a field twice", with("<PortRange>1/2</PortRange>", "<PortRange>1/2</PortRange><PortRange>1/65535</PortRange>"), "Permissions.Permission.PortRange: line"},
		{"the list twice", with("</Permissions>", "</Permissions><Permissions/>"), "Permissions: line"},
		{"a list that goes on behind another element", with("</Permissions>", "<X/>"+permission+"</Permissions>"), "the element is given twice"},
		{"text beside elements", with("<Permissions>", "<Permissions>x"), `text beside elements, "x"`},
		{"text behind", xmlReply(permission) + "\nDone in 3 s", `text outside of an element, "Done in 3 s"`},
		{"elements where text stands", with("<PortRange>1/2</PortRange>", "<PortRange><a>1/2</a></PortRange>"), `PortRange "{\"a\":\"1/2\"}": want text`},
		{"a key in another case", with("<VpcId>vpc-1</VpcId>", "<VpcID>vpc-1</VpcID>"), "VpcID: want the key VpcId"},
		{"an unknown element of a rule", with("<Policy>", "<New>1</New><Policy>"), `Permissions.Permission[0].New "1": an unknown key`},
		{"no policy", with("<Policy>Accept</Policy>", ""), "Permissions.Permission[0].Policy: absent or empty"},
		{"no list", "<DescribeSecurityGroupAttributeResponse>" + xmlHead + "</DescribeSecurityGroupAttributeResponse>", "no Permissions"},
		{"the API's error", `<Error><RequestId>R</RequestId><HostId>h</HostId><Code>Forbidden</Code><Message>no &lt;</Message></Error>`, `an error of the API, Code "Forbidden", Message "no <"`},
		{"no call", `<Response><SecurityGroupId>sg-a</SecurityGroupId></Response>`, `element "Response", want DescribeSecurityGroupAttributeResponse`},
		{"another call", `<?xml version="1.0"?><DescribeInstancesResponse><Instances/></DescribeInstancesResponse>`, "a reply of DescribeInstances, want a reply of DescribeSecurityGroupAttribute"},
		{"the root in another case", strings.ReplaceAll(xmlReply(""), "DescribeSecurityGroup", "describeSecurityGroup"), "want DescribeSecurityGroupAttributeResponse"},
		{"another document", "<svg></svg>", `element "svg", want DescribeSecurityGroupAttributeResponse`},
		{"HTML", "<!DOCTYPE html><html><p>502<br></html>", "HTML, want a reply"},
		{"HTML without a type", "<html>\n<p>502</html>", "HTML, want a reply"},
		{"too deep", "<DescribeSecurityGroupAttributeResponse>" + strings.Repeat("<a>", 100), "nested deeper than 64"},
	} {
		ds, err := readEvery(c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: ReadDescriptions(%.200s) = %d groups, %v, want %q in the error", c.name, c.in, len(ds), err, c.want)
		}
	}
}

// Several replies in XML are read one behind the other, each rule at its place.
func TestReadXMLPages(t *testing.T) {
	t.Parallel()
	page := func(token, rules string) string {
		return strings.Replace(xmlReply(rules), xmlHead, xmlHead+"<NextToken>"+token+"</NextToken>", 1)
	}
	permission := "<Permission>" + xmlEgress + "</Permission>"
	text := page("t", "\n "+permission+permission) + "\n" + page("", "\n"+permission)
	d, err := ReadDescription(strings.NewReader(text), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Place{{Line: 2, Column: 2}, {Line: 2, Column: 2 + len(permission)}, {Line: 4, Column: 1}}
	for i, w := range want {
		w.EndLine, w.EndColumn = w.Line, w.Column+len(permission)
		if p, ok := d.Place(i); !ok || p != w {
			t.Errorf("Place(%d) = %+v, %t, want %+v", i, p, ok, w)
		}
	}
	if p, ok := d.Place(3); ok || d.Group.Len() != 3 {
		t.Errorf("Place(3) = %+v, and %d rules, want 3 rules and no more places", p, d.Group.Len())
	}
}

// FuzzReadXML: what is taken becomes JSON, and reads as that JSON does.
func FuzzReadXML(f *testing.F) {
	for _, s := range []string{
		xmlReply("<Permission>" + xmlEgress + "</Permission>"), "<?xml version=\"1.0\"?>\n" + xmlReply(""), "<Error><Code>x</Code></Error>",
		"<DescribeSecurityGroupAttributeResponse><a>&#65;<![CDATA[<]]></a><b><c/></b></DescribeSecurityGroupAttributeResponse>", "<html>", "<a", "<!DOCTYPE a>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, spans, err := xmlToJSON([]byte(s))
		if err != nil {
			if len(err.Error()) > 4096 {
				t.Errorf("xmlToJSON(%.200q): error of %d bytes, want a message", s, len(err.Error()))
			}
			return
		}
		dec := json.NewDecoder(strings.NewReader(string(text)))
		for {
			var v map[string]any
			if err := dec.Decode(&v); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("xmlToJSON(%q) = %s, which is no JSON: %v", s, text, err)
			}
		}
		for i, p := range spans {
			if part := s[p.start:p.end]; !strings.HasPrefix(part, "<Permission") || i > 0 && p.start < spans[i-1].end {
				t.Fatalf("xmlToJSON(%q): span %d is %q, want a permission", s, i, part)
			}
		}
		fromXML, xmlErr := readEvery(s)
		fromJSON, jsonErr := readEvery(string(text))
		if strings.HasPrefix(strings.TrimLeft(s, " \t\r\n"), "<") && (xmlErr == nil) != (jsonErr == nil) {
			t.Fatalf("ReadDescriptions(%q): %v, of its JSON %s: %v", s, xmlErr, text, jsonErr)
		}
		for i := range min(len(fromXML), len(fromJSON)) {
			if diff := cmp.Diff(wholeOf(t, fromJSON[i]), wholeOf(t, fromXML[i]), addresses); diff != "" {
				t.Fatalf("ReadDescriptions(%q): -of its JSON +got\n%s", s, diff)
			}
		}
	})
}
