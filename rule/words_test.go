package rule_test

import (
	"encoding"
	"fmt"
	"strings"
	"testing"

	"example.com/sluice/rule"
)

// textValue is a small value with a text form.
type textValue interface {
	fmt.Stringer
	encoding.TextMarshaler
}

func TestWords(t *testing.T) {
	tests := []struct {
		value textValue
		want  string
	}{
		{rule.Drop, "drop"}, {rule.Accept, "accept"}, {rule.Policy(2), "Policy(2)"}, {rule.Policy(255), "Policy(255)"},
		{rule.Intranet, "intranet"}, {rule.Internet, "internet"}, {rule.NIC(3), "NIC(3)"},
		{rule.VPC, "vpc"}, {rule.Classic, "classic"}, {rule.Network(2), "Network(2)"},
		{rule.Basic, "basic"}, {rule.Advanced, "advanced"}, {rule.Type(2), "Type(2)"},
		{rule.ICMP, "icmp"}, {rule.TCP, "tcp"}, {rule.UDP, "udp"}, {rule.GRE, "gre"}, {rule.ICMPv6, "icmpv6"}, {rule.All, "all"},
		{rule.Protocol(0), "0"}, {rule.Protocol(255), "255"}, {rule.Protocol(257), "257"},
		{rule.PortRange{}, "-1/-1"}, {rule.PortRange{First: 1, Last: 65535}, "1/65535"}, {rule.PortRange{First: 2, Last: 1}, "2/1"},
	}
	for _, tt := range tests {
		if got := tt.value.String(); got != tt.want {
			t.Errorf("%T String() = %s, want %s", tt.value, got, tt.want)
		}
		if got, err := tt.value.MarshalText(); string(got) != tt.want || err != nil {
			t.Errorf("%T MarshalText() = %s, %v, want %s", tt.value, got, err, tt.want)
		}
	}
}

// NoNIC prints as a word and has no text.
func TestNoNIC(t *testing.T) {
	if got := rule.NoNIC.String(); got != "none" {
		t.Errorf("String() = %q, want none", got)
	}
	text, err := rule.NoNIC.MarshalText()
	if string(text) != "" || err != nil {
		t.Errorf("MarshalText() = %q, %v, want no text", text, err)
	}
}

// The zero values are the closed ones, and those of a VPC group.
func TestZeroValues(t *testing.T) {
	var (
		p rule.Policy
		n rule.NIC
		w rule.Network
		y rule.Type
		r rule.PortRange
	)
	if p != rule.Drop || n != rule.NoNIC || w != rule.VPC || y != rule.Basic || !r.IsAny() {
		t.Errorf("zero values %v %v %v %v %v, want drop none vpc basic -1/-1", p, n, w, y, r)
	}
}

// A protocol's value is its IP protocol number.
func TestProtocolNumbers(t *testing.T) {
	for _, tt := range []struct {
		p      rule.Protocol
		number int
		ports  bool
	}{{rule.ICMP, 1, false}, {rule.TCP, 6, true}, {rule.UDP, 17, true}, {rule.GRE, 47, false}, {rule.ICMPv6, 58, false}, {rule.All, 256, false}, {rule.Protocol(132), 132, false}} {
		if int(tt.p) != tt.number || tt.p.HasPorts() != tt.ports {
			t.Errorf("%v is %d, HasPorts %t, want %d, %t", tt.p, int(tt.p), tt.p.HasPorts(), tt.number, tt.ports)
		}
	}
}

