package match

import (
	"fmt"
	"strconv"

	"example.com/sluice/rule"
)

// Verdict is what becomes of a packet. The zero Verdict is Drop.
type Verdict uint8

const (
	Drop Verdict = iota
	Accept
)

// String returns drop or accept.
func (v Verdict) String() string {
	switch v {
	case Drop:
		return "drop"
	case Accept:
		return "accept"
	}
	return "Verdict(" + strconv.Itoa(int(v)) + ")"
}

// Cause is what decided. The zero Cause is Invalid.
type Cause uint8

const (
	Invalid Cause = iota // the packet is none: see [Packet]
	Default              // no rule matched
	ByRule               // the first matching rule
)

// String returns invalid, default or rule.
func (c Cause) String() string {
	switch c {
	case Invalid:
		return "invalid"
	case Default:
		return "default"
	case ByRule:
		return "rule"
	}
	return "Cause(" + strconv.Itoa(int(c)) + ")"
}

// Decision is the answer to one packet, a small comparable value. The zero
// Decision drops. [Table.Rule] tells which rule decided; only the table that made
// the decision knows. So decisions of two tables are never equal where a rule
// decided, and may be equal otherwise.
type Decision struct {
	Verdict Verdict
	Cause   Cause
	rank    uint32 // of the deciding rule in its table's order; 0 where no rule decided
	table   uint64 // the number of that table; 0 where no rule decided
}

// String returns the verdict and what decided, such as "accept by default".
func (d Decision) String() string {
	if d.Cause == Invalid {
		return d.Verdict.String() + " as invalid"
	}
	return d.Verdict.String() + " by " + d.Cause.String()
}

// Ref is a rule in its place: rule Index, counted from 0 in entry order, of the
// group with id Group.
type Ref struct {
	Group string
	Index int
	Rule  rule.Rule
}

// String returns place and rule in one line.
func (r Ref) String() string {
	return fmt.Sprintf("%s[%d] %v", r.Group, r.Index, r.Rule)
}
