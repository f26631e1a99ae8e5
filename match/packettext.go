package match

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"example.com/sluice/rule"
)

const packetForm = "PROTOCOL SRC[:PORT] > DST[:PORT] [internet|intranet]"

// ParsePacket reads a packet's text form,
//
//	PROTOCOL SRC[:PORT] > DST[:PORT] [internet|intranet]
//
// such as "tcp 10.0.0.5:51000 > 203.0.113.9:443". PROTOCOL is a name of rules
// (not all) or a number 0 to 255; tcp and udp need both ports, others take none.
// IPv6 stands in brackets where a port follows. Where no NIC is named it is
// [rule.NoNIC], which only packets of a VPC may have.
func ParsePacket(s string) (Packet, error) {
	p, err := parsePacket(s)
	if err != nil {
		return Packet{}, fmt.Errorf("packet %s: %w", short(s), err)
	}
	return p, nil
}

func parsePacket(s string) (p Packet, err error) {
	var word [6]string // one more than the longest form has
	n := 0
	for f := range strings.FieldsSeq(s) {
		if n == len(word) {
			break
		}
		word[n] = f
		n++
	}
	if n < 4 || n > 5 || word[2] != ">" {
		return p, fmt.Errorf("want %s", packetForm)
	}
	if p.Protocol, err = packetProtocol(word[0]); err != nil {
		return p, err
	}
	if p.Src, p.SrcPort, err = endpoint("source", word[1], p.Protocol); err != nil {
		return p, err
	}
	if p.Dst, p.DstPort, err = endpoint("destination", word[3], p.Protocol); err != nil {
		return p, err
	}
	if n == 5 {
		err = p.NIC.UnmarshalText([]byte(word[4]))
	}
	return p, err
}

// packetProtocol reads a protocol that a packet can have: any number, not all.
func packetProtocol(s string) (p rule.Protocol, err error) {
	if err = p.UnmarshalText([]byte(s)); err != nil || p == rule.All {
		return 0, fmt.Errorf("protocol %s: want tcp, udp, icmp, icmpv6, gre or a number 0 to 255", short(s))
	}
	return p, nil
}

// endpoint reads ADDRESS, or ADDRESS:PORT where the protocol has ports.
func endpoint(what, s string, p rule.Protocol) (netip.Addr, uint16, error) {
	if !p.HasPorts() {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return a, 0, fmt.Errorf("%s %s: want an IP address alone: %v has no ports", what, short(s), p)
		}
		return a, 0, nil
	}
	a, port, ok := splitPort(s)
	if !ok {
		return a, 0, fmt.Errorf("%s %s: want ADDRESS:PORT with a port of 0 to 65535, IPv6 as [ADDRESS]:PORT", what, short(s))
	}
	return a, port, nil
}

func splitPort(s string) (a netip.Addr, port uint16, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return a, 0, false
	}
	host, digits := s[:i], s[i+1:]
	inBrackets := len(host) >= 2 && host[0] == '[' && host[len(host)-1] == ']'
	if inBrackets {
		host = host[1 : len(host)-1]
	}
	a, err := netip.ParseAddr(host)
	if err != nil || a.Is6() != inBrackets {
		return a, 0, false
	}
	port, ok = parsePort(digits)
	return a, port, ok
}

// parsePort reads a plain decimal number of 0 to 65535.
func parsePort(s string) (uint16, bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return uint16(n), err == nil && (len(s) == 1 || s[0] != '0') // ParseUint takes no sign
}

// String returns the text form, normalised: addresses as the rules see them, the
// protocol by name where it has one, the NIC where one is named.
func (p Packet) String() string {
	b, _ := p.AppendText(make([]byte, 0, 64))
	return string(b)
}

// AppendText appends the text of [Packet.String]. It never fails.
func (p Packet) AppendText(b []byte) ([]byte, error) {
	if p.Protocol == rule.TCP { // most packets are; a constant costs nothing
		b = append(b, "tcp "...)
	} else {
		b = append(append(b, p.Protocol.String()...), ' ')
	}
	b = appendEndpoint(b, p.Src, p.SrcPort, p.Protocol)
	b = append(b, " > "...)
	b = appendEndpoint(b, p.Dst, p.DstPort, p.Protocol)
	if p.NIC != rule.NoNIC {
		b = append(append(b, ' '), p.NIC.String()...)
	}
	return b, nil
}

func appendEndpoint(b []byte, a netip.Addr, port uint16, p rule.Protocol) []byte {
	a = a.Unmap().WithZone("")
	if !a.IsValid() {
		b = append(b, "invalid"...)
	}
	if !p.HasPorts() {
		return a.AppendTo(b)
	}
	if a.Is6() {
		b = append(a.AppendTo(append(b, '[')), ']')
	} else {
		b = a.AppendTo(b)
	}
	return strconv.AppendUint(append(b, ':'), uint64(port), 10)
}

// short quotes text for a message, and cuts what would flood it.
func short(s string) string {
	const most = 128
	if len(s) <= most {
		return strconv.Quote(s)
	}
	return fmt.Sprintf("%q... (%d bytes)", s[:most], len(s))
}
