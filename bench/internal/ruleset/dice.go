package ruleset

import (
	"math/rand/v2"
	"net/netip"
)

// dice makes the choices of one set.
type dice struct{ *rand.Rand }

func newDice(seed, stream uint64) dice { return dice{rand.New(rand.NewPCG(seed, stream))} }

// percent is true in share of 100 cases.
func (d dice) percent(share int) bool { return d.IntN(100) < share }

// between returns a number of first..last.
func (d dice) between(first, last int) int { return first + d.IntN(last-first+1) }

// weighted returns an index of weights, each as often as its weight says.
func (d dice) weighted(weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := d.IntN(sum)
	i := 0
	for ; n >= weights[i]; i++ {
		n -= weights[i]
	}
	return i
}

// pick returns one of list.
func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// inside returns an address of block.
func (d dice) inside(block netip.Prefix) netip.Addr {
	b := block.Addr().AsSlice()
	for i := range b {
		fixed := min(max(block.Bits()-8*i, 0), 8) // bits of the byte that the block sets
		b[i] |= byte(d.Uint32()) & byte(0xff>>fixed)
	}
	a, _ := netip.AddrFromSlice(b) // 4 or 16 bytes, as they came
	return a
}

// block returns a block of a length inside another, or that one where it is no
// longer.
func (d dice) block(in netip.Prefix, bits int) netip.Prefix {
	if bits <= in.Bits() {
		return in
	}
	return netip.PrefixFrom(d.inside(in), bits).Masked()
}

// flip changes one bit of an address.
func flip(a netip.Addr, bit int) netip.Addr {
	b := a.AsSlice()
	b[bit/8] ^= 0x80 >> (bit % 8)
	a, _ = netip.AddrFromSlice(b)
	return a
}
