package rule

import "net/netip"

// conditions checks what several parameters must meet together: which are given
// always, what they mean where the parameters themselves had no fault. blocks are
// DestCidrIp, Ipv6DestCidrIp, SourceCidrIp and Ipv6SourceCidrIp as read, zero
// where absent or faulty.
func (x *parser) conditions(p Params, r Rule, protocolKnown bool, blocks [4]netip.Prefix) {
	address := p.DestCidrIP != "" || p.IPv6DestCidrIP != ""
	if !address && p.DestGroupID == "" {
		x.fault(MissingParameterDest, paramDst, "", "no destination", "one of DestCidrIp, Ipv6DestCidrIp and DestGroupId")
	}
	if p.DestCidrIP != "" && p.IPv6DestCidrIP != "" {
		x.fault(InvalidParamDestIP, paramDst6, p.IPv6DestCidrIP, "a second destination", "one of DestCidrIp and Ipv6DestCidrIp")
	}
	if p.SourceCidrIP != "" && p.IPv6SourceCidrIP != "" {
		x.fault(InvalidParamSourceIP, paramSrc6, p.IPv6SourceCidrIP, "a second source", "one of SourceCidrIp and Ipv6SourceCidrIp")
	}
	if !address && p.DestGroupID != "" && x.network == Classic && r.NIC == Internet {
		x.fault(InvalidNICTypeMismatch, paramNIC, p.NICType, "a destination group is reached by intranet", "NicType intranet")
	}
	x.families(p, r.Protocol, protocolKnown, blocks)
}

// families checks that protocol, source and destination are of one IP version.
func (x *parser) families(p Params, proto Protocol, known bool, blocks [4]netip.Prefix) {
	dst4, dst6, src4, src6 := blocks[0].IsValid(), blocks[1].IsValid(), blocks[2].IsValid(), blocks[3].IsValid()

	const code6 = InvalidParamIPv4ProtocolConflictWithIPv6Address
	switch icmp := known && proto == ICMP; {
	case icmp && dst6:
		x.fault(code6, paramDst6, p.IPv6DestCidrIP, "icmp with an IPv6 address", "icmpv6, or IPv4 addresses")
	case icmp && src6:
		x.fault(code6, paramSrc6, p.IPv6SourceCidrIP, "icmp with an IPv6 address", "icmpv6, or IPv4 addresses")
	case src4 && dst6:
		x.fault(code6, paramDst6, p.IPv6DestCidrIP, "an IPv4 source with an IPv6 destination", "both of one IP version")
	}

	const code4 = InvalidParamIPv6ProtocolConflictWithIPv4Address
	switch icmp6 := known && proto == ICMPv6; {
	case icmp6 && dst4:
		x.fault(code4, paramDst, p.DestCidrIP, "icmpv6 with an IPv4 address", "icmp, or IPv6 addresses")
	case icmp6 && src4:
		x.fault(code4, paramSrc, p.SourceCidrIP, "icmpv6 with an IPv4 address", "icmp, or IPv6 addresses")
	case src6 && dst4:
		x.fault(code4, paramDst, p.DestCidrIP, "an IPv6 source with an IPv4 destination", "both of one IP version")
	}
}