func TestUnmarshalWords(t *testing.T) {
	read := func(dst encoding.TextUnmarshaler) func(string) (any, error) {
		return func(s string) (any, error) {
			err := dst.UnmarshalText([]byte(s))
			switch v := dst.(type) {
			case *rule.Policy:
				return *v, err
			case *rule.NIC:
				return *v, err
			case *rule.Network:
				return *v, err
			case *rule.Type:
				return *v, err
			case *rule.Protocol:
				return *v, err
			case *rule.PortRange:
				return *v, err
			}
			return nil, err
		}
	}
	policy, nic, network, typ, protocol, ports := rule.Policy(9), rule.NIC(9), rule.Network(9), rule.Type(9), rule.Protocol(999), rule.PortRange{First: 9, Last: 9}
	long := strings.Repeat("a", 200)
	tests := []struct {
		read func(string) (any, error)
		text string
		want any    // the value afterwards; where the text is refused, the value that stood before
		err  string // empty: none
	}{
		{read(&policy), "", policy, `policy "": want drop or accept`},
		{read(&policy), "deny", policy, `policy "deny": want drop or accept`},
		{read(&policy), " drop", policy, `policy " drop": want drop or accept`},
		{read(&policy), "Policy(1)", policy, `policy "Policy(1)": want drop or accept`},
		{read(&policy), "aLLow", rule.Accept, ""},
		{read(&policy), "DROP", rule.Drop, ""},
		{read(&policy), "Accept", rule.Accept, ""},
		{read(&policy), long, rule.Accept, `policy "` + long[:128] + `"... (200 bytes): want drop or accept`},

		{read(&nic), "", rule.NoNIC, ""},
		{read(&nic), "none", rule.NoNIC, `nic "none": want intranet or internet`},
		{read(&nic), "public", rule.NoNIC, `nic "public": want intranet or internet`},
		{read(&nic), "InterNet", rule.Internet, ""},
		{read(&nic), "intranet", rule.Intranet, ""},
		{read(&nic), "\u0130ntranet", rule.Intranet, "nic \"\u0130ntranet\": want intranet or internet"},

		{read(&network), "cla\u017Fsic", network, "network \"cla\u017Fsic\": want vpc or classic"},
		{read(&network), "CLASSIC", rule.Classic, ""},
		{read(&network), "Vpc", rule.VPC, ""},

		{read(&typ), "normal", typ, `type "normal": want basic or advanced`},
		{read(&typ), "enterpri\u017Fe", typ, "type \"enterpri\u017Fe\": want basic or advanced"},
		{read(&typ), "Enterprise", rule.Advanced, ""},
		{read(&typ), "BASIC", rule.Basic, ""},
		{read(&typ), "advanced", rule.Advanced, ""},

		{read(&protocol), "", protocol, `protocol "": want tcp, udp, icmp, icmpv6, gre, all or a number 0 to 255`},
		{read(&protocol), "256", protocol, `protocol "256": want tcp, udp, icmp, icmpv6, gre, all or a number 0 to 255`},
		{read(&protocol), "06", protocol, `protocol "06": want tcp, udp, icmp, icmpv6, gre, all or a number 0 to 255`},
		{read(&protocol), "-1", protocol, `protocol "-1": want tcp, udp, icmp, icmpv6, gre, all or a number 0 to 255`},
		{read(&protocol), "sctp", protocol, `protocol "sctp": want tcp, udp, icmp, icmpv6, gre, all or a number 0 to 255`},
		{read(&protocol), "0", rule.Protocol(0), ""},
		{read(&protocol), "6", rule.TCP, ""},
		{read(&protocol), "255", rule.Protocol(255), ""},
		{read(&protocol), "GRE", rule.GRE, ""},
		{read(&protocol), "all", rule.All, ""},

		{read(&ports), "", ports, `port range "": not start/end in plain decimal, want start/end with 1 <= start <= end <= 65535 or -1/-1`},
		{read(&ports), "80", ports, `port range "80": not start/end in plain decimal, want start/end with 1 <= start <= end <= 65535 or -1/-1`},
		{read(&ports), "0/80", ports, `port range "0/80": port out of range, want start/end with 1 <= start <= end <= 65535 or -1/-1`},
		{read(&ports), "65536/1", ports, `port range "65536/1": port out of range, want start/end with 1 <= start <= end <= 65535 or -1/-1`},
		{read(&ports), "200/1", ports, `port range "200/1": start after end, want start/end with 1 <= start <= end <= 65535 or -1/-1`},
		{read(&ports), "1/65535", rule.PortRange{First: 1, Last: 65535}, ""},
		{read(&ports), "-1/-1", rule.PortRange{}, ""},
	}
	for _, tt := range tests {
		got, err := tt.read(tt.text)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if got != tt.want || text != tt.err {
			t.Errorf("UnmarshalText(%q) = %v, %s, want %v, %s", tt.text, got, text, tt.want, tt.err)
		}
	}
}

func TestPortRangeContains(t *testing.T) {
	some := rule.PortRange{First: 10, Last: 20}
	for _, tt := range []struct {
		r    rule.PortRange
		port uint16
		want bool
	}{
		{some, 9, false}, {some, 10, true}, {some, 15, true}, {some, 20, true}, {some, 21, false}, {some, 0, false},
		{rule.PortRange{First: 1, Last: 65535}, 0, false},
		{rule.PortRange{First: 1, Last: 65535}, 65535, true},
		{rule.PortRange{First: 7, Last: 7}, 7, true},
		{rule.PortRange{}, 0, true}, {rule.PortRange{}, 65535, true},
	} {
		if got := tt.r.Contains(tt.port); got != tt.want {
			t.Errorf("(%v).Contains(%d) = %t, want %t", tt.r, tt.port, got, tt.want)
		}
	}
}

func TestParams(t *testing.T) {
	names := []string{"IpProtocol", "PortRange", "SourcePortRange", "DestCidrIp", "Ipv6DestCidrIp", "SourceCidrIp", "Ipv6SourceCidrIp",
		"DestGroupId", "DestGroupOwnerAccount", "DestGroupOwnerId", "Policy", "Priority", "NicType", "Description"}
	var p rule.Params
	for _, n := range names {
		if !p.Set(n, "the "+n) {
			t.Errorf("Set(%s) = false, want true", n)
		}
	}
	for _, n := range []string{"", "ipprotocol", "SourceCidrIP", "DestCidrIp ", "RegionId", "SecurityGroupId"} {
		if p.Set(n, "x") {
			t.Errorf("Set(%q) = true, want false: names are exact", n)
		}
	}
	want := rule.Params{
		IPProtocol: "the IpProtocol", PortRange: "the PortRange", SourcePortRange: "the SourcePortRange",
		DestCidrIP: "the DestCidrIp", IPv6DestCidrIP: "the Ipv6DestCidrIp", SourceCidrIP: "the SourceCidrIp", IPv6SourceCidrIP: "the Ipv6SourceCidrIp",
		DestGroupID: "the DestGroupId", DestGroupOwnerAccount: "the DestGroupOwnerAccount", DestGroupOwnerID: "the DestGroupOwnerId",
		Policy: "the Policy", Priority: "the Priority", NICType: "the NicType", Description: "the Description",
	}
	if p != want {
		t.Errorf("Params %+v, want %+v", p, want)
	}
	i := 0
	for name, value := range p.All() {
		if name != names[i] || value != "the "+name {
			t.Errorf("All yields %s=%q in place %d, want %s", name, value, i, names[i])
		}
		i++
	}
	if i != len(names) {
		t.Errorf("All yields %d parameters, want %d", i, len(names))
	}
	for range p.All() {
		break // a walk may stop early
	}
}
