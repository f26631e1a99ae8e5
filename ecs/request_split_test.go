package ecs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/sluice/internal/linear"
)

func placesOf(texts []RequestText) []string {
	var places []string
	for _, t := range texts {
		places = append(places, fmt.Sprintf("%d:%d-%d:%d", t.Line, t.Column, t.EndLine, t.EndColumn))
	}
	return places
}

func TestSplitRequests(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string // text@place
	}{
		{"nothing", "", nil},
		{"blank lines and comments", "\n \t\n# a\n  # b\n\u00a0\n", nil},
		{"a query a line", "a=1\n\n b=2 \r\n#c\nc=3", []string{"a=1@1:1-1:4", "b=2@3:2-3:5", "c=3@5:1-5:4"}},
		{"lines that go on", "a=1\n&b=2\n\n# x\n &c=3\nd=4", []string{"a=1\n&b=2\n\n# x\n &c=3@1:1-5:6", "d=4@6:1-6:4"}},
		{"lines that end with &", "a=1&\n\nb=2& \nc=3\nd=4", []string{"a=1&\n\nb=2& \nc=3@1:1-4:4", "d=4@5:1-5:4"}},
		{"requests that end with &", "SecurityGroupId=a&\nSecurityGroupId=b&\nPolicy=drop", []string{"SecurityGroupId=a&@1:1-1:19", "SecurityGroupId=b&\nPolicy=drop@2:1-3:12"}},
		{"the source on a line of its own", "Action=x&\nSecurityGroupId=a&\nSecurityGroupId=b", []string{"Action=x&\nSecurityGroupId=a&@1:1-2:19", "SecurityGroupId=b@3:1-3:18"}},
		{"an object after a line that ends with &", "a=1&\n{}", []string{"a=1&@1:1-1:5", "{}@2:1-2:3"}},
		{"columns in characters", "水=1\n\ufeff", []string{"水=1@1:1-1:4", "\ufeff@2:1-2:2"}},
		{"objects, one a line", `{"a":1}` + "\n" + `{"b":2}`, []string{`{"a":1}@1:1-1:8`, `{"b":2}@2:1-2:8`}},
		{"objects over lines", "{\n\"a\":1\n}\n# x\n{\n}\n", []string{"{\n\"a\":1\n}@1:1-3:2", "{\n}@5:1-6:2"}},
		{"an array on a line", `[{"a":"水"}, {"b":2}]`, []string{`{"a":"水"}@1:2-1:11`, `{"b":2}@1:13-1:20`}},
		{"an array over lines", "[\n  {\"a\":1},\n  {\"b\":2}\n]\n", []string{`{"a":1}@2:3-2:10`, `{"b":2}@3:3-3:10`}},
		{"an empty array", "[]", nil},
		{"a command line", "aliyun a \\\n b 'c\nd' # it's\naliyun e", []string{"aliyun a \\\n b 'c\nd' # it's@1:1-3:10", "aliyun e@4:1-4:9"}},
		{"all of them", "a=1\n&b=2\naliyun c\n{\"d\":1}\ncurl e\n", []string{"a=1\n&b=2@1:1-2:5", "aliyun c@3:1-3:9", `{"d":1}@4:1-4:8`, "curl e@5:1-5:7"}},
		{"a request of HTTP", "GET /?a=1 HTTP/1.1\nHost: x\n\nb=2", []string{"GET /?a=1 HTTP/1.1\nHost: x@1:1-2:8", "b=2@4:1-4:4"}},
		{"two request lines", "GET /?a=1 HTTP/1.1\nGET /?b=1 HTTP/1.1", []string{"GET /?a=1 HTTP/1.1@1:1-1:19", "GET /?b=1 HTTP/1.1@2:1-2:19"}},
		{"queries that start with a question mark", "?a=1\n?b=1", []string{"?a=1@1:1-1:5", "?b=1@2:1-2:5"}},
		{"a host on a line of its own", "https://h/\n?a=1\n&b=2", []string{"https://h/\n?a=1\n&b=2@1:1-3:5"}},
	} {
		texts, err := SplitRequests([]byte(c.in))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		var got []string
		for i, place := range placesOf(texts) {
			got = append(got, texts[i].Text+"@"+place)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: SplitRequests(%q): -want +got\n%s", c.name, c.in, diff)
		}
	}
}

