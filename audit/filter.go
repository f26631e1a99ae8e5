package audit

import (
	"net/netip"
	"slices"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// filter is what a rule, or a query, asks of packets of one IP version.
type filter struct {
	kinds   kindSet
	dst     *target
	src     interval
	dstPort interval
	srcPort interval
}

// target is a destination: a block, or the members of a group. Equal
// destinations of one space are one target.
type target struct{ ranges []interval } // ascending, disjoint

// kindSet is a set of kinds of packets; bit nic*kinds+i is the packets of
// protocol kindProtocols[i] that leave by nic. Where the NIC plays no part there
// is but one of them.
type kindSet uint16

// kindProtocols are the protocols that rules tell apart. The last stands for all
// numbers that no rule can name.
var kindProtocols = [...]rule.Protocol{rule.TCP, rule.UDP, rule.ICMP, rule.ICMPv6, rule.GRE, otherProtocol}

const (
	kinds         = len(kindProtocols)
	otherProtocol = rule.Protocol(50) // ESP
	ported        = kindSet(3)        // tcp and udp
)

// kindOf returns the kind of a protocol's packets.
func kindOf(p rule.Protocol) int {
	if i := slices.Index(kindProtocols[:], p); i >= 0 {
		return i
	}
	return kinds - 1
}

// kindsOf is the kinds of a protocol's packets that leave by nic.
func kindsOf(p rule.Protocol, nic int) kindSet {
	if p == rule.All {
		return (1<<kinds - 1) << (nic * kinds)
	}
	return 1 << (nic*kinds + kindOf(p))
}

// nicIndex is the place of a NIC's kinds: 1 for the internet's, else 0.
func nicIndex(n rule.NIC) int {
	if n == rule.Internet {
		return 1
	}
	return 0
}

// nicOf is the NIC of a place; in a VPC it plays no part and is the zero NIC.
func nicOf(index int, classic bool) (n rule.NIC) {
	switch {
	case !classic:
		return n
	case index == 1:
		return rule.Internet
	}
	return rule.Intranet
}

// family makes the filters for one IP version.
type family struct {
	v6      bool
	classic bool
	targets map[interval]*target
	whole   interval
}

func newFamily(v6, classic bool) *family {
	f := &family{v6: v6, classic: classic, targets: map[interval]*target{}, whole: all4}
	if v6 {
		f.whole = all6
	}
	return f
}

// everything is the filter that every packet meets.
func (f *family) everything() filter {
	return filter{kinds: allKinds(f.classic), dst: f.target(f.whole), src: f.whole, dstPort: allPorts, srcPort: allPorts}
}

// allKinds is every kind of packet.
func allKinds(classic bool) kindSet {
	k := kindsOf(rule.All, 0)
	if classic {
		k |= kindsOf(rule.All, 1)
	}
	return k
}

func (f *family) target(r interval) *target {
	t := f.targets[r]
	if t == nil {
		t = &target{[]interval{r}}
		f.targets[r] = t
	}
	return t
}

// rule makes the filter of a rule; ok is false where the rule can match no packet
// of this IP version.
func (f *family) rule(r rule.Rule, g *groups) (_ filter, ok bool) {
	x := f.everything()
	x.kinds = kindsOf(r.Protocol, 0)
	if f.classic {
		x.kinds = kindsOf(r.Protocol, nicIndex(r.NIC))
	}
	if r.DstGroup != "" {
		x.dst = g.target(r.DstGroup, f.v6)
		ok = len(x.dst.ranges) > 0
	} else {
		ok = r.Dst.Addr().Is6() == f.v6
		x.dst = f.target(blockRange(r.Dst))
	}
	if r.Src.IsValid() {
		ok = ok && r.Src.Addr().Is6() == f.v6
		x.src = blockRange(r.Src)
	}
	if r.Protocol.HasPorts() {
		x.dstPort, x.srcPort = portRange(r.DstPorts), portRange(r.SrcPorts)
	}
	return x, ok
}

func portRange(r rule.PortRange) interval {
	if r.IsAny() {
		return allPorts
	}
	return interval{value{0, uint64(r.First)}, value{0, uint64(r.Last)}}
}

func blockRange(p netip.Prefix) interval {
	r := netipx.RangeOfPrefix(p)
	return interval{valueOf(r.From()), valueOf(r.To())}
}

// groups makes the targets of destination groups.
type groups struct {
	members *match.Members
	budget  *budget
	other   *groups               // shares its targets where the members are the same; or nil
	known   map[string]*[2]target // IPv4, IPv6
}

func newGroups(m *match.Members, other *groups, b *budget) *groups {
	return &groups{members: m, budget: b, other: other, known: map[string]*[2]target{}}
}

// target returns the members of one IP version of a group that is known: the
// rules compile.
func (g *groups) target(id string, v6 bool) *target {
	t := g.known[id]
	if t == nil {
		t = g.make(id)
		g.known[id] = t
	}
	if v6 {
		return &t[1]
	}
	return &t[0]
}

func (g *groups) make(id string) *[2]target {
	set, _ := g.members.Set(id)
	if g.other != nil && g.other.known[id] != nil {
		if same, _ := g.other.members.Set(id); same.Equal(set) {
			return g.other.known[id]
		}
	}
	return memberTargets(set, g.budget)
}

// memberTargets splits members by IP version. The mapped addresses of a range are
// IPv4 ones, but not where it has all of them and more: ::/0 is IPv6.
func memberTargets(set *netipx.IPSet, b *budget) *[2]target {
	var t [2]target
	for _, r := range set.Ranges() {
		if !b.step(16) {
			break
		}
		x := interval{valueOf(r.From()), valueOf(r.To())}
		if r.From().Is4() {
			t[0].ranges = append(t[0].ranges, x)
			continue
		}
		both := interval{x.first, x.last}
		if both.first.compare(mapped.first) < 0 {
			both.first = mapped.first
		}
		if both.last.compare(mapped.last) > 0 {
			both.last = mapped.last
		}
		if x.first.compare(mapped.first) < 0 || x.last.compare(mapped.last) > 0 {
			t[1].ranges = append(t[1].ranges, x)
		}
		if both.first.compare(both.last) <= 0 && (both != mapped || both == x) {
			t[0].ranges = append(t[0].ranges, interval{value{0, both.first.lo & 0xffffffff}, value{0, both.last.lo & 0xffffffff}})
		}
	}
	t[0].ranges = joined(t[0].ranges, b)
	return &t
}

// joined sorts ranges and joins those that overlap: a set can have an IPv4
// address in both its forms.
func joined(ranges []interval, b *budget) []interval {
	sortWithin(ranges, b, 4, func(a, b interval) int { return a.first.compare(b.first) })
	out := ranges[:0]
	for _, r := range ranges {
		if n := len(out); n > 0 && r.first.compare(out[n-1].last.next()) <= 0 {
			if out[n-1].last.compare(r.last) < 0 {
				out[n-1].last = r.last
			}
			continue
		}
		out = append(out, r)
	}
	return out
}
