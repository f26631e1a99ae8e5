package strictjson_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/internal/strictjson"
)

// walk reads a small document of a fixed shape, {"list":[{"name":TEXT,"n":NUMBER}],
// "x":anything}, as a caller of the package would, and returns what it saw.
func walk(doc string) (string, error) {
	r, err := strictjson.NewReader([]byte(doc))
	if err != nil {
		return "", err
	}
	var saw []string
	entry := func(int) error {
		return r.Object(func(key string) error {
			switch key {
			case "name":
				s, err := r.Text()
				saw = append(saw, fmt.Sprintf("name=%q", s))
				return err
			case "n":
				s, number, err := r.TextOrNumber()
				saw = append(saw, fmt.Sprintf("n=%q number=%t", s, number))
				return err
			}
			return r.Errorf("unknown key")
		})
	}
	err = r.Object(func(key string) error {
		if key == "list" {
			return r.Array(entry)
		}
		empty, err := r.Skip()
		saw = append(saw, fmt.Sprintf("%s empty=%t", key, empty))
		return err
	})
	if err != nil {
		return "", err
	}
	return strings.Join(saw, "; "), r.End()
}

func TestWalk(t *testing.T) {
	tests := []struct {
		name, doc, want string
	}{
		{"nothing", `{}`, ""},
		{"null for a text is the empty text", `{"list":[{"name":null,"n":null}]}`, `name=""; n="" number=false`},
		{"text and number, in the document's order", `{"list":[{"n":7,"name":"a"},{"name":"b"}]}`, `n="7" number=true; name="a"; name="b"`},
		{"text where a number may stand", `{"list":[{"n":"007"}]}`, `n="007" number=false`},
		{"a number keeps its spelling", `{"list":[{"n":-1.50e+2}]}`, `n="-1.50e+2" number=true`},
		{"a number beyond float64 keeps its digits", `{"list":[{"n":123456789012345678901234567890}]}`, `n="123456789012345678901234567890" number=true`},
		{"escapes are read", `{"list":[{"name":"\u0061\n\"\\\/"}]}`, `name="a\n\"\\/"`},
		{"space of all four kinds", " \t\r\n{ \"list\" : [ ] } \n", ""},
		{"a surrogate pair is one character", `{"list":[{"name":"\ud83d\ude00"}]}`, `name="😀"`},
		{"a replacement character that the document spells", `{"list":[{"name":"\ufffd \uFFFD ` + "\uFFFD" + `"}]}`, `name="` + "\uFFFD \uFFFD \uFFFD" + `"`},
		{"a key may be empty", `{"":1}`, " empty=false"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := walk(tt.doc)
			if err != nil || got != tt.want {
				t.Errorf("walk(%s) = %s, %v, want %s", tt.doc, got, err, tt.want)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	long := strings.Repeat("k", 200)
	tests := []struct {
		name, doc, want string
	}{
		{"no document", ``, "the document ends early"},
		{"only space", "  \n", "the document ends early"},
		{"not UTF-8", "{\"x\":\"\xff\"}", "not valid UTF-8 at column 7"},
		{"not UTF-8 after the document", "{}\xff", "not valid UTF-8 at column 3"},
		{"not UTF-8 on another line", "{\n \"水\": \xff\n}", "not valid UTF-8 at line 2, column 7"},
		{"a fault on another line", "{\n \"水\": 1,\r\n\t'x':1}", `line 3, column 2: invalid character '\''`},
		{"a second document on another line", "{}\n\n {}", "text after the document, at line 3, column 2"},
		{"a byte order mark", "\uFEFF{}", "column 1: invalid character 'ï' looking for beginning of value"},
		{"null for the document", `null`, "null, want an object"},
		{"null for an array", `{"list":null}`, "list: null, want an array"},
		{"null for an element", `{"list":[{},null]}`, "list[1]: null, want an object"},
		{"text for an object", `"{}"`, "text, want an object"},
		{"an array for an object", `[]`, "an array, want an object"},
		{"a number for an object", `12`, "the number 12, want an object"},
		{"a truth value for an object", `true`, "true, want an object"},
		{"an object for an array", `{"list":{}}`, "list: an object, want an array"},
		{"an array for a text", `{"list":[{"name":[]}]}`, "list[0].name: an array, want text"},
		{"a number for a text", `{"list":[{"name":1}]}`, "list[0].name: the number 1, want text"},
		{"a truth value for text or number", `{"list":[{"n":false}]}`, "list[0].n: false, want text or a number"},
		{"an object for text or number", `{"list":[{},{"n":{}}]}`, "list[1].n: an object, want text or a number"},
		{"a key twice", `{"x":1,"x":1}`, "x: the key is given twice"},
		{"a key twice, once spelled with an escape", `{"x":1,"\u0078":1}`, "x: the key is given twice"},
		{"a key twice, further in", `{"list":[{"name":"a"},{"name":"a","name":"b"}]}`, "list[1].name: the key is given twice"},
		{"a key twice in a value that is skipped", `{"x":[0,{"a":1,"b":2,"a":3}]}`, "x[1].a: the key is given twice"},
		{"a caller's own error", `{"list":[{"nam":"a"}]}`, "list[0].nam: unknown key"},
		{"half a surrogate pair", `{"list":[{"name":"\ud83d"}]}`, "list[0].name: half a surrogate pair in the text"},
		{"the second half alone", `{"list":[{"name":"\ude00"}]}`, "list[0].name: half a surrogate pair in the text"},
		{"the halves in the wrong order", `{"list":[{"name":"\ude00\ud83d"}]}`, "list[0].name: half a surrogate pair in the text"},
		{"a half pair beside a spelled replacement", `{"list":[{"name":"\ufffd\ud83d"}]}`, "list[0].name: half a surrogate pair in the text"},
		{"a half pair beside an escaped backslash and ufffd", `{"list":[{"name":"\\ufffd\ud83d"}]}`, "list[0].name: half a surrogate pair in the text"},
		{"a half pair in a key", `{"\ud83d":1}`, "half a surrogate pair in the text"},
		{"a half pair in a value that is skipped", `{"x":["\ud83d"]}`, "x[0]: half a surrogate pair in the text"},
		{"a second document", `{}{}`, "text after the document, at column 3"},
		{"a bracket after the document", `{}]`, "text after the document, at column 3"},
		{"a word after the document", `{} x`, "text after the document, at column 4"},
		{"a comma at the end of an object", `{"x":1,}`, "column 8: invalid character '}'"},
		{"a comma at the end of an array", `{"list":[{},]}`, "list[1]: column 13: invalid character ']' looking for beginning of value"},
		{"the wrong bracket", `{"list":[}`, "list: column 10: invalid character '}'"},
		{"a key that is no text", `{1:2}`, "column 2: invalid character '1'"},
		{"a missing colon", `{"x" 1}`, "x: column 6: invalid character '1' after object key"},
		{"a missing comma", `{"x":[1 2]}`, "x[1]: column 9: invalid character '2' after array element"},
		{"a single quote", `{'x':1}`, `column 2: invalid character '\''`},
		{"a number with a leading zero", `{"x":01}`, "column 7: invalid character '1' after object key:value pair"},
		{"a number with a plus", `{"x":+1}`, "x: column 6: invalid character '+' looking for beginning of value"},
		{"a word that is none", `{"x":nul}`, "x: column 6: invalid character '}' in literal null (expecting 'l')"},
		{"a raw line feed in a text", "{\"x\":\"a\nb\"}", `x: line 1, column 6: invalid character '\n' in string literal`},
		{"an escape that is none", `{"x":"\q"}`, `x: column 6: invalid character 'q' in string escape code`},
		{"a key that a terminal would obey is quoted", `{"list":[{"\u001b[2J":1}]}`, `list[0]."\x1b[2J": unknown key`},
		{"a key with a space is quoted", `{"list":[{"a b":1}]}`, `list[0]."a b": unknown key`},
		{"a key of 128 bytes stands whole", `{"list":[{"` + long[:128] + `":1}]}`, `list[0].` + long[:128] + `: unknown key`},
		{"a long key is cut", `{"list":[{"` + long + `":1}]}`, `list[0]."` + long[:128] + `"... (200 bytes): unknown key`},
		{"a long number is cut", `{"list":[{"name":` + strings.Repeat("1", 200) + `}]}`, `list[0].name: the number "` + strings.Repeat("1", 128) + `"... (200 bytes), want text`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := walk(tt.doc)
			var e *strictjson.Error
			if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("walk(%s) = %s, %v, want the error %s", tt.doc, got, err, tt.want)
			}
		})
	}
}

// A program reads the place from the field, people from the text.
func TestErrorPath(t *testing.T) {
	_, err := walk(`{"list":[{},{},{},{"name":1}]}`)
	var e *strictjson.Error
	if !errors.As(err, &e) || e.Path != "list[3].name" || e.Reason != "the number 1, want text" {
		t.Errorf("error %#v, want path list[3].name and its reason", err)
	}
}

// Every beginning of a document that is cut short is an error that says so, at
// whatever byte the cut falls.
func TestTruncated(t *testing.T) {
	const doc = `{"list":[{"name":"a\u00e9\\","n":-10.5e3},{}],"x":{"deep":[true,false,null,{"k":""}],"t":"\ud83d\ude00"}}`
	if _, err := walk(doc); err != nil {
		t.Fatalf("walk(%s) = %v, want no error for the whole", doc, err)
	}
	for cut := range len(doc) {
		_, err := walk(doc[:cut])
		if err == nil || !strings.HasSuffix(err.Error(), "the document ends early") {
			t.Errorf("walk(%s) = %v, want: the document ends early", doc[:cut], err)
		}
	}
}

func TestDepth(t *testing.T) {
	arrays := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	objects := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	skip := func(doc string) error {
		r, err := strictjson.NewReader([]byte(doc))
		if err != nil {
			return err
		}
		if _, err := r.Skip(); err != nil {
			return err
		}
		return r.End()
	}
	// nest walks arrays in arrays with Array itself, to whatever depth there is.
	nest := func(doc string) error {
		r, err := strictjson.NewReader([]byte(doc))
		if err != nil {
			return err
		}
		var element func(int) error
		element = func(int) error { return r.Array(element) }
		return r.Array(element)
	}
	tests := []struct {
		name string
		read func(string) error
		doc  string
		ok   bool
	}{
		{"arrays skipped at the bound", skip, arrays(strictjson.MaxDepth), true},
		{"arrays skipped past it", skip, arrays(strictjson.MaxDepth + 1), false},
		{"objects skipped at the bound", skip, objects(strictjson.MaxDepth), true},
		{"objects skipped past it", skip, objects(strictjson.MaxDepth + 1), false},
		{"arrays walked at the bound", nest, arrays(strictjson.MaxDepth), true},
		{"arrays walked past it", nest, arrays(strictjson.MaxDepth + 1), false},
		{"a million brackets", skip, strings.Repeat("[", 1<<20), false},
		{"a bound that counts what is open, not what was", skip, "[" + strings.Repeat(arrays(40)+",", 5) + "1]", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.read(tt.doc)
			if tt.ok && err != nil {
				t.Errorf("error %v, want none", err)
			}
			if !tt.ok && (err == nil || !strings.HasSuffix(err.Error(), "nested deeper than 64")) {
				t.Errorf("error %v, want: nested deeper than 64", err)
			}
		})
	}
}

