package audit

import "strconv"

// Code is the kind of a [Finding].
type Code string

// The kinds of findings. A rule gets at most one of Shadowed, Redundant and
// Needless.
const (
	// The rule decides no packet, and some packet that it matches gets the other
	// verdict. By is a smallest set of stronger rules that cover it, Witness a
	// packet that it matches and that gets the other verdict.
	Shadowed Code = "shadowed"
	// The rule decides no packet, and every packet that it matches gets its verdict
	// anyway. By is as for Shadowed, Witness a packet that it matches.
	Redundant Code = "redundant"
	// The rule decides some packets, yet without it every packet gets the same
	// verdict, also once the remedies of OpenIPv6 findings are followed. By and
	// ByDefault are what decides those packets without it, Witness is one of them.
	// See [Removable] for rules that can go together.
	Needless Code = "needless"
	// The accept rule loses packets to drop rules of equal priority. By is those
	// drop rules, Witness a packet that it would have decided but for them.
	Tie Code = "tie"
	// The rule can match no packet: its destination group has no members, say.
	Empty Code = "empty"
	// The drop rule, alone, matches every packet of one IP version, and the default
	// accepts packets of the other that no rule matches. By is the rule itself, Witness
	// one of those packets. In a classic network no rule matches the packets of both
	// NICs.
	OpenIPv6 Code = "open-ipv6"
	// A block was written with host bits set.
	HostBits Code = "hostbits"
)

// Severity is how much a finding weighs. The zero Severity is none.
type Severity uint8

const (
	SeverityNone    Severity = iota // below every finding's
	SeverityNote                    // nothing changes if it stays
	SeverityWarning                 // a rule does not do what it says
	SeverityError                   // packets are accepted that the rules seem to drop
)

var severityWords = [...]string{"none", "note", "warning", "error"}

// String returns none, note, warning or error.
func (s Severity) String() string {
	if int(s) < len(severityWords) {
		return severityWords[s]
	}
	return "Severity(" + strconv.Itoa(int(s)) + ")"
}

// MarshalText returns the text of String.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// codes is in the order of weight.
var codes = []struct {
	code     Code
	severity Severity
}{
	{OpenIPv6, SeverityError},
	{Shadowed, SeverityWarning},
	{Tie, SeverityWarning},
	{Empty, SeverityWarning},
	{Redundant, SeverityNote},
	{Needless, SeverityNote},
	{HostBits, SeverityNote},
}

// Codes returns every code, the heaviest first.
func Codes() []Code {
	list := make([]Code, len(codes))
	for i, c := range codes {
		list[i] = c.code
	}
	return list
}

// Severity returns how much findings of the code weigh; that of a code which this
// package does not know is SeverityWarning.
func (c Code) Severity() Severity {
	for _, x := range codes {
		if x.code == c {
			return x.severity
		}
	}
	return SeverityWarning
}
