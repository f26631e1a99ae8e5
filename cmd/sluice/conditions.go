package main

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"github.com/spf13/cobra"
)

// addConditionFlags adds find's conditions, which set fields of q.
func addConditionFlags(cmd *cobra.Command, q *audit.Query) {
	f := cmd.Flags()
	f.Func("verdict", "what becomes of it `accept|drop`", func(s string) (err error) {
		q.Verdict, err = oneOf(s, match.Accept, match.Drop)
		return err
	})
	f.Func("cause", "what decides it `rule|default`", func(s string) (err error) {
		q.Cause, err = oneOf(s, match.ByRule, match.Default)
		return err
	})
	f.Func("nic", "the NIC that it leaves by, for classic groups `internet|intranet`", func(s string) (err error) {
		q.NIC, err = oneOf(s, rule.Internet, rule.Intranet)
		return err
	})
	f.Func("protocol", "its protocol: a name that rules use, of which all is no condition, or a number 0 to 255 `P`", func(s string) error {
		q.Protocol = new(rule.Protocol)
		if q.Protocol.UnmarshalText([]byte(s)) != nil {
			return errors.New("want tcp, udp, icmp, icmpv6, gre, all or a number 0 to 255")
		}
		return nil
	})
	block := func(to *netip.Prefix) func(string) error {
		return func(s string) (err error) {
			*to, err = parseBlock(s)
			return err
		}
	}
	f.Func("src", "where its source is `BLOCK`", block(&q.Src))
	f.Func("dst", "where its destination is `BLOCK`", block(&q.Dst))
	ports := func(to **[2]uint16) func(string) error {
		return func(s string) (err error) {
			*to, err = parsePorts(s)
			return err
		}
	}
	f.Func("src-port", "its source port, or a range of them `N|A/B`", ports(&q.SrcPort))
	f.Func("dst-port", "its destination port, or a range of them `N|A/B`", ports(&q.DstPort))
	complete(cmd, "verdict", "accept", "drop")
	complete(cmd, "cause", "rule", "default")
	complete(cmd, "nic", "internet", "intranet")
	complete(cmd, "protocol", "tcp", "udp", "icmp", "icmpv6", "gre", "all")
}

// conditionFlags are the flags that set the fields of a query.
var conditionFlags = map[audit.QueryField]string{
	audit.FieldVerdict: "--verdict", audit.FieldCause: "--cause", audit.FieldProtocol: "--protocol",
	audit.FieldSrc: "--src", audit.FieldDst: "--dst", audit.FieldSrcPort: "--src-port", audit.FieldDstPort: "--dst-port",
	audit.FieldNIC: "--nic",
}

// conditionError tells what is wrong with a query in terms of flags.
func conditionError(e *audit.QueryError) error {
	var flags []string
	for _, f := range e.Fields {
		flags = append(flags, conditionFlags[f])
	}
	return fmt.Errorf("%s: %s", strings.Join(flags, ", "), e.Reason)
}

// noneText says of which packets there is none. each is true where the search was
// for a packet of each rule.
func noneText(q *audit.Query, each bool) string {
	var b strings.Builder
	b.WriteString("no packet")
	if q.Protocol != nil && *q.Protocol != rule.All {
		fmt.Fprintf(&b, " of protocol %v", *q.Protocol)
	}
	if q.Src.IsValid() {
		fmt.Fprintf(&b, " from %v", q.Src)
	}
	writePorts(&b, "source", q.SrcPort)
	if q.Dst.IsValid() {
		fmt.Fprintf(&b, " to %v", q.Dst)
	}
	writePorts(&b, "destination", q.DstPort)
	if q.NIC != nil {
		fmt.Fprintf(&b, " by NIC %v", *q.NIC)
	}
	switch {
	case q.Verdict == nil:
		b.WriteString(" is decided")
	case *q.Verdict == match.Accept:
		b.WriteString(" is accepted")
	default:
		b.WriteString(" is dropped")
	}
	switch {
	case each || q.Cause != nil && *q.Cause == match.ByRule:
		b.WriteString(" by a rule")
	case q.Cause != nil:
		b.WriteString(" by the default")
	}
	return b.String()
}

// writePorts writes a condition on ports, if there is one.
func writePorts(b *strings.Builder, which string, ports *[2]uint16) {
	if ports != nil {
		fmt.Fprintf(b, " with %s port %s", which, portsWord(portsText(*ports)))
	}
}

// oneOf returns the value whose text is s.
func oneOf[T fmt.Stringer](s string, values ...T) (*T, error) {
	var words []string
	for _, v := range values {
		if v.String() == s {
			return &v, nil
		}
		words = append(words, v.String())
	}
	return nil, errors.New("want " + strings.Join(words, " or "))
}

// parseBlock reads an address or a CIDR block. IPv4-mapped addresses are read as
// IPv4 in packets, so that a block of them says something else than it seems to.
func parseBlock(s string) (netip.Prefix, error) {
	a, err := netip.ParseAddr(s)
	p := netip.PrefixFrom(a, a.BitLen())
	if strings.Contains(s, "/") {
		p, err = netip.ParsePrefix(s)
	}
	if err != nil || a.Zone() != "" || p.Addr().Is4In6() {
		return netip.Prefix{}, errors.New("want an IPv4 or IPv6 address or CIDR block, without a zone and not IPv4-mapped")
	}
	return p.Masked(), nil
}

// parsePorts reads a packet's port, or a range of ports.
func parsePorts(s string) (*[2]uint16, error) {
	first, last, isRange := strings.Cut(s, "/")
	if !isRange {
		last = first
	}
	a, ok1 := parsePort(first)
	b, ok2 := parsePort(last)
	if !ok1 || !ok2 || a > b {
		return nil, errors.New("want a port of 0 to 65535, or A/B with 0 <= A <= B <= 65535")
	}
	return &[2]uint16{a, b}, nil
}

// parsePort reads a port in plain decimal.
func parsePort(s string) (uint16, bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return uint16(n), err == nil && strconv.FormatUint(n, 10) == s
}
