package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/sluice/ecs"
	"example.com/sluice/match"
)

// cut returns the text of a place, by its lines and columns.
func cut(t *testing.T, data []byte, p ecs.Place) string {
	t.Helper()
	lines := strings.Split(string(data), "\n")
	if p.Line < 1 || p.EndLine > len(lines) || p.Line > p.EndLine {
		t.Fatalf("place %+v is not in %d lines", p, len(lines))
	}
	text := strings.Join(lines[p.Line-1:p.EndLine], "\n")
	from := runes(text, p.Column-1)
	behind := len(text) - len(lines[p.EndLine-1]) // where the last line starts
	return text[from : behind+runes(lines[p.EndLine-1], p.EndColumn-1)]
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
	second := "{\r\n  \"Direction\": \"EGRESS\", \"SecurityGroupRuleId\": \"b\",\n \"IpProtocol\":\"GRE\",\"PortRange\":\"-1/-1\",\"DestCidrIp\":\"10.0.0.2\",\"Priority\":1,\"Policy\":\"Accept\"}"
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
		{"no list", `{"SecurityGroupId":"sg","Permissions":{"Permission":[ ]}}`, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := inputs{app: &app{stderr: io.Discard}, limit: 100}
			groups, err := in.readGroups([]textFile{{"file", []byte(test.text)}})
			if err != nil {
				t.Fatal(err)
			}
			places := groups[0].places
			if len(places) != len(test.want) || len(places) != groups[0].Group.Len() {
				t.Fatalf("places = %+v, want %d, as many as rules (%d)", places, len(test.want), groups[0].Group.Len())
			}
			for i, p := range places {
				if got := cut(t, []byte(test.text), p); got != test.want[i] || p.Pointer != test.pointers[i] {
					t.Errorf("place %d is %s with text\n%s, want %s with\n%s", i, p.Pointer, got, test.pointers[i], test.want[i])
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
	want := []ecs.Place{
		{File: "file", Line: 3, Column: 3, EndLine: 3, EndColumn: 3 + utf8.RuneCountInString(one)},
		{File: "file", Line: 4, Column: 1, EndLine: 4, EndColumn: 1 + len(two)},
		{File: "file", Line: 4, Column: 1, EndLine: 4, EndColumn: 1 + len(two)},
	}
	in := inputs{app: &app{stderr: io.Discard}, limit: 100}
	groups, err := in.readGroups([]textFile{{"file", data}})
	if err != nil {
		t.Fatal(err)
	}
	places := groups[0].places
	if len(places) != len(want) || groups[0].Group.Len() != len(want) {
		t.Fatalf("places = %+v of %d rules, want %+v", places, groups[0].Group.Len(), want)
	}
	for i, text := range []string{one, two, two} {
		if places[i] != want[i] || cut(t, data, places[i]) != text {
			t.Errorf("place %d = %+v with text\n%s, want %+v with\n%s", i, places[i], cut(t, data, places[i]), want[i], text)
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
			got := cut(t, []byte(readFile(t, at.File)), at.Place)
			if at.File != f.name || !strings.HasPrefix(got, `{"`) || !strings.HasSuffix(got, `"}`) ||
				!strings.Contains(got, r.CreateTime) || !strings.Contains(got, r.ID) {
				t.Errorf("rule %d of %s is at %v, where the file has\n%s", i, f.name, at, got)
			}
		}
	}
	if got := l.find(match.Ref{Group: "sg-web", Index: 99}); got.Line != 0 {
		t.Errorf("an unknown rule is at %v, want line 0", got)
	}
}
