// Package strictjson walks one JSON document in order and refuses what
// encoding/json accepts without a word: repeated keys, invalid UTF-8, half a
// surrogate pair, text after the document, endless nesting. Every error names
// the place as a path.
//
// An error of syntax names the line and the column as well, the column alone
// where the document is one line. Columns count characters from 1.
//
// The document stands in memory, which its reader has bounded ([ReadAll]); the
// walk adds no more than one token at a time and the keys of the open objects.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxDepth is how deep objects and arrays may nest.
const MaxDepth = 64

// Error is what is wrong with a document, and where.
type Error struct {
	Path   string // such as Permissions.Permission[3].Priority; empty: the document
	Reason string
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Reason
	}
	return e.Path + ": " + e.Reason
}

// Reader walks one document. Its methods read the next value.
type Reader struct {
	data []byte
	dec  *json.Decoder
	path []step
}

// step is a key of an object, or a place in an array.
type step struct {
	key   string
	index int // -1: a key
}

// NewReader starts a walk over data.
func NewReader(data []byte) (*Reader, error) {
	if !utf8.Valid(data) {
		return nil, &Error{Reason: fmt.Sprintf("not valid UTF-8 at %s", place(data, invalid(data)))}
	}
	r := &Reader{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.UseNumber()
	return r, nil
}

// Errorf makes an error that names the place of the value that is being read.
func (r *Reader) Errorf(format string, args ...any) error {
	return &Error{Path: r.Path(), Reason: fmt.Sprintf(format, args...)}
}

// Object reads an object and calls field for each key; field must read the
// value. A repeated key is an error, and so is null: whoever gives none may mean
// all or nothing.
func (r *Reader) Object(field func(key string) error) error {
	return r.open('{', "an object", func() error { return r.fields(field) })
}

// Array reads an array and calls element for each place; element must read the
// value. null is an error, as in [Reader.Object].
func (r *Reader) Array(element func(i int) error) error {
	return r.open('[', "an array", func() error { return r.elements(element) })
}

// Text reads a string. null is the empty one, as an absent text would be.
func (r *Reader) Text() (string, error) {
	t, err := r.token()
	if err != nil {
		return "", err
	}
	switch t := t.(type) {
	case nil:
		return "", nil
	case string:
		return t, nil
	}
	return "", r.Errorf("%s, want text", describe(t))
}

// TextOrNumber reads a string, or a number as the document spells it. null is
// the empty string.
func (r *Reader) TextOrNumber() (text string, isNumber bool, err error) {
	t, err := r.token()
	if err != nil {
		return "", false, err
	}
	switch t := t.(type) {
	case nil:
		return "", false, nil
	case string:
		return t, false, nil
	case json.Number:
		return t.String(), true, nil
	}
	return "", false, r.Errorf("%s, want text or a number", describe(t))
}

// Skip reads any value and reports whether there is nothing in it: null, empty
// text, or an object or array of nothing else, whatever its keys.
func (r *Reader) Skip() (empty bool, err error) {
	t, err := r.token()
	if err != nil {
		return false, err
	}
	empty = true
	skip := func() error {
		e, err := r.Skip()
		empty = empty && e
		return err
	}
	switch t {
	case json.Delim('{'):
		err = r.enter(func() error { return r.fields(func(string) error { return skip() }) })
	case json.Delim('['):
		err = r.enter(func() error { return r.elements(func(int) error { return skip() }) })
	default:
		empty = t == nil || t == ""
	}
	return empty && err == nil, err
}

// Start is the offset of the next value in the document.
func (r *Reader) Start() int {
	rest := r.data[r.dec.InputOffset():]
	return len(r.data) - len(bytes.TrimLeft(rest, punctuation))
}

// Offset is the offset after what has been read.
func (r *Reader) Offset() int { return int(r.dec.InputOffset()) }

// Rest is the document's text from the next value on.
func (r *Reader) Rest() []byte { return r.data[r.Start():] }

// Fork returns a reader of the next value's first bytes, at most that many, to
// look ahead. Its errors do not name the place in the whole document.
func (r *Reader) Fork(most int) *Reader {
	f := &Reader{data: r.Rest()}
	f.data = f.data[:min(len(f.data), most)]
	f.dec = json.NewDecoder(bytes.NewReader(f.data))
	f.dec.UseNumber()
	return f
}

// Raw returns the text of the value that read reads, as the document spells it.
// The text is part of the document in memory.
func (r *Reader) Raw(read func() error) ([]byte, error) {
	start := r.Start()
	if err := read(); err != nil {
		return nil, err
	}
	return r.data[start:r.Offset()], nil
}

// Peek returns the first byte of the next value, such as { or n of null, and
// reads nothing. It is 0 at the end of the document.
func (r *Reader) Peek() byte {
	if start := r.Start(); start < len(r.data) {
		return r.data[start]
	}
	return 0
}

// punctuation is what stands between two tokens; no value starts with it.
const punctuation = " \t\r\n:,"

// Path names the place of the value that is being read.
func (r *Reader) Path() string {
	var b strings.Builder
	for i, s := range r.path {
		switch {
		case s.index >= 0:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case i > 0:
			b.WriteString("." + Short(s.key))
		default:
			b.WriteString(Short(s.key))
		}
	}
	return b.String()
}

// Pointer is the place of [Reader.Path] as a JSON pointer (RFC 6901).
func (r *Reader) Pointer() string {
	var b strings.Builder
	for _, s := range r.path {
		if s.index >= 0 {
			b.WriteString("/" + strconv.Itoa(s.index))
		} else {
			b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(s.key))
		}
	}
	return b.String()
}

