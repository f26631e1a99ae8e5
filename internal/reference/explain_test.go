package reference_test

import (
	"testing"

	"example.com/sluice/internal/reference"
	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
)

func TestExplain(t *testing.T) {
	type place = reference.Place
	w := world{groups: [][]string{
		{
			"accept tcp from 10.1.0.0/16 to 10.0.0.0/8 port 80/80 sport 7/9 priority 3",
			"drop all to 10.0.0.0/8 priority 3",
			"accept all to 0.0.0.0/0 priority 110",
			"drop udp to 10.0.0.0/8 port 80/80 priority 1",
		},
		{
			"drop all to 10.0.0.0/9 priority 3",
			"accept tcp to 10.0.0.0/8 port 80/80 priority 3",
		},
	}}
	missedUDP := place{Group: "sg-0", Index: 3, Note: "protocol"}
	cases := []struct {
		name   string
		packet reference.Packet
		want   reference.Story
	}{
		{"every reason to lose", packet(6, "10.1.0.1", "10.0.0.2", 8, 80), reference.Story{
			Answer: dropBy(0, 1),
			Overridden: []place{
				{Group: "sg-1", Index: 0, Note: "order"},
				{Group: "sg-0", Index: 0, Note: "drop wins the tie"},
				{Group: "sg-1", Index: 1, Note: "drop wins the tie"},
				{Group: "sg-0", Index: 2, Note: "priority"},
			},
			Missed: []place{missedUDP},
		}},
		{"a rule of the system decides", packet(6, "10.1.0.1", "192.0.2.1", 8, 80), reference.Story{
			Answer: acceptBy(0, 2),
			Missed: []place{missedUDP,
				{Group: "sg-0", Index: 1, Note: "dst"}, {Group: "sg-1", Index: 0, Note: "dst"},
				{Group: "sg-0", Index: 0, Note: "dst"}, {Group: "sg-1", Index: 1, Note: "dst"}},
		}},
		{"source", packet(6, "10.2.0.1", "10.128.0.2", 1, 80), reference.Story{
			Answer:     dropBy(0, 1),
			Overridden: []place{{Group: "sg-1", Index: 1, Note: "drop wins the tie"}, {Group: "sg-0", Index: 2, Note: "priority"}},
			Missed:     []place{missedUDP, {Group: "sg-1", Index: 0, Note: "dst"}, {Group: "sg-0", Index: 0, Note: "src"}},
		}},
		{"both ports: the destination port is asked first", packet(6, "10.1.0.1", "10.128.0.2", 1, 81), reference.Story{
			Answer:     dropBy(0, 1),
			Overridden: []place{{Group: "sg-0", Index: 2, Note: "priority"}},
			Missed: []place{missedUDP, {Group: "sg-1", Index: 0, Note: "dst"},
				{Group: "sg-0", Index: 0, Note: "dst_port"}, {Group: "sg-1", Index: 1, Note: "dst_port"}},
		}},
		{"source port", packet(6, "10.1.0.1", "10.128.0.2", 6, 80), reference.Story{
			Answer:     dropBy(0, 1),
			Overridden: []place{{Group: "sg-1", Index: 1, Note: "drop wins the tie"}, {Group: "sg-0", Index: 2, Note: "priority"}},
			Missed:     []place{missedUDP, {Group: "sg-1", Index: 0, Note: "dst"}, {Group: "sg-0", Index: 0, Note: "src_port"}},
		}},
		{"default", packet(50, "2001:db8::1", "2001:db8::2"), reference.Story{
			Answer: acceptByDefault,
			Missed: []place{missedUDP,
				{Group: "sg-0", Index: 1, Note: "dst"}, {Group: "sg-1", Index: 0, Note: "dst"},
				{Group: "sg-0", Index: 0, Note: "protocol"}, {Group: "sg-1", Index: 1, Note: "protocol"},
				{Group: "sg-0", Index: 2, Note: "dst"}},
		}},
		{"an invalid packet meets no rule", packet(6, "10.1.0.1", "2001:db8::2", 8, 80), reference.Story{Answer: invalid}},
	}
	members, groups := w.build(t)
	x := reference.New(members, groups...)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, x.Explain(c.packet)); diff != "" {
				t.Errorf("Explain(%+v): -want +got\n%s", c.packet, diff)
			}
		})
	}
}

func TestExplainNIC(t *testing.T) {
	members, groups := world{network: rule.Classic, groups: [][]string{{
		"drop all to 10.0.0.0/8 nic internet", "drop tcp to 10.0.0.0/8 port 80/80 nic internet", "accept all to 10.0.0.0/8 nic intranet",
	}}}.build(t)
	p := by(rule.Intranet, packet(6, "10.0.0.1", "10.0.0.2", 1, 81))
	want := reference.Story{
		Answer: acceptBy(0, 2),
		Missed: []reference.Place{{Group: "sg-0", Index: 0, Note: "nic"}, {Group: "sg-0", Index: 1, Note: "dst_port"}},
	}
	if diff := cmp.Diff(want, reference.New(members, groups...).Explain(p)); diff != "" {
		t.Errorf("Explain(%+v): -want +got\n%s", p, diff)
	}
}
