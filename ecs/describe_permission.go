package ecs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"example.com/sluice/rule"
)

// field is one key of a permission. What it means shows only once the direction
// is known, which may stand behind it.
type field struct {
	key   string
	raw   []byte
	empty bool // nothing in it
}

// readPermissions reads {"Permission": [...]}.
func (x *replyReader) readPermissions() error {
	x.permissions = true
	return x.Object(func(key string) error {
		if key == "Permission" {
			return x.Array(func(int) error { return x.readPermission() })
		}
		if _, empty, err := x.value(); err != nil || empty {
			return err
		}
		return x.Errorf("unknown key, want Permission")
	})
}

// readPermission reads one permission: an egress rule is taken apart, an ingress
// rule is carried as it stands.
func (x *replyReader) readPermission() error {
	var fields []field
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
	isEgress, err := x.isEgress(fields)
	if err != nil {
		return err
	}
	if !isEgress {
		x.out.ingress = append(x.out.ingress, bytes.Clone(raw))
		return nil
	}
	if len(x.egress) == x.limit {
		e := newFault(rule.AuthorizationLimitExceed, "SecurityGroupId", x.groupID,
			"more egress rules than the limit", fmt.Sprintf("at most %d, or a higher limit", x.limit))
		e.Index = x.limit
		return fmt.Errorf("%s: %w", x.Path(), e)
	}
	return x.readEgress(fields)
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

// readEgress takes the fields of an egress permission. The rule's id, which an
// error names, may stand behind the field at fault.
func (x *replyReader) readEgress(fields []field) error {
	e := egressRule{path: x.Path()}
	var fault field
	var reason string
	for _, f := range fields {
		if why := e.take(f); why != "" && reason == "" {
			fault, reason = f, why
		}
	}
	if reason != "" {
		return fmt.Errorf("%s %.128q: %s", e.place(fault.key), fault.spelled(), reason)
	}
	x.egress = append(x.egress, e)
	return nil
}

// take takes one field, or says why it cannot be taken.
func (e *egressRule) take(f field) (reason string) {
	if !slices.Contains(egressKeys, f.key) {
		return f.refused()
	}
	s, ok := f.text()
	switch {
	case !ok && f.key == keyPriority:
		return "want text or a number"
	case !ok:
		return "want text"
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
	n, ok := likely(f.key, egressKeys)
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

// text reads a text, null as an empty one, and of Priority a number as it is
// spelled: older replies have one.
func (f field) text() (s string, ok bool) {
	switch c := f.raw[0]; {
	case c == '"':
		return s, json.Unmarshal(f.raw, &s) == nil
	case c == 'n':
		return "", true
	case f.key == keyPriority && (c == '-' || '0' <= c && c <= '9'):
		return string(f.raw), true
	}
	return "", false
}

// asciiEqual reports whether s is word, ASCII case ignored. word is ASCII: any
// other letter that folds to one of its own would make s longer.
func asciiEqual(s, word string) bool {
	return len(s) == len(word) && strings.EqualFold(s, word)
}
