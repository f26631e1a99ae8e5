package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// String returns r in one line that [Rule.UnmarshalText] reads back, such as
//
//	accept udp from 10.0.0.0/16 sport 1024/65535 to 100.100.2.136/32 port 53/53 priority 1 nic intranet
//
// What a rule does not have is left out; a text that would not read back as one
// word is quoted as Go quotes.
func (r Rule) String() string {
	p := r.Params()
	var b strings.Builder
	b.WriteString(p.Policy + " " + p.IPProtocol)
	for _, f := range textFields(&p, &r) {
		if v := *f.value; v != "" && (f.name != "port" || v != "-1/-1") {
			b.WriteString(" " + f.name + " " + textWord(v))
		}
	}
	return b.String()
}

// textFields lists the named fields of the text form in the order of String.
func textFields(p *Params, r *Rule) []param {
	dst, src := &p.DestCidrIP, &p.SourceCidrIP
	if p.IPv6DestCidrIP != "" {
		dst = &p.IPv6DestCidrIP
	}
	if p.IPv6SourceCidrIP != "" {
		src = &p.IPv6SourceCidrIP
	}
	return []param{
		{"from", src},
		{"sport", &p.SourcePortRange},
		{"to", dst},
		{"group", &p.DestGroupID},
		{"owner", &p.DestGroupOwnerAccount},
		{"owner-id", &p.DestGroupOwnerID},
		{"name", &r.DstGroupName},
		{"port", &p.PortRange},
		{"priority", &p.Priority},
		{"nic", &p.NICType},
		{"id", &r.ID},
		{"created", &r.CreateTime},
		{"description", &p.Description},
	}
}

// textWord quotes s unless it is a word of printable ASCII.
func textWord(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' || s[i] == '"' || s[i] == '`' {
			return strconv.Quote(s)
		}
	}
	return s
}

// MarshalText returns the text of [Rule.String].
func (r Rule) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the form of [Rule.String]: policy, protocol, then named
// fields in any order, none twice. A rule that names no NIC has NoNIC. The values
// are checked as [Group.Restore] checks them, in a classic group where the NIC is
// internet and in a VPC group otherwise.
func (r *Rule) UnmarshalText(text []byte) error {
	words, err := splitWords(string(text))
	if err != nil {
		return err
	}
	// An empty word would stand for a default, and an empty policy for accept.
	if len(words)%2 != 0 || slices.Contains(words, "") {
		return fmt.Errorf("rule %s: want POLICY PROTOCOL and then pairs of a name and a value, single spaces between them", quote(string(text)))
	}
	p := Params{Policy: words[0], IPProtocol: words[1], PortRange: "-1/-1"}
	var carried Rule
	if err := setFields(&p, &carried, words[2:]); err != nil {
		return err
	}
	network := VPC
	if lower(p.NICType) == "internet" {
		network = Classic
	}
	parsed, err := parse(p, network, restoredPriority)
	if parsed, err = carry(parsed, err, carried.ID, carried.CreateTime, carried.DstGroupName); err != nil {
		return err
	}
	if p.NICType == "" {
		parsed.NIC = NoNIC
	}
	*r = parsed
	return nil
}

func setFields(p *Params, r *Rule, words []string) error {
	seen := map[string]bool{}
	for pair := range slices.Chunk(words, 2) {
		name, value := pair[0], pair[1]
		if seen[name] {
			return fmt.Errorf("rule: field %s is given twice", quote(name))
		}
		seen[name] = true
		if !setField(p, r, name, value) {
			return fmt.Errorf("rule: unknown field %s, want from, sport, to, group, owner, owner-id, name, port, priority, nic, id, created or description", quote(name))
		}
	}
	return nil
}

func setField(p *Params, r *Rule, name, value string) bool {
	if strings.Contains(value, ":") { // an address of IPv6 has a parameter of its own
		switch name {
		case "to":
			p.IPv6DestCidrIP = value
		case "from":
			p.IPv6SourceCidrIP = value
		}
	}
	for _, f := range textFields(p, r) {
		if f.name == name {
			*f.value = value
			return true
		}
	}
	return false
}

