package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/sluice/ecs"
	"example.com/sluice/match"
)

// place is where a rule stands in its file: the permission of a reply, or the
// line of a request. Lines and columns count from 1, columns in characters; the
// end is behind the last character.
type place struct {
	line, column       int
	endLine, endColumn int
	pointer            string // of the permission in a reply (RFC 6901); empty in a request line
}

// places returns where each rule of a group stands, in entry order. The file
// has been read as a group before.
func (f groupFile) places() []place {
	if !isReply(f.data) {
		return requestPlaces(f.data)
	}
	return permissionPlaces(f.data)
}

// requestPlaces finds the line of each rule. A line of the form Permissions.N
// has several.
func requestPlaces(data []byte) (places []place) {
	lines := bytes.Split(data, []byte("\n"))
	for n, text := range requestLines(data) {
		q, err := ecs.ParseRequest(text)
		if err != nil {
			break // none: the line has been played
		}
		before, _, _ := strings.Cut(string(lines[n-1]), text)
		column := utf8.RuneCountInString(before) + 1
		p := place{line: n, column: column, endLine: n, endColumn: column + utf8.RuneCountInString(text)}
		for range q.Rules {
			places = append(places, p)
		}
	}
	return places
}

// permissionPlaces finds each egress permission of a reply.
func permissionPlaces(data []byte) (places []place) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if !enter(dec, "Permissions") || !enter(dec, "Permission") {
		return nil // null stands for no permissions
	}
	if t, err := dec.Token(); err != nil || t != json.Delim('[') {
		return nil
	}
	at := position{data: data, line: 1, column: 1}
	for i := 0; dec.More(); i++ {
		var raw json.RawMessage
		var permission struct{ Direction string }
		if dec.Decode(&raw) != nil || json.Unmarshal(raw, &permission) != nil {
			break // none: the reply has been read
		}
		if !strings.EqualFold(permission.Direction, "egress") {
			continue
		}
		end := int(dec.InputOffset())
		p := place{pointer: fmt.Sprintf("/Permissions/Permission/%d", i)}
		p.line, p.column = at.move(end - len(raw))
		p.endLine, p.endColumn = at.move(end)
		places = append(places, p)
	}
	return places
}

// enter walks into the next value, an object, up to the value of key.
func enter(dec *json.Decoder, key string) bool {
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for dec.More() {
		t, err := dec.Token()
		if err != nil || t == key {
			return err == nil
		}
		var skipped json.RawMessage
		if dec.Decode(&skipped) != nil {
			return false
		}
	}
	return false
}

// position counts lines and columns up to an offset that only grows.
type position struct {
	data         []byte
	offset       int
	line, column int
}

func (p *position) move(offset int) (line, column int) {
	passed := p.data[p.offset:offset]
	p.offset = offset
	if last := bytes.LastIndexByte(passed, '\n'); last >= 0 {
		p.line += bytes.Count(passed, []byte("\n"))
		p.column = 1
		passed = passed[last+1:]
	}
	p.column += utf8.RuneCount(passed)
	return p.line, p.column
}

// located is a rule's place and its file.
type located struct {
	file groupFile
	place
}

// locator finds where the rules of a set stand.
type locator struct {
	files  map[string]groupFile
	places map[string][]place
}

func newLocator(r ruleset) locator {
	l := locator{map[string]groupFile{}, map[string][]place{}}
	for _, f := range r.files {
		id := f.Group.ID()
		l.files[id], l.places[id] = f, f.places()
	}
	return l
}

// find returns where a rule of the set stands.
func (l locator) find(r match.Ref) located {
	at := located{file: l.files[r.Group]}
	if places := l.places[r.Group]; r.Index < len(places) {
		at.place = places[r.Index]
	}
	return at
}

// String returns FILE:LINE, as editors and terminals know to open it.
func (l located) String() string { return fmt.Sprintf("%s:%d", l.file.name, l.line) }
