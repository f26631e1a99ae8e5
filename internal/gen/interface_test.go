package gen_test

import (
	"fmt"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

func TestShapesReachEveryClass(t *testing.T) {
	const all = 4000
	c := counts{}
	for seed := range uint64(all) {
		sh := gen.AnyShape(gen.Seeded(seed), 1000)
		c[sh.Network.String()]++
		c[sh.Network.String()+" "+sh.Type.String()]++
		c[fmt.Sprintf("%d groups", sh.Groups)]++
		c[fmt.Sprintf("families %d", sh.Families)]++
		c[fmt.Sprintf("%d members", sh.Members)]++
		for _, most := range []int{0, 1, 12, 128, 1000} {
			if sh.Rules <= most {
				c[fmt.Sprintf("up to %d rules", most)]++
			}
		}
		if sh.Rules > 128 {
			c["more than 128 rules"]++
		}
		if sh.Rules > 1000 {
			t.Fatalf("AnyShape(seed %d, 1000) has %d rules", seed, sh.Rules)
		}
	}
	c.want(t, all, 100, "vpc basic", "vpc advanced", "classic basic", "families 0", "families 1", "families 2",
		"0 members", "1 members", "2 members", "3 members", "1 groups", "up to 12 rules")
	c.want(t, all, 30, "2 groups", "3 groups", "4 groups", "5 groups", "6 groups", "7 groups", "8 groups", "9 groups", "10 groups",
		"up to 0 rules", "up to 1 rules", "more than 128 rules")
	if c["classic advanced"] > 0 {
		t.Errorf("%d shapes are classic and advanced, which no group can be", c["classic advanced"])
	}
}

func TestInterfacesReachEveryClass(t *testing.T) {
	const all = 300
	c := counts{}
	for seed := range uint64(all) {
		s := gen.Seeded(seed)
		sh := gen.AnyShape(s, 300)
		x := gen.NewInterface(s, sh)
		if x.Len() != sh.Rules || len(x.Groups) != sh.Groups || len(x.Members) != sh.Members {
			t.Fatalf("seed %d: %d rules, %d groups, %d members, want %+v", seed, x.Len(), len(x.Groups), len(x.Members), sh)
		}
		countInterface(c, x)
	}
	c.want(t, all, 100, "empty members", "IPv4 members", "IPv6 members", "a range that is no block")
	c.want(t, all, 20, "more than 100 ranges", "mapped members")
	c.want(t, all, 200, "tie of drop and accept", "tie across groups", "equal rules", "priority over 100",
		"drop behind accept", "nested blocks", "names a group")
}

// countInterface counts the classes that an interface shows at least once.
func countInterface(c counts, x gen.Interface) {
	has := map[string]bool{}
	for _, set := range x.Members {
		ranges := set.Ranges()
		has["empty members"] = has["empty members"] || len(ranges) == 0
		has["more than 100 ranges"] = has["more than 100 ranges"] || len(ranges) > 100
		for _, r := range ranges {
			has["mapped members"] = has["mapped members"] || r.From().Is4In6()
			has["IPv6 members"] = has["IPv6 members"] || r.From().Is6()
			has["IPv4 members"] = has["IPv4 members"] || r.From().Is4()
			if _, isBlock := r.Prefix(); !isBlock {
				has["a range that is no block"] = true
			}
		}
	}
	type seen struct {
		group string
		rule  rule.Rule
	}
	var before []seen
	for _, g := range x.Groups {
		for _, r := range g.Rules() {
			has["priority over 100"] = has["priority over 100"] || r.Priority > 100
			has["names a group"] = has["names a group"] || r.DstGroup != ""
			for _, b := range before {
				tie := b.rule.Priority == r.Priority && b.rule.Policy != r.Policy
				meet := r.Dst.IsValid() && b.rule.Dst.IsValid() && b.rule.Dst.Overlaps(r.Dst)
				has["tie of drop and accept"] = has["tie of drop and accept"] || tie && meet
				has["tie across groups"] = has["tie across groups"] || tie && meet && b.group != g.ID()
				has["drop behind accept"] = has["drop behind accept"] || meet && b.rule.Policy == rule.Accept && r.Policy == rule.Drop
				has["nested blocks"] = has["nested blocks"] || meet && b.rule.Dst != r.Dst
				has["equal rules"] = has["equal rules"] || b.group == g.ID() && b.rule.Duplicates(r)
			}
			before = append(before, seen{g.ID(), r})
		}
	}
	for class, holds := range has {
		if holds {
			c[class]++
		}
	}
}

// TestLargeInterfaces makes the largest that are ordinary, also in one group.
func TestLargeInterfaces(t *testing.T) {
	for _, groups := range []int{1, 10} {
		for seed := range uint64(6) {
			x := gen.NewInterface(gen.Seeded(seed), gen.Shape{Groups: groups, Rules: 1000, Members: 3})
			if x.Len() != 1000 {
				t.Errorf("%d groups, seed %d: %d rules, want 1000", groups, seed, x.Len())
			}
		}
	}
}

// TestRapidInterfaces draws interfaces where rapid may give the same choice for
// ever: rules that must differ still come to an end.
func TestRapidInterfaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := gen.Interfaces(40).Draw(t, "interface")
		if n := x.Len(); n > 40 || len(x.Groups) == 0 || len(x.Groups) > 10 {
			t.Fatalf("%d rules in %d groups, want at most 40 in 1 to 10", n, len(x.Groups))
		}
	})
	stuck := gen.NewInterface(zeros{}, gen.Shape{Rules: 100})
	if stuck.Len() != 100 {
		t.Errorf("a source of zeros gave %d rules, want 100", stuck.Len())
	}
}

type zeros struct{}

func (zeros) IntN(int) int { return 0 }
