package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// builder makes the parameters of one rule, and knows what they mean: each comes
// from a list that says it.
type builder struct {
	chance  *rand.Rand
	classic bool
	rule    int

	parameters []parameter
	faults     []fault
	spoiled    int // which parameter may be bad; the others are good
}

// row is the place of a parameter in the page's order.
const (
	rowProtocol = iota
	rowPorts
	rowSrcPorts
	rowDst
	rowSrc
	rowPolicy
	rowPriority
	rowNIC
	rowDescription
	rows
)

// take chooses a text for a parameter, and notes the fault it has. Where code is
// given, it stands for the * of the list.
func (b *builder) take(row int, name, code string, list []value) value {
	bad := slices.IndexFunc(list, func(v value) bool { return v.code != "" })
	v := list[b.chance.IntN(bad)]
	if b.spoiled == row || b.chance.IntN(100) == 0 {
		v = list[bad+b.chance.IntN(len(list)-bad)]
	}
	if v.code == "*" {
		v.code = code
	}
	b.give(name, v.text)
	if v.code != "" {
		b.fault(v.code, name)
	}
	return v
}

// give sends a parameter; an absent one and an empty one are the same.
func (b *builder) give(name, text string) {
	if text != "" || b.chance.IntN(4) == 0 {
		b.parameters = append(b.parameters, parameter{name, text})
	}
}

func (b *builder) fault(code, name string) {
	b.faults = append(b.faults, fault{b.rule, code, name})
}

func (b *builder) build() meaning {
	b.spoiled = b.chance.IntN(3 * rows) // two of three rules are good so far
	protocol := b.take(rowProtocol, "IpProtocol", "", protocolValues)
	m := meaning{Protocol: protocol.meaning}
	m.DstPorts = b.ports(rowPorts, "PortRange", protocol.meaning)
	m.SrcPorts = "any"
	if b.chance.IntN(3) == 0 || b.spoiled == rowSrcPorts {
		m.SrcPorts = b.ports(rowSrcPorts, "SourcePortRange", protocol.meaning)
	}
	e := b.ends(protocol.meaning)
	m.Policy = b.take(rowPolicy, "Policy", "", policyValues).meaning
	m.Priority = b.take(rowPriority, "Priority", "", priorityValues).meaning
	m.NIC = b.nic(e.onlyGroup)
	m.Description = b.description()
	b.across(m, e)
	m.Dst, m.Src = e.dst4+e.dst6, e.src4+e.src6
	if e.onlyGroup {
		m.DstGroup = "sg-dst"
	}
	return m
}

// ports gives a range that goes with the protocol, or one that does not.
func (b *builder) ports(row int, name, protocol string) (meaning string) {
	hasPorts := protocol == "tcp" || protocol == "udp"
	ranged := hasPorts
	if b.spoiled == row || b.chance.IntN(40) == 0 {
		ranged = !ranged
	}
	switch {
	case b.spoiled == row && b.chance.IntN(3) > 0 || b.chance.IntN(100) == 0:
		v := b.take(row, name, "", portValues)
		if v.code != "" {
			return ""
		}
		ranged, meaning = true, v.meaning
	case ranged:
		meaning = fmt.Sprintf("%d/%d", 1+b.chance.IntN(100), 100+b.chance.IntN(65436))
		b.give(name, meaning)
	default:
		meaning = "any"
		b.give(name, "-1/-1")
	}
	anySource := hasPorts && name == "SourcePortRange" // -1/-1 means any for tcp and udp, too
	if protocol != "" && ranged != hasPorts && !anySource {
		b.fault(denied, name)
	}
	return meaning
}

// ends are the blocks as they were read, empty where absent or bad.
type ends struct {
	dst4, dst6, src4, src6 string
	given                  map[string]bool // by parameter, good or bad
	onlyGroup              bool
}

