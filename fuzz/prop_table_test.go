package fuzz

import (
	"encoding/json"
	"net/netip"
	"slices"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/reference"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

// Tables: what each of their methods answers, and what cannot
// reach it.
var tableProperties = []property{
	{"ExplainAgreesWithDecide", propExplainAgreesWithDecide, []string{"overridden", "missed", "by rule", "by default"}},
	{"ExplainToldApart", propExplainToldApart, []string{"overridden", "missed"}},
	{"BatchIsSingle", propBatchIsSingle, []string{"accept", "drop"}},
	{"TableIsUnaffectedByLaterChanges", propTableIsUnaffectedByLaterChanges, []string{"changed", "by rule"}},
	{"CompileAgainIsTheSame", propCompileAgainIsTheSame, []string{"by rule", "by default"}},
	{"AnyPacketValueIsDecided", propAnyPacketValueIsDecided, []string{"invalid", "valid"}},
	{"PacketTextDecidesTheSame", propPacketTextDecidesTheSame, []string{"by rule", "by default"}},
}

func FuzzPropExplainAgreesWithDecide(f *testing.F) { fuzzed(f, propExplainAgreesWithDecide) }
func FuzzPropExplainToldApart(f *testing.F)        { fuzzed(f, propExplainToldApart) }
func FuzzPropBatchIsSingle(f *testing.F)           { fuzzed(f, propBatchIsSingle) }
func FuzzPropTableIsUnaffectedByLaterChanges(f *testing.F) {
	fuzzed(f, propTableIsUnaffectedByLaterChanges)
}
func FuzzPropCompileAgainIsTheSame(f *testing.F)    { fuzzed(f, propCompileAgainIsTheSame) }
func FuzzPropAnyPacketValueIsDecided(f *testing.F)  { fuzzed(f, propAnyPacketValueIsDecided) }
func FuzzPropPacketTextDecidesTheSame(f *testing.F) { fuzzed(f, propPacketTextDecidesTheSame) }

// Explain names every rule once, the decider first of those that match, each
// list in the table's order.
func propExplainAgreesWithDecide(t *rapid.T, m met) {
	w := anyWorld(t)
	table := tableOf(t, w.Interface)
	order := slices.Collect(table.Rules())
	for _, p := range w.packets[:min(len(w.packets), 15)] {
		d, e := table.Decide(match.Packet(p)), table.Explain(match.Packet(p))
		decider, _ := table.Rule(d)
		if e.Decision != d || e.Decider != decider || e.Packet != match.Packet(p) {
			t.Fatalf("Explain(%v) = %v by %v for %v, want Decide's %v by %v", p, e.Decision, e.Decider, e.Packet, d, decider)
		}
		var matching, missed []match.Ref
		if d.Cause == match.ByRule {
			matching = append(matching, decider)
		}
		for _, o := range e.Overridden {
			matching = append(matching, o.Ref)
		}
		for _, x := range e.Missed {
			missed = append(missed, x.Ref)
		}
		told := 0
		for _, ref := range order {
			switch {
			case len(matching) > 0 && matching[0] == ref:
				matching = matching[1:]
			case len(missed) > 0 && missed[0] == ref:
				missed = missed[1:]
			default:
				continue
			}
			told++
		}
		want := len(order)
		if d.Cause == match.Invalid {
			want = 0
		}
		if told != want || len(matching)+len(missed) > 0 {
			t.Fatalf("Explain(%v) tells %d rules in order and %d otherwise, want all %d:\n%v", p, told, len(matching)+len(missed), want, e)
		}
		m.saw("overridden", len(e.Overridden) > 0)
		m.saw("missed", len(e.Missed) > 0)
		m.saw("by rule", d.Cause == match.ByRule)
		m.saw("by default", d.Cause == match.Default)
	}
}

// Each rule that Explain says matches decides where it is alone; each that it
// says misses does not, and what it says of why it lost is so.
func propExplainToldApart(t *rapid.T, m met) {
	w := fewRules(t)
	table := tableOf(t, w.Interface)
	alone := func(r rule.Rule, p gen.Packet) bool {
		g := groupOf(t, w.Groups[0], w.Groups[0].Type(), []rule.Rule{r})
		one := tableOf(t, gen.Interface{Members: w.Members, Groups: []*rule.Group{g}})
		return one.Decide(match.Packet(p)).Cause == match.ByRule
	}
	for _, p := range w.packets[:min(len(w.packets), 4)] {
		e := table.Explain(match.Packet(p))
		for _, o := range e.Overridden {
			d := e.Decider.Rule
			why := reference.WhyOrder
			if d.Priority < o.Rule.Priority {
				why = reference.WhyPriority
			} else if d.Policy != o.Rule.Policy {
				why = reference.WhyTie
			}
			if !alone(o.Rule, p) || string(o.Why) != why {
				t.Fatalf("Explain(%v) says that %v matches too and lost by %q, want %q", p, o.Ref, o.Why, why)
			}
			m.saw("overridden", true)
		}
		for _, x := range e.Missed {
			if alone(x.Rule, p) {
				t.Fatalf("Explain(%v) says that %v misses in %s, and it decides alone", p, x.Ref, x.Field)
			}
			m.saw("missed", true)
		}
	}
}

func propBatchIsSingle(t *rapid.T, m met) {
	w := anyWorld(t)
	table := tableOf(t, w.Interface)
	packets := enginePackets(w.packets)
	cut := rapid.IntRange(0, len(packets)).Draw(t, "cut")
	room := rapid.IntRange(0, 8).Draw(t, "room")
	batch := table.DecideBatch(make([]match.Decision, 0, room), packets[:cut])
	batch = table.DecideBatch(batch, packets[cut:])
	if len(batch) != len(packets) {
		t.Fatalf("DecideBatch in two parts of %d packets gave %d decisions", len(packets), len(batch))
	}
	for i, p := range packets {
		if want := table.Decide(p); batch[i] != want {
			t.Fatalf("DecideBatch gave %+v for %v, want Decide's %+v with\n%v", batch[i], p, want, w.Interface)
		}
		m.saw(batch[i].Verdict.String(), batch[i].Cause != match.Invalid)
	}
}

func propTableIsUnaffectedByLaterChanges(t *rapid.T, m met) {
	w := anyWorld(t)
	s := choices(t)
	table := tableOf(t, w.Interface)
	before := table.DecideBatch(nil, enginePackets(w.packets))
	text := table.String()
	for range 10 {
		g := w.Groups[s.IntN(len(w.Groups))]
		if s.IntN(2) == 0 {
			_, ok := g.Remove(s.IntN(g.Len() + 1))
			m.saw("changed", ok)
			continue
		}
		g.Limit++
		if err := g.Restore(rule.Existing{Params: rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "0.0.0.0/0", NICType: "intranet"}}); err != nil {
			t.Fatalf("Restore = %v", err)
		}
		m.saw("changed", true)
	}
	after := table.DecideBatch(nil, enginePackets(w.packets))
	if !slices.Equal(before, after) || table.String() != text {
		t.Fatalf("a table of other decisions or rules after its groups have changed:\n%v\nwant\n%v", table, text)
	}
	for _, d := range after {
		m.saw("by rule", d.Cause == match.ByRule)
	}
}

