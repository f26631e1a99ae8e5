package match

import (
	"fmt"
	"net/netip"
	"strings"

	"example.com/sluice/rule"
)

// Explanation says how one packet gets its [Decision].
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
	Why Why
}

// String returns what the rule lost by, and its place and itself.
func (o Overridden) String() string { return string(o.Why) + ": " + o.Ref.String() }

// Why is what a rule that matches lost by.
type Why string

const (
	WhyPriority Why = "priority"          // the deciding rule has a smaller priority
	WhyTie      Why = "drop wins the tie" // the same priority, and the deciding rule drops
	WhyOrder    Why = "order"             // the same priority and policy, and the deciding rule stands before it
)

// Missed is a rule that does not match.
type Missed struct {
	Ref
	Field Field // the first that rules it out
}

// String returns the field that rules the rule out, and its place and itself.
func (m Missed) String() string { return string(m.Field) + ": " + m.Ref.String() }

// Field is a field of a packet, by its key in JSON. A rule's fields are compared in
// the order of these constants.
type Field string

const (
	FieldProtocol Field = "protocol"
	FieldDst      Field = "dst"
	FieldSrc      Field = "src"
	FieldDstPort  Field = "dst_port"
	FieldSrcPort  Field = "src_port"
	FieldNIC      Field = "nic"
)

// Explain answers one packet as [Table.Decide] does, and tells of every rule, one
// after the other, why it does or does not decide. An invalid packet meets no
// rule. It costs as much as the table has rules.
func (t *Table) Explain(p Packet) Explanation {
	e := Explanation{Packet: p, Decision: t.Decide(p)}
	if e.Decision.Cause == Invalid {
		return e
	}
	for rank := range t.order {
		ref := t.ref(rank)
		switch field := t.missedBy(&ref.Rule, &p); {
		case e.Decision.Cause == ByRule && rank == int(e.Decision.rank):
			e.Decider = ref
		case field != "":
			e.Missed = append(e.Missed, Missed{ref, field})
		default:
			e.Overridden = append(e.Overridden, Overridden{ref, whyLost(e.Decider.Rule, ref.Rule)})
		}
	}
	return e
}

// missedBy returns the first field of a valid packet that rules a rule out, or "".
func (t *Table) missedBy(r *rule.Rule, p *Packet) Field {
	dst, src := p.Dst.Unmap().WithZone(""), p.Src.Unmap().WithZone("")
	inDst := r.Dst.Contains(dst)
	if r.DstGroup != "" {
		inDst = t.fields.members.has(r.DstGroup, addressOf(dst))
	}
	switch {
	case r.Protocol != rule.All && r.Protocol != p.Protocol:
		return FieldProtocol
	case !inDst:
		return FieldDst
	case r.Src != netip.Prefix{} && !r.Src.Contains(src):
		return FieldSrc
	case !r.DstPorts.Contains(p.DstPort):
		return FieldDstPort
	case !r.SrcPorts.Contains(p.SrcPort):
		return FieldSrcPort
	case t.fields.classic && r.NIC != p.NIC:
		return FieldNIC
	}
	return ""
}

// whyLost tells why loser, which matches too, does not decide.
func whyLost(decider, loser rule.Rule) Why {
	switch {
	case decider.Priority != loser.Priority:
		return WhyPriority
	case decider.Policy != loser.Policy:
		return WhyTie
	}
	return WhyOrder
}

// String returns several lines: the packet and its verdict, the deciding
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
