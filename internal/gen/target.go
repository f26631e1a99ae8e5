package gen

import (
	"net/netip"

	"example.com/sluice/rule"
	"go4.org/netipx"
)

// target is a rule to aim at.
type target struct {
	rule rule.Rule
	v6   bool   // the family of the packets that it can match
	dst  []span // empty for a group without members of that family
	src  span   // zero: any
}

// span is the addresses from first to last, both in it and of one family.
type span struct{ first, last netip.Addr }

// mostSpans bounds what one group's members put into the pool.
const mostSpans = 32

// add makes r a target, and puts its ends into the pool.
func (ps *Packets) add(r rule.Rule, members *netipx.IPSet) {
	t := target{rule: r}
	if r.Src.IsValid() {
		t.src = spanOf(r.Src)
		t.v6 = r.Src.Addr().Is6()
		ps.pool(t.src)
	}
	if r.Dst.IsValid() {
		t.dst = []span{spanOf(r.Dst)}
	} else if members != nil {
		for _, m := range members.Ranges() {
			for _, sp := range memberSpans(m) {
				if !r.Src.IsValid() || sp.first.Is6() == t.v6 {
					t.dst = append(t.dst, sp)
				}
			}
		}
	}
	if len(t.dst) > 0 {
		t.v6 = t.dst[len(t.dst)-1].first.Is6()
	}
	for _, d := range t.dst[:min(len(t.dst), mostSpans)] {
		ps.pool(d)
	}
	ps.rules = append(ps.rules, t)
}

func spanOf(p netip.Prefix) span {
	r := netipx.RangeOfPrefix(p)
	return span{r.From(), r.To()}
}

// memberSpans cuts a range where mapped addresses begin or end: those are IPv4
// ones.
func memberSpans(r netipx.IPRange) []span {
	first, last := r.From(), r.To()
	switch {
	case first.Is4In6() && last.Is4In6():
		return []span{{first.Unmap(), last.Unmap()}}
	case first.Is4In6():
		return []span{{first.Unmap(), netip.MustParseAddr("255.255.255.255")}, {netip.MustParseAddr("::1:0:0:0"), last}}
	case last.Is4In6():
		return []span{{first, netip.MustParseAddr("::fffe:ffff:ffff")}, {netip.IPv4Unspecified(), last.Unmap()}}
	}
	return []span{{first, last}}
}

// pool takes the ends of sp and their neighbours outside.
func (ps *Packets) pool(sp span) {
	for _, a := range []netip.Addr{sp.first, sp.last, before(sp.first), after(sp.last)} {
		if a.Is6() {
			ps.pool6 = append(ps.pool6, a)
		} else {
			ps.pool4 = append(ps.pool4, a)
		}
	}
}

// near is an address inside, an end, or a neighbour outside.
func (sp span) near(s Source) netip.Addr {
	switch weighted(s, 35, 24, 24, 8, 9) {
	case 1:
		return sp.first
	case 2:
		return sp.last
	case 3:
		return before(sp.first)
	case 4:
		return after(sp.last)
	}
	return sp.within(s)
}

// within draws the bits behind those that both ends share; where that leads out
// of a span that is no block, it is the first.
func (sp span) within(s Source) netip.Addr {
	a, b := sp.first.AsSlice(), sp.last.AsSlice()
	shared := 0
	for shared < 8*len(a) && (a[shared/8]^b[shared/8])<<(shared%8)&0x80 == 0 {
		shared++
	}
	addr := randomFrom(s, sp.first, shared)
	if addr.Less(sp.first) || sp.last.Less(addr) {
		return sp.first
	}
	return addr
}

// before is the address before a, or a itself where there is none. It and after
// skip the mapped addresses: they are read as IPv4.
func before(a netip.Addr) netip.Addr {
	if b := a.Prev(); b.IsValid() && !b.Is4In6() {
		return b
	}
	return a
}

func after(a netip.Addr) netip.Addr {
	if b := a.Next(); b.IsValid() && !b.Is4In6() {
		return b
	}
	return a
}
