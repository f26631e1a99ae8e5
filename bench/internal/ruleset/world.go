package ruleset

import "net/netip"

// world is what the rules of a set speak of: where servers live and what they
// talk to. A set's rules share it, so that their blocks meet.
type world struct {
	any    netip.Prefix
	own    []netip.Prefix // where packets come from
	ranges []netip.Prefix // what rules name: private and public blocks
	points []netip.Addr   // what blocks nest around
	host   int            // length of a single address
	subnet int            // length of a subnet
	wide   int            // length of what is wider than the ranges
}

func newWorld(d dice, v4 bool) *world {
	w := &world{any: netip.MustParsePrefix("::/0"), host: 128, subnet: 64, wide: 48}
	private, public := []string{"fd00:10::/32", "fd00:20::/32", "2001:db8::/32"}, "2600::/12"
	length := 56 // of a range
	if v4 {
		w = &world{any: netip.MustParsePrefix("0.0.0.0/0"), host: 32, subnet: 24, wide: 16}
		private, public = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}, "32.0.0.0/3"
		length = 20
	}
	for _, p := range private {
		block := netip.MustParsePrefix(p)
		w.own = append(w.own, d.block(block, length))
		w.ranges = append(w.ranges, d.block(block, length), d.block(block, length))
	}
	for range 4 {
		w.ranges = append(w.ranges, d.block(netip.MustParsePrefix(public), length))
	}
	for range 2 {
		w.points = append(w.points, d.inside(pick(d, w.ranges)))
	}
	return w
}

// blockOf returns a block of a length that lies in a range or around one.
func (w *world) blockOf(d dice, ranges []netip.Prefix, bits int) netip.Prefix {
	r := pick(d, ranges)
	if bits < r.Bits() {
		return netip.PrefixFrom(r.Addr(), bits).Masked()
	}
	return d.block(r, bits)
}

// address returns one that a packet may come from: mostly one of ours.
func (w *world) address(d dice) netip.Addr {
	if d.percent(80) {
		return d.inside(pick(d, w.own))
	}
	return d.inside(pick(d, w.ranges))
}
