package ecs_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"example.com/sluice/ecs"
	"example.com/sluice/rule"
)

// The page's first request, as printed there.
func ExampleParseRequest() {
	q, err := ecs.ParseRequest("https://ecs.aliyuncs.com/?Action=AuthorizeSecurityGroupEgress &SecurityGroupId=sg-94n63e80l" +
		"  &IpProtocol=icmp  &DestCidrIp=10.0.0.0/8  &PortRange=-1/-1  &NicType=intranet &Policy=Allow &<Common request parameters>")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(q.GroupID, q.Rules[0].DestCidrIP)

	_, err = ecs.ParseRequest("SecurityGroupId=sg-94n63e80l&IpProtocol=icmp&PortRange=-1/-1&SourceCidrIP=10.0.0.0/8")
	fmt.Println(err)
	// Output:
	// sg-94n63e80l 10.0.0.0/8
	// request: parameter "SourceCidrIP" is unknown, want SourceCidrIp
}

func ExampleRequest_String() {
	fmt.Println(ecs.Request{GroupID: "sg-web", Indexed: true, Rules: []rule.Params{
		{IPProtocol: "tcp", PortRange: "443/443", DestCidrIP: "0.0.0.0/0"},
		{IPProtocol: "udp", PortRange: "53/53", DestCidrIP: "100.100.2.136"},
	}})
	// Output:
	// Action=AuthorizeSecurityGroupEgress&SecurityGroupId=sg-web&Permissions.1.IpProtocol=tcp&Permissions.1.PortRange=443%2F443&Permissions.1.DestCidrIp=0.0.0.0%2F0&Permissions.2.IpProtocol=udp&Permissions.2.PortRange=53%2F53&Permissions.2.DestCidrIp=100.100.2.136
}

