package match

import (
	"encoding/binary"
	"fmt"
	"slices"

	"example.com/sluice/rule"
)

// memberClasses are the classes of addresses that the rules of one table tell
// apart, by the groups that have them: those of the members' index that have a
// group which a rule names, numbered anew. So what a table takes depends on the
// groups that its rules name, not on all groups that there are.
type memberClasses struct {
	first  uint32        // the smallest number; below it and behind the last no rule names a group
	groups [][]int32     // by number from first, the named groups; none: no rule names one
	ids    []string      // of all groups
	number *classNumbers // of the index's classes; nil where each has its own number
}

// Up to directClasses classes of the index keep their numbers, which spares a
// lookup, where there are at most directShare of them for each that has a named
// group.
const (
	directClasses = 1 << 12
	directShare   = 8
)

// maxMemberRows bounds the rows of 16 bytes of a table: one for each class and each
// 128 rules.
const maxMemberRows = 1 << 20

// newMemberClasses makes the classes for rules, which name known groups. It fails
// where there are too many.
func newMemberClasses(members *Members, rules []rule.Rule) (m memberClasses, err error) {
	var named []int32
	for _, r := range rules {
		if r.DstGroup != "" {
			named = append(named, members.index.groupOf(r.DstGroup))
		}
	}
	slices.Sort(named)
	named = slices.Compact(named)
	if len(named) == 0 {
		return m, nil
	}
	x := members.index
	m.ids = x.ids
	var classes []uint32 // of the index, with one of the groups
	for _, g := range named {
		classes = append(classes, x.of.at(uint32(g))...)
	}
	slices.Sort(classes)
	classes = slices.Compact(classes)
	if len(classes) == 0 {
		return m, nil
	}
	first, last := classes[0], classes[len(classes)-1]
	if n := int(last-first) + 1; n <= directClasses && n <= 64+directShare*len(classes) {
		m.first, m.groups = first, make([][]int32, n)
		for _, c := range classes {
			m.groups[c-first] = x.namedOf(c, named)
		}
		return m, nil
	}
	return m, m.renumber(x, named, classes, (len(rules)+smallRules-1)/smallRules)
}

// renumber gives classes of the index with the same named groups one number.
func (m *memberClasses) renumber(x *memberIndex, named []int32, classes []uint32, parts int) (err error) {
	m.first = 1
	numbers := make([]uint32, len(classes))
	known := map[string]uint32{} // by the named groups, encoded
	var code []byte
	for i, c := range classes {
		groups := x.namedOf(c, named)
		code = code[:0]
		for _, g := range groups {
			code = binary.AppendUvarint(code, uint64(g))
		}
		n, ok := known[string(code)]
		if !ok {
			m.groups = append(m.groups, groups)
			n = uint32(len(m.groups))
			if len(m.groups)*parts > maxMemberRows {
				return fmt.Errorf("match: the groups that the rules name share addresses in too many ways: want at most %d for so many rules", maxMemberRows/parts)
			}
			known[string(code)] = n
		}
		numbers[i] = n
	}
	m.number, err = newClassNumbers(classes, numbers)
	return err
}

// classNumbers maps a class of the index to a number above 0, or to 0.
type classNumbers struct {
	first  uint32
	dense  []uint32           // by class from first; or
	sparse *blockHash[uint32] // where that would be mostly 0
}

// newClassNumbers maps classes, which ascend, to numbers. It takes at most 32 bytes
// for each.
func newClassNumbers(classes, numbers []uint32) (*classNumbers, error) {
	c := &classNumbers{first: classes[0]}
	if n := int(classes[len(classes)-1]-c.first) + 1; n <= directShare*len(classes) {
		c.dense = make([]uint32, n)
		for i, class := range classes {
			c.dense[class-c.first] = numbers[i]
		}
		return c, nil
	}
	c.sparse = new(blockHash[uint32])
	for i, class := range classes {
		c.sparse.add(class, 32, numbers[i])
	}
	return c, c.sparse.build(hash4, randomKey)
}

func (c *classNumbers) of(class uint32) uint32 {
	if c.sparse == nil {
		if i := class - c.first; i < uint32(len(c.dense)) {
			return c.dense[i]
		}
		return 0
	}
	s := c.sparse.find(hash4(class, 32, &c.sparse.key))
	if s.key != class {
		return 0
	}
	return s.meta >> 8
}
