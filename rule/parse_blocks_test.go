package rule_test

import (
	"strings"
	"testing"

	"example.com/sluice/rule"
)

// dst4 and the like change where a block stands in the wanted rule.
func dst(block string) func(*rule.Rule) {
	return func(r *rule.Rule) { r.Dst = prefix(block) }
}

func dstHost(block, host string) func(*rule.Rule) {
	return func(r *rule.Rule) { r.Dst, r.DstHost = prefix(block), addr(host) }
}

func src(block string) func(*rule.Rule) {
	return func(r *rule.Rule) { r.Src = prefix(block) }
}

func srcHost(block, host string) func(*rule.Rule) {
	return func(r *rule.Rule) { r.Src, r.SrcHost = prefix(block), addr(host) }
}

func TestParseIPv4Blocks(t *testing.T) {
	const (
		either = "an IPv4 address or CIDR block"
		masks  = "host bits are masked away, and kept aside for people"
	)
	runParse(t, []parseCase{
		{name: "a block", why: either, set: []string{"DestCidrIp=10.0.0.0/8"}, rule: dst("10.0.0.0/8")},
		{name: "an address is a block of itself", why: either, set: []string{"DestCidrIp=10.1.2.3"}, rule: dst("10.1.2.3/32")},
		{name: "a block of one address", why: either, set: []string{"DestCidrIp=10.1.2.3/32"}, rule: dst("10.1.2.3/32")},
		{name: "everything", why: either, set: []string{"DestCidrIp=0.0.0.0/0"}, rule: dst("0.0.0.0/0")},
		{name: "the last address", why: either, set: []string{"DestCidrIp=255.255.255.255"}, rule: dst("255.255.255.255/32")},
		{name: "the semantics' example of host bits", why: masks, set: []string{"DestCidrIp=10.0.0.1/8"}, rule: dstHost("10.0.0.0/8", "10.0.0.1")},
		{name: "host bits in everything", why: masks, set: []string{"DestCidrIp=1.2.3.4/0"}, rule: dstHost("0.0.0.0/0", "1.2.3.4")},
		{name: "one host bit", why: masks, set: []string{"DestCidrIp=10.0.0.1/31"}, rule: dstHost("10.0.0.0/31", "10.0.0.1")},
		{name: "a source block", why: "as DestCidrIp", set: []string{"SourceCidrIp=10.0.0.0/8"}, rule: src("10.0.0.0/8")},
		{name: "a source address", why: "as DestCidrIp", set: []string{"SourceCidrIp=10.1.2.3"}, rule: src("10.1.2.3/32")},
		{name: "every source, said", why: "a block that says any is kept as it is", set: []string{"SourceCidrIp=0.0.0.0/0"}, rule: src("0.0.0.0/0")},
		{name: "source host bits", why: masks, set: []string{"SourceCidrIp=10.0.0.1/8"}, rule: srcHost("10.0.0.0/8", "10.0.0.1")},
		{name: "no source", why: "absent means any source", set: []string{"SourceCidrIp="}},
		{name: "IPv4 in a classic group", why: "only IPv6 is for VPC groups", network: rule.Classic, set: []string{"SourceCidrIp=10.0.0.1"},
			rule: func(r *rule.Rule) { r.Src, r.NIC = prefix("10.0.0.1/32"), rule.Internet }},
	})
}

