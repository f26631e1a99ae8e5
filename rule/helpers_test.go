package rule_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
)

// fault is what a test expects of one *rule.Error. Codes are spelled out, so
// that a wrong constant shows.
type fault struct {
	Code   string
	Status int
	Index  int
	Param  string
	Value  string
}

// refused is a fault of the first rule of a call, with the status of nearly all
// codes.
func refused(code, param, value string) fault {
	return fault{Code: code, Status: 400, Param: param, Value: value}
}

// faults lists the faults that err carries; nil for a nil error.
func faults(t *testing.T, err error) []fault {
	t.Helper()
	if err == nil {
		return nil
	}
	var es rule.Errors
	if !errors.As(err, &es) || len(es) == 0 {
		t.Fatalf("error %T %v, want a rule.Errors with a fault", err, err)
	}
	var got []fault
	for _, e := range es {
		if e.Reason == "" || e.Want == "" {
			t.Errorf("fault %#v says not what is wrong and what is accepted", e)
		}
		got = append(got, fault{string(e.Code), e.Status, e.Index, e.Param, e.Value})
	}
	return got
}

// params builds request text from NAME=VALUE words, on top of a request that
// passes in every group: tcp to port 22 of 203.0.113.0/24.
func params(words ...string) rule.Params {
	p := rule.Params{IPProtocol: "tcp", PortRange: "22/22", DestCidrIP: "203.0.113.0/24"}
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		if !p.Set(name, value) {
			panic("no parameter is called " + name)
		}
	}
	return p
}

// passed is the rule that params() makes in a VPC group.
func passed(change func(*rule.Rule)) rule.Rule {
	r := rule.Rule{
		Protocol: rule.TCP,
		DstPorts: rule.PortRange{First: 22, Last: 22},
		Dst:      netip.MustParsePrefix("203.0.113.0/24"),
		NIC:      rule.Intranet,
		Policy:   rule.Accept,
		Priority: 1,
	}
	if change != nil {
		change(&r)
	}
	return r
}

// A parseCase is one request and what becomes of it.
type parseCase struct {
	name    string
	why     string // the row or condition of the semantics that it stands for
	set     []string
	network rule.Network
	rule    func(*rule.Rule) // how the rule differs from passed(nil), where faults is empty
	faults  []fault
}

func runParse(t *testing.T, cases []parseCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			p := params(tt.set...)
			got, err := rule.Parse(p, tt.network)
			if diff := cmp.Diff(tt.faults, faults(t, err)); diff != "" {
				t.Fatalf("Parse(%q, %v): faults differ (-want +got):\n%s%s", tt.set, tt.network, diff, tt.why)
			}
			want := rule.Rule{}
			if len(tt.faults) == 0 {
				want = passed(tt.rule)
			}
			if got != want {
				t.Errorf("Parse(%q, %v) = %+v, want %+v: %s", tt.set, tt.network, got, want, tt.why)
			}
		})
	}
}

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }
