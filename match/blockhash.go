package match

import "slices"

// blockHash is a perfect hash of disjoint address blocks with a class each. Fill
// it with add, then build it; then it is immutable. A lookup takes two loads a
// length and no branch: whether an address is a member is anyone's guess, and so
// is how far open addressing would have to look (measured: a third more time).
type blockHash[K comparable] struct {
	slots   []slot[K] // a power of two of them
	shifts  []uint16  // likewise: what makes the blocks of a hash group fall into free slots
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

func (h *blockHash[K]) add(key K, n uint8, class uint32) {
	h.blocks = append(h.blocks, slot[K]{key, class<<8 | uint32(n)})
	if !slices.Contains(h.lengths, n) {
		h.lengths = append(h.lengths, n)
	}
}

// group returns the place in shifts of a hash.
func (h *blockHash[K]) group(hash uint64) uint64 { return hash >> 40 & uint64(len(h.shifts)-1) }

// place returns the place in slots of a hash under the shift of its group.
func (h *blockHash[K]) place(hash, shift uint64) uint64 {
	return (hash ^ shift) * 0xd6e8feb86659fd93 >> 32 & uint64(len(h.slots)-1)
}

// find returns the slot that a hash is of, if any is.
func (h *blockHash[K]) find(hash uint64) *slot[K] {
	return &h.slots[h.place(hash, uint64(h.shifts[h.group(hash)]))]
}