func TestParseIPv4BlocksMalformed(t *testing.T) {
	texts := []struct{ name, text string }{
		{"three octets", "10.0.0"},
		{"three octets and a length", "10.0.0/8"},
		{"one number", "167772161"},
		{"five octets", "10.0.0.0.1"},
		{"an octet past 255", "10.0.0.256"},
		{"an octet with a leading zero", "10.0.0.01"},
		{"an octet with a plus", "10.0.0.+1"},
		{"an empty octet", "10..0.1"},
		{"a hexadecimal octet", "0x0a.0.0.1"},
		{"a space before", " 10.0.0.1"},
		{"a space at the end", "10.0.0.1 "},
		{"a space before the slash", "10.0.0.0 /8"},
		{"a space after the slash", "10.0.0.0/ 8"},
		{"a length past 32", "10.0.0.0/33"},
		{"a length past 64 bits", "10.0.0.0/18446744073709551624"},
		{"a length with a leading zero", "10.0.0.0/08"},
		{"a length with a plus", "10.0.0.0/+8"},
		{"a negative length", "10.0.0.0/-1"},
		{"an empty length", "10.0.0.0/"},
		{"a word for the length", "10.0.0.0/x"},
		{"two lengths", "10.0.0.0/8/8"},
		{"a netmask", "10.0.0.0/255.0.0.0"},
		{"a slash alone", "/"},
		{"a length alone", "/8"},
		{"a range", "10.0.0.1-10.0.0.9"},
		{"a list", "10.0.0.1,10.0.0.2"},
		{"a zone", "10.0.0.1%eth0"},
		{"a port", "10.0.0.1:80"},
		{"a host name", "example.com"},
		{"IPv6", "2001:db8::1"},
		{"an IPv6 block", "::/0"},
		{"an IPv4-mapped address", "::ffff:10.0.0.1"},
		{"digits that are not ASCII", "1\u0660.0.0.1"},
		{"dots of full width", "10\uFF0E0\uFF0E0\uFF0E1"},
		{"not UTF-8", "10.0.0.1\xff"},
		{"a NUL", "10.0.0.1\x00"},
		{"ten thousand characters", strings.Repeat("1.", 5000)},
	}
	var cases []parseCase
	for _, bad := range texts {
		cases = append(cases,
			parseCase{name: "dst " + bad.name, why: "DestCidrIp is no IPv4 address or block", set: []string{"DestCidrIp=" + bad.text},
				faults: []fault{refused("InvalidDestCidrIp.Malformed", "DestCidrIp", bad.text)}},
			parseCase{name: "src " + bad.name, why: "SourceCidrIp is no IPv4 address or block", set: []string{"SourceCidrIp=" + bad.text},
				faults: []fault{refused("InvalidParam.SourceIp", "SourceCidrIp", bad.text)}})
	}
	runParse(t, cases)
}

func TestParseIPv6Blocks(t *testing.T) {
	const (
		either = "an IPv6 address or CIDR block"
		masks  = "host bits are masked away, and kept aside for people"
	)
	to := func(text string, more ...string) []string {
		return append([]string{"DestCidrIp=", "Ipv6DestCidrIp=" + text}, more...)
	}
	runParse(t, []parseCase{
		{name: "a block", why: either, set: to("2001:db8::/32"), rule: dst("2001:db8::/32")},
		{name: "an address is a block of itself", why: either, set: to("2001:db8::1"), rule: dst("2001:db8::1/128")},
		{name: "a block of one address", why: either, set: to("2001:db8::1/128"), rule: dst("2001:db8::1/128")},
		{name: "everything", why: either, set: to("::/0"), rule: dst("::/0")},
		{name: "the zero address", why: either, set: to("::"), rule: dst("::/128")},
		{name: "capitals, and zeros written out", why: "an address has several spellings", set: to("2001:0DB8:0000:0000:0000:0000:0000:0001/128"), rule: dst("2001:db8::1/128")},
		{name: "the last octets as IPv4", why: "an embedded address that is not a mapped one", set: to("64:ff9b::192.0.2.1"), rule: dst("64:ff9b::c000:201/128")},
		{name: "IPv4-compatible", why: "not a mapped address", set: to("::192.0.2.1"), rule: dst("::c000:201/128")},
		{name: "a block around the mapped addresses", why: "not a mapped address", set: to("::/80"), rule: dst("::/80")},
		{name: "host bits", why: masks, set: to("2001:db8::1/32"), rule: dstHost("2001:db8::/32", "2001:db8::1")},
		{name: "a source block", why: "as Ipv6DestCidrIp", set: to("::/0", "Ipv6SourceCidrIp=2001:db8::/32"),
			rule: func(r *rule.Rule) { r.Dst, r.Src = prefix("::/0"), prefix("2001:db8::/32") }},
		{name: "source host bits", why: masks, set: to("::/0", "Ipv6SourceCidrIp=2001:db8::1/32"),
			rule: func(r *rule.Rule) { r.Dst = prefix("::/0"); srcHost("2001:db8::/32", "2001:db8::1")(r) }},
		{name: "no source", why: "absent means any source", set: to("::/0", "Ipv6SourceCidrIp="), rule: dst("::/0")},
	})
}

