package match

import (
	"fmt"
	"math/bits"
	"slices"
)

// How long the search for a perfect hash goes on. A block takes 1.4 trials on
// average, and about one key in 100,000 fails for two million blocks: then two of
// them have hashes that no shift parts.
const (
	maxKeys   = 8  // keys, one after the other
	trials    = 16 // under one key, for each block
	fewBlocks = 1 << 12
)

// build makes the table: at most half of the slots are taken, by groups of four
// blocks on average. A key under which some group finds no free slots is given up
// for another. It fails where all keys do.
func (h *blockHash[K]) build(hash func(key K, n uint8, k *hashKey) uint64, newKey func() hashKey) error {
	slices.SortFunc(h.lengths, func(a, b uint8) int { return int(b) - int(a) })
	h.size()
	hashes := make([]uint64, len(h.blocks))
	for range maxKeys {
		h.key = newKey()
		for i, b := range h.blocks {
			hashes[i] = hash(b.key, uint8(b.meta), &h.key)
		}
		left := trials * max(len(hashes), fewBlocks)
		if h.fill(hashes, &left) {
			h.blocks = nil
			return nil
		}
	}
	return fmt.Errorf("match: no perfect hash of %d blocks of members under %d keys", len(h.blocks), maxKeys)
}

// size makes room for the blocks.
func (h *blockHash[K]) size() {
	log := bits.Len(uint(max(len(h.blocks), 1) - 1))
	h.slots = make([]slot[K], 2<<log)
	h.shifts = make([]uint16, max(1<<log/4, 1))
}

// fill places the blocks with the given hashes, the largest groups first. It
// reports false where a group finds no place, or where no trials are left.
func (h *blockHash[K]) fill(hashes []uint64, left *int) bool {
	clear(h.slots)
	first, order := h.groups(hashes)
	for _, g := range bySize(first) {
		if !h.fillGroup(int(g), order[first[g]:first[g+1]], hashes, left) {
			return false
		}
	}
	return true
}

// groups sorts the blocks by group: those of group g are order[first[g]:first[g+1]].
func (h *blockHash[K]) groups(hashes []uint64) (first, order []int32) {
	first = make([]int32, len(h.shifts)+2)
	for _, hash := range hashes {
		first[h.group(hash)+2]++
	}
	for g := range h.shifts {
		first[g+2] += first[g+1]
	}
	order = make([]int32, len(hashes))
	for i, hash := range hashes {
		at := &first[h.group(hash)+1]
		order[*at] = int32(i)
		*at++
	}
	return first[:len(h.shifts)+1], order
}

// bySize returns the groups that have blocks, the largest first.
func bySize(first []int32) []int32 {
	var starts []int32 // by size, of the groups of that size in the result
	groups := len(first) - 1
	size := func(g int) int { return int(first[g+1] - first[g]) }
	for g := range groups {
		for len(starts) <= size(g) {
			starts = append(starts, 0)
		}
		starts[size(g)]++
	}
	next := int32(0)
	for n := len(starts) - 1; n >= 0; n-- {
		starts[n], next = next, next+starts[n]
	}
	order := make([]int32, groups)
	for g := range groups {
		order[starts[size(g)]] = int32(g)
		starts[size(g)]++
	}
	if len(starts) > 1 {
		return order[:starts[1]]
	}
	return nil
}

// fillGroup finds a shift under which the blocks of a group fall into free slots
// of their own. It takes its trials, one for each block that it places, from left.
func (h *blockHash[K]) fillGroup(g int, blocks []int32, hashes []uint64, left *int) bool {
	for shift := range uint64(1 << 16) {
		n := 0
		for ; n < len(blocks); n++ {
			s := &h.slots[h.place(hashes[blocks[n]], shift)]
			if s.meta != 0 {
				break
			}
			*s = h.blocks[blocks[n]]
		}
		if n == len(blocks) {
			h.shifts[g] = uint16(shift)
			return true
		}
		for _, b := range blocks[:n] {
			h.slots[h.place(hashes[b], shift)] = slot[K]{}
		}
		if *left -= n + 1; *left < 0 {
			break
		}
	}
	return false
}
