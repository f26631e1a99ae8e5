package match

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"example.com/sluice/rule"
)

// Each case is a sentence of the semantics: the rules, a packet, the answer. All
// are asked of the index for few rules and, behind padding that matches
// nothing, of the one for many.
var decideCases = []struct {
	name   string
	rules  []string
	packet string
	want   string
}{
	{"no rule: basic accepts", nil, "tcp 10.0.0.1:1 > 10.0.0.2:2", "accept default"},
	{"smaller priority wins", []string{"drop all to 0.0.0.0/0 priority 2", "accept all to 10.0.0.0/8 priority 1"}, "icmp 10.0.0.1 > 10.0.0.2", "accept sg[1]"},
	{"priorities are numbers, not text", []string{"drop all to 0.0.0.0/0 priority 10", "accept all to 0.0.0.0/0 priority 9"}, "icmp 10.0.0.1 > 10.0.0.2", "accept sg[1]"},
	{"drop wins the tie", []string{"accept all to 10.0.0.2", "drop all to 0.0.0.0/0"}, "icmp 10.0.0.1 > 10.0.0.2", "drop sg[1]"},
	{"entry order breaks what is left", []string{"drop all to 10.0.0.0/8", "drop all to 10.0.0.2"}, "icmp 10.0.0.1 > 10.0.0.2", "drop sg[0]"},
	{"110 ranks below 100", []string{"accept all to 0.0.0.0/0 priority 110", "drop tcp to 0.0.0.0/0 port 25/25 priority 100"}, "tcp 10.0.0.1:9 > 10.0.0.2:25", "drop sg[1]"},
	{"specificity plays no part", []string{"drop all to 0.0.0.0/0 priority 1", "accept all to 10.0.0.2/32 priority 2"}, "icmp 10.0.0.1 > 10.0.0.2", "drop sg[0]"},

	{"all matches tcp", []string{"drop all to 0.0.0.0/0"}, "tcp 10.0.0.1:1 > 10.0.0.2:2", "drop sg[0]"},
	{"all matches a tcp packet with port 0", []string{"drop all to 0.0.0.0/0"}, "tcp 10.0.0.1:0 > 10.0.0.2:0", "drop sg[0]"},
	{"all matches number 0", []string{"drop all to 0.0.0.0/0"}, "0 10.0.0.1 > 10.0.0.2", "drop sg[0]"},
	{"all matches number 255", []string{"drop all to 0.0.0.0/0"}, "255 10.0.0.1 > 10.0.0.2", "drop sg[0]"},
	{"tcp is 6", []string{"drop tcp to 0.0.0.0/0 port 1/65535"}, "6 10.0.0.1:1 > 10.0.0.2:2", "drop sg[0]"},
	{"udp is 17", []string{"drop udp to 0.0.0.0/0 port 1/65535"}, "17 10.0.0.1:1 > 10.0.0.2:2", "drop sg[0]"},
	{"udp is not tcp", []string{"drop udp to 0.0.0.0/0 port 1/65535"}, "tcp 10.0.0.1:1 > 10.0.0.2:2", "accept default"},
	{"icmp is 1", []string{"drop icmp to 0.0.0.0/0"}, "1 10.0.0.1 > 10.0.0.2", "drop sg[0]"},
	{"icmpv6 is 58", []string{"drop icmpv6 to ::/0"}, "58 ::1 > ::2", "drop sg[0]"},
	{"icmp over IPv6 is not icmpv6", []string{"drop icmpv6 to ::/0"}, "icmp ::1 > ::2", "accept default"},
	{"gre is 47", []string{"drop gre to 0.0.0.0/0"}, "47 10.0.0.1 > 10.0.0.2", "drop sg[0]"},
	{"gre is not 46", []string{"drop gre to 0.0.0.0/0"}, "46 10.0.0.1 > 10.0.0.2", "accept default"},

	{"first address of the block", []string{"drop all to 10.1.0.0/16"}, "icmp 10.0.0.1 > 10.1.0.0", "drop sg[0]"},
	{"last address of the block", []string{"drop all to 10.1.0.0/16"}, "icmp 10.0.0.1 > 10.1.255.255", "drop sg[0]"},
	{"before the block", []string{"drop all to 10.1.0.0/16"}, "icmp 10.0.0.1 > 10.0.255.255", "accept default"},
	{"behind the block", []string{"drop all to 10.1.0.0/16"}, "icmp 10.0.0.1 > 10.2.0.0", "accept default"},
	{"host bits are masked", []string{"drop all to 10.159.6.18/12"}, "icmp 10.0.0.1 > 10.144.0.0", "drop sg[0]"},
	{"IPv4 any is not IPv6 any", []string{"drop all to 0.0.0.0/0"}, "tcp [::1]:1 > [::2]:2", "accept default"},
	{"IPv6 any is not IPv4 any", []string{"drop all to ::/0"}, "tcp 10.0.0.1:1 > 10.0.0.2:2", "accept default"},
	{"::/0 has ::", []string{"drop all to ::/0"}, "tcp [::]:1 > [::]:2", "drop sg[0]"},
	{"high word of IPv6", []string{"drop all to 2001:db8:0:1::/64"}, "icmpv6 ::1 > 2001:db8:0:2::", "accept default"},
	{"low word of IPv6", []string{"drop all to 2001:db8::8000:0:0:0/65"}, "icmpv6 ::1 > 2001:db8::7fff:ffff:ffff:ffff", "accept default"},
	{"low word of IPv6, inside", []string{"drop all to 2001:db8::8000:0:0:0/65"}, "icmpv6 ::1 > 2001:db8::8000:0:0:0", "drop sg[0]"},
	{"mapped address is IPv4", []string{"drop all to 10.0.0.0/8"}, "tcp [::ffff:10.0.0.1]:1 > [::ffff:10.0.0.2]:2", "drop sg[0]"},
	{"mapped beside plain", []string{"drop all to 10.0.0.0/8"}, "tcp 10.0.0.1:1 > [::ffff:10.0.0.2]:2", "drop sg[0]"},
	{"IPv4-compatible is IPv6", []string{"drop all to 10.0.0.0/8"}, "tcp [::1]:1 > [::10.0.0.2]:2", "accept default"},
	{"a zone is ignored", []string{"drop all to fe80::/10"}, "icmpv6 fe80::1%eth0 > fe80::2%eth1", "drop sg[0]"},

	{"source inside", []string{"drop all from 10.0.0.0/16 to 0.0.0.0/0"}, "icmp 10.0.0.1 > 10.9.0.2", "drop sg[0]"},
	{"source outside", []string{"drop all from 10.0.0.0/16 to 0.0.0.0/0"}, "icmp 10.1.0.1 > 10.9.0.2", "accept default"},
	{"source is not destination", []string{"drop all from 10.0.0.0/16 to 10.1.0.0/16"}, "icmp 10.1.0.1 > 10.0.0.2", "accept default"},
	{"IPv6 source inside", []string{"drop all from 2001:db8::/32 to ::/0"}, "icmpv6 2001:db8::1 > ::2", "drop sg[0]"},
	{"any IPv6 source behind a narrow one", []string{"drop all from 2001:db8::/32 to ::/0", "drop icmpv6 to ::/0 priority 2"}, "icmpv6 2001:db9::1 > ::2", "drop sg[1]"},
	{"IPv6 source outside", []string{"drop all from 2001:db8::/32 to ::/0"}, "icmpv6 2001:db9::1 > ::2", "accept default"},

	{"first port", []string{"drop tcp to 0.0.0.0/0 port 80/90"}, "tcp 10.0.0.1:1 > 10.0.0.2:80", "drop sg[0]"},
	{"last port", []string{"drop tcp to 0.0.0.0/0 port 80/90"}, "tcp 10.0.0.1:1 > 10.0.0.2:90", "drop sg[0]"},
	{"before the ports", []string{"drop tcp to 0.0.0.0/0 port 80/90"}, "tcp 10.0.0.1:1 > 10.0.0.2:79", "accept default"},
	{"behind the ports", []string{"drop tcp to 0.0.0.0/0 port 80/90"}, "tcp 10.0.0.1:1 > 10.0.0.2:91", "accept default"},
	{"port 0 is in no range", []string{"drop tcp to 0.0.0.0/0 port 1/65535"}, "tcp 10.0.0.1:1 > 10.0.0.2:0", "accept default"},
	{"port 65535", []string{"drop tcp to 0.0.0.0/0 port 65535/65535"}, "tcp 10.0.0.1:1 > 10.0.0.2:65535", "drop sg[0]"},
	{"a range over the end of a byte", []string{"drop tcp to 0.0.0.0/0 port 255/256"}, "tcp 10.0.0.1:1 > 10.0.0.2:257", "accept default"},
	{"source port in range", []string{"drop udp sport 1024/65535 to 0.0.0.0/0 port 53/53"}, "udp 10.0.0.1:1024 > 10.0.0.2:53", "drop sg[0]"},
	{"source port out of range", []string{"drop udp sport 1024/65535 to 0.0.0.0/0 port 53/53"}, "udp 10.0.0.1:1023 > 10.0.0.2:53", "accept default"},
	{"no source range takes port 0", []string{"drop udp to 0.0.0.0/0 port 53/53"}, "udp 10.0.0.1:0 > 10.0.0.2:53", "drop sg[0]"},

	{"member of the group", []string{"drop tcp group sg-db port 1/65535"}, "tcp 10.0.0.1:1 > 10.0.8.10:2", "drop sg[0]"},
	{"beside the member", []string{"drop tcp group sg-db port 1/65535"}, "tcp 10.0.0.1:1 > 10.0.8.11:2", "accept default"},
	{"member block", []string{"drop tcp group sg-db port 1/65535"}, "tcp 10.0.0.1:1 > 10.0.9.15:2", "drop sg[0]"},
	{"behind the member block", []string{"drop tcp group sg-db port 1/65535"}, "tcp 10.0.0.1:1 > 10.0.9.16:2", "accept default"},
	{"IPv6 member", []string{"drop tcp group sg-db port 1/65535"}, "tcp [::1]:1 > [2001:db8::10]:2", "drop sg[0]"},
	{"group without members", []string{"drop tcp group sg-none port 1/65535"}, "tcp 10.0.0.1:1 > 10.0.8.10:2", "accept default"},
	{"member of two groups", []string{"drop tcp group sg-db port 1/65535 priority 2", "accept tcp group sg-all port 1/65535 priority 1"}, "tcp 10.0.0.1:1 > 10.0.8.10:2", "accept sg[1]"},
	{"member and block", []string{"accept tcp group sg-db port 2/2", "drop all to 10.0.8.0/24"}, "tcp 10.0.0.1:1 > 10.0.8.10:2", "drop sg[1]"},

	{"group between others that no rule names", []string{"drop tcp group sg-p port 1/65535", "drop tcp group sg-r port 1/65535"}, "tcp 10.0.0.1:1 > 10.7.0.2:2", "accept default"},
	{"group behind others that no rule names", []string{"drop tcp group sg-p port 1/65535", "drop tcp group sg-r port 1/65535"}, "tcp 10.0.0.1:1 > 10.7.0.3:2", "drop sg[1]"},

	{"group from a source", []string{"drop tcp from 10.0.0.0/16 group sg-db port 1/65535", "drop udp group sg-db port 1/65535"}, "udp 10.1.0.1:1 > 10.0.8.10:2", "drop sg[1]"},
	{"group from an IPv6 source", []string{"drop tcp from 2001:db9::/32 group sg-db port 1/65535", "drop udp group sg-db port 1/65535"}, "udp [2001:db8::1]:1 > [2001:db8::10]:2", "drop sg[1]"},

	{"mixed families are invalid", []string{"drop all to 10.0.0.0/8"}, "tcp 10.0.0.1:1 > [2001:db8::1]:2", "drop invalid"},
	{"NIC plays no part in a VPC", []string{"drop all to 0.0.0.0/0"}, "icmp 10.0.0.1 > 10.0.0.2 internet", "drop sg[0]"},
}