// ends gives destination and source, mostly of the family that the protocol asks for.
func (b *builder) ends(protocol string) (e ends) {
	e.given = map[string]bool{}
	v6 := b.chance.IntN(2) == 0
	switch {
	case b.classic && b.chance.IntN(10) > 0 || protocol == "icmp":
		v6 = false
	case protocol == "icmpv6":
		v6 = true
	}
	if b.chance.IntN(15) == 0 {
		v6 = !v6
	}
	group := b.chance.IntN(8) == 0
	dst4, dst6 := !v6 && !group, v6 && !group
	src := b.chance.IntN(3) == 0 || b.spoiled == rowSrc
	src4, src6 := src && !v6, src && v6
	if b.chance.IntN(40) == 0 {
		dst4, dst6 = b.chance.IntN(2) == 0, b.chance.IntN(2) == 0
	}
	if b.chance.IntN(30) == 0 {
		src4, src6 = b.chance.IntN(2) == 0, b.chance.IntN(2) == 0
	}
	e.dst4 = b.block(dst4, false, rowDst, "DestCidrIp", "InvalidDestCidrIp.Malformed", e.given)
	e.dst6 = b.block(dst6, true, rowDst, "Ipv6DestCidrIp", "InvalidParam.Ipv6DestCidrIp", e.given)
	e.src4 = b.block(src4, false, rowSrc, "SourceCidrIp", "InvalidParam.SourceIp", e.given)
	e.src6 = b.block(src6, true, rowSrc, "Ipv6SourceCidrIp", "InvalidParam.Ipv6SourceCidrIp", e.given)
	if group || b.chance.IntN(10) == 0 {
		b.give("DestGroupId", "sg-dst")
		e.onlyGroup = !dst4 && !dst6
		e.given["DestGroupId"] = slices.ContainsFunc(b.parameters, func(p parameter) bool { return p.name == "DestGroupId" })
		if b.chance.IntN(2) == 0 {
			b.give("DestGroupOwnerAccount", "test@aliyun.com")
		}
	}
	return e
}

func (b *builder) block(wanted, v6 bool, row int, name, code string, given map[string]bool) string {
	if !wanted {
		return ""
	}
	list := blockValues4
	if v6 {
		list = blockValues6
	}
	if v6 && b.classic { // one fault is enough
		v := list[b.chance.IntN(5)]
		b.give(name, v.text)
		b.fault(ipv6InClassic, name)
		given[name] = true
		return ""
	}
	given[name] = true
	return b.take(row, name, code, list).meaning
}

// nic gives a NIC type, for a destination group mostly one that reaches it.
func (b *builder) nic(onlyGroup bool) string {
	if (onlyGroup || !b.classic) && b.spoiled != rowNIC && b.chance.IntN(20) > 0 {
		text := "intranet"
		if !b.classic && b.chance.IntN(2) == 0 {
			text = ""
		}
		b.give("NicType", text)
		return "intranet"
	}
	v := b.take(rowNIC, "NicType", "", nicValues)
	switch {
	case v.code != "":
		return ""
	case v.meaning == "internet" && !b.classic:
		b.fault(nicMismatch, "NicType")
	case v.meaning == "" && b.classic:
		return "internet"
	case v.meaning == "":
		return "intranet"
	}
	return v.meaning
}

func (b *builder) description() string {
	if b.spoiled == rowDescription && b.chance.IntN(2) == 0 {
		b.give("Description", strings.Repeat("出", 513))
		b.fault(badDescription, "Description")
		return ""
	}
	if b.chance.IntN(12) == 0 {
		text := strings.Repeat("出", 512)
		b.give("Description", text)
		return text
	}
	return b.take(rowDescription, "Description", "", descriptionValues).meaning
}

// across notes the faults across parameters, in the page's order.
func (b *builder) across(m meaning, e ends) {
	if !e.given["DestCidrIp"] && !e.given["Ipv6DestCidrIp"] && !e.given["DestGroupId"] {
		b.fault("MissingParameter.Dest", "DestCidrIp")
	}
	if e.given["DestCidrIp"] && e.given["Ipv6DestCidrIp"] {
		b.fault("InvalidParam.DestIp", "Ipv6DestCidrIp")
	}
	if e.given["SourceCidrIp"] && e.given["Ipv6SourceCidrIp"] {
		b.fault("InvalidParam.SourceIp", "Ipv6SourceCidrIp")
	}
	if e.onlyGroup && b.classic && m.NIC == "internet" {
		b.fault(nicMismatch, "NicType")
	}
	icmp, icmpv6 := m.Protocol == "icmp", m.Protocol == "icmpv6"
	switch {
	case e.dst6 != "" && (icmp || e.src4 != ""):
		b.fault("InvalidParam.Ipv4ProtocolConflictWithIpv6Address", "Ipv6DestCidrIp")
	case e.src6 != "" && icmp:
		b.fault("InvalidParam.Ipv4ProtocolConflictWithIpv6Address", "Ipv6SourceCidrIp")
	}
	switch {
	case e.dst4 != "" && icmpv6:
		b.fault("InvalidParam.Ipv6ProtocolConflictWithIpv4Address", "DestCidrIp")
	case e.src4 != "" && icmpv6:
		b.fault("InvalidParam.Ipv6ProtocolConflictWithIpv4Address", "SourceCidrIp")
	case e.dst4 != "" && e.src6 != "":
		b.fault("InvalidParam.Ipv6ProtocolConflictWithIpv4Address", "DestCidrIp")
	}
}
