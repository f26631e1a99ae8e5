package match

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync/atomic"

	"example.com/sluice/rule"
)

// MaxGroups is how many security groups one network interface can have.
const MaxGroups = 10

// Table is the compiled rules of one network interface. It is immutable: later
// changes of its groups do not reach it, and any number of goroutines may read
// it. The zero Table, and a nil one, drop every packet as [Invalid].
//
// A simulator that edits rules compiles anew and swaps the whole table behind an
// atomic.Pointer.
type Table struct {
	number    uint64        // no other table of this process has it; a Decision keeps no table alive
	groups    []*rule.Group // private copies, in the order given
	order     []place       // the rules, strongest first
	decisions []Decision    // by rank, and behind the last rank, to place smallRules at least, what the default decides
	fields    fields
	members   *Members      // as given to Compile; may be nil
	first     [256]Decision // the first decisions again, where no index can be out of range
	small     *small        // the index, for up to smallRules rules
	large     *large        // the index, for more
}

// tables is how many tables have been compiled.
var tables atomic.Uint64

// place is where a rule of the order comes from.
type place struct{ group, index uint32 }

// Compile builds the table of one network interface from its groups: 1 to
// [MaxGroups], all of one network type and one type, no id twice. Every
// group that a rule names as destination must be in members; members may be nil
// where no rule does.
//
// It takes some 50 to 200 microseconds and 100 KiB for 100 rules, some
// milliseconds and less than a MiB for the 1,000 of ten groups, and for these a few
// MiB at worst. The members' own index is built once by [NewMembers] and shared;
// groups that no rule names cost a table nothing. Where the named groups share
// addresses with others, a table takes up to 32 bytes more for each set of groups
// that has an address in common with one of them, 8 MiB at most, and 16 bytes for
// each set of named groups and each 128 rules: beyond 1,048,576 of these, 16 MiB,
// Compile fails.
func Compile(members *Members, groups ...*rule.Group) (*Table, error) {
	if err := checkInterface(groups); err != nil {
		return nil, err
	}
	t := &Table{number: tables.Add(1), members: members}
	for _, g := range groups {
		t.groups = append(t.groups, g.Clone())
	}
	t.sort()
	ranked := t.ranked()
	if err := t.checkMembers(members); err != nil {
		return nil, err
	}
	classes, err := newMemberClasses(members, ranked)
	if err != nil {
		return nil, err
	}
	t.fields = newFields(ranked, members, &classes, t.classic())
	if len(ranked) <= smallRules {
		t.small = newSmall(ranked, &classes, &t.fields)
		copy(t.first[:], t.decisions)
	} else {
		t.large = newLarge(ranked, t.decisions[len(ranked)].Verdict, &classes, &t.fields)
		t.large.table = t.number
	}
	return t, nil
}

// checkInterface refuses groups that cannot be together on one interface.
func checkInterface(groups []*rule.Group) error {
	if len(groups) == 0 || len(groups) > MaxGroups {
		return fmt.Errorf("match: %d groups: a network interface has 1 to %d", len(groups), MaxGroups)
	}
	seen := map[string]bool{}
	for i, g := range groups {
		if g == nil {
			return fmt.Errorf("match: group %d of the list is nil", i)
		}
		if err := g.Validate(); err != nil {
			return fmt.Errorf("match: %w", err)
		}
		if first := groups[0]; g.Network() != first.Network() || g.Type() != first.Type() {
			return fmt.Errorf("match: group %q is %v and %v, group %q %v and %v: want all groups of an interface of one network type and one type",
				g.ID(), g.Network(), g.Type(), first.ID(), first.Network(), first.Type())
		}
		if seen[g.ID()] {
			return fmt.Errorf("match: group %q is given twice", g.ID())
		}
		seen[g.ID()] = true
	}
	return nil
}

// sort puts the rules of all groups in order: priority, then drop first, then
// group order, then entry order.
func (t *Table) sort() {
	type entry struct {
		place
		strength uint16 // priority, then drop first; smaller is stronger
	}
	var entries []entry
	for gi, g := range t.groups {
		for i, r := range g.Rules() {
			s := uint16(r.Priority) << 1
			if r.Policy == rule.Accept {
				s |= 1
			}
			entries = append(entries, entry{place{uint32(gi), uint32(i)}, s})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.strength, b.strength) })
	for rank, e := range entries {
		t.order = append(t.order, e.place)
		d := Decision{Verdict: Drop, Cause: ByRule, rank: uint32(rank), table: t.number}
		if e.strength&1 != 0 {
			d.Verdict = Accept
		}
		t.decisions = append(t.decisions, d)
	}
	byDefault := Decision{Verdict: Accept, Cause: Default}
	if t.groups[0].Type() == rule.Advanced {
		byDefault.Verdict = Drop
	}
	for len(t.decisions) <= max(len(t.order), smallRules) {
		t.decisions = append(t.decisions, byDefault)
	}
}

// ranked returns the rules in order.
func (t *Table) ranked() []rule.Rule {
	rules := make([]rule.Rule, len(t.order))
	for rank := range rules {
		rules[rank] = t.ref(rank).Rule
	}
	return rules
}

// checkMembers refuses rules whose destination group is not known.
func (t *Table) checkMembers(members *Members) error {
	var unknown []error
	for gi, g := range t.groups {
		for i, r := range g.Rules() {
			if r.DstGroup == "" {
				continue
			}
			if _, ok := members.Set(r.DstGroup); !ok {
				unknown = append(unknown, fmt.Errorf("match: rule %d of group %q names group %q, whose members are not known: want them among the Members", i, t.groups[gi].ID(), r.DstGroup))
			}
		}
	}
	return errors.Join(unknown...)
}

func (t *Table) classic() bool { return t.groups[0].Network() == rule.Classic }

func (t *Table) ref(rank int) Ref {
	p := t.order[rank]
	g := t.groups[p.group]
	r, _ := g.Rule(int(p.index))
	return Ref{g.ID(), int(p.index), r}
}

// Rule returns the rule that made decision d; ok is false where no rule did, and
// where d is a decision of another table.
func (t *Table) Rule(d Decision) (ref Ref, ok bool) {
	n, ok := t.Rank(d)
	if !ok {
		return Ref{}, false
	}
	return t.ref(n), true
}

// Rank returns the place, counted from 0, of the rule that made decision d in the
// order of [Table.Rules]: below [Table.Len], so that a slice of that length can
// count the packets that each rule decides. ok is false where [Table.Rule]'s is.
func (t *Table) Rank(d Decision) (n int, ok bool) {
	if t == nil || d.Cause != ByRule || d.table != t.number || d.rank >= uint32(len(t.order)) {
		return 0, false
	}
	return int(d.rank), true
}

// Len returns the number of rules.
func (t *Table) Len() int {
	if t == nil {
		return 0
	}
	return len(t.order)
}

// Rules yields every rule in the order in which packets meet them, strongest
// first.
func (t *Table) Rules() iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		if t == nil {
			return
		}
		for rank := range t.order {
			if !yield(t.ref(rank)) {
				return
			}
		}
	}
}

// String returns the rules in order, one a line, and the default.
func (t *Table) String() string {
	var b strings.Builder
	for r := range t.Rules() {
		fmt.Fprintln(&b, r)
	}
	if t != nil && len(t.decisions) > 0 {
		fmt.Fprintf(&b, "default %v\n", t.decisions[len(t.order)].Verdict)
	}
	return b.String()
}
