package fuzz

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Readers of one value.

// plainOf is a packet as its text forms have it.
func plainOf(p match.Packet) match.Packet {
	p.Src, p.Dst = p.Src.Unmap().WithZone(""), p.Dst.Unmap().WithZone("")
	return p
}

func FuzzReadPacketText(f *testing.F) {
	addAll(f, seedLines(f, "packets.txt")...)
	addAll(f, "", ">", "tcp [::ffff:1.2.3.4]:0 > 1.2.3.4:65535 internet", "255 fe80::1%eth0 > ::1", "all 1.1.1.1 > 1.1.1.1", "tcp 1.1.1.1:01 > 1.1.1.1:1",
		"udp [::1%]:1 > [::1]:1")
	f.Fuzz(func(t *testing.T, s string) {
		var p match.Packet
		if within(t, len(s), func() (err error) { p, err = match.ParsePacket(s); return err }) != nil {
			return
		}
		if back, err := match.ParsePacket(p.String()); err != nil || back != plainOf(p) {
			t.Errorf("ParsePacket(%q) = %+v, written as %q and read as %+v, %v", s, p, p, back, err)
		}
	})
}

func FuzzReadPacketJSON(f *testing.F) {
	addAll(f, `{"protocol":"tcp","src":"10.0.0.5","src_port":51000,"dst":"203.0.113.9","dst_port":443,"nic":"intranet"}`,
		`{"protocol":47,"src":"::1","dst":"fe80::1%x"}`, `{"protocol":"icmpv6","src":"::1","dst":"::2","nic":"INTERNET"}`, `{`, `null`, `{"protocol":6}`,
		`{"protocol":"6","src":"1.1.1.1","src_port":0,"dst":"::ffff:1.1.1.1","dst_port":65536}`, `{"src":"","src":""}`)
	f.Fuzz(func(t *testing.T, s string) {
		var p match.Packet
		if within(t, len(s), func() error { return p.UnmarshalJSON([]byte(s)) }) != nil {
			if p != (match.Packet{}) {
				t.Errorf("UnmarshalJSON(%q) refuses and leaves %+v, want nothing changed", s, p)
			}
			return
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatalf("UnmarshalJSON takes %q, json.Marshal(%+v) = %v", s, p, err)
		}
		var back match.Packet
		if err := json.Unmarshal(text, &back); err != nil || back != plainOf(p) {
			t.Errorf("UnmarshalJSON(%q) = %+v, written as %s and read as %+v, %v", s, p, text, back, err)
		}
	})
}

func FuzzReadRuleText(f *testing.F) {
	addAll(f, "", "accept all", "drop tcp from 10.0.0.0/8 sport 1/2 to 10.0.0.1/8 port 22/22 priority 110 nic internet", "allow icmpv6 to ::1/0 description \"a b\"",
		`drop gre group "sg 1" owner a@b owner-id 1 name "\xff" id x created y`, `accept all to ::/0 to ::/0`, `drop "all" to "`, "drop all to 0.0.0.0/0 nic \"\"")
	f.Fuzz(func(t *testing.T, s string) {
		var r rule.Rule
		if within(t, len(s), func() error { return r.UnmarshalText([]byte(s)) }) != nil {
			if r != (rule.Rule{}) {
				t.Errorf("UnmarshalText(%q) refuses and leaves %+v, want nothing changed", s, r)
			}
			return
		}
		var back rule.Rule
		if err := back.UnmarshalText([]byte(r.String())); err != nil || back != r {
			t.Errorf("UnmarshalText(%q) = %+v, written as %q and read as %+v, %v", s, r, r, back, err)
		}
		network := rule.VPC
		if r.NIC == rule.Internet {
			network = rule.Classic
		}
		if err := rule.NewGroup("another-group", network, rule.Basic).Restore(rule.Existing{Params: r.Params()}); err != nil && r.DstGroup != "another-group" {
			t.Errorf("UnmarshalText takes %q, Restore = %v", s, err)
		}
	})
}

func FuzzReadRuleJSON(f *testing.F) {
	addAll(f, `{"protocol":"tcp","dst_ports":"22/22","dst":"10.0.0.0/8","nic":"intranet","policy":"drop","priority":1}`, `{}`, `null`, `{"dst":"","dst_host":"fe80::1%x"}`,
		`{"priority":256}`, `{"policy":"ALLOW","src":"::ffff:1.2.3.4/128"}`, `{"id":"\ud800"}`, `{"Dst":"::/0"}`, `{"dst":null,"protocol":null}`)
	f.Fuzz(func(t *testing.T, s string) {
		var r rule.Rule
		if within(t, len(s), func() error { return r.UnmarshalJSON([]byte(s)) }) != nil {
			if r != (rule.Rule{}) {
				t.Errorf("UnmarshalJSON(%q) refuses and leaves %+v, want nothing changed", s, r)
			}
			return
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("UnmarshalJSON takes %q, json.Marshal = %v", s, err)
		}
		var back rule.Rule
		if err := json.Unmarshal(text, &back); err != nil || back != r {
			t.Errorf("UnmarshalJSON(%q) = %+v, written as %s and read as %+v, %v", s, r, text, back, err)
		}
		// Add refuses typed values that are no valid rule.
		g := rule.NewGroup("g", rule.VPC, rule.Basic)
		if err := g.Add(r); (err == nil) != (g.Len() == 1) {
			t.Errorf("Add(%+v) = %v and enters %d rules", r, err, g.Len())
		}
	})
}

