package fuzz

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
	"pgregory.net/rapid"
)

// Destination groups and their members.
var memberProperties = []property{
	{"MembersAreTheRulesOfTheirBlocks", propMembersAreTheRulesOfTheirBlocks, []string{"a member decides"}},
	{"SharedMembersServeEveryTable", propSharedMembersServeEveryTable, []string{"a member decides"}},
	{"NamelessMembersChangeNothing", propNamelessMembersChangeNothing, []string{"a member decides"}},
	{"MembersFileReadsBack", propMembersFileReadsBack, []string{"addresses", "ranges"}},
}

func FuzzPropMembersAreTheRulesOfTheirBlocks(f *testing.F) {
	fuzzed(f, propMembersAreTheRulesOfTheirBlocks)
}
func FuzzPropSharedMembersServeEveryTable(f *testing.F) { fuzzed(f, propSharedMembersServeEveryTable) }
func FuzzPropNamelessMembersChangeNothing(f *testing.F) { fuzzed(f, propNamelessMembersChangeNothing) }
func FuzzPropMembersFileReadsBack(f *testing.F)         { fuzzed(f, propMembersFileReadsBack) }

// groupWorld draws a world whose rules name groups.
func groupWorld(t *rapid.T) world {
	s := choices(t)
	sh := gen.AnyShape(s, 40)
	sh.Members, sh.Rules = 1+s.IntN(3), sh.Rules+6
	x := gen.NewInterface(s, sh)
	return world{x, gen.NewPackets(x).List(s, 40)}
}

func sawMember(m met, table *match.Table, d match.Decision) {
	r, _ := table.Rule(d)
	m.saw("a member decides", r.Rule.DstGroup != "")
}

var (
	mappedBlock = netip.MustParsePrefix("::ffff:0:0/96")
	allMapped   = netipx.RangeOfPrefix(mappedBlock)
)

// blocksOf lists the blocks of a set as rules spell them: the mapped ones as
// IPv4, but for those of a range that has all of them and more.
func blocksOf(set *netipx.IPSet) (blocks []netip.Prefix) {
	for _, r := range set.Ranges() {
		more := r != allMapped && r.From().Compare(allMapped.From()) <= 0 && allMapped.To().Compare(r.To()) <= 0
		for _, p := range r.Prefixes() {
			switch inside := p.Addr().Is4In6() && p.Bits() >= 96; {
			case inside && !more:
				blocks = append(blocks, netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96))
			case !inside:
				blocks = append(blocks, p)
			}
		}
	}
	return blocks
}

// spelledOut replaces a rule that names a group by one for each block of its
// members that the rule's source and protocol go with.
func spelledOut(x gen.Interface, r rule.Rule) (list []rule.Rule) {
	if r.DstGroup == "" {
		return []rule.Rule{r}
	}
	blocks := blocksOf(x.Members[r.DstGroup])
	r.DstGroup, r.DstOwner, r.DstOwnerID = "", "", ""
	for _, p := range blocks {
		is6 := p.Addr().Is6()
		other := r.Src.IsValid() && r.Src.Addr().Is6() != is6
		if other || r.Protocol == rule.ICMP && is6 || r.Protocol == rule.ICMPv6 && !is6 || x.Groups[0].Network() == rule.Classic && is6 {
			continue
		}
		r.Dst = p
		list = append(list, r)
	}
	return list
}

func propMembersAreTheRulesOfTheirBlocks(t *rapid.T, m met) {
	w := groupWorld(t)
	count := 0
	for _, set := range w.Members {
		count += len(set.Prefixes())
	}
	if count > 500 {
		return // some thousand rules, which the other worlds stand for
	}
	y := remade(t, w.Interface, func(_ int, list []rule.Rule) (out []rule.Rule) {
		for _, r := range list {
			out = append(out, spelledOut(w.Interface, r)...)
		}
		return out
	})
	a, b := tableOf(t, w.Interface), tableOf(t, y)
	for _, p := range w.packets {
		is6 := !p.Dst.Unmap().Is4()
		if p.Protocol == rule.ICMP && is6 || p.Protocol == rule.ICMPv6 && !is6 || w.Groups[0].Network() == rule.Classic && is6 {
			continue // no rule with a block matches these; one with a group may
		}
		want, got := a.Decide(match.Packet(p)), b.Decide(match.Packet(p))
		if got.Verdict != want.Verdict || got.Cause != want.Cause {
			t.Fatalf("Decide(%v) = %v with members spelled out, want %v as with\n%v", p, got, want, w.Interface)
		}
		sawMember(m, a, want)
	}
}

