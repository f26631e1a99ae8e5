package rule

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"
)

// The strongest priority is 1. A request may name 1 to maxPriority; the rules
// that the system makes come with restoredPriority, below all others.
const (
	maxPriority      = 100
	restoredPriority = 110
)

const maxDescription = 512 // code points

// Parse reads one request's parameters as a rule of a group in network n.
//
// A returned error is an [Errors] with every fault of the request: first those
// of single parameters, in the order of [Params], then those of several
// together.
func Parse(p Params, n Network) (Rule, error) { return parse(p, n, maxPriority) }

func parse(p Params, n Network, weakest int) (Rule, error) {
	x := parser{network: n}
	r := Rule{
		DstOwner:    p.DestGroupOwnerAccount,
		DstOwnerID:  p.DestGroupOwnerID,
		DstGroup:    p.DestGroupID,
		Description: p.Description,
	}
	known := x.protocol(&r, p.IPProtocol)
	if p.PortRange == "" {
		x.fault(InvalidParamPortRange, paramPorts, "", "absent", wantPorts+", or -1/-1 for a protocol without ports")
	} else {
		r.DstPorts = x.ports(paramPorts, p.PortRange, r.Protocol, known)
	}
	if p.SourcePortRange != "" {
		r.SrcPorts = x.ports(paramSrcPorts, p.SourcePortRange, r.Protocol, known)
	}
	dst4 := x.block4(paramDst, p.DestCidrIP, InvalidDestCidrIPMalformed)
	dst6 := x.block6(paramDst6, p.IPv6DestCidrIP, InvalidParamIPv6DestCidrIP)
	src4 := x.block4(paramSrc, p.SourceCidrIP, InvalidParamSourceIP)
	src6 := x.block6(paramSrc6, p.IPv6SourceCidrIP, InvalidParamIPv6SourceCidrIP)
	if p.DestCidrIP == "" && p.IPv6DestCidrIP == "" { // an address decides, and the group is ignored
		x.id(paramGroup, p.DestGroupID, InvalidDestGroupIDNotFound)
		x.id(paramOwner, p.DestGroupOwnerAccount, InvalidDestGroupNotFound)
		x.id(paramOwnerID, p.DestGroupOwnerID, InvalidDestGroupNotFound)
	}
	x.policy(&r, p.Policy)
	x.priority(&r, p.Priority, weakest)
	x.nic(&r, p.NICType)
	x.description(p.Description)
	x.conditions(p, r, known, [4]netip.Prefix{dst4, dst6, src4, src6})

	r.Dst, r.DstHost = masked(dst4, dst6)
	r.Src, r.SrcHost = masked(src4, src6)
	if p.DestCidrIP != "" || p.IPv6DestCidrIP != "" { // an address decides
		r.DstGroup, r.DstOwner, r.DstOwnerID = "", "", ""
	}
	if len(x.faults) > 0 {
		return Rule{}, x.faults
	}
	return r, nil
}

// parser collects the faults of one request.
type parser struct {
	network Network
	faults  Errors
}

func (x *parser) fault(c Code, param, value, reason, want string) {
	x.faults = append(x.faults, newError(c, param, value, reason, want))
}

const wantProtocol = "tcp, udp, icmp, icmpv6, gre or all"

func (x *parser) protocol(r *Rule, s string) (ok bool) {
	if p, ok := protocolNamed(s); ok {
		r.Protocol = p
		return true
	}
	switch {
	case s == "":
		x.fault(InvalidIPProtocolMalformed, paramProtocol, s, "absent", wantProtocol)
	case !isAlphanumeric(s):
		x.fault(InvalidIPProtocolMalformed, paramProtocol, s, "not ASCII letters and digits", wantProtocol)
	default:
		x.fault(InvalidIPProtocolValueNotSupported, paramProtocol, s, "not a protocol of rules", wantProtocol)
	}
	return false
}

