package reference_test

import (
	"fmt"
	"testing"

	"example.com/sluice/internal/reference"
	"example.com/sluice/rule"
)

// TestProtocolNumbers asks every rule protocol for every number.
func TestProtocolNumbers(t *testing.T) {
	number := map[string]int{"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "gre": 47}
	for _, word := range []string{"tcp", "udp", "icmp", "icmpv6", "gre", "all"} {
		dst, src, block := "10.0.0.2", "10.0.0.1", "0.0.0.0/0"
		if word == "icmpv6" {
			dst, src, block = "2001:db8::2", "2001:db8::1", "::/0"
		}
		text := "drop " + word + " to " + block
		if word == "tcp" || word == "udp" {
			text += " port 1/65535"
		}
		members, groups := one(text).build(t)
		x := reference.New(members, groups...)
		for n := -1; n <= 300; n++ {
			p := packet(n, src, dst, 1000, 80)
			want := acceptByDefault
			if n < 0 || n > 255 {
				want = invalid
			} else if word == "all" || n == number[word] {
				want = dropBy(0, 0)
			}
			if got := x.Decide(p); got != want {
				t.Errorf("%s: Decide(%+v) = %+v, want %+v", text, p, got, want)
			}
		}
	}
}

func TestProtocol(t *testing.T) {
	check(t, []decision{
		{"all matches without ports", "all matches every number, ports or none",
			one("drop all to 10.0.0.0/8"), packet(50, "10.0.0.1", "10.0.0.2"), dropBy(0, 0)},
		{"all matches port 0", "all has no ports, so no range that port 0 could be outside of",
			one("drop all to 10.0.0.0/8"), packet(6, "10.0.0.1", "10.0.0.2", 0, 0), dropBy(0, 0)},
		{"all matches number 0", "every number",
			one("drop all to 10.0.0.0/8"), packet(0, "10.0.0.1", "10.0.0.2"), dropBy(0, 0)},
		{"all matches number 255", "every number",
			one("drop all to ::/0"), packet(255, "2001:db8::1", "2001:db8::2"), dropBy(0, 0)},
		{"all is not a number that a packet can have", "a protocol is 0..255",
			one("drop all to 10.0.0.0/8"), packet(256, "10.0.0.1", "10.0.0.2"), invalid},
		{"icmp in IPv6 is not icmpv6", "icmpv6 is 58",
			one("drop icmpv6 to ::/0"), packet(1, "2001:db8::1", "2001:db8::2"), acceptByDefault},
		{"icmpv6 number in IPv4 is not icmp", "icmp is 1",
			one("drop icmp to 0.0.0.0/0"), packet(58, "10.0.0.1", "10.0.0.2"), acceptByDefault},
		{"icmp reaches an IPv6 member", "a group destination is asked for its members only",
			world{groups: [][]string{{"drop icmp group sg-m"}}, members: map[string]string{"sg-m": "2001:db8::2"}},
			packet(1, "2001:db8::1", "2001:db8::2"), dropBy(0, 0)},
		{"icmp has no ports", "ports are of tcp and udp",
			one("drop icmp to 10.0.0.0/8"), packet(1, "10.0.0.1", "10.0.0.2", 7, 7), dropBy(0, 0)},
		{"gre over IPv6", "gre is 47 in both families",
			one("drop gre to ::/0"), packet(47, "2001:db8::1", "2001:db8::2"), dropBy(0, 0)},
	})
}

// TestPorts walks both ends of a range, for both protocols and both sides.
func TestPorts(t *testing.T) {
	type edge struct {
		first, last, port int
		in                bool
	}
	edges := []edge{
		{80, 80, 79, false}, {80, 80, 80, true}, {80, 80, 81, false},
		{20, 30, 19, false}, {20, 30, 20, true}, {20, 30, 25, true}, {20, 30, 30, true}, {20, 30, 31, false},
		{1, 65535, 0, false}, {1, 65535, 1, true}, {1, 65535, 65535, true},
		{1, 1, 0, false}, {1, 1, 1, true}, {1, 1, 2, false},
		{65535, 65535, 65534, false}, {65535, 65535, 65535, true}, {65535, 65535, 0, false},
		{255, 256, 255, true}, {255, 256, 256, true}, {255, 256, 257, false}, {255, 256, 0, false},
	}
	for _, proto := range []struct {
		word   string
		number int
	}{{"tcp", 6}, {"udp", 17}} {
		for _, e := range edges {
			want := acceptByDefault
			if e.in {
				want = dropBy(0, 0)
			}
			name := fmt.Sprintf("%s/%d in %d to %d", proto.word, e.port, e.first, e.last)
			check(t, []decision{
				{name, "ports: inside the destination range; port 0 is in no range",
					one(fmt.Sprintf("drop %s to 10.0.0.0/8 port %d/%d", proto.word, e.first, e.last)),
					packet(proto.number, "10.0.0.1", "10.0.0.2", 0, e.port), want},
				{name + ", source", "where given, inside the source range; port 0 is in no range",
					one(fmt.Sprintf("drop %s to 10.0.0.0/8 port 7/7 sport %d/%d", proto.word, e.first, e.last)),
					packet(proto.number, "10.0.0.1", "10.0.0.2", e.port, 7), want},
			})
		}
	}
}

func TestPortsTogether(t *testing.T) {
	check(t, []decision{
		{"no source range: any source port", "where given",
			one("drop tcp to 10.0.0.0/8 port 80/80"), packet(6, "10.0.0.1", "10.0.0.2", 65535, 80), dropBy(0, 0)},
		{"no source range: source port 0", "a range that is not given holds nothing back",
			one("drop tcp to 10.0.0.0/8 port 80/80"), packet(6, "10.0.0.1", "10.0.0.2", 0, 80), dropBy(0, 0)},
		{"a source range of -1/-1 is none", "-1/-1 means any for every protocol",
			one("drop udp to 10.0.0.0/8 port 80/80 sport -1/-1"), packet(17, "10.0.0.1", "10.0.0.2", 0, 80), dropBy(0, 0)},
		{"source and destination are not swapped", "inside the destination range and the source range",
			one("drop tcp to 10.0.0.0/8 port 80/80 sport 1024/2048"), packet(6, "10.0.0.1", "10.0.0.2", 80, 1024), acceptByDefault},
		{"both hold", "inside the destination range and the source range",
			one("drop tcp to 10.0.0.0/8 port 80/80 sport 1024/2048"), packet(6, "10.0.0.1", "10.0.0.2", 2048, 80), dropBy(0, 0)},
		{"only the destination port holds", "both must",
			one("drop tcp to 10.0.0.0/8 port 80/80 sport 1024/2048"), packet(6, "10.0.0.1", "10.0.0.2", 2049, 80), acceptByDefault},
		{"udp ports are not tcp ports", "the protocol is asked, too",
			one("drop tcp to 10.0.0.0/8 port 80/80"), packet(17, "10.0.0.1", "10.0.0.2", 1, 80), acceptByDefault},
		{"port 0 falls through to all", "port 0 is in no range; all has none",
			one("accept tcp to 10.0.0.0/8 port 1/65535", "drop all to 10.0.0.0/8 priority 2"),
			packet(6, "10.0.0.1", "10.0.0.2", 1, 0), dropBy(0, 1)},
	})
}

func TestNIC(t *testing.T) {
	p := packet(6, "10.0.0.1", "10.0.0.2", 1000, 80)
	classic := func(rules ...string) world {
		return world{network: rule.Classic, groups: [][]string{rules}}
	}
	check(t, []decision{
		{"intranet rule, intranet packet", "the rule's NIC is the packet's",
			classic("drop all to 10.0.0.0/8 nic intranet"), by(rule.Intranet, p), dropBy(0, 0)},
		{"intranet rule, internet packet", "the rule's NIC is the packet's",
			classic("drop all to 10.0.0.0/8 nic intranet"), by(rule.Internet, p), acceptByDefault},
		{"internet rule, internet packet", "the rule's NIC is the packet's",
			classic("drop all to 10.0.0.0/8 nic internet"), by(rule.Internet, p), dropBy(0, 0)},
		{"internet rule, intranet packet", "the rule's NIC is the packet's",
			classic("drop all to 10.0.0.0/8 nic internet"), by(rule.Intranet, p), acceptByDefault},
		{"the other NIC's rule is passed over", "the first rule that matches",
			classic("drop all to 10.0.0.0/8 nic internet", "accept all to 10.0.0.0/8 nic intranet priority 9"), by(rule.Intranet, p), acceptBy(0, 1)},
		{"no NIC", "the last word is required where the groups are classic",
			classic("accept all to 10.0.0.0/8 nic intranet", "accept all to 10.0.0.0/8 nic internet"), by(rule.NoNIC, p), invalid},
		{"an unknown NIC", "the NIC is internet or intranet",
			classic("accept all to 10.0.0.0/8 nic intranet", "accept all to 10.0.0.0/8 nic internet"), by(7, p), invalid},
		{"VPC, intranet packet", "in a VPC group the NIC plays no part",
			one("drop all to 10.0.0.0/8"), by(rule.Intranet, p), dropBy(0, 0)},
		{"VPC, internet packet", "in a VPC group the NIC plays no part",
			one("drop all to 10.0.0.0/8"), by(rule.Internet, p), dropBy(0, 0)},
		{"VPC, no NIC", "in a VPC group the NIC plays no part",
			one("drop all to 10.0.0.0/8"), by(rule.NoNIC, p), dropBy(0, 0)},
		{"VPC, an unknown NIC", "the NIC is internet or intranet",
			one("accept all to 10.0.0.0/8"), by(3, p), invalid},
	})
}
