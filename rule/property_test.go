package rule_test

import (
	"encoding/json"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// texts are what a parameter may say: right, nearly right, and wrong.
var texts = map[string][]string{
	"IpProtocol":            {"tcp", "UDP", "icmp", "ICMPv6", "gre", "All", "", "sctp", "6", "tcp ", "\u212A"},
	"PortRange":             {"-1/-1", "1/65535", "22/22", "1/200", "", "80", "200/1", "0/0", "1/65536", "+1/2", "01/2", "1 /2", "-1/80"},
	"SourcePortRange":       {"", "-1/-1", "1024/65535", "80", "2/1"},
	"DestCidrIp":            {"", "10.0.0.0/8", "10.0.0.1/8", "10.0.0.1", "0.0.0.0/0", "10.0.0.0/33", "10.0.0.0/08", "010.0.0.0/8", "::/0", "x"},
	"Ipv6DestCidrIp":        {"", "::/0", "2001:db8::1/32", "::1", "::/129", "::/x", "::/064", "fe80::1%eth0", "::ffff:1.2.3.4", "10.0.0.1", "x/129"},
	"SourceCidrIp":          {"", "10.0.0.0/16", "10.0.0.1", "10.0.0.1/", "x"},
	"Ipv6SourceCidrIp":      {"", "2001:db8::/32", "::1/64", "::1/-1", "::ffff:0:0/96", "x"},
	"DestGroupId":           {"", "sg-b", "sg-b:\"\u6C34", "sg-b\u00a0"},
	"DestGroupOwnerAccount": {"", "test@aliyun.com", "a b"},
	"DestGroupOwnerId":      {"", "155780923770", "1\u200b"},
	"Policy":                {"", "accept", "Drop", "allow", "deny", "drop "},
	"Priority":              {"", "1", "100", "7", "0", "00", "01", "101", "+1", "1.0", "-1", "x", "1" + strings.Repeat("0", 60)},
	"NicType":               {"", "intranet", "Internet", "x"},
	"Description":           {"", "two words", strings.Repeat("\u6C34", 512), strings.Repeat("x", 513), "\xff", "a\x00\n\"b\\`"},
}

// drawParams draws requests: those of a rule, with a few parameters changed, or
// each parameter from its list or, rarely, anything.
func drawParams(t *rapid.T, n rule.Network) rule.Params {
	var p rule.Params
	changed := slices.Sorted(maps.Keys(texts))
	if rapid.Bool().Draw(t, "of a rule") {
		p = drawRule(t, n, 100).Params()
		changed = rapid.SliceOfN(rapid.SampledFrom(changed), 0, 3).Draw(t, "changed")
	}
	for _, name := range changed {
		text := rapid.SampledFrom(texts[name])
		if rapid.IntRange(0, 9).Draw(t, name+" wild") == 0 {
			text = rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9/.:%+ -]{0,12}`))
		}
		p.Set(name, text.Draw(t, name))
	}
	return p
}

func drawNetwork(t *rapid.T) rule.Network {
	return rapid.SampledFrom([]rule.Network{rule.VPC, rule.Classic}).Draw(t, "network")
}

// Parse and the oracle find the same faults in the same order; each fault names
// the text that was sent.
func TestParseAgainstOracle(t *testing.T) {
	var good, bad, several int
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			n := drawNetwork(t)
			p := drawParams(t, n)
			want := oracleFaults(p, n)
			r, err := rule.Parse(p, n)
			if diff := cmp.Diff(want, faultNames(t, p, err)); diff != "" {
				t.Fatalf("Parse(%+v, %v): faults differ (-oracle +Parse):\n%s", p, n, diff)
			}
			switch len(want) {
			case 0:
				good++
				checkParsed(t, p, n, r)
			case 1:
				bad++
			default:
				several++
			}
		}
	})
	if good == 0 || bad == 0 || several == 0 {
		t.Errorf("%d requests passed, %d had one fault, %d several: the test sees too little", good, bad, several)
	}
}

// faultNames lists the faults of err as the oracle does.
func faultNames(t *rapid.T, p rule.Params, err error) []string {
	sent := map[string]string{}
	for name, value := range p.All() {
		sent[name] = value
	}
	var names []string
	var es rule.Errors
	if errors.As(err, &es) {
		for _, e := range es {
			names = append(names, string(e.Code)+" "+e.Param)
			if e.Value != sent[e.Param] || e.Status != e.Code.Status() || e.Index != 0 {
				t.Fatalf("Parse(%+v): fault %#v, want value %q and status %d", p, e, sent[e.Param], e.Code.Status())
			}
		}
	}
	return names
}

// checkParsed checks what is true of every parsed rule.
func checkParsed(t *rapid.T, p rule.Params, n rule.Network, r rule.Rule) {
	switch {
	case (r.Dst == netip.Prefix{}) == (r.DstGroup == ""):
		t.Fatalf("Parse(%+v) = %+v: want a block or a group, and not both", p, r)
	case r.Dst != r.Dst.Masked() || r.Src != r.Src.Masked():
		t.Fatalf("Parse(%+v) = %+v: want masked blocks", p, r)
	case r.DstHost.IsValid() && (!r.Dst.Contains(r.DstHost) || r.DstHost == r.Dst.Addr()):
		t.Fatalf("Parse(%+v) = %+v: want DstHost in Dst, with host bits", p, r)
	case r.Priority < 1 || r.Priority > 100:
		t.Fatalf("Parse(%+v) = %+v: want a priority of 1 to 100", p, r)
	case r.DstGroup == "" && r.DstOwner+r.DstOwnerID != "":
		t.Fatalf("Parse(%+v) = %+v: want no owner without a group", p, r)
	case r.Protocol.HasPorts() == r.DstPorts.IsAny():
		t.Fatalf("Parse(%+v) = %+v: want ports for tcp and udp alone", p, r)
	}
	again, err := rule.Parse(r.Params(), n)
	if err != nil || again != r {
		t.Fatalf("Parse(%+v) = %+v; its Params parse to %+v, %v", p, r, again, err)
	}
}

// drawRule draws a rule that stands in a group of network n, with all that a
// reply carries.
func drawRule(t *rapid.T, n rule.Network, weakest int) rule.Rule {
	word := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[a-z"\\ ]{1,8}`), rapid.String())
	id := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[a-z"\\]{1,8}`), rapid.String().Filter(func(s string) bool { return rule.CheckID(s) == nil }))
	r := rule.Rule{
		Protocol:     rapid.SampledFrom([]rule.Protocol{rule.TCP, rule.UDP, rule.ICMP, rule.ICMPv6, rule.GRE, rule.All}).Draw(t, "protocol"),
		NIC:          rule.Intranet + rule.NIC(rapid.IntRange(0, int(n)).Draw(t, "nic")),
		Policy:       rule.Policy(rapid.IntRange(0, 1).Draw(t, "policy")),
		Priority:     uint8(rapid.IntRange(1, weakest).Draw(t, "priority")),
		Description:  rapid.StringN(0, 512, -1).Draw(t, "description"),
		ID:           id.Draw(t, "id"),
		CreateTime:   word.Draw(t, "created"),
		DstGroupName: word.Draw(t, "name"),
	}
	if r.Protocol.HasPorts() {
		r.DstPorts = drawPorts(t, "dst ports")
		if rapid.Bool().Draw(t, "has src ports") {
			r.SrcPorts = drawPorts(t, "src ports")
		}
	}
	v6 := r.Protocol == rule.ICMPv6 || r.Protocol != rule.ICMP && rapid.Bool().Draw(t, "v6")
	if n == rule.Classic {
		v6 = false
	}
	toGroup := rapid.Bool().Draw(t, "to group")
	if n == rule.Classic && r.Protocol == rule.ICMPv6 {
		toGroup = true
	}
	if toGroup {
		r.NIC = rule.Intranet
		r.DstGroup = "sg-" + id.Draw(t, "group")
		r.DstOwner, r.DstOwnerID = id.Draw(t, "owner"), id.Draw(t, "owner id")
	} else {
		r.Dst, r.DstHost = drawBlock(t, "dst", v6)
	}
	if rapid.Bool().Draw(t, "has src") && (r.Protocol != rule.ICMPv6 || v6) {
		r.Src, r.SrcHost = drawBlock(t, "src", v6)
	}
	return r
}

func drawPorts(t *rapid.T, label string) rule.PortRange {
	first := rapid.Uint16Range(1, 65535).Draw(t, label)
	return rule.PortRange{First: first, Last: rapid.Uint16Range(first, 65535).Draw(t, label)}
}

func drawBlock(t *rapid.T, label string, v6 bool) (block netip.Prefix, host netip.Addr) {
	n := 4
	if v6 {
		n = 16
	}
	a, _ := netip.AddrFromSlice(rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, label))
	if a.Is4In6() {
		a = netip.IPv6Unspecified()
	}
	block = netip.PrefixFrom(a, rapid.IntRange(0, 8*n).Draw(t, label+" length"))
	if block.Masked() == block {
		return block, netip.Addr{}
	}
	return block.Masked(), a
}

