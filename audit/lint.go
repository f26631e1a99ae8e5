package audit

import (
	"cmp"
	"context"
	"slices"

	"example.com/sluice/match"
)

// Lint returns what is worth knowing about the rules as they decide together: the
// heaviest first, then in the order of the groups, their rules, and [Codes].
// Every finding is true of all packets, and none is missing, with one exception:
// a rule is not Needless where the remedy of an OpenIPv6 finding would make it
// needed, so that all remedies can be followed.
//
// The error is the context's, one about a nil or zero table, or a [*BoundError].
func Lint(ctx context.Context, t *match.Table, opts ...Option) ([]Finding, error) {
	return lint(t, newBudget(ctx, optionsOf(opts).bounds))
}

func lint(t *match.Table, b *budget) ([]Finding, error) {
	r, err := newRules(t, nil, b)
	if err != nil {
		return nil, err
	}
	l := &linter{rules: r, deciders: make([]*match.Packet, len(r.refs))}
	l.findDeciders()
	l.findOpen()
	for n := range r.refs {
		if b.err == nil {
			l.lint(n)
		}
	}
	if b.err != nil {
		return nil, b.err
	}
	l.sort()
	return l.findings, nil
}

// linter gathers findings.
type linter struct {
	*rules
	deciders  []*match.Packet  // a packet that each rule decides; nil where it decides none
	byDefault [2]*match.Packet // of each IP version, a packet that the default decides
	open      [2]bool          // of each IP version: a rule closes the other, and an OpenIPv6 finding says to close this one
	findings  []Finding
}

// findDeciders finds out which rules decide any packet.
func (l *linter) findDeciders() {
	wanted := slices.Repeat([]bool{true}, len(l.refs)+1)
	for i := range l.families {
		f := &l.families[i]
		wanted[len(l.refs)] = true
		h := hunt{space: f.space, budget: l.budget, within: f.query, order: f.boxes, wanted: wanted}
		h.found = func(place int, p point) (known, done bool) {
			x := f.space.packet(p, otherProtocol)
			if place == len(l.refs) {
				l.byDefault[i] = &x
			} else {
				l.deciders[place] = &x
			}
			wanted[place] = false
			return true, false
		}
		h.run()
	}
}

// lint looks at rule n.
func (l *linter) lint(n int) {
	switch {
	case l.families[0].boxes[n] == nil && l.families[1].boxes[n] == nil:
		l.report(n, Finding{Code: Empty})
	case l.deciders[n] == nil:
		l.dead(n)
	default:
		l.needless(n)
		l.tie(n)
	}
	l.openVersion(n)
	if r := l.refs[n].Rule; r.DstHost.IsValid() || r.SrcHost.IsValid() {
		l.report(n, Finding{Code: HostBits})
	}
}

// dead reports a rule that decides no packet.
func (l *linter) dead(n int) {
	f := Finding{Code: Shadowed, By: l.at(l.cover(n))}
	other := l.decide(n, l.places(0, n), func(m int) bool { return l.verdicts[m] != l.verdicts[n] }, true)
	if len(other) > 0 {
		f.Witness, f.HasWitness = other[0].packet, true
	} else {
		f.Code = Redundant
		f.Witness, f.HasWitness = l.matched(n), true
	}
	l.report(n, f)
}

// needless reports a rule that decides packets which would get the same verdict
// without it.
func (l *linter) needless(n int) {
	rest := append(l.places(0, n), l.places(n+1, len(l.refs)+1)...)
	weaker := func(m int) bool { return m > n }
	changes := l.decide(n, rest, func(m int) bool { return weaker(m) && l.verdicts[m] != l.verdicts[n] }, true)
	if len(changes) > 0 || l.neededOnceClosed(n, rest) {
		return
	}
	f := Finding{Code: Needless, Witness: *l.deciders[n], HasWitness: true}
	for _, d := range l.decide(n, rest, weaker, false) {
		if d.place == len(l.refs) {
			f.ByDefault = true
		} else {
			f.By = append(f.By, l.refs[d.place])
		}
	}
	l.report(n, f)
}

// neededOnceClosed reports whether the default decides packets of rule n without
// it, of an IP version that an OpenIPv6 finding says to close.
func (l *linter) neededOnceClosed(n int, rest []int) bool {
	for i := range l.families {
		if l.open[i] && len(l.decideIn(i, n, rest, func(m int) bool { return m == len(l.refs) }, true)) > 0 {
			return true
		}
	}
	return false
}