// The same groups, their clones, and rules entered anew make tables that say the
// same, rank for rank.
func propCompileAgainIsTheSame(t *rapid.T, m met) {
	w := anyWorld(t)
	clones := gen.Interface{Members: w.Members}
	for _, g := range w.Groups {
		clones.Groups = append(clones.Groups, g.Clone())
	}
	anew := remade(t, w.Interface, func(_ int, list []rule.Rule) []rule.Rule { return list })
	a := tableOf(t, w.Interface)
	for _, x := range []gen.Interface{w.Interface, clones, anew} {
		b := tableOf(t, x)
		sameFor(t, w, a, b, func(p gen.Packet) gen.Packet { return p }, func(_ gen.Packet, d match.Decision) {
			m.saw("by rule", d.Cause == match.ByRule)
			m.saw("by default", d.Cause == match.Default)
		})
	}
}

// anyPacket draws every field from all its values.
func anyPacket(t *rapid.T) match.Packet {
	addr := func(name string) netip.Addr {
		b := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, name)
		switch rapid.IntRange(0, 3).Draw(t, name+" form") {
		case 0:
			return netip.AddrFrom4([4]byte(b))
		case 1:
			return netip.AddrFrom16([16]byte(b)).WithZone(rapid.String().Draw(t, name+" zone"))
		case 2:
			return netip.AddrFrom16(netip.AddrFrom4([4]byte(b)).As16())
		}
		return netip.Addr{}
	}
	return match.Packet{
		Src: addr("src"), Dst: addr("dst"),
		SrcPort: rapid.Uint16().Draw(t, "src port"), DstPort: rapid.Uint16().Draw(t, "dst port"),
		Protocol: rule.Protocol(rapid.Uint16Range(0, 400).Draw(t, "protocol")), NIC: rule.NIC(rapid.Uint8Range(0, 3).Draw(t, "nic")),
	}
}

