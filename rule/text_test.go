package rule_test

import (
	"strings"
	"testing"

	"example.com/sluice/rule"
)

// toGroup is a rule to a destination group with all that one can carry.
func toGroup() rule.Rule {
	r := passed(func(r *rule.Rule) { r.Dst = passed(nil).Src })
	r.DstGroup, r.DstOwner, r.DstOwnerID, r.DstGroupName = "sg-db", "test@aliyun.com", "155780923770", "the db"
	r.ID, r.CreateTime, r.Description = "sgr-1", "2024-07-08T02:10:00Z", "two words"
	return r
}

func TestRuleString(t *testing.T) {
	tests := []struct {
		name string
		rule rule.Rule
		want string
	}{
		{"the plainest", passed(nil), `accept tcp to 203.0.113.0/24 port 22/22 priority 1 nic intranet`},
		{"the one of the documentation", rule.Rule{Protocol: rule.UDP, DstPorts: rule.PortRange{First: 53, Last: 53}, SrcPorts: rule.PortRange{First: 1024, Last: 65535},
			Dst: prefix("100.100.2.136/32"), Src: prefix("10.0.0.0/16"), NIC: rule.Intranet, Policy: rule.Accept, Priority: 1},
			`accept udp from 10.0.0.0/16 sport 1024/65535 to 100.100.2.136/32 port 53/53 priority 1 nic intranet`},
		{"no ports", rule.Rule{Protocol: rule.All, Dst: prefix("::/0"), Priority: 110}, `drop all to ::/0 priority 110`},
		{"IPv6 source", rule.Rule{Protocol: rule.ICMPv6, Dst: prefix("::/0"), Src: prefix("2001:db8::/32"), NIC: rule.Intranet, Priority: 5}, `drop icmpv6 from 2001:db8::/32 to ::/0 priority 5 nic intranet`},
		{"blocks as they were written", passed(func(r *rule.Rule) {
			dstHost("10.0.0.0/8", "10.0.0.1")(r)
			srcHost("10.2.0.0/16", "10.2.3.4")(r)
		}), `accept tcp from 10.2.3.4/16 to 10.0.0.1/8 port 22/22 priority 1 nic intranet`},
		{"classic", passed(func(r *rule.Rule) { r.NIC = rule.Internet }), `accept tcp to 203.0.113.0/24 port 22/22 priority 1 nic internet`},
		{"a group, and all that is carried", toGroup(),
			`accept tcp group sg-db owner test@aliyun.com owner-id 155780923770 name "the db" port 22/22 priority 1 nic intranet id sgr-1 created 2024-07-08T02:10:00Z description "two words"`},
		{"quoted text", passed(func(r *rule.Rule) { r.Description = "\"`\n\u6C34" }),
			`accept tcp to 203.0.113.0/24 port 22/22 priority 1 nic intranet description "\"` + "`" + `\n` + "\u6C34" + `"`},
		{"the last character of ASCII that prints needs no quotes", passed(func(r *rule.Rule) { r.Description = "!~" }),
			`accept tcp to 203.0.113.0/24 port 22/22 priority 1 nic intranet description !~`},
		{"the first that does not print is quoted", passed(func(r *rule.Rule) { r.Description = "\x7f" }),
			`accept tcp to 203.0.113.0/24 port 22/22 priority 1 nic intranet description "\x7f"`},
		{"a backslash needs no quotes", passed(func(r *rule.Rule) { r.Description = `a\b` }),
			`accept tcp to 203.0.113.0/24 port 22/22 priority 1 nic intranet description a\b`},
		{"an underscore needs no quotes", passed(func(r *rule.Rule) { r.Description = "_" }),
			`accept tcp to 203.0.113.0/24 port 22/22 priority 1 nic intranet description _`},
		{"a backquote is quoted, alone too", passed(func(r *rule.Rule) { r.Description = "`" }),
			`accept tcp to 203.0.113.0/24 port 22/22 priority 1 nic intranet description "` + "`" + `"`},
		{"the zero rule", rule.Rule{}, `drop 0 priority 0`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.rule.String(); got != tt.want {
				t.Errorf("String():\n got %s\nwant %s", got, tt.want)
			}
			if got, err := tt.rule.MarshalText(); string(got) != tt.want || err != nil {
				t.Errorf("MarshalText():\n got %s, %v\nwant %s", got, err, tt.want)
			}
			if tt.rule == (rule.Rule{}) {
				return // nothing reads it back
			}
			var got rule.Rule
			if err := got.UnmarshalText([]byte(tt.want)); err != nil || got != tt.rule {
				t.Errorf("UnmarshalText(%s) = %+v, %v, want %+v", tt.want, got, err, tt.rule)
			}
		})
	}
}

