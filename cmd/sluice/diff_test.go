package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// Worked out by hand from the rules of change-after.json and change-before.json.
const (
	afterRule5 = `sg-checkout[5] drop tcp from 10.0.0.0/16 to 203.0.113.0/24 port 443 priority 5 sgr-co06 "reseller: contract ended"`
	afterRule6 = `sg-checkout[6] accept tcp to 198.51.100.25/32 port 587 priority 10 sgr-co07 "mail relay"`
)

func TestDiff(t *testing.T) {
	const opens = `opens   tcp to 198.51.100.25/32 port 587/587
  example  tcp 10.0.0.5:51000 > 198.51.100.25:587
  before   drop    ` + draftRule3 + `
  after    accept  ` + afterRule6 + `

`
	const closes = `closes  tcp from 10.0.0.0/16 to 203.0.113.0/24 port 443/443
  example  tcp 10.0.0.5:51000 > 203.0.113.9:443
  before   accept  ` + draftRule0 + `
  after    drop    ` + afterRule5 + `

`
	args := []string{"diff", before, after}
	check(t, sluice("", args...), result{1, opens + closes + "2 regions: 1 opened, 1 closed\n", ""}, args...)
	args = []string{"diff", before, "-"}
	check(t, sluice(readFile(t, after), args...), result{1, opens + closes + "2 regions: 1 opened, 1 closed\n", ""}, args...)
	args = []string{"diff", after, after}
	check(t, sluice("", args...), result{0, "no packet's verdict differs\n", ""}, args...)
}

func TestDiffJSON(t *testing.T) {
	const want = `{"change":"drop->accept","region":{"protocol":"tcp","src":"0.0.0.0/0","dst":"198.51.100.25/32","src_port":"0/65535","dst_port":"587/587"},"witness":"tcp 10.0.0.5:51000 > 198.51.100.25:587",` +
		`"before":{"cause":"rule","rule":{"group":"sg-checkout","index":3,"id":"sgr-co04","priority":100,"policy":"drop"}},"after":{"cause":"rule","rule":{"group":"sg-checkout","index":6,"id":"sgr-co07","priority":10,"policy":"accept"}}}
{"change":"accept->drop","region":{"protocol":"tcp","src":"10.0.0.0/16","dst":"203.0.113.0/24","src_port":"0/65535","dst_port":"443/443"},"witness":"tcp 10.0.0.5:51000 > 203.0.113.9:443",` +
		`"before":{"cause":"rule","rule":{"group":"sg-checkout","index":0,"id":"sgr-co01","priority":10,"policy":"accept"}},"after":{"cause":"rule","rule":{"group":"sg-checkout","index":5,"id":"sgr-co06","priority":5,"policy":"drop"}}}
`
	args := []string{"diff", "--json", before, after}
	check(t, sluice("", args...), result{1, want, ""}, args...)
	args = []string{"diff", "--json", before, before}
	check(t, sluice("", args...), result{0, "", ""}, args...)
}

// A group more on the interface, with members, and back: the mirror.
func TestDiffGroups(t *testing.T) {
	there := []string{"diff", "--json", "--members", members, newer, newer + "," + draft}
	back := []string{"diff", "--json", "--members", members, newer + "," + draft, newer}
	if got, same := sluice("", there...), sluice("", "diff", "--members", members, newer+","+draft, draft+","+newer); got.status != statusFound || same.status != statusDone || same.stderr != "" {
		t.Errorf("another group: status %d; the same groups in another order: %d, message %q; want 1 and 0", got.status, same.status, same.stderr)
	}
	forth, mirrored := changes(t, sluice("", there...)), changes(t, sluice("", back...))
	if len(forth) == 0 || len(forth) != len(mirrored) {
		t.Fatalf("%d changes there, %d back, want as many and some", len(forth), len(mirrored))
	}
	for i, c := range forth {
		b := mirrored[i]
		verdicts := strings.Split(c.Change, "->")
		if b.Change != verdicts[1]+"->"+verdicts[0] || string(b.Before) != string(c.After) || string(b.After) != string(c.Before) || string(b.Region) != string(c.Region) {
			t.Errorf("change %d is\n%+v there and\n%+v back, want mirrors", i, c, b)
		}
		// And decide says the same of the witness.
		for k, groups := range [][]string{{"-g", newer}, {"-g", newer, "-g", draft}} {
			got := sluice("", append([]string{"decide", "--json", "--members", members, c.Witness}, groups...)...).stdout
			if want := `"verdict":"` + verdicts[k] + `"`; !strings.Contains(got, want) {
				t.Errorf("change %d: decide says of %s\n%swant %s", i, c.Witness, got, want)
			}
		}
	}
}

// change is a line of diff --json.
type change struct {
	Change, Witness       string
	Region, Before, After json.RawMessage
}

