package audit

import (
	"fmt"
	"strings"

	"example.com/sluice/match"
)

// message tells a finding in one sentence: what is so, and what to do.
func (f *Finding) message() string {
	policy := f.Rule.Rule.Policy
	switch f.Code {
	case Shadowed:
		return fmt.Sprintf("decides no packet: %s %s all that it matches first, and not all of it gets %v; give it a stronger priority or remove it", places(f.By), matchVerb(f.By), policy)
	case Redundant:
		return fmt.Sprintf("decides no packet: %s %s all that it matches first, and all of it gets %v anyway; it can be removed", places(f.By), matchVerb(f.By), policy)
	case Needless:
		return fmt.Sprintf("changes no verdict: without it %s would %v the packets that it decides; it can be removed", f.without(), policy)
	case Tie:
		return fmt.Sprintf("loses packets to %s of equal priority, where drop wins; give one of them another priority", places(f.By))
	case Empty:
		return f.emptyMessage()
	case OpenIPv6:
		closed, open, all := "IPv4", "IPv6", "::/0"
		if f.Witness.Dst.Is4() {
			closed, open, all = "IPv6", "IPv4", "0.0.0.0/0"
		}
		return fmt.Sprintf("closes %s only: the default accepts %s packets that no rule matches; a drop rule for all protocols to %s closes that, too", closed, open, all)
	}
	return f.hostBitsMessage()
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
	return "has host bits set: " + strings.Join(parts, ", ") + "; write the block that is meant"
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
	if len(list) == 1 {
		return list[0]
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " and " + list[last]
}

// matchVerb is the verb match as it goes with so many rules.
func matchVerb(refs []match.Ref) string {
	if len(refs) == 1 {
		return "matches"
	}
	return "match"
}
