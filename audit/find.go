package audit

import (
	"context"

	"example.com/sluice/match"
)

// Found is a packet and what becomes of it.
type Found struct {
	Packet  match.Packet
	Outcome Outcome
}

// String returns the packet and what becomes of it.
func (f Found) String() string { return f.Packet.String() + ": " + f.Outcome.String() }

// Find returns a packet that meets the query; false is a proof that there is
// none. Of several it returns the same one every time.
//
// The error is the context's, one about a nil or zero table, a [*QueryError], or
// a [*BoundError].
func Find(ctx context.Context, t *match.Table, q Query, opts ...Option) (Found, bool, error) {
	list, err := find(t, q, false, newBudget(ctx, optionsOf(opts).bounds))
	if err != nil || len(list) == 0 {
		return Found{}, false, err
	}
	return list[0], true, nil
}

// FindEach returns one packet for every rule that decides any which meets the
// query, strongest rule first. Errors are those of [Find]; a query for packets
// that the default decides is a [*QueryError].
func FindEach(ctx context.Context, t *match.Table, q Query, opts ...Option) ([]Found, error) {
	return find(t, q, true, newBudget(ctx, optionsOf(opts).bounds))
}

// find returns packets that meet the query, one for each rule that decides any,
// or the first that comes up.
func find(t *match.Table, q Query, each bool, b *budget) ([]Found, error) {
	if err := q.validate(each); err != nil {
		return nil, err
	}
	r, err := newRules(t, q.filter, b)
	if err != nil {
		return nil, err
	}
	wanted := make([]bool, len(r.verdicts))
	for n, v := range r.verdicts {
		byRule := n < len(r.refs)
		wanted[n] = (q.Verdict == nil || *q.Verdict == v) && (q.Cause == nil || byRule == (*q.Cause == match.ByRule)) && (byRule || !each)
	}
	byPlace := make([]*Found, len(wanted))
	one := false
	for n := range r.families {
		f := &r.families[n]
		if f.query == nil || one {
			continue
		}
		places := f.index.meetingBox(f.query, b)
		f.search(f.query, places, func(n int32) bool { return wanted[n] }, func(place int32, p *point) (known, done bool) {
			x := f.space.packet(p, q.other())
			if q.NIC != nil {
				x.NIC = *q.NIC
			}
			byPlace[place] = &Found{x, outcome(t, x)}
			wanted[place], one = false, !each
			return true, one
		})
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
