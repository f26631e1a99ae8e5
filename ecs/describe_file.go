package ecs

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"example.com/sluice/internal/strictjson"
)

// file is one stream of replies.
type file struct {
	name      string
	collector *Collector
	text      []byte // as it was read
	json      *strictjson.Reader
	cursor    *strictjson.Cursor // in text
	spans     []span             // of the permissions in XML, in order; nil in JSON
	places    int                // how many permissions have got one
	document  string             // where the document stands, for messages; empty: there may be no other
	replies   int
}

// span is a part of a text.
type span struct{ start, end int }

// read reads all documents.
func (f *file) read() (err error) {
	f.cursor = strictjson.NewCursor(f.text)
	data := f.text
	if startsWith(data, "<") {
		data, f.spans, err = xmlToJSON(f.text)
	} else if !another(data) {
		err = notJSON(data)
	} else if looks := notStrict(data); looks != "" {
		err = fmt.Errorf("%s, want %s in JSON", looks, wantReply)
	}
	if err != nil {
		return err
	}
	if f.json, err = strictjson.NewReader(data); err != nil {
		return err
	}
	lines := strictjson.NewCursor(data)
	for first := true; first || another(data[f.json.Offset():]); first = false {
		if !first && f.spans == nil {
			f.nameDocument(lines.Move(f.json.Start()))
		}
		if err := f.value(1); err != nil {
			return err
		}
	}
	if err := f.json.End(); err != nil {
		return textAfter(err, data[f.json.Offset():])
	}
	if f.replies == 0 {
		return errors.New("no reply in it, want " + wantReply)
	}
	return nil
}

// another reports whether another document follows.
func another(rest []byte) bool { return startsWith(rest, "{") || startsWith(rest, "[") }

// nameDocument names a document after the first by where it starts.
func (f *file) nameDocument(line, column int) {
	f.document = "line " + strconv.Itoa(line)
	if line == 1 {
		f.document = "column " + strconv.Itoa(column)
	}
}

// startsWith reports whether text starts with prefix, after white space.
func startsWith(text []byte, prefix string) bool {
	return bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte(prefix))
}

// where is the place of what is being read, for messages.
func (f *file) where() string {
	switch {
	case f.document == "":
		return f.name
	case f.name == "":
		return f.document
	}
	return f.name + " " + f.document
}

// value reads a reply in what may stand around it: arrays of that depth, then an
// envelope.
func (f *file) value(arrays int) error {
	if arrays > 0 && f.json.Peek() == '[' {
		return f.json.Array(func(int) error { return f.value(arrays - 1) })
	}
	if most := f.collector.bounds.reply; f.json.Peek() == '{' && longer(f.json.Rest(), most) {
		return f.json.Errorf("a reply of more than %d bytes, want at most that many", most)
	}
	s := look(f.json.Fork(lookAhead))
	switch {
	case s.looks != "":
		return f.json.Errorf("%s, want %s", s.looks, wantReply)
	case s.isEnvelope:
		return f.envelope()
	}
	if f.replies++; f.replies > f.collector.bounds.replies {
		return f.json.Errorf("too many replies, want at most %d", f.collector.bounds.replies)
	}
	x := replyReader{file: f, Reader: f.json, page: page{heading: heading{out: &Description{file: f.name}}}}
	if err := x.read(); err != nil {
		return err
	}
	f.collector.pages = append(f.collector.pages, &x.page)
	return nil
}

// longer reports whether the JSON value at the start of text takes more than most
// bytes, by its brackets. It is far cheaper than to read the value.
func longer(text []byte, most int) bool {
	depth, inText := 0, false
	for i := 0; i < len(text); i++ {
		if i >= most {
			return true
		}
		switch c := text[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth <= 0 {
				return false
			}
		}
	}
	return false
}

// place is where the permission that has just been read stands. start is its
// offset in the JSON.
func (f *file) place(start int) Place {
	at := span{start, f.json.Offset()}
	p := Place{File: f.name}
	if f.spans != nil {
		at = f.spans[f.places]
	} else {
		p.Pointer = f.json.Pointer()
	}
	f.places++
	p.Line, p.Column = f.cursor.Move(at.start)
	p.EndLine, p.EndColumn = f.cursor.Move(at.end)
	return p
}

// envelope reads what the provider's client libraries put around a reply.
func (f *file) envelope() error {
	return f.json.Object(func(key string) error {
		switch key {
		case "body", "Body":
			return f.value(0)
		case "headers", "Headers":
			_, err := f.json.Skip()
			return err
		case "statusCode", "StatusCode":
			status, _, err := f.json.TextOrNumber()
			if err == nil && status != "200" {
				err = f.json.Errorf("%.16q, the call has failed: want 200", status)
			}
			return err
		}
		if empty, err := f.json.Skip(); err != nil || empty {
			return err
		}
		return f.json.Errorf("unknown key beside the body of a reply, want headers, statusCode and body")
	})
}

// Place is where a rule stands in its file. Lines and columns count from 1,
// columns in characters; the end is after the last character.
type Place struct {
	File               string // the name given to [Collector.Add]
	Line, Column       int
	EndLine, EndColumn int
	Pointer            string // in the JSON document (RFC 6901); empty in XML
}

// String returns FILE:LINE:COLUMN, as editors and terminals know to open it; the
// zero Place is empty.
func (p Place) String() string {
	if p == (Place{}) {
		return ""
	}
	return strings.TrimPrefix(fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column), ":")
}