// A rule reads back from each of its forms: Add, request text,
// text, JSON.
func TestRuleRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		want := drawRule(t, n, 110)

		g := rule.NewGroup("the-group-itself", n, rule.Basic)
		existing := rule.Existing{Params: want.Params(), ID: want.ID, CreateTime: want.CreateTime, DestGroupName: want.DstGroupName}
		if err := g.Restore(existing); err != nil {
			t.Fatalf("Restore(%+v) = %v, want nil", existing, err)
		}
		if got, _ := g.Rule(0); got != want {
			t.Fatalf("Restore(%+v) enters %+v, want %+v", existing, got, want)
		}

		add := rule.NewGroup("the-group-itself", n, rule.Basic)
		err := add.Add(want)
		if (err == nil) != (want.Priority <= 100) {
			t.Fatalf("Add(%+v) = %v", want, err)
		}
		if got, _ := add.Rule(0); err == nil && got != want {
			t.Fatalf("Add(%+v) enters %+v", want, got)
		}

		text, err := want.MarshalText()
		if err != nil || !json.Valid([]byte(`"`+strings.ReplaceAll(strings.ReplaceAll(string(text), `\`, `\\`), `"`, `\"`)+`"`)) {
			t.Fatalf("MarshalText(%+v) = %q, %v, want printable text", want, text, err)
		}
		var fromText rule.Rule
		if err := fromText.UnmarshalText(text); err != nil || fromText != want {
			t.Fatalf("UnmarshalText(%s) = %+v, %v, want %+v", text, fromText, err, want)
		}

		doc, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var fromJSON rule.Rule
		if err := json.Unmarshal(doc, &fromJSON); err != nil || fromJSON != want {
			t.Fatalf("Unmarshal(%s) = %+v, %v, want %+v", doc, fromJSON, err, want)
		}
	})
}

// No text makes UnmarshalText panic, and what it takes it writes again.
func TestRuleUnmarshalTextOfAnything(t *testing.T) {
	var good, bad int
	word := rapid.SampledFrom([]string{"accept", "drop", "tcp", "icmpv6", "to", "::/0", "10.0.0.0/8", "port", "22/22", "priority", "7", "nic", "internet", "description", `"a b"`, `"`, " ", "", "group", "sg-b", "from"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(word, 0, 8).Draw(t, "words"), " ")
		if rapid.Bool().Draw(t, "with a start") {
			text = strings.TrimSpace("drop tcp to 10.0.0.0/8 port 1/2 " + text)
		}
		var r, again rule.Rule
		if err := r.UnmarshalText([]byte(text)); err != nil {
			bad++
			return
		}
		good++
		if err := again.UnmarshalText([]byte(r.String())); err != nil || again != r {
			t.Fatalf("UnmarshalText(%s) = %+v; its String %s reads back as %+v, %v", text, r, r, again, err)
		}
	})
	if few := good+bad < 100; !few && (good == 0 || bad == 0) { // -short makes few
		t.Errorf("%d texts were read, %d refused: the test sees one side only", good, bad)
	}
}
