package audit

import (
	"fmt"
	"net/netip"
	"strings"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Query is what a packet and its decision must be like. A zero field is no
// condition.
type Query struct {
	Verdict  *match.Verdict
	Cause    *match.Cause   // Default or ByRule
	Protocol *rule.Protocol // All is no condition
	Src, Dst netip.Prefix   // host bits are masked away; IPv4-mapped is IPv4
	SrcPort  *[2]uint16     // first and last; only tcp and udp packets meet it
	DstPort  *[2]uint16
	NIC      *rule.NIC // plays no part in a VPC but is the packet's
}

// QueryField is a field of [Query].
type QueryField string

const (
	FieldVerdict  QueryField = "Verdict"
	FieldCause    QueryField = "Cause"
	FieldProtocol QueryField = "Protocol"
	FieldSrc      QueryField = "Src"
	FieldDst      QueryField = "Dst"
	FieldSrcPort  QueryField = "SrcPort"
	FieldDstPort  QueryField = "DstPort"
	FieldNIC      QueryField = "NIC"
)

// QueryError says that a condition of a query has no meaning, or that no packet
// at all meets its conditions, whatever the rules. It is no proof about rules.
type QueryError struct {
	Fields []QueryField // one, or those that contradict each other
	Reason string       // with what is accepted
}

// Error names the fields and says why.
func (e *QueryError) Error() string {
	var names []string
	for _, f := range e.Fields {
		names = append(names, string(f))
	}
	return "audit: query: " + strings.Join(names, ", ") + ": " + e.Reason
}

// validate refuses conditions that no packet can meet. each is true for
// FindEach.
func (q *Query) validate(each bool) error {
	if err := q.validateValues(); err != nil {
		return err
	}
	return q.validateTogether(each)
}

// validateValues looks at each condition alone.
func (q *Query) validateValues() error {
	refuse := func(f QueryField, format string, args ...any) error {
		return &QueryError{[]QueryField{f}, fmt.Sprintf(format, args...)}
	}
	if q.Verdict != nil && *q.Verdict != match.Accept && *q.Verdict != match.Drop {
		return refuse(FieldVerdict, "%v is no verdict: want accept or drop", *q.Verdict)
	}
	if q.Cause != nil && *q.Cause != match.Default && *q.Cause != match.ByRule {
		return refuse(FieldCause, "%v decides no packet that is searched: want rule or default", *q.Cause)
	}
	if q.Protocol != nil && *q.Protocol > rule.All {
		return refuse(FieldProtocol, "%d is no protocol: want 0 to 255, or all", *q.Protocol)
	}
	if q.NIC != nil && *q.NIC != rule.Intranet && *q.NIC != rule.Internet {
		return refuse(FieldNIC, "%v is no NIC: want intranet or internet", *q.NIC)
	}
	for _, c := range []struct {
		field QueryField
		ports *[2]uint16
	}{{FieldSrcPort, q.SrcPort}, {FieldDstPort, q.DstPort}} {
		if p := c.ports; p != nil && p[0] > p[1] {
			return refuse(c.field, "%d/%d has no port: want first <= last", p[0], p[1])
		}
	}
	for _, c := range []struct {
		field QueryField
		block netip.Prefix
	}{{FieldSrc, q.Src}, {FieldDst, q.Dst}} {
		if c.block != (netip.Prefix{}) && !c.block.IsValid() {
			return refuse(c.field, "%v is no CIDR block: want an address and a prefix length of its IP version", c.block)
		}
	}
	return nil
}

// validateTogether looks at conditions that contradict each other.
func (q *Query) validateTogether(each bool) error {
	if each && q.Cause != nil && *q.Cause == match.Default {
		return &QueryError{[]QueryField{FieldCause}, "the default is no rule, and one packet for each rule is asked for: want rule, or no cause"}
	}
	if q.Src.IsValid() && q.Dst.IsValid() {
		src, dst := unmapped(q.Src), unmapped(q.Dst)
		if src.Addr().Is6() != dst.Addr().Is6() {
			return &QueryError{[]QueryField{FieldSrc, FieldDst}, fmt.Sprintf("%v and %v are of two IP versions, and no packet has both: want one IP version", q.Src, q.Dst)}
		}
	}
	if q.Protocol == nil || *q.Protocol == rule.All || q.Protocol.HasPorts() {
		return nil
	}
	fields := []QueryField{FieldProtocol}
	if q.SrcPort != nil {
		fields = append(fields, FieldSrcPort)
	}
	if q.DstPort != nil {
		fields = append(fields, FieldDstPort)
	}
	if len(fields) > 1 {
		return &QueryError{fields, fmt.Sprintf("packets of protocol %v have no ports: want tcp, udp or no protocol with ports", *q.Protocol)}
	}
	return nil
}

// other is the protocol of those packets whose protocol no rule can name.
func (q *Query) other() rule.Protocol {
	if q.Protocol != nil && *q.Protocol != rule.All {
		return *q.Protocol
	}
	return otherProtocol
}

// filter makes the filter of the query; ok is false where no packet of the family
// can meet it.
func (q *Query) filter(f *family) (_ filter, ok bool) {
	x, ok := f.everything(), true
	if q.NIC != nil && f.classic {
		x.kinds &= kindsOf(rule.All, nicIndex(*q.NIC))
	}
	if q.Protocol != nil && *q.Protocol != rule.All {
		x.kinds &= kindsOf(*q.Protocol, 0) | kindsOf(*q.Protocol, 1)
	}
	if q.Dst.IsValid() {
		p := unmapped(q.Dst)
		ok = ok && p.Addr().Is6() == f.v6
		x.dst = f.target(blockRange(p))
	}
	if q.Src.IsValid() {
		p := unmapped(q.Src)
		ok = ok && p.Addr().Is6() == f.v6
		x.src = blockRange(p)
	}
	for _, c := range []struct {
		ask *[2]uint16
		set *interval
	}{{q.SrcPort, &x.srcPort}, {q.DstPort, &x.dstPort}} {
		if c.ask != nil {
			*c.set = interval{value{0, uint64(c.ask[0])}, value{0, uint64(c.ask[1])}}
			x.kinds &= ported | ported<<kinds
		}
	}
	return x, ok && x.kinds != 0
}

// unmapped reads a block of IPv4-mapped addresses as one of IPv4. A wider block
// has IPv6 addresses, too, and is of IPv6.
func unmapped(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p
}
