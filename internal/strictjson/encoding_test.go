package strictjson_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"example.com/sluice/internal/strictjson"
)

// failing gives some bytes and then an error.
type failing struct{ err error }

func (f failing) Read(p []byte) (int, error) { return copy(p, "{"), f.err }

func TestReadAll(t *testing.T) {
	broken := errors.New("broken pipe")
	tests := []struct {
		name  string
		in    io.Reader
		limit int64
		want  string
		err   string
	}{
		{"under the limit", strings.NewReader("{}"), 3, "{}", ""},
		{"at the limit", strings.NewReader("{}"), 2, "{}", ""},
		{"one over", strings.NewReader("{} "), 2, "", "larger than the limit of 2 bytes"},
		{"without end", endless{}, 1 << 16, "", "larger than the limit of 65536 bytes"},
		{"nothing", strings.NewReader(""), 0, "", ""},
		{"a byte order mark is no part of the text", strings.NewReader("\uFEFF{}"), 5, "{}", ""},
		{"a second one is, for its reader to refuse", strings.NewReader("\uFEFF\uFEFF{}"), 9, "\uFEFF{}", ""},
		{"UTF-16 with a mark", strings.NewReader("\xff\xfe{\x00}\x00"), 9, "", "text in UTF-16 (little-endian), want UTF-8"},
		{"UTF-16 with the other mark", strings.NewReader("\xfe\xff\x00{\x00}"), 9, "", "text in UTF-16 (big-endian), want UTF-8"},
		{"UTF-16 without a mark", strings.NewReader("{\x00}\x00"), 9, "", "text in UTF-16 (little-endian), want UTF-8"},
		{"UTF-16 without a mark, the other order", strings.NewReader("\x00{\x00}"), 9, "", "text in UTF-16 (big-endian), want UTF-8"},
		{"UTF-16 of one character", strings.NewReader("{\x00"), 9, "", "text in UTF-16 (little-endian), want UTF-8"},
		{"UTF-16, the second character Chinese", strings.NewReader("#\x00\x34\x6c"), 9, "", "text in UTF-16 (little-endian), want UTF-8"},
		{"UTF-16, the second character Chinese, the other order", strings.NewReader("\x00#\x6c\x34"), 9, "", "text in UTF-16 (big-endian), want UTF-8"},
		{"UTF-32 with a mark", strings.NewReader("\xff\xfe\x00\x00{\x00\x00\x00"), 9, "", "text in UTF-32 (little-endian), want UTF-8"},
		{"UTF-32 with the other mark", strings.NewReader("\x00\x00\xfe\xff\x00\x00\x00{"), 9, "", "text in UTF-32 (big-endian), want UTF-8"},
		{"UTF-32 without a mark", strings.NewReader("{\x00\x00\x00"), 9, "", "text in UTF-32 (little-endian), want UTF-8"},
		{"UTF-32 without a mark, the other order", strings.NewReader("\x00\x00\x00{"), 9, "", "text in UTF-32 (big-endian), want UTF-8"},
		{"GB18030 with a mark", strings.NewReader("\x84\x31\x95\x33{}"), 9, "", "text in GB18030, want UTF-8"},
		{"zero bytes alone are no text of any encoding", strings.NewReader("\x00\x00\x00\x00"), 9, "\x00\x00\x00\x00", ""},
		{"a reader that fails", failing{broken}, 10, "", "broken pipe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := strictjson.ReadAll(tt.in, tt.limit)
			text := ""
			if err != nil {
				text = err.Error()
			}
			if string(got) != tt.want || text != tt.err {
				t.Errorf("ReadAll(limit %d) = %q, %q, want %q, %q", tt.limit, got, text, tt.want, tt.err)
			}
		})
	}
	if _, err := strictjson.ReadAll(failing{broken}, 10); !errors.Is(err, broken) {
		t.Errorf("ReadAll = %v, want the reader's own error", err)
	}
}

// endless never stops.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A text that is read as it comes is read as a whole one is, whatever pieces it
// comes in.
func TestNewText(t *testing.T) {
	broken := errors.New("broken pipe")
	for _, s := range []string{"", "a", "\uFEFF", "\uFEFFab", "\uFEFFa\uFEFF", "水\uFEFF", "abcdefg", "\xef\xbb", "\xff\xfea\x00", "a\x00"} {
		want, wantErr := strictjson.ReadAll(strings.NewReader(s), 100)
		whole, wholeErr := io.ReadAll(strictjson.NewText(strings.NewReader(s)))
		bytewise, bytewiseErr := io.ReadAll(iotest.OneByteReader(strictjson.NewText(iotest.OneByteReader(strings.NewReader(s)))))
		if string(whole) != string(want) || string(bytewise) != string(want) {
			t.Errorf("NewText(%q) gives %q, and %q byte by byte, want %q", s, whole, bytewise, want)
		}
		if (wholeErr == nil) != (wantErr == nil) || (bytewiseErr == nil) != (wantErr == nil) {
			t.Errorf("NewText(%q): errors %v and %v, want %v", s, wholeErr, bytewiseErr, wantErr)
		}
	}
	for _, s := range []string{"", "ab", "abcdefg"} {
		got, err := io.ReadAll(strictjson.NewText(io.MultiReader(strings.NewReader(s), iotest.ErrReader(broken))))
		if string(got) != s || !errors.Is(err, broken) {
			t.Errorf("NewText(%q and an error) gives %q, %v, want the text and the error", s, got, err)
		}
	}
}
