package audit

import (
	"context"
	"math/bits"
	"slices"

	"example.com/sluice/match"
)

// Removal is rules that can be removed together: without them every packet gets
// the verdict that it has.
type Removal struct {
	Rules []match.Ref // in the order of the groups and their rules

	// Largest says that no larger set will do, of the rules that Lint finds Empty,
	// Shadowed, Redundant or Needless. Else the set is maximal: no other of those
	// rules can be added to it.
	Largest bool
}

// maxExact is how many rules that meet are searched for a largest set.
const maxExact = 10

// Removable returns rules that can be removed together, of those that [Lint]
// finds Empty, Shadowed, Redundant or Needless. What Lint says of a rule holds
// for its removal alone; this holds for all of these at once, and also once the
// remedies of OpenIPv6 findings are followed.
//
// The set is a largest one where no more than ten such rules meet each other,
// directly or by way of others; else a maximal one. It takes about as long as
// Lint does. Errors are those of Lint.
func Removable(ctx context.Context, t *match.Table, opts ...Option) (Removal, error) {
	return removable(t, newBudget(ctx, optionsOf(opts).bounds))
}

func removable(t *match.Table, b *budget) (Removal, error) {
	l, err := newLinter(t, b)
	if err != nil {
		return Removal{}, err
	}
	x := remover{linter: l, removed: make([]bool, len(l.refs)+1)}
	x.findIdle()
	answer := Removal{Largest: true}
	for _, part := range x.components() {
		largest := len(part) <= maxExact
		if largest {
			x.removeLargest(part)
		} else {
			x.removeGreedily(part)
		}
		answer.Largest = answer.Largest && largest
	}
	if b.err != nil {
		return Removal{}, b.err
	}
	for n := range l.refs {
		if x.removed[n] {
			answer.Rules = append(answer.Rules, l.refs[n])
		}
	}
	slices.SortFunc(answer.Rules, l.byPlace())
	return answer, nil
}

// remover looks for rules that can go together.
type remover struct {
	*linter
	idle    []int32 // rules that can be removed alone, ascending
	removed []bool  // by place
}

// findIdle finds the rules that can be removed alone.
func (x *remover) findIdle() {
	for n := range int32(len(x.refs)) {
		if x.budget.err != nil {
			return
		}
		if x.deciders[n].packet != nil {
			x.meet(n)
			if x.needed(n) {
				continue
			}
		}
		x.idle = append(x.idle, n)
	}
}

// components splits the rules that Lint would have removed: rules of two parts
// have no packet in common, and so play no part for each other. Rules that are the
// same meet the same ones, which are looked for once.
func (x *remover) components() (parts [][]int32) {
	in := make([]int, len(x.refs)) // the part of each rule, from 1 on
	candidate := make([]bool, len(x.refs)+1)
	for _, n := range x.idle {
		candidate[n] = true
	}
	met := map[sameRule]bool{}
	for _, first := range x.idle {
		if in[first] != 0 {
			continue
		}
		part := []int32{first}
		in[first] = len(parts) + 1
		for k := 0; k < len(part) && x.budget.step(20); k++ {
			same := x.same(part[k])
			if met[same] {
				continue
			}
			met[same] = true
			x.meet(part[k])
			for i := range x.near {
				for _, m := range x.near[i] {
					if candidate[m] && in[m] == 0 {
						in[m] = len(parts) + 1
						part = append(part, m)
					}
				}
			}
		}
		slices.Sort(part)
		parts = append(parts, part)
	}
	return parts
}

// removeLargest removes a largest set of the rules of a part, of several the
// first that has the weakest rules.
func (x *remover) removeLargest(part []int32) {
	for size := len(part); size > 0; size-- {
		for set := 1<<len(part) - 1; set > 0 && x.budget.err == nil; set-- {
			if bits.OnesCount(uint(set)) != size {
				continue
			}
			for k, n := range part {
				x.removed[n] = set>>k&1 != 0
			}
			if !slices.ContainsFunc(part, x.missed) {
				return
			}
		}
	}
	for _, n := range part {
		x.removed[n] = false
	}
}

// missed reports whether rule n is removed and some packet that it decides gets
// another verdict from the rules that are not.
func (x *remover) missed(n int32) bool {
	if !x.removed[n] || x.deciders[n].packet == nil {
		return false
	}
	return x.neededAmong(n, func(m int32) bool { return m < n || !x.removed[m] })
}

// removeGreedily removes the rules of a part that decide nothing, and then others,
// the weakest first, until none can be added.
func (x *remover) removeGreedily(part []int32) {
	for _, n := range part {
		x.removed[n] = x.deciders[n].packet == nil
	}
	for added := true; added; {
		added = false
		for _, n := range slices.Backward(part) {
			if x.removed[n] || x.budget.err != nil {
				continue
			}
			// What the rules before have decided is decided as before without them, so
			// that only what is left to rule n matters.
			if !x.neededAmong(n, func(m int32) bool { return !x.removed[m] }) {
				x.removed[n], added = true, true
			}
		}
	}
}

// neededAmong is needed where only the rules that there are stand beside rule n.
func (x *remover) neededAmong(n int32, there func(m int32) bool) bool {
	x.meet(n)
	for i := range x.near {
		x.near[i] = slices.DeleteFunc(x.near[i], func(m int32) bool {
			x.budget.add(1)
			return !there(m)
		})
	}
	return x.needed(n)
}