// noNIC is the rule of passed where no NIC is named.
func noNIC(change func(*rule.Rule)) rule.Rule {
	r := passed(change)
	r.NIC = rule.NoNIC
	return r
}

// Not only what String writes is read: fields come in any order, with the
// defaults and the freedoms of a request.
func TestRuleUnmarshalText(t *testing.T) {
	tests := []struct {
		name, text string
		want       rule.Rule
	}{
		{"defaults", `accept tcp to 203.0.113.0/24 port 22/22`, noNIC(nil)},
		{"another order", `accept tcp nic intranet port 22/22 priority 1 to 203.0.113.0/24`, passed(nil)},
		{"words of a request", `Allow TCP to 203.0.113.0/24 port 22/22 nic INTRANET`, passed(nil)},
		{"quotes where none are needed", `"accept" "tcp" "to" "203.0.113.0/24" "port" "22/22"`, noNIC(nil)},
		{"a block with host bits", `accept tcp to 203.0.113.7/24 port 22/22`, noNIC(dstHost("203.0.113.0/24", "203.0.113.7"))},
		{"sport any", `accept tcp to 203.0.113.0/24 port 22/22 sport -1/-1`, noNIC(nil)},
		{"internet is classic", `accept tcp to 203.0.113.0/24 port 22/22 nic Internet`, passed(func(r *rule.Rule) { r.NIC = rule.Internet })},
		{"a rule of the system", `accept tcp to 203.0.113.0/24 port 22/22 priority 110`, noNIC(func(r *rule.Rule) { r.Priority = 110 })},
		{"every field", `accept tcp from 10.0.0.0/8 sport 1/2 to 203.0.113.0/24 group sg-b owner a owner-id 1 name b port 22/22 priority 1 nic intranet id sgr-1 created c description d`,
			passed(func(r *rule.Rule) {
				r.Src, r.SrcPorts = prefix("10.0.0.0/8"), rule.PortRange{First: 1, Last: 2}
				r.DstGroupName, r.ID, r.CreateTime, r.Description = "b", "sgr-1", "c", "d"
			})},
		{"a source of IPv6", `accept tcp from 2001:db8::/32 group sg-b port 22/22`, noNIC(func(r *rule.Rule) {
			r.Src, r.Dst, r.DstGroup = prefix("2001:db8::/32"), passed(nil).Src, "sg-b"
		})},
		{"an address and a group", `accept tcp to 203.0.113.0/24 group sg-b owner a port 22/22`, noNIC(nil)},
		{"a quote within a word", `accept tcp to 203.0.113.0/24 port 22/22 description a"b`, noNIC(func(r *rule.Rule) { r.Description = `a"b` })},
		{"a colon in a group's id", `accept tcp group a:b port 22/22`, noNIC(func(r *rule.Rule) { r.Dst, r.DstGroup = passed(nil).Src, "a:b" })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got rule.Rule
			if err := got.UnmarshalText([]byte(tt.text)); err != nil || got != tt.want {
				t.Errorf("UnmarshalText(%s) = %+v, %v, want %+v", tt.text, got, err, tt.want)
			}
		})
	}
}

