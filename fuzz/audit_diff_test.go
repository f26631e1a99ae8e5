package fuzz

import (
	"fmt"
	"maps"
	"math/big"
	"net/netip"
	"slices"
	"testing"

	"example.com/sluice/audit"
	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
)

// inRegion reads a region as its documentation does.
func inRegion(r audit.Region, p match.Packet) bool {
	return r.Protocols.Has(p.Protocol) &&
		r.Src.Contains(p.Src) && r.Dst.Contains(p.Dst) &&
		(!p.Protocol.HasPorts() || r.SrcPort[0] <= p.SrcPort && p.SrcPort <= r.SrcPort[1] &&
			r.DstPort[0] <= p.DstPort && p.DstPort <= r.DstPort[1]) &&
		(!r.Classic || r.NIC == p.NIC)
}

// badChanges says how changes fail to be what differs between two enumerated
// interfaces.
func badChanges(a, b *enumerated, changes []audit.Change) string {
	cause := func(places []int) match.Cause {
		if len(places) > 0 {
			return match.ByRule
		}
		return match.Default
	}
	for n, c := range changes {
		if n > 0 && c.Opens() && !changes[n-1].Opens() {
			return fmt.Sprintf("%v, which opens, comes behind %v", c, changes[n-1])
		}
		if !inRegion(c.Region, c.Witness) {
			return fmt.Sprintf("witness %v is not in its region %v", c.Witness, c.Region)
		}
		if msg := badWitnessOutcome(a, b, c); msg != "" {
			return msg
		}
		if msg := badCounts(c); msg != "" {
			return msg
		}
	}
	decide := make([][2]map[int]bool, len(changes)) // by change and side, the places of rules that decide its packets
	for n := range decide {
		decide[n] = [2]map[int]bool{{}, {}}
	}
	for i, p := range a.packets {
		in := -1
		for n, c := range changes {
			if !inRegion(c.Region, p) {
				continue
			}
			if in >= 0 {
				return fmt.Sprintf("%v is in %v and in %v, want disjoint regions", p, changes[in].Region, c.Region)
			}
			in = n
		}
		was, is := a.verdict(a.matches[i]), b.verdict(b.matches[i])
		if differs := was != is; differs != (in >= 0) {
			return fmt.Sprintf("%v: %v before, %v after, in a region %t", p, was, is, in >= 0)
		}
		if in < 0 {
			continue
		}
		for side, e := range []*enumerated{a, b} {
			if m := e.matches[i]; len(m) > 0 {
				decide[in][side][m[0]] = true
			}
		}
		c := changes[in]
		if c.Before.Decision.Verdict != was || c.After.Decision.Verdict != is ||
			c.Before.Decision.Cause != cause(a.matches[i]) || c.After.Decision.Cause != cause(b.matches[i]) {
			return fmt.Sprintf("%v is in %v: %v -> %v, want %v -> %v and cause %v -> %v", p, c.Region, c.Before.Decision, c.After.Decision, was, is, cause(a.matches[i]), cause(b.matches[i]))
		}
	}
	for n, c := range changes {
		for side, x := range []struct {
			e   *enumerated
			got []match.Ref
		}{{a, c.RulesBefore}, {b, c.RulesAfter}} {
			var want []match.Ref
			for _, place := range slices.Sorted(maps.Keys(decide[n][side])) {
				want = append(want, x.e.rules[place])
			}
			if !slices.Equal(x.got, want) {
				return fmt.Sprintf("%v: the rules of side %d are %v, want %v", c, side, x.got, want)
			}
		}
	}
	return ""
}

// severalRules counts the sides of changes on which several rules decide.
func severalRules(changes []audit.Change) (n int) {
	for _, c := range changes {
		for _, list := range [][]match.Ref{c.RulesBefore, c.RulesAfter} {
			if len(list) > 1 {
				n++
			}
		}
	}
	return n
}

// badCounts says how the counts of a region are not those of its prefixes, and of
// its ports.
func badCounts(c audit.Change) string {
	addresses := new(big.Int)
	for _, p := range c.Region.Dst.Prefixes() {
		n := new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits()))
		switch mapped := netip.MustParsePrefix("::ffff:0:0/96"); {
		case p.Addr().Is4() || !p.Overlaps(mapped):
			addresses.Add(addresses, n)
		case p.Bits() <= mapped.Bits(): // has them all, and none of them is an IPv6 packet's
			addresses.Add(addresses, n.Sub(n, big.NewInt(1<<32)))
		}
	}
	ports, first, last := 0, int(c.Region.DstPort[0]), int(c.Region.DstPort[1])
	for n := max(first-2, 0); n <= min(last+2, 65535); n++ {
		p := match.Packet{Protocol: c.Witness.Protocol, Src: c.Witness.Src, Dst: c.Witness.Dst, NIC: c.Witness.NIC, SrcPort: c.Witness.SrcPort, DstPort: uint16(n)}
		if c.Region.Protocols.Has(rule.UDP) {
			p.Protocol = rule.UDP
		}
		if c.Region.HasPorts() && inRegion(c.Region, p) {
			ports++
		}
	}
	if c.Addresses().Cmp(addresses) != 0 || c.Ports() != ports {
		return fmt.Sprintf("%v has %v addresses and %d ports, want %v and %d", c.Region, c.Addresses(), c.Ports(), addresses, ports)
	}
	return ""
}

