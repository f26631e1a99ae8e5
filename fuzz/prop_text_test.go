package fuzz

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

// Every text form reads back as what it was printed from.
var textProperties = []property{
	{"RuleTextReadsBack", propRuleTextReadsBack, []string{"carried", "blocks"}},
	{"RuleJSONReadsBack", propRuleJSONReadsBack, []string{"carried", "blocks"}},
	{"PacketTextReadsBack", propPacketTextReadsBack, []string{"ports", "no ports", "IPv4", "IPv6"}},
	{"PacketJSONReadsBack", propPacketJSONReadsBack, []string{"ports", "no ports", "IPv4", "IPv6"}},
	{"PortRangeTextReadsBack", propPortRangeTextReadsBack, []string{"ports", "any"}},
	{"ProtocolTextReadsBack", propProtocolTextReadsBack, []string{"named"}},
	{"WordsReadBack", propWordsReadBack, []string{"words"}},
}

func FuzzPropRuleTextReadsBack(f *testing.F)      { fuzzed(f, propRuleTextReadsBack) }
func FuzzPropRuleJSONReadsBack(f *testing.F)      { fuzzed(f, propRuleJSONReadsBack) }
func FuzzPropPacketTextReadsBack(f *testing.F)    { fuzzed(f, propPacketTextReadsBack) }
func FuzzPropPacketJSONReadsBack(f *testing.F)    { fuzzed(f, propPacketJSONReadsBack) }
func FuzzPropPortRangeTextReadsBack(f *testing.F) { fuzzed(f, propPortRangeTextReadsBack) }
func FuzzPropProtocolTextReadsBack(f *testing.F)  { fuzzed(f, propProtocolTextReadsBack) }
func FuzzPropWordsReadBack(f *testing.F)          { fuzzed(f, propWordsReadBack) }

// anyText draws a text that a carried field can have.
func anyText(t *rapid.T, name string) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "sgr-1", "two words", `"quoted"`, "a\\b", "line\nfeed", "出口", "to", "\x00", "`", " "}),
		rapid.String(),
	).Draw(t, name)
}

// anyID draws an id that a rule can carry, or none.
func anyID(t *rapid.T, name string) string {
	if id := anyText(t, name); rule.CheckID(id) == nil {
		return id
	}
	return ""
}

// carryingRule draws a rule with whatever it can carry beside its meaning.
func carryingRule(t *rapid.T, m met) (rule.Rule, rule.Network) {
	s := choices(t)
	sh := drawShape(s)
	r := gen.NewMaker(s, sh).Rule()
	r.ID, r.CreateTime, r.DstGroupName = anyID(t, "id"), anyText(t, "created"), anyText(t, "group name")
	r.Description = anyText(t, "description")
	if r.DstGroup != "" {
		if text := anyID(t, "group"); text != "" {
			r.DstGroup = text
		}
		r.DstOwner, r.DstOwnerID = anyID(t, "owner"), anyID(t, "owner id")
	}
	m.saw("carried", r.ID+r.CreateTime+r.DstGroupName+r.Description != "")
	m.saw("blocks", r.Dst.IsValid())
	return r, sh.Network
}

func propRuleTextReadsBack(t *rapid.T, m met) {
	r, _ := carryingRule(t, m)
	var got rule.Rule
	if err := got.UnmarshalText([]byte(r.String())); err != nil || got != r {
		t.Fatalf("UnmarshalText(%s) = %v, %+v, want %+v", r, err, got, r)
	}
	if strings.ContainsAny(r.String(), "\n\r\x00") {
		t.Fatalf("String = %q, want one line of printable text", r.String())
	}
}

func propRuleJSONReadsBack(t *rapid.T, m met) {
	r, _ := carryingRule(t, m)
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatalf("json.Marshal(%v) = %v", r, err)
	}
	var got rule.Rule
	if err := json.Unmarshal(b, &got); err != nil || got != r {
		t.Fatalf("json.Unmarshal(%s) = %v, %+v, want %+v", b, err, got, r)
	}
}

