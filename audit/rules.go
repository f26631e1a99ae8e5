package audit

import (
	"slices"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// rules are those of a table in their order, as boxes. Place n of n rules
// stands for the default.
type rules struct {
	table    *match.Table
	refs     []match.Ref // strongest first
	verdicts []match.Verdict
	families [2]ruleBoxes // IPv4, IPv6
	budget   *budget
}

// ruleBoxes are the rules' boxes of one IP version.
type ruleBoxes struct {
	space *space
	boxes []*box // by place, the default's last; nil where a rule can match no packet
	index *index // of the rules
	query *box   // what a query asks; nil where it is nothing

	budget *budget
}

// filters makes the filters of rules, by place, and tells which can match any
// packet; those of others are of no use. The last is that of the default.
func filters(f *family, refs []match.Ref, g *groups) (list []filter, ok []bool) {
	for _, r := range refs {
		x, matches := f.rule(r.Rule, g)
		if !matches {
			x = f.everything() // so that the space has no cut for it
		}
		list, ok = append(list, x), append(ok, matches)
	}
	return append(list, f.everything()), append(ok, true)
}

// newRules prepares the rules of a table. query, which may be nil, makes the
// filter of a query.
func newRules(t *match.Table, query func(f *family) (filter, bool), b *budget) (*rules, error) {
	if err := checkTable(t); err != nil {
		return nil, err
	}
	if t.Len() > b.bounds.Rules {
		return nil, &BoundError{Bound: "rules", Limit: int64(b.bounds.Rules)}
	}
	r := &rules{table: t, budget: b}
	for ref := range t.Rules() {
		r.refs = append(r.refs, ref)
		r.verdicts = append(r.verdicts, verdictOf(ref.Rule.Policy))
	}
	r.verdicts = append(r.verdicts, t.Default())
	g := newGroups(t.Members(), nil, b)
	for n := range r.families {
		r.families[n] = r.family(newFamily(n == 1, t.Network() == rule.Classic), g, query)
	}
	return r, r.budget.err
}

func (r *rules) family(f *family, g *groups, query func(f *family) (filter, bool)) ruleBoxes {
	list, ok := filters(f, r.refs, g)
	if query != nil {
		x, asked := query(f)
		list, ok = append(list, x), append(ok, asked)
		if !asked {
			list[len(list)-1] = f.everything()
		}
	}
	s := newSpace(f, list, r.budget)
	if r.budget.err != nil {
		return ruleBoxes{}
	}
	b := ruleBoxes{space: s, budget: r.budget}
	for n := range len(r.refs) + 1 {
		b.boxes = append(b.boxes, nil)
		if ok[n] {
			b.boxes[n] = &s.boxes[n]
		}
	}
	b.index = newIndex(s, b.boxes[:len(r.refs)], r.budget)
	b.query = b.boxes[len(r.refs)]
	if query != nil {
		b.query = nil
		if ok[len(ok)-1] {
			b.query = &s.boxes[len(s.boxes)-1]
		}
	}
	return b
}

// pointSteps is what making a packet of a point weighs.
const pointSteps = 300

// search looks for packets within a box that places decide, in the order of the
// places and then the default. It tells found of those that are wanted: found
// answers whether to look for packets of a place no more, and whether to end. The
// places are of rules that have packets there.
func (f *ruleBoxes) search(within *box, places []int32, wanted func(place int32) bool, found func(place int32, p *point) (known, done bool)) {
	byDefault := int32(len(f.boxes) - 1)
	order := append(slices.Clip(places), byDefault)
	s := search{space: f.space, budget: f.budget, within: within}
	s.order, s.wanted = make([]*box, len(order)), make([]bool, len(order))
	any := false
	for i, n := range order {
		s.order[i], s.wanted[i] = f.boxes[n], wanted(n)
		any = any || s.wanted[i]
	}
	s.found = func(i int, p *point) (known, done bool) {
		f.budget.add(pointSteps)
		return found(order[i], p)
	}
	if f.budget.step(len(order)) && any {
		s.run()
	}
}

func verdictOf(p rule.Policy) match.Verdict {
	if p == rule.Accept {
		return match.Accept
	}
	return match.Drop
}
