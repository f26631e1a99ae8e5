package fuzz

import (
	"math/rand/v2"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

// Which rule decides: priority, ties, order, and nothing else.
var orderProperties = []property{
	{"OrderOfEntryChangesNoVerdict", propOrderOfEntryChangesNoVerdict, []string{"by rule", "by default"}},
	{"OrderOfGroupsChangesNoVerdict", propOrderOfGroupsChangesNoVerdict, []string{"by rule", "by default"}},
	{"OneGroupSplitIntoTenDecidesTheSame", propOneGroupSplitIntoTenDecidesTheSame, []string{"by rule", "by default", "a later group"}},
	{"DropWinsATie", propDropWinsATie, []string{"tie"}},
	{"SmallerNumberWins", propSmallerNumberWins, []string{"stronger", "weaker"}},
	{"OnlyTheOrderOfPrioritiesCounts", propOnlyTheOrderOfPrioritiesCounts, []string{"by rule", "moved"}},
	{"OnlyTheDeciderMatters", propOnlyTheDeciderMatters, []string{"accept", "drop"}},
	{"RemovingTheDeciderGivesTheNext", propRemovingTheDeciderGivesTheNext, []string{"another rule", "the default"}},
	{"DefaultOnlyWhereNoRuleMatches", propDefaultOnlyWhereNoRuleMatches, []string{"by rule", "by default"}},
	{"RulesMeetInOrder", propRulesMeetInOrder, []string{"neighbours"}},
}

func FuzzPropOrderOfEntryChangesNoVerdict(f *testing.F) { fuzzed(f, propOrderOfEntryChangesNoVerdict) }
func FuzzPropOrderOfGroupsChangesNoVerdict(f *testing.F) {
	fuzzed(f, propOrderOfGroupsChangesNoVerdict)
}
func FuzzPropOneGroupSplitIntoTenDecidesTheSame(f *testing.F) {
	fuzzed(f, propOneGroupSplitIntoTenDecidesTheSame)
}
func FuzzPropDropWinsATie(f *testing.F)      { fuzzed(f, propDropWinsATie) }
func FuzzPropSmallerNumberWins(f *testing.F) { fuzzed(f, propSmallerNumberWins) }
func FuzzPropOnlyTheOrderOfPrioritiesCounts(f *testing.F) {
	fuzzed(f, propOnlyTheOrderOfPrioritiesCounts)
}
func FuzzPropOnlyTheDeciderMatters(f *testing.F) { fuzzed(f, propOnlyTheDeciderMatters) }
func FuzzPropRemovingTheDeciderGivesTheNext(f *testing.F) {
	fuzzed(f, propRemovingTheDeciderGivesTheNext)
}
func FuzzPropDefaultOnlyWhereNoRuleMatches(f *testing.F) {
	fuzzed(f, propDefaultOnlyWhereNoRuleMatches)
}
func FuzzPropRulesMeetInOrder(f *testing.F) { fuzzed(f, propRulesMeetInOrder) }

// sameVerdicts wants two tables to give every packet one verdict and one cause.
func sameVerdicts(t *rapid.T, m met, w world, a, b *match.Table, what string) {
	t.Helper()
	for _, p := range w.packets {
		want, got := a.Decide(match.Packet(p)), b.Decide(match.Packet(p))
		if got.Verdict != want.Verdict || got.Cause != want.Cause {
			t.Fatalf("Decide(%v) = %v with %s, want %v as with\n%v", p, got, what, want, w.Interface)
		}
		m.saw("by rule", want.Cause == match.ByRule)
		m.saw("by default", want.Cause == match.Default)
	}
}

func shuffler(t *rapid.T) *rand.Rand {
	return rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "shuffle"), 1))
}

func propOrderOfEntryChangesNoVerdict(t *rapid.T, m met) {
	w := anyWorld(t)
	r := shuffler(t)
	y := remade(t, w.Interface, func(_ int, list []rule.Rule) []rule.Rule {
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		return list
	})
	sameVerdicts(t, m, w, tableOf(t, w.Interface), tableOf(t, y), "the rules in another order")
}

func propOrderOfGroupsChangesNoVerdict(t *rapid.T, m met) {
	w := anyWorld(t)
	y := gen.Interface{Members: w.Members, Groups: append([]*rule.Group(nil), w.Groups...)}
	shuffler(t).Shuffle(len(y.Groups), func(i, j int) { y.Groups[i], y.Groups[j] = y.Groups[j], y.Groups[i] })
	sameVerdicts(t, m, w, tableOf(t, w.Interface), tableOf(t, y), "the groups in another order")
}

