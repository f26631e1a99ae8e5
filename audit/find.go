package audit

import (
	"fmt"
	"net/netip"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Query is what a packet and its decision must be like. A zero field is no
// condition.
type Query struct {
	Verdict  *match.Verdict
	Cause    *match.Cause   // no packet here is Invalid
	Protocol *rule.Protocol // All is no condition
	Src, Dst netip.Prefix   // host bits are masked away; IPv4-mapped is IPv4
	SrcPort  *[2]uint16     // first and last; such a condition lets only tcp and udp pass
	DstPort  *[2]uint16
	NIC      *rule.NIC // plays no part in a VPC but is the packet's
}

// Found is a packet and what becomes of it.
type Found struct {
	Packet  match.Packet
	Outcome Outcome
}

// Find returns a packet that meets the query; false is a proof that there is
// none. Of several it returns the same one every time.
//
// The error is that of [match.Compile], one that names a condition of the query
// which nothing can mean, or a [*BoundError].
func Find(i Interface, q Query) (Found, bool, error) {
	list, err := find(i, q, true, newBudget())
	if err != nil || len(list) == 0 {
		return Found{}, false, err
	}
	return list[0], true, nil
}

// FindEach returns one packet for every rule that decides any which meets the
// query, strongest rule first. Errors are those of [Find].
func FindEach(i Interface, q Query) ([]Found, error) {
	cause := match.ByRule
	if q.Cause != nil && *q.Cause != match.ByRule {
		cause = match.Invalid // the default is no rule
	}
	q.Cause = &cause
	return find(i, q, false, newBudget())
}

// find returns packets that meet the query, one for each rule and the default
// that decide any: all of them, or the first that comes up.
func find(i Interface, q Query, one bool, b *budget) ([]Found, error) {
	if err := q.validate(); err != nil {
		return nil, err
	}
	r, err := newRules(i, q.filter, b)
	if err != nil {
		return nil, err
	}
	wanted := make([]bool, len(r.verdicts))
	for n, v := range r.verdicts {
		cause := match.ByRule
		if n == len(r.refs) {
			cause = match.Default
		}
		wanted[n] = (q.Verdict == nil || *q.Verdict == v) && (q.Cause == nil || *q.Cause == cause)
	}
	byPlace := make([]*Found, len(wanted))
	for n := range r.families {
		b := &r.families[n]
		if b.query == nil {
			continue
		}
		h := hunt{space: b.space, budget: r.budget, within: b.query, order: b.boxes, wanted: wanted}
		h.found = func(place int, p point) (known, done bool) {
			x := b.space.packet(p, q.other())
			if q.NIC != nil {
				x.NIC = *q.NIC
			}
			byPlace[place] = &Found{x, r.outcome(x)}
			wanted[place] = false
			return true, one
		}
		h.run()
		if h.done {
			break
		}
	}
	if r.budget.err != nil {
		return nil, r.budget.err
	}
	var list []Found
	for _, x := range byPlace {
		if x != nil {
			list = append(list, *x)
		}
	}
	return list, nil
}

// other is the protocol of those packets whose protocol no rule can name.
func (q *Query) other() rule.Protocol {
	if q.Protocol != nil && *q.Protocol != rule.All {
		return *q.Protocol
	}
	return otherProtocol
}

func (q *Query) validate() error {
	if q.Protocol != nil && *q.Protocol > rule.All {
		return fmt.Errorf("audit: query for protocol %d: want 0 to 255, or all", *q.Protocol)
	}
	if q.NIC != nil && *q.NIC > rule.Internet {
		return fmt.Errorf("audit: query for NIC %d: want intranet or internet", *q.NIC)
	}
	for _, p := range []*[2]uint16{q.SrcPort, q.DstPort} {
		if p != nil && p[0] > p[1] {
			return fmt.Errorf("audit: query for ports %d/%d: want first <= last", p[0], p[1])
		}
	}
	for _, p := range []netip.Prefix{q.Src, q.Dst} {
		if p != (netip.Prefix{}) && !p.IsValid() {
			return fmt.Errorf("audit: query for addresses %v: want a CIDR block", p)
		}
	}
	return nil
}

// filter makes the filter of the query; ok is false where no packet of the family
// can meet it.
func (q *Query) filter(f *family) (_ filter, ok bool) {
	x, ok := f.everything(), true
	if q.NIC != nil && f.classic {
		x.kinds &= kindsOf(rule.All, int(*q.NIC))
	}
	if q.Protocol != nil && *q.Protocol != rule.All {
		x.kinds &= kindsOf(*q.Protocol, 0) | kindsOf(*q.Protocol, 1)
	}
	if q.Dst.IsValid() {
		p := unmapped(q.Dst)
		ok = ok && p.Addr().Is6() == f.v6
		x.dst = f.target(blockRange(p))
	}
	if q.Src.IsValid() {
		p := unmapped(q.Src)
		ok = ok && p.Addr().Is6() == f.v6
		x.src = blockRange(p)
	}
	for _, c := range []struct {
		ask *[2]uint16
		set *numRange
	}{{q.SrcPort, &x.srcPort}, {q.DstPort, &x.dstPort}} {
		if c.ask != nil {
			*c.set = numRange{num{0, uint64(c.ask[0])}, num{0, uint64(c.ask[1])}}
			x.kinds &= ported | ported<<kinds
		}
	}
	return x, ok && x.kinds != 0
}

// unmapped reads a block of IPv4-mapped addresses as one of IPv4.
func unmapped(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p
}
