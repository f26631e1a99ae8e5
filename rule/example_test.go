package rule_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"

	"example.com/sluice/rule"
)

// The page's first example: ping to a private network, allowed.
func ExampleParse() {
	r, err := rule.Parse(rule.Params{
		IPProtocol: "icmp",
		DestCidrIP: "10.0.0.0/8",
		PortRange:  "-1/-1",
		NICType:    "intranet",
		Policy:     "Allow",
	}, rule.VPC)
	fmt.Println(r, err)
	// Output: accept icmp to 10.0.0.0/8 priority 1 nic intranet <nil>
}

// Every fault of a request is reported, in the order of the page's table.
func ExampleParse_faults() {
	_, err := rule.Parse(rule.Params{
		IPProtocol: "tcp",
		PortRange:  "200/1",
		DestCidrIP: "0.0.0.0/0",
		Priority:   "0",
	}, rule.VPC)
	fmt.Println(err)
	// Output:
	// PortRange "200/1": start after end, want start/end with 1 <= start <= end <= 65535 (InvalidParam.PortRange)
	// Priority "0": out of range, want 1 to 100, 1 the strongest (InvalidPriority.ValueNotSupported)
}

func ExampleNewGroup() {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	g.Limit = 200 // the provider raised it
	fmt.Println(g.ID(), g.Network(), g.Type(), g.Len())
	// Output: sg-web vpc basic 0
}

// Advanced groups exist in VPCs only.
func ExampleGroup_Validate() {
	g := rule.NewGroup("sg-web", rule.Classic, rule.Advanced)
	fmt.Println(g.Validate())
	// Output: group "sg-web" is classic and advanced: want vpc or classic, basic or advanced, and advanced in a vpc only
}

func ExampleGroup_Authorize() {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	https := rule.Params{IPProtocol: "tcp", PortRange: "443/443", DestCidrIP: "203.0.113.0/24"}
	fmt.Println(g.Authorize(https))

	// The page says that a rule which exists already fails the call. Newer pages
	// say that the call succeeds and adds nothing: who wants that asks for it.
	if err := g.Authorize(https); errors.Is(err, rule.RuleDuplicate) {
		fmt.Println("there already, rules:", g.Len())
	}
	// Output:
	// <nil>
	// there already, rules: 1
}

// Typed rules go through the checks that a request goes through. No field has a
// default: the zero priority is refused.
func ExampleGroup_Add() {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	closed := rule.Rule{Protocol: rule.All, Dst: netip.MustParsePrefix("0.0.0.0/0"), Policy: rule.Drop}
	fmt.Println(g.Add(closed))

	closed.Priority = 100
	fmt.Println(g.Add(closed))
	// Output:
	// Priority "0": out of range, want 1 to 100, 1 the strongest (InvalidPriority.ValueNotSupported)
	// <nil>
}

// What a Describe reply states is taken as it is, the system's own rule of
// priority 110 too.
func ExampleGroup_Restore() {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	err := g.Restore(rule.Existing{
		Params: rule.Params{IPProtocol: "ALL", PortRange: "-1/-1", DestCidrIP: "0.0.0.0/0", Policy: "Accept", Priority: "110"},
		ID:     "sgr-system",
	})
	r, _ := g.Rule(0)
	fmt.Println(r, err)
	// Output: accept all to 0.0.0.0/0 priority 110 nic intranet id sgr-system <nil>
}

func ExampleGroup_Remove() {
	g := web()
	r, ok := g.Remove(0)
	fmt.Println(r, ok)
	_, ok = g.Remove(5)
	fmt.Println(g.Len(), ok)
	// Output:
	// accept tcp to 203.0.113.0/24 port 443/443 priority 1 nic intranet true
	// 1 false
}

func ExampleGroup_Rules() {
	for i, r := range web().Rules() {
		fmt.Println(i, r)
	}
	// Output:
	// 0 accept tcp to 203.0.113.0/24 port 443/443 priority 1 nic intranet
	// 1 drop all to 0.0.0.0/0 priority 100 nic intranet
}

func ExampleGroup_Rule() {
	r, ok := web().Rule(1)
	fmt.Println(r.Policy, r.Dst, ok)
	// Output: drop 0.0.0.0/0 true
}

// A change is tried on a copy, and the group stays as it is.
func ExampleGroup_Clone() {
	g := web()
	trial := g.Clone()
	trial.Remove(1)
	fmt.Println(trial.Len(), g.Len())
	// Output: 1 2
}

// web is a small group for the examples.
func web() *rule.Group {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	err := g.Authorize(
		rule.Params{IPProtocol: "tcp", PortRange: "443/443", DestCidrIP: "203.0.113.0/24"},
		rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "0.0.0.0/0", Policy: "drop", Priority: "100"},
	)
	if err != nil {
		panic(err)
	}
	return g
}

func ExampleRule_String() {
	r := rule.Rule{
		Protocol: rule.UDP,
		Src:      netip.MustParsePrefix("10.0.0.0/16"),
		SrcPorts: rule.PortRange{First: 1024, Last: 65535},
		Dst:      netip.MustParsePrefix("100.100.2.136/32"),
		DstPorts: rule.PortRange{First: 53, Last: 53},
		NIC:      rule.Intranet,
		Policy:   rule.Accept,
		Priority: 1,
	}
	fmt.Println(r)
	// Output: accept udp from 10.0.0.0/16 sport 1024/65535 to 100.100.2.136/32 port 53/53 priority 1 nic intranet
}

