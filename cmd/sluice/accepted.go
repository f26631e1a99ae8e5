package main

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"example.com/sluice/audit"
	"example.com/sluice/internal/strictjson"
)

// maxAccepted bounds a file of accepted findings, in bytes.
const maxAccepted = 16 << 20

const exampleEntry = `{"code":"hostbits","rule":"sgr-1","reason":"..."}`

// accepted is a finding that an entry accepts.
type accepted struct {
	audit.Finding
	reason string
}

// entry is one line of a file of accepted findings.
type entry struct {
	place    string // for messages
	code     audit.Code
	rule     string // an id or GROUP[INDEX]; empty: group and index are given
	group    string
	index    int
	hasIndex bool
	reason   string
	used     bool // a finding is as it says
}

// ruleName names the rule of an entry as GROUP[INDEX] or by its id.
func (e *entry) ruleName() string {
	if e.rule != "" {
		return word(e.rule)
	}
	return fmt.Sprintf("%s[%d]", word(e.group), e.index)
}

// accepts reports whether an entry is about a finding.
func (e *entry) accepts(f audit.Finding) bool {
	switch {
	case e.code != f.Code:
		return false
	case e.rule == "":
		return e.group == f.Rule.Group && e.index == f.Rule.Index
	}
	return e.rule == f.Rule.Rule.ID || e.rule == placeText(f.Rule)
}

// acceptedBy returns the entry that accepts a finding, nil where none does.
func acceptedBy(f audit.Finding, entries []*entry) (by *entry, err error) {
	for _, e := range entries {
		if !e.accepts(f) {
			continue
		}
		if by != nil {
			return nil, fmt.Errorf("%s: finding %s of rule %s is accepted twice, first at %s", e.place, f.Code, placeText(f.Rule), by.place)
		}
		e.used = true
		by = e
	}
	return by, nil
}

// readAccepted reads the file of accepted findings, if one is given.
func (x *linting) readAccepted() ([]*entry, error) {
	if x.acceptedFile == "" {
		return nil, nil
	}
	data, name, err := x.app.read(x.acceptedFile, "--accepted", maxAccepted)
	if err != nil {
		return nil, err
	}
	var entries []*entry
	seen := map[string]string{} // code and rule to the place
	err = readLines(data, name, func(line []byte, n int) error {
		e, err := readEntry(line)
		if err != nil {
			return err
		}
		e.place = linePlace(name, n)
		key := string(e.code) + " " + e.ruleName()
		if first, twice := seen[key]; twice {
			return fmt.Errorf("finding %s of rule %s is accepted twice, first at %s", e.code, e.ruleName(), first)
		}
		seen[key] = e.place
		entries = append(entries, e)
		return nil
	})
	return entries, err
}

// checkEntries refuses entries of which it is open which rule they are about.
func checkEntries(entries []*entry, names ruleNames) error {
	for _, e := range entries {
		if err := names.ambiguity(e.rule); err != nil {
			return fmt.Errorf("%s: %w", e.place, err)
		}
	}
	return nil
}

// readEntry reads one accepted finding.
func readEntry(line []byte) (*entry, error) {
	j, err := strictjson.NewReader(line)
	if err != nil {
		return nil, err
	}
	if bytes.TrimSpace(line)[0] != '{' {
		return nil, errors.New("want a JSON object such as " + exampleEntry)
	}
	e := &entry{}
	err = j.Object(func(key string) (err error) {
		switch key {
		case "code":
			e.code, err = readCode(j)
		case "rule":
			e.rule, err = readName(j)
		case "group":
			e.group, err = readName(j)
		case "index":
			e.hasIndex = true
			e.index, err = readIndex(j)
		case "reason":
			e.reason, err = readName(j)
		default:
			err = j.Errorf("unknown key, want code, rule, group, index or reason")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := j.End(); err != nil {
		return nil, err
	}
	return e, e.check()
}

// check refuses an entry that lacks something, or names its rule in two ways.
func (e *entry) check() error {
	switch {
	case e.code == "":
		return errors.New("code: absent, want one of " + codeNames())
	case e.rule == "" && e.group == "" && !e.hasIndex:
		return errors.New("rule: absent, want its id or GROUP[INDEX], or group and index")
	case e.rule != "" && (e.group != "" || e.hasIndex):
		return errors.New("rule beside group and index: want one of the two")
	case e.rule == "" && (e.group == "" || !e.hasIndex):
		return errors.New("group and index: one of them is absent, want both")
	case e.reason == "":
		return errors.New("reason: absent, want why the finding is accepted")
	}
	return nil
}

// readCode reads a code that exists.
func readCode(j *strictjson.Reader) (audit.Code, error) {
	s, err := j.Text()
	if err != nil {
		return "", err
	}
	c, err := parseCode(s)
	if err != nil {
		return "", j.Errorf("%.128q: %v", s, err)
	}
	return c, nil
}

// readName reads a text that is more than space.
func readName(j *strictjson.Reader) (string, error) {
	s, err := j.Text()
	if err == nil && strings.TrimSpace(s) == "" {
		err = j.Errorf("%.128q: empty, want a text", s)
	}
	return s, err
}

// readIndex reads a rule's index.
func readIndex(j *strictjson.Reader) (int, error) {
	text, isNumber, err := j.TextOrNumber()
	if err != nil {
		return 0, err
	}
	n, ok := parseIndex(text)
	if !isNumber || !ok {
		return 0, j.Errorf("%.128q: want %s", text, wantIndex)
	}
	return n, nil
}

const wantIndex = "a rule's index, a whole number from 0"

// parseIndex reads a rule's index in plain decimal.
func parseIndex(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == text
}
