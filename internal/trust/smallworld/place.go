package smallworld

import (
	"fmt"
	"math/rand/v2"
	"net/netip"

	"example.com/sluice/rule"
)

// Place says where a world lies in real addresses and ports, and how many of its
// tuples share a table.
type Place struct {
	V6        bool
	Offset    int  // of the world's bits in the address
	Source    bool // the address is the source, not the destination
	FirstPort int
	SrcPorts  bool // the ports are source ports, not destination ports
	Members   bool // blocks are the members of destination groups
	Type      rule.Type
	Lanes     int // tuples in one table, told apart by the other address
	LaneBits  int // length of the block that tells them apart
	Groups    int // that the rules of a table are distributed over
}

// laneWidth is how many bits number a lane: there are at most 1<<laneWidth.
const laneWidth = 9

func (p Place) String() string {
	s := fmt.Sprintf("bit %d of the %s", p.Offset, side(p.Source))
	if p.V6 {
		s = "IPv6 " + s
	} else {
		s = "IPv4 " + s
	}
	if p.Members {
		s += " as members"
	}
	s += fmt.Sprintf(", %s ports from %d, %v, %d to a table of %d groups", side(p.SrcPorts), p.FirstPort, p.Type, p.Lanes, p.Groups)
	if p.Lanes > 1 {
		s += fmt.Sprintf(" at bit %d", p.LaneBits)
	}
	return s
}

func side(source bool) string {
	if source {
		return "source"
	}
	return "destination"
}

func (p Place) width() int {
	if p.V6 {
		return 128
	}
	return 32
}

// Other bits of the addresses, where nothing else says what they are.
var (
	base4 = []byte{198, 51, 100, 165}
	base6 = []byte{0x20, 0x01, 0x0d, 0xb8, 0x5a, 0xa5, 0x33, 0xcc, 0x69, 0x96, 0x0f, 0xf0, 0xc3, 0x3c, 0xa5, 0x5a}
)

// address returns the address with number in the bits offset..offset+bits-1, the
// bits behind them as a source of chance says, or those of the base.
func (p Place) address(offset, bits, number int, tail *rand.Rand) netip.Addr {
	base := base4
	if p.V6 {
		base = base6
	}
	a := append([]byte(nil), base...)
	set := func(i, bit int) {
		a[i/8] = a[i/8]&^(0x80>>(i%8)) | byte(bit&1)<<(7-i%8)
	}
	for i := range bits {
		set(offset+i, number>>(bits-1-i))
	}
	for i := offset + bits; tail != nil && i < p.width(); i++ {
		set(i, tail.IntN(2))
	}
	addr, _ := netip.AddrFromSlice(a) // 4 or 16 bytes
	return addr
}

// block is the text of the block of a matcher. Its host bits are those of the
// base, which package rule masks away.
func (p Place) block(bits, number int) string {
	return fmt.Sprintf("%v/%d", p.address(p.Offset, bits, number, nil), p.Offset+bits)
}

// lane is the text of the block that the other address of a lane is in.
func (p Place) lane(i int) string {
	return fmt.Sprintf("%v/%d", p.laneAddress(i, nil), p.LaneBits)
}

func (p Place) laneAddress(i int, tail *rand.Rand) netip.Addr {
	return p.address(p.LaneBits-laneWidth, laneWidth, i, tail)
}

// Full is every place that a full run tries a world at: the world's bits cross
// each boundary between bytes, in destination and in source, and stand at both
// ends; the other properties take turns.
func Full(w World) (list []Place) {
	ports := []int{1, 254, 65536 - w.Ports, 32766, 256, 510, 65280 - 2}
	turn := 0
	add := func(v6, source, members bool, offset, lanes int) {
		p := Place{
			V6: v6, Source: source, Members: members, Offset: offset, Lanes: lanes,
			FirstPort: ports[turn%len(ports)], SrcPorts: turn%3 == 1,
			Groups: []int{1, 2, 10, 1, 3}[turn%5], Type: rule.Type(turn / 2 % 2),
			LaneBits: []int{32, 12, 20, 9, 27}[turn%5],
		}
		if v6 {
			p.LaneBits = []int{128, 68, 12, 64, 100, 33}[turn%6]
		}
		if len(w.NICs) > 1 {
			p.Type = rule.Basic // classic groups are
		}
		list = append(list, p)
		turn++
	}
	families := []bool{false, true}
	if len(w.NICs) > 1 {
		families = families[:1] // IPv6 needs a VPC
	}
	for _, v6 := range families {
		width := Place{V6: v6}.width()
		offsets := []int{0, width - w.AddrBits}
		for boundary := 8; boundary < width; boundary += 8 {
			offsets = append(offsets, boundary-w.AddrBits/2)
		}
		for _, offset := range offsets {
			lanes := []int{64, 64, 50, 64, 300}[turn%5] // 128 rules and fewer, or many more
			if w.Arity == 3 && lanes < 300 {
				lanes = 42
			}
			add(v6, false, false, offset, lanes)
			add(v6, true, false, offset, lanes)
		}
		for _, offset := range offsets[1:] {
			if len(w.NICs) == 1 && offset%3 != 0 {
				add(v6, false, true, offset, 120/w.Arity)
			}
		}
		add(v6, false, false, width/2-w.AddrBits/2, 1)
	}
	return list
}
