package match

import (
	"math/bits"
	"slices"
)

// blockHash is an open-addressing table of disjoint address blocks with a class
// each. Fill it with add, then build it; then it is immutable.
type blockHash[K comparable] struct {
	slots   []slot[K] // a power of two of them
	shift   uint8     // a hash's high bits are its slot
	lengths []uint8   // of the blocks, each once, longest first
	seed    uint64

	blocks []slot[K] // until build
}

// slot holds a block: its first address, and class<<8 | its length. Class 0 is
// no group's, so a meta of 0 is an empty slot.
type slot[K comparable] struct {
	key  K
	meta uint32
}

// maxProbes bounds how far a block may stand from its hash's slot, so that a
// lookup is bounded, too.
const maxProbes = 32

func (h *blockHash[K]) add(key K, n uint8, class uint32) {
	h.blocks = append(h.blocks, slot[K]{key, class<<8 | uint32(n)})
	if !slices.Contains(h.lengths, n) {
		h.lengths = append(h.lengths, n)
	}
}

// build makes the table. A seed that leaves some block too far from its slot is
// given up for another; every fourth time the table doubles.
func (h *blockHash[K]) build(hash func(key K, n uint8, seed uint64) uint64) {
	if len(h.blocks) == 0 {
		return
	}
	slices.SortFunc(h.lengths, func(a, b uint8) int { return int(b) - int(a) })
	size := uint(bits.Len(uint(len(h.blocks) * 3 / 2)))
	for !h.fill(size+uint(h.seed/4), hash) {
		h.seed++
	}
	h.blocks = nil
}

func (h *blockHash[K]) fill(log uint, hash func(key K, n uint8, seed uint64) uint64) bool {
	h.slots = make([]slot[K], 1<<log)
	h.shift = uint8(64 - log)
	for _, b := range h.blocks {
		i := hash(b.key, uint8(b.meta), h.seed) >> h.shift
		probes := 0
		for ; h.slots[i].meta != 0; i = (i + 1) & uint64(len(h.slots)-1) {
			if probes++; probes == maxProbes {
				return false
			}
		}
		h.slots[i] = b
	}
	return true
}

// find returns the class of a block, or 0.
func (h *blockHash[K]) find(hash uint64, key K, n uint8) uint32 {
	for i := hash >> h.shift; ; i++ {
		s := &h.slots[i&uint64(len(h.slots)-1)]
		switch {
		case s.meta == 0:
			return 0
		case s.key == key && uint8(s.meta) == n:
			return s.meta >> 8
		}
	}
}
