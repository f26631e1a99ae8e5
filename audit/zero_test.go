package audit

import (
	"context"
	"fmt"
	"testing"

	"example.com/sluice/match"
)

// Zero values print and answer, and never panic.
func TestZeroValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ got, want string }{
		"Outcome":       {Outcome{}.String(), "drop as invalid"},
		"Region":        {Region{}.String(), "no packets"},
		"Change":        {Change{}.String(), "drop->drop no packets"},
		"Finding":       {Finding{}.String(), "no finding"},
		"Found":         {fmt.Sprint(Found{}.Outcome), "drop as invalid"},
		"Severity":      {Severity(0).String(), "none"},
		"no Severity":   {Severity(9).String(), "Severity(9)"},
		"ProtocolSet":   {ProtocolSet{}.String(), ""},
		"ProtocolRange": {ProtocolRange{}.String(), "0"},
		"QueryError":    {(&QueryError{}).Error(), "audit: query: : "},
		"BoundError":    {(&BoundError{}).Error(), "audit: the rules take more than 0 : want fewer rules, rules that overlap less, or wider bounds"},
		"Addresses":     {Change{}.Addresses().String(), "0"},
		"Ports":         {fmt.Sprint(Change{}.Ports()), "0"},
		"Group":         {fmt.Sprint(Group(nil)), "[]"},
	} {
		if c.got != c.want {
			t.Errorf("zero %s is %q, want %q", name, c.got, c.want)
		}
	}
	if _, err := Lint(context.Background(), vpcTable(), nil, WithBounds(Bounds{})); err != nil {
		t.Errorf("Lint with a nil option and zero bounds = %v", err)
	}
}

func vpcTable() *match.Table { return ordinary(1, 5).table() }

// The text of a set of protocols.
func TestProtocolSet(t *testing.T) {
	t.Parallel()
	less := func(s ProtocolSet, of ProtocolSet) ProtocolSet {
		for i := range s {
			s[i] &^= of[i]
		}
		return s
	}
	all := Protocols(256)
	for want, s := range map[string]ProtocolSet{
		"all":                                  all,
		"tcp":                                  Protocols(6),
		"tcp and udp":                          Protocols(6, 17),
		"icmp, tcp and gre":                    Protocols(47, 6, 1),
		"50":                                   Protocols(50),
		"50/52":                                Protocols(50, 51, 52),
		"5, tcp and 7":                         Protocols(5, 6, 7),
		"all other protocols than tcp":         less(all, Protocols(6)),
		"all other protocols than tcp and udp": less(all, Protocols(6, 17)),
		"all other protocols than icmp, tcp, udp, gre and icmpv6": less(all, Protocols(1, 6, 17, 47, 58)),
		"0/5, tcp, 7/16, udp, 18/49 and 51/255":                   less(all, Protocols(50)),
		"":                                                        Protocols(257, 400),
	} {
		if got := s.String(); got != want {
			t.Errorf("ProtocolSet %v = %q, want %q", s, got, want)
		}
	}
}
