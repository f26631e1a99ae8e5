package audit

import (
	"cmp"
	"context"
	"math/bits"
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
	l, err := newLinter(t, b)
	if err != nil {
		return nil, err
	}
	for n := range int32(len(l.refs)) {
		l.lint(n)
		if b.err != nil {
			return nil, b.err
		}
	}
	byPlace := l.byPlace()
	inOrder := func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Severity(), a.Severity()), byPlace(a.Rule, b.Rule))
	}
	if !sortWithin(l.findings, b, changeSteps, inOrder) {
		return nil, b.err
	}
	return l.findings, nil
}

func newLinter(t *match.Table, b *budget) (*linter, error) {
	r, err := newRules(t, nil, b)
	if err != nil {
		return nil, err
	}
	l := &linter{rules: r, dead: map[sameRule]Finding{}}
	l.findDeciders()
	l.findOpen()
	return l, b.err
}

// linter gathers findings.
type linter struct {
	*rules
	deciders  []decider        // of each rule, packets that it decides; no packet where it decides none
	byDefault [2]*match.Packet // of each IP version, a packet that the default decides
	open      [2]bool          // of each IP version: a rule closes the other, and an OpenIPv6 finding says to close this one
	near      [2][]int32       // of each IP version, the other rules that meet the rule that is looked at
	dead      map[sameRule]Finding
	findings  []Finding
}

// decider is a place and packets that it decides, with one of them.
type decider struct {
	place  int32
	family int
	point  point
	packet *match.Packet
}

// findDeciders finds out which rules decide any packet.
func (l *linter) findDeciders() {
	l.deciders = make([]decider, len(l.refs))
	last := int32(len(l.refs))
	for i := range l.families {
		f := &l.families[i]
		var places []int32
		for n := range last {
			if f.boxes[n] != nil {
				places = append(places, n)
			}
		}
		wanted := func(n int32) bool { return n == last || l.deciders[n].packet == nil }
		f.search(f.boxes[last], places, wanted, func(place int32, p *point) (known, done bool) {
			x := f.space.packet(p, otherProtocol)
			if place == last {
				l.byDefault[i] = &x
			} else {
				l.deciders[place] = decider{place, i, *p, &x}
			}
			return true, false
		})
	}
}

// meet finds the rules that meet rule n.
func (l *linter) meet(n int32) {
	for i := range l.families {
		l.near[i] = nil
		if f := &l.families[i]; f.boxes[n] != nil {
			near := f.index.meetingBox(f.boxes[n], l.budget)
			l.near[i] = slices.DeleteFunc(near, func(m int32) bool { return m == n })
		}
	}
}

// lint looks at rule n.
func (l *linter) lint(n int32) {
	switch {
	case l.families[0].boxes[n] == nil && l.families[1].boxes[n] == nil:
		l.report(n, Finding{Code: Empty})
	case l.deciders[n].packet == nil:
		l.decidesNone(n)
	default:
		l.meet(n)
		l.needless(n)
		l.tie(n)
	}
	l.openVersion(n)
	if r := l.refs[n].Rule; r.DstHost.IsValid() || r.SrcHost.IsValid() {
		l.report(n, Finding{Code: HostBits})
	}
}

// sameRule is what rules have in common that match the same packets and give them
// the same verdict.
type sameRule struct {
	boxes   [2]box // of each IP version, the zero box where there is none
	verdict match.Verdict
}

func (r *rules) same(n int32) (s sameRule) {
	for i := range r.families {
		if b := r.families[i].boxes[n]; b != nil {
			s.boxes[i] = *b
		}
	}
	s.verdict = r.verdicts[n]
	return s
}

// decidesNone reports a rule that decides no packet. A stronger rule that is the
// same and decides none either has the same finding, but for the cover: if that is
// several rules, the stronger rule alone is a smaller one. So however many rules
// are the same, no more than two of them are searched.
func (l *linter) decidesNone(n int32) {
	same := l.same(n)
	f, seen := l.dead[same]
	if !seen || len(f.By) > 1 {
		l.meet(n)
		f = l.covered(n)
		l.dead[same] = f
	}
	l.report(n, f)
}

// covered returns the finding about a rule that decides no packet.
func (l *linter) covered(n int32) Finding {
	f := Finding{Code: Shadowed, By: l.at(l.cover(n, l.near))}
	stronger := func(m int32) bool { return m < n }
	other := l.decide(n, stronger, func(m int32) bool { return l.verdicts[m] != l.verdicts[n] }, true)
	if len(other) > 0 {
		f.Witness, f.HasWitness = *other[0].packet, true
	} else {
		f.Code = Redundant
		f.Witness, f.HasWitness = l.matched(n), true
	}
	return f
}

// needless reports a rule that decides packets which would get the same verdict
// without it.
func (l *linter) needless(n int32) {
	if l.needed(n) {
		return
	}
	f := Finding{Code: Needless, Witness: *l.deciders[n].packet, HasWitness: true}
	for _, d := range l.decide(n, anyRule, func(m int32) bool { return m > n }, false) {
		if int(d.place) == len(l.refs) {
			f.ByDefault = true
		} else {
			f.By = append(f.By, l.refs[d.place])
		}
	}
	l.report(n, f)
}

func anyRule(int32) bool { return true }

