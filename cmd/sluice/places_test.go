package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/sluice/match"
)

// cut returns the text of a place, by its lines and columns.
func cut(t *testing.T, data []byte, p place) string {
	t.Helper()
	lines := strings.Split(string(data), "\n")
	if p.line < 1 || p.endLine > len(lines) || p.line > p.endLine {
		t.Fatalf("place %+v is not in %d lines", p, len(lines))
	}
	text := strings.Join(lines[p.line-1:p.endLine], "\n")
	from := runes(text, p.column-1)
	behind := len(text) - len(lines[p.endLine-1]) // where the last line starts
	return text[from : behind+runes(lines[p.endLine-1], p.endColumn-1)]
}

// runes returns how many bytes the first n characters of s have.
func runes(s string, n int) int {
	i := 0
	for range n {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return i
}

func TestPlacesOfPermissions(t *testing.T) {
	const ingress = `{"Direction":"ingress","SecurityGroupRuleId":"in","SourceCidrIp":"0.0.0.0/0"}`
	first := `{"SecurityGroupRuleId":"a","Direction":"egress","IpProtocol":"GRE","PortRange":"-1/-1","DestCidrIp":"10.0.0.1","Policy":"Drop","Priority":"1","Description":"水 é"}`
	second := "{\r\n  \"Direction\": \"EGRESS\", \"SecurityGroupRuleId\": \"b\",\n \"IpProtocol\":\"GRE\",\"PortRange\":\"-1/-1\",\"DestCidrIp\":\"10.0.0.2\",\"Priority\":1}"
	for _, test := range []struct {
		name, text string
		want       []string // the texts of the places
		pointers   []string
	}{
		{"several on one line", `{"SecurityGroupId":"sg","Permissions":{"Permission":[` + ingress + `,` + first + ` , ` + second + `]}}`,
			[]string{first, second}, []string{"/Permissions/Permission/1", "/Permissions/Permission/2"}},
		{"behind text of other alphabets and over lines", "\n{\"x\":[{\"Permissions\":1}],\"Description\":\"水水水\",\n\"Permissions\" : {\"a\":\"\", \"Permission\" : [\n\n 	" + second + ",\n" + first + "\n],\"b\":null}, \"SecurityGroupId\":\"sg\"}\n",
			[]string{second, first}, []string{"/Permissions/Permission/0", "/Permissions/Permission/1"}},
		{"none", `{"SecurityGroupId":"sg","Permissions":{"Permission":[]}}`, nil, nil},
		{"no list", `{"SecurityGroupId":"sg","Permissions":{}}`, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := inputs{app: &app{}, limit: 100}
			d, err := in.readGroup([]byte(test.text), "file")
			if err != nil {
				t.Fatal(err)
			}
			f := groupFile{Description: d, data: []byte(test.text)}
			places := f.places()
			if len(places) != len(test.want) || len(places) != d.Group.Len() {
				t.Fatalf("places = %+v, want %d, as many as rules (%d)", places, len(test.want), d.Group.Len())
			}
			for i, p := range places {
				if got := cut(t, f.data, p); got != test.want[i] || p.pointer != test.pointers[i] {
					t.Errorf("place %d is %s with text\n%s, want %s with\n%s", i, p.pointer, got, test.pointers[i], test.want[i])
				}
			}
		})
	}
}

func TestPlacesOfRequests(t *testing.T) {
	const (
		one = "SecurityGroupId=sg-1&IpProtocol=gre&PortRange=-1/-1&DestCidrIp=10.0.0.1&Description=水é"
		two = "SecurityGroupId=sg-1&Permissions.1.IpProtocol=gre&Permissions.1.PortRange=-1/-1&Permissions.1.DestCidrIp=10.0.0.2&Permissions.2.IpProtocol=gre&Permissions.2.PortRange=-1/-1&Permissions.2.DestCidrIp=10.0.0.3"
	)
	data := []byte("# comment\n\n  " + one + " \r\n" + two)
	want := []place{
		{line: 3, column: 3, endLine: 3, endColumn: 3 + utf8.RuneCountInString(one)},
		{line: 4, column: 1, endLine: 4, endColumn: 1 + len(two)},
		{line: 4, column: 1, endLine: 4, endColumn: 1 + len(two)},
	}
	in := inputs{app: &app{}, limit: 100}
	d, err := in.readGroup(data, "file")
	if err != nil {
		t.Fatal(err)
	}
	places := groupFile{Description: d, data: data}.places()
	if len(places) != len(want) || d.Group.Len() != len(want) {
		t.Fatalf("places = %+v of %d rules, want %+v", places, d.Group.Len(), want)
	}
	for i, text := range []string{one, two, two} {
		if places[i] != want[i] || cut(t, data, places[i]) != text {
			t.Errorf("place %d = %+v with text\n%s, want %+v with\n%s", i, places[i], cut(t, data, places[i]), want[i], text)
		}
	}
}

// A place outlives no wrong turn: what is not a group has none.
func TestPlacesOfNoGroup(t *testing.T) {
	for _, text := range []string{
		"", "nonsense", `{`, `{"Permissions"`, `{"Permissions":{"Permission":[1]}}`, `{"Permissions":{"Permission":[{}`,
		`{"Permissions":{"Permission":{}}}`, `{"x":`, `{"x":}`, `{1`, `{"Permissions":[]}`,
	} {
		if got := (groupFile{data: []byte(text)}).places(); len(got) != 0 {
			t.Errorf("places of %q = %+v, want none", text, got)
		}
	}
}

func TestLocator(t *testing.T) {
	a := &app{stdin: bytes.NewReader(nil)}
	in := inputs{app: a, limit: 100, groups: []string{older, newer}, members: members}
	rules, err := in.load()
	if err != nil {
		t.Fatal(err)
	}
	l := newLocator(rules)
	for _, f := range rules.files {
		for i, r := range f.Group.Rules() {
			at := l.find(match.Ref{Group: f.Group.ID(), Index: i, Rule: r})
			got := cut(t, at.file.data, at.place)
			if at.file.path != f.path || !strings.HasPrefix(got, `{"`) || !strings.HasSuffix(got, `"}`) ||
				!strings.Contains(got, r.CreateTime) || !strings.Contains(got, r.ID) {
				t.Errorf("rule %d of %s is at %v, where the file has\n%s", i, f.path, at, got)
			}
		}
	}
	if got := l.find(match.Ref{Group: "sg-web", Index: 99}); got.line != 0 {
		t.Errorf("a rule that is none is at %v, want line 0", got)
	}
}
