package match

import "slices"

// DecideBatch appends the answers to packets, in order, to dst. It allocates only
// where dst has no room for them. Among more than 128 rules, none of them for a
// group, IPv4 packets of a batch take up to a quarter less time than one by one.
func (t *Table) DecideBatch(dst []Decision, packets []Packet) []Decision {
	n := len(dst)
	dst = slices.Grow(dst, len(packets))[:n+len(packets)]
	answers := dst[n:]
	if t == nil || t.large == nil || t.large.dst4 == nil {
		for i := range packets {
			answers[i] = t.decide(&packets[i])
		}
		return dst
	}
	for len(packets) > 0 {
		few := min(len(packets), chunk)
		t.decideChunk(answers[:few], packets[:few])
		answers, packets = answers[few:], packets[few:]
	}
	return dst
}

// chunk is how many packets take a step together. (Measured: 64 are no faster.)
const chunk = 32

// crossed is a packet on its way through crosses.
type crossed struct {
	at         uint32 // its place in the chunk
	dst, src   uint32 // classes
	kind, port uint32
	rest       uint32
	pair       uint32 // the start of its row of answers
	best       uint32 // the answer so far
}

// decideChunk is decide for up to chunk packets and an index that has dst4. A
// packet waits for loads that depend on each other: so all take one step, then all
// the next, and the loads of many are under way at once. (Measured: 14.3 ns a packet
// in place of 18.9; with each address a step of its own 16.6. Rows of up to 128
// rules depend on nothing: steps cost them a tenth more.)
func (t *Table) decideChunk(answers []Decision, packets []Packet) {
	l, f := t.large, &t.fields
	var room [chunk]crossed
	n := 0
	for i := range packets {
		p := &packets[i]
		if f.invalid(p) || !p.Dst.Is4() || !p.Src.Is4() {
			answers[i] = t.decide(p)
			continue
		}
		c := &room[n%chunk]
		c.at, c.best = uint32(i), l.none
		c.dst, c.src = uint32(l.dst4.Class(p.Dst.As4())), uint32(l.src4.Class(p.Src.As4()))
		c.kind, c.port = f.kindOf(p)+f.srcPorts.class(p.SrcPort), f.dstPorts.class(p.DstPort)
		n++
	}
	all := room[:n]
	for i := range l.byBlock {
		l.byBlock[i].strengthen(all)
	}
	for i := range all {
		c := &all[i]
		answers[c.at] = l.decision(c.best)
	}
}

// strengthen gives packets the answer of the strongest rule that matches, where it
// is stronger than theirs.
func (x *cross) strengthen(all []crossed) {
	for i := range all {
		c := &all[i]
		c.rest = x.rest(c.kind, c.port)
	}
	for i := range all {
		c := &all[i]
		c.pair = x.pair(c.dst, c.src)
	}
	for i := range all {
		c := &all[i]
		c.best = min(c.best, x.answers.at(c.pair, c.rest))
	}
}
