package strictjson

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// ReadAll reads r to its end, as text in UTF-8. It refuses more than limit
// bytes, and what [NewText] refuses.
func ReadAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, &Error{Reason: fmt.Sprintf("larger than the limit of %d bytes", limit)}
	}
	return trimMark(data)
}

// NewText returns a reader of the text of r without a UTF-8 byte order mark,
// which Windows programs write. It is for text that is read as it comes; ReadAll
// does the same for a whole one. What starts as UTF-16 or UTF-32, with or without
// a mark, is an error of the first Read. The text may hold invalid UTF-8 after
// its first bytes: that is for its reader to refuse.
func NewText(r io.Reader) io.Reader { return &text{r: r} }

// text is a reader that looks at the first bytes before it gives any.
type text struct {
	r      io.Reader
	head   []byte // read, and not given yet
	err    error  // of the reads of head, for when it is given
	looked bool
}

func (t *text) Read(p []byte) (int, error) {
	if !t.looked {
		t.looked = true
		head := make([]byte, utf8.UTFMax)
		n, err := io.ReadFull(t.r, head)
		if err == io.ErrUnexpectedEOF {
			err = io.EOF
		}
		t.err = err
		if t.head, err = trimMark(head[:n]); err != nil {
			t.head, t.err = nil, err
		}
	}
	if len(t.head) > 0 {
		n := copy(p, t.head)
		t.head = t.head[n:]
		return n, nil
	}
	if t.err != nil {
		return 0, t.err
	}
	return t.r.Read(p)
}

// trimMark returns data without a UTF-8 byte order mark, or an error that names
// another encoding.
func trimMark(data []byte) ([]byte, error) {
	if name := encoding(data); name != "" {
		return nil, &Error{Reason: "text in " + name + ", want UTF-8"}
	}
	return bytes.TrimPrefix(data, []byte("\uFEFF")), nil
}

// encoding names the encoding of data where its first bytes show another one than
// UTF-8: by a byte order mark, or by the zero bytes beside an ASCII character
// (RFC 4627, section 3). A zero byte is no text in UTF-8.
func encoding(data []byte) string {
	marks := []struct{ mark, name string }{
		{"\x00\x00\xfe\xff", "UTF-32 (big-endian)"},
		{"\xff\xfe\x00\x00", "UTF-32 (little-endian)"},
		{"\xfe\xff", "UTF-16 (big-endian)"},
		{"\xff\xfe", "UTF-16 (little-endian)"},
		{"\x84\x31\x95\x33", "GB18030"},
	}
	for _, m := range marks {
		if bytes.HasPrefix(data, []byte(m.mark)) {
			return m.name
		}
	}
	pattern := ""
	for _, b := range data[:min(len(data), utf8.UTFMax)] {
		if b == 0 {
			pattern += "0"
		} else {
			pattern += "x"
		}
	}
	switch pattern {
	case "000x":
		return "UTF-32 (big-endian)"
	case "x000":
		return "UTF-32 (little-endian)"
	case "0x", "0x0", "0x0x", "0xxx", "0xx0":
		return "UTF-16 (big-endian)"
	case "x0", "x0x", "x0x0", "x0xx", "x00x":
		return "UTF-16 (little-endian)"
	}
	return ""
}
