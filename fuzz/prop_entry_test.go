package fuzz

import (
	"errors"
	"net/netip"
	"slices"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

// Rules and the methods that enter them into a group.
var entryProperties = []property{
	{"RefusedEntryChangesNothing", propRefusedEntryChangesNothing, []string{"refused"}},
	{"EveryMethodEntersTheSameRule", propEveryMethodEntersTheSameRule, []string{"rules"}},
	{"OneByOneIsAllAtOnce", propOneByOneIsAllAtOnce, []string{"entered", "refused"}},
	{"DuplicatesAreRefused", propDuplicatesAreRefused, []string{"equal", "different"}},
	{"CloneIsIndependent", propCloneIsIndependent, []string{"changed"}},
	{"RemovalUndoesEntry", propRemovalUndoesEntry, []string{"removed"}},
	{"MaskingIsIdempotent", propMaskingIsIdempotent, []string{"host bits", "IPv4", "IPv6"}},
	{"SpellingChangesNoRule", propSpellingChangesNoRule, []string{"another spelling"}},
	{"PortRangeHoldsItsPorts", propPortRangeHoldsItsPorts, []string{"inside", "outside"}},
}

func FuzzPropRefusedEntryChangesNothing(f *testing.F)   { fuzzed(f, propRefusedEntryChangesNothing) }
func FuzzPropEveryMethodEntersTheSameRule(f *testing.F) { fuzzed(f, propEveryMethodEntersTheSameRule) }
func FuzzPropOneByOneIsAllAtOnce(f *testing.F)          { fuzzed(f, propOneByOneIsAllAtOnce) }
func FuzzPropDuplicatesAreRefused(f *testing.F)         { fuzzed(f, propDuplicatesAreRefused) }
func FuzzPropCloneIsIndependent(f *testing.F)           { fuzzed(f, propCloneIsIndependent) }
func FuzzPropRemovalUndoesEntry(f *testing.F)           { fuzzed(f, propRemovalUndoesEntry) }
func FuzzPropMaskingIsIdempotent(f *testing.F)          { fuzzed(f, propMaskingIsIdempotent) }
func FuzzPropSpellingChangesNoRule(f *testing.F)        { fuzzed(f, propSpellingChangesNoRule) }
func FuzzPropPortRangeHoldsItsPorts(f *testing.F)       { fuzzed(f, propPortRangeHoldsItsPorts) }

// drawShape draws what a group is like.
func drawShape(s gen.Source) gen.Shape {
	sh := gen.AnyShape(s, 20)
	sh.Members = 2
	return sh
}

// spoilt are requests that no group takes, by what is wrong.
var spoilt = []rule.Params{
	{IPProtocol: "tcp", PortRange: "22/21", DestCidrIP: "10.0.0.0/8"},
	{IPProtocol: "sctp", PortRange: "-1/-1", DestCidrIP: "10.0.0.0/8"},
	{IPProtocol: "all", PortRange: "-1/-1"},
	{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "10.0.0.0/33"},
	{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "10.0.0.0/8", Priority: "111"},
	{IPProtocol: "icmp", PortRange: "-1/-1", IPv6DestCidrIP: "::/0"},
	{IPProtocol: "all", PortRange: "-1/-1", DestGroupID: "sg-0", NICType: "intranet"}, // the group itself
}

// Good rules and a bad one among them, by each method; a call beyond the
// limit; a removal of nothing.
func propRefusedEntryChangesNothing(t *rapid.T, m met) {
	s := choices(t)
	maker := gen.NewMaker(s, drawShape(s))
	g := maker.Group("sg-0", s.IntN(8))
	before := rulesOf(g)
	var requests []rule.Params
	var existing []rule.Existing
	var typed []rule.Rule
	bad := spoilt[s.IntN(len(spoilt))]
	at := s.IntN(4)
	for i := range 4 {
		p := maker.Params()
		if i == at {
			p = bad
		}
		requests = append(requests, p)
		existing = append(existing, rule.Existing{Params: p})
		r := maker.Rule()
		if i == at {
			r.Priority = 101 + uint8(s.IntN(155))
		}
		typed = append(typed, r)
	}
	full := g.Clone()
	full.Limit = full.Len()
	for name, err := range map[string]error{
		"Authorize": g.Authorize(requests...), "Add": g.Add(typed...), "Restore": g.Restore(existing...),
		"Authorize of a full group": full.Authorize(maker.Params()), "Add to a full group": full.Add(maker.Rule()),
	} {
		var faults rule.Errors
		if !errors.As(err, &faults) || len(faults) == 0 {
			t.Fatalf("%s with a bad rule %+v = %v, want it refused", name, bad, err)
		}
		m.saw("refused", true)
	}
	if _, ok := g.Remove(g.Len()); ok {
		t.Fatalf("Remove(%d) of %d rules took one", g.Len(), g.Len())
	}
	if after := rulesOf(g); !slices.Equal(before, after) || !slices.Equal(before, rulesOf(full)) {
		t.Fatalf("the group holds %v after refused calls, want %v", after, before)
	}
}

func propEveryMethodEntersTheSameRule(t *rapid.T, m met) {
	s := choices(t)
	sh := drawShape(s)
	maker := gen.NewMaker(s, sh)
	for range 1 + s.IntN(8) {
		r := maker.Rule()
		want := []rule.Rule{r}
		methods := map[string]func(g *rule.Group) error{
			"Authorize": func(g *rule.Group) error { return g.Authorize(r.Params()) },
			"Add":       func(g *rule.Group) error { return g.Add(r) },
			"Restore":   func(g *rule.Group) error { return g.Restore(rule.Existing{Params: r.Params()}) },
		}
		for name, enter := range methods {
			g := rule.NewGroup("sg-0", sh.Network, sh.Type)
			if err := enter(g); err != nil || !slices.Equal(rulesOf(g), want) {
				t.Fatalf("%s of %v enters %v, %v", name, r, rulesOf(g), err)
			}
		}
		if got, err := rule.Parse(r.Params(), sh.Network); err != nil || got != r {
			t.Fatalf("Parse(%+v) = %v, %v, want %v", r.Params(), got, err, r)
		}
		m.saw("rules", true)
	}
}

// A call of several rules passes where each of them, one after the other, does.
func propOneByOneIsAllAtOnce(t *rapid.T, m met) {
	s := choices(t)
	maker := gen.NewMaker(s, drawShape(s))
	g := maker.Group("sg-0", s.IntN(6))
	g.Limit = max(g.Len()+s.IntN(12), 1)
	var requests []rule.Params
	for range 1 + s.IntN(6) {
		switch p := maker.Params(); {
		case s.IntN(12) == 0:
			requests = append(requests, spoilt[s.IntN(len(spoilt))])
		case s.IntN(12) == 0 && len(requests) > 0:
			requests = append(requests, requests[0])
		default:
			requests = append(requests, p)
		}
	}
	single := g.Clone()
	var refused error
	for _, p := range requests {
		if refused = single.Authorize(p); refused != nil {
			break
		}
	}
	err := g.Authorize(requests...)
	if (err == nil) != (refused == nil) || err == nil && !slices.Equal(rulesOf(g), rulesOf(single)) {
		t.Fatalf("Authorize of %d rules = %v and %v, one by one %v and %v", len(requests), err, rulesOf(g), refused, rulesOf(single))
	}
	m.saw("entered", err == nil)
	m.saw("refused", err != nil)
}

// The second of two rules is refused as a duplicate where Duplicates says so;
// Duplicates counts all but priority, description and what was masked away.
func propDuplicatesAreRefused(t *rapid.T, m met) {
	s := choices(t)
	sh := drawShape(s)
	maker := gen.NewMaker(s, sh)
	a, b := maker.Rule(), maker.Rule()
	if s.IntN(2) == 0 {
		b = a
		b.Priority, b.Description = uint8(1+s.IntN(100)), "another"
	}
	key := func(r rule.Rule) rule.Rule {
		r.Priority, r.Description, r.DstHost, r.SrcHost = 0, "", netip.Addr{}, netip.Addr{}
		return r
	}
	equal := key(a) == key(b)
	if a.Duplicates(b) != equal || b.Duplicates(a) != equal || !a.Duplicates(a) {
		t.Fatalf("Duplicates of %v and %v = %t and %t, want %t", a, b, a.Duplicates(b), b.Duplicates(a), equal)
	}
	g := rule.NewGroup("sg-0", sh.Network, sh.Type)
	if err := g.Add(a); err != nil {
		t.Fatalf("Add(%v) = %v", a, err)
	}
	if err := g.Add(b); (err == nil) == equal || equal && !errors.Is(err, rule.RuleDuplicate) {
		t.Fatalf("Add(%v) behind %v = %v, want it refused: %t", b, a, err, equal)
	}
	err := rule.NewGroup("sg-0", sh.Network, sh.Type).Add(a, b)
	if (err == nil) == equal || equal && !errors.Is(err, rule.InvalidParamDuplicatePermissions) {
		t.Fatalf("Add(%v, %v) = %v, want it refused: %t", a, b, err, equal)
	}
	m.saw("equal", equal)
	m.saw("different", !equal)
}

func propCloneIsIndependent(t *rapid.T, m met) {
	s := choices(t)
	maker := gen.NewMaker(s, drawShape(s))
	g := maker.Group("sg-0", 0)
	for range s.IntN(8) { // one by one, so that its array has room to spare
		if err := g.Restore(rule.Existing{Params: maker.Params()}); err != nil {
			t.Fatalf("Restore = %v", err)
		}
	}
	g.Owner, g.VPCID = "a", "vpc-1"
	c := g.Clone()
	before := rulesOf(g)
	if !slices.Equal(before, rulesOf(c)) || c.ID() != g.ID() || c.Type() != g.Type() || c.Network() != g.Network() ||
		c.Owner != "a" || c.VPCID != "vpc-1" || c.Limit != g.Limit {
		t.Fatalf("Clone = %+v with %v, want %+v with %v", c, rulesOf(c), g, before)
	}
	// Both grow and shrink in turn: an array that they shared would show.
	want := [2][]rule.Rule{slices.Clone(before), slices.Clone(before)}
	for range 10 {
		i := s.IntN(2)
		changed := []*rule.Group{g, c}[i]
		if r := maker.Rule(); s.IntN(2) == 0 {
			changed.Limit = changed.Len() + 1
			if err := changed.Restore(rule.Existing{Params: r.Params()}); err != nil {
				t.Fatalf("Restore(%v) = %v", r, err)
			}
			want[i] = append(want[i], r)
			m.saw("changed", true)
		} else if n := s.IntN(changed.Len() + 1); n < changed.Len() {
			changed.Remove(n)
			want[i] = slices.Delete(want[i], n, n+1)
			m.saw("changed", true)
		}
	}
	if !slices.Equal(rulesOf(g), want[0]) || !slices.Equal(rulesOf(c), want[1]) {
		t.Fatalf("group %v and clone %v, want %v and %v", rulesOf(g), rulesOf(c), want[0], want[1])
	}
}

func propRemovalUndoesEntry(t *rapid.T, m met) {
	s := choices(t)
	maker := gen.NewMaker(s, drawShape(s))
	g := maker.Group("sg-0", 1+s.IntN(10))
	before := rulesOf(g)
	i := s.IntN(g.Len())
	r, ok := g.Remove(i)
	if !ok || r != before[i] || !slices.Equal(rulesOf(g), slices.Delete(slices.Clone(before), i, i+1)) {
		t.Fatalf("Remove(%d) = %v, %t and leaves %v, of %v", i, r, ok, rulesOf(g), before)
	}
	if err := g.Restore(rule.Existing{Params: r.Params(), ID: r.ID}); err != nil {
		t.Fatalf("Restore(%v) = %v", r, err)
	}
	if last, _ := g.Rule(g.Len() - 1); last != r || g.Len() != len(before) {
		t.Fatalf("entered anew it is %v, want %v", last, r)
	}
	m.saw("removed", true)
}

// A block parses to its masked form whatever its host bits, and that form to
// itself.
func propMaskingIsIdempotent(t *rapid.T, m met) {
	s := choices(t)
	v6 := s.IntN(2) == 0
	maker := gen.NewMaker(s, gen.Shape{})
	addr := maker.Addr(v6)
	block := netip.PrefixFrom(addr, s.IntN(addr.BitLen()+1))
	parse := func(text string) rule.Rule {
		p := rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: text, SourceCidrIP: text}
		if v6 {
			p.DestCidrIP, p.SourceCidrIP, p.IPv6DestCidrIP, p.IPv6SourceCidrIP = "", "", text, text
		}
		r, err := rule.Parse(p, rule.VPC)
		if err != nil {
			t.Fatalf("Parse(%+v) = %v", p, err)
		}
		return r
	}
	once := parse(block.String())
	want := block.Masked()
	if once.Dst != want || once.Src != want || !once.Dst.Contains(addr) {
		t.Fatalf("block %v is read as %v and %v, want %v", block, once.Dst, once.Src, want)
	}
	host := addr
	if want.Addr() == addr {
		host = netip.Addr{}
	}
	if once.DstHost != host || once.SrcHost != host {
		t.Fatalf("block %v keeps hosts %v and %v, want %v", block, once.DstHost, once.SrcHost, host)
	}
	twice := parse(once.Dst.String())
	if twice.Dst != want || twice.DstHost.IsValid() || !once.Duplicates(twice) {
		t.Fatalf("block %v is read as %v, then as %v with host %v", block, once.Dst, twice.Dst, twice.DstHost)
	}
	m.saw("host bits", host.IsValid())
	m.saw("IPv4", !v6)
	m.saw("IPv6", v6)
}

