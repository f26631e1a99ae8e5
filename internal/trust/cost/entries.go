package main

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"time"

	"example.com/sluice/audit"
	"example.com/sluice/ecs"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// entries lists every entry point; those of the command only for a long run, for
// which it is built. They come first: Linux counts what this process had when it
// started the command as the command's.
func entries(withCommand bool) (list []entry) {
	if withCommand {
		list = commandEntries()
	}
	return slices.Concat(list, textEntries(), ruleEntries(), auditEntries())
}

// onText makes the job of a reader of text.
func onText(read func(s string) (any, error)) func(in any) (job, error) {
	return func(in any) (job, error) {
		s := in.(string)
		return func() (any, error) { return read(s) }, nil
	}
}

// A text costs at most 1 µs and 200 bytes for each of its bytes unless stated
// otherwise: beside the text itself the readers keep what they read of it.
func perByte(times, allocs int64) bound {
	return bound{
		time: time.Millisecond, timeN: time.Duration(times), alloc: 64 << 10, allocN: allocs, live: 64 << 10, liveN: allocs,
	}
}

func textEntries() []entry {
	return []entry{
		{
			name: "ecs.ParseRequest", unit: "byte", most: "1 MiB", quick: 16 << 10, long: 1 << 20, space: requestTexts, bound: perByte(1500, 256),
			start: onText(func(s string) (any, error) { return ecs.ParseRequest(s) }),
		},
		{
			name: "ecs.ReadDescription", unit: "byte", most: "16 MiB", quick: 32 << 10, long: 4 << 20, space: replyTexts, bound: perByte(1000, 320),
			start: onText(func(s string) (any, error) {
				return ecs.ReadDescription(strings.NewReader(s), ecs.ReadOptions{Limit: 100_000})
			}),
		},
		{
			name: "ecs.ReadDescriptions", unit: "byte", most: "64 MiB", quick: 32 << 10, long: 4 << 20, space: replyTexts, bound: perByte(1000, 320),
			start: onText(func(s string) (any, error) {
				return ecs.ReadDescriptions(strings.NewReader(s), ecs.ReadOptions{Limit: 100_000})
			}),
		},
		{
			name: "ecs.ReadDescriptions of XML", unit: "byte", most: "64 MiB", quick: 32 << 10, long: 4 << 20, space: xmlTexts, bound: perByte(1000, 320),
			start: onText(func(s string) (any, error) {
				return ecs.ReadDescriptions(strings.NewReader(s), ecs.ReadOptions{Limit: 100_000})
			}),
		},
		{
			name: "ecs.SplitRequests", unit: "byte", most: "memory", quick: 32 << 10, long: 4 << 20, space: requestLineTexts, bound: perByte(500, 128),
			start: onText(func(s string) (any, error) { return ecs.SplitRequests([]byte(s)) }),
		},
		{
			name: "match.ReadMembers", unit: "byte", most: "64 MiB", quick: 32 << 10, long: 8 << 20, space: membersTexts, bound: perByte(500, 200),
			start: onText(func(s string) (any, error) { return match.ReadMembers(strings.NewReader(s)) }),
		},
		{
			name: "match.ParsePacket", unit: "byte", most: "memory", quick: 4 << 10, long: 1 << 20, space: packetTexts, bound: perByte(100, 16),
			start: onText(func(s string) (any, error) { return match.ParsePacket(s) }),
		},
		{
			name: "match.Packet.UnmarshalJSON", unit: "byte", most: "memory", quick: 4 << 10, long: 1 << 20, space: packetJSONTexts, bound: perByte(500, 64),
			start: onText(func(s string) (any, error) { p := new(match.Packet); return p, p.UnmarshalJSON([]byte(s)) }),
		},
		{
			name: "rule.Rule.UnmarshalText", unit: "byte", most: "memory", quick: 4 << 10, long: 1 << 20, space: ruleTexts, bound: perByte(100, 16),
			start: onText(func(s string) (any, error) { r := new(rule.Rule); return r, r.UnmarshalText([]byte(s)) }),
		},
		{
			name: "rule.Rule.UnmarshalJSON", unit: "byte", most: "memory", quick: 4 << 10, long: 1 << 20, space: ruleJSONTexts, bound: perByte(500, 64),
			start: onText(func(s string) (any, error) { r := new(rule.Rule); return r, r.UnmarshalJSON([]byte(s)) }),
		},
		{
			name: "rule.Parse, each value so long", unit: "byte", most: "memory", quick: 4 << 10, long: 1 << 20, space: values, bound: perByte(500, 64),
			start: onText(func(s string) (any, error) {
				p := rule.Params{
					IPProtocol: s, PortRange: s, SourcePortRange: s, DestCidrIP: s, IPv6DestCidrIP: s, SourceCidrIP: s, IPv6SourceCidrIP: s,
					DestGroupID: s, Policy: s, Priority: s, NICType: s, Description: s,
				}
				return rule.Parse(p, rule.VPC)
			}),
		},
		{
			name: "match.NewMembers", unit: "CIDR block", most: "2,097,152", quick: 2000, long: 200_000, space: memberSets,
			bound: bound{time: 200 * time.Millisecond, timeN: 4000, alloc: 128 << 20, allocN: 1 << 10, live: 32 << 20, liveN: 1 << 8},
			start: func(in any) (job, error) {
				sets := in.(map[string]*netipx.IPSet)
				return func() (any, error) { return match.NewMembers(sets) }, nil
			},
		},
	}
}

