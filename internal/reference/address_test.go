package reference_test

import (
	"testing"

	"example.com/sluice/internal/reference"
	"example.com/sluice/rule"
)

// TestBlocks walks both ends of blocks, as destination and as source.
func TestBlocks(t *testing.T) {
	for _, c := range []struct {
		block, address string
		in             bool
	}{
		{"0.0.0.0/0", "0.0.0.0", true}, {"0.0.0.0/0", "255.255.255.255", true},
		{"128.0.0.0/1", "127.255.255.255", false}, {"128.0.0.0/1", "128.0.0.0", true}, {"128.0.0.0/1", "255.255.255.255", true},
		{"10.0.0.0/7", "11.255.255.255", true}, {"10.0.0.0/7", "12.0.0.0", false}, {"10.0.0.0/7", "9.255.255.255", false},
		{"10.0.0.0/8", "9.255.255.255", false}, {"10.0.0.0/8", "10.0.0.0", true},
		{"10.0.0.0/8", "10.255.255.255", true}, {"10.0.0.0/8", "11.0.0.0", false},
		{"10.0.0.1/8", "10.255.255.255", true}, {"10.0.0.1/8", "10.0.0.0", true}, {"10.0.0.1/8", "11.0.0.1", false},
		{"10.159.6.18/12", "10.144.0.0", true}, {"10.159.6.18/12", "10.159.255.255", true},
		{"10.159.6.18/12", "10.143.255.255", false}, {"10.159.6.18/12", "10.160.0.0", false},
		{"10.1.2.128/25", "10.1.2.127", false}, {"10.1.2.128/25", "10.1.2.128", true}, {"10.1.2.128/25", "10.1.3.0", false},
		{"10.1.2.4/31", "10.1.2.3", false}, {"10.1.2.4/31", "10.1.2.5", true}, {"10.1.2.4/31", "10.1.2.6", false},
		{"10.1.2.4/32", "10.1.2.4", true}, {"10.1.2.4/32", "10.1.2.5", false}, {"10.1.2.4", "10.1.2.4", true},
		{"255.255.255.255/32", "255.255.255.255", true}, {"255.255.255.255/32", "255.255.255.254", false},

		{"::/0", "::", true}, {"::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true},
		{"8000::/1", "7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false}, {"8000::/1", "8000::", true},
		{"2001:db8::/32", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", false}, {"2001:db8::/32", "2001:db8::", true},
		{"2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true}, {"2001:db8::/32", "2001:db9::", false},
		{"2001:db8:8000::/33", "2001:db8:7fff::", false}, {"2001:db8:8000::/33", "2001:db8:8000::", true},
		{"2001:db8:0:1::5/63", "2001:db8::", true}, {"2001:db8:0:1::5/63", "2001:db8:0:2::", false},
		{"2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", true}, {"2001:db8::/64", "2001:db8:0:1::", false},
		{"2001:db8::/65", "2001:db8::7fff:ffff:ffff:ffff", true}, {"2001:db8::/65", "2001:db8::8000:0:0:0", false},
		{"2001:db8::2/127", "2001:db8::1", false}, {"2001:db8::2/127", "2001:db8::3", true}, {"2001:db8::2/127", "2001:db8::4", false},
		{"2001:db8::2/128", "2001:db8::2", true}, {"2001:db8::2/128", "2001:db8::3", false}, {"2001:db8::2", "2001:db8::2", true},
		{"2001:db8::2/128", "2001:db8::2%eth0", true}, {"fe80::/10", "fe80::1%eth0", true},

		{"0.0.0.0/0", "::", false}, {"0.0.0.0/0", "2001:db8::1", false}, {"0.0.0.0/0", "::10.0.0.1", false},
		{"::/0", "0.0.0.0", false}, {"::/0", "255.255.255.255", false},
		{"::/0", "::ffff:10.0.0.1", false}, {"::/64", "::ffff:10.0.0.1", false}, {"::/96", "::10.0.0.1", true},
		{"10.0.0.0/8", "::ffff:10.0.0.1", true}, {"10.0.0.0/8", "::ffff:10.0.0.1%eth0", true},
		{"10.0.0.0/8", "::ffff:11.0.0.1", false}, {"10.0.0.0/8", "::10.0.0.1", false},
		{"0.0.0.0/0", "::ffff:0:0", true}, {"0.0.0.0/0", "::fffe:ffff:ffff", false}, {"0.0.0.0/0", "::1:0:0:0", false},
	} {
		want, miss := dropBy(0, 0), acceptByDefault
		if !c.in {
			want = miss
		}
		check(t, []decision{
			{c.address + " in " + c.block, "destination: inside the CIDR block, of one family",
				one("drop all to " + c.block), packet(50, c.address, c.address), want},
			{c.address + " in " + c.block + " as source of tcp", "source: inside the source block",
				one("drop tcp from " + c.block + " to " + everything(c.block) + " port 1/65535"), packet(6, c.address, c.address, 1, 1), want},
		})
	}
}

// everything is the block of all addresses of the family of block.
func everything(block string) string {
	for _, c := range block {
		if c == ':' {
			return "::/0"
		}
	}
	return "0.0.0.0/0"
}

func TestSource(t *testing.T) {
	w := one("drop all from 10.1.0.0/16 to 10.2.0.0/16")
	check(t, []decision{
		{"both inside", "all of these hold", w, packet(50, "10.1.0.1", "10.2.0.1"), dropBy(0, 0)},
		{"source outside", "all of these hold", w, packet(50, "10.3.0.1", "10.2.0.1"), acceptByDefault},
		{"destination outside", "all of these hold", w, packet(50, "10.1.0.1", "10.3.0.1"), acceptByDefault},
		{"not swapped", "all of these hold", w, packet(50, "10.2.0.1", "10.1.0.1"), acceptByDefault},
		{"none given", "where one is given", one("drop all to 10.2.0.0/16"), packet(50, "255.255.255.255", "10.2.0.1"), dropBy(0, 0)},
		{"of all IPv4 given", "a source of 0.0.0.0/0 is any in IPv4",
			one("drop all from 0.0.0.0/0 to 10.2.0.0/16"), packet(50, "255.255.255.255", "10.2.0.1"), dropBy(0, 0)},
		{"an IPv4 source never matches IPv6", "a block never matches a packet of the other family",
			world{groups: [][]string{{"drop all from 0.0.0.0/0 group sg-m"}}, members: map[string]string{"sg-m": "10.2.0.1 2001:db8::2"}},
			packet(50, "2001:db8::1", "2001:db8::2"), acceptByDefault},
		{"an IPv6 source never matches IPv4", "a block never matches a packet of the other family",
			world{groups: [][]string{{"drop all from ::/0 group sg-m"}}, members: map[string]string{"sg-m": "10.2.0.1 2001:db8::2"}},
			packet(50, "10.1.0.1", "10.2.0.1"), acceptByDefault},
	})
}

func TestMembers(t *testing.T) {
	w := world{
		groups: [][]string{{"drop all group sg-m"}},
		members: map[string]string{
			"sg-m": "10.0.8.10 10.0.9.0/28 10.0.10.4-10.0.10.9 2001:db8::10 2001:db8:1::5-2001:db8:1::a",
			"sg-o": "10.9.9.9",
		},
	}
	empty := world{groups: [][]string{{"drop all group sg-m"}}, members: map[string]string{"sg-m": ""}}
	const why = "one of the private addresses of that group's members"
	for _, c := range []struct {
		src, dst string
		in       bool
	}{
		{"10.0.0.1", "10.0.8.9", false}, {"10.0.0.1", "10.0.8.10", true}, {"10.0.0.1", "10.0.8.11", false},
		{"10.0.0.1", "10.0.8.255", false}, {"10.0.0.1", "10.0.9.0", true}, {"10.0.0.1", "10.0.9.15", true}, {"10.0.0.1", "10.0.9.16", false},
		{"10.0.0.1", "10.0.10.3", false}, {"10.0.0.1", "10.0.10.4", true}, {"10.0.0.1", "10.0.10.7", true},
		{"10.0.0.1", "10.0.10.9", true}, {"10.0.0.1", "10.0.10.10", false},
		{"10.0.0.1", "::ffff:10.0.10.9", true}, {"10.0.0.1", "::ffff:10.0.10.10", false},
		{"2001:db8::1", "2001:db8::f", false}, {"2001:db8::1", "2001:db8::10", true}, {"2001:db8::1", "2001:db8::10%eth0", true},
		{"2001:db8::1", "2001:db8::11", false},
		{"2001:db8::1", "2001:db8:1::4", false}, {"2001:db8::1", "2001:db8:1::5", true},
		{"2001:db8::1", "2001:db8:1::a", true}, {"2001:db8::1", "2001:db8:1::b", false},
		{"10.0.0.1", "10.9.9.9", false},
		{"10.0.8.10", "10.0.0.1", false},
	} {
		want := acceptByDefault
		if c.in {
			want = dropBy(0, 0)
		}
		check(t, []decision{
			{c.dst, why, w, packet(50, c.src, c.dst), want},
			{c.dst + " of no members", "a group destination without members matches nothing", empty, packet(50, c.src, c.dst), acceptByDefault},
		})
	}
	check(t, []decision{
		{"every IPv6 address is a member", "a mapped address is read as IPv4, which is none of them",
			world{groups: [][]string{{"drop all group sg-m"}}, members: map[string]string{"sg-m": "::/0"}},
			packet(50, "::ffff:10.0.0.1", "::ffff:10.0.0.2"), acceptByDefault},
		{"a mapped member", "it is IPv4, as in packets",
			world{groups: [][]string{{"drop all group sg-m"}}, members: map[string]string{"sg-m": "::ffff:10.0.0.1-::ffff:10.0.0.9"}},
			packet(50, "10.0.0.1", "10.0.0.2"), dropBy(0, 0)},
		{"beside a mapped member", "it is IPv4, as in packets",
			world{groups: [][]string{{"drop all group sg-m"}}, members: map[string]string{"sg-m": "::ffff:10.0.0.1-::ffff:10.0.0.9"}},
			packet(50, "10.0.0.1", "::ffff:10.0.0.10"), acceptByDefault},
		{"classic", "members are reached by intranet",
			world{network: rule.Classic, groups: [][]string{{"drop all group sg-m nic intranet"}}, members: map[string]string{"sg-m": "10.0.0.2"}},
			by(rule.Intranet, packet(50, "10.0.0.1", "10.0.0.2")), dropBy(0, 0)},
		{"classic by internet", "the rule's NIC is the packet's",
			world{network: rule.Classic, groups: [][]string{{"drop all group sg-m nic intranet"}}, members: map[string]string{"sg-m": "10.0.0.2"}},
			by(rule.Internet, packet(50, "10.0.0.1", "10.0.0.2")), acceptByDefault},
		{"ports are asked of members, too", "all of these hold",
			world{groups: [][]string{{"drop tcp group sg-m port 80/80"}}, members: map[string]string{"sg-m": "10.0.0.2"}},
			packet(6, "10.0.0.1", "10.0.0.2", 1, 81), acceptByDefault},
	})
}

// TestMappedMembers reads ranges of members that touch the mapped addresses.
func TestMappedMembers(t *testing.T) {
	for _, c := range []struct {
		members, dst string
		in           bool
	}{
		{"::ffff:10.0.0.1-::ffff:10.0.0.9", "10.0.0.1", true}, {"::ffff:10.0.0.1-::ffff:10.0.0.9", "::ffff:10.0.0.9", true},
		{"::ffff:10.0.0.1-::ffff:10.0.0.9", "10.0.0.10", false}, {"::ffff:10.0.0.1-::ffff:10.0.0.9", "10.0.0.0", false},
		{"::5-::ffff:10.0.0.9", "10.0.0.9", true}, {"::5-::ffff:10.0.0.9", "0.0.0.0", true},
		{"::5-::ffff:10.0.0.9", "10.0.0.10", false}, {"::5-::ffff:10.0.0.9", "::5", true}, {"::5-::ffff:10.0.0.9", "::1:0:0:0", false},
		{"::ffff:10.0.0.9-::1:0:0:9", "::1:0:0:9", true}, {"::ffff:10.0.0.9-::1:0:0:9", "10.0.0.9", true},
		{"::ffff:10.0.0.9-::1:0:0:9", "255.255.255.255", true}, {"::ffff:10.0.0.9-::1:0:0:9", "10.0.0.8", false},
		{"::ffff:0:0/96", "0.0.0.0", true}, {"::ffff:0:0/96", "::ffff:255.255.255.255", true}, {"::ffff:0:0/96", "::1:0:0:0", false},
		{"::/0", "10.0.0.1", false}, {"::/64", "10.0.0.1", false}, {"::/64", "::fffe:ffff:ffff", true}, {"::/64", "::1:0:0:0", true},
		{"::fffe:ffff:ffff-::ffff:255.255.255.255", "10.0.0.1", false}, {"::ffff:0:0-::1:0:0:0", "10.0.0.1", false},
	} {
		want := acceptByDefault
		if c.in {
			want = dropBy(0, 0)
		}
		check(t, []decision{{c.dst + " in " + c.members, "mapped addresses are IPv4, but not as a part of a whole range of IPv6",
			world{groups: [][]string{{"drop all group sg-m"}}, members: map[string]string{"sg-m": c.members}},
			packet(50, c.dst, c.dst), want}})
	}
}

func TestInvalid(t *testing.T) {
	accepts := []string{"accept all to 0.0.0.0/0", "accept all to ::/0"}
	for _, w := range []world{one(), one(accepts...), {typ: rule.Advanced, groups: [][]string{accepts}}} {
		check(t, []decision{
			{"no source", "addresses are invalid", w, packet(6, "", "10.0.0.2", 1, 1), invalid},
			{"no destination", "addresses are invalid", w, packet(6, "10.0.0.1", "", 1, 1), invalid},
			{"no addresses", "addresses are invalid", w, reference.Packet{}, invalid},
			{"IPv4 to IPv6", "of two families", w, packet(6, "10.0.0.1", "2001:db8::2", 1, 1), invalid},
			{"IPv6 to IPv4", "of two families", w, packet(6, "2001:db8::1", "10.0.0.2", 1, 1), invalid},
			{"mapped to IPv6", "mapped is IPv4, so of two families", w, packet(6, "::ffff:10.0.0.1", "2001:db8::2", 1, 1), invalid},
			{"IPv6 to mapped", "mapped is IPv4, so of two families", w, packet(6, "2001:db8::1", "::ffff:10.0.0.2", 1, 1), invalid},
			{"compatible to IPv4", "::10.0.0.1 is IPv6", w, packet(6, "::10.0.0.1", "10.0.0.2", 1, 1), invalid},
			{"protocol 65535", "a protocol is 0..255", w, packet(65535, "10.0.0.1", "10.0.0.2"), invalid},
			{"protocol -1", "a protocol is 0..255", w, packet(-1, "10.0.0.1", "10.0.0.2"), invalid},
		})
	}
	check(t, []decision{
		{"mapped to IPv4", "mapped is IPv4, so of one family",
			one(accepts...), packet(6, "::ffff:10.0.0.1", "10.0.0.2", 1, 1), acceptBy(0, 0)},
		{"IPv4 to mapped with a zone", "mapped is IPv4, so of one family",
			one(accepts...), packet(6, "10.0.0.1", "::ffff:10.0.0.2%1", 1, 1), acceptBy(0, 0)},
		{"two zones", "a zone is ignored",
			one(accepts...), packet(6, "fe80::1%a", "fe80::2%b", 1, 1), acceptBy(0, 1)},
	})
}
