package ecs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"example.com/sluice/rule"
)

// WriteTo writes the reply as JSON, in the newer shape, one permission a line:
// the egress rules with all that they carry, host bits included, then the ingress
// rules and unknown keys as they stood. The same Description always gives the
// same text.
//
// [ReadDescription] reads it back equal, given the group's limit where that is
// not [rule.DefaultLimit]: SecurityGroupType is written where the group is
// advanced or the reply has stated it. The owner of a group and the limit are no
// part of a reply. What would not read back equal is an error, and nothing is
// written: an id that [rule.CheckID] refuses, more than 16 MiB, text that is not
// UTF-8.
func (d *Description) WriteTo(w io.Writer) (int64, error) {
	b, err := d.encode()
	if err != nil {
		return 0, fmt.Errorf("describe reply: %w", err)
	}
	n, err := w.Write(b)
	return int64(n), err
}

// encode returns what WriteTo writes.
func (d *Description) encode() ([]byte, error) {
	if d == nil || d.Group == nil {
		return nil, errors.New("no group to write")
	}
	h := heading{out: d, groupID: d.Group.ID(), vpcID: vpcID(d.Group), typeWord: d.typeText()}
	b := []byte("{\n")
	var err error
	for _, t := range h.texts() {
		if t.key == keyType && *t.value == "" {
			continue
		}
		if b, err = appendText(append(b, "  "...), t.key, *t.value); err != nil {
			return nil, err
		}
		b = append(b, ",\n"...)
	}
	b = append(b, `  "Permissions": {"Permission": [`...)
	if b, err = d.appendPermissions(b); err != nil {
		return nil, err
	}
	b = append(b, "]}"...)
	for _, m := range d.others {
		b = append(b, ",\n  "...)
		b = append(appendJSON(b, m.key), ": "...)
		b = append(b, m.raw...)
	}
	b = append(b, "\n}\n"...)
	return b, d.readsBack(b)
}

// typeText is the SecurityGroupType of the reply; empty: basic, and not stated.
func (d *Description) typeText() string {
	typ := d.Group.Type()
	switch said, ok := typeOf(d.typeWord); {
	case ok && said == typ:
		return d.typeWord
	case typ == rule.Advanced:
		return "enterprise"
	case ok:
		return "normal"
	}
	return ""
}

// readsBack checks that b, which was written, is read as what was written.
func (d *Description) readsBack(b []byte) error {
	back, err := ReadDescription(bytes.NewReader(b), ReadOptions{Limit: max(rule.DefaultLimit, d.Group.Len())})
	if err != nil {
		return fmt.Errorf("it would not be read again: %w", err)
	}
	g, h := d.Group, back.Group
	if g.ID() != h.ID() || g.Network() != h.Network() || g.Type() != h.Type() || g.VPCID != h.VPCID {
		return fmt.Errorf("group %.128q would be read again as another one: want a %v group with VPCID %.128q, not %v with %.128q",
			g.ID(), h.Network(), h.VPCID, g.Network(), g.VPCID)
	}
	for i, r := range g.Rules() {
		if again, _ := h.Rule(i); again != r {
			return fmt.Errorf("rule %d, %v, would be read again as %v", i, r, again)
		}
	}
	return nil
}

// vpcID is the VpcId of a reply about g.
func vpcID(g *rule.Group) string {
	switch {
	case g.Network() == rule.Classic:
		return ""
	case g.VPCID == "":
		return unknownVPC
	}
	return g.VPCID
}

// appendPermissions appends the permissions, each on a line of its own.
func (d *Description) appendPermissions(b []byte) ([]byte, error) {
	separator := "\n    "
	for i, r := range d.Group.Rules() {
		b = append(b, separator...)
		var err error
		if b, err = appendEgress(b, r); err != nil {
			return nil, fmt.Errorf("rule %d: %w", i, err)
		}
		separator = ",\n    "
	}
	for _, raw := range d.ingress {
		b = append(b, separator...)
		line := bytes.NewBuffer(b)
		if err := json.Compact(line, raw); err != nil {
			return nil, err
		}
		b = line.Bytes()
		separator = ",\n    "
	}
	if separator[0] == ',' {
		b = append(b, "\n  "...)
	}
	return b, nil
}

// appendEgress appends a rule as a permission with the provider's words.
func appendEgress(b []byte, r rule.Rule) ([]byte, error) {
	p := r.Params()
	p.IPProtocol = strings.ToUpper(p.IPProtocol)
	if r.Protocol == rule.ICMPv6 {
		p.IPProtocol = "ICMPv6"
	}
	p.Policy = strings.ToUpper(p.Policy[:1]) + p.Policy[1:]

	b, err := appendText(append(b, '{'), keyDirection, "egress")
	add := func(key, value string) {
		if err == nil {
			b, err = appendText(append(b, ", "...), key, value)
		}
	}
	add(keyID, r.ID)
	for name, value := range p.All() {
		if name != "DestGroupOwnerId" || value != "" { // no reply of the provider's has it
			add(name, value)
		}
	}
	add(keyGroupName, r.DstGroupName)
	add(keyCreated, r.CreateTime)
	return append(b, '}'), err
}

// appendText appends a key and a text. What JSON cannot hold is an error, not
// mended.
func appendText(b []byte, key, value string) ([]byte, error) {
	if !utf8.ValidString(value) {
		return nil, fmt.Errorf("%s %.128q: want valid UTF-8", key, value)
	}
	b = append(appendJSON(b, key), ": "...)
	return appendJSON(b, value), nil
}