const decideMembers = `{"sg-db": ["10.0.8.10", "10.0.9.0/28", "2001:db8::10"], "sg-none": [], "sg-all": ["10.0.0.0/8"],
	"sg-p": ["10.7.0.1"], "sg-q": ["10.7.0.2"], "sg-r": ["10.7.0.3"]}`

func TestDecide(t *testing.T) {
	m := members(t, decideMembers)
	padding := make([]string, 150)
	for i := range padding {
		padding[i] = fmt.Sprintf("drop tcp to 198.18.%d.0/24 port 7/7 priority 1", i)
	}
	for _, c := range decideCases {
		p := packet(t, c.packet)
		few := compile(t, m, basic(t, c.rules...))
		if got := answer(few, p); got != c.want {
			t.Errorf("%s: Decide(%s) = %s, want %s; rules %q", c.name, c.packet, got, c.want, c.rules)
		}
		many := compile(t, m, basic(t, c.rules...), group(t, "pad", rule.VPC, rule.Basic, padding...))
		if got := answer(many, p); got != c.want {
			t.Errorf("%s, many rules: Decide(%s) = %s, want %s; rules %q", c.name, c.packet, got, c.want, c.rules)
		}
		if got := answer(inLeaves(t, many, m), p); got != c.want {
			t.Errorf("%s, in leaves: Decide(%s) = %s, want %s; rules %q", c.name, c.packet, got, c.want, c.rules)
		}
	}
}

