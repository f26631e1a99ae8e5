package ecs

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"example.com/sluice/internal/strictjson"
	"example.com/sluice/rule"
)

// replyReader reads one reply.
type replyReader struct {
	*strictjson.Reader
	page
	file        *file
	permissions bool // the list is there
}

func (x *replyReader) read() error {
	x.where = x.file.where()
	if path := x.Path(); path != "" {
		x.where = strings.TrimPrefix(x.where+" "+path, " ")
	}
	texts := x.texts()
	names := []string{"Permissions"}
	for _, t := range texts {
		names = append(names, t.key)
	}
	err := x.Object(func(key string) (err error) {
		for _, t := range texts {
			if t.key == key {
				return x.text(t)
			}
		}
		if key == "Permissions" {
			return x.readPermissions()
		}
		if n, ok := findFold(key, names); ok {
			return x.Errorf("want the key %s", n)
		}
		return x.other(key)
	})
	if err != nil {
		return err
	}
	return x.complete()
}

// text reads a known key of the reply.
func (x *replyReader) text(t text) (err error) {
	if *t.value, err = x.Text(); err != nil || *t.value == "" {
		return err
	}
	switch t.key {
	case "RegionId", "SecurityGroupId", "VpcId":
		if err := rule.CheckID(*t.value); err != nil {
			return x.Errorf("%v", err)
		}
	}
	return nil
}

// complete checks that the reply describes a whole group.
func (x *replyReader) complete() error {
	switch {
	case x.groupID == "":
		return x.fault(errors.New("no SecurityGroupId, want the group's id in " + wantReply))
	case !x.permissions:
		return x.fault(errors.New("no Permissions, want {\"Permission\": [...]}"))
	case x.typeWord != "":
		if _, ok := typeOf(x.typeWord); !ok {
			return x.fault(fmt.Errorf("SecurityGroupType %.128q: want %s", x.typeWord, wantType))
		}
	}
	return nil
}

// fault is an error about the whole of a reply, which may be one of several.
func (x *replyReader) fault(err error) error { return strictjson.At(x.Path(), err) }

// other carries an unknown key, unless it shows that the reply is damaged or another
// document.
func (x *replyReader) other(key string) error {
	raw, empty, err := x.value()
	if err != nil {
		return err
	}
	if !empty && string(raw) != "false" && string(raw) != `"false"` {
		if want := doubt(key); want != "" {
			return x.Errorf("%.128s: an unknown key, want %s, or the key left out", raw, want)
		}
	}
	x.out.others = append(x.out.others, member{key, bytes.Clone(raw)})
	return nil
}

// doubt returns what is accepted in place of an unknown key of a reply that tells of
// more rules, of another type or of an error; empty where the key tells of none.
func doubt(key string) string {
	for _, d := range []struct{ part, want string }{
		{"permission", "the rules in Permissions"},
		{"truncated", "the whole list of rules"},
		{"grouptype", "the key SecurityGroupType"},
	} {
		if strings.Contains(strings.ToLower(key), d.part) {
			return d.want
		}
	}
	if strings.EqualFold(key, "Code") {
		return "a reply that is no error"
	}
	return ""
}

// value reads any value, and reports whether there is nothing in it.
func (x *replyReader) value() (raw []byte, empty bool, err error) {
	raw, err = x.Raw(func() (err error) {
		empty, err = x.Skip()
		return err
	})
	return raw, empty, err
}
