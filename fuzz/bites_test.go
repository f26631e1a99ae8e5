package fuzz

import (
	"maps"
	"slices"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// TestComparisonBites compiles a table of something else than what the reference
// is asked about, as a wrong engine would, and wants the comparison to say so.
func TestComparisonBites(t *testing.T) {
	const interfaces = 30
	for _, c := range []struct {
		name string
		want int // in how many of 30 interfaces at least
		slip func(x gen.Interface) gen.Interface
	}{
		{"nothing is wrong", 0, func(x gen.Interface) gen.Interface { return x }},
		{"the default", 20, func(x gen.Interface) gen.Interface {
			return rebuilt(x, 1-x.Groups[0].Type(), func(list []rule.Rule) []rule.Rule { return list })
		}},
		{"policies", 22, eachRule(func(r *rule.Rule) { r.Policy = rule.Accept - r.Policy })},
		{"priorities turned round", 22, eachRule(func(r *rule.Rule) { r.Priority = 111 - r.Priority })},
		{"drop does not win a tie", 12, eachRule(func(r *rule.Rule) { r.Priority -= uint8(r.Policy) * (r.Priority & 1) })},
		{"entry order turned round", 12, eachList(func(list []rule.Rule) []rule.Rule { slices.Reverse(list); return list })},
		{"group order turned round", 12, func(x gen.Interface) gen.Interface {
			y := gen.Interface{Members: x.Members, Groups: slices.Clone(x.Groups)}
			slices.Reverse(y.Groups)
			return y
		}},
		{"the last rule lost", 20, eachList(func(list []rule.Rule) []rule.Rule { return list[:max(len(list)-1, 0)] })},
		{"source ports lost", 12, eachRule(func(r *rule.Rule) { r.SrcPorts = rule.PortRange{} })},
		{"members lost", 12, func(x gen.Interface) gen.Interface {
			y := gen.NewInterface(gen.Seeded(0), gen.Shape{Members: len(x.Members)})
			return gen.Interface{Members: y.Members, Groups: x.Groups}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := 0
			for seed := range uint64(interfaces) {
				s := gen.Seeded(seed)
				x := gen.NewInterface(s, gen.Shape{Groups: 3, Rules: 30, Members: 3})
				table, err := compile(c.slip(x))
				if err != nil {
					t.Fatalf("seed %d: Compile = %v, want a table", seed, err)
				}
				if _, diff := compare(x, table, gen.NewPackets(x).List(s, 300), newTally()); diff != "" {
					found++
				}
			}
			if found < c.want || c.want == 0 && found > 0 {
				t.Errorf("found in %d of %d interfaces, want %d", found, interfaces, c.want)
			}
		})
	}
}

// rebuilt enters the rules anew, changed, into groups of a type.
func rebuilt(x gen.Interface, typ rule.Type, change func([]rule.Rule) []rule.Rule) gen.Interface {
	y := gen.Interface{Members: x.Members}
	for _, g := range x.Groups {
		var list []rule.Rule
		for _, r := range g.Rules() {
			list = append(list, r)
		}
		c := rule.NewGroup(g.ID(), g.Network(), typ)
		c.Limit = g.Limit
		for _, r := range change(list) {
			r.Priority = max(r.Priority, 1)
			if err := c.Restore(rule.Existing{Params: r.Params(), ID: r.ID}); err != nil {
				panic(err)
			}
		}
		y.Groups = append(y.Groups, c)
	}
	return y
}

func eachList(change func([]rule.Rule) []rule.Rule) func(gen.Interface) gen.Interface {
	return func(x gen.Interface) gen.Interface { return rebuilt(x, x.Groups[0].Type(), change) }
}

func eachRule(change func(*rule.Rule)) func(gen.Interface) gen.Interface {
	return eachList(func(list []rule.Rule) []rule.Rule {
		for i := range list {
			change(&list[i])
		}
		return list
	})
}

// TestReduced wants the report of a difference to be small.
func TestReduced(t *testing.T) {
	s := gen.Seeded(3)
	x := gen.NewInterface(s, gen.Shape{Groups: 4, Rules: 24, Members: 2})
	needed := x.Groups[2]
	r, _ := needed.Rule(1)
	y := shrunk(x, func(y gen.Interface) bool {
		for _, g := range y.Groups {
			for _, other := range g.Rules() {
				if other == r {
					return true
				}
			}
		}
		return false
	})
	members := 0
	for _, set := range y.Members {
		members += len(set.Ranges())
	}
	if y.Len() != 1 || len(y.Groups) != 1 || y.Groups[0].ID() != needed.ID() || members > 0 {
		t.Errorf("shrunk left\n%v\nwant rule %v of %s alone, and no members", y, r, needed.ID())
	}
}

// TestUnknownMembers takes away the members of a group that a rule names:
// compiling is an error then, and no guess.
func TestUnknownMembers(t *testing.T) {
	named := 0
	for seed := range uint64(80) {
		s := gen.Seeded(seed)
		x := gen.NewInterface(s, gen.Shape{Groups: 2, Rules: 6, Members: 2})
		for id := range x.Members {
			names := false
			for _, g := range x.Groups {
				for _, r := range g.Rules() {
					names = names || r.DstGroup == id
				}
			}
			known := maps.Clone(x.Members)
			delete(known, id)
			table, err := match.Compile(newMembers(known), x.Groups...)
			if (err != nil) != names || (table == nil) != names {
				t.Errorf("seed %d: Compile without the members of %s = %v, %v, a rule names it: %t, want an error where one does", seed, id, table, err, names)
			}
			if names {
				named++
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d groups were named by a rule, want 20", named)
	}
}
