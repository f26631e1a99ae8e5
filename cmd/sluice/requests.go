package main

import (
	"errors"
	"fmt"
	"strings"

	"example.com/sluice/ecs"
	"example.com/sluice/internal/strictjson"
	"example.com/sluice/rule"
)

// readRequests plays the requests of a file into one group. Other groups play no
// part: what a file names as destination, it takes to exist.
func (in *inputs) readRequests(data []byte, name string) (groupFile, error) {
	const want = "a DescribeSecurityGroupAttribute reply (JSON or XML) or requests"
	if len(data) > maxFile {
		return groupFile{}, fmt.Errorf("%s: larger than the limit of %d bytes for requests", name, maxFile)
	}
	texts, err := ecs.SplitRequests(data)
	if err != nil {
		return groupFile{}, strictjson.At(name, err)
	}
	if len(texts) == 0 {
		return groupFile{}, errNothing(name, want)
	}
	g := groupFile{name: name}
	id := ""
	region := ecs.OpenRegion(in.newGroup)
	for _, text := range texts {
		place := name + " " + text.At()
		q, err := ecs.ParseRequest(text.Text)
		switch {
		case err != nil && id == "":
			return groupFile{}, fmt.Errorf("%w\nwant %s", strictjson.At(place, err), want)
		case err != nil:
			return groupFile{}, strictjson.At(place, err)
		case id == "":
			id = q.GroupID
		}
		if q.GroupID != id {
			return groupFile{}, fmt.Errorf("%s: SecurityGroupId %.128q: a file is one group, want %.128q as in the requests before", place, q.GroupID, id)
		}
		if err := region.Authorize(q); err != nil {
			return groupFile{}, strictjson.At(place, withHeld(err, g.origins()))
		}
		text.File = name
		for range q.Rules {
			g.places = append(g.places, text.Place)
		}
	}
	made, _ := region.Group(id) // the first request has made it
	g.Description = ecs.NewDescription(made)
	return g, nil
}

// origins are where rules of a group come from, in entry order, for messages.
type origins []string

// origins returns where the rules of a file stand.
func (g groupFile) origins() origins {
	from := make(origins, len(g.places))
	for i, p := range g.places {
		from[i] = p.String()
	}
	return from
}

// held says for a message where the rule stands that a refused duplicate equals;
// empty where that is not known, or where the message is of something else.
func (o origins) held(e *rule.Error) string {
	if e.Held == nil || e.Held.InCall || e.Held.Index >= len(o) {
		return ""
	}
	return fmt.Sprintf(" [rule %d: %s]", e.Held.Index, o[e.Held.Index])
}

// withHeld adds to the messages of refused duplicates where the held rules stand.
func withHeld(err error, from origins) error {
	var faults rule.Errors
	if !errors.As(err, &faults) {
		return err
	}
	lines := strings.Split(faults.Error(), "\n")
	if len(lines) != len(faults) {
		return err
	}
	for i, e := range faults {
		lines[i] += from.held(e)
	}
	return errors.New(strings.Join(lines, "\n"))
}
