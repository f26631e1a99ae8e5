package rule

import (
	"fmt"
	"strconv"
)

// Protocol is an IP protocol number, 0 to 255, or [All].
//
// A rule names one of the six constants; a packet carries any number. The zero
// Protocol is number 0 (HOPOPT), which no rule can name.
type Protocol uint16

// The protocols that a rule can name. All is no number: it matches every one.
const (
	ICMP   Protocol = 1
	TCP    Protocol = 6
	UDP    Protocol = 17
	GRE    Protocol = 47
	ICMPv6 Protocol = 58
	All    Protocol = 256
)

// HasPorts reports whether packets of p carry ports that rules look at: tcp and
// udp do.
func (p Protocol) HasPorts() bool { return p == TCP || p == UDP }

// String returns the name that rules use, or the number in decimal.
func (p Protocol) String() string {
	switch p {
	case ICMP:
		return "icmp"
	case TCP:
		return "tcp"
	case UDP:
		return "udp"
	case GRE:
		return "gre"
	case ICMPv6:
		return "icmpv6"
	case All:
		return "all"
	}
	return strconv.Itoa(int(p))
}

// MarshalText returns the text of [Protocol.String].
func (p Protocol) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads a name that rules use, ASCII case ignored, or a number 0
// to 255 in plain decimal.
func (p *Protocol) UnmarshalText(text []byte) error {
	s := string(text)
	if q, ok := protocolNamed(s); ok {
		*p = q
		return nil
	}
	if n, ok := decimal(s, 255); ok {
		*p = Protocol(n)
		return nil
	}
	return fmt.Errorf("protocol %s: want tcp, udp, icmp, icmpv6, gre, all or a number 0 to 255", quote(s))
}

// protocolNamed finds the protocol of a rule's word, ASCII case ignored.
func protocolNamed(s string) (Protocol, bool) {
	switch lower(s) {
	case "tcp":
		return TCP, true
	case "udp":
		return UDP, true
	case "icmp":
		return ICMP, true
	case "icmpv6":
		return ICMPv6, true
	case "gre":
		return GRE, true
	case "all":
		return All, true
	}
	return 0, false
}
