package audit

import (
	"fmt"
	"strings"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Finding is one thing that [Lint] found out about one rule.
type Finding struct {
	Code       Code
	Rule       match.Ref   // the rule it is about
	By         []match.Ref // the rules that make it so, strongest first; see Code
	ByDefault  bool        // the default is one of them
	Witness    match.Packet
	HasWitness bool   // Witness is set
	Message    string // what is so, in one sentence without a full stop
	Remedy     string // what to do, likewise
}

// Severity returns how much the finding weighs: that of its code.
func (f Finding) Severity() Severity { return f.Code.Severity() }

// String returns the finding in one line: severity, code, place, message and
// remedy. That of the zero Finding, and of any without a code, is "no finding".
func (f Finding) String() string {
	if f.Code == "" {
		return "no finding"
	}
	s := fmt.Sprintf("%v: %s: %s[%d] %s", f.Severity(), f.Code, f.Rule.Group, f.Rule.Index, f.Message)
	if f.Remedy != "" {
		s += " (" + f.Remedy + ")"
	}
	return s
}

// explain sets what the finding says for people.
func (f *Finding) explain() {
	policy := f.Rule.Rule.Policy
	switch f.Code {
	case Shadowed:
		f.Message = fmt.Sprintf("decides no packet: %s %s all that it matches first, and not all of it gets %v", places(f.By), matchVerb(f.By), policy)
		f.Remedy = f.shadowedRemedy()
	case Redundant:
		f.Message = fmt.Sprintf("decides no packet: %s %s all that it matches first, and all of it gets %v anyway", places(f.By), matchVerb(f.By), policy)
		f.Remedy = "remove it; it may be needed once a needless rule is removed"
	case Needless:
		f.Message = fmt.Sprintf("changes no verdict: without it %s would %v the packets that it decides", f.without(), policy)
		f.Remedy = "remove it alone; it may be needed once another rule is removed"
		if f.ByDefault {
			f.Remedy = fmt.Sprintf("remove it alone, while the default is to %v; it may be needed once another rule is removed", policy)
		}
	case Tie:
		f.Message = fmt.Sprintf("loses packets to %s of equal priority, where drop wins", places(f.By))
		f.Remedy = f.tieRemedy()
	case Empty:
		f.Message = f.emptyMessage()
		f.Remedy = "remove it, or give the group members"
	case OpenIPv6:
		closed, open, all := "IPv4", "IPv6", "::/0"
		if f.Witness.Dst.Is4() {
			closed, open, all = "IPv6", "IPv4", "0.0.0.0/0"
		}
		f.Message = fmt.Sprintf("closes %s only: the default accepts %s packets that no rule matches", closed, open)
		f.Remedy = fmt.Sprintf("add a drop rule for all protocols to %s with priority 100; every accept rule to %s needs a stronger one", all, open)
	case HostBits:
		f.Message, f.Remedy = f.hostBitsMessage(), "write the block that is meant"
	}
}

// strongest is the priority that no other is stronger than.
const strongest = 1

// shadowedRemedy puts first what changes no verdict. No drop rule of the strongest
// priority is shadowed: at equal priority drop comes first.
func (f *Finding) shadowedRemedy() string {
	const remove = "remove it, which changes no verdict"
	switch r := f.Rule.Rule; {
	case r.Policy == rule.Drop:
		return remove + ", or give it a stronger priority, which drops what it matches"
	case r.Priority == strongest:
		return remove + "; no priority is stronger than its own"
	}
	return remove + "; a stronger priority would open what it matches"
}

// tieRemedy puts first what keeps the drop rules in front.
func (f *Finding) tieRemedy() string {
	if f.Rule.Rule.Priority == strongest {
		return "give it a weaker priority to say that drop comes first, and compare with diff"
	}
	return "give the drop rules a stronger priority to say that they come first, and compare with diff; a stronger priority of this rule would open what it loses"
}

func (f *Finding) emptyMessage() string {
	const what = "can match no packet"
	if f.Rule.Rule.Src.IsValid() {
		return fmt.Sprintf("%s: group %s has no members of the source's IP version", what, f.Rule.Rule.DstGroup)
	}
	return fmt.Sprintf("%s: group %s has no members", what, f.Rule.Rule.DstGroup)
}

func (f *Finding) hostBitsMessage() string {
	r := f.Rule.Rule
	var parts []string
	if r.DstHost.IsValid() {
		parts = append(parts, fmt.Sprintf("destination %v/%d means %v", r.DstHost, r.Dst.Bits(), r.Dst))
	}
	if r.SrcHost.IsValid() {
		parts = append(parts, fmt.Sprintf("source %v/%d means %v", r.SrcHost, r.Src.Bits(), r.Src))
	}
	return "has host bits set: " + strings.Join(parts, ", ")
}

// without names what decides in place of a needless rule.
func (f *Finding) without() string {
	switch {
	case !f.ByDefault:
		return places(f.By)
	case len(f.By) == 0:
		return "the default"
	}
	return places(f.By) + " and the default"
}

// places lists where rules are.
func places(refs []match.Ref) string {
	const most = 5
	var list []string
	for i, r := range refs {
		if i == most {
			list = append(list, fmt.Sprintf("%d more", len(refs)-most))
			break
		}
		list = append(list, fmt.Sprintf("%s[%d]", r.Group, r.Index))
	}
	return and(list)
}

// matchVerb is the verb match as it goes with so many rules.
func matchVerb(refs []match.Ref) string {
	if len(refs) == 1 {
		return "matches"
	}
	return "match"
}
