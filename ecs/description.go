package ecs

import (
	"encoding/json"
	"fmt"

	"example.com/sluice/rule"
)

// Description is a DescribeSecurityGroupAttribute reply: a group with its egress
// rules, and what else the reply says, which is carried for people and for
// writing it back. Ingress rules and unknown keys are carried as they stand; what
// is inside them is not checked.
//
// The provider's reply does not state a group's type; one that states it
// (SecurityGroupType, as collectors merge it in) is believed. No reply states a
// group's limit and owner.
type Description struct {
	RequestID         string
	RegionID          string
	Name              string // SecurityGroupName
	Description       string
	InnerAccessPolicy string
	Group             *rule.Group // not nil in what ReadDescription returns

	typeWord string            // SecurityGroupType as it was read; empty: the reply has none
	ingress  []json.RawMessage // permissions, verbatim
	others   []member          // unknown keys of the reply
	file     string            // the name given to Collector.Add; of several, the first
	places   []Place           // of the egress rules that were read
}

// member is a key and its value, verbatim.
type member struct {
	key string
	raw json.RawMessage
}

// heading is what a reply says of the group as a whole, in text.
type heading struct {
	out                       *Description
	groupID, vpcID, nextToken string
	typeWord                  string
}

// text is a known key with a text, and where that stands.
type text struct {
	key   string
	value *string
}

// texts are the known keys of a reply but Permissions, in the order of writing.
func (h *heading) texts() []text {
	return []text{
		{"RequestId", &h.out.RequestID},
		{"RegionId", &h.out.RegionID},
		{"SecurityGroupId", &h.groupID},
		{"SecurityGroupName", &h.out.Name},
		{"Description", &h.out.Description},
		{"VpcId", &h.vpcID},
		{"InnerAccessPolicy", &h.out.InnerAccessPolicy},
		{"NextToken", &h.nextToken},
		{keyType, &h.typeWord},
	}
}

// NewDescription returns a description of a group that was not read from a reply.
func NewDescription(g *rule.Group) *Description { return &Description{Group: g} }

// File returns the name that [Collector.Add] was given with the reply, or with its
// first page.
func (d *Description) File() string {
	if d == nil {
		return ""
	}
	return d.file
}

// Place returns where rule i was read; ok is false for a rule that was not read
// but entered later. Taking rules out of the group makes the places wrong.
func (d *Description) Place(i int) (p Place, ok bool) {
	if d == nil || i < 0 || i >= len(d.places) {
		return Place{}, false
	}
	return d.places[i], true
}

// Notes tells what may be missing from the reply, one sentence each. A reply that
// was asked for one direction, or for one NIC of a classic group, looks like one
// of a group without other rules, where the default decides.
func (d *Description) Notes() []string {
	if d == nil || d.Group == nil {
		return nil
	}
	g := d.Group
	switch {
	case g.Len() == 0 && len(d.ingress) == 0:
		return []string{d.note("rule", "every packet", "; a reply to a call with a Direction or NicType may look the same")}
	case g.Len() == 0:
		return []string{d.note("egress rule, only ingress rules", "every packet", "; a reply to a call with a Direction looks the same")}
	case g.Network() != rule.Classic:
		return nil
	}
	var notes []string
	for _, nic := range []rule.NIC{rule.Internet, rule.Intranet} {
		has := false
		for _, r := range g.Rules() {
			has = has || r.NIC == nic
		}
		if !has {
			notes = append(notes, d.note("egress rule with NicType "+nic.String(), "every packet that leaves by it", "; a reply to a call with another NicType looks the same"))
		}
	}
	return notes
}

// note says what the group does not have, and what the default decides therefore.
func (d *Description) note(missing, packets, alike string) string {
	accepts := "accept"
	if d.Group.Type() == rule.Advanced {
		accepts = "drop"
	}
	return fmt.Sprintf("group %.128q has no %s: the default decides %s (%s)%s", d.Group.ID(), missing, packets, accepts, alike)
}

// unknownVPC is the VpcId of a VPC group whose VPC is not known: an empty one
// would make the group classic. Ours.
const unknownVPC = "vpc-unknown"

// Keys of a permission that mean something here beyond being a parameter.
const (
	keyType      = "SecurityGroupType"
	keyDirection = "Direction"
	keyProtocol  = "IpProtocol"
	keyPorts     = "PortRange"
	keyPolicy    = "Policy"
	keyPriority  = "Priority" // older replies: a number
	keyID        = "SecurityGroupRuleId"
	keyCreated   = "CreateTime"
	keyGroupName = "DestGroupName"
)

// egressKeys are the known keys of an egress permission.
var egressKeys = append(ruleParams(), keyDirection, keyID, keyCreated, keyGroupName)
