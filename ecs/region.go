package ecs

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"example.com/sluice/rule"
)

// Region plays AuthorizeSecurityGroupEgress against groups that know each other.
// It is not safe for concurrent use.
type Region struct {
	groups map[string]*rule.Group
	create func(id string) *rule.Group // nil in a region of known groups only
}

// NewRegion returns a region of exactly these groups, which
// [Region.Authorize] changes in place. Two groups of one id are an error, and so
// is a group that [rule.Group.Validate] refuses, nil among them.
func NewRegion(groups ...*rule.Group) (*Region, error) {
	r := &Region{groups: make(map[string]*rule.Group, len(groups))}
	for i, g := range groups {
		if err := g.Validate(); err != nil {
			return nil, fmt.Errorf("region: group %d of the list: %w", i, err)
		}
		if r.groups[g.ID()] != nil {
			return nil, fmt.Errorf("region: group %.128q is given twice", g.ID())
		}
		r.groups[g.ID()] = g
	}
	return r, nil
}

// OpenRegion returns a region in which every group exists: create makes the
// source group of a request on its first use (it stays once a request
// succeeds), and a destination group that has not been one is taken to suit.
func OpenRegion(create func(id string) *rule.Group) *Region {
	return &Region{groups: map[string]*rule.Group{}, create: create}
}

// Group returns the group of that id, where the region holds it.
func (r *Region) Group(id string) (g *rule.Group, ok bool) {
	g, ok = r.groups[id]
	return g, ok
}

// Authorize enters the rules of a request into its source group, all of them or
// none. A refused request changes nothing, and the error is a [rule.Errors] with
// all its faults, the API's answer first: those of the parameters; where there
// are none, by rule those of entry into the group and of the destination group;
// an unknown source group last. Then the network is unknown, too, and only
// faults that hold in either network are reported.
//
// In a request of the form Permissions.N the faults name their parameter so.
func (r *Region) Authorize(q Request) error {
	if n := len(q.Rules); n < 1 || n > maxRules {
		return permissionsFault("Permissions", "", fmt.Sprintf("%d rules", n))
	}
	source := r.groups[q.GroupID]
	isNew := source == nil && r.create != nil && q.GroupID != ""
	if isNew {
		if source = r.create(q.GroupID); source != nil && source.ID() != q.GroupID {
			return fmt.Errorf("region: a group %.128q is made for %.128q, want one of that id", source.ID(), q.GroupID)
		}
	}
	var faults rule.Errors
	if source == nil {
		faults = r.unknownSource(q)
	} else if faults = parseFaults(q.Rules, source.Network()); len(faults) == 0 {
		var err error
		if faults, err = r.enter(source, source, q.Rules); err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		return named(q, faults)
	}
	if isNew {
		r.groups[q.GroupID] = source
	}
	return nil
}

// named makes the faults name their parameters as the request spells them.
func named(q Request, faults rule.Errors) rule.Errors {
	for _, e := range faults {
		if isRuleParam(e.Param) {
			e.Param = q.param(e.Index, e.Param)
		}
	}
	return faults
}

// parseFaults are the faults of parameters in a group of network n.
func parseFaults(rules []rule.Params, n rule.Network) rule.Errors {
	var faults rule.Errors
	for i, p := range rules {
		_, err := rule.Parse(p, n)
		var es rule.Errors
		if errors.As(err, &es) {
			for _, e := range es {
				e.Index = i
			}
			faults = append(faults, es...)
		}
	}
	return faults
}

// enter enters rules without faults of their own into g, or returns the faults
// of entry. known is g, or nil where g is a substitute for a group that is not
// known.
func (r *Region) enter(g, known *rule.Group, rules []rule.Params) (rule.Errors, error) {
	faults := r.destinationFaults(g.ID(), known, rules)
	authorize := g.Authorize
	if len(faults) > 0 {
		authorize = g.Check // the group's own faults are reported, too
	}
	var own rule.Errors
	if err := authorize(rules...); err != nil && !errors.As(err, &own) {
		return nil, err // the group is not valid
	}
	faults = append(own, faults...)
	slices.SortStableFunc(faults, func(a, b *rule.Error) int { return cmp.Compare(a.Index, b.Index) })
	return faults, nil
}

// unknownSource are the faults of a request for a group that the region does
// not hold.
func (r *Region) unknownSource(q Request) rule.Errors {
	vpc, classic := parseFaults(q.Rules, rule.VPC), parseFaults(q.Rules, rule.Classic)
	either := make(map[rule.Error]bool, len(classic))
	for _, e := range classic {
		either[*e] = true
	}
	faults := slices.DeleteFunc(slices.Clone(vpc), func(e *rule.Error) bool { return !either[*e] })
	network := rule.VPC
	if len(vpc) > 0 {
		network = rule.Classic
	}
	if len(vpc) == 0 || len(classic) == 0 {
		// The substitute has a kind that exists; a bad id has no code, and is not found.
		faults, _ = r.enter(rule.NewGroup(q.GroupID, network, rule.Basic), nil, q.Rules)
	}
	return append(faults, newFault(rule.InvalidSecurityGroupIDNotFound, "SecurityGroupId", q.GroupID,
		"no such group in the region", "the id of a group in the region"))
}
