package rule_test

import (
	"encoding/json"
	"strings"
	"testing"

	"example.com/sluice/rule"
)

func TestRuleMarshalJSON(t *testing.T) {
	tests := []struct {
		name string
		rule rule.Rule
		want string
	}{
		{"the plainest", passed(nil), `{"protocol":"tcp","dst_ports":"22/22","dst":"203.0.113.0/24","nic":"intranet","policy":"accept","priority":1}`},
		{"the zero rule", rule.Rule{}, `{"protocol":"0","dst_ports":"-1/-1","policy":"drop","priority":0}`},
		{"internet", passed(func(r *rule.Rule) { r.NIC = rule.Internet }), `{"protocol":"tcp","dst_ports":"22/22","dst":"203.0.113.0/24","nic":"internet","policy":"accept","priority":1}`},
		{"a group, and all that is carried", toGroup(), `{"protocol":"tcp","dst_ports":"22/22","dst_group":"sg-db","nic":"intranet","policy":"accept","priority":1,` +
			`"dst_owner":"test@aliyun.com","dst_owner_id":"155780923770","description":"two words",` +
			`"id":"sgr-1","create_time":"2024-07-08T02:10:00Z","dst_group_name":"the db"}`},
		{"source, source ports and host bits", passed(func(r *rule.Rule) {
			dstHost("10.0.0.0/8", "10.0.0.1")(r)
			srcHost("10.2.0.0/16", "10.2.3.4")(r)
			r.SrcPorts = rule.PortRange{First: 1, Last: 2}
		}), `{"protocol":"tcp","dst_ports":"22/22","src_ports":"1/2","dst":"10.0.0.0/8","src":"10.2.0.0/16","nic":"intranet","policy":"accept","priority":1,"dst_host":"10.0.0.1","src_host":"10.2.3.4"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(tt.rule)
			if err != nil || string(got) != tt.want {
				t.Errorf("Marshal:\n got %s, %v\nwant %s", got, err, tt.want)
			}
			var back rule.Rule
			if err := json.Unmarshal(got, &back); err != nil || back != tt.rule {
				t.Errorf("Unmarshal(%s) = %+v, %v, want %+v", got, back, err, tt.rule)
			}
		})
	}
}

func TestRuleUnmarshalJSONRefuses(t *testing.T) {
	tests := []struct {
		name, text, want string
	}{
		{"nothing", ``, `rule "": want a JSON object`},
		{"null for the source", `{"src":null}`, `rule: key src: null, want a value, or the key left out`},
		{"null for the priority", `{"priority": null }`, `rule: key priority: null, want a value`},
		{"null for the policy", `{"policy":null}`, `rule: key policy: null, want a value`},
		{"an array", `[]`, `rule "[]": want a JSON object`},
		{"text", `"accept tcp to ::/0"`, `rule "\"accept tcp to ::/0\"": want a JSON object`},
		{"an unknown key", `{"proto":"tcp"}`, `rule: key "proto" is unknown or given twice`},
		{"a key in capitals", `{"Protocol":"tcp"}`, `rule: key "Protocol" is unknown or given twice`},
		{"a key twice", `{"nic":"intranet","nic":"intranet"}`, `rule: key "nic" is unknown or given twice`},
		{"a key twice, once with an escape", `{"nic":"intranet","\u006eic":"intranet"}`, `rule: key "nic" is unknown or given twice`},
		{"an unknown protocol", `{"protocol":"sctp"}`, `rule: key protocol: protocol "sctp": want`},
		{"a protocol as a number", `{"protocol":6}`, `rule: key protocol: json: cannot unmarshal number`},
		{"ports the wrong way round", `{"dst_ports":"2/1"}`, `rule: key dst_ports: port range "2/1": start after end, want`},
		{"a malformed block", `{"dst":"10.0.0.0/33"}`, `rule: key dst: netip.ParsePrefix("10.0.0.0/33"):`},
		{"an address for a block", `{"src":"10.0.0.1"}`, `rule: key src: netip.ParsePrefix("10.0.0.1"): no '/'`},
		{"an unknown policy", `{"policy":"deny"}`, `rule: key policy: policy "deny": want drop or accept`},
		{"an unknown NIC", `{"nic":"x"}`, `rule: key nic: nic "x": want intranet or internet`},
		{"a NIC without text", `{"nic":""}`, `rule: key nic "": want intranet or internet, or no key nic`},
		{"a NIC that is null", `{"nic":null}`, `rule: key nic: null, want a value, or the key left out`},
		{"a priority past a byte", `{"priority":256}`, `rule: key priority: json: cannot unmarshal number 256`},
		{"a priority below 0", `{"priority":-1}`, `rule: key priority: json: cannot unmarshal number -1`},
		{"a priority with a fraction", `{"priority":1.5}`, `rule: key priority: json: cannot unmarshal number 1.5`},
		{"a priority as text", `{"priority":"1"}`, `rule: key priority: json: cannot unmarshal string`},
		{"a description that is no text", `{"description":["a"]}`, `rule: key description: json: cannot unmarshal array`},
		{"a key that is no text", `{1:2}`, `rule: invalid character '1'`},
		{"a value that is missing", `{"nic":}`, `rule: key nic: invalid character '}'`},
		{"an end that is missing", `{"priority":1`, `rule: the object does not end: EOF`},
		{"an end of another kind", `{"priority":1]`, `rule: the object does not end: invalid character ']'`},
		{"a comma at the end", `{"priority":1,}`, `rule: invalid character '}'`},
		{"a second object", `{}{}`, `rule: text after the object, at byte 3`},
		{"text after it", `{} x`, `rule: text after the object, at byte 3`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := toGroup()
			got := before
			err := got.UnmarshalJSON([]byte(tt.text))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("UnmarshalJSON(%s):\n got %v\nwant %s", tt.text, err, tt.want)
			}
			if got != before {
				t.Errorf("UnmarshalJSON(%s) fails and leaves %+v, want what stood before", tt.text, got)
			}
		})
	}
}

// A document cut short at any byte is refused, and changes nothing.
func TestRuleUnmarshalJSONTruncated(t *testing.T) {
	doc, err := json.Marshal(toGroup())
	must(t, err)
	for cut := range doc {
		var r rule.Rule
		if err := r.UnmarshalJSON(doc[:cut]); err == nil || r != (rule.Rule{}) {
			t.Errorf("UnmarshalJSON(%s) = %+v, %v, want an error and nothing read", doc[:cut], r, err)
		}
	}
}

// JSON is typed, and a group checks: what no group takes can still be written
// down and read.
func TestRuleJSONIsUnchecked(t *testing.T) {
	var r rule.Rule
	must(t, json.Unmarshal([]byte(` {"priority":255, "protocol":"50", "dst":"10.0.0.1/8"} `), &r))
	if want := (rule.Rule{Protocol: 50, Priority: 255, Dst: prefix("10.0.0.1/8")}); r != want {
		t.Errorf("Unmarshal = %+v, want %+v", r, want)
	}
	if err := rule.NewGroup("sg-a", rule.VPC, rule.Basic).Add(r); err == nil {
		t.Errorf("Add(%+v) = nil, want an error", r)
	}
}

// null changes nothing, as encoding/json has it, and a rule that it leaves zero
// enters no group.
func TestRuleUnmarshalJSONNull(t *testing.T) {
	before := toGroup()
	got := before
	if err := json.Unmarshal([]byte("null"), &got); err != nil || got != before {
		t.Errorf("Unmarshal(null) = %+v, %v, want what stood before", got, err)
	}
	var rules []rule.Rule
	must(t, json.Unmarshal([]byte("[null]"), &rules))
	if err := rule.NewGroup("sg-a", rule.VPC, rule.Basic).Add(rules...); err == nil {
		t.Errorf("Add(%+v) = nil, want an error", rules)
	}
}
