package fuzz

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/ecs"
	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

// The provider's wire forms.
var wireProperties = []property{
	{"RequestReadsBack", propRequestReadsBack, []string{"flat", "indexed"}},
	{"FlatAndIndexedFormAgree", propFlatAndIndexedFormAgree, []string{"entered", "refused"}},
	{"RequestEntersWhatItsRulesSay", propRequestEntersWhatItsRulesSay, []string{"entered"}},
	{"DescriptionReadsBack", propDescriptionReadsBack, []string{"rules"}},
	{"DescriptionDecidesTheSame", propDescriptionDecidesTheSame, []string{"by rule", "by default"}},
	{"ReplySaysTheFirstFault", propReplySaysTheFirstFault, []string{"refused"}},
}

func FuzzPropRequestReadsBack(f *testing.F)        { fuzzed(f, propRequestReadsBack) }
func FuzzPropFlatAndIndexedFormAgree(f *testing.F) { fuzzed(f, propFlatAndIndexedFormAgree) }
func FuzzPropRequestEntersWhatItsRulesSay(f *testing.F) {
	fuzzed(f, propRequestEntersWhatItsRulesSay)
}
func FuzzPropDescriptionReadsBack(f *testing.F)      { fuzzed(f, propDescriptionReadsBack) }
func FuzzPropDescriptionDecidesTheSame(f *testing.F) { fuzzed(f, propDescriptionDecidesTheSame) }
func FuzzPropReplySaysTheFirstFault(f *testing.F)    { fuzzed(f, propReplySaysTheFirstFault) }

// drawRequest draws a call; bad allows a rule that no group takes.
func drawRequest(t *rapid.T, s gen.Source, maker *gen.Maker, bad bool) ecs.Request {
	q := ecs.Request{GroupID: "sg-0", Indexed: s.IntN(2) == 0}
	if s.IntN(2) == 0 {
		q.RegionID, q.ClientToken = "cn-hangzhou", "token-1"
	}
	n := 1
	if q.Indexed {
		n += s.IntN(5)
	}
	for range n {
		p := maker.Params()
		p.Description = strings.ToValidUTF8(anyText(t, "description"), "")
		if bad && s.IntN(3) == 0 {
			p = spoilt[s.IntN(len(spoilt))]
		}
		q.Rules = append(q.Rules, p)
	}
	return q
}

func propRequestReadsBack(t *rapid.T, m met) {
	s := choices(t)
	maker := gen.NewMaker(s, drawShape(s))
	for range 4 {
		q := drawRequest(t, s, maker, true)
		for _, form := range []string{q.String(), "?" + q.String(), "https://ecs.aliyuncs.com/?" + q.String(),
			strings.NewReplacer("=", " = ", "&", " & ").Replace(q.String()) + "&<Common request parameters>"} {
			got, err := ecs.ParseRequest(form)
			if err != nil || !reflect.DeepEqual(got, q) {
				t.Fatalf("ParseRequest(%q) = %+v, %v, want %+v", form, got, err, q)
			}
		}
		m.saw("flat", !q.Indexed)
		m.saw("indexed", q.Indexed)
	}
}

// regionOf is a region of one empty group that can take what maker makes.
func regionOf(t *rapid.T, sh gen.Shape) (*ecs.Region, *rule.Group) {
	g := rule.NewGroup("sg-0", sh.Network, sh.Type)
	others := []*rule.Group{g, rule.NewGroup("sg-m0", sh.Network, rule.Basic), rule.NewGroup("sg-m1", sh.Network, rule.Basic)}
	r, err := ecs.NewRegion(others...)
	if err != nil {
		t.Fatalf("NewRegion = %v", err)
	}
	return r, g
}

// One rule in flat form and in the form Permissions.1 enters, or is refused for
// the same reasons, which name their parameters each in its form.
func propFlatAndIndexedFormAgree(t *rapid.T, m met) {
	s := choices(t)
	sh := drawShape(s)
	maker := gen.NewMaker(s, sh)
	for range 4 {
		q := drawRequest(t, s, maker, true)
		q.Rules = q.Rules[:1]
		q.Indexed = false
		n := q
		n.Indexed = true
		flat, a := regionOf(t, sh)
		indexed, b := regionOf(t, sh)
		errA, errB := authorize(t, flat, q), authorize(t, indexed, n)
		if !slices.Equal(rulesOf(a), rulesOf(b)) || len(errA) != len(errB) {
			t.Fatalf("%q enters %v, %v; in N form %v, %v", q, rulesOf(a), errA, rulesOf(b), errB)
		}
		for i := range errA {
			x, y := *errA[i], *errB[i]
			x.Param, y.Param = "", strings.TrimPrefix(y.Param, "Permissions.1."+errA[i].Param)
			if x.Param != y.Param && errA[i].Param != errB[i].Param || x.Code != y.Code || x.Value != y.Value || x.Reason != y.Reason {
				t.Fatalf("%q: fault %d is %+v, in N form %+v", q, i, errA[i], errB[i])
			}
		}
		m.saw("entered", len(errA) == 0)
		m.saw("refused", len(errA) > 0)
	}
}

