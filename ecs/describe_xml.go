package ecs

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/sluice/internal/strictjson"
)

// xmlToJSON writes replies in XML as the JSON that stands for them, one document a
// line, so that one reader reads both. spans are the places of the permissions in
// the XML, in order. The reply is at most as deep as JSON may be. Refused are what
// a reply does not have: attributes, name spaces, directives such as DOCTYPE,
// entities beyond XML's five, text beside elements, an encoding other than UTF-8,
// and elements that repeat where they are no list.
func xmlToJSON(data []byte) (b []byte, spans []span, err error) {
	x := xmlReader{dec: xml.NewDecoder(bytes.NewReader(data)), data: data, spans: []span{}}
	x.dec.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("encoding %.64q, want UTF-8", charset)
	}
	for {
		start, err := x.root()
		if err == io.EOF {
			return x.out, x.spans, nil
		}
		if err == nil {
			err = x.document(start)
		}
		if err != nil {
			return nil, nil, err
		}
	}
}

// xmlReader walks XML and writes JSON.
type xmlReader struct {
	dec   *xml.Decoder
	data  []byte
	path  []string // the open elements but the root
	out   []byte
	spans []span // not nil
}

const (
	rootReply = "DescribeSecurityGroupAttributeResponse"
	rootError = "Error"
)

// xmlLists are the elements of a list by the element around them. Only the
// first may be missing in XML, where an empty list has no other spelling.
var xmlLists = map[string]string{
	"Permissions":       "Permission",
	"SnapshotPolicyIds": "SnapshotPolicyId",
	"Tags":              "Tag",
}

// root finds the next root element.
func (x *xmlReader) root() (xml.StartElement, error) {
	for {
		t, err := x.token()
		if err != nil {
			return xml.StartElement{}, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return t, nil
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return xml.StartElement{}, x.errorf("text outside of an element, %.128q: want the reply alone", bytes.TrimSpace(t))
			}
		}
	}
}

// token reads the next token and refuses what no reply has.
func (x *xmlReader) token() (xml.Token, error) {
	t, err := x.dec.Token()
	if err == io.EOF {
		return nil, err
	}
	if err != nil {
		return nil, x.syntax(err)
	}
	switch t := t.(type) {
	case xml.Directive:
		if word, _, _ := bytes.Cut(t, []byte(" ")); bytes.EqualFold(word, []byte("DOCTYPE")) && bytes.Contains(bytes.ToLower(t), []byte("html")) {
			return nil, x.errorf("HTML, want %s in JSON or XML", wantReply)
		}
		return nil, x.errorf("a directive, <!%.64s>: want none", t)
	case xml.ProcInst:
		if t.Target != "xml" {
			return nil, x.errorf("an instruction, <?%.64s: want none but <?xml", t.Target)
		}
	case xml.StartElement:
		return t, x.checkStart(t)
	}
	return t, nil
}

func (x *xmlReader) checkStart(t xml.StartElement) error {
	switch {
	case strings.EqualFold(t.Name.Local, "html"):
		return x.errorf("HTML, want %s in JSON or XML", wantReply)
	case t.Name.Space != "":
		return x.errorf("element %.64q of name space %.64q: want none", t.Name.Local, t.Name.Space)
	case len(t.Attr) > 0:
		return x.errorf("attribute %.64q of element %.64q: want none", t.Attr[0].Name.Local, t.Name.Local)
	}
	return nil
}

func (x *xmlReader) syntax(err error) error {
	var e *xml.SyntaxError
	if errors.As(err, &e) {
		if strings.Contains(e.Msg, "unexpected EOF") {
			return x.errorf("the document ends early")
		}
		return x.errorf("%s", e.Msg)
	}
	return x.errorf("%v", err)
}

// errorf makes an error that names the place.
func (x *xmlReader) errorf(format string, args ...any) error {
	line, column := x.dec.InputPos()
	return &strictjson.Error{
		Path:   strings.Join(x.path, "."),
		Reason: fmt.Sprintf("line %d, column %d: %s", line, column, fmt.Sprintf(format, args...)),
	}
}

// document writes one reply.
func (x *xmlReader) document(root xml.StartElement) error {
	switch name := root.Name.Local; {
	case name == rootReply || name == rootError:
	case strings.EqualFold(name, rootReply):
		return x.errorf("element %.64q, want %s", name, rootReply)
	default:
		what, isReply := strings.CutSuffix(name, "Response")
		if !isReply || what == "" {
			return x.errorf("element %.64q, want %s", name, rootReply)
		}
		return x.errorf("a reply of %.64s, want %s", what, wantReply)
	}
	if err := x.element(root.Name.Local); err != nil {
		return err
	}
	x.out = append(x.out, '\n')
	return nil
}

// element writes the value of the element that has just begun, up to its end.
func (x *xmlReader) element(name string) error {
	if len(x.path) >= strictjson.MaxDepth {
		return x.errorf("nested deeper than %d", strictjson.MaxDepth)
	}
	list := xmlLists[name]
	var text []byte
	members := members{x: x, seen: map[string]bool{}, list: list}
	for {
		offset := int(x.dec.InputOffset())
		t, err := x.token()
		if err == io.EOF {
			return x.errorf("the document ends early")
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.CharData:
			text = append(text, t...)
		case xml.StartElement:
			if err := members.add(t.Name.Local, offset); err != nil {
				return err
			}
		case xml.EndElement:
			return x.end(&members, text, len(x.path) == 0 || list != "")
		}
	}
}

// end writes the end of an element. Of white space between elements nothing is
// kept; without elements it is a text.
func (x *xmlReader) end(m *members, text []byte, isObject bool) error {
	if m.count == 0 && !isObject {
		x.out = appendJSON(x.out, string(text))
		return nil
	}
	if t := bytes.TrimSpace(text); len(t) > 0 {
		return x.errorf("text beside elements, %.128q: want one or the other", t)
	}
	m.end()
	return nil
}

// members writes the elements inside another one as the members of an object. The
// elements of a list are one member.
type members struct {
	x     *xmlReader
	seen  map[string]bool
	list  string // what repeats, if anything does
	count int
	open  bool // the list
}

func (m *members) add(name string, offset int) error {
	x := m.x
	x.path = append(x.path, name)
	isItem := name == m.list
	if m.seen[name] && !(isItem && m.open) {
		return x.errorf("the element is given twice")
	}
	m.seen[name] = true
	if !isItem || !m.open {
		m.closeList()
		m.begin(name)
		if isItem {
			x.out = append(x.out, '[')
			m.open = true
		}
	} else {
		x.out = append(x.out, ',')
	}
	m.count++
	if err := x.element(name); err != nil {
		return err
	}
	if isItem && len(x.path) == 2 && name == "Permission" {
		x.spans = append(x.spans, span{offset, int(x.dec.InputOffset())})
	}
	x.path = x.path[:len(x.path)-1]
	return nil
}

// begin writes the key of a member.
func (m *members) begin(name string) {
	separator := byte(',')
	if m.count == 0 {
		separator = '{'
	}
	m.x.out = append(appendJSON(append(m.x.out, separator), name), ':')
}

func (m *members) closeList() {
	if m.open {
		m.x.out = append(m.x.out, ']')
		m.open = false
	}
}

// end closes the object. A list without elements is empty.
func (m *members) end() {
	m.closeList()
	if m.list != "" && !m.seen[m.list] {
		m.begin(m.list)
		m.x.out = append(m.x.out, "[]"...)
		m.count++
	}
	if m.count == 0 {
		m.x.out = append(m.x.out, '{')
	}
	m.x.out = append(m.x.out, '}')
}
