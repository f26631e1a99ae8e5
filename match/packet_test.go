package match

import (
	"cmp"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"example.com/sluice/rule"
)

func TestParsePacket(t *testing.T) {
	v4a, v4b := netip.MustParseAddr("10.0.0.5"), netip.MustParseAddr("203.0.113.9")
	v6a, v6b := netip.MustParseAddr("2001:db8::5"), netip.MustParseAddr("2001:db8::9")
	for _, c := range []struct {
		text string
		want Packet
		norm string // the text that it prints; empty: the same
	}{
		{"tcp 10.0.0.5:51000 > 203.0.113.9:443", Packet{v4a, v4b, 51000, 443, rule.TCP, rule.NoNIC}, ""},
		{"udp [2001:db8::5]:5353 > [2001:db8::9]:53", Packet{v6a, v6b, 5353, 53, rule.UDP, rule.NoNIC}, ""},
		{"icmp 10.0.0.5 > 203.0.113.9", Packet{v4a, v4b, 0, 0, rule.ICMP, rule.NoNIC}, ""},
		{"icmpv6 2001:db8::5 > 2001:db8::9", Packet{v6a, v6b, 0, 0, rule.ICMPv6, rule.NoNIC}, ""},
		{"50 10.0.0.5 > 203.0.113.9", Packet{v4a, v4b, 0, 0, 50, rule.NoNIC}, ""},
		{"0 10.0.0.5 > 203.0.113.9", Packet{v4a, v4b, 0, 0, 0, rule.NoNIC}, ""},
		{"255 10.0.0.5 > 203.0.113.9 internet", Packet{v4a, v4b, 0, 0, 255, rule.Internet}, ""},
		{"47 10.0.0.5 > 203.0.113.9 intranet", Packet{v4a, v4b, 0, 0, rule.GRE, rule.Intranet}, "gre 10.0.0.5 > 203.0.113.9 intranet"},
		{"6 10.0.0.5:0 > 203.0.113.9:65535", Packet{v4a, v4b, 0, 65535, rule.TCP, rule.NoNIC}, "tcp 10.0.0.5:0 > 203.0.113.9:65535"},
		{"TCP 10.0.0.5:1 > 203.0.113.9:2 INTERNET", Packet{v4a, v4b, 1, 2, rule.TCP, rule.Internet}, "tcp 10.0.0.5:1 > 203.0.113.9:2 internet"},
		{"  tcp \t10.0.0.5:1  >  203.0.113.9:2 ", Packet{v4a, v4b, 1, 2, rule.TCP, rule.NoNIC}, "tcp 10.0.0.5:1 > 203.0.113.9:2"},
		{"tcp [2001:DB8:0::5]:1 > [2001:db8::9%eth0]:2", Packet{v6a, v6b.WithZone("eth0"), 1, 2, rule.TCP, rule.NoNIC}, "tcp [2001:db8::5]:1 > [2001:db8::9]:2"},
		{"tcp 10.0.0.5:1 > [::ffff:203.0.113.9]:2", Packet{v4a, netip.AddrFrom16(v4b.As16()), 1, 2, rule.TCP, rule.NoNIC}, "tcp 10.0.0.5:1 > 203.0.113.9:2"},
		{"tcp 10.0.0.5:1 > [2001:db8::9]:2", Packet{v4a, v6b, 1, 2, rule.TCP, rule.NoNIC}, ""},
	} {
		got, err := ParsePacket(c.text)
		if err != nil || got != c.want {
			t.Errorf("ParsePacket(%q) = %+v, %v, want %+v", c.text, got, err, c.want)
			continue
		}
		if c.norm == "" {
			c.norm = c.text
		}
		if s := got.String(); s != c.norm {
			t.Errorf("ParsePacket(%q).String() = %q, want %q", c.text, s, c.norm)
		}
		again, err := ParsePacket(got.String())
		if err != nil || again.String() != c.norm {
			t.Errorf("ParsePacket(%q) = %v, %v, want it back", got.String(), again, err)
		}
		data, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var fromJSON Packet
		if err := json.Unmarshal(data, &fromJSON); err != nil || fromJSON != again {
			t.Errorf("JSON %s gives %v, %v, want %v", data, fromJSON, err, again)
		}
	}
}

func TestParsePacketRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":                  {"", "want PROTOCOL SRC"},
		"no arrow":                 {"tcp 10.0.0.1:1 10.0.0.2:2", "want PROTOCOL SRC"},
		"no destination":           {"tcp 10.0.0.1:1 >", "want PROTOCOL SRC"},
		"another arrow":            {"tcp 10.0.0.1:1 -> 10.0.0.2:2", "want PROTOCOL SRC"},
		"a word more":              {"tcp 10.0.0.1:1 > 10.0.0.2:2 internet x", "want PROTOCOL SRC"},
		"many words more":          {"tcp 10.0.0.1:1 > 10.0.0.2:2 internet x y z", "want PROTOCOL SRC"},
		"all":                      {"all 10.0.0.1 > 10.0.0.2", `protocol "all"`},
		"unknown protocol":         {"sctp 10.0.0.1 > 10.0.0.2", `protocol "sctp"`},
		"protocol 256":             {"256 10.0.0.1 > 10.0.0.2", `protocol "256"`},
		"protocol 06":              {"06 10.0.0.1:1 > 10.0.0.2:2", `protocol "06"`},
		"Kelvin sign":              {"\u212a 10.0.0.1 > 10.0.0.2", "protocol"},
		"no source port":           {"tcp 10.0.0.1 > 10.0.0.2:2", `source "10.0.0.1"`},
		"no destination port":      {"udp 10.0.0.1:1 > 10.0.0.2", `destination "10.0.0.2"`},
		"a port for icmp":          {"icmp 10.0.0.1:1 > 10.0.0.2", `source "10.0.0.1:1": want an IP address alone`},
		"a port for number 50":     {"50 10.0.0.1 > 10.0.0.2:2", `destination "10.0.0.2:2"`},
		"port 65536":               {"tcp 10.0.0.1:65536 > 10.0.0.2:2", "source"},
		"port 01":                  {"tcp 10.0.0.1:01 > 10.0.0.2:2", "source"},
		"port +1":                  {"tcp 10.0.0.1:+1 > 10.0.0.2:2", "source"},
		"port empty":               {"tcp 10.0.0.1: > 10.0.0.2:2", "source"},
		"IPv6 without brackets":    {"tcp 2001:db8::1:1 > [::1]:2", "[ADDRESS]:PORT"},
		"IPv4 in brackets":         {"tcp [10.0.0.1]:1 > 10.0.0.2:2", "source"},
		"half a bracket":           {"tcp [::1:1 > [::2]:2", "source"},
		"brackets, no port":        {"icmpv6 [::1] > ::2", "source"},
		"a block":                  {"icmp 10.0.0.0/8 > 10.0.0.2", "source"},
		"a bad octet":              {"icmp 10.0.0.1 > 10.0.0.256", "destination"},
		"a bad octet before a NIC": {"icmp 10.0.0.1 > 10.0.0.256 internet", "destination"},
		"no NIC by a word":         {"icmp 10.0.0.1 > 10.0.0.2 none", `nic "none": want intranet or internet`},
		"a bad NIC":                {"icmp 10.0.0.1 > 10.0.0.2 lan", `nic "lan": want intranet or internet`},
		"long text is cut":         {"tcp " + strings.Repeat("9", 5000) + " > 10.0.0.2:2", "(5000 bytes)"},
	} {
		p, err := ParsePacket(c.text)
		if err == nil || p != (Packet{}) {
			t.Errorf("%s: ParsePacket(%q) = %v, %v, want an error and the zero Packet", name, c.text, p, err)
		} else if !strings.Contains(err.Error(), c.want) || len(err.Error()) > 700 {
			t.Errorf("%s: ParsePacket fails with %q, want %q in a short text", name, err, c.want)
		}
	}
}

func TestPacketJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{"protocol":"tcp","src":"10.0.0.5","src_port":51000,"dst":"203.0.113.9","dst_port":443,"nic":"intranet"}`: "tcp 10.0.0.5:51000 > 203.0.113.9:443 intranet",
		`{"protocol":6,"src":"10.0.0.5","src_port":0,"dst":"203.0.113.9","dst_port":65535}`:                        "tcp 10.0.0.5:0 > 203.0.113.9:65535",
		`{"protocol":50,"src":"10.0.0.5","dst":"192.0.2.1"}`:                                                       "50 10.0.0.5 > 192.0.2.1",
		`{"protocol":"50","src":"10.0.0.5","dst":"192.0.2.1","nic":"internet"}`:                                    "50 10.0.0.5 > 192.0.2.1 internet",
		`{"dst":"::ffff:203.0.113.9","src":"10.0.0.5","protocol":"ICMP"}`:                                          "icmp 10.0.0.5 > 203.0.113.9",
	} {
		var p Packet
		if err := json.Unmarshal([]byte(text), &p); err != nil || p.String() != want {
			t.Errorf("%s = %v, %v, want %s", text, p, err, want)
		}
	}
	const rest = `"src":"10.0.0.5","src_port":1,"dst":"10.0.0.6","dst_port":2`
	for name, c := range map[string]struct{ text, want string }{
		"an array":            {`[]`, "want an object"},
		"not UTF-8":           {"{\"protocol\":\"tcp\xff\"," + rest + `}`, "UTF-8"},
		"text behind":         {`{"protocol":"tcp",` + rest + `} x`, "after"},
		"unknown key":         {`{"protocol":"tcp","ttl":1,` + rest + `}`, "ttl: unknown key"},
		"wrongly cased key":   {`{"Protocol":"tcp",` + rest + `}`, "Protocol: unknown key"},
		"repeated key":        {`{"protocol":"tcp","protocol":"udp",` + rest + `}`, "protocol: the key is given twice"},
		"no protocol":         {`{` + rest + `}`, "protocol: absent"},
		"no source":           {`{"protocol":"gre","dst":"10.0.0.6"}`, "src: absent"},
		"no destination":      {`{"protocol":"gre","src":"10.0.0.6"}`, "dst: absent"},
		"null protocol":       {`{"protocol":null,` + rest + `}`, "protocol"},
		"protocol a list":     {`{"protocol":[],` + rest + `}`, "protocol: an array, want text or a number"},
		"protocol all":        {`{"protocol":"all","src":"10.0.0.5","dst":"10.0.0.6"}`, "protocol"},
		"protocol 6.0":        {`{"protocol":6.0,` + rest + `}`, "protocol"},
		"protocol -6":         {`{"protocol":-6,` + rest + `}`, "protocol"},
		"no port":             {`{"protocol":"tcp","src":"10.0.0.5","dst":"10.0.0.6","dst_port":2}`, "src_port"},
		"ports for icmp":      {`{"protocol":"icmp",` + rest + `}`, "src_port"},
		"port as text":        {`{"protocol":"tcp","src":"10.0.0.5","src_port":"1","dst":"10.0.0.6","dst_port":2}`, "src_port"},
		"port 1e2":            {`{"protocol":"tcp","src":"10.0.0.5","src_port":1e2,"dst":"10.0.0.6","dst_port":2}`, "src_port"},
		"port 65536":          {`{"protocol":"tcp","src":"10.0.0.5","src_port":65536,"dst":"10.0.0.6","dst_port":2}`, "src_port"},
		"port null":           {`{"protocol":"tcp","src":"10.0.0.5","src_port":null,"dst":"10.0.0.6","dst_port":2}`, "src_port"},
		"port a list":         {`{"protocol":"tcp","src":"10.0.0.5","src_port":[],"dst":"10.0.0.6","dst_port":2}`, "src_port: an array, want text or a number"},
		"address a number":    {`{"protocol":"gre","src":10,"dst":"10.0.0.6"}`, "src: the number 10, want text"},
		"address with a port": {`{"protocol":"gre","src":"10.0.0.5:1","dst":"10.0.0.6"}`, `"10.0.0.5:1": want an IP address`},
		"nic unknown":         {`{"protocol":"gre","src":"10.0.0.5","dst":"10.0.0.6","nic":"lan"}`, "nic"},
		"nic null":            {`{"protocol":"gre","src":"10.0.0.5","dst":"10.0.0.6","nic":null}`, "nic"},
		"nic without text":    {`{"protocol":"gre","src":"10.0.0.5","dst":"10.0.0.6","nic":""}`, `nic: "": want intranet or internet, or no key nic`},
		"null":                {`null`, "null"},
		"nic a number":        {`{"protocol":"gre","src":"10.0.0.5","dst":"10.0.0.6","nic":1}`, "nic: the number 1, want text"},
	} {
		p := Packet{DstPort: 7}
		err := p.UnmarshalJSON([]byte(c.text))
		if err == nil || p != (Packet{DstPort: 7}) {
			t.Errorf("%s: UnmarshalJSON(%s) = %v, %v, want an error and the packet as it was", name, c.text, p, err)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: UnmarshalJSON fails with %q, want %q in it", name, err, c.want)
		}
	}
}

func TestInvalidPacketText(t *testing.T) {
	p := Packet{Dst: netip.MustParseAddr("10.0.0.1"), Protocol: rule.ICMP, NIC: 9}
	if got, want := p.String(), "icmp invalid > 10.0.0.1 NIC(9)"; got != want {
		t.Errorf("String = %q, want %q", got, want)
	}
}

// JSON that could not be read back is not written; of two IP versions it could.
func TestInvalidPacketJSON(t *testing.T) {
	a4, a6 := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("2001:db8::1")
	for _, c := range []struct {
		name string
		p    Packet
		want string // in the error; empty: none
	}{
		{"no source", Packet{Dst: a4, Protocol: rule.ICMP}, `match: packet "icmp invalid > 10.0.0.1": src: absent, want an IP address`},
		{"no destination", Packet{Src: a4, Protocol: rule.ICMP}, `match: packet "icmp 10.0.0.1 > invalid": dst: absent, want an IP address`},
		{"all protocols", Packet{Src: a4, Dst: a4, Protocol: rule.All}, "protocol: want a number 0 to 255"},
		{"protocol 256", Packet{Src: a4, Dst: a4, Protocol: 256}, "protocol: want a number 0 to 255"},
		{"protocol 255", Packet{Src: a4, Dst: a4, Protocol: 255}, ""},
		{"an unknown NIC", Packet{Src: a4, Dst: a4, NIC: rule.Internet + 1}, "nic: want intranet, internet or NoNIC"},
		{"two IP versions", Packet{Src: a4, Dst: a6, NIC: rule.Internet}, ""},
	} {
		data, err := json.Marshal(c.p)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: json.Marshal(%v) = %s, %v, want an error with %q", c.name, c.p, data, err, c.want)
			}
			continue
		}
		var back Packet
		if err := cmp.Or(err, json.Unmarshal(data, &back)); err != nil || back != c.p {
			t.Errorf("%s: json.Marshal(%v) = %s, read back as %v, %v", c.name, c.p, data, back, err)
		}
	}
}

// A text of more than 128 bytes is cut in messages, and its length told.
func TestLongTextsAreCut(t *testing.T) {
	for n, want := range map[int]string{128: `packet "` + strings.Repeat("x", 128) + `": `, 129: `packet "` + strings.Repeat("x", 128) + `"... (129 bytes): `} {
		if _, err := ParsePacket(strings.Repeat("x", n)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("ParsePacket of %d bytes = %v, want %s...", n, err, want)
		}
	}
}