func TestDecideClassic(t *testing.T) {
	g := group(t, "sg", rule.Classic, rule.Basic,
		"drop all to 0.0.0.0/0 nic internet priority 1",
		"drop tcp to 0.0.0.0/0 port 22/22 nic intranet priority 2")
	table := compile(t, nil, g)
	for packetText, want := range map[string]string{
		"tcp 10.0.0.1:1 > 10.0.0.2:22 internet": "drop sg[0]",
		"tcp 10.0.0.1:1 > 10.0.0.2:22 intranet": "drop sg[1]",
		"tcp 10.0.0.1:1 > 10.0.0.2:22":          "drop invalid",
		"tcp 10.0.0.1:1 > 10.0.0.2:23 intranet": "accept default",
		"47 10.0.0.1 > 10.0.0.2 internet":       "drop sg[0]",
		"47 10.0.0.1 > 10.0.0.2 intranet":       "accept default",
		"47 10.0.0.1 > 10.0.0.2":                "drop invalid",
	} {
		if got := answer(table, packet(t, packetText)); got != want {
			t.Errorf("Decide(%s) = %s, want %s", packetText, got, want)
		}
	}
}

// A packet of a classic network that names no NIC is invalid however its table is
// indexed and whatever its rules say; in a VPC the NIC plays no part.
func TestNIC(t *testing.T) {
	v4, v6 := "icmp 10.0.0.1 > 10.0.0.2", "icmpv6 2001:db8::1 > 2001:db8::2"
	for _, n := range []rule.Network{rule.VPC, rule.Classic} {
		rules := []string{"accept all to 10.0.0.0/8 priority 1 nic intranet"}
		if n == rule.Classic {
			rules = append(rules, "accept all to 10.0.0.0/8 priority 1 nic internet")
		}
		for i := range 200 {
			rules = append(rules, fmt.Sprintf("drop tcp to 198.18.%d.0/24 port 7/7 nic intranet", i))
		}
		for _, count := range []int{2, len(rules)} {
			table := compile(t, nil, group(t, "sg", n, rule.Basic, rules[:count]...))
			tables := map[string]*Table{"as it is": table}
			if count > smallRules {
				tables["in leaves"] = inLeaves(t, table, nil)
			}
			for name, table := range tables {
				for _, text := range []string{v4, v6} {
					p := packet(t, text)
					for _, p.NIC = range []rule.NIC{rule.NoNIC, rule.Intranet, rule.Internet} {
						got := table.Decide(p)
						if invalid := n == rule.Classic && p.NIC == rule.NoNIC; (got == Decision{}) != invalid {
							t.Errorf("%v, %d rules %s: Decide(%v) = %v, want it invalid: %v", n, count, name, p, got, invalid)
						}
						if batch := table.DecideBatch(nil, []Packet{p}); batch[0] != got {
							t.Errorf("%v, %d rules %s: DecideBatch(%v) = %v, want Decide's %v", n, count, name, p, batch[0], got)
						}
						if e := table.Explain(p); e.Decision != got {
							t.Errorf("%v, %d rules %s: Explain(%v) = %v, want Decide's %v", n, count, name, p, e.Decision, got)
						}
					}
				}
			}
		}
	}
}