// Cut in place, the groups' order goes on where the entry order stood: even the
// deciding rule stays.
func propOneGroupSplitIntoTenDecidesTheSame(t *rapid.T, m met) {
	w := anyWorld(t)
	one := w.Groups[0]
	var list []rule.Rule
	for _, g := range w.Groups {
		list = append(list, rulesOf(g)...)
	}
	whole := gen.Interface{Members: w.Members, Groups: []*rule.Group{groupOf(t, one, one.Type(), list)}}
	cut := gen.Interface{Members: w.Members}
	starts := map[string]int{}
	for i := range match.MaxGroups {
		from, to := i*len(list)/match.MaxGroups, (i+1)*len(list)/match.MaxGroups
		g := rule.NewGroup("part-"+string(rune('0'+i)), one.Network(), one.Type())
		cut.Groups = append(cut.Groups, groupOf(t, g, g.Type(), list[from:to]))
		starts[g.ID()] = from
	}
	a, b := tableOf(t, whole), tableOf(t, cut)
	for _, p := range w.packets {
		want, got := a.Decide(match.Packet(p)), b.Decide(match.Packet(p))
		r, _ := a.Rule(want)
		s, byRule := b.Rule(got)
		if !sameAnswer(a, want, b, got) || byRule && starts[s.Group]+s.Index != r.Index {
			t.Fatalf("Decide(%v) = %v with %v in ten groups, want %v with %v as in one:\n%v", p, got, s, want, r, whole)
		}
		m.saw("by rule", byRule)
		m.saw("by default", got.Cause == match.Default)
		m.saw("a later group", byRule && s.Group != "part-0")
	}
}

func propDropWinsATie(t *rapid.T, m met) {
	w := fewRules(t)
	s := choices(t)
	table := tableOf(t, w.Interface)
	for _, p := range w.packets {
		d := table.Decide(match.Packet(p))
		if !expressible(w.Interface, d, p) {
			continue
		}
		priority := uint8(1 + s.IntN(100))
		if r, ok := table.Rule(d); ok {
			priority = r.Rule.Priority
		}
		pair := []rule.Policy{rule.Accept, rule.Drop}
		if s.IntN(2) == 0 {
			pair[0], pair[1] = pair[1], pair[0]
		}
		tied := w.Interface
		for _, policy := range pair {
			tied = with(t, tied, s.IntN(len(tied.Groups)), exactly(tied, p, policy, priority))
		}
		b := tableOf(t, tied)
		if got := b.Decide(match.Packet(p)); got.Verdict != match.Drop || got.Cause != match.ByRule {
			t.Fatalf("Decide(%v) = %v where an accept and a drop rule tie, want drop by rule with\n%v", p, got, tied)
		}
		m.saw("tie", true)
	}
}

// A rule that matches the packet exactly, of the other policy: one step stronger
// than the decider it decides, one step weaker it does not.
func propSmallerNumberWins(t *rapid.T, m met) {
	w := fewRules(t)
	s := choices(t)
	table := tableOf(t, w.Interface)
	for _, p := range w.packets {
		d := table.Decide(match.Packet(p))
		ref, ok := table.Rule(d)
		if !ok || !expressible(w.Interface, d, p) {
			continue
		}
		policy := rule.Accept - ref.Rule.Policy
		group := s.IntN(len(w.Groups))
		if k := ref.Rule.Priority; k > 1 {
			r := exactly(w.Interface, p, policy, k-1)
			b := tableOf(t, with(t, w.Interface, group, r))
			got := b.Decide(match.Packet(p))
			if by, _ := b.Rule(got); by.Rule != r {
				t.Fatalf("Decide(%v) = %v by %v, want it by the stronger %v", p, got, by, r)
			}
			m.saw("stronger", true)
		}
		weak := ref.Rule.Priority + 1
		if weak > 110 {
			continue
		}
		b := tableOf(t, with(t, w.Interface, group, exactly(w.Interface, p, policy, weak)))
		if got := b.Decide(match.Packet(p)); !sameAnswer(table, d, b, got) {
			t.Fatalf("Decide(%v) = %v with a weaker rule more, want %v by %v with\n%v", p, got, d, ref, w.Interface)
		}
		m.saw("weaker", true)
	}
}

// Priorities packed to 1, 2, 3... leave every rank where it is.
func propOnlyTheOrderOfPrioritiesCounts(t *rapid.T, m met) {
	w := anyWorld(t)
	var used [111]bool
	for _, g := range w.Groups {
		for _, r := range g.Rules() {
			used[r.Priority] = true
		}
	}
	packed, next := [111]uint8{}, uint8(1)
	for p := range used {
		if used[p] {
			packed[p] = next
			next++
		}
	}
	y := remade(t, w.Interface, func(_ int, list []rule.Rule) []rule.Rule {
		for i := range list {
			m.saw("moved", packed[list[i].Priority] != list[i].Priority)
			list[i].Priority = packed[list[i].Priority]
		}
		return list
	})
	a, b := tableOf(t, w.Interface), tableOf(t, y)
	for _, p := range w.packets {
		want, got := a.Decide(match.Packet(p)), b.Decide(match.Packet(p))
		if !sameRank(a, want, b, got) {
			t.Fatalf("Decide(%v) = %+v with priorities packed, want %+v with\n%v", p, got, want, w.Interface)
		}
		m.saw("by rule", got.Cause == match.ByRule)
	}
}