// tie reports an accept rule that would decide packets, were it not for drop
// rules of its priority.
func (l *linter) tie(n int) {
	if l.verdicts[n] == match.Drop {
		return
	}
	priority := l.refs[n].Rule.Priority
	drops := func(m int) bool {
		return m < len(l.refs) && l.refs[m].Rule.Priority == priority && l.verdicts[m] == match.Drop
	}
	// The others come first: what they match the rule would not decide anyway.
	order := slices.DeleteFunc(l.places(0, n), drops)
	for m := range n {
		if drops(m) {
			order = append(order, m)
		}
	}
	lost := l.decide(n, order, drops, false)
	if len(lost) == 0 {
		return
	}
	f := Finding{Code: Tie, Witness: lost[0].packet, HasWitness: true}
	for _, d := range lost {
		f.By = append(f.By, l.refs[d.place])
	}
	l.report(n, f)
}

// findOpen finds the IP versions that OpenIPv6 findings are about.
func (l *linter) findOpen() {
	for n := range l.refs {
		for i := range l.families {
			l.open[1-i] = l.open[1-i] || l.closesOnly(n, i)
		}
	}
}

// closesOnly reports whether rule n drops all packets of IP version i, and the
// default accepts some of the other.
func (l *linter) closesOnly(n, i int) bool {
	if l.verdicts[n] == match.Accept || l.verdicts[len(l.refs)] == match.Drop {
		return false
	}
	f := &l.families[i]
	return f.boxes[n] != nil && f.space.whole(f.boxes[n]) && l.byDefault[1-i] != nil
}

// openVersion reports a drop rule that closes one IP version and leaves the other
// open.
func (l *linter) openVersion(n int) {
	for i := range l.families {
		if l.closesOnly(n, i) {
			l.report(n, Finding{Code: OpenIPv6, By: []match.Ref{l.refs[n]}, Witness: *l.byDefault[1-i], HasWitness: true})
		}
	}
}

// decider is a place and a packet that it decides.
type decider struct {
	place  int
	packet match.Packet
}

// decide returns which of the wanted places decide any packet of rule n, as they
// stand in order, and ends with the first where one is enough.
func (l *linter) decide(n int, order []int, wanted func(place int) bool, one bool) (list []decider) {
	seen := map[int]bool{}
	for i := range l.families {
		if one && len(list) > 0 {
			break
		}
		found := l.decideIn(i, n, order, func(m int) bool { return !seen[m] && wanted(m) }, one)
		for _, d := range found {
			seen[d.place] = true
		}
		list = append(list, found...)
	}
	slices.SortFunc(list, func(a, b decider) int { return a.place - b.place })
	return list
}

// decideIn is decide for one IP version.
func (l *linter) decideIn(i, n int, order []int, wanted func(place int) bool, one bool) (list []decider) {
	f := &l.families[i]
	if f.boxes[n] == nil {
		return nil
	}
	order = append(order, len(l.refs)) // at the end, what no other has
	order = slices.Compact(order)
	h := hunt{space: f.space, budget: l.budget, within: f.boxes[n]}
	for _, m := range order {
		h.order = append(h.order, f.boxes[m])
		h.wanted = append(h.wanted, wanted(m))
	}
	h.found = func(k int, p point) (known, done bool) {
		list = append(list, decider{order[k], f.space.packet(p, otherProtocol)})
		return true, one
	}
	h.run()
	return list
}

// places is the places from first to before end.
func (l *linter) places(first, end int) []int {
	list := make([]int, 0, end-first)
	for n := first; n < end; n++ {
		list = append(list, n)
	}
	return list
}

// at returns the rules at places.
func (l *linter) at(places []int) []match.Ref {
	var list []match.Ref
	for _, n := range places {
		list = append(list, l.refs[n])
	}
	return list
}

// matched returns a packet that rule n matches.
func (l *linter) matched(n int) (x match.Packet) {
	for _, f := range l.families {
		if f.boxes[n] != nil {
			return f.space.packet(f.space.corner(f.boxes[n]), otherProtocol)
		}
	}
	return x
}

// report takes a finding about rule n, unless it was cut short.
func (l *linter) report(n int, f Finding) {
	if l.budget.err != nil {
		return
	}
	f.Rule = l.refs[n]
	f.explain()
	l.findings = append(l.findings, f)
}

// sort puts the findings, which came by rank, in the order that Lint promises.
func (l *linter) sort() {
	group := map[string]int{}
	for n, id := range l.table.Groups() {
		group[id] = n
	}
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity(), a.Severity()),
			group[a.Rule.Group]-group[b.Rule.Group],
			a.Rule.Index-b.Rule.Index)
	})
}
