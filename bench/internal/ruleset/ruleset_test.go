package ruleset

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// load makes the case of a spec.
func load(t *testing.T, spec Spec, n int) *Case {
	t.Helper()
	c, err := Load(spec, n)
	if err != nil {
		t.Fatalf("Load(%v): %v", spec, err)
	}
	return c
}

// What the first seed gives: another machine or another version of this package
// must give the same, or its figures are of other sets.
func TestSetsAreTheSameEverywhere(t *testing.T) {
	c := load(t, Spec{SG, 100, V4}, 3)
	var got []string
	for i, r := range c.Set.Groups[0].Rules() {
		if i < 4 {
			got = append(got, fmt.Sprint(r))
		}
	}
	for _, p := range c.Packets {
		got = append(got, p.String())
	}
	want := []string{
		"drop all to 0.0.0.0/0 priority 100 nic intranet",
		"accept tcp from 10.188.160.0/24 sport 1024/65535 to 192.168.186.13/32 port 9200/9200 priority 1 nic intranet",
		"drop tcp sport 1024/65535 to 10.181.139.73/32 port 445/445 priority 1 nic intranet",
		"accept tcp to 172.24.44.169/32 port 30000/32767 priority 1 nic intranet",
		"gre 10.181.136.169 > 10.56.91.158",
		"tcp 10.188.170.67:55191 > 10.56.82.158:53",
		"tcp 192.168.205.230:49221 > 61.98.110.148:30309",
	}
	if !slices.Equal(got, want) {
		t.Errorf("sg/100/v4 has\n%q\nwant\n%q", got, want)
	}
}

func TestSameSpecSameSet(t *testing.T) {
	for _, spec := range []Spec{{SG, 100, Mixed}, {FW, 1000, V6}, {Members, 100, V4}} {
		a, b := load(t, spec, 1000), load(t, spec, 1000)
		if !slices.Equal(a.Rules, b.Rules) {
			t.Errorf("two Loads of %v give other rules", spec)
		}
		if !slices.Equal(a.Packets, b.Packets) {
			t.Errorf("two Loads of %v give other packets", spec)
		}
	}
}

func TestVariantsDiffer(t *testing.T) {
	spec := Spec{SG, 100, V4}
	first, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewVariant(spec, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Equal(first.Ordered(), other.Ordered()) {
		t.Errorf("NewVariant(%v, 1) has the rules of New(%v)", spec, spec)
	}
}

// A set that few rules decide measures nothing.
func TestTracesReachTheRules(t *testing.T) {
	least := map[int]float64{10: 0.8, 100: 0.85, 1000: 0.65} // share of rules that decide
	for _, spec := range All() {
		c := load(t, spec, 20_000)
		t.Log(c)
		if len(c.Rules) != spec.Rules {
			t.Errorf("%v has %d rules", spec, len(c.Rules))
		}
		if share := float64(c.Stats.Deciders) / float64(spec.Rules); share < least[spec.Rules] {
			t.Errorf("%v: %.0f%% of the rules decide packets, want %.0f%%", spec, 100*share, 100*least[spec.Rules])
		}
		if spec.Rules >= 100 && spec.Shape != Members && c.Stats.Top > 0.15 {
			t.Errorf("%v: one rule decides %.0f%% of the packets", spec, 100*c.Stats.Top)
		}
		hits := float64(c.Stats.Hits) / float64(len(c.Packets))
		if closed := spec.Shape == SG || spec.Shape == Members; closed != (hits == 1) || hits < 0.8 {
			t.Errorf("%v: %.1f%% of the packets hit a rule", spec, 100*hits)
		}
	}
}

func TestGroupsAreOrdinary(t *testing.T) {
	for _, spec := range All() {
		s, err := New(spec)
		if err != nil {
			t.Fatal(err)
		}
		if want := (spec.Rules + GroupSize - 1) / GroupSize; len(s.Groups) != want {
			t.Errorf("%v has %d groups, want %d", spec, len(s.Groups), want)
		}
		for _, g := range s.Groups {
			if g.Len() > rule.DefaultLimit {
				t.Errorf("%v: group %s has %d rules", spec, g.ID(), g.Len())
			}
			for i, r := range g.Rules() {
				if r.Priority < 1 || r.Priority > 100 {
					t.Errorf("%v: rule %d of %s has priority %d", spec, i, g.ID(), r.Priority)
				}
			}
		}
	}
}

// The order that the rivals stand on is the table's.
func TestOrderedIsTheOrderOfTheTable(t *testing.T) {
	for _, spec := range []Spec{{SG, 1000, Mixed}, {Overlap, 100, V4}} {
		c := load(t, spec, 1)
		i := 0
		for ref := range c.Table.Rules() {
			if c.Rules[i].Ref != ref {
				t.Fatalf("%v: rule %d is %v, the table has %v", spec, i, c.Rules[i].Ref, ref)
			}
			i++
		}
	}
}

func TestFamilies(t *testing.T) {
	for _, tt := range []struct {
		family       Family
		some4, some6 bool
	}{{V4, true, false}, {V6, false, true}, {Mixed, true, true}} {
		c := load(t, Spec{SG, 100, tt.family}, 1000)
		is4 := func(p match.Packet) bool { return p.Dst.Is4() }
		is6 := func(p match.Packet) bool { return p.Dst.Is6() }
		if got := slices.ContainsFunc(c.Packets, is4); got != tt.some4 {
			t.Errorf("sg/100/%s has IPv4 packets: %v", tt.family, got)
		}
		if got := slices.ContainsFunc(c.Packets, is6); got != tt.some6 {
			t.Errorf("sg/100/%s has IPv6 packets: %v", tt.family, got)
		}
	}
}

// count returns how many of the rules of a set have something.
func count(t *testing.T, spec Spec, has func(rule.Rule) bool) int {
	t.Helper()
	s, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range s.Ordered() {
		if has(r.Rule) {
			n++
		}
	}
	return n
}

func TestShapes(t *testing.T) {
	length := func(bits int) func(rule.Rule) bool {
		return func(r rule.Rule) bool { return r.Dst.Bits() == bits }
	}
	drop := func(r rule.Rule) bool { return r.Policy == rule.Drop }
	sourced := func(r rule.Rule) bool { return r.Src.IsValid() }
	wildcard := func(r rule.Rule) bool { return !r.Src.IsValid() || r.Dst.Bits() == 0 }
	ranged := func(r rule.Rule) bool { return r.DstPorts.First != r.DstPorts.Last && r.DstPorts != everyPort }
	closer := func(r rule.Rule) bool {
		return r.Protocol == rule.All && r.Dst.Bits() == 0 && !r.Src.IsValid() && drop(r) && r.Priority == 100
	}
	grouped := func(r rule.Rule) bool { return r.DstGroup != "" }
	tests := []struct {
		name        string
		spec        Spec
		has         func(rule.Rule) bool
		least, most int
	}{
		{"hosts", Spec{SG, 100, V4}, length(32), 35, 65},
		{"subnets", Spec{SG, 100, V4}, length(24), 20, 45},
		{"any destination", Spec{SG, 100, V4}, length(0), 3, 20},
		{"some sources", Spec{SG, 100, V4}, sourced, 8, 35},
		{"drops", Spec{SG, 100, V4}, drop, 15, 50},
		{"one rule closes", Spec{SG, 100, V4}, closer, 1, 1},
		{"two close both families", Spec{SG, 100, Mixed}, closer, 2, 2},
		{"each group closes", Spec{SG, 1000, V6}, closer, 10, 10},
		{"both addresses specific", Spec{ACL, 1000, V4}, wildcard, 0, 0},
		{"nothing closes", Spec{ACL, 1000, V4}, closer, 0, 0},
		{"wildcards", Spec{FW, 1000, V4}, wildcard, 700, 900},
		{"port ranges", Spec{FW, 1000, V4}, ranged, 300, 700},
		{"a group as destination", Spec{Members, 100, V4}, grouped, 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := count(t, tt.spec, tt.has); got < tt.least || got > tt.most {
				t.Errorf("%v has %d such rules, want %d to %d", tt.spec, got, tt.least, tt.most)
			}
		})
	}
}

