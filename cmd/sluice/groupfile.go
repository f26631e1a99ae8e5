package main

import (
	"bytes"
	"fmt"
	"iter"
	"strings"

	"example.com/sluice/ecs"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// groupFile is a group and the file that it comes from.
type groupFile struct {
	*ecs.Description
	path string // as given
	name string // for messages
	data []byte
}

// knownMembers checks that the members of every destination group are known, in
// terms of files and flags. Compile does, too, in terms of its own.
func (f groupFile) knownMembers(members *match.Members) error {
	for i, r := range f.Group.Rules() {
		if r.DstGroup == "" {
			continue
		}
		if _, ok := members.Set(r.DstGroup); !ok {
			return fmt.Errorf("%s: rule %d: DestGroupId %.128q: the group's members are not known, want them in --members FILE", f.name, i, r.DstGroup)
		}
	}
	return nil
}

// isReply tells the two forms of file apart: a Describe reply is a JSON object,
// and no request starts with a brace.
func isReply(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{"))
}

// readGroup reads one group from either form of file.
func (in *inputs) readGroup(data []byte, name string) (*ecs.Description, error) {
	if !isReply(data) {
		return in.readRequests(data, name)
	}
	d, err := ecs.ReadDescription(bytes.NewReader(data), ecs.ReadOptions{Type: in.typ, Limit: in.limit, Network: in.network})
	if err != nil {
		return nil, places(name, err)
	}
	return d, nil
}

// readRequests plays the lines of a file into one group. Other groups play no
// part: what a file names as destination, it takes to exist.
func (in *inputs) readRequests(data []byte, name string) (*ecs.Description, error) {
	id := ""
	region := ecs.OpenRegion(in.newGroup)
	for n, line := range requestLines(data) {
		place := fmt.Sprintf("%s line %d", name, n)
		q, err := ecs.ParseRequest(line)
		switch {
		case err != nil && id == "":
			return nil, fmt.Errorf("%w\nwant a DescribeSecurityGroupAttribute reply (a JSON object) or request lines", places(place, err))
		case err != nil:
			return nil, places(place, err)
		case id == "":
			id = q.GroupID
		}
		if q.GroupID != id {
			return nil, fmt.Errorf("%s: SecurityGroupId %.128q: a file is one group, want %.128q as in the lines before", place, q.GroupID, id)
		}
		if err := region.Authorize(q); err != nil {
			return nil, places(place, err)
		}
	}
	g, ok := region.Group(id)
	if !ok {
		return nil, fmt.Errorf("%s: nothing in it, want a DescribeSecurityGroupAttribute reply or request lines", name)
	}
	return ecs.NewDescription(g), nil
}

// newGroup makes an empty group as the flags describe it.
func (in *inputs) newGroup(id string) *rule.Group {
	network := rule.VPC
	if in.network != nil {
		network = *in.network
	}
	g := rule.NewGroup(id, network, in.typ)
	g.Limit = in.limit
	return g
}

// places says before each line of an error where it is.
func places(place string, err error) error {
	return fmt.Errorf("%s: %s", place, strings.ReplaceAll(err.Error(), "\n", "\n"+place+": "))
}

// requestLines yields the requests among lines, with the number of their line,
// and skips blank lines and comments.
func requestLines(data []byte) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(string(data)) {
			n++
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(n, line) {
				return
			}
		}
	}
}
