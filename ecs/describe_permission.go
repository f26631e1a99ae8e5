package ecs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"example.com/sluice/internal/strictjson"
	"example.com/sluice/rule"
)

// field is one key of a permission. What it means shows only once the direction
// is known, which may come after it.
type field struct {
	key   string
	raw   []byte
	empty bool // nothing in it
}

// readPermissions reads {"Permission": [...]}.
func (x *replyReader) readPermissions() error {
	err := x.Object(func(key string) error {
		if key == "Permission" {
			x.permissions = true
			return x.Array(func(int) error { return x.readPermission() })
		}
		_, empty, err := x.value()
		if _, isList := findFold(key, []string{"Permission"}); err != nil || empty && !isList {
			return err
		}
		return x.Errorf("unknown key, want Permission")
	})
	if err == nil && !x.permissions {
		err = x.Errorf(`no list of rules, want {"Permission": [...]}`)
	}
	return err
}

// readPermission reads one permission: an egress rule is taken apart, an ingress
// rule is carried as it stands.
func (x *replyReader) readPermission() error {
	var fields []field
	start := x.Start()
	raw, err := x.Raw(func() error {
		return x.Object(func(key string) error {
			raw, empty, err := x.value()
			fields = append(fields, field{key, raw, empty})
			return err
		})
	})
	if err != nil {
		return err
	}
	e := egressRule{document: x.file.document, path: x.Path(), at: x.file.place(start)}
	isEgress, err := x.isEgress(fields)
	if err != nil {
		return strictjson.At(e.where(), err)
	}
	if !isEgress {
		x.out.ingress = append(x.out.ingress, bytes.Clone(raw))
		return strictjson.At(e.where(), x.ingressID(fields))
	}
	if limit := x.file.collector.options.limit(); len(x.egress) == limit {
		return strictjson.At(e.where(), strictjson.At(e.path, limitFault(x.groupID, limit)))
	}
	if err := e.read(fields); err != nil {
		return strictjson.At(e.where(), err)
	}
	x.egress = append(x.egress, e)
	if e.ID != "" {
		x.ids = append(x.ids, e.ID)
	}
	return nil
}

// limitFault is the provider's answer to more egress rules than the limit.
func limitFault(groupID string, limit int) error {
	e := newFault(rule.AuthorizationLimitExceed, "SecurityGroupId", groupID,
		"more egress rules than the limit", fmt.Sprintf("at most %d, or a higher limit", limit))
	e.Index = limit
	return e
}

// ingressID notes the id of an ingress rule, by which a page that is given twice
// is known.
func (x *replyReader) ingressID(fields []field) error {
	for _, f := range fields {
		if id, ok := f.text(); ok && id != "" && f.key == keyID {
			if err := rule.CheckID(id); err != nil {
				return x.Errorf("%s: %v", keyID, err)
			}
			x.ids = append(x.ids, id)
		}
	}
	return nil
}

// isEgress reads the direction of a permission.
func (x *replyReader) isEgress(fields []field) (bool, error) {
	direction := ""
	for _, f := range fields {
		switch {
		case f.key == keyDirection:
			direction = f.spelled()
		case strings.EqualFold(f.key, keyDirection):
			return false, x.Errorf("key %q: want the key %s", f.key, keyDirection)
		}
	}
	switch {
	case asciiEqual(direction, "egress"):
		return true, nil
	case asciiEqual(direction, "ingress"):
		return false, nil
	}
	return false, x.Errorf("%s %.128q: want ingress or egress", keyDirection, direction)
}

// stated are the keys without which a rule has no meaning: a reply gives them
// always. A request has defaults for some of them.
var stated = []string{keyProtocol, keyPorts, keyPolicy, keyPriority}

// read takes the fields of an egress permission. The rule's id, which an error
// names, may come after the field at fault.
func (e *egressRule) read(fields []field) error {
	var fault field
	var reason string
	given := map[string]bool{}
	for _, f := range fields {
		given[f.key] = !f.empty
		if why := e.take(f); why != "" && reason == "" {
			fault, reason = f, why
		}
	}
	if reason != "" {
		return fmt.Errorf("%s %.128q: %s", e.place(fault.key), fault.spelled(), reason)
	}
	for _, key := range stated {
		if !given[key] {
			return fmt.Errorf("%s: absent or empty: want it stated, as a reply states it for every rule", e.place(key))
		}
	}
	return nil
}

// take takes one field, or says why it cannot be taken.
func (e *egressRule) take(f field) (reason string) {
	if !slices.Contains(egressKeys, f.key) {
		return f.refused()
	}
	s, ok := f.text()
	switch {
	case !ok && f.mayBeNumber():
		return "want text or a number"
	case !ok:
		return "want text"
	case f.key != keyPriority && f.raw[0] != '"' && isRounded(s):
		return wantDigits
	}
	switch f.key {
	case keyDirection:
	case keyID:
		e.ID = s
	case keyCreated:
		e.CreateTime = s
	case keyGroupName:
		e.DestGroupName = s
	default:
		e.Set(f.key, s)
	}
	return ""
}

// refused says why a key that is not known cannot be passed over, if so.
func (f field) refused() string {
	n, ok := findFold(f.key, egressKeys)
	switch {
	case ok:
		return "want the key " + n
	case f.empty:
		return ""
	case slices.Contains(listParams, f.key):
		return "a rule with a list cannot be represented, want its blocks or ports"
	}
	return "an unknown key, which may restrict the rule, want it empty or absent"
}

// spelled is the field's value for a message.
func (f field) spelled() string {
	if s, ok := f.text(); ok {
		return s
	}
	return string(f.raw)
}

// mayBeNumber reports whether the field may be a number: the priority of older
// replies, and accounts, which are numbers in fact.
func (f field) mayBeNumber() bool {
	return f.key == keyPriority || f.key == "DestGroupOwnerAccount" || f.key == "DestGroupOwnerId"
}

// text reads a text, null as an empty one, and a number as it is spelled where
// one may stand.
func (f field) text() (s string, ok bool) {
	switch c := f.raw[0]; {
	case c == '"':
		return s, json.Unmarshal(f.raw, &s) == nil
	case c == 'n':
		return "", true
	case f.mayBeNumber() && strings.IndexByte("-0123456789", c) >= 0:
		return string(f.raw), true
	}
	return "", false
}

// asciiEqual reports whether s is word, ASCII case ignored. word is ASCII: any
// other letter that folds to one of its own would make s longer.
func asciiEqual(s, word string) bool {
	return len(s) == len(word) && strings.EqualFold(s, word)
}