func TestDecideGroups(t *testing.T) {
	a := group(t, "a", rule.VPC, rule.Advanced, "accept all to 10.0.0.0/8 priority 5", "drop all to 10.9.0.0/16 priority 5")
	b := group(t, "b", rule.VPC, rule.Advanced, "drop all to 10.1.0.0/16 priority 5", "accept all to 10.1.1.0/24 priority 1", "accept all to 10.0.0.0/8 priority 5")
	table := compile(t, nil, a, b)
	for packetText, want := range map[string]string{
		"icmp 10.0.0.1 > 10.1.1.1":  "accept b[1]", // the stronger rule of another group
		"icmp 10.0.0.1 > 10.1.2.1":  "drop b[0]",   // drop wins the tie of two groups
		"icmp 10.0.0.1 > 10.2.0.1":  "accept a[0]", // group order breaks what is left
		"icmp 10.0.0.1 > 10.9.0.1":  "drop a[1]",
		"icmp 10.0.0.1 > 192.0.2.1": "drop default", // advanced drops
	} {
		if got := answer(table, packet(t, packetText)); got != want {
			t.Errorf("Decide(%s) = %s, want %s", packetText, got, want)
		}
	}
}

// The tie is broken alike at every place of the order, over every word of a row.
func TestEveryRankDecides(t *testing.T) {
	for _, n := range []int{1, 63, 64, 65, 127, 128, 129, 191, 192, 193, 1000} {
		rules := make([]string, n)
		for i := range rules {
			rules[i] = fmt.Sprintf("accept tcp to 10.0.%d.%d port 443/443 priority %d", i/250, i%250, 1+i*100/n)
			if i%3 == 0 {
				rules[i] = "drop" + rules[i][len("accept"):]
			}
		}
		table := compile(t, nil, basic(t, rules...))
		for i := range rules {
			p := packet(t, fmt.Sprintf("tcp 10.9.9.9:1 > 10.0.%d.%d:443", i/250, i%250))
			want := fmt.Sprintf("%s sg[%d]", rules[i][:len("drop")], i)
			if i%3 != 0 {
				want = fmt.Sprintf("accept sg[%d]", i)
			}
			if got := answer(table, p); got != want {
				t.Fatalf("%d rules: Decide(%v) = %s, want %s", n, p, got, want)
			}
		}
		if got := answer(table, packet(t, "tcp 10.9.9.9:1 > 10.8.0.0:443")); got != "accept default" {
			t.Errorf("%d rules: no match gives %s, want accept default", n, got)
		}
	}
}

