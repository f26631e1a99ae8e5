package main

import (
	"fmt"

	"example.com/sluice/ecs"
	"example.com/sluice/match"
)

// placesOf returns where the rules of a reply stand, in entry order.
func placesOf(d *ecs.Description) (places []ecs.Place) {
	for i := range d.Group.Len() {
		p, _ := d.Place(i) // every rule of a reply has one
		places = append(places, p)
	}
	return places
}

// located is a rule's place. Its line is 0 where the rule is not known.
type located struct {
	ecs.Place
	shared bool // by another rule of the file: the line alone does not tell them apart
}

// locator finds where the rules of a set stand.
type locator struct {
	files  map[string]string      // by group
	places map[string][]ecs.Place // likewise
	rules  map[startLine]int      // how many start there
}

// startLine is a line of a file on which rules start.
type startLine struct {
	file string
	n    int
}

func newLocator(r ruleset) locator {
	l := locator{map[string]string{}, map[string][]ecs.Place{}, map[startLine]int{}}
	for _, f := range r.files {
		l.files[f.Group.ID()], l.places[f.Group.ID()] = f.name, f.places
		for _, p := range f.places {
			l.rules[startLine{p.File, p.Line}]++
		}
	}
	return l
}

// find returns where a rule of the set stands.
func (l locator) find(r match.Ref) located {
	places := l.places[r.Group]
	if r.Index >= len(places) {
		return located{Place: ecs.Place{File: l.files[r.Group]}}
	}
	p := places[r.Index]
	return located{p, l.rules[startLine{p.File, p.Line}] > 1}
}

// String returns FILE:LINE, as editors and terminals know to open it, and the
// column where several rules stand on the line.
func (l located) String() string {
	if l.shared {
		return l.Place.String()
	}
	return fmt.Sprintf("%s:%d", l.File, l.Line)
}
