package reference_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"example.com/sluice/internal/reference"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// world is the setting of a case: the groups sg-0, sg-1, ... of one interface,
// each a list of rules in the text form of package rule.
type world struct {
	network rule.Network
	typ     rule.Type
	groups  [][]string
	members map[string]string // group id -> addresses, blocks and ranges, a space between two
}

// one is a world of one basic VPC group.
func one(rules ...string) world { return world{groups: [][]string{rules}} }

func (w world) build(t *testing.T) (map[string]*netipx.IPSet, []*rule.Group) {
	t.Helper()
	var groups []*rule.Group
	for i, texts := range w.groups {
		g := rule.NewGroup(fmt.Sprintf("sg-%d", i), w.network, w.typ)
		for _, text := range texts {
			var r rule.Rule
			if err := r.UnmarshalText([]byte(text)); err != nil {
				t.Fatalf("rule %q: %v", text, err)
			}
			if err := g.Restore(rule.Existing{Params: r.Params()}); err != nil {
				t.Fatalf("rule %q enters: %v", text, err)
			}
		}
		groups = append(groups, g)
	}
	members := map[string]*netipx.IPSet{}
	for id, text := range w.members {
		members[id] = set(t, text)
	}
	return members, groups
}

func set(t *testing.T, text string) *netipx.IPSet {
	t.Helper()
	var b netipx.IPSetBuilder
	for _, word := range strings.Fields(text) {
		if r, err := netipx.ParseIPRange(word); err == nil {
			b.AddRange(r)
		} else if p, err := netip.ParsePrefix(word); err == nil {
			b.AddPrefix(p)
		} else {
			b.Add(netip.MustParseAddr(word))
		}
	}
	s, err := b.IPSet()
	if err != nil {
		t.Fatalf("members %q: %v", text, err)
	}
	return s
}

// ip reads an address; the empty text is the zero Addr.
func ip(s string) netip.Addr {
	if s == "" {
		return netip.Addr{}
	}
	return netip.MustParseAddr(s)
}

// packet is one of a protocol number, by intranet. Ports follow in the order
// source, destination; without them both are 0.
func packet(protocol int, src, dst string, ports ...int) reference.Packet {
	p := reference.Packet{Protocol: protocol, Src: ip(src), Dst: ip(dst)}
	if len(ports) == 2 {
		p.SrcPort, p.DstPort = ports[0], ports[1]
	}
	return p
}

func by(nic rule.NIC, p reference.Packet) reference.Packet {
	p.NIC = nic
	return p
}

// The answers.
var (
	invalid         = reference.Answer{Cause: "invalid"}
	acceptByDefault = reference.Answer{Accept: true, Cause: "default"}
	dropByDefault   = reference.Answer{Cause: "default"}
)

func acceptBy(group, index int) reference.Answer {
	return reference.Answer{Accept: true, Cause: "rule", Group: fmt.Sprintf("sg-%d", group), Index: index}
}

func dropBy(group, index int) reference.Answer {
	return reference.Answer{Cause: "rule", Group: fmt.Sprintf("sg-%d", group), Index: index}
}

// decision is a case: the specification's words are its why.
type decision struct {
	name, why string
	world     world
	packet    reference.Packet
	want      reference.Answer
}

// check decides every case with both methods.
func check(t *testing.T, cases []decision) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			members, groups := c.world.build(t)
			if got := reference.New(members, groups...).Decide(c.packet); got != c.want {
				t.Errorf("Decide(%+v) = %+v, want %+v: %s", c.packet, got, c.want, c.why)
			}
			if got := reference.Decide(members, groups, c.packet); got != c.want {
				t.Errorf("the package's Decide(%+v) = %+v, want %+v: %s", c.packet, got, c.want, c.why)
			}
		})
	}
}
