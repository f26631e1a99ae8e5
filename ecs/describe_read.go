package ecs

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"example.com/sluice/internal/strictjson"
	"example.com/sluice/rule"
)

const maxReply = 16 << 20 // bytes

// ReadOptions say what a reply does not.
type ReadOptions struct {
	Type    rule.Type     // basic unless set
	Limit   int           // how many egress rules there may be; 0: rule.DefaultLimit
	Network *rule.Network // nil: what the reply says, classic where VpcId is empty or absent
}

// ReadDescription reads a DescribeSecurityGroupAttribute reply in its older or
// newer shape. The egress rules enter a group as [rule.Group.Restore] takes
// them: priorities up to 110, equal rules kept. A reply is at most 16 MiB.
//
// Refused are: repeated keys, and known keys in another case; an absent
// SecurityGroupId, Permissions or Direction; a NextToken, with which the reply
// is one page of several; more egress rules than the limit; and in an egress
// rule a list of prefixes or ports, or any unknown key that has a value, for it
// may restrict the rule. Unknown keys of the reply itself are carried.
//
// An error names the place, such as Permissions.Permission[3].PortRange, and the
// rule's id. Where the provider has a code for it, errors.As finds a
// [rule.Error], whose Index counts the egress rules; all faults of this kind are
// told at once.
func ReadDescription(r io.Reader, o ReadOptions) (*Description, error) {
	if o.Limit < 0 {
		return nil, fmt.Errorf("limit %d: want 1 or more, or 0 for %d", o.Limit, rule.DefaultLimit)
	}
	if o.Limit == 0 {
		o.Limit = rule.DefaultLimit
	}
	data, err := strictjson.ReadAll(r, maxReply)
	if err != nil {
		return nil, err
	}
	x := replyReader{limit: o.Limit, heading: heading{out: new(Description)}}
	if err := x.read(data); err != nil {
		return nil, err
	}
	if err := x.restore(o); err != nil {
		return nil, err
	}
	return x.out, nil
}

// UnmarshalJSON reads a reply as [ReadDescription] does without options.
func (d *Description) UnmarshalJSON(data []byte) error {
	read, err := ReadDescription(bytes.NewReader(data), ReadOptions{})
	if err != nil {
		return err
	}
	*d = *read
	return nil
}

// replyReader collects one reply.
type replyReader struct {
	*strictjson.Reader
	heading
	limit       int
	permissions bool // the key is there
	egress      []egressRule
}

func (x *replyReader) read(data []byte) (err error) {
	if x.Reader, err = strictjson.NewReader(data); err != nil {
		return err
	}
	texts := x.texts()
	names := []string{"Permissions"}
	for _, t := range texts {
		names = append(names, t.key)
	}
	err = x.Object(func(key string) error {
		for _, t := range texts {
			if t.key == key {
				*t.value, err = x.Text()
				return err
			}
		}
		if key == "Permissions" {
			return x.readPermissions()
		}
		if n, ok := likely(key, names); ok {
			return x.Errorf("want the key %s", n)
		}
		return x.other(key)
	})
	if err != nil {
		return err
	}
	if err := x.End(); err != nil {
		return err
	}
	return x.complete()
}

// complete checks that the reply tells of a whole group.
func (x *replyReader) complete() error {
	switch {
	case x.groupID == "":
		return errors.New("no SecurityGroupId, want the group's id")
	case !x.permissions:
		return errors.New("no Permissions, want {\"Permission\": [...]}")
	case x.nextToken != "":
		return fmt.Errorf("a NextToken, %.128q: one page of several, want the whole list of rules", x.nextToken)
	}
	return nil
}

// other carries a key that is not ours.
func (x *replyReader) other(key string) error {
	raw, _, err := x.value()
	x.out.others = append(x.out.others, member{key, bytes.Clone(raw)})
	return err
}

// value reads any value, and reports whether there is nothing in it.
func (x *replyReader) value() (raw []byte, empty bool, err error) {
	raw, err = x.Raw(func() (err error) {
		empty, err = x.Skip()
		return err
	})
	return raw, empty, err
}
