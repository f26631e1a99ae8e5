package ecs

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// replyJSON is a reply as encoding/json sees it.
type replyJSON struct {
	keys        map[string]string // texts
	permissions []map[string]string
}

func decodeReply(t rapid.TB, text string) replyJSON {
	var doc map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("Unmarshal(%s): %v", text, err)
	}
	var list struct{ Permission []map[string]string }
	if err := json.Unmarshal(doc["Permissions"], &list); err != nil {
		t.Fatalf("Unmarshal(%s): %v", doc["Permissions"], err)
	}
	r := replyJSON{map[string]string{}, list.Permission}
	delete(doc, "Permissions")
	for key, raw := range doc {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatalf("%s: Unmarshal(%s): %v", key, raw, err)
		}
		r.keys[key] = s
	}
	return r
}

// page is the reply as one page, with some of its rules.
func (r replyJSON) page(token string, from, to int) string {
	doc := map[string]any{"Permissions": map[string]any{"Permission": slices.Concat([]map[string]string{}, r.permissions[from:to])}}
	for key, s := range r.keys {
		doc[key] = s
	}
	doc["NextToken"] = token
	text, _ := json.Marshal(doc) // texts have no error
	return string(text)
}

// xml is the reply in XML; ok is false where XML cannot hold a text.
func (r replyJSON) xml() (text string, ok bool) {
	var b bytes.Buffer
	ok = true
	elements := func(keys map[string]string) {
		for key, s := range keys {
			ok = ok && !strings.ContainsFunc(s, func(c rune) bool {
				return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == utf8.RuneError || c == 0xFFFE || c == 0xFFFF
			})
			fmt.Fprintf(&b, "<%s>", key)
			_ = xml.EscapeText(&b, []byte(s)) // a buffer takes all
			fmt.Fprintf(&b, "</%s>\n", key)
		}
	}
	b.WriteString("<" + rootReply + ">")
	elements(r.keys)
	b.WriteString("<Permissions>")
	for _, p := range r.permissions {
		b.WriteString("<Permission>")
		elements(p)
		b.WriteString("</Permission>\n")
	}
	b.WriteString("</Permissions></" + rootReply + ">")
	return b.String(), ok
}

// A group reads alike in every form, whole or in pages.
func TestFormsReadAlike(t *testing.T) {
	t.Parallel()
	inXML, inPages := 0, 0 // checked: both must have been there
	rapid.Check(t, func(t *rapid.T) {
		d := drawDescription(t)
		text, _ := writtenBack(t, d)
		r := decodeReply(t, text)
		same := func(form string, texts ...string) {
			c := NewCollector(ReadOptions{})
			for _, s := range texts {
				if err := c.Add("", strings.NewReader(s)); err != nil {
					t.Fatalf("%s: Add(%s): %v", form, s, err)
				}
			}
			ds, err := c.Descriptions()
			if err != nil || len(ds) != 1 {
				t.Fatalf("%s: Descriptions of %q = %d groups, %v, want one", form, texts, len(ds), err)
			}
			if diff := cmp.Diff(wholeOf(t, d), wholeOf(t, ds[0]), addresses); diff != "" {
				t.Fatalf("%s: %q: -want +got\n%s", form, texts, diff)
			}
		}
		same("an envelope", `{"headers":{"Code":"x"},"statusCode":200,"body":`+text+`}`)
		same("an array", "["+text+"]")
		if s, ok := r.xml(); ok {
			same("XML", s)
			inXML++
		}
		var pages []string
		for from := 0; from < len(r.permissions); {
			to := rapid.IntRange(from+1, len(r.permissions)).Draw(t, "page")
			token := fmt.Sprint("t", to)
			if to == len(r.permissions) {
				token = ""
			}
			pages = append(pages, r.page(token, from, to))
			from = to
		}
		if len(pages) > 1 && distinctIDs(r.permissions) {
			same("pages in files", pages...)
			same("pages in lines", strings.Join(pages, "\n"))
			same("pages in an array", "["+strings.Join(pages, ",")+"]")
			inPages++
		}
	})
	if inXML == 0 || inPages == 0 {
		t.Errorf("%d groups were read in XML and %d in pages, want some of each", inXML, inPages)
	}
}

// distinctIDs reports whether no two rules have one id: in two pages they would
// be one page twice.
func distinctIDs(permissions []map[string]string) bool {
	seen := map[string]bool{}
	for _, p := range permissions {
		id := p[keyID]
		if id != "" && seen[id] {
			return false
		}
		seen[id] = true
	}
	return true
}