func isAlphanumeric(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// ports reads PortRange or SourcePortRange. Whether the range goes with the
// protocol shows only where the protocol is known.
func (x *parser) ports(param, s string, p Protocol, known bool) PortRange {
	r, err := parsePorts(s)
	if err != nil {
		want := wantPorts
		if known && !p.HasPorts() {
			want = "-1/-1 for " + p.String()
		}
		x.fault(InvalidParamPortRange, param, s, err.Error(), want)
		return PortRange{}
	}
	switch {
	case !known:
	case !p.HasPorts() && !r.IsAny():
		x.fault(OperationDenied, param, s, p.String()+" has no ports", "-1/-1")
	case p.HasPorts() && r.IsAny() && param == paramPorts:
		x.fault(OperationDenied, param, s, p.String()+" needs ports", wantPorts)
	}
	return r
}

// block4 reads an IPv4 address or block, and returns it with its host bits.
func (x *parser) block4(param, s string, c Code) netip.Prefix {
	if s == "" {
		return netip.Prefix{}
	}
	const want = "an IPv4 address or CIDR block such as 203.0.113.0/24"
	text, bits, isBlock := strings.Cut(s, "/")
	addr, err := netip.ParseAddr(text)
	if err != nil || !addr.Is4() {
		x.fault(c, param, s, "not an IPv4 address", want)
		return netip.Prefix{}
	}
	n, ok := prefixLength(bits, isBlock, 32)
	if !ok {
		x.fault(c, param, s, "bad prefix length", "an address alone, or a prefix length of 0 to 32")
		return netip.Prefix{}
	}
	return netip.PrefixFrom(addr, n)
}

// block6 is block4 for IPv6, where the API has codes of their own for the
// prefix length and for classic groups.
func (x *parser) block6(param, s string, c Code) netip.Prefix {
	if s == "" {
		return netip.Prefix{}
	}
	before := len(x.faults)
	text, bits, isBlock := strings.Cut(s, "/")
	addr, err := netip.ParseAddr(text)
	n, ok := prefixLength(bits, isBlock, 128)
	switch {
	case err != nil || !addr.Is6():
		x.fault(c, param, s, "not an IPv6 address", "an IPv6 address or CIDR block such as 2001:db8::/32")
	case addr.Zone() != "":
		x.fault(c, param, s, "an address with a zone", "an IPv6 address without a zone")
	case addr.Is4In6():
		x.fault(c, param, s, "an IPv4-mapped address", "the IPv4 address in the parameter for IPv4")
	case !ok:
		x.fault(IllegalIPv6Cidr, param, s, "bad prefix length", "an address alone, or a prefix length of 0 to 128")
	}
	if x.network == Classic {
		x.fault(InvalidSecurityGroupInvalidNetworkType, param, s, "IPv6 in a classic group", "a VPC group, or IPv4")
	}
	if len(x.faults) > before {
		return netip.Prefix{}
	}
	return netip.PrefixFrom(addr, n)
}

// prefixLength reads the text after the slash; an address alone is a block
// of itself.
func prefixLength(s string, isBlock bool, most int) (int, bool) {
	if !isBlock {
		return most, true
	}
	return decimal(s, most)
}

// masked returns the block of the one family that is given, and the address it
// was written with where that had host bits.
func masked(v4, v6 netip.Prefix) (block netip.Prefix, host netip.Addr) {
	block = v4
	if v6.IsValid() {
		block = v6
	}
	if m := block.Masked(); m != block {
		return m, block.Addr()
	}
	return block, netip.Addr{}
}

// id checks an id that may be absent. One that [CheckID] refuses is in no account.
func (x *parser) id(param, s string, c Code) {
	if reason := idFault(s); reason != "" {
		x.fault(c, param, s, reason, wantID)
	}
}

func (x *parser) policy(r *Rule, s string) {
	r.Policy = Accept
	if s != "" && r.Policy.UnmarshalText([]byte(s)) != nil {
		x.fault(InvalidPolicyMalformed, paramPolicy, s, "not a policy", "accept or drop")
	}
}

func (x *parser) priority(r *Rule, s string, weakest int) {
	r.Priority = 1
	if s == "" {
		return
	}
	want := fmt.Sprintf("1 to %d, 1 the strongest", weakest)
	n, ok := decimal(s, weakest)
	switch {
	case !isDecimal(s):
		x.fault(InvalidPriorityMalformed, paramPriority, s, "not a plain decimal integer", want)
	case !ok || n == 0:
		x.fault(InvalidPriorityValueNotSupported, paramPriority, s, "out of range", want)
	default:
		r.Priority = uint8(n)
	}
}

// nic leaves NoNIC where the text is not a NIC type.
func (x *parser) nic(r *Rule, s string) {
	switch {
	case s == "":
		r.NIC = Intranet
		if x.network == Classic {
			r.NIC = Internet
		}
	case r.NIC.UnmarshalText([]byte(s)) != nil:
		x.fault(InvalidNICTypeValueNotSupported, paramNIC, s, "not a NIC type", "internet or intranet")
	case x.network == VPC && r.NIC == Internet:
		x.fault(InvalidNICTypeMismatch, paramNIC, s, "internet in a VPC group", "intranet")
	}
}

func (x *parser) description(s string) {
	const want = "1 to 512 characters of valid UTF-8"
	switch {
	case !utf8.ValidString(s):
		x.fault(InvalidSecurityGroupDiscriptionMalformed, paramDescription, s, "not UTF-8", want)
	case utf8.RuneCountInString(s) > maxDescription:
		x.fault(InvalidSecurityGroupDiscriptionMalformed, paramDescription, s, "too long", want)
	}
}
