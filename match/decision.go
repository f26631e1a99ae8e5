package match

import "example.com/sluice/rule"

// Verdict is what becomes of a packet. The zero Verdict is Drop.
type Verdict uint8

const (
	Drop Verdict = iota
	Accept
)

// Cause is what decided. The zero Cause is Invalid.
type Cause uint8

const (
	Invalid Cause = iota // the packet is none: bad or mixed addresses, bad protocol
	Default              // no rule matched
	ByRule               // the first matching rule
)

// Decision is the answer to one packet, a small comparable value. The zero
// Decision drops. [Table.Rule] tells which rule decided.
type Decision struct {
	Verdict Verdict
	Cause   Cause
	rank    uint32 // the deciding rule's place in its table's order; 0 unless Cause is ByRule
}

// Ref is a rule in its place: rule Index, counted from 0 in entry order, of the
// group with id Group.
type Ref struct {
	Group string
	Index int
	Rule  rule.Rule
}