func TestParseIPv6BlocksMalformed(t *testing.T) {
	address := []struct{ name, text string }{
		{"a word", "x"},
		{"the page's placeholder", "2001:db8:1234:1a00::XXX"}, // nothing left open: the page's own example value, which is no address
		{"nine groups", "1:2:3:4:5:6:7:8:9"},
		{"seven groups", "1:2:3:4:5:6:7"},
		{"two gaps", "1::2::3"},
		{"five digits", "12345::"},
		{"brackets", "[2001:db8::1]"},
		{"a zone", "fe80::1%eth0"},
		{"a zone and a good length", "fe80::1%eth0/64"},
		{"a zone and a bad length", "fe80::1%eth0/129"},
		{"an empty zone", "fe80::1%"},
		{"a mapped address", "::ffff:10.0.0.1"},
		{"a mapped address in hexadecimal", "::ffff:0a00:0001"},
		{"a mapped block", "::ffff:10.0.0.0/104"},
		{"the block of all mapped addresses", "::ffff:0:0/96"},
		{"a mapped address with a bad length", "::ffff:10.0.0.1/129"},
		{"IPv4", "10.0.0.1"},
		{"an IPv4 block", "10.0.0.0/8"},
		{"a space before", " 2001:db8::1"},
		{"a space at the end", "2001:db8::1 "},
		{"a space before the slash", "2001:db8:: /32"},
		{"a slash alone", "/"},
		{"a length alone", "/64"},
		{"a bad address and a bad length", "x/129"},
		{"a range", "2001:db8::1-2001:db8::9"},
		{"letters of full width", "\uFF46e80::1"},
		{"not UTF-8", "2001:db8::1\xff"},
		{"ten thousand characters", strings.Repeat("a:", 5000)},
	}
	length := []struct{ name, text string }{
		{"past 128", "2001:db8::/129"},
		{"past 64 bits", "2001:db8::/18446744073709551680"},
		{"a word", "2001:db8::/x"},
		{"a leading zero", "2001:db8::/064"},
		{"zeros", "2001:db8::/00"},
		{"a plus", "2001:db8::/+64"},
		{"negative", "2001:db8::/-1"},
		{"empty", "2001:db8::/"},
		{"a space before", "2001:db8::/ 64"},
		{"a space at the end", "2001:db8::/64 "},
		{"two lengths", "2001:db8::/64/64"},
		{"a mask", "2001:db8::/ffff::"},
		{"digits that are not ASCII", "2001:db8::/\u0666\u0664"},
	}
	v6 := []string{"DestCidrIp=", "Ipv6DestCidrIp=2001:db8::1"}
	var cases []parseCase
	add := func(name, why, param, text, code string) {
		cases = append(cases, parseCase{name: param + " " + name, why: why, set: append(v6[:2:2], param+"="+text),
			faults: []fault{refused(code, param, text)}})
	}
	for _, bad := range address {
		add(bad.name, "the address part is bad", "Ipv6DestCidrIp", bad.text, "InvalidParam.Ipv6DestCidrIp")
		add(bad.name, "the address part is bad", "Ipv6SourceCidrIp", bad.text, "InvalidParam.Ipv6SourceCidrIp")
	}
	for _, bad := range length {
		add("length "+bad.name, "a good address with a bad prefix length", "Ipv6DestCidrIp", bad.text, "ILLEGAL_IPV6_CIDR")
		add("length "+bad.name, "a good address with a bad prefix length", "Ipv6SourceCidrIp", bad.text, "ILLEGAL_IPV6_CIDR")
	}
	runParse(t, cases)
}

func TestParseIPv6InClassic(t *testing.T) {
	const why = "IPv6 is for VPC groups only"
	const code = "InvalidSecurityGroup.InvalidNetworkType"
	runParse(t, []parseCase{
		{name: "destination", why: why, network: rule.Classic, set: []string{"DestCidrIp=", "Ipv6DestCidrIp=::/0"},
			faults: []fault{refused(code, "Ipv6DestCidrIp", "::/0")}},
		{name: "source and destination", why: why, network: rule.Classic, set: []string{"DestCidrIp=", "Ipv6DestCidrIp=::/0", "Ipv6SourceCidrIp=::1"},
			faults: []fault{refused(code, "Ipv6DestCidrIp", "::/0"), refused(code, "Ipv6SourceCidrIp", "::1")}},
		{name: "a bad address, too", why: "all faults of a request are reported", network: rule.Classic, set: []string{"DestCidrIp=", "Ipv6DestCidrIp=x"},
			faults: []fault{refused("InvalidParam.Ipv6DestCidrIp", "Ipv6DestCidrIp", "x"), refused(code, "Ipv6DestCidrIp", "x")}},
		{name: "a bad length, too", why: "all faults of a request are reported", network: rule.Classic, set: []string{"DestCidrIp=", "Ipv6DestCidrIp=::/x"},
			faults: []fault{refused("ILLEGAL_IPV6_CIDR", "Ipv6DestCidrIp", "::/x"), refused(code, "Ipv6DestCidrIp", "::/x")}},
	})
}