// onGroup makes the job of a call that takes the rules of a group.
func onGroup(call func(g *rule.Group, s groupOf) error) func(in any) (job, error) {
	return func(in any) (job, error) {
		s := in.(groupOf)
		return func() (any, error) { g := s.empty(); return g, call(g, s) }, nil
	}
}

func ruleEntries() []entry {
	entered := bound{time: time.Millisecond, timeN: 20_000, alloc: 64 << 10, allocN: 4 << 10, live: 64 << 10, liveN: 1 << 10}
	return []entry{
		{
			name: "rule.Group.Add", unit: "rule", most: "Group.Limit", quick: 500, long: 30_000, space: ruleSets, bound: entered,
			start: onGroup(func(g *rule.Group, s groupOf) error { return g.Add(s.rules...) }),
		},
		{
			name: "rule.Group.Authorize", unit: "rule", most: "Group.Limit", quick: 500, long: 30_000, space: ruleSets, bound: entered,
			start: func(in any) (job, error) {
				s, params := in.(groupOf), []rule.Params(nil)
				for _, r := range s.rules {
					params = append(params, r.Params())
				}
				return func() (any, error) { g := s.empty(); return g, g.Authorize(params...) }, nil
			},
		},
		{
			name: "rule.Group.Restore", unit: "rule", most: "Group.Limit", quick: 500, long: 30_000, space: ruleSets, bound: entered,
			start: func(in any) (job, error) {
				s, list := in.(groupOf), []rule.Existing(nil)
				for _, r := range s.rules {
					list = append(list, rule.Existing{Params: r.Params()})
				}
				return func() (any, error) { g := s.empty(); return g, g.Restore(list...) }, nil
			},
		},
		{
			name: "ecs.Region.Authorize, a rule a request", unit: "rule", most: "Group.Limit", quick: 500, long: 30_000, space: ruleSets, bound: entered,
			start: func(in any) (job, error) {
				s, requests := in.(groupOf), []ecs.Request(nil)
				for _, r := range s.rules {
					requests = append(requests, ecs.Request{GroupID: s.empty().ID(), Rules: []rule.Params{r.Params()}})
				}
				return func() (any, error) { return authorizeAll(s.empty(), requests) }, nil
			},
		},
		{
			name: "match.Compile", unit: "rule", most: "the groups' limits", quick: 200, long: 1000, space: ruleSets,
			bound: bound{square: true, time: 5 * time.Millisecond, timeN: 500, alloc: 16 << 20, allocN: 160, live: 1 << 20, liveN: 16},
			start: func(in any) (job, error) {
				s := in.(groupOf)
				g, err := s.group()
				if err != nil {
					return nil, err
				}
				m, err := match.NewMembers(s.members)
				return func() (any, error) { return match.Compile(m, g) }, err
			},
		},
		decision("match.Table.Decide", bound{time: time.Microsecond, timeN: 10, alloc: 64, live: 64 << 10}, func(t *match.Table, packets []match.Packet) (any, error) {
			accepted := 0
			for _, p := range packets {
				accepted += int(t.Decide(p).Verdict)
			}
			sink += accepted
			return nil, nil
		}),
		decision("match.Table.DecideBatch", bound{time: time.Microsecond, timeN: 10, alloc: 256, live: 64 << 10}, func(t *match.Table, packets []match.Packet) (any, error) {
			return t.DecideBatch(make([]match.Decision, 0, len(packets)), packets), nil
		}),
		decision("match.Table.Explain", bound{time: 10 * time.Microsecond, timeN: 3000, alloc: 16 << 10, allocN: 2 << 10, live: 64 << 10}, func(t *match.Table, packets []match.Packet) (any, error) {
			for _, p := range packets {
				sink += len(t.Explain(p).Missed)
			}
			return nil, nil
		}),
	}
}

