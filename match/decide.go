package match

import (
	"encoding/binary"

	"example.com/sluice/cidr"
)

// Decide answers one packet. It allocates nothing, never panics whatever the
// packet holds, and costs the same whichever rule decides: some 35 loads for up to
// 128 rules, most of them independent of each other, and as many for more, most of
// which wait for another.
func (t *Table) Decide(p Packet) Decision { return t.decide(&p) }

// decide is the hot path, in one piece: plain addresses and up to 128 rules, or
// IPv4 and an index of blocks alone. A call more costs a tenth of the whole. Other
// large tables go on in decideLarge, what is rare in decideRare.
func (t *Table) decide(p *Packet) Decision {
	if t == nil || t.fields.invalid(p) { // to the zero Table every packet is
		return Decision{}
	}
	small, f := t.small, &t.fields
	if small == nil {
		l := t.large
		if l.dst4 == nil || !p.Dst.Is4() || !p.Src.Is4() {
			return t.decideLarge(p)
		}
		dst, src := l.dst4.Class(p.Dst.As4()), l.src4.Class(p.Src.As4())
		kind, port := f.kindOf(p)+f.srcPorts.class(p.SrcPort), f.dstPorts.class(p.DstPort)
		best := l.none
		for i := range l.byBlock {
			x := &l.byBlock[i]
			best = min(best, x.first(uint32(dst), uint32(src), x.rest(kind, port)))
		}
		return l.decision(best)
	}
	var row cidr.Bits
	if p.Dst.Is4() && p.Src.Is4() {
		row = small.dst.V4(p.Dst.As4())
		if f.members != nil {
			d := p.Dst.As4()
			row = row.Or(small.members.row(f.memberNumber(f.members.class4(binary.BigEndian.Uint32(d[:])))))
		}
		if small.bySrc {
			row = row.And(small.src.V4(p.Src.As4()))
		}
	} else {
		var d, s []byte
		if asSliceStays {
			d, s = p.Dst.AsSlice(), p.Src.AsSlice()
		}
		if len(d) != 16 || len(s) != 16 {
			return t.decideRare(p)
		}
		dst := address{binary.BigEndian.Uint64(d), binary.BigEndian.Uint64(d[8:])}
		src := address{binary.BigEndian.Uint64(s), binary.BigEndian.Uint64(s[8:])}
		if dst.is4() || src.is4() {
			return t.decideRare(p)
		}
		row = small.dst.V6(dst.hi, dst.lo)
		if f.members != nil {
			row = row.Or(small.members.row(f.memberNumber(f.members.class6(dst))))
		}
		if small.bySrc {
			row = row.And(small.src.V6(src.hi, src.lo))
		}
	}
	rest := small.rest[f.kindOf(p)+f.srcPorts.class(p.SrcPort)]
	dstPort := small.dstPort[f.dstPorts.class(p.DstPort)]
	return t.first[first(row.And(rest.And(dstPort)))]
}

// decideRare is decide for every packet and up to 128 rules.
func (t *Table) decideRare(p *Packet) Decision {
	q, ok := t.fields.query(p)
	if !ok {
		return Decision{}
	}
	return t.first[first(t.small.row(&q))]
}
