package strictjson_test

import (
	"encoding/json"
	"strings"
	"testing"

	"example.com/sluice/internal/strictjson"
	"pgregory.net/rapid"
)

// tree draws a JSON value without repeated keys, and whether it is empty in the
// sense of Skip.
func tree(t *rapid.T, depth int) (doc string, empty bool) {
	kinds := 5
	if depth == 0 {
		kinds = 3
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		s := rapid.SampledFrom([]string{`null`, `""`}).Draw(t, "empty")
		return s, true
	case 1:
		s := rapid.SampledFrom([]string{`0`, `-1.5e+3`, `true`, `false`}).Draw(t, "scalar")
		return s, false
	case 2:
		s, err := json.Marshal(rapid.String().Draw(t, "text"))
		if err != nil {
			t.Fatal(err)
		}
		return string(s), string(s) == `""`
	}
	isObject := kinds == 5 && rapid.Bool().Draw(t, "object")
	keys := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c"\\]{0,3}`), 0, 4, rapid.ID[string]).Draw(t, "keys")
	var parts []string
	empty = true
	for _, k := range keys {
		part, e := tree(t, depth-1)
		empty = empty && e
		if isObject {
			key, err := json.Marshal(k)
			if err != nil {
				t.Fatal(err)
			}
			part = string(key) + ":" + part
		}
		parts = append(parts, part)
	}
	if isObject {
		return "{" + strings.Join(parts, ",") + "}", empty
	}
	return "[" + strings.Join(parts, ", ") + "]", empty
}

func skipAll(doc string) (empty bool, err error) {
	r, err := strictjson.NewReader([]byte(doc))
	if err != nil {
		return false, err
	}
	if empty, err = r.Skip(); err != nil {
		return false, err
	}
	return empty, r.End()
}

// A document without repeated keys passes, and Skip knows whether it is empty.
func TestSkipReadsEveryDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc, want := tree(t, 4)
		if empty, err := skipAll(doc); err != nil || empty != want {
			t.Fatalf("Skip(%s) = %t, %v, want %t", doc, empty, err, want)
		}
	})
}

// Strict means a subset: what passes is valid to encoding/json, however one byte
// of a document was changed. And what is refused is either invalid or one of the
// things that only this package refuses.
func TestNothingInvalidPasses(t *testing.T) {
	var passed, refused int
	rapid.Check(t, func(t *rapid.T) {
		doc, _ := tree(t, 4)
		b := []byte(doc)
		at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		b[at] = rapid.SampledFrom([]byte("[]{},:\"\\a0-. \x00\xff")).Draw(t, "byte")

		_, err := skipAll(string(b))
		valid := json.Valid(b)
		switch {
		case err == nil:
			passed++
			if !valid {
				t.Fatalf("Skip(%q) passes, and encoding/json refuses it", b)
			}
		case valid:
			refused++
			if s := err.Error(); !strings.Contains(s, "twice") && !strings.Contains(s, "UTF-8") && !strings.Contains(s, "surrogate") {
				t.Fatalf("Skip(%q) = %v, and encoding/json takes it", b, err)
			}
		default:
			refused++
		}
	})
	if few := passed+refused < 100; !few && (passed == 0 || refused == 0) { // -short makes few
		t.Errorf("%d documents passed, %d were refused: the test sees one side only", passed, refused)
	}
}