func ExampleRule_UnmarshalText() {
	var r rule.Rule
	err := r.UnmarshalText([]byte(`drop tcp to 10.0.0.1/8 port 22/22 description "no ssh inside"`))
	fmt.Println(r.Dst, r.DstHost, r.Description, err)
	// Output: 10.0.0.0/8 10.0.0.1 no ssh inside <nil>
}

func ExampleRule_MarshalJSON() {
	r, _ := web().Rule(0)
	b, err := json.Marshal(r)
	fmt.Println(string(b), err)
	// Output: {"protocol":"tcp","dst_ports":"443/443","dst":"203.0.113.0/24","nic":"intranet","policy":"accept","priority":1} <nil>
}

// A misspelled key would otherwise widen the rule.
func ExampleRule_UnmarshalJSON() {
	var r rule.Rule
	fmt.Println(json.Unmarshal([]byte(`{"protocol":"tcp","dst_port":"443/443"}`), &r))
	// Output: rule: key "dst_port" is unknown or given twice
}

func ExampleRule_Params() {
	r, _ := web().Rule(1)
	for name, value := range r.Params().All() {
		if value != "" {
			fmt.Println(name, value)
		}
	}
	// Output:
	// IpProtocol all
	// PortRange -1/-1
	// DestCidrIp 0.0.0.0/0
	// Policy drop
	// Priority 100
	// NicType intranet
}

// Priority and description make no other rule.
func ExampleRule_Duplicates() {
	a, _ := web().Rule(0)
	b := a
	b.Priority, b.Description = 50, "https"
	fmt.Println(a.Duplicates(b))
	b.Policy = rule.Drop
	fmt.Println(a.Duplicates(b))
	// Output:
	// true
	// false
}

// Names are the provider's, case and all.
func ExampleParams_Set() {
	var p rule.Params
	fmt.Println(p.Set("SourceCidrIp", "10.0.0.0/16"), p.SourceCidrIP)
	fmt.Println(p.Set("SourceCidrIP", "10.0.0.0/16"))
	// Output:
	// true 10.0.0.0/16
	// false
}

func ExampleParams_All() {
	p := rule.Params{IPProtocol: "gre", PortRange: "-1/-1", DestGroupID: "sg-db"}
	for name, value := range p.All() {
		if value != "" {
			fmt.Printf("%s=%s\n", name, value)
		}
	}
	// Output:
	// IpProtocol=gre
	// PortRange=-1/-1
	// DestGroupId=sg-db
}

// A Code asks whether any fault of a call has it.
func ExampleCode() {
	_, err := rule.Parse(rule.Params{IPProtocol: "sctp", PortRange: "1/1"}, rule.VPC)
	fmt.Println(errors.Is(err, rule.MissingParameterDest), rule.MissingParameterDest.Status())
	// Output: true 400
}

// An Error is the first fault of a call: what the API's own reply carries.
func ExampleError() {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	err := g.Authorize(rule.Params{IPProtocol: "tcp", PortRange: "80", DestCidrIP: "10.0.0.256"})
	var e *rule.Error
	if errors.As(err, &e) {
		fmt.Println(e.Status, e.Code)
		fmt.Println(e.Param, e.Value)
		fmt.Println("want", e.Want)
	}
	// Output:
	// 400 InvalidParam.PortRange
	// PortRange 80
	// want start/end with 1 <= start <= end <= 65535
}

// Errors hold every fault of a call, and which rule of the call has it.
func ExampleErrors() {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	err := g.Authorize(
		rule.Params{IPProtocol: "tcp", PortRange: "80/80", DestCidrIP: "10.0.0.256"},
		rule.Params{IPProtocol: "icmp", PortRange: "-1/-1", IPv6DestCidrIP: "::/0"},
	)
	var faults rule.Errors
	if errors.As(err, &faults) {
		for _, e := range faults {
			fmt.Println(e.Index, e.Code)
		}
	}
	// Output:
	// 0 InvalidDestCidrIp.Malformed
	// 1 InvalidParam.Ipv4ProtocolConflictWithIpv6Address
}

// Port 0 is in no range but the one without restriction.
func ExamplePortRange_Contains() {
	fmt.Println(rule.PortRange{First: 1, Last: 65535}.Contains(0), rule.PortRange{}.Contains(0))
	// Output: false true
}

// Check says what Authorize would say, and enters nothing. A refused duplicate
// names the rule that is held.
func ExampleGroup_Check() {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	https := rule.Params{IPProtocol: "tcp", PortRange: "443/443", DestCidrIP: "203.0.113.0/24"}
	fmt.Println(g.Check(https), g.Authorize(https), g.Len())

	var e *rule.Error
	if errors.As(g.Check(https), &e) && e.Held != nil {
		fmt.Println(e.Code, e.Held.Index, e.Held.Rule)
	}
	// Output:
	// <nil> <nil> 1
	// InvalidOperation.RuleDuplicate 0 accept tcp to 203.0.113.0/24 port 443/443 priority 1 nic intranet
}

// Ids that look alike are not taken for two groups.
func ExampleCheckID() {
	fmt.Println(rule.CheckID("sg-1"))
	fmt.Println(rule.CheckID("sg-1\u00a0"))
	// Output:
	// <nil>
	// id "sg-1\u00a0": a space (U+00A0) at byte 4, want visible characters without spaces
}
