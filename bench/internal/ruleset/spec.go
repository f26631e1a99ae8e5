package ruleset

import (
	"fmt"
	"hash/fnv"
)

// Shape is what the rules of a set are like.
type Shape string

const (
	// SG is like security groups: hosts and subnets of a few private and public
	// ranges as destinations, few ports, some sources, some rules for any
	// destination, equal priorities, and a closing drop of everything.
	SG Shape = "sg"
	// ACL names both addresses in every rule.
	ACL Shape = "acl"
	// FW has wildcards and port ranges on both sides.
	FW Shape = "fw"
	// Overlap nests its blocks and its port ranges around a few points.
	Overlap Shape = "overlap"
	// Members is SG with a rule whose destination is a group of many members.
	Members Shape = "members"
)

// Family is the IP version of a set's rules.
type Family string

const (
	V4    Family = "v4"
	V6    Family = "v6"
	Mixed Family = "mixed" // a rule is of either, in equal shares
)

var families = []Family{V4, V6, Mixed}

// MemberCount is how many addresses the group of a [Members] set has.
const MemberCount = 65_536

// GroupSize is how many rules a security group holds at most: a set of more is
// several groups of one interface.
const GroupSize = 100

// Spec names a set.
type Spec struct {
	Shape  Shape
	Rules  int // of all groups
	Family Family
}

// String returns a path such as sg/100/v4.
func (s Spec) String() string { return fmt.Sprintf("%s/%d/%s", s.Shape, s.Rules, s.Family) }

// seed gives each set its own random numbers.
func (s Spec) seed() uint64 {
	h := fnv.New64a()
	h.Write([]byte(s.String()))
	return h.Sum64()
}

// All returns every set of the benchmarks, in a fixed order.
func All() []Spec {
	var specs []Spec
	for _, shape := range []Shape{SG, ACL, FW, Overlap} {
		for _, rules := range []int{10, 100, 1000} {
			for _, family := range families {
				specs = append(specs, Spec{shape, rules, family})
			}
		}
	}
	return append(specs, Spec{Members, 100, V4}, Spec{Members, 100, V6})
}
