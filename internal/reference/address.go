package reference

import (
	"net/netip"
	"strings"

	"go4.org/netipx"
)

// spell writes an address as its bits, 32 or 128 characters of 0 and 1, so that
// two spellings of one length compare as text the way the addresses compare as
// numbers. It is empty for the zero Addr.
func spell(a netip.Addr) string {
	var b strings.Builder
	b.Grow(a.BitLen())
	for _, octet := range a.AsSlice() {
		for bit := 7; bit >= 0; bit-- {
			b.WriteByte('0' + octet>>bit&1)
		}
	}
	return b.String()
}

// mapped is how IPv4-mapped addresses begin.
var mapped = strings.Repeat("0", 80) + strings.Repeat("1", 16)

// spellPacket spells an address of a packet: an IPv4-mapped one is read as IPv4.
// A zone has no bits, so it is ignored.
func spellPacket(a netip.Addr) string {
	s := spell(a)
	if len(s) == 128 && strings.HasPrefix(s, mapped) {
		return s[96:]
	}
	return s
}

// span is the addresses from first to last, both in it, spelled out.
type span struct{ first, last string }

// block is a CIDR block: the bits behind the prefix may be anything.
func block(p netip.Prefix) span {
	s := spell(p.Addr())
	fixed, free := s[:p.Bits()], len(s)-p.Bits()
	return span{first: fixed + strings.Repeat("0", free), last: fixed + strings.Repeat("1", free)}
}

// memberSpans reads a range of a group's members: the mapped addresses in it are
// IPv4 ones, as in packets. A range that holds every mapped address and others
// is meant as one of IPv6, such as ::/0, and has none of IPv4.
func memberSpans(r netipx.IPRange) []span {
	s := span{first: spell(r.From()), last: spell(r.To())}
	if len(s.first) == 32 {
		return []span{s}
	}
	firstMapped, lastMapped := mapped+strings.Repeat("0", 32), mapped+strings.Repeat("1", 32)
	both := span{first: max(s.first, firstMapped), last: min(s.last, lastMapped)}
	none := both.first > both.last
	all := both.first == firstMapped && both.last == lastMapped
	if none || all && both != s {
		return []span{s}
	}
	return []span{s, {first: both.first[96:], last: both.last[96:]}}
}

// inside reports whether the address is in any of spans. An address of the other
// family is in none: its spelling has another length.
func inside(address string, spans []span) bool {
	for _, s := range spans {
		if len(address) == len(s.first) && s.first <= address && address <= s.last {
			return true
		}
	}
	return false
}