func FuzzReadPorts(f *testing.F) {
	addAll(f, "", "-1/-1", "1/65535", "22/22", "200/1", "0/0", "01/2", "+1/2", "1/65536", "1/2/3", "１/２")
	f.Fuzz(func(t *testing.T, s string) {
		var r rule.PortRange
		if readsText(t, s, &r) && !r.IsAny() && (r.First < 1 || r.First > r.Last) {
			t.Errorf("UnmarshalText(%q) = %+v, want 1 <= First <= Last", s, r)
		}
	})
}

func FuzzReadProtocol(f *testing.F) {
	addAll(f, "", "tcp", "ICMPv6", "All", "0", "255", "256", "06", "-1", "\u212A", "ıcmp")
	f.Fuzz(func(t *testing.T, s string) {
		var p rule.Protocol
		if readsText(t, s, &p) && p > rule.All {
			t.Errorf("UnmarshalText(%q) = %d, want at most %d", s, p, rule.All)
		}
	})
}

func FuzzReadWords(f *testing.F) {
	addAll(f, "", "accept", "DROP", "Allow", "intranet", "Internet", "vpc", "classic", "basic", "Enterprise", "Policy(2)", "intranet\u0130", "\u212A")
	f.Fuzz(func(t *testing.T, s string) {
		taken := 0
		for _, v := range []textValue{new(rule.Policy), new(rule.NIC), new(rule.Network), new(rule.Type)} {
			if readsText(t, s, v) {
				taken++
			}
		}
		if taken > 1 {
			t.Errorf("%q is a word of %d types, want one at most", s, taken)
		}
	})
}

// textValue is a pointer to a value with a text form.
type textValue interface {
	fmt.Stringer
	encoding.TextMarshaler
	encoding.TextUnmarshaler
}

// readsText reads s into v, reports whether it is taken, and wants the text of v
// to mean v again.
func readsText(t *testing.T, s string, v textValue) bool {
	t.Helper()
	zero := v.String()
	if within(t, len(s), func() error { return v.UnmarshalText([]byte(s)) }) != nil {
		if v.String() != zero {
			t.Errorf("%T.UnmarshalText(%q) refuses and leaves %v, want %s", v, s, v, zero)
		}
		return false
	}
	shown := v.String()
	text, err := v.MarshalText()
	if err != nil {
		t.Errorf("%T.UnmarshalText(%q) is not written: %v", v, s, err)
	}
	if err := v.UnmarshalText(text); err != nil || v.String() != shown {
		t.Errorf("%T.UnmarshalText(%q) is written as %q and read as %v, %v", v, s, text, v, err)
	}
	return true
}

// FuzzReadParams reads a request's parameters as text, and wants each fault to
// name a parameter and its text, whole.
func FuzzReadParams(f *testing.F) {
	f.Add("tcp", "22/22", "", "10.0.0.0/8", "", "", "", "", "", "", "drop", "1", "intranet", "web", false)
	f.Add("icmpv6", "-1/-1", "-1/-1", "", "::1/0", "", "2001:db8::/32", "", "", "", "Allow", "100", "", "", false)
	f.Add("all", "-1/-1", "", "", "", "10.0.0.1", "", "sg-1", "a@b", "1", "", "", "INTRANET", "", true)
	f.Add("sctp", "0/0", "2/1", "10.0.0.0/33", "::ffff:1.2.3.4/129", "x", "fe80::1%e", "", "", "", "deny", "101", "x", "\xff", true)
	f.Fuzz(func(t *testing.T, protocol, ports, srcPorts, dst, dst6, src, src6, group, owner, ownerID, policy, priority, nic, description string, classic bool) {
		p := rule.Params{
			IPProtocol: protocol, PortRange: ports, SourcePortRange: srcPorts, DestCidrIP: dst, IPv6DestCidrIP: dst6, SourceCidrIP: src, IPv6SourceCidrIP: src6,
			DestGroupID: group, DestGroupOwnerAccount: owner, DestGroupOwnerID: ownerID, Policy: policy, Priority: priority, NICType: nic, Description: description,
		}
		network, length := rule.VPC, 0
		if classic {
			network = rule.Classic
		}
		given := map[string]string{}
		for name, value := range p.All() {
			given[name] = value
			length += len(value)
		}
		var r rule.Rule
		err := within(t, length, func() (err error) { r, err = rule.Parse(p, network); return err })
		if err == nil {
			if back, err := rule.Parse(r.Params(), network); err != nil || back != r {
				t.Errorf("Parse(%+v) = %+v, written as %+v and read as %+v, %v", p, r, r.Params(), back, err)
			}
			return
		}
		var faults rule.Errors
		if !errors.As(err, &faults) || len(faults) == 0 || r != (rule.Rule{}) {
			t.Fatalf("Parse(%+v) = %+v, %v, want rule.Errors and no rule", p, r, err)
		}
		for _, e := range faults {
			if value, known := given[e.Param]; !known || value != e.Value || e.Status != e.Code.Status() || e.Want == "" {
				t.Errorf("Parse(%+v): fault %+v, want one of its parameters, %q, and what is accepted", p, e, value)
			}
		}
	})
}
