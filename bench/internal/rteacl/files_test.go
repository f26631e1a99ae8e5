package rteacl

import (
	"net/netip"
	"strings"
	"testing"

	"go4.org/netipx"

	"example.com/sluice/bench/internal/ruleset"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// smallCase has a rule of each kind, and three packets.
func smallCase(t *testing.T) *ruleset.Case {
	t.Helper()
	var b netipx.IPSetBuilder
	b.Add(netip.MustParseAddr("10.0.0.7"))
	b.Add(netip.MustParseAddr("10.0.9.1"))
	members, err := b.IPSet()
	if err != nil {
		t.Fatal(err)
	}
	g := rule.NewGroup("sg-0", rule.VPC, rule.Advanced)
	err = g.Add(
		rule.Rule{Protocol: rule.All, Dst: netip.MustParsePrefix("0.0.0.0/0"), Priority: 100},
		rule.Rule{
			Protocol: rule.TCP, Dst: netip.MustParsePrefix("192.0.2.0/24"), Src: netip.MustParsePrefix("10.1.0.0/16"),
			DstPorts: rule.PortRange{First: 80, Last: 90}, SrcPorts: rule.PortRange{First: 1024, Last: 65535},
			Policy: rule.Accept, Priority: 2,
		},
		rule.Rule{Protocol: rule.UDP, DstGroup: "sg-db", DstPorts: rule.PortRange{First: 53, Last: 53}, Policy: rule.Accept, Priority: 1},
		rule.Rule{Protocol: rule.ICMPv6, Dst: netip.MustParsePrefix("2001:db8::/32"), Policy: rule.Accept, Priority: 3},
	)
	if err != nil {
		t.Fatal(err)
	}
	s := &ruleset.Set{Groups: []*rule.Group{g}, Members: map[string]*netipx.IPSet{"sg-db": members}}
	c := &ruleset.Case{Set: s, Rules: s.Ordered()}
	for _, text := range []string{"tcp 10.1.2.3:5000 > 192.0.2.9:80", "icmpv6 2001:db8::1 > 2001:db8::2", "udp 10.0.0.1:5 > 10.0.9.1:53"} {
		p, err := match.ParsePacket(text)
		if err != nil {
			t.Fatal(err)
		}
		c.Packets = append(c.Packets, p)
	}
	c.Answers = []ruleset.Answer{5, 7, 3}
	return c
}

func TestWriteRules(t *testing.T) {
	var b strings.Builder
	if err := WriteRules(&b, smallCase(t)); err != nil {
		t.Fatal(err)
	}
	want := `# FAMILY PROTOCOL/MASK SRC/LEN DST/LEN SPORT SPORT DPORT DPORT PRIORITY ANSWER
4 11/ff 00000000/0 0a000007/32 0 65535 53 53 4 3
4 11/ff 00000000/0 0a000901/32 0 65535 53 53 4 3
4 06/ff 0a010000/16 c0000200/24 1024 65535 80 90 3 5
6 3a/ff 00000000000000000000000000000000/0 20010db8000000000000000000000000/32 0 65535 0 65535 2 7
4 00/00 00000000/0 00000000/0 0 65535 0 65535 1 8
`
	if b.String() != want {
		t.Errorf("WriteRules gives\n%s\nwant\n%s", b.String(), want)
	}
}

func TestWriteTrace(t *testing.T) {
	var b strings.Builder
	if err := WriteTrace(&b, smallCase(t)); err != nil {
		t.Fatal(err)
	}
	want := `# FAMILY PROTOCOL SRC DST SPORT DPORT ANSWER
4 6 0a010203 c0000209 5000 80 5
6 58 20010db8000000000000000000000001 20010db8000000000000000000000002 0 0 7
4 17 0a000001 0a000901 5 53 3
`
	if b.String() != want {
		t.Errorf("WriteTrace gives\n%s\nwant\n%s", b.String(), want)
	}
}
