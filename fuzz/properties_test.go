package fuzz

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// The properties below need no reference: they say what must not matter.

// eachAnswer calls check with many packets and the engine's decision, for
// interfaces of every shape; change makes the second table that is asked.
func eachAnswer(t *testing.T, change func(s gen.Source, x gen.Interface) gen.Interface,
	check func(x gen.Interface, p gen.Packet, a, b *match.Table)) {
	t.Helper()
	for seed := range uint64(120) {
		s := gen.Seeded(seed)
		x := gen.NewInterface(s, gen.AnyShape(s, 150))
		a, err := compile(x)
		if err != nil {
			t.Fatalf("seed %d: Compile = %v, want a table", seed, err)
		}
		b := a
		if change != nil {
			if b, err = compile(change(s, x)); err != nil {
				t.Fatalf("seed %d: Compile of the changed interface = %v, want a table", seed, err)
			}
		}
		for _, p := range gen.NewPackets(x).List(s, 100) {
			check(x, p, a, b)
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	}
}

// TestOrderOfEntryChangesNoVerdict: group order and entry order break ties
// between rules of one policy only.
func TestOrderOfEntryChangesNoVerdict(t *testing.T) {
	shuffle := func(s gen.Source, x gen.Interface) gen.Interface {
		r := rand.New(rand.NewPCG(uint64(s.IntN(1<<30)), 1))
		y := eachList(func(list []rule.Rule) []rule.Rule {
			r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			return list
		})(x)
		r.Shuffle(len(y.Groups), func(i, j int) { y.Groups[i], y.Groups[j] = y.Groups[j], y.Groups[i] })
		return y
	}
	eachAnswer(t, shuffle, func(x gen.Interface, p gen.Packet, a, b *match.Table) {
		got, want := b.Decide(match.Packet(p)), a.Decide(match.Packet(p))
		if got.Verdict != want.Verdict || got.Cause != want.Cause {
			t.Errorf("Decide(%v) = %v with the rules in another order, want %v with\n%v", p, got, want, x)
		}
	})
}

// TestOnlyTheDeciderMatters: a table of the deciding rule alone decides the same.
func TestOnlyTheDeciderMatters(t *testing.T) {
	decided := 0
	eachAnswer(t, nil, func(x gen.Interface, p gen.Packet, a, _ *match.Table) {
		want := a.Decide(match.Packet(p))
		ref, ok := a.Rule(want)
		if !ok || p.SrcPort%4 != 0 { // one of four is enough
			return
		}
		decided++
		g := rule.NewGroup(ref.Group, x.Groups[0].Network(), x.Groups[0].Type())
		if err := g.Restore(rule.Existing{Params: ref.Rule.Params()}); err != nil {
			t.Fatalf("Restore(%v) = %v", ref.Rule, err)
		}
		alone, err := match.Compile(match.NewMembers(x.Members), g)
		if err != nil {
			t.Fatalf("Compile(%v) = %v", ref.Rule, err)
		}
		if got := alone.Decide(match.Packet(p)); got.Verdict != want.Verdict || got.Cause != match.ByRule {
			t.Errorf("Decide(%v) = %v with %v alone, want %v", p, got, ref, want)
		}
	})
	if decided < 500 {
		t.Errorf("a rule decided %d packets, want 500", decided)
	}
}

// TestFormChangesNothing: a mapped address is the IPv4 address, and a zone is
// ignored.
func TestFormChangesNothing(t *testing.T) {
	forms := []func(netip.Addr) netip.Addr{
		netip.Addr.Unmap,
		func(a netip.Addr) netip.Addr { return netip.AddrFrom16(a.As16()) },
		func(a netip.Addr) netip.Addr { return netip.AddrFrom16(a.As16()).WithZone("eth0") },
	}
	eachAnswer(t, nil, func(x gen.Interface, p gen.Packet, a, _ *match.Table) {
		if !p.Src.IsValid() || !p.Dst.IsValid() {
			return
		}
		want := a.Decide(match.Packet(p))
		for _, src := range forms {
			for _, dst := range forms {
				q := p
				q.Src, q.Dst = src(p.Src), dst(p.Dst)
				if got := a.Decide(match.Packet(q)); got != want {
					t.Errorf("Decide(%v) = %v, want %v as for %v", q, got, want, p)
				}
			}
		}
	})
}

// TestIdleFieldsChangeNothing: ports count for tcp and udp only, the NIC in
// classic networks only.
func TestIdleFieldsChangeNothing(t *testing.T) {
	eachAnswer(t, nil, func(x gen.Interface, p gen.Packet, a, _ *match.Table) {
		q := p
		if q.Protocol != rule.TCP && q.Protocol != rule.UDP {
			q.SrcPort, q.DstPort = q.DstPort+1, q.SrcPort-1
		}
		if x.Groups[0].Network() == rule.VPC && q.NIC <= rule.Internet {
			q.NIC = rule.Internet - q.NIC
		}
		if got, want := a.Decide(match.Packet(q)), a.Decide(match.Packet(p)); got != want {
			t.Errorf("Decide(%v) = %v, want %v as for %v with\n%v", q, got, want, p, x)
		}
	})
}