func changes(t *testing.T, r result) (list []change) {
	t.Helper()
	for line := range strings.Lines(r.stdout) {
		var c change
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		list = append(list, c)
	}
	return list
}

// lastProtocols are the numbers from 51 on.
func lastProtocols() (s audit.ProtocolSet) {
	for p := rule.Protocol(51); p < rule.All; p++ {
		s[p>>6] |= 1 << (p & 63)
	}
	return s
}

// The forms of a region.
func TestRegion(t *testing.T) {
	block := func(s string) netipx.IPRange { return netipx.RangeOfPrefix(netip.MustParsePrefix(s)) }
	any := [2]uint16{0, 65535}
	for _, test := range []struct {
		name   string
		region audit.Region
		text   string
		json   string
	}{
		{"a name with ports", audit.Region{Protocols: audit.Protocols(6), Src: block("0.0.0.0/0"), Dst: block("203.0.113.0/24"), SrcPort: any, DstPort: [2]uint16{443, 443}},
			"tcp to 203.0.113.0/24 port 443/443", `{"protocol":"tcp","src":"0.0.0.0/0","dst":"203.0.113.0/24","src_port":"0/65535","dst_port":"443/443"}`},
		{"a name without", audit.Region{Protocols: audit.Protocols(58), Src: block("2001:db8::/32"), Dst: block("::/0"), SrcPort: any, DstPort: any},
			"icmpv6 from 2001:db8::/32 to ::/0", `{"protocol":"icmpv6","src":"2001:db8::/32","dst":"::/0"}`},
		{"a number", audit.Region{Protocols: audit.Protocols(50), Src: block("0.0.0.0/0"), Dst: netipx.MustParseIPRange("10.0.0.1-10.0.0.2"), SrcPort: any, DstPort: any},
			"protocol 50 to 10.0.0.1-10.0.0.2", `{"protocol":"50","src":"0.0.0.0/0","dst":"10.0.0.1-10.0.0.2"}`},
		{"numbers, one address, NIC", audit.Region{Protocols: lastProtocols(), Src: block("0.0.0.0/0"), Dst: block("10.0.0.1/32"), SrcPort: any, DstPort: any, NIC: rule.Internet, Classic: true},
			"protocol 51/255 to 10.0.0.1/32 nic internet", `{"protocol":"51/255","src":"0.0.0.0/0","dst":"10.0.0.1/32","nic":"internet"}`},
		{"the first NIC", audit.Region{Protocols: audit.Protocols(17), Src: block("0.0.0.0/0"), Dst: block("0.0.0.0/0"), SrcPort: [2]uint16{0, 0}, DstPort: any, NIC: rule.Intranet, Classic: true},
			"udp sport 0/0 to 0.0.0.0/0 nic intranet", `{"protocol":"udp","src":"0.0.0.0/0","dst":"0.0.0.0/0","src_port":"0/0","dst_port":"0/65535","nic":"intranet"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := regionText(test.region); got != test.text {
				t.Errorf("text %q, want %q", got, test.text)
			}
			got, err := appendJSON(nil, newRegionJSON(test.region))
			if string(got) != test.json+"\n" || err != nil {
				t.Errorf("JSON %s, %v, want %s", got, err, test.json)
			}
		})
	}
}

// A change by the default on one side.
func TestDiffByDefault(t *testing.T) {
	c := audit.Change{
		Region:  audit.Region{Protocols: audit.Protocols(47), Src: netipx.MustParseIPRange("0.0.0.0-255.255.255.255"), Dst: netipx.MustParseIPRange("10.0.0.0-10.0.0.255"), SrcPort: [2]uint16{0, 65535}, DstPort: [2]uint16{0, 65535}},
		Witness: match.Packet{Protocol: rule.GRE, Src: netip.MustParseAddr("0.0.0.0"), Dst: netip.MustParseAddr("10.0.0.0")},
		Before:  audit.Outcome{Decision: match.Decision{Verdict: match.Accept, Cause: match.Default}},
		After:   audit.Outcome{Decision: match.Decision{Verdict: match.Drop, Cause: match.Default}},
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	if err := writeChangesJSON(w, []audit.Change{c}); err != nil {
		t.Fatal(err)
	}
	if err := (&app{}).writeChanges(w, []audit.Change{c}); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	const want = `{"change":"accept->drop","region":{"protocol":"gre","src":"0.0.0.0/0","dst":"10.0.0.0/24"},"witness":"gre 0.0.0.0 > 10.0.0.0","before":{"cause":"default"},"after":{"cause":"default"}}
closes  gre to 10.0.0.0/24
  example  gre 0.0.0.0 > 10.0.0.0
  before   accept  default: no rule matches
  after    drop    default: no rule matches

1 region: 0 opened, 1 closed
`
	if b.String() != want {
		t.Errorf("written:\n%s\nwant\n%s", b.String(), want)
	}
}
