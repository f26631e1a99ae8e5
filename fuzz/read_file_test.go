package fuzz

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/ecs"
	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/strictjson"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// Readers of whole files and calls.

func FuzzReadRequest(f *testing.F) {
	addAll(f, seedLines(f, "requests.txt")...)
	addAll(f, "", "?", "&&=", "%", "a=%zz", "SecurityGroupId=a&Permissions.1.Policy=x&Permissions.2.Policy=y",
		"http://?SecurityGroupId=%00", "SecurityGroupId=a&Permissions.100.Policy=x", "SecurityGroupId = a & Policy = + ")
	f.Fuzz(func(t *testing.T, s string) {
		var q ecs.Request
		if within(t, len(s), func() (err error) { q, err = ecs.ParseRequest(s); return err }) != nil {
			return
		}
		back, err := ecs.ParseRequest(q.String())
		if err != nil || !reflect.DeepEqual(back, q) {
			t.Errorf("ParseRequest(%q) = %+v, written as %q and read as %+v, %v", s, q, q, back, err)
		}
		g := rule.NewGroup(q.GroupID, rule.VPC, rule.Basic)
		region, err := ecs.NewRegion(g)
		if err != nil {
			t.Fatal(err)
		}
		// The page's first fault for a text may quote it, so the call's length counts.
		err = within(t, len(s), func() error { return region.Authorize(q) })
		if want := len(q.Rules); err == nil && g.Len() != want || err != nil && g.Len() != 0 {
			t.Errorf("Authorize(%q) = %v and enters %d rules, want %d or none", q, err, g.Len(), want)
		}
	})
}

func FuzzReadReply(f *testing.F) {
	addAll(f, seedFile(f, "describe-older.json"), seedFile(f, "describe-newer.json"))
	addAll(f, "", "{", "null", "[]", `{"SecurityGroupId":"g","Permissions":{}}`, `{"":{"":[{"":0}]}}`, "\ufeff{}",
		`{"SecurityGroupId":"g","VpcId":"v","Permissions":{"Permission":[{"Direction":"egress","IpProtocol":"ALL","PortRange":"-1/-1","Ipv6DestCidrIp":"::1/0","Policy":"Drop","Priority":110}]}}`,
		`<DescribeSecurityGroupAttributeResponse><SecurityGroupId>g</SecurityGroupId><Permissions><Permission><Direction>egress</Direction><IpProtocol>ALL</IpProtocol><PortRange>-1/-1</PortRange><DestCidrIp>10.0.0.1/8</DestCidrIp><Policy>Drop</Policy><Priority>1</Priority></Permission></Permissions></DescribeSecurityGroupAttributeResponse>`,
		`[{"statusCode":200,"body":{"SecurityGroupId":"g","SecurityGroupType":"enterprise","VpcId":"v","Permissions":{"Permission":[]}}}]`,
		`{"SecurityGroupId":"g","NextToken":"t","Permissions":{"Permission":[]}}{"SecurityGroupId":"g","Permissions":{"Permission":[]}}`)
	f.Fuzz(func(t *testing.T, s string) {
		var d *ecs.Description
		if within(t, len(s), func() (err error) {
			d, err = ecs.ReadDescription(strings.NewReader(s), ecs.ReadOptions{})
			return err
		}) != nil {
			return
		}
		text := written(t, d)
		back, err := ecs.ReadDescription(bytes.NewReader(text), ecs.ReadOptions{})
		if err != nil || !slices.Equal(rulesOf(back.Group), rulesOf(d.Group)) || back.Group.Network() != d.Group.Network() {
			t.Fatalf("ReadDescription(%q) is written as %s and read as %v, %v", s, text, back, err)
		}
		if again := written(t, back); !bytes.Equal(again, text) {
			t.Errorf("ReadDescription(%q) is written as\n%s, then as\n%s", s, text, again)
		}
		decidesAsReference(t, d.Group)
	})
}