func TestRuleUnmarshalTextRefuses(t *testing.T) {
	const shape = ": want POLICY PROTOCOL and then pairs of a name and a value, single spaces between them"
	const good = `accept tcp to 203.0.113.0/24 port 22/22`
	long := good + " description " + strings.Repeat("y", 600) + " id"
	tests := []struct {
		name, text, want string
	}{
		{"nothing", ``, `rule ""` + shape},
		{"a policy alone", `accept`, `rule "accept"` + shape},
		{"no fields", `accept all`, `DestCidrIp "": no destination, want`},
		{"a name without a value", good + ` nic`, `rule "` + good + ` nic"` + shape},
		{"a long text is cut", long, `rule "` + long[:128] + `"... (655 bytes)` + shape},
		{"a space before: no policy is not the default one", ` tcp to 203.0.113.0/24 port 22/22`, `rule " tcp to 203.0.113.0/24 port 22/22"` + shape},
		{"a quoted policy without text", `"" tcp to 203.0.113.0/24 port 22/22`, `rule "\"\" tcp to 203.0.113.0/24 port 22/22"` + shape},
		{"a space at the end", good + ` `, `rule "` + good + ` "` + shape},
		{"a value that was cut off", good + ` priority `, `rule "` + good + ` priority "` + shape},
		{"two spaces", `accept  tcp to 203.0.113.0/24 port  22/22`, `rule "accept  tcp to 203.0.113.0/24 port  22/22"` + shape},
		{"a tab", "accept\ttcp to 203.0.113.0/24 port 22/22", `rule "accept\ttcp to 203.0.113.0/24 port 22/22"` + shape},
		{"more words than fields", strings.Repeat("nic ", 28) + "nic", `rule "` + strings.Repeat("nic ", 28) + `nic": want at most 28 words`},
		{"a quote that does not end", good + ` description "a`, `rule: a quoted word does not end: "\"a"`},
		{"a malformed quote", good + ` description "\q"`, `rule: a quoted word does not end: "\"\\q\""`},
		{"no space after a quote", good + ` description "a"b`, `rule: want a space before "b"`},
		{"an unknown field", good + ` dport 22/22`, `rule: unknown field "dport", want from, sport, to, group, owner, owner-id, name, port, priority, nic, id, created or description`},
		{"a field in capitals", good + ` NIC intranet`, `rule: unknown field "NIC", want`},
		{"a field twice", good + ` port 22/22`, `rule: field "port" is given twice`},
		{"a destination twice, of two families", good + ` to ::/0`, `rule: field "to" is given twice`},
		{"a bad policy", `deny tcp to 203.0.113.0/24 port 22/22`, `Policy "deny": not a policy, want accept or drop (InvalidPolicy.Malformed)`},
		{"a bad protocol", `accept 6 to 203.0.113.0/24 port 22/22`, `IpProtocol "6": not a protocol of rules, want`},
		{"no port for tcp", `accept tcp to 203.0.113.0/24`, `PortRange "-1/-1": tcp needs ports, want`},
		{"no destination", `accept tcp port 22/22`, `DestCidrIp "": no destination, want`},
		{"a weak priority", good + ` priority 111`, `Priority "111": out of range, want 1 to 110, 1 the strongest (InvalidPriority.ValueNotSupported)`},
		{"a mapped address", `accept tcp to ::ffff:10.0.0.1 port 22/22`, `Ipv6DestCidrIp "::ffff:10.0.0.1": an IPv4-mapped address, want`},
		{"a group by internet", `accept tcp group sg-b port 22/22 nic internet`, `NicType "internet": a destination group is reached by intranet, want`},
		{"IPv6 by internet", `accept tcp to ::/0 port 22/22 nic internet`, `Ipv6DestCidrIp "::/0": IPv6 in a classic group, want`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := toGroup()
			got := before
			err := got.UnmarshalText([]byte(tt.text))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("UnmarshalText(%s):\n got %v\nwant %s", tt.text, err, tt.want)
			}
			if got != before {
				t.Errorf("UnmarshalText(%s) fails and leaves %+v, want what stood before", tt.text, got)
			}
		})
	}
}
