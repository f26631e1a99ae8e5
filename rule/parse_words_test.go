package rule_test

import (
	"strings"
	"testing"

	"example.com/sluice/rule"
)

func TestParsePolicy(t *testing.T) {
	drop := func(r *rule.Rule) { r.Policy = rule.Drop }
	cases := []parseCase{
		{name: "absent", why: "the default is accept", set: []string{"Policy="}},
		{name: "accept", why: "a valid word", set: []string{"Policy=accept"}},
		{name: "drop", why: "a valid word", set: []string{"Policy=drop"}, rule: drop},
		{name: "allow", why: "allow is accept", set: []string{"Policy=allow"}},
		{name: "Allow", why: "the page's first example", set: []string{"Policy=Allow"}},
		{name: "Drop", why: "the page's second example", set: []string{"Policy=Drop"}, rule: drop},
		{name: "aCCEPT", why: "ASCII case is ignored", set: []string{"Policy=aCCEPT"}},
	}
	for _, bad := range []struct{ name, text string }{
		{"another word", "deny"},
		{"two words", "accept drop"},
		{"a space before", " drop"},
		{"a space at the end", "accept "},
		{"a space alone", " "},
		{"a number", "1"},
		{"a beginning", "acc"},
		{"what a value without a name prints", "Policy(0)"},
		{"letters of full width", "\uFF44rop"},
		{"the Kelvin sign", "\u212A"},
		{"not UTF-8", "drop\xff"},
		{"long", strings.Repeat("a", 5000)},
	} {
		cases = append(cases, parseCase{name: bad.name, why: "neither accept nor drop", set: []string{"Policy=" + bad.text},
			faults: []fault{refused("InvalidPolicy.Malformed", "Policy", bad.text)}})
	}
	runParse(t, cases)
}

func TestParsePriority(t *testing.T) {
	priority := func(n uint8) func(*rule.Rule) {
		return func(r *rule.Rule) { r.Priority = n }
	}
	cases := []parseCase{
		{name: "absent", why: "the default is 1", set: []string{"Priority="}},
		{name: "1", why: "the strongest", set: []string{"Priority=1"}},
		{name: "50", why: "plain decimal", set: []string{"Priority=50"}, rule: priority(50)},
		{name: "100", why: "the weakest", set: []string{"Priority=100"}, rule: priority(100)},
	}
	for _, bad := range []string{"x", "1.0", "+1", "-1", "-0", "01", "00", "007", " 1", "1 ", " ", "1\n", "1e1", "0x1", "1_0", "1,0", "1/1",
		"\u0661", "\uFF11", "1\xff", "\x00", "0" + strings.Repeat("1", 60)} {
		cases = append(cases, parseCase{name: "malformed " + bad, why: "not a plain integer", set: []string{"Priority=" + bad},
			faults: []fault{refused("InvalidPriority.Malformed", "Priority", bad)}})
	}
	for _, bad := range []string{"0", "101", "110", "111", "255", "256", "257", "65537", "4294967297", "18446744073709551617",
		"1" + strings.Repeat("0", 60), strings.Repeat("9", 100000)} {
		cases = append(cases, parseCase{name: "out of range " + bad[:min(len(bad), 61)], why: "an integer outside 1..100, however long", set: []string{"Priority=" + bad},
			faults: []fault{refused("InvalidPriority.ValueNotSupported", "Priority", bad)}})
	}
	runParse(t, cases)
}

func TestParseNICType(t *testing.T) {
	internet := func(r *rule.Rule) { r.NIC = rule.Internet }
	cases := []parseCase{
		{name: "absent in a VPC group", why: "the default there is intranet", set: []string{"NicType="}},
		{name: "absent in a classic group", why: "the default there is internet", network: rule.Classic, set: []string{"NicType="}, rule: internet},
		{name: "intranet in a VPC group", why: "the only NIC of VPC groups", set: []string{"NicType=intranet"}},
		{name: "intranet in a classic group", why: "classic groups have both", network: rule.Classic, set: []string{"NicType=intranet"}},
		{name: "internet in a classic group", why: "classic groups have both", network: rule.Classic, set: []string{"NicType=internet"}, rule: internet},
		{name: "INTRANET", why: "ASCII case is ignored", set: []string{"NicType=INTRANET"}},
		{name: "InterNet", why: "ASCII case is ignored", network: rule.Classic, set: []string{"NicType=InterNet"}, rule: internet},
		{name: "internet in a VPC group", why: "not a NIC of VPC groups", set: []string{"NicType=internet"},
			faults: []fault{refused("InvalidNicType.Mismatch", "NicType", "internet")}},
		{name: "Internet in a VPC group", why: "refused as it was written", set: []string{"NicType=Internet"},
			faults: []fault{refused("InvalidNicType.Mismatch", "NicType", "Internet")}},
	}
	for _, bad := range []struct{ name, text string }{
		{"another word", "public"},
		{"a space before", " intranet"},
		{"a space at the end", "intranet "},
		{"both", "internet,intranet"},
		{"a number", "0"},
		{"a dotted capital I", "\u0130ntranet"},
		{"a dotless i", "\u0131ntranet"},
		{"not UTF-8", "intranet\xff"},
	} {
		for _, n := range []rule.Network{rule.VPC, rule.Classic} {
			cases = append(cases, parseCase{name: bad.name + " " + n.String(), why: "neither internet nor intranet", network: n, set: []string{"NicType=" + bad.text},
				faults: []fault{refused("InvalidNicType.ValueNotSupported", "NicType", bad.text)}})
		}
	}
	runParse(t, cases)
}

func TestParseDescription(t *testing.T) {
	const most = "1 to 512 code points"
	description := func(s string) func(*rule.Rule) {
		return func(r *rule.Rule) { r.Description = s }
	}
	var cases []parseCase
	for _, good := range []struct{ name, text string }{
		{"absent", ""},
		{"the page's example", "FinanceJoshua"},
		{"one character", "x"},
		{"spaces are kept", "  two words  "},
		{"512 ASCII characters", strings.Repeat("x", 512)},
		{"512 characters of three bytes", strings.Repeat("\u6C34", 512)},
		{"512 characters of four bytes", strings.Repeat("\U0001F600", 512)},
		{"a replacement character is a character", "\uFFFD"},
		{"control characters", "a\x00\r\n\x1b[2J"},
		{"text that looks like a parameter", "a=b&Policy=drop"},
	} {
		cases = append(cases, parseCase{name: good.name, why: most, set: []string{"Description=" + good.text}, rule: description(good.text)})
	}
	for _, bad := range []struct{ name, text string }{
		{"513 ASCII characters", strings.Repeat("x", 513)},
		{"513 characters of three bytes", strings.Repeat("\u6C34", 513)},
		{"512 characters and a joined accent", strings.Repeat("x", 512) + "\u0301"},
		{"a byte that is no UTF-8", "a\xff"},
		{"half of a character", "\u6C34"[:2]},
		{"half a surrogate pair", "\xed\xa0\xbd"},
		{"too long and no UTF-8", strings.Repeat("\xff", 513)},
		{"100,000 characters", strings.Repeat("x", 100_000)},
	} {
		cases = append(cases, parseCase{name: bad.name, why: most + ", valid UTF-8", set: []string{"Description=" + bad.text},
			faults: []fault{refused("InvalidSecurityGroupDiscription.Malformed", "Description", bad.text)}})
	}
	runParse(t, cases)
}
