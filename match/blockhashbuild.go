package match

import (
	"math/bits"
	"slices"
)

// build makes the table: at most half of the slots are taken, by groups of four
// blocks on average. A seed under which some group finds no free slots is given
// up for another.
func (h *blockHash[K]) build(hash func(key K, n uint8, seed uint64) uint64) {
	slices.SortFunc(h.lengths, func(a, b uint8) int { return int(b) - int(a) })
	log := bits.Len(uint(max(len(h.blocks), 1) - 1))
	h.slots = make([]slot[K], 2<<log)
	h.shifts = make([]uint16, max(1<<log/4, 1))
	hashes := make([]uint64, len(h.blocks))
	for {
		for i, b := range h.blocks {
			hashes[i] = hash(b.key, uint8(b.meta), h.seed)
		}
		if h.fill(hashes) {
			break
		}
		h.seed++
	}
	h.blocks = nil
}

// fill places the blocks with the given hashes, the largest groups first.
func (h *blockHash[K]) fill(hashes []uint64) bool {
	clear(h.slots)
	first, order := h.groups(hashes)
	sizes := make([][]int, 1) // groups by size
	for g := range h.shifts {
		size := first[g+1] - first[g]
		for len(sizes) <= size {
			sizes = append(sizes, nil)
		}
		sizes[size] = append(sizes[size], g)
	}
	for _, groups := range slices.Backward(sizes[1:]) {
		for _, g := range groups {
			if !h.fillGroup(g, order[first[g]:first[g+1]], hashes) {
				return false
			}
		}
	}
	return true
}

// groups sorts the blocks by group: those of group g are order[first[g]:first[g+1]].
func (h *blockHash[K]) groups(hashes []uint64) (first, order []int) {
	first = make([]int, len(h.shifts)+2)
	for _, hash := range hashes {
		first[h.group(hash)+2]++
	}
	for g := range h.shifts {
		first[g+2] += first[g+1]
	}
	order = make([]int, len(hashes))
	for i, hash := range hashes {
		at := &first[h.group(hash)+1]
		order[*at] = i
		*at++
	}
	return first[:len(h.shifts)+1], order
}

// fillGroup finds a shift under which the blocks of a group fall into free slots
// of their own.
func (h *blockHash[K]) fillGroup(g int, blocks []int, hashes []uint64) bool {
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
	}
	return false
}
