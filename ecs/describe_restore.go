package ecs

import (
	"errors"
	"fmt"

	"example.com/sluice/internal/strictjson"
	"example.com/sluice/rule"
)

// restore makes the group and enters its rules.
func (p *page) restore(o ReadOptions) (*Description, error) {
	network, err := p.network(o)
	if err != nil {
		return nil, strictjson.At(p.where, err)
	}
	typ, err := p.typ(o)
	if err != nil {
		return nil, strictjson.At(p.where, err)
	}
	limit := o.limit()
	if len(p.egress) > limit {
		return nil, strictjson.At(p.where, limitFault(p.groupID, limit))
	}
	g := rule.NewGroup(p.groupID, network, typ)
	g.Limit = limit
	if network == rule.VPC && p.vpcID != unknownVPC {
		g.VPCID = p.vpcID
	}
	rules := make([]rule.Existing, len(p.egress))
	for i, e := range p.egress {
		rules[i] = e.Existing
		p.out.places = append(p.out.places, e.at)
	}
	p.out.Group, p.out.typeWord = g, p.typeWord
	if err := g.Restore(rules...); err != nil {
		return nil, p.placed(err)
	}
	return p.out, nil
}

// network is the group's network type: what the options say, unless the reply
// says otherwise. Of a group without a VpcId they may say vpc: it may be lost.
func (p *page) network(o ReadOptions) (rule.Network, error) {
	said := rule.VPC
	if p.vpcID == "" {
		said = rule.Classic
	}
	switch {
	case o.Network == nil:
		return said, nil
	case *o.Network == rule.Classic && said == rule.VPC:
		return 0, fmt.Errorf("VpcId %.128q: a group in a VPC, but the network is said to be classic: want no network given, or vpc", p.vpcID)
	}
	return *o.Network, nil
}

const wantType = "normal or basic, enterprise or advanced"

// typeOf reads a SecurityGroupType, ASCII case ignored. normal and enterprise are
// the provider's words.
func typeOf(word string) (t rule.Type, ok bool) {
	if asciiEqual(word, "normal") {
		return rule.Basic, true
	}
	err := t.UnmarshalText([]byte(word))
	return t, err == nil
}

// typ is the group's type: what the reply says, or what the options say, which
// may not contradict each other.
func (p *page) typ(o ReadOptions) (t rule.Type, err error) {
	said, ok := typeOf(p.typeWord)
	switch {
	case !ok && o.Type == nil:
		return rule.Basic, nil
	case !ok:
		return *o.Type, nil
	case o.Type != nil && *o.Type != said:
		return 0, fmt.Errorf("SecurityGroupType %.128q: the reply says %v, but the type is said to be %v: want no type given, or %v", p.typeWord, said, *o.Type, said)
	}
	return said, nil
}

// egressRule is an egress permission and its place in the reply.
type egressRule struct {
	rule.Existing
	document string // in a file without a name; empty: there may be no other
	path     string // in its document
	at       Place
}

// where is the rule's place for messages; it may be empty.
func (e *egressRule) where() string {
	if e.at.File == "" {
		return e.document
	}
	return e.at.String()
}

// placed gives the faults of rules their place in the reply.
func (p *page) placed(err error) error {
	var faults rule.Errors
	if !errors.As(err, &faults) {
		return strictjson.At(p.where, err)
	}
	const most = 100 // in one message
	var errs []error
	for _, e := range faults[:min(len(faults), most)] {
		r := p.egress[e.Index]
		errs = append(errs, strictjson.At(r.where(), &placedError{fault: e, place: r.place(e.Param)}))
	}
	if n := len(faults) - most; n > 0 {
		errs = append(errs, fmt.Errorf("and %d more faults", n))
	}
	return errors.Join(errs...)
}

// place names a key of the rule for a message.
func (e *egressRule) place(key string) string {
	place := e.path + "." + strictjson.Short(key)
	if e.ID != "" {
		place += fmt.Sprintf(" of rule %.128q", e.ID)
	}
	return place
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
