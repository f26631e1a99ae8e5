package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"

	"example.com/sluice/ecs"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// groupFile is a group, and where its rules stand.
type groupFile struct {
	*ecs.Description
	name   string      // its file, for messages; of several the first
	places []ecs.Place // of its rules, in entry order
}

// textFile is a file that has been read.
type textFile struct {
	name string // for messages
	data []byte
}

// readFiles reads files of groups, in order. flag is what has named them.
func (in *inputs) readFiles(flag string, paths []string) (files []textFile, err error) {
	for _, path := range paths {
		data, name, err := in.app.read(path, flag, maxReplies)
		if err != nil {
			return nil, err
		}
		files = append(files, textFile{name, data})
	}
	return files, nil
}

// read reads the groups of files that flag has named.
func (in *inputs) read(flag string, paths []string) ([]groupFile, error) {
	files, err := in.readFiles(flag, paths)
	if err != nil {
		return nil, err
	}
	return in.readGroups(files)
}

// readGroups reads the groups of files: any number of a file of replies, one of a
// file of requests. The pages of one reply may stand in several files. Groups come
// in the order of the files, by where each is first met.
func (in *inputs) readGroups(files []textFile) ([]groupFile, error) {
	collector := ecs.NewCollector(ecs.ReadOptions{Type: in.typ, Limit: in.limit, Network: in.network})
	var groups []groupFile
	order := map[string]int{}
	replies := 0
	for i, f := range files {
		order[f.name] = i
		if !ecs.IsReply(f.data) {
			g, err := in.readRequests(f.data, f.name)
			if err != nil {
				return nil, err
			}
			groups = append(groups, g)
			continue
		}
		replies++
		if err := collector.Add(f.name, bytes.NewReader(f.data)); err != nil {
			return nil, err
		}
	}
	if replies > 0 {
		ds, err := collector.Descriptions()
		if err != nil {
			return nil, err
		}
		for _, d := range ds {
			groups = append(groups, groupFile{d, d.File(), placesOf(d)})
		}
	}
	slices.SortStableFunc(groups, func(a, b groupFile) int { return cmp.Compare(order[a.name], order[b.name]) })
	return groups, distinct(groups)
}

// distinct refuses a group that a file of requests gives and another file, too.
func distinct(groups []groupFile) error {
	seen := map[string]groupFile{}
	for _, g := range groups {
		id := g.Group.ID()
		if first, ok := seen[id]; ok {
			return fmt.Errorf("%s: group %.128q is given twice, before in %s: want each group once", g.name, id, first.name)
		}
		seen[id] = g
	}
	return nil
}

// writeNotes says what may be missing from a reply, for whoever decides packets by it.
func (g groupFile) writeNotes(w io.Writer) {
	if g.File() == "" {
		return // made of requests
	}
	for _, note := range g.Notes() {
		fmt.Fprintf(w, "sluice: note: %s: %s\n", g.name, note)
	}
}

// knownMembers checks that the members of every destination group are known, in
// terms of files and flags. Compile does, too, in terms of its own.
func (g groupFile) knownMembers(members *match.Members) error {
	for i, r := range g.Group.Rules() {
		if r.DstGroup == "" {
			continue
		}
		if _, ok := members.Set(r.DstGroup); !ok {
			return fmt.Errorf("%s: rule %d: DestGroupId %.128q: the group's members are not known, want them in --members FILE", g.places[i], i, r.DstGroup)
		}
	}
	return nil
}

// newGroup makes an empty group as the flags describe it.
func (in *inputs) newGroup(id string) *rule.Group {
	network := rule.VPC
	if in.network != nil {
		network = *in.network
	}
	typ := rule.Basic
	if in.typ != nil {
		typ = *in.typ
	}
	g := rule.NewGroup(id, network, typ)
	g.Limit = in.limit
	return g
}
