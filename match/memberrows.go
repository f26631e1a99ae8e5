package match

import (
	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// memberRows gives, by member class, the row of the rules that name one of the
// groups of the class as destination.
type memberRows struct {
	first uint32      // the smallest class that matters
	rows  []cidr.Bits // of the classes first, first+1, ...
}

func newMemberRows(members *Members, rules []rule.Rule) (m memberRows) {
	named := map[string]cidr.Bits{} // group id -> rules that name it
	for i, r := range rules {
		if r.DstGroup != "" {
			named[r.DstGroup] = named[r.DstGroup].With(i)
		}
	}
	if len(named) == 0 {
		return m
	}
	for class, groups := range members.index.classes {
		var row cidr.Bits
		for _, g := range groups {
			row = row.Or(named[members.index.ids[g]])
		}
		if row != (cidr.Bits{}) {
			m.set(uint32(class), row)
		}
	}
	return m
}

// set gives a class its row; classes come in ascending order.
func (m *memberRows) set(class uint32, row cidr.Bits) {
	if len(m.rows) == 0 {
		m.first = class
	}
	m.rows = append(m.rows, make([]cidr.Bits, int(class-m.first)-len(m.rows))...)
	m.rows = append(m.rows, row)
}

// row returns the row of a class.
func (m *memberRows) row(class uint32) cidr.Bits {
	if i := class - m.first; i < uint32(len(m.rows)) {
		return m.rows[i]
	}
	return cidr.Bits{}
}
