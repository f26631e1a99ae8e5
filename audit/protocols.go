package audit

import (
	"fmt"
	"math/bits"
	"strings"

	"example.com/sluice/rule"
)

// ProtocolSet is a set of IP protocol numbers. The zero set is empty.
type ProtocolSet [4]uint64 // bit n&63 of word n>>6 is protocol n

// ProtocolRange is the protocol numbers from First to Last, both in it.
type ProtocolRange struct{ First, Last uint8 }

// Protocols returns the set of the protocols given; those that are no number 0 to
// 255 are not in it, but [rule.All] is all of them.
func Protocols(list ...rule.Protocol) (s ProtocolSet) {
	for _, p := range list {
		switch {
		case p == rule.All:
			return ProtocolSet{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
		case p < rule.All:
			s[p>>6] |= 1 << (p & 63)
		}
	}
	return s
}

// Has reports whether protocol p is in the set.
func (s ProtocolSet) Has(p rule.Protocol) bool { return p < rule.All && s[p>>6]>>(p&63)&1 != 0 }

// Len returns how many protocols are in the set.
func (s ProtocolSet) Len() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// Ranges returns the set as ranges of numbers, ascending. A protocol with ports
// is a range of its own.
func (s ProtocolSet) Ranges() (list []ProtocolRange) {
	joins := false
	for p := range rule.All {
		switch n := uint8(p); {
		case !s.Has(p):
			joins = false
		case joins && !p.HasPorts():
			list[len(list)-1].Last = n
		default:
			list = append(list, ProtocolRange{n, n})
			joins = !p.HasPorts()
		}
	}
	return list
}

// String returns "all", or the protocols by name, number or range of numbers; a
// set of all but a few is told by those: "all other protocols than tcp and udp".
func (s ProtocolSet) String() string {
	if s.Len() == 256 {
		return rule.All.String()
	}
	missing := Protocols(kindProtocols[:kinds-1]...)
	for i := range missing {
		missing[i] &^= s[i]
	}
	if s.Len()+missing.Len() == 256 {
		return "all other protocols than " + and(missing.words())
	}
	return and(s.words())
}

func (s ProtocolSet) words() (list []string) {
	for _, r := range s.Ranges() {
		list = append(list, r.String())
	}
	return list
}

func (r ProtocolRange) set() (s ProtocolSet) {
	for p := int(r.First); p <= int(r.Last); p++ {
		s[p>>6] |= 1 << (p & 63)
	}
	return s
}

// compare orders sets by their lowest number that the other has not.
func (s ProtocolSet) compare(t ProtocolSet) int {
	for i := range s {
		if d := s[i] ^ t[i]; d != 0 {
			if s[i]&(d&-d) != 0 {
				return -1
			}
			return 1
		}
	}
	return 0
}

// String returns the name or the number of one protocol, and first/last of
// several.
func (r ProtocolRange) String() string {
	if r.First == r.Last {
		return rule.Protocol(r.First).String()
	}
	return fmt.Sprintf("%d/%d", r.First, r.Last)
}

// and joins words as a sentence does.
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