// A protocol that no rule can name is taken by rules for all protocols alone,
// whatever ports stand in the packet.
func TestOtherProtocols(t *testing.T) {
	table := compile(t, nil, basic(t, "drop tcp to 10.0.0.0/8 port 1/65535", "drop udp to 10.0.0.0/8 port 1/65535",
		"drop icmp to 10.0.0.0/8", "drop gre to 10.0.0.0/8", "accept all to 10.0.0.0/8 priority 2"))
	for protocol := range rule.Protocol(256) {
		p := packet(t, "tcp 10.0.0.1:80 > 10.0.0.2:80")
		p.Protocol = protocol
		want := "accept sg[4]"
		if i := slices.Index([]rule.Protocol{rule.TCP, rule.UDP, rule.ICMP, rule.GRE}, protocol); i >= 0 {
			want = fmt.Sprintf("drop sg[%d]", i)
		}
		if got := answer(table, p); got != want {
			t.Errorf("Decide(%v) = %s, want %s", p, got, want)
		}
	}
}

func TestInvalidPackets(t *testing.T) {
	table := compile(t, nil, basic(t, "accept all to 0.0.0.0/0", "accept all to ::/0"))
	v4, v6 := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("2001:db8::1")
	for name, p := range map[string]Packet{
		"zero":           {},
		"no source":      {Dst: v4},
		"no destination": {Src: v4},
		"IPv4 to IPv6":   {Src: v4, Dst: v6},
		"IPv6 to IPv4":   {Src: v6, Dst: v4},
		"IPv6 to mapped": {Src: v6, Dst: netip.MustParseAddr("::ffff:10.0.0.2")},
		"protocol 256":   {Src: v4, Dst: v4, Protocol: rule.All},
		"protocol 65535": {Src: v4, Dst: v4, Protocol: 65535},
		"NIC 3":          {Src: v4, Dst: v4, NIC: 3},
		"NIC 64":         {Src: v4, Dst: v4, NIC: 64}, // a shift by 64 would be one by 0 to some processors
		"NIC 255":        {Src: v4, Dst: v4, NIC: 255},
	} {
		if got := table.Decide(p); got != (Decision{}) {
			t.Errorf("%s: Decide(%v) = %v, want the zero Decision", name, p, got)
		}
		if got := table.DecideBatch(nil, []Packet{p})[0]; got != (Decision{}) {
			t.Errorf("%s: DecideBatch(%v) = %v, want the zero Decision", name, p, got)
		}
		e := table.Explain(p)
		if e.Decision != (Decision{}) || e.Overridden != nil || e.Missed != nil {
			t.Errorf("%s: Explain(%v) = %+v, want an invalid packet that meets no rule", name, p, e)
		}
	}
}

