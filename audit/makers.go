package audit

import (
	"encoding/binary"
	"slices"
	"unsafe"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// makers finds out which rules decide the packets of cells, on both sides of a
// comparison, for one IP version.
type makers struct {
	space  *space
	budget *budget
	target int32 // a target that is that of the cell at hand
	sides  [2]makerSide
}

type makerSide struct {
	ruleBoxes
	refs  []match.Ref
	lists map[string][]match.Ref // by their places: equal lists are one
}

// newMakers takes the boxes of a family that newDiffer's sides have.
func (x *differ) newMakers(f familyDiff) *makers {
	m := &makers{space: f.space, budget: x.budget, target: int32(len(f.space.of))}
	f.space.of = append(f.space.of, nil)
	for i := range m.sides {
		refs := x.sides[i].refs
		m.sides[i] = makerSide{refs: refs, lists: map[string][]match.Ref{}, ruleBoxes: ruleBoxes{
			space: f.space, boxes: f.boxes[i], index: newIndex(f.space, f.boxes[i][:len(refs)], x.budget), budget: x.budget}}
	}
	return m
}

// of returns the rules of both sides that decide packets of a cell, of which only
// those of some kinds count. by says of which side it is rules that decide.
func (m *makers) of(c *cell, of kindSet, by [2]bool) (list [2][]match.Ref) {
	m.space.of[m.target] = m.classesOf(c.at[dst])
	within := &box{kinds: of << (int(c.nic) * kinds), dst: m.target}
	copy(within.at[:], c.at[:])
	for i := range m.sides {
		if by[i] {
			list[i] = m.sides[i].decide(within)
		}
	}
	return list
}

// classesOf returns the classes of destinations at positions.
func (m *makers) classesOf(at span) (runs []span) {
	list := slices.Clone(m.space.class[at.first : at.last+1])
	sortNumbers(list, m.budget)
	for _, c := range slices.Compact(list) {
		runs = appendNumber(runs, c)
	}
	return runs
}

// decide returns the rules that decide any packet of a box, strongest first. None
// of its packets is left to the default.
func (s *makerSide) decide(within *box) []match.Ref {
	places := s.index.meetingBox(within, s.budget)
	for i, n := range places {
		if s.space.contains(s.boxes[n], within) {
			places = places[:i+1] // no packet is left for the others
			break
		}
	}
	decides := places
	if len(places) > 1 {
		decides = nil
		byDefault := int32(len(s.refs))
		s.search(within, places, func(n int32) bool { return n != byDefault }, func(n int32, _ *point) (known, done bool) {
			decides = append(decides, n)
			return true, false
		})
		slices.Sort(decides)
	}
	return s.list(decides)
}

// list returns the rules at places.
func (s *makerSide) list(places []int32) []match.Ref {
	var key []byte
	for _, n := range places {
		key = binary.LittleEndian.AppendUint32(key, uint32(n))
	}
	list, known := s.lists[string(key)]
	if !known && s.budget.take(len(places)*(int(unsafe.Sizeof(match.Ref{}))+4)+64) {
		for _, n := range places {
			list = append(list, s.refs[n])
		}
		s.lists[string(key)] = list
	}
	s.budget.step(100 + 8*len(places))
	return slices.Clip(list)
}

// contains reports whether box x has all packets of box y; it may miss that where
// x has several runs of classes.
func (s *space) contains(x, y *box) bool {
	for f := range x.at {
		if !x.at[f].covers(y.at[f]) {
			return false
		}
	}
	return y.kinds&^x.kinds == 0 && s.covers(x.dst, y.dst)
}

// kindsWithin is the kinds of the protocols of a set.
func kindsWithin(s ProtocolSet) (k kindSet) {
	for p := range rule.All {
		if s.Has(p) {
			k |= 1 << kindOf(p)
		}
	}
	return k
}