// authorizeAll plays requests in a region of one group. A refused one is no error.
func authorizeAll(g *rule.Group, requests []ecs.Request) (*ecs.Region, error) {
	region, err := ecs.NewRegion(g)
	if err != nil {
		return nil, err
	}
	for _, q := range requests {
		if err := region.Authorize(q); err != nil {
			sink++
		}
	}
	return region, nil
}

// decided is how many packets one job decides.
const decided = 64

// decision is an entry point that takes packets; its time is that of one.
func decision(name string, b bound, decide func(t *match.Table, packets []match.Packet) (any, error)) entry {
	return entry{
		name: name, unit: "rule", most: "the groups' limits", quick: 200, long: 1000, space: ruleSets, bound: b, times: decided,
		start: func(in any) (job, error) {
			s := in.(groupOf)
			t, err := s.table()
			packets := s.packets()
			return func() (any, error) { return decide(t, packets) }, err
		},
	}
}

// packets take each field from a rule, at an edge or beside it.
func (s groupOf) packets() (list []match.Packet) {
	chance := rand.New(rand.NewPCG(1, 1))
	edge := func(p netip.Prefix, v6 bool) netip.Addr {
		if !p.IsValid() || p.Addr().Is6() != v6 {
			return addressOf(v6, chance.IntN(1<<20), chance.Uint64())
		}
		r := netipx.RangeOfPrefix(p)
		return []netip.Addr{r.From(), r.To(), r.To()}[chance.IntN(3)]
	}
	port := func(r rule.PortRange) uint16 {
		return []uint16{r.First, r.Last, r.Last + 1, r.First - 1}[chance.IntN(4)]
	}
	for range decided {
		a, b := s.rules[chance.IntN(len(s.rules))], s.rules[chance.IntN(len(s.rules))]
		v6 := a.Dst.IsValid() && a.Dst.Addr().Is6()
		list = append(list, match.Packet{
			Protocol: []rule.Protocol{rule.TCP, rule.UDP, a.Protocol}[chance.IntN(3)],
			Dst:      edge(a.Dst, v6), Src: edge(b.Src, v6), DstPort: port(a.DstPorts), SrcPort: port(b.SrcPorts),
		})
	}
	return list
}

// auditSteps is the budget of steps that the search sets. A step is to take 6 ns, so
// that this budget bounds the time of any rules to within a factor of two of 13 ms.
const auditSteps = 1 << 21

func auditEntries() []entry {
	ctx, few := context.Background(), audit.WithBounds(audit.Bounds{Steps: auditSteps, Bytes: 64 << 20, Regions: 4096})
	bounded := bound{time: 36 * time.Millisecond, timeN: 100_000, alloc: 256 << 20, allocN: 64 << 10, live: 16 << 20, liveN: 16 << 10}
	const most = "2,097,152 steps, 64 MiB, 4,096 regions"
	audited := func(name string, call func(t *match.Table) (any, error)) entry {
		return entry{
			name: name + " with bounds", unit: "rule", most: most, quick: 60, long: 1000, space: ruleSets, bound: bounded,
			start: func(in any) (job, error) {
				t, err := in.(groupOf).table()
				return func() (any, error) { return call(t) }, err
			},
		}
	}
	return []entry{
		audited("audit.Lint", func(t *match.Table) (any, error) { return audit.Lint(ctx, t, few) }),
		audited("audit.FindEach", func(t *match.Table) (any, error) { return audit.FindEach(ctx, t, audit.Query{}, few) }),
		audited("audit.Find", func(t *match.Table) (any, error) {
			drop, byRule := match.Drop, match.ByRule
			f, _, err := audit.Find(ctx, t, audit.Query{Verdict: &drop, Cause: &byRule}, few)
			return f, err
		}),
		{
			name: "audit.Diff with bounds", unit: "rule", most: most, quick: 60, long: 1000, space: ruleSets, bound: bounded,
			start: func(in any) (job, error) {
				s := in.(groupOf)
				before, err := s.table()
				if err != nil {
					return nil, err
				}
				for i := range s.rules {
					if i%5 == 0 {
						s.rules[i].Policy = 1 - s.rules[i].Policy
					}
				}
				after, err := s.table()
				return func() (any, error) { return audit.Diff(ctx, before, after, few) }, err
			},
		},
		{
			name: "audit.Lint of disjoint rules", unit: "rule", most: "131,072", quick: 200, long: 4000, space: disjointRules,
			bound: bound{time: 5 * time.Millisecond, timeN: 100_000, alloc: 4 << 20, allocN: 64 << 10, live: 1 << 20, liveN: 4 << 10},
			start: func(in any) (job, error) {
				t, err := in.(groupOf).table()
				return func() (any, error) { return audit.Lint(ctx, t) }, err
			},
		},
	}
}