func TestSkip(t *testing.T) {
	tests := []struct {
		doc   string
		empty bool
	}{
		{`null`, true},
		{`""`, true},
		{`{}`, true},
		{`[]`, true},
		{`[null,"",[],{}]`, true},
		{`{"Tag":[]}`, true},
		{`{"a":{"b":null},"c":""}`, true},
		{`" "`, false},
		{`"x"`, false},
		{`0`, false},
		{`-0`, false},
		{`false`, false},
		{`true`, false},
		{`[0]`, false},
		{`[[],[[""],["x"]],[]]`, false},
		{`{"a":"","b":0,"c":""}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.doc, func(t *testing.T) {
			// A second value follows: Skip must stop behind the first.
			r, err := strictjson.NewReader([]byte("[" + tt.doc + `,"next"]`))
			if err != nil {
				t.Fatal(err)
			}
			err = r.Array(func(i int) error {
				if i == 0 {
					empty, err := r.Skip()
					if empty != tt.empty {
						t.Errorf("Skip(%s) = %t, want %t", tt.doc, empty, tt.empty)
					}
					return err
				}
				if s, err := r.Text(); s != "next" || err != nil {
					t.Errorf("Text() behind %s = %q, %v, want next", tt.doc, s, err)
				}
				return nil
			})
			if err != nil || r.End() != nil {
				t.Errorf("walk of %s: %v, End: %v, want none", tt.doc, err, r.End())
			}
		})
	}
}

// Raw and Peek look at the document's own text, whatever stands between two
// values.
func TestRawAndPeek(t *testing.T) {
	const doc = "{ \"a\" : null , \"b\":\t{ \"c\" : [1, \"\\u0061\" ] },\n\"d\":[null,\"null\" ,7e+1 ,[ ]]}"
	r, err := strictjson.NewReader([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	read := func() error {
		first := r.Peek()
		raw, err := r.Raw(func() error { _, err := r.Skip(); return err })
		got = append(got, fmt.Sprintf("%s first=%c %s", r.Path(), first, raw))
		return err
	}
	err = r.Object(func(key string) error {
		if key == "d" {
			return r.Array(func(int) error { return read() })
		}
		return read()
	})
	if err != nil || r.End() != nil || r.Path() != "" {
		t.Fatalf("walk of %s: %v, End: %v, Path: %q, want none", doc, err, r.End(), r.Path())
	}
	want := []string{
		"a first=n null",
		`b first={ { "c" : [1, "\u0061" ] }`,
		"d[0] first=n null",
		`d[1] first=" "null"`,
		"d[2] first=7 7e+1",
		"d[3] first=[ [ ]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("values of %s:\n got %q\nwant %q", doc, got, want)
	}
}

// Raw gives no text of a value that its reader refuses.
func TestRawRefuses(t *testing.T) {
	r, err := strictjson.NewReader([]byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := r.Raw(func() error { _, err := r.Text(); return err })
	if raw != nil || err == nil || err.Error() != "an object, want text" {
		t.Errorf("Raw = %q, %v, want nothing and: an object, want text", raw, err)
	}
}
