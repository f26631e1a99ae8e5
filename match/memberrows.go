package match

import "example.com/sluice/rule"

// memberRows gives a table's row of the rules that take an address as a member
// of the group they name.
type memberRows struct {
	index *memberIndex // shared; nil where no rule names a group
	// The classes that matter to the table are among first, first+1, ...; places
	// has where the row of each starts. The row at place 0 is empty.
	first  uint32
	places []uint32
	rows   []uint64
	width  int
}

func newMemberRows(members *Members, rules []rule.Rule) memberRows {
	width := words(len(rules))
	if len(rules) <= smallRules {
		width = 2
	}
	m := memberRows{rows: make([]uint64, width), width: width}
	ranks := map[string][]int{} // group id -> rules that name it
	for i, r := range rules {
		if r.DstGroup != "" {
			ranks[r.DstGroup] = append(ranks[r.DstGroup], i)
		}
	}
	if len(ranks) == 0 {
		return m
	}
	m.index = members.index
	for class, groups := range m.index.classes {
		row := make([]uint64, width)
		used := false
		for _, g := range groups {
			for _, i := range ranks[m.index.ids[g]] {
				setBit(row, i)
				used = true
			}
		}
		if used {
			m.add(uint32(class), row)
		}
	}
	return m
}

// add gives a class its row; classes come in ascending order.
func (m *memberRows) add(class uint32, row []uint64) {
	if len(m.places) == 0 {
		m.first = class
	}
	m.places = append(m.places, make([]uint32, int(class-m.first)-len(m.places))...)
	m.places = append(m.places, uint32(len(m.rows)))
	m.rows = append(m.rows, row...)
}

// place returns where the row of an address starts.
func (m *memberRows) place(a address) int {
	if i := m.index.class(a) - m.first; i < uint32(len(m.places)) {
		return int(m.places[i])
	}
	return 0
}

// row returns the row of an address.
func (m *memberRows) row(a address) []uint64 {
	if m.index == nil {
		return m.rows
	}
	return m.rows[m.place(a):]
}
