package match

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/sluice/rule"
)

// Verdict is what becomes of a packet. The zero Verdict is Drop.
type Verdict uint8

const (
	Drop Verdict = iota
	Accept
)

var verdictWords = []string{Drop: "drop", Accept: "accept"}

// String returns drop or accept.
func (v Verdict) String() string { return word("Verdict", verdictWords, uint8(v)) }

// MarshalText returns the text of [Verdict.String].
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads drop or accept.
func (v *Verdict) UnmarshalText(text []byte) error {
	return setWord((*uint8)(v), "verdict", verdictWords, text)
}

// Cause is what decided. The zero Cause is Invalid.
type Cause uint8

const (
	Invalid Cause = iota // the packet is invalid: see [Packet]
	Default              // no rule matched
	ByRule               // the first matching rule
)

var causeWords = []string{Invalid: "invalid", Default: "default", ByRule: "rule"}

// String returns invalid, default or rule.
func (c Cause) String() string { return word("Cause", causeWords, uint8(c)) }

// MarshalText returns the text of [Cause.String].
func (c Cause) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads invalid, default or rule.
func (c *Cause) UnmarshalText(text []byte) error {
	return setWord((*uint8)(c), "cause", causeWords, text)
}

// word names value i, or says that it has no name: a text that no reader takes.
func word(typ string, words []string, i uint8) string {
	if int(i) < len(words) {
		return words[i]
	}
	return typ + "(" + strconv.Itoa(int(i)) + ")"
}

// list joins words as a sentence does.
func list(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func setWord(dst *uint8, what string, words []string, text []byte) error {
	i := slices.Index(words, string(text))
	if i < 0 {
		return fmt.Errorf("%s %s: want %s", what, short(string(text)), list(words))
	}
	*dst = uint8(i)
	return nil
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
// group with id Group. The zero Ref is no rule.
type Ref struct {
	Group string
	Index int
	Rule  rule.Rule
}

// String returns place and rule in one line, and none for the zero Ref.
func (r Ref) String() string {
	if r == (Ref{}) {
		return "none"
	}
	return fmt.Sprintf("%s[%d] %v", r.Group, r.Index, r.Rule)
}
