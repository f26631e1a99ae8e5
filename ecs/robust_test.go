package ecs

import (
	"errors"
	"flag"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/sluice/internal/strictjson"
	"example.com/sluice/rule"
)

// checkRequest is what must hold of any text: no panic, and what is taken can be
// written, read back and played.
func checkRequest(t *testing.T, s string) {
	q, err := ParseRequest(s)
	if err != nil {
		if strings.TrimSpace(err.Error()) == "" || len(err.Error()) > 4096 {
			t.Errorf("ParseRequest(%.200q): error of %d bytes, want a message", s, len(err.Error()))
		}
		return
	}
	back, err := ParseRequest(q.String())
	if err != nil || back.String() != q.String() {
		t.Errorf("ParseRequest(%q) reads %q, written as %q, want it equal: %v", s, back, q, err)
	}
	if _, err := q.MarshalText(); err != nil {
		t.Errorf("ParseRequest(%q) reads %q: MarshalText: %v", s, q, err)
	}
	r := openRegion()
	err = r.Authorize(q)
	g, ok := r.Group(q.GroupID)
	if refused := faultsOf(err) != nil; refused == ok || ok && g.Len() != len(q.Rules) {
		t.Errorf("Authorize(%q) = %v, and the group is there: %v; want one of the two, and all rules or none", q, err, ok)
	}
}

// checkReply is what must hold of any reply: no panic, and what is taken is
// written so that it reads back.
func checkReply(t *testing.T, s string) {
	d, err := ReadDescription(strings.NewReader(s), ReadOptions{})
	if err != nil {
		if strings.TrimSpace(err.Error()) == "" || len(err.Error()) > 1<<20 {
			t.Errorf("ReadDescription(%.200q): error of %d bytes, want a message", s, len(err.Error()))
		}
		return
	}
	if d.Group.Len() > rule.DefaultLimit {
		t.Errorf("ReadDescription(%.200q): %d rules, want at most %d", s, d.Group.Len(), rule.DefaultLimit)
	}
	writtenBack(t, d)
}

func seeds(t testing.TB, files ...string) []string {
	t.Helper()
	var texts []string
	for _, file := range files {
		data, err := os.ReadFile("../testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(data))
	}
	return texts
}

func FuzzParseRequest(f *testing.F) {
	for _, s := range requestLines(f) {
		f.Add(s)
	}
	for _, s := range pastedSeeds {
		f.Add(s)
	}
	for _, s := range []string{"", "?", "&", "=", "%", "a=%", "\xff=\xff", "https://?", "SecurityGroupId=\x00", "Permissions.1.=", "SecurityGroupId=a&Permissions.100.Policy=x"} {
		f.Add(s)
	}
	f.Fuzz(checkRequest)
}

// pastedSeeds are requests in the forms that are no query alone.
var pastedSeeds = []string{
	"GET /?SecurityGroupId=a&Policy=drop HTTP/1.1\nHost: b",
	"“SecurityGroupId=a&amp;Policy=drop\n# c\n&\u00a0<公共请求参数>”",
	`{"SecurityGroupId":"a","Permissions":[{"Policy":"drop","Priority":1}]}`,
	`[{"SecurityGroupId":"a","Policy":"drop"}]`,
	"aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId=a --Policy 'drop' \\\n --PortRange -1/-1 --region b --force",
	`aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId a --Permissions '[{"Policy":"drop"}]'`,
	"$ curl -sG \"https://a/?SecurityGroupId=a\" -d Policy=drop --data-urlencode 'Description=b c' # d",
}

// FuzzSplitRequests holds that each text stands where its place says, in order,
// and that none overlaps another.
func FuzzSplitRequests(f *testing.F) {
	for _, s := range append(pastedSeeds, strings.Join(pastedSeeds, "\n"), "a=1\n&b=2\n\nc=3", "[{},\n{}]\n{}", "\ufeffa", "水=1\r\n 水=2") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		texts, err := SplitRequests([]byte(s))
		if err != nil {
			return
		}
		s = strings.TrimPrefix(s, "\ufeff")
		from := 0
		for _, text := range texts {
			i := strings.Index(s[from:], text.Text)
			if i < 0 || text.Text == "" {
				t.Fatalf("SplitRequests(%q): text %q does not stand behind byte %d", s, text.Text, from)
			}
			for i >= 0 { // the text may stand in a comment before, too
				line, column := strictjson.NewCursor([]byte(s)).Move(from + i)
				if line == text.Line && column == text.Column {
					break
				}
				next := strings.Index(s[from+i+1:], text.Text)
				if next < 0 {
					t.Fatalf("SplitRequests(%q): text %q does not stand at %s", s, text.Text, text.At())
				}
				i += 1 + next
			}
			from += i + len(text.Text)
			if line, column := strictjson.NewCursor([]byte(s)).Move(from); line != text.EndLine || column != text.EndColumn {
				t.Fatalf("SplitRequests(%q): text %q ends at %d:%d, want %d:%d", s, text.Text, text.EndLine, text.EndColumn, line, column)
			}
			checkRequest(t, text.Text)
		}
	})
}

