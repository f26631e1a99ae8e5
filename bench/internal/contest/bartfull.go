package contest

import (
	"fmt"
	"math/bits"
	"net/netip"

	"github.com/gaissmai/bart"

	"example.com/sluice/bench/internal/ruleset"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// BartFull is a whole classifier on bart tables, as somebody would build one who
// has them at hand: each prefix holds the row of all rules that it or a prefix
// around it belongs to, each port and each protocol gives a row, too, and the
// first bit of the rows' AND decides.
type BartFull struct {
	c                  *ruleset.Case
	width              int // words a row
	dst, src           addressRows
	dstPorts, srcPorts portRows
	protocols          [256][]uint64
	answers            []ruleset.Answer
}

// addressRows gives the row of an address: that of the longest prefix. Equal rows
// stand once, and the empty one first.
type addressRows struct {
	table bart.Fast[uint32] // where the row starts
	rows  []uint64
}

// portRows gives the row of a port: ports that the same rules take are of one
// class.
type portRows struct {
	classes *[1 << 16]uint16 // nil: all ports are of class 0
	rows    []uint64
}

// NewBartFull returns it over a case.
func NewBartFull(c *ruleset.Case) *BartFull {
	b := &BartFull{c: c, width: (len(c.Rules) + 63) / 64}
	dst, src := prefixBits{}, prefixBits{}
	for i, r := range c.Rules {
		b.answers = append(b.answers, r.Answer)
		for _, p := range destinations(c.Set, r) {
			dst.add(p, i)
		}
		if r.Rule.Src.IsValid() {
			src.add(r.Rule.Src, i)
		} else {
			src.add(netip.MustParsePrefix("0.0.0.0/0"), i)
			src.add(netip.MustParsePrefix("::/0"), i)
		}
	}
	b.dst.build(dst, b.width)
	b.src.build(src, b.width)
	b.dstPorts = newPortRows(c.Rules, b.width, func(r rule.Rule) rule.PortRange { return r.DstPorts })
	b.srcPorts = newPortRows(c.Rules, b.width, func(r rule.Rule) rule.PortRange { return r.SrcPorts })
	for p := range b.protocols {
		b.protocols[p] = make([]uint64, b.width)
		for i, r := range c.Rules {
			if r.Rule.Protocol == rule.All || int(r.Rule.Protocol) == p {
				setBit(b.protocols[p], i)
			}
		}
	}
	return b
}

func setBit(row []uint64, i int) { row[i/64] |= 1 << (i % 64) }

// prefixBits are the rules of each prefix.
type prefixBits map[netip.Prefix][]int

func (p prefixBits) add(block netip.Prefix, i int) { p[block] = append(p[block], i) }

func (a *addressRows) build(prefixes prefixBits, width int) {
	a.rows = make([]uint64, width)
	places := map[string]uint32{fmt.Sprint(a.rows): 0} // by the row's text
	for p := range prefixes {
		row := make([]uint64, width)
		for n := p.Bits(); n >= 0; n-- { // itself and all around it
			for _, i := range prefixes[netip.PrefixFrom(p.Addr(), n).Masked()] {
				setBit(row, i)
			}
		}
		text := fmt.Sprint(row)
		place, ok := places[text]
		if !ok {
			place = uint32(len(a.rows))
			places[text] = place
			a.rows = append(a.rows, row...)
		}
		a.table.Insert(p, place)
	}
}

func (a *addressRows) row(addr netip.Addr) []uint64 {
	place, _ := a.table.Lookup(addr) // 0 where no prefix contains addr
	return a.rows[place:]
}

func newPortRows(rules []ruleset.Ranked, width int, ports func(rule.Rule) rule.PortRange) portRows {
	var starts [1 << 16]bool // ports at which a class begins
	for _, r := range rules {
		if p := ports(r.Rule); !p.IsAny() {
			starts[p.First] = true
			if p.Last < 65535 {
				starts[p.Last+1] = true
			}
		}
	}
	starts[0] = true
	t := portRows{classes: new([1 << 16]uint16)}
	last := uint16(0)
	for port := range starts {
		if starts[port] {
			last = uint16(len(t.rows) / width)
			row := make([]uint64, width)
			for i, r := range rules {
				if ports(r.Rule).Contains(uint16(port)) {
					setBit(row, i)
				}
			}
			t.rows = append(t.rows, row...)
		}
		t.classes[port] = last
	}
	if last == 0 {
		t.classes = nil
	}
	return t
}

func (t *portRows) row(port uint16, width int) []uint64 {
	if t.classes == nil {
		return t.rows
	}
	return t.rows[int(t.classes[port])*width:]
}

func (b *BartFull) Name() string { return "bartfull" }

func (b *BartFull) decide(p *match.Packet) ruleset.Answer {
	n := b.width
	dst, src := b.dst.row(p.Dst)[:n], b.src.row(p.Src)[:n]
	dstPort, srcPort := b.dstPorts.row(p.DstPort, n)[:n], b.srcPorts.row(p.SrcPort, n)[:n]
	protocol := b.protocols[uint8(p.Protocol)][:n]
	for i := range dst {
		if word := dst[i] & src[i] & dstPort[i] & srcPort[i] & protocol[i]; word != 0 {
			return b.answers[i*64+bits.TrailingZeros64(word)]
		}
	}
	return 0
}

func (b *BartFull) Thr(n int) (wrong int) {
	packets, want := b.c.Packets[:n], b.c.Answers[:n]
	for i := range packets {
		if b.decide(&packets[i]) != want[i] {
			wrong++
		}
	}
	return wrong
}

func (b *BartFull) Chain(n int) (wrong int) {
	packets, want := b.c.Packets[:n], b.c.Answers[:n]
	i := 0
	for range packets {
		a := b.decide(&packets[i])
		if a != want[i] {
			wrong++
		}
		if i += 1 + int(a&1); i >= n {
			i -= n
		}
	}
	return wrong
}
