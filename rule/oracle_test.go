package rule_test

import (
	"math/big"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/sluice/rule"
)

// oracle says which faults a request has, as "code parameter" in order: the
// tables of section 1 once more, by other means than the package's own (regular
// expressions, big numbers, package net), so that both can be compared.
type oracle struct {
	p       rule.Params
	classic bool
	faults  []string
}

func (o *oracle) fault(code, param string) { o.faults = append(o.faults, code+" "+param) }

func oracleFaults(p rule.Params, n rule.Network) []string {
	o := &oracle{p: p, classic: n == rule.Classic}
	o.protocolAndPorts()
	d4 := o.v4("DestCidrIp", p.DestCidrIP, "InvalidDestCidrIp.Malformed")
	d6 := o.v6("Ipv6DestCidrIp", p.IPv6DestCidrIP)
	s4 := o.v4("SourceCidrIp", p.SourceCidrIP, "InvalidParam.SourceIp")
	s6 := o.v6("Ipv6SourceCidrIp", p.IPv6SourceCidrIP)
	if p.DestCidrIP+p.IPv6DestCidrIP == "" {
		o.id("DestGroupId", p.DestGroupID, "InvalidDestGroupId.NotFound")
		o.id("DestGroupOwnerAccount", p.DestGroupOwnerAccount, "InvalidDestGroup.NotFound")
		o.id("DestGroupOwnerId", p.DestGroupOwnerID, "InvalidDestGroup.NotFound")
	}
	o.words()
	o.pairs()

	icmp, icmp6 := ascii(p.IPProtocol) == "icmp", ascii(p.IPProtocol) == "icmpv6"
	firstOf := func(code string, params ...string) {
		for _, param := range params {
			if param != "" {
				o.fault(code, param)
				return
			}
		}
	}
	where := func(condition bool, param string) string {
		if condition {
			return param
		}
		return ""
	}
	firstOf("InvalidParam.Ipv4ProtocolConflictWithIpv6Address",
		where(d6 && (icmp || s4), "Ipv6DestCidrIp"), where(s6 && icmp, "Ipv6SourceCidrIp"))
	firstOf("InvalidParam.Ipv6ProtocolConflictWithIpv4Address",
		where(d4 && icmp6, "DestCidrIp"), where(s4 && icmp6, "SourceCidrIp"), where(d4 && s6, "DestCidrIp"))
	return o.faults
}

// ascii folds the 26 letters, one by one.
func ascii(s string) string {
	for upper := 'A'; upper <= 'Z'; upper++ {
		s = strings.ReplaceAll(s, string(upper), string(upper+32))
	}
	return s
}

var (
	wordRE     = regexp.MustCompile(`^[A-Za-z0-9]+$`)
	protocolRE = regexp.MustCompile(`^(tcp|udp|icmp|icmpv6|gre|all)$`)
	plain      = `(?:0|[1-9][0-9]*)`
	plainRE    = regexp.MustCompile(`^` + plain + `$`)
	portsRE    = regexp.MustCompile(`^(` + plain + `)/(` + plain + `)$`)
	lengthRE   = regexp.MustCompile(`^[^/]*(?:/` + plain + `)?$`)
)

func number(s string) *big.Int {
	n, _ := new(big.Int).SetString(s, 10)
	return n
}

// within reports low <= n <= high for a plain decimal text.
func within(s string, low, high int64) bool {
	n := number(s)
	return n.Cmp(big.NewInt(low)) >= 0 && n.Cmp(big.NewInt(high)) <= 0
}