// maxWords are policy, protocol and the 13 named fields: what is longer is no
// rule, and not worth its memory.
const maxWords = 2 + 2*13

// splitWords splits at single spaces, and reads quoted words as Go does. There is
// always a word, if an empty one.
func splitWords(s string) ([]string, error) {
	var words []string
	for rest := s; ; {
		word := rest
		if strings.HasPrefix(rest, `"`) {
			q, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, fmt.Errorf("rule: a quoted word does not end: %s", quote(rest))
			}
			word = q
		} else if i := strings.IndexByte(rest, ' '); i >= 0 {
			word = rest[:i]
		}
		rest = rest[len(word):]
		if strings.HasPrefix(word, `"`) {
			word, _ = strconv.Unquote(word) // valid: QuotedPrefix found it
		}
		if words = append(words, word); len(words) > maxWords {
			return nil, fmt.Errorf("rule %s: want at most %d words", quote(s), maxWords)
		}
		if rest == "" {
			return words, nil
		}
		if rest[0] != ' ' {
			return nil, fmt.Errorf("rule: want a space before %s", quote(rest))
		}
		rest = rest[1:]
	}
}

// MarshalJSON returns r as an object. Without it the text form would win.
func (r Rule) MarshalJSON() ([]byte, error) {
	type plain Rule
	return json.Marshal(plain(r))
}

// UnmarshalJSON reads what [Rule.MarshalJSON] writes. Unknown, repeated and
// wrongly cased keys are errors, and so are ids that [CheckID] refuses. The
// values are typed, not yet checked as a rule: [Group.Add] does that.
//
// null leaves r as it is, as in all of encoding/json; the zero Rule, which it may
// leave in a list, is refused by every group. null for a key is an error: an absent
// source matches any, and null may be a source that got lost.
func (r *Rule) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var read Rule
	fields := map[string]any{
		"protocol": &read.Protocol, "dst_ports": &read.DstPorts, "src_ports": &read.SrcPorts,
		"dst": &read.Dst, "dst_group": &read.DstGroup, "src": &read.Src, "nic": &read.NIC,
		"policy": &read.Policy, "priority": &read.Priority, "dst_owner": &read.DstOwner,
		"dst_owner_id": &read.DstOwnerID, "description": &read.Description,
		"dst_host": &read.DstHost, "src_host": &read.SrcHost, "id": &read.ID,
		"create_time": &read.CreateTime, "dst_group_name": &read.DstGroupName,
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("rule %s: want a JSON object", quote(string(data)))
	}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return fmt.Errorf("rule: %w", err)
		}
		name := t.(string) // a key: the decoder takes no other
		if fields[name] == nil {
			return fmt.Errorf("rule: key %s is unknown or given twice", quote(name))
		}
		if err := decodeField(dec, name, fields[name]); err != nil {
			return fmt.Errorf("rule: key %s%w", name, err)
		}
		delete(fields, name)
	}
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("rule: the object does not end: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("rule: text after the object, at byte %d", dec.InputOffset())
	}
	*r = read
	return nil
}

// decodeField reads the value of one key. Its errors continue a message that ends with the key.
func decodeField(dec *json.Decoder, name string, field any) error {
	var value json.RawMessage
	err := dec.Decode(&value)
	if err == nil && string(value) == "null" {
		return errors.New(": null, want a value, or the key left out")
	}
	if err == nil {
		err = json.Unmarshal(value, field)
	}
	if err != nil {
		return fmt.Errorf(": %w", err)
	}
	switch name {
	case "id", "dst_group", "dst_owner", "dst_owner_id":
		if id := *field.(*string); idFault(id) != "" {
			return fmt.Errorf(" %s: %s, want %s", quote(id), idFault(id), wantID)
		}
	case "nic":
		if *field.(*NIC) == NoNIC {
			return errors.New(` "": want intranet or internet, or no key nic`)
		}
	}
	return nil
}
