package ecs

import (
	"errors"
	"fmt"

	"example.com/sluice/rule"
)

// restore makes the group and enters its rules.
func (x *replyReader) restore(o ReadOptions) error {
	network := rule.VPC
	if x.vpcID == "" {
		network = rule.Classic
	}
	if o.Network != nil {
		network = *o.Network
	}
	g := rule.NewGroup(x.groupID, network, o.Type)
	g.Limit = o.Limit
	if network == rule.VPC && x.vpcID != unknownVPC {
		g.VPCID = x.vpcID
	}
	rules := make([]rule.Existing, len(x.egress))
	for i, e := range x.egress {
		rules[i] = e.Existing
	}
	x.out.Group = g
	return x.placed(g.Restore(rules...))
}

// egressRule is an egress permission and its place in the reply.
type egressRule struct {
	rule.Existing
	path string
}

// placed gives the faults of rules their place in the reply.
func (x *replyReader) placed(err error) error {
	var faults rule.Errors
	if !errors.As(err, &faults) {
		return err
	}
	const most = 100 // in one message
	var errs []error
	for _, e := range faults[:min(len(faults), most)] {
		errs = append(errs, &placedError{fault: e, place: x.egress[e.Index].place(e.Param)})
	}
	if n := len(faults) - most; n > 0 {
		errs = append(errs, fmt.Errorf("and %d more faults", n))
	}
	return errors.Join(errs...)
}

// place names a key of the rule for a message.
func (e *egressRule) place(key string) string {
	if e.ID == "" {
		return e.path + "." + key
	}
	return fmt.Sprintf("%s.%s of rule %.128q", e.path, key, e.ID)
}

// placedError is a fault of a rule that a reply states.
type placedError struct {
	fault *rule.Error
	place string
}

func (e *placedError) Error() string {
	f := *e.fault
	f.Param = e.place
	return f.Error()
}

func (e *placedError) Unwrap() error { return e.fault }
