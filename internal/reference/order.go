package reference

import (
	"slices"

	"example.com/sluice/rule"
	"go4.org/netipx"
)

// placed is a rule in its place, with its addresses spelled out.
type placed struct {
	group   string
	index   int
	classic bool
	rule    rule.Rule
	dst     []span // any of them; a group destination has one for each range of its members
	src     []span // nil: any source
}

func place(g *rule.Group, i int, r rule.Rule, members map[string]*netipx.IPSet) placed {
	e := placed{group: g.ID(), index: i, classic: g.Network() == rule.Classic, rule: r}
	if r.Dst.IsValid() {
		e.dst = []span{block(r.Dst)}
	} else if set := members[r.DstGroup]; set != nil {
		for _, m := range set.Ranges() {
			e.dst = append(e.dst, memberSpans(m)...)
		}
	}
	if r.Src.IsValid() {
		e.src = []span{block(r.Src)}
	}
	return e
}

// inOrder sorts rules that stand in group order, then entry order: priority
// ascending; at equal priority drop before accept; else as they stand.
func inOrder(rules []placed) {
	slices.SortStableFunc(rules, func(a, b placed) int {
		if a.rule.Priority != b.rule.Priority {
			return int(a.rule.Priority) - int(b.rule.Priority)
		}
		aDrops, bDrops := a.rule.Policy == rule.Drop, b.rule.Policy == rule.Drop
		if aDrops && !bDrops {
			return -1
		}
		if bDrops && !aDrops {
			return +1
		}
		return 0
	})
}
