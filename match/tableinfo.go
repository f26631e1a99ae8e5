package match

import "example.com/sluice/rule"

// Default returns what becomes of packets that no rule matches: Accept for basic
// groups, Drop for advanced ones and for the zero Table.
func (t *Table) Default() Verdict {
	if t == nil || len(t.decisions) == 0 {
		return Drop
	}
	return t.decisions[len(t.order)].Verdict
}

// Network returns the network type of the table's groups; VPC for the zero Table.
func (t *Table) Network() rule.Network {
	if t == nil || len(t.groups) == 0 {
		return rule.VPC
	}
	return t.groups[0].Network()
}

// Type returns the type of the table's groups; Basic for the zero Table, which
// drops all the same.
func (t *Table) Type() rule.Type {
	if t == nil || len(t.groups) == 0 {
		return rule.Basic
	}
	return t.groups[0].Type()
}

// Groups returns the ids of the table's groups in the order given to [Compile];
// none for the zero Table.
func (t *Table) Groups() []string {
	if t == nil {
		return nil
	}
	ids := make([]string, len(t.groups))
	for i, g := range t.groups {
		ids[i] = g.ID()
	}
	return ids
}

// Members returns the members that [Compile] was given, which may be nil.
func (t *Table) Members() *Members {
	if t == nil {
		return nil
	}
	return t.members
}