func TestZeroTableDrops(t *testing.T) {
	p := packet(t, "tcp 10.0.0.1:1 > 10.0.0.2:2")
	for name, table := range map[string]*Table{"zero": new(Table), "nil": nil} {
		if d := table.Decide(p); d != (Decision{}) {
			t.Errorf("%s table: Decide = %v, want the zero Decision", name, d)
		}
		if ds := table.DecideBatch(nil, []Packet{p, p}); len(ds) != 2 || ds[0] != (Decision{}) || ds[1] != (Decision{}) {
			t.Errorf("%s table: DecideBatch = %v, want two zero Decisions", name, ds)
		}
		if e := table.Explain(p); e.Decision != (Decision{}) {
			t.Errorf("%s table: Explain = %v, want the zero Decision", name, e.Decision)
		}
		if r, ok := table.Rule(Decision{Verdict: Accept, Cause: ByRule}); ok {
			t.Errorf("%s table: Rule = %v, want none", name, r)
		}
		for r := range table.Rules() {
			t.Errorf("%s table: Rules yields %v", name, r)
		}
		if s := table.String(); s != "" {
			t.Errorf("%s table: String = %q, want nothing", name, s)
		}
	}
}

func TestDecideBatchAppends(t *testing.T) {
	table := compile(t, nil, basic(t, "drop tcp to 10.0.0.0/8 port 1/100"))
	packets := []Packet{packet(t, "tcp 10.0.0.1:1 > 10.0.0.2:2"), packet(t, "udp 10.0.0.1:1 > 10.0.0.2:2"), {}}
	before := Decision{Verdict: Accept, Cause: Default}
	got := table.DecideBatch([]Decision{before}, packets)
	if len(got) != 4 || got[0] != before {
		t.Fatalf("DecideBatch = %v, want the given decision and three more", got)
	}
	for i, p := range packets {
		if want := table.Decide(p); got[i+1] != want {
			t.Errorf("DecideBatch[%d] = %v, Decide(%v) = %v", i, got[i+1], p, want)
		}
	}
}