func FuzzReadDescription(f *testing.F) {
	for _, s := range seeds(f, "describe-older.json", "describe-newer.json") {
		f.Add(s)
	}
	for _, s := range []string{"", "{", "[]", "null", `{"":{"":0}}`, reply(egress(toTen), "{}"), `{"a":"\ud800"}`, "\ufeff{}"} {
		f.Add(s)
	}
	f.Fuzz(checkReply)
}

func TestRequestCutAnywhere(t *testing.T) {
	t.Parallel()
	for _, s := range requestLines(t) {
		for i := range len(s) {
			checkRequest(t, s[:i])
		}
	}
}

// short replies, in each form, with every kind of key and rule.
func shortReplies() map[string]string {
	full := `{"RequestId":"R","SecurityGroupId":"sg-1","VpcId":"vpc-1","SecurityGroupType":"normal","X":{"水":[1,true]},"Permissions":{"Permission":[` +
		egress(`,"SourceCidrIp":"10.0.0.1/8","SourcePortRange":"1/2","Description":"\u00e9 \"水\"","NicType":"intranet"`+toTen) + `,` +
		egress(`,"DestGroupId":"sg-2","DestGroupOwnerAccount":42,"Priority":110`) + `,{"Direction":"ingress","A":[{}]}]},"NextToken":""}`
	return map[string]string{
		"JSON":     full,
		"envelope": `{"headers":{"a":"b"},"statusCode":200,"body":` + full + `}`,
		"array":    `[` + full + `,` + strings.ReplaceAll(full, "sg-1", "sg-3") + `]`,
		"XML":      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xmlReply(`<Permission>`+xmlEgress+`<Description>&lt;&#x6c34;&gt;</Description></Permission><Permission><Direction>ingress</Direction></Permission>`),
	}
}

// readEvery reads replies in any number.
func readEvery(s string) ([]*Description, error) {
	return ReadDescriptions(strings.NewReader(s), ReadOptions{})
}

// A reply cut anywhere is refused: half a list of rules must not look whole.
func TestReplyCutAnywhere(t *testing.T) {
	t.Parallel()
	for name, s := range shortReplies() {
		if ds, err := readEvery(s); err != nil {
			t.Errorf("%s: ReadDescriptions: %d groups, %v, want them whole", name, len(ds), err)
		}
		for i := range len(s) {
			if ds, err := readEvery(s[:i]); err == nil {
				t.Fatalf("%s: ReadDescriptions of the first %d of %d bytes: %d groups, want an error", name, i, len(s), len(ds))
			}
		}
	}
}

// everyByte is for the long run: go test ./ecs -run BytesChanged -everybyte
var everyByte = flag.Bool("everybyte", false, "change every byte of the long replies, too")

// A byte changed anywhere in a reply neither panics nor breaks what is written.
func TestReplyBytesChanged(t *testing.T) {
	t.Parallel()
	texts := slices.Collect(maps.Values(shortReplies()))
	if *everyByte {
		texts = append(texts, seeds(t, "describe-older.json", "describe-newer.json")...)
	}
	for _, s := range texts {
		for i := range len(s) {
			for _, c := range []byte{0, '"', '}', '\\', '<', 0xff} {
				checkReply(t, s[:i]+string([]byte{c})+s[i+1:])
			}
		}
	}
}

