package audit

import (
	"cmp"
	"slices"

	"example.com/sluice/match"
)

// Code is the kind of a [Finding].
type Code string

// The kinds of findings. A rule gets at most one of Shadowed, Redundant and
// Needless.
const (
	// The rule decides no packet, and some packet that it matches gets the other
	// verdict. By is a smallest set of stronger rules that cover it, Witness a
	// packet that it matches and that gets the other verdict.
	Shadowed Code = "shadowed"
	// The rule decides no packet, and every packet that it matches gets its verdict
	// anyway. By is as for Shadowed, Witness a packet that it matches.
	Redundant Code = "redundant"
	// The rule decides some packets, yet without it every packet gets the same
	// verdict. By and ByDefault are what decides those packets without it, Witness
	// is one of them.
	Needless Code = "needless"
	// The accept rule loses packets to drop rules of equal priority. By is those
	// drop rules, Witness a packet that it would have decided but for them.
	Tie Code = "tie"
	// The rule can match no packet: its destination group has no members, say.
	Empty Code = "empty"
	// The drop rule matches every packet of one IP version, and the default accepts
	// packets of the other that no rule matches. By is the rule itself, Witness a
	// packet let through.
	OpenIPv6 Code = "open-ipv6"
	// A block was written with host bits set.
	HostBits Code = "hostbits"
)

// Finding is one thing that [Lint] found out about one rule.
type Finding struct {
	Code       Code
	Rule       match.Ref   // the rule it is about
	By         []match.Ref // the rules that make it so, strongest first; see Code
	ByDefault  bool        // the default is one of them
	Witness    match.Packet
	HasWitness bool   // Witness is set
	Message    string // one sentence for people
}

// Lint returns what is worth knowing about the rules as they decide together, in
// the order of the groups, their rules, and the codes above. Every finding is
// true of all packets, and none is missing.
//
// The error is that of [match.Compile], or a [*BoundError].
func Lint(i Interface) ([]Finding, error) { return lint(i, newBudget()) }

func lint(i Interface, b *budget) ([]Finding, error) {
	r, err := newRules(i, nil, b)
	if err != nil {
		return nil, err
	}
	l := &linter{rules: r, deciders: make([]*match.Packet, len(r.refs))}
	l.findDeciders()
	for n := range r.refs {
		if b.err == nil {
			l.lint(n)
		}
	}
	if b.err != nil {
		return nil, b.err
	}
	l.sort(i)
	return l.findings, nil
}

// linter gathers findings.
type linter struct {
	*rules
	deciders []*match.Packet  // a packet that each rule decides; nil where it decides none
	let      [2]*match.Packet // of each IP version, a packet that the default decides
	findings []Finding
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
				l.let[i] = &x
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
	l.open(n)
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
	if len(changes) > 0 {
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

// open reports a drop rule that closes one IP version and leaves the other open.
func (l *linter) open(n int) {
	if l.verdicts[n] == match.Accept || l.verdicts[len(l.refs)] == match.Drop {
		return
	}
	for i, f := range l.families {
		if f.boxes[n] != nil && f.space.whole(f.boxes[n]) && l.let[1-i] != nil {
			l.report(n, Finding{Code: OpenIPv6, By: []match.Ref{l.refs[n]}, Witness: *l.let[1-i], HasWitness: true})
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
	order = append(order, len(l.refs)) // at the end, what no other has
	order = slices.Compact(order)
	seen := make([]bool, len(order))
	for i := range l.families {
		f := &l.families[i]
		if f.boxes[n] == nil || one && len(list) > 0 {
			continue
		}
		h := hunt{space: f.space, budget: l.budget, within: f.boxes[n]}
		for k, m := range order {
			h.order = append(h.order, f.boxes[m])
			h.wanted = append(h.wanted, !seen[k] && wanted(m))
		}
		h.found = func(k int, p point) (known, done bool) {
			seen[k] = true
			list = append(list, decider{order[k], f.space.packet(p, otherProtocol)})
			return true, one
		}
		h.run()
	}
	slices.SortFunc(list, func(a, b decider) int { return a.place - b.place })
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
	f.Message = f.message()
	l.findings = append(l.findings, f)
}

// sort puts the findings, which came by rank, in the order of groups and entry.
func (l *linter) sort(i Interface) {
	group := map[string]int{}
	for n, g := range i.Groups {
		group[g.ID()] = n
	}
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		return cmp.Or(group[a.Rule.Group]-group[b.Rule.Group], a.Rule.Index-b.Rule.Index)
	})
}