// Several tables from one Members, and one with Members of its own, agree.
func propSharedMembersServeEveryTable(t *rapid.T, m met) {
	w := groupWorld(t)
	shared := newMembers(w.Members)
	var tables []*match.Table
	for _, g := range w.Groups {
		table, err := match.Compile(shared, g)
		if err != nil {
			t.Fatalf("Compile(shared, %s) = %v, want a table of\n%v", g.ID(), err, w.Interface)
		}
		tables = append(tables, table)
	}
	for i, g := range w.Groups {
		own := tableOf(t, gen.Interface{Members: w.Members, Groups: []*rule.Group{g}})
		for _, p := range w.packets {
			want, got := own.Decide(match.Packet(p)), tables[i].Decide(match.Packet(p))
			if !sameRank(own, want, tables[i], got) {
				t.Fatalf("Decide(%v) = %+v with shared members, want %+v as with own: group %s of\n%v", p, got, want, g.ID(), w.Interface)
			}
			sawMember(m, own, want)
		}
	}
}

// Groups that no rule names, before and behind those that are named, with some of
// the same addresses.
func propNamelessMembersChangeNothing(t *rapid.T, m met) {
	w := groupWorld(t)
	s := choices(t)
	more := gen.NewInterface(s, gen.Shape{Members: 3})
	members := map[string]*netipx.IPSet{}
	for id, set := range w.Members {
		members[id] = set
		members["sg-a-"+id], members["zz-"+id] = set, set
	}
	for id, set := range more.Members {
		members["sg-b-"+id] = set
	}
	a, b := tableOf(t, w.Interface), tableOf(t, gen.Interface{Members: members, Groups: w.Groups})
	for _, p := range w.packets {
		want, got := a.Decide(match.Packet(p)), b.Decide(match.Packet(p))
		if !sameRank(a, want, b, got) {
			t.Fatalf("Decide(%v) = %+v with other groups' members known too, want %+v as with\n%v", p, got, want, w.Interface)
		}
		sawMember(m, a, want)
	}
}

func propMembersFileReadsBack(t *rapid.T, m met) {
	w := groupWorld(t)
	s := choices(t)
	file, want := map[string][]string{}, map[string]*netipx.IPSet{}
	for id, set := range w.Members {
		if slices.ContainsFunc(set.Prefixes(), mappedBlock.Overlaps) {
			continue // the reader takes mapped addresses as IPv4 ones: another set
		}
		file[id], want[id] = []string{}, set
		for _, r := range set.Ranges() {
			file[id] = append(file[id], memberTexts(s, m, r)...)
		}
	}
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := match.ReadMembers(strings.NewReader(string(text)))
	if err != nil || len(got) != len(want) {
		t.Fatalf("ReadMembers(%s) = %d groups, %v, want %d", text, len(got), err, len(want))
	}
	for id := range want {
		if !want[id].Equal(got[id]) {
			t.Fatalf("ReadMembers(%s): %s = %v, want %v", text, id, got[id].Ranges(), want[id].Ranges())
		}
	}
}

// memberTexts spells a range as one, or as blocks, single addresses alone, and
// some blocks with host bits.
func memberTexts(s gen.Source, m met, r netipx.IPRange) (texts []string) {
	if s.IntN(2) == 0 {
		m.saw("ranges", true)
		return []string{r.From().String() + "-" + r.To().String()}
	}
	for _, p := range r.Prefixes() {
		switch {
		case p.IsSingleIP() && s.IntN(2) == 0:
			m.saw("addresses", true)
			texts = append(texts, p.Addr().String())
		case s.IntN(2) == 0:
			last := netipx.PrefixLastIP(p)
			texts = append(texts, netip.PrefixFrom(last, p.Bits()).String())
		default:
			texts = append(texts, p.String())
		}
	}
	return texts
}
