package rule_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/sluice/rule"
)

func parseError(t *testing.T, n rule.Network, words ...string) *rule.Error {
	t.Helper()
	_, err := rule.Parse(params(words...), n)
	var e *rule.Error
	if !errors.As(err, &e) {
		t.Fatalf("Parse(%q) = %v, want a *rule.Error", words, err)
	}
	return e
}

// The text names the parameter, the refused text, what is wrong with it, what
// is accepted, and the code.
func TestErrorText(t *testing.T) {
	long := strings.Repeat("y", 129)
	tests := []struct {
		name    string
		network rule.Network
		set     []string
		want    string
	}{
		{"the house's example", rule.VPC, []string{"PortRange=200/1"},
			`PortRange "200/1": start after end, want start/end with 1 <= start <= end <= 65535 (InvalidParam.PortRange)`},
		{"no range", rule.VPC, []string{"PortRange=80"},
			`PortRange "80": not start/end in plain decimal, want start/end with 1 <= start <= end <= 65535 (InvalidParam.PortRange)`},
		{"port 0", rule.VPC, []string{"PortRange=0/0"},
			`PortRange "0/0": port out of range, want start/end with 1 <= start <= end <= 65535 (InvalidParam.PortRange)`},
		{"no ports given", rule.VPC, []string{"PortRange="},
			`PortRange "": absent, want start/end with 1 <= start <= end <= 65535, or -1/-1 for a protocol without ports (InvalidParam.PortRange)`},
		{"no range for icmp", rule.VPC, []string{"IpProtocol=icmp", "PortRange=80"},
			`PortRange "80": not start/end in plain decimal, want -1/-1 for icmp (InvalidParam.PortRange)`},
		{"ports for gre", rule.VPC, []string{"IpProtocol=gre"},
			`PortRange "22/22": gre has no ports, want -1/-1 (OperationDenied)`},
		{"no ports for udp", rule.VPC, []string{"IpProtocol=udp", "PortRange=-1/-1"},
			`PortRange "-1/-1": udp needs ports, want start/end with 1 <= start <= end <= 65535 (OperationDenied)`},
		{"no protocol given", rule.VPC, []string{"IpProtocol="},
			`IpProtocol "": absent, want tcp, udp, icmp, icmpv6, gre or all (InvalidIpProtocol.Malformed)`},
		{"a protocol that is no word", rule.VPC, []string{"IpProtocol=tcp!"},
			`IpProtocol "tcp!": not ASCII letters and digits, want tcp, udp, icmp, icmpv6, gre or all (InvalidIpProtocol.Malformed)`},
		{"another protocol", rule.VPC, []string{"IpProtocol=sctp"},
			`IpProtocol "sctp": not a protocol of rules, want tcp, udp, icmp, icmpv6, gre or all (InvalidIpProtocol.ValueNotSupported)`},
		{"an IPv4 length", rule.VPC, []string{"DestCidrIp=10.0.0.0/33"},
			`DestCidrIp "10.0.0.0/33": bad prefix length, want an address alone, or a prefix length of 0 to 32 (InvalidDestCidrIp.Malformed)`},
		{"an IPv4 address", rule.VPC, []string{"SourceCidrIp=10.0.0.256"},
			`SourceCidrIp "10.0.0.256": not an IPv4 address, want an IPv4 address or CIDR block such as 203.0.113.0/24 (InvalidParam.SourceIp)`},
		{"an IPv6 length", rule.VPC, []string{"Ipv6DestCidrIp=::/x"},
			`Ipv6DestCidrIp "::/x": bad prefix length, want an address alone, or a prefix length of 0 to 128 (ILLEGAL_IPV6_CIDR)`},
		{"a zone", rule.VPC, []string{"Ipv6DestCidrIp=fe80::1%eth0"},
			`Ipv6DestCidrIp "fe80::1%eth0": an address with a zone, want an IPv6 address without a zone (InvalidParam.Ipv6DestCidrIp)`},
		{"a mapped address", rule.VPC, []string{"Ipv6SourceCidrIp=::ffff:10.0.0.1"},
			`Ipv6SourceCidrIp "::ffff:10.0.0.1": an IPv4-mapped address, want the IPv4 address in the parameter for IPv4 (InvalidParam.Ipv6SourceCidrIp)`},
		{"IPv6 in a classic group", rule.Classic, []string{"Ipv6SourceCidrIp=::1"},
			`Ipv6SourceCidrIp "::1": IPv6 in a classic group, want a VPC group, or IPv4 (InvalidSecurityGroup.InvalidNetworkType)`},
		{"a policy", rule.VPC, []string{"Policy=deny"}, `Policy "deny": not a policy, want accept or drop (InvalidPolicy.Malformed)`},
		{"a priority", rule.VPC, []string{"Priority=01"}, `Priority "01": not a plain decimal integer, want 1 to 100, 1 the strongest (InvalidPriority.Malformed)`},
		{"a priority out of range", rule.VPC, []string{"Priority=101"}, `Priority "101": out of range, want 1 to 100, 1 the strongest (InvalidPriority.ValueNotSupported)`},
		{"a NIC", rule.VPC, []string{"NicType=x"}, `NicType "x": not a NIC type, want internet or intranet (InvalidNicType.ValueNotSupported)`},
		{"no destination", rule.VPC, []string{"DestCidrIp="},
			`DestCidrIp "": no destination, want one of DestCidrIp, Ipv6DestCidrIp and DestGroupId (MissingParameter.Dest)`},
		{"128 bytes stand whole", rule.VPC, []string{"Policy=" + long[:128]}, `Policy "` + long[:128] + `": not a policy, want accept or drop (InvalidPolicy.Malformed)`},
		{"more are cut", rule.VPC, []string{"Policy=" + long}, `Policy "` + long[:128] + `"... (129 bytes): not a policy, want accept or drop (InvalidPolicy.Malformed)`},
		{"control characters are escaped", rule.VPC, []string{"Policy=\x1b[2J\n\xff"}, `Policy "\x1b[2J\n\xff": not a policy, want accept or drop (InvalidPolicy.Malformed)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := parseError(t, tt.network, tt.set...).Error(); got != tt.want {
				t.Errorf("Parse(%q):\n got %s\nwant %s", tt.set, got, tt.want)
			}
		})
	}
}

// A message is short however long the refused text; the field keeps it whole.
func TestErrorKeepsLongValueWhole(t *testing.T) {
	long := strings.Repeat("9", 10<<20)
	e := parseError(t, rule.VPC, "Priority="+long)
	if e.Value != long {
		t.Errorf("Value has %d bytes, want all %d", len(e.Value), len(long))
	}
	if n := len(e.Error()); n > 300 {
		t.Errorf("the message has %d bytes, want no more than 300", n)
	}
}

func TestErrorsText(t *testing.T) {
	tests := []struct {
		name  string
		rules []rule.Params
		want  string
	}{
		{"one fault", []rule.Params{params("Policy=x")}, `Policy "x": not a policy, want accept or drop (InvalidPolicy.Malformed)`},
		{"two faults of one rule stand on two lines", []rule.Params{params("Policy=x", "NicType=y")},
			`Policy "x": not a policy, want accept or drop (InvalidPolicy.Malformed)` + "\n" +
				`NicType "y": not a NIC type, want internet or intranet (InvalidNicType.ValueNotSupported)`},
		{"the fault of another rule than the first names the rule", []rule.Params{params(), params("Policy=x")},
			`rule 1: Policy "x": not a policy, want accept or drop (InvalidPolicy.Malformed)`},
		{"faults of several rules name the rule, the first too", []rule.Params{params("Policy=x"), params(), params("Policy=y")},
			`rule 0: Policy "x": not a policy, want accept or drop (InvalidPolicy.Malformed)` + "\n" +
				`rule 2: Policy "y": not a policy, want accept or drop (InvalidPolicy.Malformed)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := rule.NewGroup("sg-a", rule.VPC, rule.Basic).Authorize(tt.rules...)
			if err == nil || err.Error() != tt.want {
				t.Errorf("Authorize:\n got %v\nwant %s", err, tt.want)
			}
		})
	}
}

