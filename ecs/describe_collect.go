package ecs

import (
	"errors"
	"fmt"
	"io"

	"example.com/sluice/internal/strictjson"
	"example.com/sluice/rule"
)

// ReadOptions say what a reply does not.
type ReadOptions struct {
	Type    *rule.Type    // nil: what the reply says, else basic
	Limit   int           // how many egress rules there may be; 0: rule.DefaultLimit
	Network *rule.Network // nil: what the reply says, classic where VpcId is empty or absent
}

// bounds are how much is read.
type bounds struct {
	stream  int64 // bytes of one stream
	reply   int   // bytes of one reply
	replies int   // of one stream
}

const maxReply = 16 << 20 // bytes

var (
	oneGroup   = bounds{stream: maxReply, reply: maxReply, replies: 10_000}
	manyGroups = bounds{stream: 4 * maxReply, reply: maxReply, replies: 10_000}
)

// ReadDescription reads the DescribeSecurityGroupAttribute reply about one group,
// or all pages of it: at most 16 MiB in any form that [Collector.Add] reads.
func ReadDescription(r io.Reader, o ReadOptions) (*Description, error) {
	ds, err := readAll(r, o, oneGroup)
	if err != nil {
		return nil, err
	}
	if len(ds) > 1 {
		return nil, fmt.Errorf("SecurityGroupId %.128q and %.128q: %d groups, want one (ReadDescriptions reads several)",
			ds[0].Group.ID(), ds[1].Group.ID(), len(ds))
	}
	return ds[0], nil
}

// ReadDescriptions reads the replies about any number of groups from one stream,
// as a [Collector] does.
func ReadDescriptions(r io.Reader, o ReadOptions) ([]*Description, error) {
	return readAll(r, o, manyGroups)
}

func readAll(r io.Reader, o ReadOptions, b bounds) ([]*Description, error) {
	c := NewCollector(o)
	c.bounds = b
	if err := c.Add("", r); err != nil {
		return nil, err
	}
	return c.Descriptions()
}

// Collector puts together the groups that files describe. The pages of a long
// reply may stand in one file or in several. The zero Collector has no options.
// It is not safe for concurrent use.
type Collector struct {
	options ReadOptions
	bounds  bounds
	pages   []*page
}

// NewCollector returns a collector without groups. The options hold for every
// reply.
func NewCollector(o ReadOptions) *Collector { return &Collector{options: o, bounds: manyGroups} }

// Add reads the replies of one file. name stands before messages and in
// [Place.File]; it may be empty. After an error the collector is of no use.
//
// A file is one or more replies in JSON or XML, in UTF-8: the reply itself, older
// or newer; in the envelope of the provider's client libraries, an object of
// headers, statusCode (200) and body; an array of these; several one after the
// other, such as one a line. In XML the reply is the element
// DescribeSecurityGroupAttributeResponse, without attributes.
//
// A file has at most 64 MiB and 10,000 replies, a reply 16 MiB. Objects nest at
// most 64 deep.
//
// Refused are: repeated keys, and known keys in another case or with characters
// that are no ASCII letters or digits; an absent or empty SecurityGroupId; Permissions without a list; a
// SecurityGroupType other than normal, basic, enterprise or advanced, or other than
// the options say; a VpcId where the options say classic; ids that [rule.CheckID]
// refuses; a rule without a Direction; an egress rule without IpProtocol,
// PortRange, Policy or Priority, with a list of prefixes or ports, or with any
// unknown key that has a value, for it may restrict the rule. null is an absent
// value, but for an object or a list: there it is refused. Unknown keys of the
// reply itself are carried. An account may be a number with all its digits, and a
// priority may be a number.
//
// An error names the place, such as FILE:7:5 where name is given,
// Permissions.Permission[3].PortRange, and the rule's id. A file that is something
// else, such as the API's error or the reply of another call, is refused by what it
// looks like.
func (c *Collector) Add(name string, r io.Reader) error {
	if c.options.Limit < 0 {
		return fmt.Errorf("limit %d: want 1 or more, or 0 for %d", c.options.Limit, rule.DefaultLimit)
	}
	if c.bounds == (bounds{}) {
		c.bounds = manyGroups
	}
	data, err := strictjson.ReadAll(r, c.bounds.stream)
	if err != nil {
		return strictjson.At(name, err)
	}
	f := file{name: name, collector: c, text: data}
	err = f.read()
	if placed := new(strictjson.PlacedError); err == nil || errors.As(err, &placed) {
		return err
	}
	return strictjson.At(f.where(), err)
}

// limit is how many egress rules a group may have.
func (o ReadOptions) limit() int {
	if o.Limit == 0 {
		return rule.DefaultLimit
	}
	return o.Limit
}

// Descriptions returns the groups of all files, in the order in which they were
// first met. The egress rules enter a group as [rule.Group.Restore] takes them:
// priorities up to 110, equal rules kept.
//
// A reply with a NextToken is a page, which the next reply about the same group
// continues; the last page has none. Refused are a missing last page, a page or
// a group that is given twice (by its NextToken or by the ids of rules), pages
// that contradict each other, and more egress rules than the limit. A page that
// is missing between others cannot be seen: no page says which one it follows.
//
// Where the provider has a code for a fault, errors.As finds a [rule.Error],
// whose Index counts the egress rules; all faults of this kind are reported at once.
func (c *Collector) Descriptions() ([]*Description, error) {
	var order []string
	pages := map[string][]*page{}
	for _, p := range c.pages {
		if pages[p.groupID] == nil {
			order = append(order, p.groupID)
		}
		pages[p.groupID] = append(pages[p.groupID], p)
	}
	if len(order) == 0 {
		return nil, errors.New("no reply, want one of DescribeSecurityGroupAttribute at least")
	}
	var ds []*Description
	for _, id := range order {
		p, err := stitch(pages[id])
		if err != nil {
			return nil, err
		}
		d, err := p.restore(c.options)
		if err != nil {
			return nil, err
		}
		ds = append(ds, d)
	}
	return ds, nil
}
