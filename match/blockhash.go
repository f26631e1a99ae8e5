package match

import (
	"crypto/rand"
	"encoding/binary"
	"math/bits"
	"slices"
)

// blockHash is a perfect hash of disjoint address blocks with a class each. Fill
// it with add, then build it; then it is immutable. A lookup takes two loads a
// length and no branch: whether an address is a member is unpredictable, and so
// is how far open addressing would have to look (measured: a third more time).
//
// The hash is keyed, and the key is drawn when the table is made: whoever writes
// the blocks cannot know beforehand which of them collide.
type blockHash[K comparable] struct {
	slots   []slot[K] // a power of two of them
	shifts  []uint16  // likewise: what makes the blocks of a hash group fall into free slots
	lengths []uint8   // of the blocks, each once, longest first
	key     hashKey

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

// hashKey is a secret key of hash4 and hash6.
type hashKey struct{ a, b, c uint64 }

// randomKey draws a key. Its multipliers are odd: none is 0.
func randomKey() hashKey {
	var b [24]byte
	rand.Read(b[:]) // it never fails
	word := binary.LittleEndian.Uint64
	return hashKey{word(b[:]), word(b[8:]) | 1, word(b[16:]) | 1}
}

// mix scatters two words over one: the halves of their product, together.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// hash4 mixes twice: after once the hashes of equidistant keys are equidistant
// still, and one distance that collides makes them collide all.
func hash4(key uint32, n uint8, k *hashKey) uint64 {
	return mix(mix((uint64(key)<<8|uint64(n))^k.a, k.b), k.c)
}

func hash6(key address, n uint8, k *hashKey) uint64 {
	return mix(mix(mix(key.hi^k.a, k.b)^key.lo, k.c), k.b^uint64(n))
}