// badWitnessOutcome says how the outcomes of a witness fail to be those of the
// packets that the rules do not tell apart from it.
func badWitnessOutcome(a, b *enumerated, c audit.Change) string {
	i := slices.Index(a.packets, snapped(c.Witness))
	if i < 0 {
		return fmt.Sprintf("witness %v is like none of the packets", c.Witness)
	}
	for side, x := range map[string]struct {
		e   *enumerated
		got audit.Outcome
	}{"before": {a, c.Before}, "after": {b, c.After}} {
		var want match.Ref
		if m := x.e.matches[i]; len(m) > 0 {
			want = x.e.rules[m[0]]
		}
		if x.got.Rule != want || x.got.Decision.Verdict != x.e.verdict(x.e.matches[i]) {
			return fmt.Sprintf("%v: %s %v, want rule %v", c.Witness, side, x.got, want)
		}
	}
	return ""
}

// mirrored is a diff as seen from the other side: what closes opens, and comes
// first.
func mirrored(changes []audit.Change) []audit.Change {
	var opens, closes []audit.Change
	for _, c := range changes {
		c.Before, c.After = c.After, c.Before
		c.RulesBefore, c.RulesAfter = c.RulesAfter, c.RulesBefore
		if c.Opens() {
			opens = append(opens, c)
		} else {
			closes = append(closes, c)
		}
	}
	return append(opens, closes...)
}

// TestDiffIsExact holds Diff against the verdicts of all packets, before and
// after.
func TestDiffIsExact(t *testing.T) {
	t.Parallel()
	none, regions, several := 0, 0, 0
	for seed := range *worlds {
		s := newTiny(seed)
		x := s.world(12)
		y := s.changed(x)
		a, b := enumerate(x), enumerate(y)
		changes, err := audit.Diff(ctx, mustCompile(x), mustCompile(y))
		if err != nil {
			t.Fatalf("seed %d: Diff = %v, want changes", seed, err)
		}
		if msg := badChanges(a, b, changes); msg != "" {
			t.Fatalf("seed %d: %s\nbefore\n%v\nafter\n%v\nchanges %v", seed, msg, x, y, changes)
		}
		if seed%5 == 0 {
			byProtocol, err := audit.Diff(ctx, mustCompile(x), mustCompile(y), audit.ByProtocol())
			for _, c := range byProtocol {
				if ranges := c.Region.Protocols.Ranges(); err != nil || len(ranges) != 1 {
					t.Fatalf("seed %d: Diff by protocol has %v, %v, want one range of protocols", seed, c, err)
				}
			}
			if msg := badChanges(a, b, byProtocol); msg != "" {
				t.Fatalf("seed %d, by protocol: %s\nbefore\n%v\nafter\n%v", seed, msg, x, y)
			}
		}
		back, err := audit.Diff(ctx, mustCompile(y), mustCompile(x))
		if d := cmp.Diff(fmt.Sprint(mirrored(changes)), fmt.Sprint(back)); err != nil || d != "" {
			t.Fatalf("seed %d: Diff the other way: %v -want +got\n%s", seed, err, d)
		}
		same, err := audit.Diff(ctx, mustCompile(x), mustCompile(gen.Interface{Members: x.Members, Groups: x.Groups}))
		if err != nil || len(same) > 0 {
			t.Fatalf("seed %d: Diff with itself = %v, %v, want nothing", seed, same, err)
		}
		regions += len(changes)
		several += severalRules(changes)
		if len(changes) == 0 {
			none++
		}
	}
	if n := int(*worlds); several < n/15 {
		t.Errorf("several rules decide on %d sides of regions in %d diffs, want a fifteenth of the diffs at least", several, n)
	}
	if n := int(*worlds); none < n/10 || regions < n {
		t.Errorf("%d diffs of %d are empty, the others have %d regions: want a tenth, and as many regions as diffs", none, n, regions)
	}
}
