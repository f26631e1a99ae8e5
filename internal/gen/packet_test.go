package gen_test

import (
	"fmt"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/reference"
	"example.com/sluice/rule"
)

func asReference(p gen.Packet) reference.Packet {
	return reference.Packet{
		Protocol: int(p.Protocol), Src: p.Src, Dst: p.Dst,
		SrcPort: int(p.SrcPort), DstPort: int(p.DstPort), NIC: p.NIC,
	}
}

// TestPacketsReachEveryClass decides packets for interfaces of every shape, and
// wants each verdict for each cause and family, each reason to lose, each field
// that rules out, and each odd form.
func TestPacketsReachEveryClass(t *testing.T) {
	const interfaces, each = 400, 100
	c := counts{}
	family := map[int]int{}
	distinct := 0
	for seed := range uint64(interfaces) {
		s := gen.Seeded(seed)
		x := gen.NewInterface(s, gen.AnyShape(s, 200))
		ps, ref := gen.NewPackets(x), reference.New(x.Members, x.Groups...)
		deciders := map[reference.Answer]bool{}
		for _, p := range ps.List(s, each) {
			story := ref.Explain(asReference(p))
			deciders[story.Answer] = true
			countForms(c, p)
			if story.Answer.Cause == reference.Invalid {
				c["invalid"]++
				continue
			}
			v := 4
			if p.Dst.Is6() && !p.Dst.Is4In6() {
				v = 6
			}
			family[v]++
			c[fmt.Sprintf("IPv%d %s accept=%t", v, story.Answer.Cause, story.Answer.Accept)]++
			countStory(c, story)
		}
		if x.Len() >= 20 && len(deciders) >= 8 {
			distinct++
		}
	}
	const all = interfaces * each
	c.want(t, all, 20, "invalid", "mapped source", "mapped destination", "zone", "port 0", "nameless protocol", "no NIC")
	c.want(t, all, 2, "unknown NIC", "mapped with zone", "no source", "no destination", "protocol 256", "mixed families")
	for v, n := range family {
		c.want(t, all, 250, map[int]string{4: "dst 4", 6: "dst 6"}[v])
		for _, cause := range []string{"rule", "default"} {
			c.want(t, n, 50, fmt.Sprintf("IPv%d %s accept=true", v, cause), fmt.Sprintf("IPv%d %s accept=false", v, cause))
		}
	}
	c.want(t, all, 20, "why priority", "why drop wins the tie", "why order",
		"missed protocol", "missed dst", "missed src", "missed dst_port", "missed src_port", "missed nic")
	if distinct < interfaces/10 {
		t.Errorf("of %d interfaces only %d have 8 or more different answers in %d packets", interfaces, distinct, each)
	}
}

func countStory(c counts, s reference.Story) {
	seen := map[string]bool{}
	for _, o := range s.Overridden {
		seen["why "+o.Note] = true
	}
	for _, m := range s.Missed {
		seen["missed "+m.Note] = true
	}
	for class := range seen {
		c[class]++
	}
}

func countForms(c counts, p gen.Packet) {
	for class, holds := range map[string]bool{
		"mapped source":      p.Src.Is4In6(),
		"mapped destination": p.Dst.Is4In6(),
		"mapped with zone":   p.Dst.Is4In6() && p.Dst.Zone() != "",
		"zone":               p.Dst.Zone() != "" || p.Src.Zone() != "",
		"no source":          !p.Src.IsValid(),
		"no destination":     !p.Dst.IsValid(),
		"mixed families":     p.Src.IsValid() && p.Dst.IsValid() && p.Src.Unmap().Is4() != p.Dst.Unmap().Is4(),
		"port 0":             (p.Protocol == 6 || p.Protocol == 17) && (p.DstPort == 0 || p.SrcPort == 0),
		"protocol 256":       p.Protocol == rule.All,
		"unknown NIC":        p.NIC > rule.Internet,
		"no NIC":             p.NIC == rule.NoNIC,
		"nameless protocol":  p.Protocol < 256 && (rule.Rule{Protocol: p.Protocol}).Params().IPProtocol == fmt.Sprint(uint16(p.Protocol)),
		"dst 4":              p.Dst.Unmap().Is4(),
		"dst 6":              p.Dst.IsValid() && p.Dst.Unmap().Is6(),
	} {
		if holds {
			c[class]++
		}
	}
}

// TestPacketsMeetTheEdges aims at one rule and wants each of its edges met, and
// the places just outside.
func TestPacketsMeetTheEdges(t *testing.T) {
	g := rule.NewGroup("sg-0", rule.VPC, rule.Basic)
	if err := g.Authorize(rule.Params{
		IPProtocol: "tcp", PortRange: "100/200", SourcePortRange: "1000/2000",
		DestCidrIP: "10.1.2.0/24", SourceCidrIP: "10.3.0.0/16", Policy: "drop",
	}); err != nil {
		t.Fatal(err)
	}
	s := gen.Seeded(1)
	c := counts{}
	const all = 20000
	for _, p := range gen.NewPackets(gen.Interface{Groups: []*rule.Group{g}}).List(s, all) {
		c["dst "+p.Dst.Unmap().String()]++
		c["src "+p.Src.Unmap().String()]++
		c[fmt.Sprintf("dst port %d", p.DstPort)]++
		c[fmt.Sprintf("src port %d", p.SrcPort)]++
	}
	c.want(t, all, 10,
		"dst 10.1.1.255", "dst 10.1.2.0", "dst 10.1.2.255", "dst 10.1.3.0",
		"src 10.2.255.255", "src 10.3.0.0", "src 10.3.255.255", "src 10.4.0.0",
		"dst port 99", "dst port 100", "dst port 200", "dst port 201",
		"src port 999", "src port 1000", "src port 2000", "src port 2001")
}
