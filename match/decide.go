package match

import "example.com/sluice/cidr"

// Decide answers one packet. It allocates nothing, never panics whatever the
// packet holds, and costs the same whichever rule decides: some 30 loads that do
// not depend on each other for up to 128 rules, and for more a walk of one load
// an address byte and one pass over the rules' bits.
func (t *Table) Decide(p Packet) Decision {
	if t == nil {
		return Decision{}
	}
	return t.decide(&p)
}

// DecideBatch appends the answers to packets, in order, to dst. It allocates only
// where dst has no room for them.
func (t *Table) DecideBatch(dst []Decision, packets []Packet) []Decision {
	for i := range packets {
		d := Decision{}
		if t != nil {
			d = t.decide(&packets[i])
		}
		dst = append(dst, d)
	}
	return dst
}

func (t *Table) decide(p *Packet) Decision {
	k, ok := keyOf(p)
	switch {
	case !ok:
		return Decision{}
	case t.small != nil:
		var members cidr.Bits
		if t.members.index != nil {
			members = bitsAt(t.members.rows, t.members.place(k.dst))
		}
		return t.decisions[t.small.first(&k, members)]
	case t.large != nil:
		rank, ok := t.large.first(&k, t.members.row(k.dst))
		if !ok {
			rank = len(t.order)
		}
		return t.decisions[rank]
	}
	return Decision{} // the zero Table
}