// plainPackets draws packets as their text forms have them: addresses in one
// form, no ports where the protocol has none, a NIC and a number that there are.
func plainPackets(t *rapid.T, m met) []match.Packet {
	packets := enginePackets(anyWorld(t).packets)
	for i := range packets {
		p := &packets[i]
		if !p.Src.IsValid() || !p.Dst.IsValid() {
			p.Src, p.Dst = mappedBlock.Addr(), mappedBlock.Addr()
		}
		p.Src, p.Dst = p.Src.Unmap().WithZone(""), p.Dst.Unmap().WithZone("")
		p.Protocol, p.NIC = p.Protocol&0xff, p.NIC%(rule.Internet+1)
		if !p.Protocol.HasPorts() {
			p.SrcPort, p.DstPort = 0, 0
		}
		m.saw("ports", p.Protocol.HasPorts())
		m.saw("no ports", !p.Protocol.HasPorts())
		m.saw("IPv4", p.Dst.Is4())
		m.saw("IPv6", p.Dst.Is6())
	}
	return packets
}

func propPacketTextReadsBack(t *rapid.T, m met) {
	for _, p := range plainPackets(t, m) {
		if got, err := match.ParsePacket(p.String()); err != nil || got != p {
			t.Fatalf("ParsePacket(%q) = %+v, %v, want %+v", p, got, err, p)
		}
		b, err := p.AppendText([]byte("> "))
		if err != nil || string(b) != "> "+p.String() {
			t.Fatalf("AppendText = %q, %v, want it to append %q", b, err, p)
		}
	}
}

func propPacketJSONReadsBack(t *rapid.T, m met) {
	for _, p := range plainPackets(t, m) {
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatalf("json.Marshal(%v) = %v", p, err)
		}
		var got match.Packet
		if err := json.Unmarshal(b, &got); err != nil || got != p {
			t.Fatalf("json.Unmarshal(%s) = %v, %+v, want %+v", b, err, got, p)
		}
	}
}

// text is a value with a text form.
type text interface {
	String() string
	encoding.TextMarshaler
}

// readsBack wants v's text to read back as v into a new value, in capitals too.
func readsBack[T text, P interface {
	*T
	encoding.TextUnmarshaler
}](t *rapid.T, v T) {
	t.Helper()
	b, err := v.MarshalText()
	if err != nil || string(b) != v.String() {
		t.Fatalf("MarshalText of %v = %q, %v, want its String", v, b, err)
	}
	for _, s := range []string{string(b), strings.ToUpper(string(b))} {
		var got T
		if err := P(&got).UnmarshalText([]byte(s)); err != nil || !reflect.DeepEqual(got, v) {
			t.Fatalf("UnmarshalText(%q) = %v, %v, want %v", s, got, err, v)
		}
	}
}

func propPortRangeTextReadsBack(t *rapid.T, m met) {
	first := rapid.Uint16Range(1, 65535).Draw(t, "first")
	r := rule.PortRange{First: first, Last: rapid.Uint16Range(first, 65535).Draw(t, "last")}
	readsBack(t, r)
	readsBack(t, rule.PortRange{})
	m.saw("ports", true)
	m.saw("any", true)
}

func propProtocolTextReadsBack(t *rapid.T, m met) {
	for n := range rule.All + 1 {
		readsBack(t, n)
		m.saw("named", n.String()[0] > '9')
	}
}

func propWordsReadBack(t *rapid.T, m met) {
	i := rapid.Uint8Range(0, 1).Draw(t, "word")
	readsBack(t, rule.Policy(i))
	readsBack(t, rule.Intranet+rule.NIC(i))
	readsBack(t, rule.Network(i))
	readsBack(t, rule.Type(i))
	m.saw("words", true)
	beyond := rapid.Uint8Range(2, 255).Draw(t, "no word")
	for _, v := range []text{rule.Policy(beyond), rule.NIC(max(beyond, 3)), rule.Network(beyond), rule.Type(beyond)} {
		back := reflect.New(reflect.TypeOf(v)).Interface().(encoding.TextUnmarshaler)
		if back.UnmarshalText([]byte(v.String())) == nil {
			t.Fatalf("UnmarshalText(%q) takes a value that has no word", v)
		}
	}
}