// End checks that nothing stands after the document.
func (r *Reader) End() error {
	start := r.next()
	if _, err := r.dec.Token(); err != io.EOF {
		return &Error{Reason: fmt.Sprintf("text after the document, at %s", place(r.data, start))}
	}
	return nil
}

func (r *Reader) open(delim json.Delim, want string, inside func() error) error {
	t, err := r.token()
	if err != nil {
		return err
	}
	if t != delim {
		return r.Errorf("%s, want %s", describe(t), want)
	}
	return r.enter(inside)
}

// enter reads what follows an opening delimiter, the closing one included.
func (r *Reader) enter(inside func() error) error {
	if len(r.path) >= MaxDepth {
		return r.Errorf("nested deeper than %d", MaxDepth)
	}
	if err := inside(); err != nil {
		return err
	}
	_, err := r.token()
	return err
}

func (r *Reader) fields(field func(key string) error) error {
	seen := map[string]bool{}
	for r.dec.More() {
		t, err := r.token()
		if err != nil {
			return err
		}
		key := t.(string) // the decoder vouches for it
		r.path = append(r.path, step{key, -1})
		if seen[key] {
			return r.Errorf("the key is given twice")
		}
		seen[key] = true
		if err := field(key); err != nil {
			return err
		}
		r.pop()
	}
	return nil
}

func (r *Reader) elements(element func(i int) error) error {
	for i := 0; r.dec.More(); i++ {
		r.path = append(r.path, step{"", i})
		if err := element(i); err != nil {
			return err
		}
		r.pop()
	}
	return nil
}

func (r *Reader) pop() { r.path = r.path[:len(r.path)-1] }

// Short leaves a short word as it is, quotes other text, and cuts what would
// flood a message.
func Short(s string) string {
	const most = 128
	if len(s) > most {
		return fmt.Sprintf("%q... (%d bytes)", s[:most], len(s))
	}
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' {
			return strconv.Quote(s)
		}
	}
	return s
}

// token reads the next token, and refuses text that the decoder mended.
func (r *Reader) token() (json.Token, error) {
	start := r.dec.InputOffset()
	t, err := r.dec.Token()
	if err != nil {
		return nil, r.syntax(err)
	}
	if s, ok := t.(string); ok && strings.ContainsRune(s, utf8.RuneError) && mended(s, r.data[start:r.dec.InputOffset()]) {
		return nil, r.Errorf("half a surrogate pair in the text")
	}
	return t, nil
}

// mended reports whether the decoder put replacement characters into s that raw
// does not spell.
func mended(s string, raw []byte) bool {
	raw = bytes.ReplaceAll(raw, []byte(`\\`), nil) // an escaped backslash before ufffd spells none
	spelled := bytes.Count(raw, []byte("\uFFFD")) + bytes.Count(bytes.ToLower(raw), []byte(`\ufffd`))
	return strings.Count(s, "\uFFFD") > spelled
}

func (r *Reader) syntax(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.Errorf("the document ends early")
	}
	return r.Errorf("%s: %v", place(r.data, r.next()), err)
}

// next is the offset of the next token.
func (r *Reader) next() int {
	rest := r.data[r.dec.InputOffset():]
	return len(r.data) - len(bytes.TrimLeft(rest, " \t\r\n"))
}

// describe names the first token of a value for a message.
func describe(t json.Token) string {
	switch t := t.(type) {
	case nil:
		return "null"
	case json.Delim:
		if t == '{' {
			return "an object"
		}
		return "an array"
	case string:
		return "text"
	case json.Number:
		return "the number " + Short(t.String())
	}
	return fmt.Sprint(t)
}
