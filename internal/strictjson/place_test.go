package strictjson_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/sluice/internal/strictjson"
)

// A pointer names the place that the path names, for programs.
func TestPointer(t *testing.T) {
	const doc = `{"a":[1,{"b/c":{"~d":2}}],"":{"e f":3}}`
	r, err := strictjson.NewReader([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var walk func() error
	walk = func() error {
		switch r.Peek() {
		case '{':
			return r.Object(func(string) error { return walk() })
		case '[':
			return r.Array(func(int) error { return walk() })
		}
		got = append(got, r.Pointer()+" "+r.Path()+" "+doc[r.Start():r.Start()+1])
		_, _, err := r.TextOrNumber()
		return err
	}
	if err := walk(); err != nil {
		t.Fatal(err)
	}
	want := []string{"/a/0 a[0] 1", "/a/1/b~1c/~0d a[1].b/c.~d 2", `//e f ."e f" 3`}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("places of %s:\n got %q\nwant %q", doc, got, want)
	}
	if r.Offset() != len(doc) || r.Peek() != 0 || len(r.Rest()) != 0 {
		t.Errorf("at the end: Offset %d, Peek %q, Rest %q, want %d and nothing", r.Offset(), r.Peek(), r.Rest(), len(doc))
	}
}

// A fork looks ahead, no further than it may, and leaves its reader where it was.
func TestFork(t *testing.T) {
	r, err := strictjson.NewReader([]byte(`[ {"a":1} , "next"]`))
	if err != nil {
		t.Fatal(err)
	}
	err = r.Array(func(i int) error {
		if i == 1 {
			s, err := r.Text()
			if s != "next" {
				t.Errorf("Text() = %q, want next", s)
			}
			return err
		}
		if got := string(r.Fork(7).Rest()); got != `{"a":1}` {
			t.Errorf("Fork(7) has %q, want the object", got)
		}
		if empty, err := r.Fork(100).Skip(); empty || err != nil {
			t.Errorf("Fork(100).Skip() = %t, %v, want the object", empty, err)
		}
		if _, err := r.Fork(3).Skip(); err == nil {
			t.Errorf("Fork(3).Skip() = nil, want that it ends early")
		}
		_, err := r.Skip()
		return err
	})
	if err != nil || r.End() != nil {
		t.Errorf("the walk behind the forks: %v, End: %v, want none", err, r.End())
	}
}

// A cursor counts as an editor does, whatever the steps.
func TestCursor(t *testing.T) {
	const text = "a水\r\n\nbc\n"
	for step := 1; step <= len(text); step++ {
		c := strictjson.NewCursor([]byte(text))
		for offset := 0; offset <= len(text); offset += step {
			before := text[:offset]
			line := strings.Count(before, "\n") + 1
			column := len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
			if partial := offset == 2 || offset == 3; partial {
				continue // inside a character
			}
			if gotLine, gotColumn := c.Move(offset); gotLine != line || gotColumn != column {
				t.Errorf("step %d: Move(%d) = %d, %d, want %d, %d", step, offset, gotLine, gotColumn, line, column)
			}
		}
	}
}

func TestAt(t *testing.T) {
	cause := errors.New("a\nb")
	err := strictjson.At("f:1:2", cause)
	if err.Error() != "f:1:2: a\nf:1:2: b" || !errors.Is(err, cause) {
		t.Errorf("At = %q, want the place before each line, and the cause in it", err)
	}
	if got := strictjson.At("", cause); got != cause {
		t.Errorf("At no place = %v, want the error itself", got)
	}
	if got := strictjson.At("f", nil); got != nil {
		t.Errorf("At of no error = %v, want none", got)
	}
}