// errors.Is finds any code of a call, errors.As its first fault, through any
// number of wraps.
func TestErrorsAreFound(t *testing.T) {
	err := rule.NewGroup("sg-a", rule.VPC, rule.Basic).Authorize(params(), params("Policy=x", "Priority=0"))
	err = fmt.Errorf("read the requests: %w", err)

	var e *rule.Error
	if !errors.As(err, &e) || e.Code != rule.InvalidPolicyMalformed || e.Index != 1 || e.Param != "Policy" || e.Value != "x" || e.Status != 400 {
		t.Errorf("errors.As finds %+v, want the first fault: rule 1, Policy, x", e)
	}
	var es rule.Errors
	if !errors.As(err, &es) || len(es) != 2 {
		t.Errorf("errors.As finds %v, want both faults", es)
	}
	for _, tt := range []struct {
		target error
		want   bool
	}{
		{rule.InvalidPolicyMalformed, true},
		{rule.InvalidPriorityValueNotSupported, true},
		{rule.InvalidPriorityMalformed, false},
		{rule.Code(""), false},
		{rule.Code("InvalidPolicy.Malformed"), true},
		{errors.New("InvalidPolicy.Malformed"), false},
		{es[1], true},
	} {
		if got := errors.Is(err, tt.target); got != tt.want {
			t.Errorf("errors.Is(err, %q) = %t, want %t", tt.target, got, tt.want)
		}
	}
}

// A call without a fault gives a nil error, not an empty list in an error.
func TestNoErrorIsNil(t *testing.T) {
	if _, err := rule.Parse(params(), rule.VPC); err != nil {
		t.Errorf("Parse = %#v, want nil", err)
	}
	g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
	if err := g.Authorize(params()); err != nil {
		t.Errorf("Authorize = %#v, want nil", err)
	}
}
