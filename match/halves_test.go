package match

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
)

// Each half of each IPv6 address counts, with members at hand and without: the
// two take different ways.
func TestHalvesOfIPv6(t *testing.T) {
	const src, dst = "2001:db8:a:b:c:d:e:f", "2001:db8:1:2:3:4:5:6"
	for _, with := range []string{"", "accept all group sg-x priority 100"} {
		rules := []string{fmt.Sprintf("drop all from %s to %s", src, dst)}
		if with != "" {
			rules = append(rules, with)
		}
		table := compile(t, members(t, `{"sg-x": ["10.0.0.9"]}`), basic(t, rules...))
		for i := range 17 {
			want := "drop sg[0]"
			s, d := netip.MustParseAddr(src).As16(), netip.MustParseAddr(dst).As16()
			if i < 16 { // the byte is another
				want = "accept default"
				s[i] ^= 1
			}
			p := packet(t, fmt.Sprintf("icmpv6 %v > %s", netip.AddrFrom16(s), dst))
			if got := answer(table, p); got != want {
				t.Errorf("with %q: Decide(%v) = %s, want %s", with, p, got, want)
			}
			if i < 16 {
				d[i] ^= 1
			}
			p = packet(t, fmt.Sprintf("icmpv6 %s > %v", src, netip.AddrFrom16(d)))
			if got := answer(table, p); got != want {
				t.Errorf("with %q: Decide(%v) = %s, want %s", with, p, got, want)
			}
		}
	}
}

// A mapped address beside an IPv6 one is of another family, whichever of the two
// it is.
func TestMappedBesideIPv6(t *testing.T) {
	few := []string{"accept all to ::/0", "accept all to 0.0.0.0/0"}
	many := append(slices.Repeat([]string{"drop gre to 9.9.9.9"}, 150), few...)
	for _, rules := range [][]string{
		few, append(few[:2:2], "accept all group sg-x"),
		many, append(many[:152:152], "accept all group sg-x"),
	} {
		table := compile(t, members(t, `{"sg-x": ["10.0.0.9"]}`), basic(t, rules...))
		for _, s := range []string{
			"icmp ::ffff:10.0.0.1 > 2001:db8::1", "icmp 2001:db8::1 > ::ffff:10.0.0.1",
			"icmp 10.0.0.1 > 2001:db8::1", "icmp 2001:db8::1 > 10.0.0.1",
		} {
			if got := answer(table, packet(t, s)); got != "drop invalid" {
				t.Errorf("%d rules: Decide(%s) = %s, want drop invalid", len(rules), s, got)
			}
		}
	}
}

// A mapped packet is decided as the IPv4 one: by its own destination and source,
// whichever of the two is written as which.
func TestMappedDecidesAsIPv4(t *testing.T) {
	var many []string
	for i := range 200 {
		many = append(many, fmt.Sprintf("accept udp from 10.2.%d.0/24 to 10.1.%d.0/24 port 1/65535", i, i))
	}
	few := []string{"drop tcp from 10.2.0.0/16 to 10.1.0.0/16 port 80/80", "accept tcp from 10.1.0.0/16 to 10.2.0.0/16 port 80/80 priority 2"}
	for _, rules := range [][]string{few, append(many, few...)} {
		for _, with := range []string{"", "accept tcp group sg-x port 80/80"} {
			all := rules
			if with != "" {
				all = append(rules[:len(rules):len(rules)], with)
			}
			table := compile(t, members(t, `{"sg-x": ["10.9.0.9"]}`), basic(t, all...))
			for _, ends := range [][2]string{{"10.2.3.4", "10.1.3.4"}, {"10.1.3.4", "10.2.3.4"}, {"10.2.3.4", "10.9.0.9"}, {"10.9.0.9", "10.2.3.4"}} {
				want := answer(table, packet(t, fmt.Sprintf("tcp %s:7 > %s:80", ends[0], ends[1])))
				for _, s := range []string{"tcp [::ffff:%s]:7 > [::ffff:%s]:80", "tcp [::ffff:%s]:7 > %s:80", "tcp %s:7 > [::ffff:%s]:80"} {
					p := packet(t, fmt.Sprintf(s, ends[0], ends[1]))
					if got := answer(table, p); got != want {
						t.Errorf("%d rules: Decide(%v) = %s, want %s", len(all), p, got, want)
					}
				}
			}
		}
	}
}

// A rule without a source takes any, to the last address, beside rules that have
// one.
func TestAnySource(t *testing.T) {
	var many []string
	for i := range 200 {
		many = append(many, fmt.Sprintf("accept udp from 10.2.%d.0/24 to 10.1.%d.0/24 port 1/65535", i, i))
	}
	few := []string{"drop tcp to 10.1.0.0/16 port 80/80", "drop tcp to 2001:db8::/32 port 80/80", "drop tcp from 10.9.0.0/16 to 10.8.0.0/16 port 80/80", "drop tcp from 2001:db9::/32 to 2001:dba::/32 port 80/80"}
	for _, rules := range [][]string{few, append(many, few...)} {
		table := compile(t, nil, basic(t, rules...))
		for _, s := range []string{
			"tcp 0.0.0.0:1 > 10.1.0.1:80", "tcp 127.255.255.255:1 > 10.1.0.1:80", "tcp 128.0.0.0:1 > 10.1.0.1:80", "tcp 255.255.255.255:1 > 10.1.0.1:80",
			"tcp [::]:1 > [2001:db8::1]:80", "tcp [7fff::]:1 > [2001:db8::1]:80", "tcp [8000::]:1 > [2001:db8::1]:80", "tcp [ffff::ffff]:1 > [2001:db8::1]:80",
		} {
			if got := table.Decide(packet(t, s)); got.Verdict != Drop || got.Cause != ByRule {
				t.Errorf("%d rules: Decide(%s) = %v, want drop by rule", len(rules), s, got)
			}
		}
	}
}
