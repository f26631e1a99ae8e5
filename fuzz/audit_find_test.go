package fuzz

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// query draws a query that tiny worlds can tell the answer of.
func (s tiny) query() (q audit.Query) {
	maybe := func(share int, set func()) {
		if s.IntN(100) < share {
			set()
		}
	}
	ports := func() *[2]uint16 {
		a, b := tinyPortReps[s.IntN(len(tinyPortReps))], tinyPortReps[s.IntN(len(tinyPortReps))]
		return &[2]uint16{min(a, b), max(a, b)}
	}
	maybe(60, func() { v := match.Verdict(s.IntN(2)); q.Verdict = &v })
	maybe(50, func() { c := match.Cause(s.IntN(3)); q.Cause = &c })
	maybe(50, func() {
		p := append([]rule.Protocol{rule.All}, tinyProtocols...)[s.IntN(len(tinyProtocols)+1)]
		q.Protocol = &p
	})
	maybe(50, func() { q.Dst = netip.MustParsePrefix(s.pick(tinyDst[s.IntN(2)]...)) })
	maybe(40, func() { q.Src = netip.MustParsePrefix(s.pick(tinySrc[s.IntN(2)][3:]...)) })
	maybe(20, func() { q.SrcPort = ports() })
	maybe(30, func() { q.DstPort = ports() })
	maybe(20, func() { n := rule.Intranet + rule.NIC(s.IntN(2)); q.NIC = &n })
	return q
}

// asks reports whether packet p, decided by places, meets the query.
func (e *enumerated) asks(q audit.Query, p match.Packet, places []int) bool {
	cause := match.Default
	if len(places) > 0 {
		cause = match.ByRule
	}
	inPorts := func(c *[2]uint16, port uint16) bool {
		return c == nil || p.Protocol.HasPorts() && c[0] <= port && port <= c[1]
	}
	return (q.Verdict == nil || *q.Verdict == e.verdict(places)) &&
		(q.Cause == nil || *q.Cause == cause) &&
		(q.Protocol == nil || *q.Protocol == rule.All || *q.Protocol == p.Protocol) &&
		(!q.Dst.IsValid() || q.Dst.Contains(p.Dst)) &&
		(!q.Src.IsValid() || q.Src.Contains(p.Src)) &&
		inPorts(q.SrcPort, p.SrcPort) && inPorts(q.DstPort, p.DstPort) &&
		(q.NIC == nil || e.Groups[0].Network() == rule.VPC || *q.NIC == p.NIC)
}

// contradiction reports whether no packet at all meets q, whatever the rules.
func contradiction(q audit.Query, each bool) bool {
	versions := q.Src.IsValid() && q.Dst.IsValid() && q.Src.Addr().Is6() != q.Dst.Addr().Is6()
	ports := (q.SrcPort != nil || q.DstPort != nil) && q.Protocol != nil && *q.Protocol != rule.All && !q.Protocol.HasPorts()
	cause := q.Cause != nil && (*q.Cause == match.Invalid || each && *q.Cause == match.Default)
	return versions || ports || cause
}

func showQuery(q audit.Query) string {
	s := fmt.Sprintf("src %v dst %v", q.Src, q.Dst)
	if q.Verdict != nil {
		s += fmt.Sprint(" verdict ", *q.Verdict)
	}
	if q.Cause != nil {
		s += fmt.Sprint(" cause ", *q.Cause)
	}
	if q.Protocol != nil {
		s += fmt.Sprint(" protocol ", *q.Protocol)
	}
	if q.SrcPort != nil {
		s += fmt.Sprint(" src port ", *q.SrcPort)
	}
	if q.DstPort != nil {
		s += fmt.Sprint(" dst port ", *q.DstPort)
	}
	if q.NIC != nil {
		s += fmt.Sprint(" nic ", *q.NIC)
	}
	return s
}

// badFound says what is wrong with a packet that was found.
func (e *enumerated) badFound(t *match.Table, q audit.Query, f audit.Found) string {
	i := slices.IndexFunc(e.packets, func(p match.Packet) bool { return sameButNIC(e, p, snapped(f.Packet)) })
	if i < 0 {
		// The packet stands for others of its kind.
		return fmt.Sprintf("%v is none of the packets", f.Packet)
	}
	if !e.asks(q, f.Packet, e.matches[i]) {
		return fmt.Sprintf("%v meets rules %v, and not the query", f.Packet, e.matches[i])
	}
	want := audit.Outcome{Decision: t.Decide(f.Packet)}
	want.Rule, _ = t.Rule(want.Decision)
	got := f.Outcome.Decision // of another table
	if got.Verdict != want.Decision.Verdict || got.Cause != want.Decision.Cause || f.Outcome.Rule != want.Rule || f.Outcome.Decision.Verdict != e.verdict(e.matches[i]) {
		return fmt.Sprintf("%v has outcome %v, want %v", f.Packet, f.Outcome, want)
	}
	return ""
}

// sameButNIC compares packets as their network does.
func sameButNIC(e *enumerated, p, q match.Packet) bool {
	if e.Groups[0].Network() == rule.VPC {
		p.NIC = q.NIC
	}
	return p == q
}

// TestFindIsExact holds Find and FindEach against all packets.
func TestFindIsExact(t *testing.T) {
	t.Parallel()
	found, none, each := 0, 0, 0
	for seed := range *worlds {
		s := newTiny(seed)
		e := enumerate(s.world(12))
		table, err := compile(e.Interface)
		if err != nil {
			t.Fatal(err)
		}
		for range 8 {
			q := s.query()
			fail := func(format string, args ...any) {
				t.Helper()
				t.Fatalf("seed %d: %s: %s\nwith\n%v", seed, showQuery(q), fmt.Sprintf(format, args...), e.Interface)
			}
			want := map[int]bool{} // by which rules; -1 by default
			for i, p := range e.packets {
				if !e.asks(q, p, e.matches[i]) {
					continue
				}
				if len(e.matches[i]) > 0 {
					want[e.matches[i][0]] = true
				} else {
					want[-1] = true
				}
			}
			if bad := contradiction(q, false); bad {
				var refused *audit.QueryError
				if _, _, err := audit.Find(ctx, table, q); !errors.As(err, &refused) {
					fail("Find = %v, want a QueryError", err)
				}
				continue
			}
			f, ok, err := audit.Find(ctx, mustCompile(e.Interface), q)
			if err != nil || ok != (len(want) > 0) {
				fail("Find = %v, %t, %v, want %t", f, ok, err, len(want) > 0)
			}
			if ok {
				found++
				if msg := e.badFound(table, q, f); msg != "" {
					fail("Find: %s", msg)
				}
			} else {
				none++
			}
			if bad := contradiction(q, true); bad {
				var refused *audit.QueryError
				if _, err := audit.FindEach(ctx, table, q); !errors.As(err, &refused) {
					fail("FindEach = %v, want a QueryError", err)
				}
				continue
			}
			list, err := audit.FindEach(ctx, mustCompile(e.Interface), q)
			var got []int
			for _, f := range list {
				each++
				got = append(got, slices.Index(e.rules, f.Outcome.Rule))
				if msg := e.badFound(table, q, f); msg != "" {
					fail("FindEach: %s", msg)
				}
			}
			delete(want, -1)
			if err != nil || !slices.Equal(got, sorted(want)) {
				fail("FindEach is of rules %v, %v, want %v", got, err, sorted(want))
			}
		}
	}
	if n := int(*worlds); found < n || none < n/2 || each < 2*n {
		t.Errorf("%d queries find a packet, %d none, each rule %d: want %d, %d and %d", found, none, each, n, n/2, 2*n)
	}
}