// Whatever a packet holds, every method answers, the reference agrees, and an
// invalid packet is dropped.
func propAnyPacketValueIsDecided(t *rapid.T, m met) {
	w := fewRules(t)
	table := tableOf(t, w.Interface)
	ref := reference.New(w.Members, w.Groups...)
	for range 8 {
		p := anyPacket(t)
		d, want := table.Decide(p), ref.Decide(asReference(gen.Packet(p)))
		if said(table, d) != want {
			t.Fatalf("Decide(%v) = %+v, want %+v with\n%v", p, d, want, w.Interface)
		}
		e := table.Explain(p)
		_, err := json.Marshal(p)
		if e.Decision != d || e.String() == "" || d.Cause != match.Invalid && err != nil {
			t.Fatalf("Explain(%v) = %v, want %v; json.Marshal: %v", p, e, d, err)
		}
		if (match.Decision{}) != (*match.Table)(nil).Decide(p) || (match.Decision{}) != new(match.Table).Decide(p) {
			t.Fatalf("a table of nothing decides %v, want it dropped as invalid", p)
		}
		m.saw("invalid", d.Cause == match.Invalid)
		m.saw("valid", d.Cause != match.Invalid)
	}
}

// The text and the JSON of a packet lose nothing that decides.
func propPacketTextDecidesTheSame(t *rapid.T, m met) {
	w := anyWorld(t)
	table := tableOf(t, w.Interface)
	for _, p := range w.packets {
		want := table.Decide(match.Packet(p))
		if want.Cause == match.Invalid {
			continue
		}
		text, err := match.ParsePacket(match.Packet(p).String())
		if err != nil {
			t.Fatalf("ParsePacket(%q) = %v", match.Packet(p), err)
		}
		b, err := json.Marshal(match.Packet(p))
		if err != nil {
			t.Fatalf("json.Marshal(%v) = %v", p, err)
		}
		var object match.Packet
		if err := json.Unmarshal(b, &object); err != nil {
			t.Fatalf("json.Unmarshal(%s) = %v", b, err)
		}
		if got := table.Decide(text); got != want {
			t.Fatalf("Decide(%v) = %v, want %v as for %v", text, got, want, p)
		}
		if got := table.Decide(object); got != want {
			t.Fatalf("Decide(%s) = %v, want %v as for %v", b, got, want, p)
		}
		m.saw("by rule", want.Cause == match.ByRule)
		m.saw("by default", want.Cause == match.Default)
	}
}