func propOnlyTheDeciderMatters(t *rapid.T, m met) {
	w := fewRules(t)
	table := tableOf(t, w.Interface)
	for _, p := range w.packets {
		want := table.Decide(match.Packet(p))
		ref, ok := table.Rule(want)
		if !ok {
			continue
		}
		g := groupOf(t, w.Groups[0], w.Groups[0].Type(), []rule.Rule{ref.Rule})
		alone := tableOf(t, gen.Interface{Members: w.Members, Groups: []*rule.Group{g}})
		if got := alone.Decide(match.Packet(p)); got.Verdict != want.Verdict || got.Cause != match.ByRule {
			t.Fatalf("Decide(%v) = %v with %v alone, want %v", p, got, ref, want)
		}
		m.saw(want.Verdict.String(), true)
	}
}

func propRemovingTheDeciderGivesTheNext(t *rapid.T, m met) {
	w := fewRules(t)
	table := tableOf(t, w.Interface)
	for _, p := range w.packets {
		e := table.Explain(match.Packet(p))
		if e.Decision.Cause != match.ByRule {
			continue
		}
		less := remade(t, w.Interface, func(g int, list []rule.Rule) []rule.Rule {
			if w.Groups[g].ID() == e.Decider.Group {
				list = append(list[:e.Decider.Index], list[e.Decider.Index+1:]...)
			}
			return list
		})
		b := tableOf(t, less)
		got := b.Decide(match.Packet(p))
		by, byRule := b.Rule(got)
		switch {
		case len(e.Overridden) == 0 && got.Cause != match.Default:
			t.Fatalf("Decide(%v) = %v by %v without the only rule that matched, want the default with\n%v", p, got, by, less)
		case len(e.Overridden) > 0 && (!byRule || by.Rule != e.Overridden[0].Rule):
			t.Fatalf("Decide(%v) = %v by %v without the decider, want it by the first overridden, %v", p, got, by, e.Overridden[0].Ref)
		}
		m.saw("another rule", byRule)
		m.saw("the default", !byRule)
	}
}

// Every rule is asked alone: the default decides where none of them matches, and
// only there.
func propDefaultOnlyWhereNoRuleMatches(t *rapid.T, m met) {
	w := fewRules(t)
	table := tableOf(t, w.Interface)
	var alone []*match.Table
	for _, g := range w.Groups {
		for _, r := range g.Rules() {
			one := groupOf(t, g, g.Type(), []rule.Rule{r})
			alone = append(alone, tableOf(t, gen.Interface{Members: w.Members, Groups: []*rule.Group{one}}))
		}
	}
	for _, p := range w.packets {
		d := table.Decide(match.Packet(p))
		matches := 0
		for _, one := range alone {
			if one.Decide(match.Packet(p)).Cause == match.ByRule {
				matches++
			}
		}
		if d.Cause != match.Invalid && (d.Cause == match.ByRule) != (matches > 0) || d.Cause == match.Invalid && matches > 0 {
			t.Fatalf("Decide(%v) = %v where %d rules match alone, with\n%v", p, d, matches, w.Interface)
		}
		wantAccept := w.Groups[0].Type() == rule.Basic
		if d.Cause == match.Default && (d.Verdict == match.Accept) != wantAccept {
			t.Fatalf("Decide(%v) = %v in a %v group", p, d, w.Groups[0].Type())
		}
		m.saw("by rule", d.Cause == match.ByRule)
		m.saw("by default", d.Cause == match.Default)
	}
}

func propRulesMeetInOrder(t *rapid.T, m met) {
	w := anyWorld(t)
	place := map[string]int{}
	for i, g := range w.Groups {
		place[g.ID()] = i
	}
	before := func(a, b match.Ref) bool {
		switch {
		case a.Rule.Priority != b.Rule.Priority:
			return a.Rule.Priority < b.Rule.Priority
		case a.Rule.Policy != b.Rule.Policy:
			return a.Rule.Policy == rule.Drop
		case a.Group != b.Group:
			return place[a.Group] < place[b.Group]
		}
		return a.Index < b.Index
	}
	var last match.Ref
	n := 0
	for ref := range tableOf(t, w.Interface).Rules() {
		if r, ok := w.Groups[place[ref.Group]].Rule(ref.Index); !ok || r != ref.Rule {
			t.Fatalf("Rules yields %v, want rule %v", ref, r)
		}
		if n > 0 && !before(last, ref) {
			t.Fatalf("Rules yields %v before %v", last, ref)
		}
		m.saw("neighbours", n > 0)
		last = ref
		n++
	}
	if n != w.Len() {
		t.Fatalf("Rules yields %d rules, want %d", n, w.Len())
	}
}