func TestSecurityGroupsHaveTies(t *testing.T) {
	policies := map[uint8]map[rule.Policy]bool{}
	count(t, Spec{SG, 100, V4}, func(r rule.Rule) bool {
		if policies[r.Priority] == nil {
			policies[r.Priority] = map[rule.Policy]bool{}
		}
		policies[r.Priority][r.Policy] = true
		return true
	})
	both := 0
	for _, p := range policies {
		if len(p) == 2 {
			both++
		}
	}
	if both < 5 {
		t.Errorf("%d priorities have rules of both policies, want 5", both)
	}
}

// In an overlap set a packet's destination is in many blocks; in an sg set in few.
func TestOverlapNests(t *testing.T) {
	depth := func(shape Shape) float64 {
		c := load(t, Spec{shape, 100, V4}, 1000)
		sum := 0
		for _, p := range c.Packets {
			for _, r := range c.Rules {
				if r.Rule.Dst.Contains(p.Dst) {
					sum++
				}
			}
		}
		return float64(sum) / float64(len(c.Packets))
	}
	if overlap, sg := depth(Overlap), depth(SG); overlap < 15 || sg > 15 {
		t.Errorf("a destination is in %.1f blocks of overlap and %.1f of sg, want above and below 15", overlap, sg)
	}
}

func TestMembers(t *testing.T) {
	for _, family := range []Family{V4, V6} {
		c := load(t, Spec{Members, 100, family}, 10_000)
		distinct := map[netip.Addr]bool{}
		for _, a := range c.Set.Addresses() {
			distinct[a] = true
			if !c.Set.Members[memberGroup].Contains(a) {
				t.Fatalf("%s: the group does not contain %v", family, a)
			}
		}
		if len(distinct) != MemberCount {
			t.Errorf("%s: %d members, want %d", family, len(distinct), MemberCount)
		}
		hits := 0
		for _, d := range c.Want {
			if ref, ok := c.Table.Rule(d); ok && ref.Rule.DstGroup == memberGroup {
				hits++
			}
		}
		if share := float64(hits) / float64(len(c.Want)); share < 0.15 || share > 0.3 {
			t.Errorf("%s: the rule with the members decides %.0f%% of the packets, want 15 to 30", family, 100*share)
		}
	}
}

func TestRefusedSpecs(t *testing.T) {
	for _, spec := range []Spec{{"none", 10, V4}, {SG, 0, V4}, {SG, -1, V4}, {SG, 10, "v5"}, {SG, 1001, V4}} {
		if _, err := Load(spec, 1); err == nil {
			t.Errorf("Load(%v) gives no error", spec)
		}
	}
}