// The generators spell a rule in many ways; all of them mean the rule.
func propSpellingChangesNoRule(t *rapid.T, m met) {
	s := choices(t)
	sh := drawShape(s)
	maker := gen.NewMaker(s, sh)
	for range 8 {
		p := maker.Params()
		r, err := rule.Parse(p, sh.Network)
		if err != nil {
			t.Fatalf("Parse(%+v) = %v", p, err)
		}
		again, err := rule.Parse(r.Params(), sh.Network)
		if err != nil || again != r || !again.Duplicates(r) {
			t.Fatalf("Parse(%+v) = %v, %v, want %v as of %+v", r.Params(), again, err, r, p)
		}
		m.saw("another spelling", p != r.Params())
	}
}

func propPortRangeHoldsItsPorts(t *rapid.T, m met) {
	s := choices(t)
	first := 1 + s.IntN(65535)
	last := first + s.IntN(65536-first)
	r := rule.PortRange{First: uint16(first), Last: uint16(last)}
	for _, port := range []int{0, 1, first - 1, first, last, last + 1, 65535, s.IntN(65536), (first + last) / 2} {
		if port > 65535 {
			continue
		}
		want := port >= first && port <= last
		if got := r.Contains(uint16(port)); got != want {
			t.Fatalf("%v.Contains(%d) = %t, want %t", r, port, got, want)
		}
		if !(rule.PortRange{}).Contains(uint16(port)) {
			t.Fatalf("-1/-1 does not contain %d", port)
		}
		m.saw("inside", want)
		m.saw("outside", !want)
	}
}