// decidesAsReference compiles what was read, the groups it names without members,
// and holds it against the reference.
func decidesAsReference(t *testing.T, g *rule.Group) {
	t.Helper()
	x := gen.Interface{Members: map[string]*netipx.IPSet{}, Groups: []*rule.Group{g}}
	for _, r := range g.Rules() {
		if r.DstGroup != "" {
			x.Members[r.DstGroup] = new(netipx.IPSet)
		}
	}
	packets := gen.NewPackets(x).List(gen.Seeded(1), 20)
	if p, diff := compare(x, tableOf(t, x), packets, newTally()); diff != "" {
		t.Error(report(x, p, diff))
	}
}

func FuzzReadMembers(f *testing.F) {
	addAll(f, seedFile(f, "members.json"))
	addAll(f, "", "{}", "null", `{"g":null}`, `{"g":["10.0.0.0/8","::/0","10.0.0.1-10.0.0.9","::ffff:1.2.3.4","::ffff:0:0/95","1::-2::"]}`,
		`{"g":["10.0.0.9-10.0.0.1"]}`, `{"g":["fe80::1%x"]}`, `{"g":[0]}`, `{"g":["::1","::1"],"h":[]}`)
	f.Fuzz(func(t *testing.T, s string) {
		var sets map[string]*netipx.IPSet
		if within(t, len(s), func() (err error) { sets, err = match.ReadMembers(strings.NewReader(s)); return err }) != nil {
			return
		}
		file := map[string][]string{}
		for id, set := range sets {
			file[id] = []string{}
			for _, r := range set.Ranges() {
				file[id] = append(file[id], r.From().String()+"-"+r.To().String())
			}
		}
		text, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		back, err := match.ReadMembers(bytes.NewReader(text))
		for id, set := range sets {
			// A block such as ::ffff:0:0/95 has mapped addresses that its ends do not show.
			if err == nil && !set.Equal(back[id]) {
				t.Errorf("ReadMembers(%q): %s = %v, written and read as %v", s, id, set.Ranges(), back[id].Ranges())
			}
		}
		if err != nil && !strings.Contains(string(text), "::ffff:") {
			t.Errorf("ReadMembers(%q) is written as %s: %v", s, text, err)
		}
		_ = within(t, len(s), func() error { _, err := match.NewMembers(sets); return err })
	})
}

// FuzzWalkJSON holds the strict walk against encoding/json: it takes nothing that
// is no JSON, and reads texts as they are.
func FuzzWalkJSON(f *testing.F) {
	addAll(f, seedFile(f, "describe-newer.json"), `{"a":[1,"b",{"c":null}],"d":true}`, `{"a":1,"a":2}`, `"\ud800"`, "[", strings.Repeat("[", 100),
		"\xff", "{} {}", `[1e999999,-0]`)
	f.Fuzz(func(t *testing.T, s string) {
		var raw []byte
		err := within(t, len(s), func() error {
			data, err := strictjson.ReadAll(strings.NewReader(s), int64(len(s)))
			if err != nil {
				return err
			}
			j, err := strictjson.NewReader(data)
			if err != nil {
				return err
			}
			raw, err = j.Raw(func() error { _, err := j.Skip(); return err })
			if err != nil {
				return err
			}
			return j.End()
		})
		if err == nil && (!json.Valid([]byte(s)) || !json.Valid(raw)) {
			t.Errorf("the walk takes %q, which is no JSON, as %q", s, raw)
		}
	})
}

// TestReadersTellTheirReadersError wants an error of the source itself to come
// through, and not to look like the end of a document.
func TestReadersTellTheirReadersError(t *testing.T) {
	broken := fmt.Errorf("a broken disk")
	source := func(text string) io.Reader {
		return io.MultiReader(strings.NewReader(text), readerFunc(func([]byte) (int, error) { return 0, broken }))
	}
	if _, err := match.ReadMembers(source("{}")); err == nil || !strings.Contains(err.Error(), broken.Error()) {
		t.Errorf("ReadMembers = %v, want %v", err, broken)
	}
	if _, err := ecs.ReadDescription(source(seedFile(t, "describe-newer.json")), ecs.ReadOptions{}); err == nil || !strings.Contains(err.Error(), broken.Error()) {
		t.Errorf("ReadDescription = %v, want %v", err, broken)
	}
}

type readerFunc func(p []byte) (int, error)

func (r readerFunc) Read(p []byte) (int, error) { return r(p) }
