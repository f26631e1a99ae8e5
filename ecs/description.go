package ecs

import (
	"encoding/json"

	"example.com/sluice/rule"
)

// Description is a DescribeSecurityGroupAttribute reply: a group with its egress
// rules, and what else the reply says, which is carried for people and for
// writing it back. Ingress rules and unknown keys are carried, too, as they
// stand; nobody looks into them.
//
// A reply does not state a group's type, limit and owner.
type Description struct {
	RequestID         string
	RegionID          string
	Name              string // SecurityGroupName
	Description       string
	InnerAccessPolicy string
	Group             *rule.Group // not nil in what ReadDescription returns

	ingress []json.RawMessage // permissions, verbatim
	others  []member          // keys of the reply that are not ours
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
	}
}

// NewDescription returns a reply about a group that no reply has told of.
func NewDescription(g *rule.Group) *Description { return &Description{Group: g} }

// unknownVPC is the VpcId of a VPC group whose VPC is not known: an empty one
// would make the group classic. Ours.
const unknownVPC = "vpc-unknown"

// Keys of a permission that mean something here beyond being a parameter.
const (
	keyDirection = "Direction"
	keyPriority  = "Priority" // older replies: a number
	keyID        = "SecurityGroupRuleId"
	keyCreated   = "CreateTime"
	keyGroupName = "DestGroupName"
)

// egressKeys are the known keys of an egress permission.
var egressKeys = append(ruleParams(), keyDirection, keyID, keyCreated, keyGroupName)
