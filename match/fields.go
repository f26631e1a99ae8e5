package match

import "example.com/sluice/rule"

// fields tells the classes of a packet's fields, those of its addresses apart.
// All indexes of one table share it.
type fields struct {
	classic  bool
	nics     uint64      // by NIC, one bit for each that a packet may have
	kind     [512]uint32 // NIC/2<<8 | protocol -> the first of its classes in rest
	srcPorts portClasses
	dstPorts portClasses
	members  *memberIndex  // nil where no rule names a group
	numbers  *classNumbers // of the classes of members; nil where those are the numbers
}

// query is a packet as the indexes ask for it.
type query struct {
	dst, src address
	v4       bool
	classes
}

// classes are the classes of a packet.
type classes struct {
	rest    uint32 // of protocol, NIC and source port
	dstPort uint32
	members uint32 // the number of the destination's member class
}

// kindProtocols are the protocols with a kind of their own; kind i+1 is
// kindProtocols[i]. Kind 0 stands for every other number: only All matches it.
var kindProtocols = [...]rule.Protocol{rule.TCP, rule.UDP, rule.ICMP, rule.ICMPv6, rule.GRE}

const numKinds = len(kindProtocols) + 1

// nics are the NICs with kinds of their own. In a VPC the kinds of both are alike.
var nics = [...]rule.NIC{rule.Intranet, rule.Internet}

// takesKind reports whether a rule takes packets of a kind and a NIC.
func takesKind(r *rule.Rule, classic bool, nic rule.NIC, kind int) bool {
	protocol := r.Protocol == rule.All || kind > 0 && r.Protocol == kindProtocols[kind-1]
	return protocol && (!classic || r.NIC == nic)
}

func newFields(rules []rule.Rule, members *Members, classes *memberClasses, classic bool) fields {
	f := fields{
		classic:  classic,
		nics:     1<<rule.Intranet | 1<<rule.Internet,
		srcPorts: newPortClasses(rules, srcPorts),
		dstPorts: newPortClasses(rules, dstPorts),
	}
	if !classic {
		f.nics |= 1 << rule.NoNIC
	}
	for i := range f.kind {
		kind := 0
		for k, p := range kindProtocols {
			if int(p) == i&0xff {
				kind = k + 1
			}
		}
		nic := i >> 8
		f.kind[i] = uint32((nic*numKinds + kind) * len(f.srcPorts.sample))
	}
	for _, r := range rules {
		if r.DstGroup != "" {
			f.members, f.numbers = members.index, classes.number
		}
	}
	return f
}

// memberNumber returns the number of a class of the members' index.
func (f *fields) memberNumber(class uint32) uint32 {
	if f.numbers != nil {
		return f.numbers.of(class)
	}
	return class
}

// invalid reports whether p's protocol is above 255, or its NIC is one that a
// packet here cannot have.
func (f *fields) invalid(p *Packet) bool { return p.Protocol > 255 || f.nics>>p.NIC&1 == 0 }

// kindOf returns the first of the classes of protocol and NIC.
func (f *fields) kindOf(p *Packet) uint32 {
	return f.kind[(uint32(p.NIC)>>1<<8|uint32(p.Protocol))&511]
}

// query returns the query of a packet; ok is false where its addresses are none.
func (f *fields) query(p *Packet) (q query, ok bool) {
	q.dst, q.src, q.v4, ok = addresses(p)
	if !ok {
		return q, false
	}
	q.classes = classes{
		rest:    f.kindOf(p) + f.srcPorts.class(p.SrcPort),
		dstPort: f.dstPorts.class(p.DstPort),
	}
	if f.members != nil {
		q.members = f.memberNumber(f.members.class(q.dst))
	}
	return q, true
}

func dstPorts(r *rule.Rule) rule.PortRange { return r.DstPorts }
func srcPorts(r *rule.Rule) rule.PortRange { return r.SrcPorts }
