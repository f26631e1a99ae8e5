package match

import (
	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// memberRows gives, by number of a member class, the row of the rules that name one
// of the groups of the class as destination.
type memberRows struct {
	first uint32      // the smallest number that matters
	rows  []cidr.Bits // of the numbers first, first+1, ...
}

func newMemberRows(rules []rule.Rule, classes *memberClasses) (m memberRows) {
	named := map[string]cidr.Bits{} // group id -> rules that name it
	for i, r := range rules {
		if r.DstGroup != "" {
			named[r.DstGroup] = named[r.DstGroup].With(i)
		}
	}
	if len(named) == 0 {
		return m
	}
	m.first, m.rows = classes.first, make([]cidr.Bits, len(classes.groups))
	for i, groups := range classes.groups {
		for _, g := range groups {
			m.rows[i] = m.rows[i].Or(named[classes.ids[g]])
		}
	}
	return m
}

// row returns the row of a number.
func (m *memberRows) row(number uint32) cidr.Bits {
	if i := number - m.first; i < uint32(len(m.rows)) {
		return m.rows[i]
	}
	return cidr.Bits{}
}
