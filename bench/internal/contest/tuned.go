package contest

import (
	"encoding/binary"
	"net/netip"

	"example.com/sluice/bench/internal/ruleset"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Tuned is the linear search at its best: addresses as integers, value and mask
// of both in one compare for IPv4 and one compare for the high half of an IPv6
// destination, what is rarely looked at out of the way.
type Tuned struct {
	c  *ruleset.Case
	v4 linear4
	v6 linear6
}

// linear4 are the IPv4 rules in order.
type linear4 struct {
	addresses []masked // destination<<32 | source
	rest      []rest
	members   map[uint32]struct{}
}

// linear6 are the IPv6 rules in order.
type linear6 struct {
	dst     []masked // the high half
	others  [][3]masked
	rest    []rest
	members map[[2]uint64]struct{}
}

// masked matches a where a&mask == value.
type masked struct{ value, mask uint64 }

// rest is what is looked at when the addresses match.
type rest struct {
	dstFirst, dstSpan      uint16
	srcFirst, srcSpan      uint16
	protocol, protocolMask uint8
	inGroup                bool // the destination must be a member
	answer                 ruleset.Answer
}

// NewTuned returns it over a case.
func NewTuned(c *ruleset.Case) *Tuned {
	t := &Tuned{c: c}
	t.v4.members, t.v6.members = map[uint32]struct{}{}, map[[2]uint64]struct{}{}
	for _, a := range c.Set.Addresses() {
		if a.Is4() {
			t.v4.members[number4(a)] = struct{}{}
		} else {
			t.v6.members[number6(a)] = struct{}{}
		}
	}
	for _, r := range c.Rules {
		if r.Rule.DstGroup != "" || r.Rule.Dst.Addr().Is4() {
			t.v4.add(r)
		}
		if r.Rule.DstGroup != "" || r.Rule.Dst.Addr().Is6() {
			t.v6.add(r)
		}
	}
	return t
}

func number4(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

func number6(a netip.Addr) [2]uint64 {
	b := a.As16()
	return [2]uint64{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func newRest(r ruleset.Ranked) rest {
	t := rest{dstSpan: 65535, srcSpan: 65535, inGroup: r.Rule.DstGroup != "", answer: r.Answer}
	if p := r.Rule.DstPorts; !p.IsAny() {
		t.dstFirst, t.dstSpan = p.First, p.Last-p.First
	}
	if p := r.Rule.SrcPorts; !p.IsAny() {
		t.srcFirst, t.srcSpan = p.First, p.Last-p.First
	}
	if r.Rule.Protocol != rule.All {
		t.protocol, t.protocolMask = uint8(r.Rule.Protocol), 0xff
	}
	return t
}

// matches looks at all but the addresses.
func (r *rest) matches(p *match.Packet) bool {
	return uint8(p.Protocol)&r.protocolMask == r.protocol &&
		p.DstPort-r.dstFirst <= r.dstSpan && p.SrcPort-r.srcFirst <= r.srcSpan
}

func (l *linear4) add(r ruleset.Ranked) {
	dst, src := masked4(r.Rule.Dst), masked4(r.Rule.Src)
	l.addresses = append(l.addresses, masked{dst.value<<32 | src.value, dst.mask<<32 | src.mask})
	l.rest = append(l.rest, newRest(r))
}

func (l *linear6) add(r ruleset.Ranked) {
	dst, src := masked6(r.Rule.Dst), masked6(r.Rule.Src)
	l.dst = append(l.dst, dst[0])
	l.others = append(l.others, [3]masked{dst[1], src[0], src[1]})
	l.rest = append(l.rest, newRest(r))
}

// masked4 returns what matches a block, or everything for the zero Prefix.
func masked4(p netip.Prefix) masked {
	if !p.IsValid() {
		return masked{}
	}
	return masked{uint64(number4(p.Addr())), uint64(^uint32(0) << (32 - p.Bits()))}
}

// masked6 does so for both halves of an address.
func masked6(p netip.Prefix) [2]masked {
	if !p.IsValid() {
		return [2]masked{}
	}
	a := number6(p.Addr())
	return [2]masked{
		{a[0], ^uint64(0) << max(64-p.Bits(), 0)},
		{a[1], ^uint64(0) << min(128-p.Bits(), 64)},
	}
}

func (t *Tuned) Name() string { return "tuned" }

func (t *Tuned) decide(p *match.Packet) ruleset.Answer {
	if p.Dst.Is4() {
		return t.v4.decide(p)
	}
	return t.v6.decide(p)
}

func (l *linear4) decide(p *match.Packet) ruleset.Answer {
	dst := number4(p.Dst)
	a := uint64(dst)<<32 | uint64(number4(p.Src))
	for i, m := range l.addresses {
		if a&m.mask != m.value {
			continue
		}
		if r := &l.rest[i]; r.matches(p) {
			if r.inGroup {
				if _, ok := l.members[dst]; !ok {
					continue
				}
			}
			return r.answer
		}
	}
	return 0
}

func (l *linear6) decide(p *match.Packet) ruleset.Answer {
	dst, src := number6(p.Dst), number6(p.Src)
	for i, m := range l.dst {
		if dst[0]&m.mask != m.value {
			continue
		}
		o := &l.others[i]
		if dst[1]&o[0].mask != o[0].value || src[0]&o[1].mask != o[1].value || src[1]&o[2].mask != o[2].value {
			continue
		}
		if r := &l.rest[i]; r.matches(p) {
			if r.inGroup {
				if _, ok := l.members[dst]; !ok {
					continue
				}
			}
			return r.answer
		}
	}
	return 0
}

func (t *Tuned) Thr(n int) (wrong int) {
	packets, want := t.c.Packets[:n], t.c.Answers[:n]
	for i := range packets {
		if t.decide(&packets[i]) != want[i] {
			wrong++
		}
	}
	return wrong
}

func (t *Tuned) Chain(n int) (wrong int) {
	packets, want := t.c.Packets[:n], t.c.Answers[:n]
	i := 0
	for range packets {
		a := t.decide(&packets[i])
		if a != want[i] {
			wrong++
		}
		if i += 1 + int(a&1); i >= n {
			i -= n
		}
	}
	return wrong
}
