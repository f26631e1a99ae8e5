package fuzz

import (
	"net/netip"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

// What a change of the rules can do to verdicts, and what it cannot.
var changeProperties = []property{
	{"RuleThatNeverDecidesChangesNothing", propRuleThatNeverDecidesChangesNothing, []string{"by rule", "covered"}},
	{"AddingADropNeverOpens", propAddingADropNeverOpens, []string{"was accepted", "closed"}},
	{"AddingAnAcceptNeverCloses", propAddingAnAcceptNeverCloses, []string{"was dropped", "opened"}},
	{"WideningADropNeverOpens", propWideningADropNeverOpens, []string{"was accepted", "was dropped", "closed"}},
	{"WideningAnAcceptNeverCloses", propWideningAnAcceptNeverCloses, []string{"was accepted", "was dropped", "opened"}},
	{"StrengtheningADropNeverOpens", propStrengtheningADropNeverOpens, []string{"was accepted", "was dropped", "closed"}},
	{"StrengtheningAnAcceptNeverCloses", propStrengtheningAnAcceptNeverCloses, []string{"was accepted", "was dropped", "opened"}},
	{"AChangedRuleChangesOnlyWhatItMatches", propAChangedRuleChangesOnlyWhatItMatches, []string{"matches", "matches neither"}},
	{"PoliciesTurnedRoundTurnVerdicts", propPoliciesTurnedRoundTurnVerdicts, []string{"accept", "drop"}},
}

func FuzzPropRuleThatNeverDecidesChangesNothing(f *testing.F) {
	fuzzed(f, propRuleThatNeverDecidesChangesNothing)
}
func FuzzPropAddingADropNeverOpens(f *testing.F)        { fuzzed(f, propAddingADropNeverOpens) }
func FuzzPropAddingAnAcceptNeverCloses(f *testing.F)    { fuzzed(f, propAddingAnAcceptNeverCloses) }
func FuzzPropWideningADropNeverOpens(f *testing.F)      { fuzzed(f, propWideningADropNeverOpens) }
func FuzzPropWideningAnAcceptNeverCloses(f *testing.F)  { fuzzed(f, propWideningAnAcceptNeverCloses) }
func FuzzPropStrengtheningADropNeverOpens(f *testing.F) { fuzzed(f, propStrengtheningADropNeverOpens) }
func FuzzPropStrengtheningAnAcceptNeverCloses(f *testing.F) {
	fuzzed(f, propStrengtheningAnAcceptNeverCloses)
}
func FuzzPropAChangedRuleChangesOnlyWhatItMatches(f *testing.F) {
	fuzzed(f, propAChangedRuleChangesOnlyWhatItMatches)
}
func FuzzPropPoliciesTurnedRoundTurnVerdicts(f *testing.F) {
	fuzzed(f, propPoliciesTurnedRoundTurnVerdicts)
}

// narrowed is a rule that matches some of what r matches.
func narrowed(s gen.Source, r rule.Rule) rule.Rule {
	if p := &r.DstPorts; !p.IsAny() {
		p.First += uint16(s.IntN(int(p.Last-p.First) + 1))
	}
	if r.Dst.IsValid() {
		n := r.Dst.Bits() + s.IntN(r.Dst.Addr().BitLen()-r.Dst.Bits()+1)
		r.Dst, r.DstHost = netip.PrefixFrom(r.Dst.Addr(), n), netip.Addr{}
	}
	return r
}

// widened is a rule that matches all that r matches, and mostly more.
func widened(s gen.Source, r rule.Rule) rule.Rule {
	if s.IntN(2) == 0 {
		r.Dst, r.DstHost = shorter(s, r.Dst), netip.Addr{}
	}
	switch s.IntN(3) {
	case 0:
		r.Src, r.SrcHost = shorter(s, r.Src), netip.Addr{}
	case 1:
		r.Src, r.SrcHost = netip.Prefix{}, netip.Addr{}
	}
	switch {
	case s.IntN(4) == 0:
		r.Protocol, r.DstPorts, r.SrcPorts = rule.All, rule.PortRange{}, rule.PortRange{}
	case !r.DstPorts.IsAny():
		r.DstPorts.First -= uint16(s.IntN(int(r.DstPorts.First)))
		r.DstPorts.Last += uint16(s.IntN(65536 - int(r.DstPorts.Last)))
	}
	return r
}

func shorter(s gen.Source, p netip.Prefix) netip.Prefix {
	if !p.IsValid() {
		return p
	}
	return netip.PrefixFrom(p.Addr(), s.IntN(p.Bits()+1)).Masked()
}

// oneChanged changes one rule: a chosen one of those that decide a packet of the
// world or, where losers is set, that lose one to the other policy.
func oneChanged(t *rapid.T, w world, table *match.Table, losers bool, policy rule.Policy, change func(s gen.Source, r rule.Rule) rule.Rule) (y gen.Interface, was rule.Rule, ok bool) {
	s := choices(t)
	var candidates []match.Ref
	for _, p := range w.packets[:min(len(w.packets), 20)] {
		e := table.Explain(match.Packet(p))
		refs := []match.Ref{e.Decider}
		for _, o := range e.Overridden {
			if o.Rule.Policy != e.Decider.Rule.Policy { // the others would change no verdict
				refs = append(refs, o.Ref)
			}
		}
		if losers {
			refs = refs[1:]
		} else {
			refs = refs[:1]
		}
		for _, ref := range refs {
			if ref.Rule.Priority > 0 && ref.Rule.Policy == policy {
				candidates = append(candidates, ref)
			}
		}
	}
	if len(candidates) == 0 {
		return w.Interface, was, false
	}
	chosen := candidates[s.IntN(len(candidates))]
	y = remade(t, w.Interface, func(g int, list []rule.Rule) []rule.Rule {
		if w.Groups[g].ID() == chosen.Group {
			list[chosen.Index] = change(s, list[chosen.Index])
		}
		return list
	})
	return y, chosen.Rule, true
}

// oneWay wants no packet to go from verdict from to the other.
func oneWay(t *rapid.T, m met, w world, a, b *match.Table, from match.Verdict, y gen.Interface) {
	t.Helper()
	for _, p := range w.packets {
		was, is := a.Decide(match.Packet(p)), b.Decide(match.Packet(p))
		if was.Verdict == from && is.Verdict != from {
			t.Fatalf("Decide(%v) = %v after the change, want %v as before; before\n%vafter\n%v", p, is, was, w.Interface, y)
		}
		m.saw("was accepted", was.Verdict == match.Accept)
		m.saw("was dropped", was.Verdict == match.Drop)
		m.saw("opened", was.Verdict == match.Drop && is.Verdict == match.Accept)
		m.saw("closed", was.Verdict == match.Accept && is.Verdict == match.Drop)
	}
}

// A rule that a stronger one covers: the same or a narrower one, behind it.
func propRuleThatNeverDecidesChangesNothing(t *rapid.T, m met) {
	w := anyWorld(t)
	s := choices(t)
	group, _, r, ok := anyRule(s, w.Interface)
	if !ok {
		return
	}
	covered := narrowed(s, r)
	covered.Policy, covered.Priority = rule.Policy(s.IntN(2)), r.Priority+uint8(s.IntN(int(111-r.Priority)))
	if covered.Priority == r.Priority && covered.Policy == rule.Drop { // would win the tie, or stand in its order
		covered.Policy = r.Policy
	}
	m.saw("covered", true)
	y := with(t, w.Interface, group, covered)
	a, b := tableOf(t, w.Interface), tableOf(t, y)
	for _, p := range w.packets {
		want, got := a.Decide(match.Packet(p)), b.Decide(match.Packet(p))
		if !sameAnswer(a, want, b, got) {
			t.Fatalf("Decide(%v) = %v with %v more, want %v as with\n%v", p, got, covered, want, w.Interface)
		}
		m.saw("by rule", got.Cause == match.ByRule)
	}
}

// added is the interface and one rule more: one that matches a packet of the
// world exactly, or another rule's match with this policy.
func added(t *rapid.T, w world, table *match.Table, policy rule.Policy) gen.Interface {
	s := choices(t)
	priority := uint8(1 + s.IntN(3))
	_, _, r, ok := anyRule(s, w.Interface)
	r.Policy, r.Priority = policy, priority
	p := w.packets[s.IntN(len(w.packets))]
	if d := table.Decide(match.Packet(p)); (!ok || s.IntN(4) > 0) && expressible(w.Interface, d, p) {
		r, ok = exactly(w.Interface, p, policy, priority), true
	}
	if !ok {
		return w.Interface
	}
	return with(t, w.Interface, s.IntN(len(w.Groups)), r)
}

func propAddingADropNeverOpens(t *rapid.T, m met) {
	w := anyWorld(t)
	a := tableOf(t, w.Interface)
	y := added(t, w, a, rule.Drop)
	oneWay(t, m, w, a, tableOf(t, y), match.Drop, y)
}

func propAddingAnAcceptNeverCloses(t *rapid.T, m met) {
	w := anyWorld(t)
	a := tableOf(t, w.Interface)
	y := added(t, w, a, rule.Accept)
	oneWay(t, m, w, a, tableOf(t, y), match.Accept, y)
}

func propWideningADropNeverOpens(t *rapid.T, m met) {
	w := anyWorld(t)
	a := tableOf(t, w.Interface)
	y, _, _ := oneChanged(t, w, a, false, rule.Drop, widened)
	oneWay(t, m, w, a, tableOf(t, y), match.Drop, y)
}

func propWideningAnAcceptNeverCloses(t *rapid.T, m met) {
	w := anyWorld(t)
	a := tableOf(t, w.Interface)
	y, _, _ := oneChanged(t, w, a, false, rule.Accept, widened)
	oneWay(t, m, w, a, tableOf(t, y), match.Accept, y)
}

func strengthened(s gen.Source, r rule.Rule) rule.Rule {
	if r.Priority = uint8(1 + s.IntN(int(r.Priority))); s.IntN(2) == 0 {
		r.Priority = 1
	}
	return r
}

func propStrengtheningADropNeverOpens(t *rapid.T, m met) {
	w := anyWorld(t)
	a := tableOf(t, w.Interface)
	y, _, _ := oneChanged(t, w, a, true, rule.Drop, strengthened)
	oneWay(t, m, w, a, tableOf(t, y), match.Drop, y)
}

func propStrengtheningAnAcceptNeverCloses(t *rapid.T, m met) {
	w := anyWorld(t)
	a := tableOf(t, w.Interface)
	y, _, _ := oneChanged(t, w, a, true, rule.Accept, strengthened)
	oneWay(t, m, w, a, tableOf(t, y), match.Accept, y)
}

// Whatever becomes of one rule, packets that neither its old nor its new form
// matches keep their verdict and their rule.
func propAChangedRuleChangesOnlyWhatItMatches(t *rapid.T, m met) {
	w := anyWorld(t)
	a := tableOf(t, w.Interface)
	var is rule.Rule
	y, was, ok := oneChanged(t, w, a, rapid.Bool().Draw(t, "loser"), rule.Policy(rapid.IntRange(0, 1).Draw(t, "policy")), func(s gen.Source, r rule.Rule) rule.Rule {
		is = widened(s, r)
		if s.IntN(2) == 0 {
			is = narrowed(s, r)
		}
		is.Policy, is.Priority = rule.Policy(s.IntN(2)), uint8(1+s.IntN(110))
		return is
	})
	if !ok {
		return
	}
	g := w.Groups[0]
	either := tableOf(t, gen.Interface{Members: w.Members, Groups: []*rule.Group{groupOf(t, g, g.Type(), []rule.Rule{was, is})}})
	b := tableOf(t, y)
	for _, p := range w.packets {
		if either.Decide(match.Packet(p)).Cause == match.ByRule {
			m.saw("matches", true)
			continue
		}
		want, got := a.Decide(match.Packet(p)), b.Decide(match.Packet(p))
		if !sameAnswer(a, want, b, got) {
			t.Fatalf("Decide(%v) = %v, want %v: it matches neither %v nor %v\nwith\n%v", p, got, want, was, is, y)
		}
		m.saw("matches neither", true)
	}
}

// Where no two priorities are equal, policies and default turned round turn
// every verdict; the deciding rules stay. A classic default cannot turn.
func propPoliciesTurnedRoundTurnVerdicts(t *rapid.T, m met) {
	w := fewRules(t)
	next := uint8(0)
	x := remade(t, w.Interface, func(_ int, list []rule.Rule) []rule.Rule {
		for i := range list {
			next++
			list[i].Priority = next
		}
		return list
	})
	y := gen.Interface{Members: x.Members}
	for _, g := range x.Groups {
		typ := g.Type()
		if g.Network() == rule.VPC {
			typ = rule.Advanced - typ
		}
		list := rulesOf(g)
		for i := range list {
			list[i].Policy = rule.Accept - list[i].Policy
		}
		y.Groups = append(y.Groups, groupOf(t, g, typ, list))
	}
	a, b := tableOf(t, x), tableOf(t, y)
	for _, p := range w.packets {
		was, is := a.Decide(match.Packet(p)), b.Decide(match.Packet(p))
		stays := was.Cause == match.Invalid || was.Cause == match.Default && x.Groups[0].Network() == rule.Classic
		r, _ := a.Rule(was)
		s, _ := b.Rule(is)
		if is.Cause != was.Cause || (is.Verdict == was.Verdict) != stays || r.Group != s.Group || r.Index != s.Index {
			t.Fatalf("Decide(%v) = %v by %v with policies turned round, was %v by %v with\n%v", p, is, s, was, r, x)
		}
		m.saw(was.Verdict.String(), was.Cause != match.Invalid)
	}
}
