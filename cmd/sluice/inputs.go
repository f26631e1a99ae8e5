package main

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"example.com/sluice/ecs"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"github.com/spf13/cobra"
)

// inputs are the flags that name and describe groups.
type inputs struct {
	app     *app
	groups  []string
	typ     rule.Type
	network *rule.Network // nil: what the file says, else VPC
	limit   int
	members string
}

// addGroupFlags adds the flags of every subcommand that reads groups.
func addGroupFlags(cmd *cobra.Command, in *inputs) {
	in.limit = rule.DefaultLimit
	f := cmd.Flags()
	f.StringArrayVarP(&in.groups, "group", "g", nil, "a group's `FILE`: a DescribeSecurityGroupAttribute reply or request lines; repeatable")
	f.TextVar(&in.typ, "type", rule.Basic, "the groups' type, `basic|advanced`; enterprise is advanced")
	f.Func("network", "the groups' network type, `vpc|classic` (default: what the file says, else vpc)", func(s string) error {
		in.network = new(rule.Network)
		return in.network.UnmarshalText([]byte(s))
	})
	f.Func("limit", fmt.Sprintf("how many egress rules a group may hold, `N` (default %d)", in.limit), func(s string) (err error) {
		if in.limit, err = strconv.Atoi(s); err != nil || in.limit < 1 {
			return errors.New("want a number, 1 or more")
		}
		return nil
	})
	complete(cmd, "type", "basic", "advanced")
	complete(cmd, "network", "vpc", "classic")
}

// addMembersFlag adds the flag of every subcommand that compiles groups.
func addMembersFlag(cmd *cobra.Command, in *inputs) {
	cmd.Flags().Func("members", "`FILE` with the members of destination groups, a JSON object", named(&in.members))
}

// named sets a file or directory. An empty name, such as an unset variable of a
// shell, is no wish to do without.
func named(path *string) func(string) error {
	return func(s string) error {
		*path = s
		if s == "" {
			return errors.New("want a name")
		}
		return nil
	}
}

// complete lists the words that a flag takes, for the shell's completion.
func complete(cmd *cobra.Command, flag string, words ...string) {
	must(cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
}

// must guards the names of flags in this package: a wrong one is wrong in every
// run, and no input can cause it.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// table compiles the rules of all the groups.
func (in *inputs) table() (*match.Table, error) {
	if len(in.groups) == 0 {
		return nil, errors.New("no group is given: want --group FILE")
	}
	descriptions, err := in.read()
	if err != nil {
		return nil, err
	}
	members, err := in.readMembers()
	if err != nil {
		return nil, err
	}
	groups := make([]*rule.Group, len(descriptions))
	for i, d := range descriptions {
		groups[i] = d.Group
		if err := knownMembers(in.groups[i], d.Group, members); err != nil {
			return nil, err
		}
	}
	return match.Compile(members, groups...)
}

// knownMembers checks that the members of every destination group are known, in
// terms of files and flags. Compile does, too, in terms of its own.
func knownMembers(path string, g *rule.Group, members *match.Members) error {
	if path == "-" {
		path = stdinName
	}
	for i, r := range g.Rules() {
		if r.DstGroup == "" {
			continue
		}
		if _, ok := members.Set(r.DstGroup); !ok {
			return fmt.Errorf("%s: rule %d: DestGroupId %.128q: the group's members are not known, want them in --members FILE", path, i, r.DstGroup)
		}
	}
	return nil
}

// readMembers reads the members file, if one is given.
func (in *inputs) readMembers() (*match.Members, error) {
	if in.members == "" {
		return nil, nil
	}
	r, name, err := in.app.open(in.members, "--members")
	if err != nil {
		return nil, err
	}
	defer r.Close()
	sets, err := match.ReadMembers(r)
	if err != nil {
		return nil, fmt.Errorf("--members %s: %w", name, err)
	}
	return match.NewMembers(sets), nil
}

// read reads the files of all the groups, in the order of the flags.
func (in *inputs) read() ([]*ecs.Description, error) {
	read := make([]*ecs.Description, len(in.groups))
	for i, path := range in.groups {
		data, name, err := in.app.read(path, "--group")
		if err != nil {
			return nil, err
		}
		if read[i], err = in.readGroup(data, name); err != nil {
			return nil, err
		}
	}
	return read, nil
}

// readGroup reads one group from either form of file: a Describe reply is a JSON
// object, and no request starts with a brace.
func (in *inputs) readGroup(data []byte, name string) (*ecs.Description, error) {
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
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
