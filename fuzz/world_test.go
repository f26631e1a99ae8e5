package fuzz

import (
	"math/bits"
	"net/netip"

	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

// fataler is what helpers need of a test, rapid's and Go's own.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// world is an interface and packets for it, drawn as a whole: rapid logs it, and
// not the thousands of choices that made it.
type world struct {
	gen.Interface
	packets []gen.Packet
}

// GoString is what rapid prints; the message of a failure says the rest.
func (w world) GoString() string {
	if w.Len() > 20 {
		return "a large interface"
	}
	return w.Interface.GoString()
}

// small draws every choice of a small world from rapid, so that it shrinks.
func small() *rapid.Generator[world] {
	return rapid.Custom(func(t *rapid.T) world {
		s := gen.Drawn(t)
		x := gen.NewInterface(s, gen.AnyShape(s, 16))
		return world{x, gen.NewPackets(x).List(s, 1+s.IntN(24))}
	})
}

// seeded draws a seed only.
func seeded(most, packets int) *rapid.Generator[world] {
	return rapid.Custom(func(t *rapid.T) world {
		s := choices(t)
		x := gen.NewInterface(s, gen.AnyShape(s, most))
		return world{x, gen.NewPackets(x).List(s, packets)}
	})
}

// anyWorld draws the world of a property: half are small, half of up to 150
// rules, so that the engine shows both its ways.
func anyWorld(t *rapid.T) world {
	return rapid.OneOf(small(), seeded(150, 60)).Draw(t, "world")
}

// fewRules draws a world for properties that compile a table for each packet or
// rule.
func fewRules(t *rapid.T) world {
	w := rapid.OneOf(small(), seeded(16, 20)).Draw(t, "world")
	w.packets = w.packets[:min(len(w.packets), 12)]
	return w
}

// choices draws the seed of a fast source. Rapid prefers small numbers, which
// would come again and again: two of them make fewer equal ones.
func choices(t *rapid.T) gen.Source {
	a, b := rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "seed")
	return gen.Seeded(a ^ bits.RotateLeft64(b, 32))
}

// tableOf compiles the interface.
func tableOf(t fataler, x gen.Interface) *match.Table {
	t.Helper()
	table, err := compile(x)
	if err != nil {
		t.Fatalf("Compile = %v, want a table of\n%v", err, x)
	}
	return table
}

// groupOf enters rules, of any priority and equal ones too, into a group like g.
func groupOf(t fataler, g *rule.Group, typ rule.Type, list []rule.Rule) *rule.Group {
	t.Helper()
	c := rule.NewGroup(g.ID(), g.Network(), typ)
	c.Limit = max(g.Limit, len(list))
	for _, r := range list {
		if err := c.Restore(rule.Existing{Params: r.Params(), ID: r.ID}); err != nil {
			t.Fatalf("Restore(%v) = %v, want it entered", r, err)
		}
	}
	return c
}

// rulesOf lists the rules of a group.
func rulesOf(g *rule.Group) (list []rule.Rule) {
	for _, r := range g.Rules() {
		list = append(list, r)
	}
	return list
}

// remade enters the rules anew, each group's list as change leaves it.
func remade(t fataler, x gen.Interface, change func(g int, list []rule.Rule) []rule.Rule) gen.Interface {
	t.Helper()
	y := gen.Interface{Members: x.Members}
	for i, g := range x.Groups {
		y.Groups = append(y.Groups, groupOf(t, g, g.Type(), change(i, rulesOf(g))))
	}
	return y
}

// with is the interface with one rule more, at the end of a group.
func with(t fataler, x gen.Interface, group int, r rule.Rule) gen.Interface {
	t.Helper()
	return remade(t, x, func(g int, list []rule.Rule) []rule.Rule {
		if g == group {
			list = append(list, r)
		}
		return list
	})
}

// anyRule chooses a rule of the interface; ok is false where it has none.
func anyRule(s gen.Source, x gen.Interface) (group, index int, r rule.Rule, ok bool) {
	if x.Len() == 0 {
		return 0, 0, r, false
	}
	for n := s.IntN(x.Len()); ; group++ {
		if r, ok = x.Groups[group].Rule(n); ok {
			return group, n, r, true
		}
		n -= x.Groups[group].Len()
	}
}

// exactly is a rule that matches packet p and as little else as a rule can.
func exactly(x gen.Interface, p gen.Packet, policy rule.Policy, priority uint8) rule.Rule {
	dst, src := p.Dst.Unmap().WithZone(""), p.Src.Unmap().WithZone("")
	r := rule.Rule{
		Protocol: rule.All, Policy: policy, Priority: priority,
		Dst: netip.PrefixFrom(dst, dst.BitLen()), Src: netip.PrefixFrom(src, src.BitLen()),
	}
	if r.NIC = rule.Intranet; x.Groups[0].Network() == rule.Classic {
		r.NIC = p.NIC
	}
	switch proto := p.Protocol; {
	case proto.HasPorts() && p.DstPort > 0 && p.SrcPort > 0:
		r.Protocol = proto
		r.DstPorts = rule.PortRange{First: p.DstPort, Last: p.DstPort}
		r.SrcPorts = rule.PortRange{First: p.SrcPort, Last: p.SrcPort}
	case proto == rule.ICMP && dst.Is4(), proto == rule.ICMPv6 && dst.Is6(), proto == rule.GRE:
		r.Protocol = proto
	}
	return r
}

// expressible reports whether a rule can match the packet: it is valid, and not
// of an IPv6 address in a classic network, whose rules have none.
func expressible(x gen.Interface, d match.Decision, p gen.Packet) bool {
	return d.Cause != match.Invalid && (x.Groups[0].Network() == rule.VPC || p.Dst.Unmap().Is4())
}

// sameRank reports whether two tables answer the same with rules of one rank.
func sameRank(a *match.Table, d match.Decision, b *match.Table, e match.Decision) bool {
	n, byRule := a.Rank(d)
	m, byOther := b.Rank(e)
	return d.Verdict == e.Verdict && d.Cause == e.Cause && n == m && byRule == byOther
}

// sameAnswer reports whether two tables answer the same with the same rule, which
// may stand elsewhere.
func sameAnswer(a *match.Table, d match.Decision, b *match.Table, e match.Decision) bool {
	r, _ := a.Rule(d)
	s, _ := b.Rule(e)
	return d.Verdict == e.Verdict && d.Cause == e.Cause && r.Rule == s.Rule
}
