package ecs

import (
	"fmt"

	"example.com/sluice/rule"
)

// destinationFaults are the faults that need knowledge of destination groups,
// as far as it is at hand. source is nil where it is not known; a rule whose
// destination is the source itself is the group's own matter.
func (r *Region) destinationFaults(sourceID string, source *rule.Group, rules []rule.Params) rule.Errors {
	var faults rule.Errors
	for i, p := range rules {
		address := p.DestCidrIP != "" || p.IPv6DestCidrIP != "" // decides, and the group is not checked
		if address || p.DestGroupID == "" || p.DestGroupID == sourceID {
			continue
		}
		for _, e := range r.destination(source, p) {
			e.Index = i
			faults = append(faults, e)
		}
	}
	return faults
}

// destination checks the destination group of one rule, in the table's order.
func (r *Region) destination(source *rule.Group, p rule.Params) rule.Errors {
	const param = "DestGroupId"
	dest := r.groups[p.DestGroupID]
	if dest == nil && r.create != nil {
		return nil
	}
	if dest == nil {
		return rule.Errors{newFault(rule.InvalidDestGroupIDNotFound, param, p.DestGroupID,
			"no such group in the region", "the id of a group in the region")}
	}
	var faults rule.Errors
	if e := account(source, dest, p); e != nil {
		faults = append(faults, e)
	}
	if source == nil {
		return faults
	}
	if dest.Network() != source.Network() {
		faults = append(faults, newFault(rule.InvalidNetworkTypeConflict, param, p.DestGroupID,
			fmt.Sprintf("a %v group", dest.Network()), fmt.Sprintf("a %v group, as the source group is", source.Network())))
	} else if dest.Network() == rule.VPC && dest.VPCID != "" && source.VPCID != "" && dest.VPCID != source.VPCID {
		faults = append(faults, newFault(rule.InvalidDestGroupIDMismatch, param, p.DestGroupID,
			fmt.Sprintf("a group in VPC %.128q", dest.VPCID), fmt.Sprintf("a group in VPC %.128q", source.VPCID)))
	}
	return faults
}

// account checks that dest belongs to the account that the rule names: none
// named is the source group's own. Groups know accounts only, so that
// DestGroupOwnerId alone is taken on trust.
func account(source, dest *rule.Group, p rule.Params) *rule.Error {
	param, value, owner := "DestGroupOwnerAccount", p.DestGroupOwnerAccount, p.DestGroupOwnerAccount
	if owner == "" {
		if source == nil || p.DestGroupOwnerID != "" {
			return nil
		}
		param, value, owner = "DestGroupId", p.DestGroupID, source.Owner
	}
	if owner == "" || dest.Owner == "" || owner == dest.Owner {
		return nil
	}
	return newFault(rule.InvalidDestGroupNotFound, param, value,
		fmt.Sprintf("group %.128q is not in account %.128q", dest.ID(), owner), "a group of that account")
}