func (o *oracle) protocolAndPorts() {
	protocol := ascii(o.p.IPProtocol)
	known := protocolRE.MatchString(protocol)
	switch {
	case known:
	case wordRE.MatchString(o.p.IPProtocol):
		o.fault("InvalidIpProtocol.ValueNotSupported", "IpProtocol")
	default:
		o.fault("InvalidIpProtocol.Malformed", "IpProtocol")
	}
	hasPorts := protocol == "tcp" || protocol == "udp"
	for _, f := range []struct{ param, text string }{{"PortRange", o.p.PortRange}, {"SourcePortRange", o.p.SourcePortRange}} {
		m := portsRE.FindStringSubmatch(f.text)
		isRange := m != nil && within(m[1], 1, 65535) && within(m[2], 1, 65535) && number(m[1]).Cmp(number(m[2])) <= 0
		switch {
		case f.text == "" && f.param == "SourcePortRange":
		case !isRange && f.text != "-1/-1":
			o.fault("InvalidParam.PortRange", f.param)
		case known && isRange && !hasPorts, known && !isRange && hasPorts && f.param == "PortRange":
			o.fault("OperationDenied", f.param)
		}
	}
}

func (o *oracle) v4(param, text, code string) (ok bool) {
	if text == "" {
		return false
	}
	block := text
	if !strings.Contains(text, "/") {
		block += "/32"
	}
	_, ipnet, err := net.ParseCIDR(block)
	if err != nil || len(ipnet.IP) != net.IPv4len || strings.Contains(text, ":") || !lengthRE.MatchString(text) {
		o.fault(code, param)
		return false
	}
	return true
}

func (o *oracle) v6(param, text string) (ok bool) {
	if text == "" {
		return false
	}
	address, length, cut := strings.Cut(text, "/")
	a, err := netip.ParseAddr(address)
	ok = true
	if err != nil || !strings.Contains(address, ":") || strings.Contains(address, "%") || a.Unmap() != a {
		o.fault("InvalidParam."+param, param)
		ok = false
	} else if cut && !(plainRE.MatchString(length) && within(length, 0, 128)) {
		o.fault("ILLEGAL_IPV6_CIDR", param)
		ok = false
	}
	if o.classic {
		o.fault("InvalidSecurityGroup.InvalidNetworkType", param)
		ok = false
	}
	return ok
}

func (o *oracle) id(param, text, code string) {
	for _, r := range text {
		if r == ' ' || r == '\uFFFD' || !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
			o.fault(code, param)
			return
		}
	}
}

func (o *oracle) words() {
	switch ascii(o.p.Policy) {
	case "", "accept", "allow", "drop":
	default:
		o.fault("InvalidPolicy.Malformed", "Policy")
	}
	switch s := o.p.Priority; {
	case s == "":
	case !plainRE.MatchString(s):
		o.fault("InvalidPriority.Malformed", "Priority")
	case !within(s, 1, 100):
		o.fault("InvalidPriority.ValueNotSupported", "Priority")
	}
	switch nic := ascii(o.p.NICType); {
	case nic == "" || nic == "intranet" || nic == "internet" && o.classic:
	case nic == "internet":
		o.fault("InvalidNicType.Mismatch", "NicType")
	default:
		o.fault("InvalidNicType.ValueNotSupported", "NicType")
	}
	if s := o.p.Description; !utf8.ValidString(s) || len([]rune(s)) > 512 {
		o.fault("InvalidSecurityGroupDiscription.Malformed", "Description")
	}
}

func (o *oracle) pairs() {
	p := o.p
	address := p.DestCidrIP + p.IPv6DestCidrIP
	if address+p.DestGroupID == "" {
		o.fault("MissingParameter.Dest", "DestCidrIp")
	}
	if p.DestCidrIP != "" && p.IPv6DestCidrIP != "" {
		o.fault("InvalidParam.DestIp", "Ipv6DestCidrIp")
	}
	if p.SourceCidrIP != "" && p.IPv6SourceCidrIP != "" {
		o.fault("InvalidParam.SourceIp", "Ipv6SourceCidrIp")
	}
	nic := ascii(p.NICType)
	if address == "" && p.DestGroupID != "" && o.classic && (nic == "" || nic == "internet") {
		o.fault("InvalidNicType.Mismatch", "NicType")
	}
}