// endless repeats its text for n bytes.
type endless struct {
	text string
	left int
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range p[:n] {
		p[i] = e.text[(e.read+i)%len(e.text)]
	}
	e.read, e.left = e.read+n, e.left-n
	return n, nil
}

// 100 MB of anything is refused after 16 MiB, quickly and in bounded memory.
func TestHugeReply(t *testing.T) {
	// Not in parallel: it measures what is allocated.
	for _, c := range []struct{ name, text string }{
		{"spaces", "                "},
		{"arrays", "[[[[[[[[[[[[[[[["},
		{"rules", egress(toTen) + ","},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		e := &endless{text: c.text, left: 100_000_000}
		_, err := ReadDescription(e, ReadOptions{})
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), "larger than the limit of 16777216 bytes") {
			t.Errorf("%s: ReadDescription of 100 MB: %v, want the limit told", c.name, err)
		}
		if e.read > maxReply+4096 {
			t.Errorf("%s: %d bytes read, want no more than the limit", c.name, e.read)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 256<<20 || took > 10*time.Second {
			t.Errorf("%s: %d bytes allocated in %v, want at most 256 MiB in 10 s", c.name, grown, took)
		}
	}
}

// The largest replies that are read to their end: still quick, and refused for
// what is wrong with them. The time is linear in the size, which is 1/64 of the
// bound here; package fuzz has the whole.
func TestLargestReply(t *testing.T) {
	t.Parallel()
	const most = maxReply / 64
	fill := func(head, text string) io.Reader {
		return io.MultiReader(strings.NewReader(head), &endless{text: text, left: most - len(head)})
	}
	const list = `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[`
	for _, c := range []struct {
		name string
		in   io.Reader
		want string
	}{
		{"one long text", fill(`{"SecurityGroupId":"`, "xxxxxxxx"), "ends early"},
		{"deep", fill("", "[[[[[[[["), "an array, want an object"},
		{"deep inside", fill(`{"x":`, "[[[[[[[["), "nested deeper than 64"},
		{"egress rules", fill(list, egress(toTen)+","), "more egress rules than the limit"},
		{"ingress rules", fill(list, `{"Direction":"ingress"},`), "Permissions.Permission["},
		{"numbers", fill(`{"x":[`, "0,"), "ends early"},
		{"empty replies", fill(`[`, `{},`), "no SecurityGroupId"},
		{"replies without rules", fill(`[`, reply()+`,`), "too many replies, want at most 100"},
		{"XML, one long text", fill(`<DescribeSecurityGroupAttributeResponse><RegionId>`, "xxxxxxxx"), "ends early"},
		{"XML, deep", fill(`<DescribeSecurityGroupAttributeResponse>`, "<x>"), "nested deeper than 64"},
		{"XML, elements", fill(`<DescribeSecurityGroupAttributeResponse><Tags>`, "<Tag/>"), "ends early"},
		{"XML, rules", fill(strings.TrimSuffix(xmlReply(""), "</Permissions></DescribeSecurityGroupAttributeResponse>"), "<Permission>"+xmlEgress+"</Permission>"), "ends early"},
		{"XML, references", fill(`<DescribeSecurityGroupAttributeResponse><RegionId>`, "&#x6c34;"), "ends early"},
	} {
		start := time.Now()
		_, err := readAll(c.in, ReadOptions{}, bounds{stream: most, reply: most, replies: 100})
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: %v, want at most 10 s", c.name, took)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 4096 {
			t.Errorf("%s: ReadDescription: %.500v, want %q in a message", c.name, err, c.want)
		}
	}
}

// A reader's own error comes through.
func TestReadDescriptionTellsTheReadersError(t *testing.T) {
	in := io.MultiReader(strings.NewReader("{"), failingReader{})
	if _, err := ReadDescription(in, ReadOptions{}); !errors.Is(err, errFull) {
		t.Errorf("ReadDescription = %v, want %v", err, errFull)
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errFull }