// needed reports whether some packet that rule n decides gets another verdict
// without it, now or once the remedies of OpenIPv6 findings are followed.
func (l *linter) needed(n int32) bool {
	last := int32(len(l.refs))
	changes := func(i int, m int32) bool {
		return m > n && (l.verdicts[m] != l.verdicts[n] || m == last && l.open[i])
	}
	// Most rules are needed for the packet at hand.
	d := &l.deciders[n]
	f, next := &l.families[d.family], last
	for _, m := range l.near[d.family] {
		l.budget.add(2)
		if m > n && f.space.has(f.boxes[m], &d.point) {
			next = m
			break
		}
	}
	if changes(d.family, next) {
		return true
	}
	for i := range l.families {
		if len(l.decideIn(i, n, l.near[i], func(m int32) bool { return changes(i, m) }, true)) > 0 {
			return true
		}
	}
	return false
}

// tie reports an accept rule that would decide packets, were it not for drop
// rules of its priority.
func (l *linter) tie(n int32) {
	if l.verdicts[n] == match.Drop {
		return
	}
	priority := l.refs[n].Rule.Priority
	drops := func(m int32) bool {
		return int(m) < len(l.refs) && l.refs[m].Rule.Priority == priority && l.verdicts[m] == match.Drop
	}
	var lost []decider
	for i := range l.families {
		// The others come first: what they match the rule would not decide anyway.
		var order, last []int32
		for _, m := range l.near[i] {
			switch {
			case drops(m):
				last = append(last, m)
			case m < n:
				order = append(order, m)
			}
		}
		if len(last) > 0 {
			lost = mergeDeciders(lost, l.decideIn(i, n, append(order, last...), drops, false))
		}
	}
	if len(lost) == 0 {
		return
	}
	f := Finding{Code: Tie, Witness: *lost[0].packet, HasWitness: true}
	for _, d := range lost {
		f.By = append(f.By, l.refs[d.place])
	}
	l.report(n, f)
}

// findOpen finds the IP versions that OpenIPv6 findings are about.
func (l *linter) findOpen() {
	for n := range int32(len(l.refs)) {
		for i := range l.families {
			l.open[1-i] = l.open[1-i] || l.closesOnly(n, i)
		}
	}
}

// closesOnly reports whether rule n drops all packets of IP version i, and the
// default accepts some of the other.
func (l *linter) closesOnly(n int32, i int) bool {
	if l.verdicts[n] == match.Accept || l.verdicts[len(l.refs)] == match.Drop {
		return false
	}
	f := &l.families[i]
	return f.boxes[n] != nil && f.space.whole(f.boxes[n]) && l.byDefault[1-i] != nil
}

// openVersion reports a drop rule that closes one IP version and leaves the other
// open.
func (l *linter) openVersion(n int32) {
	for i := range l.families {
		if l.closesOnly(n, i) {
			l.report(n, Finding{Code: OpenIPv6, By: []match.Ref{l.refs[n]}, Witness: *l.byDefault[1-i], HasWitness: true})
		}
	}
}

// decide returns which of the wanted places decide any packet of rule n, as the
// rules that order holds come in theirs, and ends with the first where one is
// enough. They are ascending.
func (l *linter) decide(n int32, order, wanted func(place int32) bool, one bool) (list []decider) {
	for i := range l.families {
		if one && len(list) > 0 {
			break
		}
		var places []int32
		for _, m := range l.near[i] {
			if order(m) {
				places = append(places, m)
			}
		}
		list = mergeDeciders(list, l.decideIn(i, n, places, wanted, one))
	}
	return list
}

// mergeDeciders adds those of other places, and puts all in order.
func mergeDeciders(list, more []decider) []decider {
	list = append(list, more...)
	slices.SortStableFunc(list, func(a, b decider) int { return cmp.Compare(a.place, b.place) })
	return slices.CompactFunc(list, func(a, b decider) bool { return a.place == b.place })
}

// decideIn is decide for one IP version and an order of places.
func (l *linter) decideIn(i int, n int32, order []int32, wanted func(place int32) bool, one bool) (list []decider) {
	f := &l.families[i]
	if f.boxes[n] == nil {
		return nil
	}
	f.search(f.boxes[n], order, wanted, func(place int32, p *point) (known, done bool) {
		x := f.space.packet(p, otherProtocol)
		list = append(list, decider{place, i, *p, &x})
		return true, one
	})
	return list
}

// at returns the rules at places.
func (l *linter) at(places []int32) []match.Ref {
	var list []match.Ref
	for _, n := range places {
		list = append(list, l.refs[n])
	}
	return list
}

// matched returns a packet that rule n matches.
func (l *linter) matched(n int32) (x match.Packet) {
	for i := range l.families {
		f := &l.families[i]
		if b := f.boxes[n]; b != nil {
			return f.space.packet(&point{bits.TrailingZeros16(uint16(b.kinds)), f.space.hull(b.dst).first, b.at}, otherProtocol)
		}
	}
	return x
}

// report takes a finding about rule n, unless it was cut short.
func (l *linter) report(n int32, f Finding) {
	if l.budget.err != nil {
		return
	}
	l.budget.step(4 * pointSteps)
	f.Rule = l.refs[n]
	f.explain()
	l.findings = append(l.findings, f)
}

// byPlace compares rules by the order of their groups and their index.
func (l *linter) byPlace() func(a, b match.Ref) int {
	group := map[string]int{}
	for n, id := range l.table.Groups() {
		group[id] = n
	}
	return func(a, b match.Ref) int { return cmp.Or(group[a.Group]-group[b.Group], a.Index-b.Index) }
}
