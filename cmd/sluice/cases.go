package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"example.com/sluice/internal/strictjson"
	"example.com/sluice/match"
)

// maxCases bounds a file of cases, in bytes.
const maxCases = 64 << 20

const exampleCase = `{"packet":"` + examplePacket + `","want":"drop"}`

// testCase is one promise that the rules are to keep.
type testCase struct {
	line   int
	name   string // empty: none is given
	packet match.Packet
	want   wanted
}

// wanted is what a case wants of a decision. Its JSON tells a failed case.
type wanted struct {
	Verdict *match.Verdict
	Cause   *match.Cause
	Rule    *wantedRule
}

// wantedRule is a rule by its index or its id, or by both its group and its index.
type wantedRule struct {
	index int    // where text is empty
	text  string // an id, or GROUP[INDEX]
}

// readCases reads a file of cases, one JSON object a line. Blank lines and comments
// are skipped.
func readCases(data []byte, name string) ([]testCase, error) {
	var cases []testCase
	err := readLines(data, name, func(line []byte, n int) error {
		c, err := readCase(line)
		c.line = n
		cases = append(cases, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(cases) == 0 {
		return nil, errNothing(name, "a case on each line, such as "+exampleCase)
	}
	return cases, nil
}

// readCase reads one case.
func readCase(line []byte) (c testCase, err error) {
	j, err := strictjson.NewReader(line)
	if err != nil {
		return c, err
	}
	if first := bytes.TrimSpace(line)[0]; first != '{' {
		return c, errors.New("want a JSON object such as " + exampleCase)
	}
	hasPacket := false
	err = j.Object(func(key string) (err error) {
		switch key {
		case "packet":
			hasPacket = true
			c.packet, err = readCasePacket(j)
		case "want":
			c.want.Verdict, err = readWord(j, match.Accept, match.Drop)
		case "cause":
			c.want.Cause, err = readWord(j, match.ByRule, match.Default, match.Invalid)
		case "rule":
			c.want.Rule, err = readWantedRule(j)
		case "name":
			c.name, err = j.Text()
		default:
			err = j.Errorf("unknown key, want packet, want, cause, rule or name")
		}
		return err
	})
	if err != nil {
		return c, err
	}
	if err := j.End(); err != nil {
		return c, err
	}
	switch {
	case !hasPacket:
		return c, errors.New("packet: absent, want a packet's text or object")
	case c.want.Verdict == nil:
		return c, errors.New("want: absent, want accept or drop")
	}
	return c, c.want.contradiction()
}

// contradiction is an error where no decision can be as wanted.
func (w wanted) contradiction() error {
	switch {
	case w.Cause == nil:
	case w.Rule != nil && *w.Cause != match.ByRule:
		return fmt.Errorf(`cause: %q beside a rule: want "rule", or one of the two keys`, *w.Cause)
	case *w.Cause == match.Invalid && *w.Verdict == match.Accept:
		return errors.New(`cause: "invalid" beside want "accept": an invalid packet is dropped, want "drop" or another cause`)
	}
	return nil
}

// checkCases refuses cases that say nothing about the rules of the table: those with
// an invalid packet, which is dropped whatever the rules say, unless they want just
// that; and those that name a rule which the table does not have, or two rules.
func checkCases(t *match.Table, cases []testCase, file string) error {
	names, most := newRuleNames(t), 0
	for r := range t.Rules() {
		most = max(most, r.Index+1)
	}
	for _, c := range cases {
		if err := c.checkPacket(t); err != nil {
			return fmt.Errorf("%s line %d: %w", file, c.line, err)
		}
		if c.want.Rule == nil {
			continue
		}
		if err := c.want.Rule.check(names, most); err != nil {
			return fmt.Errorf("%s line %d: %w", file, c.line, err)
		}
	}
	return nil
}

// checkPacket refuses an invalid packet, unless the case wants it to be one.
func (c *testCase) checkPacket(t *match.Table) error {
	if t.Decide(c.packet).Cause != match.Invalid || c.want.Cause != nil && *c.want.Cause == match.Invalid {
		return nil
	}
	return fmt.Errorf(`packet: "%v" is invalid and dropped whatever the rules say: want two addresses of one IP version, or "cause":"invalid" in the case`, c.packet)
}

// check refuses a rule that there is not, or that is one of two. most is how many
// rules the group with most rules has.
func (w *wantedRule) check(names ruleNames, most int) error {
	switch {
	case w.text == "" && most == 0:
		return fmt.Errorf("rule: %v: no group has a rule, want a case without this key", w)
	case w.text == "" && w.index >= most:
		return fmt.Errorf("rule: %v: no group has so many rules, want an index of 0 to %d", w, most-1)
	case w.text != "" && len(names[w.text]) == 0:
		return fmt.Errorf("rule: %.128q: no group has such a rule, want its index, its id, or GROUP[INDEX]", w.text)
	}
	return names.ambiguity(w.text)
}

// readCasePacket reads a packet's text or object.
func readCasePacket(j *strictjson.Reader) (p match.Packet, err error) {
	raw, err := j.Raw(func() error {
		_, err := j.Skip()
		return err
	})
	if err != nil {
		return p, err
	}
	switch raw[0] {
	case '{':
		err = p.UnmarshalJSON(raw)
		return p, err
	case '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return p, j.Errorf("%v", err)
		}
		return match.ParsePacket(text)
	}
	return p, j.Errorf("%.128s: want a packet's text or object", raw)
}

// readWord reads one of the texts of values.
func readWord[T fmt.Stringer](j *strictjson.Reader, values ...T) (*T, error) {
	s, err := j.Text()
	if err != nil {
		return nil, err
	}
	v, err := oneOf(s, values...)
	if err != nil {
		return nil, j.Errorf("%.128q: %v", s, err)
	}
	return v, nil
}

// readWantedRule reads a rule's index or id.
func readWantedRule(j *strictjson.Reader) (*wantedRule, error) {
	text, isNumber, err := j.TextOrNumber()
	if err != nil {
		return nil, err
	}
	if !isNumber {
		if text == "" {
			return nil, j.Errorf("no text, want a rule's index, its id, or GROUP[INDEX]")
		}
		return &wantedRule{text: text}, nil
	}
	index, ok := parseIndex(text)
	if !ok {
		return nil, j.Errorf("%.128s: want %s", text, wantIndex)
	}
	return &wantedRule{index: index}, nil
}

// kept reports whether a decision is as wanted.
func (w wanted) kept(d match.Decision, decider match.Ref) bool {
	return d.Verdict == *w.Verdict &&
		(w.Cause == nil || d.Cause == *w.Cause) &&
		(w.Rule == nil || d.Cause == match.ByRule && w.Rule.names(decider))
}

// names reports whether r is the rule that is meant.
func (w wantedRule) names(r match.Ref) bool {
	if w.text == "" {
		return r.Index == w.index
	}
	return r.Rule.ID == w.text || placeText(r) == w.text
}

// String tells what is wanted, in one line.
func (w wanted) String() string {
	by := ""
	if w.Rule != nil {
		by = " by rule " + w.Rule.String()
	}
	if w.Cause != nil && (w.Rule == nil || *w.Cause != match.ByRule) {
		by = " by " + w.Cause.String() + by
	}
	return w.Verdict.String() + by
}

func (w wantedRule) String() string {
	if w.text == "" {
		return strconv.Itoa(w.index)
	}
	return word(w.text)
}

// MarshalJSON returns an object with the keys of an answer.
func (w wanted) MarshalJSON() ([]byte, error) {
	keys := struct {
		Verdict string      `json:"verdict"`
		Cause   string      `json:"cause,omitzero"`
		Rule    *wantedRule `json:"rule,omitzero"`
	}{Verdict: w.Verdict.String(), Rule: w.Rule}
	if w.Cause != nil {
		keys.Cause = w.Cause.String()
	}
	return json.Marshal(keys)
}

// MarshalJSON returns the index as a number, and an id as text.
func (w wantedRule) MarshalJSON() ([]byte, error) {
	if w.text == "" {
		return json.Marshal(w.index)
	}
	return json.Marshal(w.text)
}