// Batches of every length, with packets in between that are not classified
// together, against single calls of a table whose rules stand in several crosses.
func TestDecideBatchOfManyRules(t *testing.T) {
	rules := []string{"accept all to ::/0"}
	for i := range 99 {
		switch i % 3 {
		case 0:
			rules = append(rules, fmt.Sprintf("drop tcp from 10.%d.0.0/16 to 0.0.0.0/0 port %d/%d priority %d", i, 10*i+1, 10*i+400, i+1))
		case 1:
			rules = append(rules, fmt.Sprintf("accept tcp to 10.%d.0.0/16 port %d/%d priority %d", i, 5*i+1, 5*i+300, i+1))
		default:
			rules = append(rules, fmt.Sprintf("drop udp from 10.0.0.0/8 sport %d/%d to 10.%d.0.0/16 port %d/%d priority %d", i+1, i+1000, i, i+1, i+500, i+1))
		}
	}
	var groups []*rule.Group
	for i := range 4 {
		groups = append(groups, group(t, fmt.Sprint("sg-", i), rule.VPC, rule.Basic, rules[:70+10*i]...))
	}
	table := compile(t, nil, groups...)
	if table.large == nil || table.large.dst4 == nil {
		t.Fatal("no index of blocks alone")
	}
	v4, v6 := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("2001:db8::1")
	others := []Packet{
		{}, {Src: v6, Dst: v6, Protocol: rule.TCP}, {Src: v4, Dst: v6}, {Src: v6, Dst: v4}, {Src: v4, Dst: v4, Protocol: rule.All},
		packet(t, "tcp [::ffff:10.0.0.1]:1 > 10.1.0.2:10"), packet(t, "tcp 10.0.0.1:1 > [::ffff:10.1.0.2]:10"),
	}
	var packets []Packet
	for i := range 2000 {
		protocol := [...]string{"tcp", "udp"}[i%2]
		packets = append(packets, packet(t, fmt.Sprintf("%s 10.%d.0.1:%d > 10.%d.0.2:%d", protocol, i%100, i+1, i*7%100, i*37%1000+1)))
		if i%5 == 3 {
			packets = append(packets, others[i/5%len(others)])
		}
	}
	lengths := 0
	decided := map[Decision]bool{}
	for n := 0; len(packets) >= n; n++ {
		var batch []Packet
		batch, packets = packets[:n], packets[n:]
		for i, d := range table.DecideBatch(nil, batch) {
			want := table.Decide(batch[i])
			if d != want {
				t.Fatalf("a batch of %d: [%d] = %v, Decide(%v) = %v", n, i, d, batch[i], want)
			}
			decided[d] = true
		}
		lengths++
	}
	if lengths < 3*chunk/2 || len(decided) < 40 {
		t.Errorf("%d batches, %d different decisions: too few", lengths, len(decided))
	}
}

func TestDecideAllocatesNothing(t *testing.T) {
	rules := make([]string, 300)
	for i := range rules {
		rules[i] = fmt.Sprintf("drop tcp from 10.0.0.0/8 to 10.%d.0.0/16 port %d/%d", i%250, i+1, i+500)
	}
	m := members(t, decideMembers)
	for n, first := range map[int]string{
		1: "accept tcp group sg-db port 1/65535", 100: "accept tcp group sg-db port 1/65535",
		299: "accept all to 10.0.0.0/8", 300: "accept tcp group sg-db port 1/65535",
	} {
		table := compile(t, m, basic(t, append([]string{first}, rules[:n-1]...)...))
		packets := []Packet{
			packet(t, "tcp 10.0.0.1:1 > 10.0.0.2:2"), packet(t, "udp [::1]:1 > [::2]:2"),
			packet(t, "tcp 10.0.0.1:1 > 10.0.8.10:2"), {},
		}
		var sink Decision
		if a := testing.AllocsPerRun(100, func() {
			for _, p := range packets {
				sink = table.Decide(p)
			}
		}); a != 0 {
			t.Errorf("%d rules: Decide allocates %v times, want 0", n, a)
		}
		out := make([]Decision, 0, len(packets))
		if a := testing.AllocsPerRun(100, func() { out = table.DecideBatch(out[:0], packets) }); a != 0 {
			t.Errorf("%d rules: DecideBatch allocates %v times, want 0", n, a)
		}
		_ = sink
	}
}
