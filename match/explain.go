package match

import (
	"fmt"
	"net/netip"
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

// Explain answers one packet from the same index as [Table.Decide], and tells of
// every rule why it does or does not decide. An invalid packet meets no rule.
func (t *Table) Explain(p Packet) Explanation {
	e := Explanation{Packet: p, Decision: t.Decide(p)}
	if e.Decision.Cause == Invalid {
		return e
	}
	for rank, matches := range t.matching(&p) {
		ref := t.ref(rank)
		switch {
		case !matches:
			e.Missed = append(e.Missed, Missed{ref, t.missedBy(&ref.Rule, &p)})
		case e.Decider == Ref{}:
			e.Decider = ref
		default:
			e.Overridden = append(e.Overridden, Overridden{ref, whyLost(e.Decider.Rule, ref.Rule)})
		}
	}
	return e
}

// matching tells for each rank whether its rule matches a valid packet, as the
// index has it.
func (t *Table) matching(p *Packet) []bool {
	q, _ := t.fields.query(p)
	matches := make([]bool, len(t.order))
	if t.small != nil {
		row := t.small.row(&q)
		for i := range matches {
			matches[i] = row.Has(i)
		}
		return matches
	}
	for i := range t.large.parts {
		leaf := t.large.parts[i].find(&q)
		row := leaf.row(&q)
		for i := range smallRules {
			if row.Has(i) {
				matches[leaf.ranks[i]] = true
			}
		}
	}
	return matches
}

// missedBy returns the first field that rules out a rule which does not match.
func (t *Table) missedBy(r *rule.Rule, p *Packet) string {
	dst, src := p.Dst.Unmap().WithZone(""), p.Src.Unmap().WithZone("")
	inDst := r.Dst.Contains(dst)
	if r.DstGroup != "" {
		inDst = t.fields.members.has(r.DstGroup, addressOf(dst))
	}
	switch {
	case r.Protocol != rule.All && r.Protocol != p.Protocol:
		return "protocol"
	case !inDst:
		return "dst"
	case r.Src != netip.Prefix{} && !r.Src.Contains(src):
		return "src"
	case !r.DstPorts.Contains(p.DstPort):
		return "dst_port"
	case !r.SrcPorts.Contains(p.SrcPort):
		return "src_port"
	}
	return "nic"
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
