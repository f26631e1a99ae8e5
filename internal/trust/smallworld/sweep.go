package smallworld

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"

	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/reference"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// Sweep asks one table about every IPv4 address, as destination or as source of
// packets that are equal otherwise, and compares with a painted list: the line of
// all addresses, cut wherever a block or a member's range begins or has ended,
// with the reference's answer for each piece.
type Sweep struct {
	source bool
	packet match.Packet // but for the address that is swept
	table  *match.Table
	pieces []piece
}

// piece is the addresses from first to that before the next piece's first.
type piece struct {
	first uint32
	want  reference.Answer
}

// SweepUnits is the number of units: one for each first byte.
const SweepUnits = 256

// NewSweep makes rules from a seed and paints their list. Sweeps of odd seeds are
// over sources.
func NewSweep(seed uint64, rules int) (*Sweep, error) {
	s := gen.Seeded(seed)
	made := gen.NewInterface(s, gen.Shape{
		Type: rule.Type(seed / 2 % 2), Families: gen.Only4, Groups: 1 + int(seed%3), Rules: rules, Members: 3,
	})
	x := &Sweep{source: seed%2 == 1}
	x.packet = match.Packet{Protocol: rule.TCP, SrcPort: 40000, DstPort: 443}
	fixed := netip.AddrFrom4([4]byte{10, 1, 2, 3})
	x.packet.Src, x.packet.Dst = fixed, fixed
	y, err := x.bared(made)
	if err != nil {
		return nil, err
	}
	members, err := match.NewMembers(y.Members)
	if err != nil {
		return nil, err
	}
	if x.table, err = match.Compile(members, y.Groups...); err != nil {
		return nil, err
	}
	x.paint(y)
	return x, nil
}

// bared is the interface with rules that look at the swept address only.
func (x *Sweep) bared(made gen.Interface) (gen.Interface, error) {
	y := gen.Interface{Members: made.Members}
	for _, g := range made.Groups {
		bare := rule.NewGroup(g.ID(), g.Network(), g.Type())
		bare.Limit = g.Limit
		for i, r := range g.Rules() {
			p := r.Params()
			if i%4 > 0 {
				p.IPProtocol, p.PortRange, p.SourcePortRange = "all", "-1/-1", ""
			}
			if x.source {
				if p.SourceCidrIP == "" {
					p.SourceCidrIP = p.DestCidrIP
				}
				p.DestCidrIP, p.DestGroupID = "0.0.0.0/0", ""
			} else {
				p.SourceCidrIP = ""
			}
			if err := bare.Restore(rule.Existing{Params: p}); err != nil {
				return y, err
			}
		}
		y.Groups = append(y.Groups, bare)
	}
	return y, nil
}

// paint cuts the line of addresses and asks the reference about each piece.
func (x *Sweep) paint(y gen.Interface) {
	cuts := []uint64{0}
	cut := func(r netipx.IPRange) {
		first, last := r.From().As4(), r.To().As4()
		cuts = append(cuts, uint64(binary.BigEndian.Uint32(first[:])), uint64(binary.BigEndian.Uint32(last[:]))+1)
	}
	for _, g := range y.Groups {
		for _, r := range g.Rules() {
			for _, p := range []netip.Prefix{r.Dst, r.Src} {
				if p.IsValid() {
					cut(netipx.RangeOfPrefix(p))
				}
			}
		}
	}
	for _, set := range y.Members {
		for _, r := range set.Ranges() {
			if r.From().Is4() {
				cut(r)
			}
		}
	}
	slices.Sort(cuts)
	ref := reference.New(y.Members, y.Groups...)
	for _, c := range slices.Compact(cuts) {
		if c < 1<<32 {
			x.pieces = append(x.pieces, piece{uint32(c), ref.Decide(asReference(x.at(uint32(c))))})
		}
	}
}

// Pieces is how many pieces the list has: so many answers the reference gave.
func (x *Sweep) Pieces() int { return len(x.pieces) }

// Edges compares both ends of every piece.
func (x *Sweep) Edges() (verdicts int, err error) {
	for i, p := range x.pieces {
		last := ^uint32(0)
		if i+1 < len(x.pieces) {
			last = x.pieces[i+1].first - 1
		}
		for _, a := range []uint32{p.first, last} {
			if err := x.compare(a, 1, x.table.DecideBatch(nil, []match.Packet{x.at(a)})); err != nil {
				return verdicts, err
			}
			verdicts++
		}
	}
	return verdicts, nil
}

// at is the packet of an address.
func (x *Sweep) at(a uint32) match.Packet {
	p := x.packet
	addr := netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)})
	if x.source {
		p.Src = addr
	} else {
		p.Dst = addr
	}
	return p
}

// Unit compares the addresses whose first byte is given, one in every step.
func (x *Sweep) Unit(first, step int) (verdicts int, err error) {
	const chunk = 1 << 12
	packets := make([]match.Packet, 0, chunk)
	var decisions []match.Decision
	end := uint64(first+1) << 24
	for a := uint64(first) << 24; a < end; {
		from := a
		for packets = packets[:0]; len(packets) < chunk && a < end; a += uint64(step) {
			packets = append(packets, x.at(uint32(a)))
		}
		decisions = x.table.DecideBatch(decisions[:0], packets)
		if err := x.compare(uint32(from), uint32(step), decisions); err != nil {
			return verdicts, err
		}
		verdicts += len(decisions)
	}
	return verdicts, nil
}

// compare holds decisions for every step-th address from a on against the list.
func (x *Sweep) compare(a, step uint32, decisions []match.Decision) error {
	at, found := slices.BinarySearchFunc(x.pieces, a, func(p piece, a uint32) int { return cmp.Compare(p.first, a) })
	if !found {
		at-- // the piece that a is in
	}
	var known match.Decision // what the piece's first address got, which was right
	fresh := true
	for _, d := range decisions {
		for at+1 < len(x.pieces) && x.pieces[at+1].first <= a {
			at++
			fresh = true
		}
		if fresh || d != known {
			r, _ := x.table.Rule(d)
			got := reference.Answer{Accept: d.Verdict == match.Accept, Cause: d.Cause.String(), Group: r.Group, Index: r.Index}
			if got != x.pieces[at].want {
				return fmt.Errorf("Decide(%v) = %+v, want %+v with\n%v", x.at(a), got, x.pieces[at].want, x.table)
			}
			known, fresh = d, false
		}
		a += step
	}
	return nil
}