func ExampleReadDescription() {
	f, err := os.Open("../testdata/describe-older.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	d, err := ecs.ReadDescription(f, ecs.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Group.ID(), d.Group.Network(), d.Group.VPCID)
	for i, r := range d.Group.Rules() {
		fmt.Println(i, r.Policy, r.Protocol, r.Dst, r.DstPorts, r.Priority)
	}
	// Output:
	// sg-older01 vpc vpc-older01
	// 0 accept all 0.0.0.0/0 -1/-1 110
	// 1 drop tcp 0.0.0.0/0 25/25 1
	// 2 accept tcp 10.144.0.0/12 1/65535 1
	// 3 drop all 10.0.0.0/8 -1/-1 1
}

// Several replies stand one a line, in an array, or in pages.
func ExampleReadDescriptions() {
	const replies = `{"SecurityGroupId": "sg-web", "VpcId": "vpc-shop", "NextToken": "AAAA", "Permissions": {"Permission": [
	   {"SecurityGroupRuleId": "sgr-1", "Direction": "egress", "IpProtocol": "TCP", "PortRange": "443/443", "DestCidrIp": "0.0.0.0/0", "Policy": "Accept", "Priority": "1"}]}}
	 {"SecurityGroupId": "sg-web", "VpcId": "vpc-shop", "NextToken": "", "Permissions": {"Permission": [
	   {"SecurityGroupRuleId": "sgr-2", "Direction": "egress", "IpProtocol": "ALL", "PortRange": "-1/-1", "DestCidrIp": "0.0.0.0/0", "Policy": "Drop", "Priority": "100"}]}}
	 {"SecurityGroupId": "sg-db", "VpcId": "vpc-shop", "SecurityGroupType": "enterprise", "Permissions": {"Permission": [
	   {"Direction": "ingress"}]}}`
	ds, err := ecs.ReadDescriptions(strings.NewReader(replies), ecs.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range ds {
		fmt.Println(d.Group.ID(), d.Group.Type(), d.Group.Len(), d.Notes())
	}
	// Output:
	// sg-web basic 2 []
	// sg-db advanced 0 [group "sg-db" has no egress rule, only ingress rules: the default decides every packet (drop); a reply to a call with a Direction looks the same]
}

// A collector puts pages together that stand in files of their own.
func ExampleCollector() {
	c := ecs.NewCollector(ecs.ReadOptions{})
	for _, file := range []string{"page-1.json", "page-2.json"} {
		f, err := os.Open("testdata/replies/" + file)
		if err != nil {
			fmt.Println(err)
			return
		}
		err = c.Add(file, f)
		f.Close()
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	ds, err := c.Descriptions()
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, r := range ds[0].Group.Rules() {
		place, _ := ds[0].Place(i)
		fmt.Println(r.ID, r.Dst, place)
	}
	// Output:
	// sgr-1 192.0.2.0/24 page-1.json:6:4
	// sgr-2 198.51.100.0/24 page-2.json:6:4
}

// The options say what a reply does not.
func ExampleReadOptions() {
	const reply = `{"SecurityGroupId": "sg-1", "Permissions": {"Permission": []}}`
	d, err := ecs.ReadDescription(strings.NewReader(reply), ecs.ReadOptions{Type: new(rule.Advanced), Limit: 200, Network: new(rule.VPC)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Group.Network(), d.Group.Type(), d.Group.Limit)

	_, err = ecs.ReadDescription(strings.NewReader(reply), ecs.ReadOptions{Type: new(rule.Advanced)})
	fmt.Println(err)
	// Output:
	// vpc advanced 200
	// group "sg-1" is classic and advanced: want vpc or classic, basic or advanced, and advanced in a vpc only
}

func ExampleDescription_WriteTo() {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	g.VPCID = "vpc-shop"
	if err := g.Authorize(rule.Params{IPProtocol: "tcp", PortRange: "443/443", DestCidrIP: "203.0.113.9/24"}); err != nil {
		fmt.Println(err)
		return
	}
	d := ecs.NewDescription(g)
	d.Name = "web"
	if _, err := d.WriteTo(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	//   "RequestId": "",
	//   "RegionId": "",
	//   "SecurityGroupId": "sg-web",
	//   "SecurityGroupName": "web",
	//   "Description": "",
	//   "VpcId": "vpc-shop",
	//   "InnerAccessPolicy": "",
	//   "NextToken": "",
	//   "Permissions": {"Permission": [
	//     {"Direction": "egress", "SecurityGroupRuleId": "", "IpProtocol": "TCP", "PortRange": "443/443", "SourcePortRange": "", "DestCidrIp": "203.0.113.9/24", "Ipv6DestCidrIp": "", "SourceCidrIp": "", "Ipv6SourceCidrIp": "", "DestGroupId": "", "DestGroupOwnerAccount": "", "Policy": "Accept", "Priority": "1", "NicType": "intranet", "Description": "", "DestGroupName": "", "CreateTime": ""}
	//   ]}
	// }
}

func ExampleRegion_Authorize() {
	web := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	db := rule.NewGroup("sg-db", rule.Classic, rule.Basic)
	region, err := ecs.NewRegion(web, db)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, query := range []string{
		"SecurityGroupId=sg-web&IpProtocol=tcp&PortRange=443/443&DestCidrIp=0.0.0.0/0",
		"SecurityGroupId=sg-web&IpProtocol=tcp&PortRange=3306/3306&DestGroupId=sg-db",
		"SecurityGroupId=sg-web&Permissions.1.IpProtocol=tcp&Permissions.1.PortRange=200/1&Permissions.1.DestCidrIp=10.0.0.0/8",
	} {
		q, err := ecs.ParseRequest(query)
		if err != nil {
			fmt.Println(err)
			return
		}
		var e *rule.Error
		if err := region.Authorize(q); errors.As(err, &e) {
			fmt.Println(e.Status, e)
		}
	}
	fmt.Println(web.Len(), "rule")
	// Output:
	// 403 DestGroupId "sg-db": a classic group, want a vpc group, as the source group is (InvalidNetworkType.Conflict)
	// 400 Permissions.1.PortRange "200/1": start after end, want start/end with 1 <= start <= end <= 65535 (InvalidParam.PortRange)
	// 1 rule
}

func ExampleOpenRegion() {
	region := ecs.OpenRegion(func(id string) *rule.Group { return rule.NewGroup(id, rule.VPC, rule.Basic) })
	q, err := ecs.ParseRequest("SecurityGroupId=sg-F876FF7BA&DestGroupId=sg-1651FBB64&DestGroupOwnerAccount=test@aliyun.com" +
		"&IpProtocol=tcp&PortRange=22/22&NicType=intranet&Policy=Drop")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(region.Authorize(q))
	fmt.Println(region.Authorize(q))
	g, _ := region.Group("sg-F876FF7BA")
	fmt.Println(g.Rule(0))
	// Output:
	// <nil>
	// SecurityGroupId "sg-F876FF7BA": rule 0 of the group is equal: drop tcp group sg-1651FBB64 owner test@aliyun.com port 22/22 priority 1 nic intranet, want rules that differ in more than priority and description (InvalidOperation.RuleDuplicate)
	// drop tcp group sg-1651FBB64 owner test@aliyun.com port 22/22 priority 1 nic intranet true
}

func ExampleReply() {
	id, err := ecs.NewRequestID(strings.NewReader("a seeded source.")) // or crypto/rand.Reader
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ecs.Reply{RequestID: id}.JSON())

	_, err = rule.Parse(rule.Params{IPProtocol: "tcp", PortRange: "22/22"}, rule.VPC)
	refused := ecs.Reply{RequestID: id}
	errors.As(err, &refused.Err)
	fmt.Println(refused.JSON())
	fmt.Println(refused.XML())
	// Output:
	// {"RequestId":"61207365-6564-4564-A073-6F757263652E"}
	// {"RequestId":"61207365-6564-4564-A073-6F757263652E","Code":"MissingParameter.Dest","Message":"DestCidrIp \"\": no destination, want one of DestCidrIp, Ipv6DestCidrIp and DestGroupId"}
	// <Error><RequestId>61207365-6564-4564-A073-6F757263652E</RequestId><Code>MissingParameter.Dest</Code><Message>DestCidrIp &#34;&#34;: no destination, want one of DestCidrIp, Ipv6DestCidrIp and DestGroupId</Message></Error>
}

// A file of requests has them in any form that people paste.
func ExampleSplitRequests() {
	texts, err := ecs.SplitRequests([]byte(`# ssh
SecurityGroupId=sg-web
&IpProtocol=tcp
&PortRange=22/22
&DestCidrIp=203.0.113.0/24

aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId sg-web \
  --IpProtocol=all --PortRange=-1/-1 --DestCidrIp '10.0.0.0/8' --Policy drop
[{"SecurityGroupId": "sg-db", "IpProtocol": "gre", "PortRange": "-1/-1", "DestCidrIp": "10.0.0.1"}]
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range texts {
		q, err := ecs.ParseRequest(text.Text)
		fmt.Println(text.At(), q.GroupID, q.Rules[0].IPProtocol, err)
	}
	// Output:
	// line 2 sg-web tcp <nil>
	// line 7 sg-web all <nil>
	// line 9 column 2 sg-db gre <nil>
}

// MarshalText refuses a request whose text would read back as another.
func ExampleRequest_MarshalText() {
	q := ecs.Request{GroupID: "sg-web", Rules: []rule.Params{{Policy: "drop"}, {Priority: "2"}}}
	_, err := q.MarshalText()
	fmt.Println(err)
	q.Indexed = true
	text, err := q.MarshalText()
	fmt.Println(string(text), err)
	// Output:
	// request: its text would read back as another, want one rule, or Indexed set and rules that each have a parameter
	// Action=AuthorizeSecurityGroupEgress&SecurityGroupId=sg-web&Permissions.1.Policy=drop&Permissions.2.Priority=2 <nil>
}
