package main

// value is one text that a parameter can have: what it means, or the code with
// which it is refused. The lists are the tables of the provider's page.
type value struct {
	text, meaning, code string
}

const (
	malformedProtocol = "InvalidIpProtocol.Malformed"
	unknownProtocol   = "InvalidIpProtocol.ValueNotSupported"
	badPorts          = "InvalidParam.PortRange"
	denied            = "OperationDenied"
	badPolicy         = "InvalidPolicy.Malformed"
	malformedPriority = "InvalidPriority.Malformed"
	unknownPriority   = "InvalidPriority.ValueNotSupported"
	badNIC            = "InvalidNicType.ValueNotSupported"
	nicMismatch       = "InvalidNicType.Mismatch"
	badDescription    = "InvalidSecurityGroupDiscription.Malformed"
	badLength6        = "ILLEGAL_IPV6_CIDR"
	ipv6InClassic     = "InvalidSecurityGroup.InvalidNetworkType"
)

// Every list has what passes first, and then what does not.
var (
	protocolValues = []value{
		{"tcp", "tcp", ""}, {"TCP", "tcp", ""}, {"udp", "udp", ""}, {"Udp", "udp", ""}, {"icmp", "icmp", ""}, {"ICMP", "icmp", ""},
		{"icmpv6", "icmpv6", ""}, {"ICMPv6", "icmpv6", ""}, {"gre", "gre", ""}, {"all", "all", ""}, {"ALL", "all", ""}, {"tCp", "tcp", ""},
		{"", "", malformedProtocol}, {"t-p", "", malformedProtocol}, {"tcp ", "", malformedProtocol}, {"tcp,udp", "", malformedProtocol},
		{"-1", "", malformedProtocol}, {"tcp\n", "", malformedProtocol}, {"\u017fctp", "", malformedProtocol},
		{"sctp", "", unknownProtocol}, {"6", "", unknownProtocol}, {"58", "", unknownProtocol}, {"icmp6", "", unknownProtocol}, {"any", "", unknownProtocol},
	}
	portValues = []value{
		{"1/65535", "1/65535", ""}, {"22/22", "22/22", ""}, {"80/443", "80/443", ""}, {"65535/65535", "65535/65535", ""}, {"1/1", "1/1", ""},
		{"256/511", "256/511", ""}, {"9/10", "9/10", ""}, {"2/19", "2/19", ""}, {"255/256", "255/256", ""},
		{"80", "", badPorts}, {"200/1", "", badPorts}, {"0/0", "", badPorts}, {"0/80", "", badPorts}, {"1/65536", "", badPorts},
		{"+1/2", "", badPorts}, {"01/2", "", badPorts}, {"1/02", "", badPorts}, {"1 /2", "", badPorts}, {"-1/80", "", badPorts}, {"1/-1", "", badPorts},
		{"1/2/3", "", badPorts}, {"/", "", badPorts}, {"1/", "", badPorts}, {"a/b", "", badPorts}, {"0x1/2", "", badPorts}, {"1_0/20", "", badPorts},
		{"99999999999999999999/1", "", badPorts}, {" -1/-1", "", badPorts}, {"80/443 ", "", badPorts}, {"10/9", "", badPorts},
	}
	blockValues4 = []value{
		{"10.0.0.0/8", "10.0.0.0/8", ""}, {"10.0.0.1/8", "10.0.0.0/8", ""}, {"0.0.0.0/0", "0.0.0.0/0", ""}, {"255.255.255.255/0", "0.0.0.0/0", ""},
		{"10.159.6.18/12", "10.144.0.0/12", ""}, {"192.0.2.1", "192.0.2.1/32", ""}, {"192.0.2.1/32", "192.0.2.1/32", ""}, {"192.0.2.3/31", "192.0.2.2/31", ""},
		{"198.51.100.200/25", "198.51.100.128/25", ""}, {"203.0.113.255/24", "203.0.113.0/24", ""}, {"128.0.0.1/1", "128.0.0.0/1", ""},
		{"10.0.0.0/33", "", "*"}, {"10.0.0", "", "*"}, {"010.0.0.1", "", "*"}, {"10.0.0.0/08", "", "*"}, {"10.0.0.0/", "", "*"}, {"/8", "", "*"},
		{"10.0.0.0/8/8", "", "*"}, {"10.0.0.256", "", "*"}, {"10.0.0.0/-1", "", "*"}, {"10.0.0.0 /8", "", "*"}, {" 10.0.0.0/8", "", "*"},
		{"10.0.0.0/255.0.0.0", "", "*"}, {"example.com", "", "*"}, {"2001:db8::/32", "", "*"}, {"10.0.0.1-10.0.0.9", "", "*"}, {"1.2.3.4.5", "", "*"},
	}
	blockValues6 = []value{
		{"2001:db8::/32", "2001:db8::/32", ""}, {"2001:db8::1/32", "2001:db8::/32", ""}, {"::/0", "::/0", ""}, {"ffff::/0", "::/0", ""},
		{"2001:DB8::1", "2001:db8::1/128", ""}, {"2001:db8:0:0:0:0:0:1/128", "2001:db8::1/128", ""}, {"2001:db8::3/127", "2001:db8::2/127", ""},
		{"2001:db8:0:1:8000::1/65", "2001:db8:0:1:8000::/65", ""}, {"2001:db8:0:1::1/64", "2001:db8:0:1::/64", ""}, {"2001:db8:0:3::/63", "2001:db8:0:2::/63", ""},
		{"::10.0.0.1/128", "::a00:1/128", ""},
		{"2001:db8:::1", "", "*"}, {"2001:db8::1%eth0", "", "*"}, {"::ffff:10.0.0.1", "", "*"}, {"::ffff:0:0/96", "", "*"}, {"10.0.0.1", "", "*"},
		{"g::/16", "", "*"}, {"1:2:3:4:5:6:7", "", "*"}, {"[2001:db8::1]", "", "*"}, {" ::/0", "", "*"}, {"12345::", "", "*"},
		{"2001:db8::/129", "", badLength6}, {"2001:db8::/x", "", badLength6}, {"2001:db8::/064", "", badLength6}, {"2001:db8::/", "", badLength6},
		{"2001:db8::/-1", "", badLength6}, {"2001:db8::/64/64", "", badLength6}, {"2001:db8::/+64", "", badLength6},
	}
	policyValues = []value{
		{"", "accept", ""}, {"accept", "accept", ""}, {"Accept", "accept", ""}, {"allow", "accept", ""}, {"Allow", "accept", ""},
		{"drop", "drop", ""}, {"Drop", "drop", ""}, {"DROP", "drop", ""},
		{"deny", "", badPolicy}, {"accept ", "", badPolicy}, {"1", "", badPolicy}, {"accept,drop", "", badPolicy}, {"reject", "", badPolicy},
	}
	priorityValues = []value{
		{"", "1", ""}, {"1", "1", ""}, {"2", "2", ""}, {"9", "9", ""}, {"10", "10", ""}, {"99", "99", ""}, {"100", "100", ""},
		{"x", "", malformedPriority}, {"1.0", "", malformedPriority}, {"+1", "", malformedPriority}, {"-1", "", malformedPriority}, {"01", "", malformedPriority},
		{" 1", "", malformedPriority}, {"1e1", "", malformedPriority}, {"0x1", "", malformedPriority}, {"\uff11", "", malformedPriority},
		{"0", "", unknownPriority}, {"101", "", unknownPriority}, {"110", "", unknownPriority}, {"257", "", unknownPriority}, {"99999999999999999999", "", unknownPriority},
	}
	// What an absent NicType means, and whether internet passes, is up to the network.
	nicValues = []value{
		{"", "", ""}, {"intranet", "intranet", ""}, {"Intranet", "intranet", ""}, {"internet", "internet", ""}, {"INTERNET", "internet", ""},
		{"public", "", badNIC}, {"intranet ", "", badNIC}, {"0", "", badNIC}, {"eth0", "", badNIC},
	}
	descriptionValues = []value{
		{"", "", ""}, {"web", "web", ""}, {"to the database & back = 100%", "to the database & back = 100%", ""}, {"出口 #1", "出口 #1", ""}, {" spaces kept ", " spaces kept ", ""},
		{"\xff", "", badDescription}, {"half of \xe5\x87", "", badDescription},
	}
)
