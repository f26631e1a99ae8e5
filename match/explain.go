package match

import (
	"fmt"
	"strings"

	"example.com/sluice/rule"
)

// Explanation is the whole story of one packet's [Decision].
type Explanation struct {
	Packet     Packet
	Decision   Decision
	Decider    Ref          // where Decision.Cause is ByRule
	Overridden []Overridden // the other rules that match, strongest first
	Missed     []Missed     // the rules that do not match, strongest first
}

// Overridden is a rule that matches and does not decide.
type Overridden struct {
	Ref
	Why string // what it lost by: "priority", "drop wins the tie" or "order"
}

// Missed is a rule that does not match.
type Missed struct {
	Ref
	Field string // the first that rules it out: "protocol", "dst", "src", "dst_port", "src_port" or "nic"
}

// fieldNames are the fields in the order in which [Missed] asks them.
var fieldNames = [...]string{"protocol", "dst", "src", "dst_port", "src_port", "nic"}

// fieldRows are the rows of a packet, one for each of fieldNames.
type fieldRows [len(fieldNames)][]uint64

// Explain answers one packet from the same index as [Table.Decide], and tells of
// every rule why it does or does not decide. An invalid packet meets no rule.
func (t *Table) Explain(p Packet) Explanation {
	e := Explanation{Packet: p, Decision: t.Decide(p)}
	if e.Decision.Cause == Invalid {
		return e
	}
	k, _ := keyOf(&p)
	fields := t.fieldRows(&k)
	decided := false
	for rank := range t.order {
		field, missed := fields.first(rank)
		switch {
		case missed:
			e.Missed = append(e.Missed, Missed{t.ref(rank), fieldNames[field]})
		case !decided:
			decided = true
			e.Decider = t.ref(rank)
		default:
			e.Overridden = append(e.Overridden, Overridden{t.ref(rank), whyLost(e.Decider.Rule, t.ref(rank).Rule)})
		}
	}
	return e
}

// first returns the first field that rules out the rule of a rank.
func (f *fieldRows) first(rank int) (field int, missed bool) {
	for i, row := range f {
		if row[rank/64]>>(rank%64)&1 == 0 {
			return i, true
		}
	}
	return 0, false
}

// whyLost tells why loser, which matches too, does not decide.
func whyLost(decider, loser rule.Rule) string {
	switch {
	case decider.Priority != loser.Priority:
		return "priority"
	case decider.Policy != loser.Policy:
		return "drop wins the tie"
	}
	return "order"
}

func (t *Table) fieldRows(k *key) fieldRows {
	members := t.members.row(k.dst)
	if t.small != nil {
		return t.small.fieldRows(k, members)
	}
	return t.large.fieldRows(k, members)
}

func (s *small) fieldRows(k *key, members []uint64) fieldRows {
	dst, src := s.addresses(k)
	return fieldRows{
		s.kinds.protocolRow(k.protocol),
		{dst.Lo | members[0], dst.Hi | members[1]},
		{src.Lo, src.Hi},
		s.dstPorts.row(k.dstPort),
		s.srcPorts.row(k.srcPort),
		s.kinds.nicRow(k.nic),
	}
}

func (l *large) fieldRows(k *key, members []uint64) fieldRows {
	dst := make([]uint64, l.width)
	for i, word := range l.dst.row(k.dst, k.v4) {
		dst[i] = word | members[i]
	}
	return fieldRows{
		l.kinds.protocolRow(k.protocol),
		dst,
		l.src.row(k.src, k.v4),
		l.dstPorts.row(k.dstPort),
		l.srcPorts.row(k.srcPort),
		l.kinds.nicRow(k.nic),
	}
}

// protocolRow is the row of a protocol, whatever the NIC.
func (k *kinds) protocolRow(p rule.Protocol) []uint64 {
	row := make([]uint64, k.width)
	for _, nic := range []rule.NIC{rule.Intranet, rule.Internet} {
		k.or(row, k.place(p, nic))
	}
	return row
}

// nicRow is the row of a NIC, whatever the protocol.
func (k *kinds) nicRow(nic rule.NIC) []uint64 {
	row := make([]uint64, k.width)
	for c := range kindClasses {
		k.or(row, (int(nic)*kindClasses+c)*k.width)
	}
	return row
}

func (k *kinds) or(row []uint64, place int) {
	for i := range row {
		row[i] |= k.rows[place+i]
	}
}

// String tells the story in lines: the packet and its verdict, the deciding
// rule, the rules it overrides and why, and the rules that do not match with the
// field that rules them out.
func (e Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v: %v\n", e.Packet, e.Decision)
	if e.Decision.Cause == ByRule {
		fmt.Fprintf(&b, "  decides: %v\n", e.Decider)
	}
	for _, o := range e.Overridden {
		fmt.Fprintf(&b, "  matches too, overridden (%s): %v\n", o.Why, o.Ref)
	}
	for _, m := range e.Missed {
		fmt.Fprintf(&b, "  does not match in %s: %v\n", m.Field, m.Ref)
	}
	return b.String()
}
