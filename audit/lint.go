package audit

import "example.com/sluice/match"

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
	// verdict. By and ByDefault are what decides those packets without it, Witness
	// is one of them.
	Needless Code = "needless"
	// The accept rule loses packets to drop rules of equal priority. By is those
	// drop rules, Witness a packet that it would have decided but for them.
	Tie Code = "tie"
	// The rule can match no packet: its destination group has no members, say.
	Empty Code = "empty"
	// The drop rule matches every packet of one IP version, and the default accepts
	// packets of the other that no rule matches. By is the rule itself, Witness a
	// packet let through.
	OpenIPv6 Code = "open-ipv6"
	// A block was written with host bits set.
	HostBits Code = "hostbits"
)

// Finding is one thing that [Lint] found out about one rule.
type Finding struct {
	Code       Code
	Rule       match.Ref   // the rule it is about
	By         []match.Ref // the rules that make it so, strongest first; see Code
	ByDefault  bool        // the default is one of them
	Witness    match.Packet
	HasWitness bool   // Witness is set
	Message    string // one sentence for people
}

// Lint returns what is worth knowing about the rules as they decide together, in
// the order of the groups, their rules, and the codes above.
func Lint(i Interface) ([]Finding, error) { return nil, nil }
