package audit

import (
	"math/rand/v2"
	"slices"
	"unsafe"
)

// memo numbers lists in the order in which they come, each list once.
type memo struct {
	lists  [][]int32
	room   []int32 // for lists to come; it is never moved, so that no call waits for that
	size   int     // of all lists together
	hashes []uint32
	table  []int32 // number+1 of a list, at its hash or behind it; a power of two
}

// memoSeed keeps rules from being written so that their lists collide. The numbers
// of lists do not depend on it.
var memoSeed = rand.Uint64()

const memoEntryBytes = int(unsafe.Sizeof([]int32{})) + 4 + 4*4

// number returns a list's number; added is true where the list is new.
func (m *memo) number(list []int32) (n int, added bool) {
	if len(m.lists)*2 >= len(m.table) {
		m.grow()
	}
	h := hashOf(list)
	mask := uint32(len(m.table) - 1)
	at := h & mask
	for ; m.table[at] != 0; at = (at + 1) & mask {
		n := int(m.table[at]) - 1
		if m.hashes[n] == h && slices.Equal(m.list(n), list) {
			return n, false
		}
	}
	n = len(m.lists)
	m.table[at] = int32(n) + 1
	m.keep(list)
	m.hashes = append(m.hashes, h)
	return n, true
}

// keep copies a list to the end of the lists.
func (m *memo) keep(list []int32) {
	const most = 1 << 15
	if cap(m.room)-len(m.room) < len(list) {
		m.room = make([]int32, 0, max(len(list), min(2*cap(m.room), most), 64))
	}
	start := len(m.room)
	m.room = append(m.room, list...)
	m.lists = append(m.lists, slices.Clip(m.room[start:]))
	m.size += len(list)
}

func (m *memo) list(n int) []int32 { return m.lists[n] }

// bytes is what a memo took of the budget.
func (m *memo) bytes() int { return 4*m.size + len(m.lists)*memoEntryBytes }

func (m *memo) grow() {
	m.table = make([]int32, max(64, 2*len(m.table)))
	mask := uint32(len(m.table) - 1)
	for n, h := range m.hashes {
		at := h & mask
		for m.table[at] != 0 {
			at = (at + 1) & mask
		}
		m.table[at] = int32(n) + 1
	}
}

func hashOf(list []int32) uint32 {
	h := memoSeed ^ uint64(len(list))*0x9e3779b97f4a7c15
	for _, v := range list {
		h = (h ^ uint64(uint32(v))) * 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	return uint32(h ^ h>>29)
}
