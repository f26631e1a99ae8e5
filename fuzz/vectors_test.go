package fuzz

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"example.com/sluice/ecs"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
)

// The frozen vectors were written once, by internal/trust/vectors; their README
// has the format. Any implementation can replay them as the tests here do.

// eachVector calls check with every line of a file and its number, and returns
// how many there are.
func eachVector(t *testing.T, file string, check func(n int, line []byte)) (lines int) {
	t.Helper()
	f, err := os.Open("../testdata/vectors/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(z)
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		lines++
		check(lines, s.Bytes())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// strictly decodes a line that has no unknown key.
func strictly(t *testing.T, n int, line []byte, v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("line %d: %v", n, err)
	}
}

type vectorDecision struct {
	Interface *vectorInterface `json:"interface"` // or the rest
	Packet    string           `json:"packet"`
	Verdict   string           `json:"verdict"`
	Cause     string           `json:"cause"`
	Group     string           `json:"group"`
	Index     int              `json:"index"`
}

type vectorInterface struct {
	Type    rule.Type         `json:"type"`
	Groups  []json.RawMessage `json:"groups"`
	Members json.RawMessage   `json:"members"`
}

func (x *vectorInterface) compile() (*match.Table, error) {
	sets, err := match.ReadMembers(bytes.NewReader(x.Members))
	if err != nil {
		return nil, err
	}
	var groups []*rule.Group
	for _, reply := range x.Groups {
		d, err := ecs.ReadDescription(bytes.NewReader(reply), ecs.ReadOptions{Type: &x.Type, Limit: 1000})
		if err != nil {
			return nil, err
		}
		groups = append(groups, d.Group)
	}
	members, err := match.NewMembers(sets)
	if err != nil {
		return nil, err
	}
	return match.Compile(members, groups...)
}

func TestVectorsOfDecisions(t *testing.T) {
	t.Parallel()
	var table *match.Table
	decisions := map[string]int{}
	eachVector(t, "decisions.jsonl.gz", func(n int, line []byte) {
		var v vectorDecision
		strictly(t, n, line, &v)
		if v.Interface != nil {
			var err error
			if table, err = v.Interface.compile(); err != nil {
				t.Fatalf("line %d: %v", n, err)
			}
			return
		}
		p, err := match.ParsePacket(v.Packet)
		if err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		d := table.Decide(p)
		r, _ := table.Rule(d)
		if d.Verdict.String() != v.Verdict || d.Cause.String() != v.Cause || r.Group != v.Group || r.Index != v.Index {
			t.Errorf("line %d: Decide(%s) = %v %s[%d], want %s by %s %s[%d]", n, v.Packet, d, r.Group, r.Index, v.Verdict, v.Cause, v.Group, v.Index)
		}
		decisions["all"]++
		decisions[v.Verdict+" by "+v.Cause]++
	})
	for kind, want := range map[string]int{
		"all": 100_000, "accept by rule": 10_000, "drop by rule": 10_000, "accept by default": 10_000, "drop by default": 5_000, "drop by invalid": 1_000,
	} {
		if decisions[kind] < want {
			t.Errorf("%d decisions are %s, want %d", decisions[kind], kind, want)
		}
	}
}

// vectorReading is one request: what it says, or why it is refused.
type vectorReading struct {
	Network rule.Network    `json:"network"`
	Request string          `json:"request"`
	Rules   []vectorMeaning `json:"rules"`
	Faults  []vectorFault   `json:"faults"`
	Refused string          `json:"refused"`
}

type vectorMeaning struct {
	Protocol    string `json:"protocol"`
	DstPorts    string `json:"dst_ports"`
	SrcPorts    string `json:"src_ports"`
	Dst         string `json:"dst"`
	DstGroup    string `json:"dst_group"`
	Src         string `json:"src"`
	Policy      string `json:"policy"`
	Priority    uint8  `json:"priority,string"`
	NIC         string `json:"nic"`
	Description string `json:"description"`
}

type vectorFault struct {
	Rule      int       `json:"rule"`
	Code      rule.Code `json:"code"`
	Parameter string    `json:"parameter"`
}

// readingOf reads a request as the vectors tell of it.
func readingOf(request string, n rule.Network) (v vectorReading) {
	v.Request, v.Network = request, n
	q, err := ecs.ParseRequest(request)
	if errors.Is(err, rule.InvalidParamPermissions) {
		v.Faults = []vectorFault{{Code: rule.InvalidParamPermissions}}
		return v
	} else if err != nil {
		v.Refused = err.Error()
		return v
	}
	for i, p := range q.Rules {
		r, err := rule.Parse(p, n)
		var faults rule.Errors
		if errors.As(err, &faults) {
			for _, e := range faults {
				v.Faults = append(v.Faults, vectorFault{i, e.Code, e.Param})
			}
			continue
		}
		v.Rules = append(v.Rules, meaningOf(r))
	}
	if v.Faults != nil {
		v.Rules = nil
	}
	return v
}

func meaningOf(r rule.Rule) vectorMeaning {
	ports := func(p rule.PortRange) string {
		if p.IsAny() {
			return "any"
		}
		return p.String()
	}
	m := vectorMeaning{
		Protocol: r.Protocol.String(), DstPorts: ports(r.DstPorts), SrcPorts: ports(r.SrcPorts), DstGroup: r.DstGroup,
		Policy: r.Policy.String(), Priority: r.Priority, NIC: r.NIC.String(), Description: r.Description,
	}
	if r.Dst.IsValid() {
		m.Dst = r.Dst.String()
	}
	if r.Src.IsValid() {
		m.Src = r.Src.String()
	}
	return m
}

func TestVectorsOfRequests(t *testing.T) {
	rules, refused, codes := 0, 0, map[rule.Code]int{}
	lines := eachVector(t, "requests.jsonl.gz", func(n int, line []byte) {
		var want vectorReading
		strictly(t, n, line, &want)
		got := readingOf(want.Request, want.Network)
		if got.Refused != "" && want.Refused != "" {
			got.Refused = want.Refused // the words are each implementation's own
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("line %d: reading %s: -want +got\n%s", n, want.Request, diff)
		}
		rules += len(want.Rules)
		for _, f := range want.Faults {
			codes[f.Code]++
		}
		if want.Refused != "" {
			refused++
		}
	})
	if lines != 2000 || rules < 900 || refused < 100 || len(codes) < 20 {
		t.Errorf("%d readings with %d rules, %d refused, and %d codes: %v, want 2,000, 900, 100 and 20", lines, rules, refused, len(codes), codes)
	}
}