// authorize sends a request through its text.
func authorize(t *rapid.T, r *ecs.Region, q ecs.Request) rule.Errors {
	t.Helper()
	read, err := ecs.ParseRequest(q.String())
	if err != nil {
		t.Fatalf("ParseRequest(%q) = %v", q, err)
	}
	err = r.Authorize(read)
	if err == nil {
		return nil
	}
	faults, ok := err.(rule.Errors)
	if !ok || len(faults) == 0 {
		t.Fatalf("Authorize(%q) = %v, want rule.Errors", q, err)
	}
	return faults
}

// The long way, text and region, enters what the short way, Group.Authorize,
// does.
func propRequestEntersWhatItsRulesSay(t *rapid.T, m met) {
	s := choices(t)
	sh := drawShape(s)
	maker := gen.NewMaker(s, sh)
	region, g := regionOf(t, sh)
	short := rule.NewGroup("sg-0", sh.Network, sh.Type)
	for range 6 {
		q := drawRequest(t, s, maker, s.IntN(2) == 0)
		faults, err := authorize(t, region, q), short.Authorize(q.Rules...)
		if (len(faults) == 0) != (err == nil) || !slices.Equal(rulesOf(g), rulesOf(short)) {
			t.Fatalf("Authorize(%q) = %v and %v, want %v and %v", q, faults, rulesOf(g), err, rulesOf(short))
		}
		m.saw("entered", err == nil)
	}
}

// described draws a group and writes it as a reply.
func described(t *rapid.T) (*ecs.Description, []byte) {
	s := choices(t)
	sh := drawShape(s)
	g := gen.NewMaker(s, sh).Group("sg-0", s.IntN(30))
	if s.IntN(2) == 0 && sh.Network == rule.VPC {
		g.VPCID = "vpc-1"
	}
	d := ecs.NewDescription(g)
	d.RequestID, d.Name, d.Description = "1-2", strings.ToValidUTF8(anyText(t, "name"), ""), "<&>"
	return d, written(t, d)
}

// written is what WriteTo writes.
func written(t rapid.TB, d *ecs.Description) []byte {
	t.Helper()
	var b bytes.Buffer
	if n, err := d.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo = %d, %v, want %d bytes", n, err, b.Len())
	}
	return b.Bytes()
}

func propDescriptionReadsBack(t *rapid.T, m met) {
	d, text := described(t)
	if !json.Valid(text) {
		t.Fatalf("WriteTo writes no JSON: %s", text)
	}
	got, err := ecs.ReadDescription(bytes.NewReader(text), ecs.ReadOptions{Type: new(d.Group.Type()), Limit: d.Group.Limit})
	if err != nil {
		t.Fatalf("ReadDescription(%s) = %v", text, err)
	}
	if !slices.Equal(rulesOf(got.Group), rulesOf(d.Group)) || got.Group.Network() != d.Group.Network() || got.Group.VPCID != d.Group.VPCID ||
		got.Group.ID() != d.Group.ID() || got.Name != d.Name || got.Description != d.Description || got.RequestID != d.RequestID {
		t.Fatalf("ReadDescription(%s) = %+v with %v, want %+v with %v", text, got, rulesOf(got.Group), d, rulesOf(d.Group))
	}
	if again := written(t, got); !bytes.Equal(again, text) {
		t.Fatalf("read and written anew it is\n%s, want\n%s", again, text)
	}
	m.saw("rules", d.Group.Len() > 0)
}

func propDescriptionDecidesTheSame(t *rapid.T, m met) {
	w := anyWorld(t)
	read := gen.Interface{Members: w.Members}
	for _, g := range w.Groups {
		text := written(t, ecs.NewDescription(g))
		d, err := ecs.ReadDescription(bytes.NewReader(text), ecs.ReadOptions{Type: new(g.Type()), Limit: g.Limit})
		if err != nil {
			t.Fatalf("ReadDescription(%s) = %v", text, err)
		}
		read.Groups = append(read.Groups, d.Group)
	}
	sameFor(t, w, tableOf(t, w.Interface), tableOf(t, read), func(p gen.Packet) gen.Packet { return p }, func(_ gen.Packet, d match.Decision) {
		m.saw("by rule", d.Cause == match.ByRule)
		m.saw("by default", d.Cause == match.Default)
	})
}

// The two forms of the API's reply are well-formed whatever was refused, and
// carry the first fault's code.
func propReplySaysTheFirstFault(t *rapid.T, m met) {
	p := rule.Params{IPProtocol: anyText(t, "protocol"), PortRange: anyText(t, "ports"), DestCidrIP: anyText(t, "dst"), Policy: anyText(t, "policy")}
	_, err := rule.Parse(p, rule.VPC)
	faults, _ := err.(rule.Errors)
	reply := ecs.Reply{RequestID: "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"}
	want := ""
	if len(faults) > 0 {
		reply.Err, want = faults[0], string(faults[0].Code)
	}
	var fromJSON, fromXML struct{ RequestId, Code, Message string }
	if err := json.Unmarshal([]byte(reply.JSON()), &fromJSON); err != nil || fromJSON.Code != want || fromJSON.RequestId != reply.RequestID {
		t.Fatalf("JSON = %s reads as %+v, %v, want code %s", reply.JSON(), fromJSON, err, want)
	}
	if err := xml.Unmarshal([]byte(reply.XML()), &fromXML); err != nil || fromXML.Code != want || fromXML.RequestId != reply.RequestID {
		t.Fatalf("XML = %s reads as %+v, %v, want code %s", reply.XML(), fromXML, err, want)
	}
	m.saw("refused", len(faults) > 0)
}
