package gen_test

import (
	"net/netip"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/reference"
	"example.com/sluice/rule"
)

// slips are the mistakes that an engine makes, planted in a rule. Each returns
// false where the rule gives no room for it. want is how many of 100 the packets
// must show: a rule's rank rarely matters among so few rules.
var slips = []struct {
	name string
	want int
	slip func(r *rule.Rule) bool
}{
	{"first port + 1", 70, func(r *rule.Rule) bool {
		r.DstPorts.First++
		return r.DstPorts.First <= r.DstPorts.Last && r.DstPorts.Last > 0
	}},
	{"first port - 1", 70, func(r *rule.Rule) bool { r.DstPorts.First--; return r.DstPorts.First >= 1 && r.DstPorts.Last > 0 }},
	{"last port + 1", 70, func(r *rule.Rule) bool { r.DstPorts.Last++; return r.DstPorts.Last > 1 }},
	{"last port - 1", 70, func(r *rule.Rule) bool {
		r.DstPorts.Last--
		return r.DstPorts.First <= r.DstPorts.Last && r.DstPorts.Last < 65535
	}},
	{"first source port + 1", 70, func(r *rule.Rule) bool {
		r.SrcPorts.First++
		return r.SrcPorts.First <= r.SrcPorts.Last && r.SrcPorts.Last > 0
	}},
	{"last source port + 1", 70, func(r *rule.Rule) bool { r.SrcPorts.Last++; return r.SrcPorts.Last > 1 }},
	{"source ports lost", 70, func(r *rule.Rule) bool { had := r.SrcPorts.Last > 0; r.SrcPorts = rule.PortRange{}; return had }},
	{"destination a bit wider", 70, func(r *rule.Rule) bool { return resize(&r.Dst, -1) }},
	{"destination a bit narrower", 70, func(r *rule.Rule) bool { return resize(&r.Dst, +1) }},
	{"source a bit wider", 70, func(r *rule.Rule) bool { return resize(&r.Src, -1) }},
	{"source a bit narrower", 70, func(r *rule.Rule) bool { return resize(&r.Src, +1) }},
	{"source lost", 70, func(r *rule.Rule) bool { had := r.Src.IsValid(); r.Src = netip.Prefix{}; return had }},
	{"policy", 70, func(r *rule.Rule) bool { r.Policy = rule.Accept - r.Policy; return true }},
	{"priority weakest", 10, func(r *rule.Rule) bool { was := r.Priority; r.Priority = 110; return was <= 2 }},
	{"NIC", 70, func(r *rule.Rule) bool { r.NIC = rule.Intranet + rule.Internet - r.NIC; return true }},
	{"all is one protocol", 70, func(r *rule.Rule) bool {
		was := r.Protocol
		r.Protocol = rule.GRE
		return was == rule.All
	}},
}

func resize(p *netip.Prefix, by int) bool {
	if !p.IsValid() {
		return false
	}
	n := p.Bits() + by
	if n < 0 || n > p.Addr().BitLen() {
		return false
	}
	*p = netip.PrefixFrom(p.Addr(), n).Masked()
	return true
}

// TestPacketsTellRulesApart plants a mistake in one rule of a small interface
// and wants the packets to show it. A part shows nothing for good reason: the
// rule is shadowed, or its neighbour decides the same.
func TestPacketsTellRulesApart(t *testing.T) {
	const interfaces, packets = 150, 600
	for _, c := range slips {
		t.Run(c.name, func(t *testing.T) {
			planted, shown := 0, 0
			for seed := range uint64(interfaces) {
				s := gen.Seeded(seed)
				sh := gen.AnyShape(s, 6)
				sh.Rules = 1 + s.IntN(5)
				x := gen.NewInterface(s, sh)
				wrong, ok := plant(s, x, c.slip)
				if !ok {
					continue
				}
				planted++
				if differs(s, x, wrong, packets) {
					shown++
				}
			}
			if planted < 10 || shown*100 < planted*c.want {
				t.Errorf("packets show %d of %d planted mistakes, want %d in 100 of at least 10", shown, planted, c.want)
			}
		})
	}
}

// plant copies the interface with one rule of one group changed.
func plant(s gen.Source, x gen.Interface, slip func(*rule.Rule) bool) (gen.Interface, bool) {
	wrong := gen.Interface{Members: x.Members}
	n, done := s.IntN(x.Len()), false
	for _, g := range x.Groups {
		c := rule.NewGroup(g.ID(), g.Network(), g.Type())
		for _, r := range g.Rules() {
			if n == 0 {
				done = slip(&r)
			}
			n--
			if done || n != -1 {
				if c.Restore(rule.Existing{Params: r.Params()}) != nil {
					return wrong, false // such as internet in a VPC
				}
			}
		}
		wrong.Groups = append(wrong.Groups, c)
	}
	return wrong, done
}

func differs(s gen.Source, x, wrong gen.Interface, packets int) bool {
	right, other := reference.New(x.Members, x.Groups...), reference.New(wrong.Members, wrong.Groups...)
	ps := gen.NewPackets(x)
	for range packets {
		p := asReference(ps.Next(s))
		if right.Decide(p) != other.Decide(p) {
			return true
		}
	}
	return false
}

// TestManyRulesDecide keeps large interfaces from being decided by a few rules.
func TestManyRulesDecide(t *testing.T) {
	const interfaces = 10
	deep := 0
	for seed := range uint64(interfaces) {
		s := gen.Seeded(seed)
		x := gen.NewInterface(s, gen.Shape{Groups: 10, Rules: 1000, Members: 3})
		ref, deciders := reference.New(x.Members, x.Groups...), map[reference.Answer]bool{}
		for _, p := range gen.NewPackets(x).List(s, 4000) {
			deciders[ref.Decide(asReference(p))] = true
		}
		if len(deciders) >= 100 {
			deep++
		}
	}
	if deep < interfaces/3 {
		t.Errorf("of %d interfaces of 1000 rules %d have 100 deciding rules in 4000 packets, want a third", interfaces, deep)
	}
}