func TestSplitRequestsRefuses(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"& that continues nothing", "\n\n&a=1", "line 3 starts with & and continues no request"},
		{"& after JSON", "{}\n&a=1", "line 2 starts with &"},
		{"& after a command line", "aliyun a\n&a=1", "line 2 starts with &"},
		{"two objects on a line", "a=1\n{} {}", `line 2 column 3: text after JSON: " {}"`},
		{"JSON that does not end", "a=1\n\n{\"a\":", "JSON at line 3: a: the document ends early"},
		{"JSON that is wrong", "# 水\n {\"a\":1,\n \"b\":x}", "JSON at line 2: b: line 3, column 6: invalid character 'x'"},
		{"another form", "resource \"x\" \"y\" {\n", "looks like a Terraform"},
		{"UTF-16", "\xfe\xff\x00a", "UTF-16 (big-endian)"},
	} {
		if got, err := SplitRequests([]byte(c.in)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: SplitRequests(%q) = %v, %v, want %q in the error", c.name, c.in, got, err, c.want)
		}
	}
}

func TestSplitRequestsBound(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"as many", "a=1\nb\n{}\n", ""},
		{"as many, in an array", "[{},{},{}]", ""},
		{"one more", "a=1\nb\n# c\nd\ne", "one more at line 5, want at most 3 in a file"},
		{"one more in an array", "[{},{},{},{}]", "one more at line 1 column 11, want at most 3 in a file"},
	} {
		texts, err := split([]byte(c.in), 3, false)
		if c.want == "" && (err != nil || len(texts) != 3) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: split(%q, 3) = %d texts, %v, want %q", c.name, c.in, len(texts), err, c.want)
		}
	}
}

func TestRequestTextAt(t *testing.T) {
	for want, text := range map[string]RequestText{
		"line 3":          {Place: Place{Line: 3, Column: 1}},
		"line 1 column 7": {Place: Place{Line: 1, Column: 7}},
	} {
		if got := text.At(); got != want {
			t.Errorf("At of %+v = %s, want %s", text, got, want)
		}
	}
}

// Text made to cost much for its size takes time in proportion to it.
func TestRequestsCostLinear(t *testing.T) {
	t.Parallel()
	unit := map[string]string{
		"&":                   "&",
		"&amp;":               "&amp;",
		"amp;":                "amp;",
		"quotes":              `"`,
		"typographic quotes":  "“",
		"lines":               "\n",
		"comments":            "#\n",
		"lines that go on":    "a=1\n&b=1\n\n",
		"requests":            "a=1\n",
		"objects":             "{}\n",
		"empty array":         "[{},",
		"arrays":              "[[",
		"array of objects":    "{},",
		"placeholders":        "<a>&",
		"percent":             "%41",
		"placeholder":         "<<",
		"spaces":              "\u00a0",
		"names":               "Permissions.1.Policy=&",
		"backslashes":         "\\",
		"question marks":      "?\n",
		"colons":              "a: b\n",
		"commas":              ",;",
		"heads":               "GET ",
		"dollars":             "$ ",
		"quotes of a shell":   "''",
		"words":               "a ",
		"options":             "--region x ",
		"lines of a shell":    "\\\n",
		"headers":             "A: b\n",
		"curl data":           "-d a= ",
		"JSON text":           "\\u0026",
		"scheme":              "://",
		"methods and headers": "GET /?a=1\nA: b\n\n",
	}
	const size = 512 // bytes; 16 times as many, too
	for name, u := range unit {
		for _, begin := range []string{"", "a=1&", "aliyun ", "curl '", "GET /?a=1\n", `{"a":"`, "'"} {
			t.Run(name+" after "+begin, func(t *testing.T) {
				linear.Check(t, size, func(n int) {
					text := begin + strings.Repeat(u, n/len(u))
					texts, _ := SplitRequests([]byte(text))
					for _, text := range texts {
						ParseRequest(text.Text)
					}
					ParseRequest(text)
				})
			})
		}
	}
}
