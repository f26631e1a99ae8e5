package audit

import (
	"context"
	"slices"
	"unsafe"
)

// budget is what one call may still cost. Once it is spent, or the call's context
// is done, every walk stops and err says why.
type budget struct {
	ctx    context.Context
	bounds Bounds
	steps  int64 // left
	bytes  int64 // left
	poll   int64 // the steps left at which to look at ctx next
	err    error
}

// pollSteps is how many steps pass between two looks at the context: less than a
// millisecond.
const pollSteps = 1 << 17

func newBudget(ctx context.Context, b Bounds) *budget {
	x := &budget{ctx: ctx, bounds: b, steps: b.Steps, bytes: b.Bytes, poll: b.Steps}
	x.step(0)
	return x
}

// step takes n steps; false where the budget does not hold them.
func (b *budget) step(n int) bool {
	if b.steps -= int64(n); b.steps <= b.poll {
		b.look()
	}
	return b.err == nil
}

func (b *budget) look() {
	b.poll = max(b.steps-pollSteps, -1)
	switch err := b.ctx.Err(); {
	case b.err != nil:
	case err != nil:
		b.err = err
	case b.steps < 0:
		b.fail("steps", b.bounds.Steps)
	}
}

// take takes n bytes of memory.
func (b *budget) take(n int) bool {
	if b.bytes -= int64(n); b.bytes < 0 {
		b.fail("bytes of memory", b.bounds.Bytes)
	}
	return b.err == nil
}

// give gives back bytes that were taken.
func (b *budget) give(n int) { b.bytes += int64(n) }

func (b *budget) fail(bound string, limit int64) {
	if b.err == nil {
		b.err = &BoundError{Bound: bound, Limit: limit}
	}
}

// memo numbers lists in the order in which they come, each list once.
type memo struct {
	lists  []uint16 // all lists, one behind the other
	ends   []int    // of each list in lists
	hashes []uint32
	table  []int32 // number+1 of a list, at its hash or behind it; a power of two
}

const memoEntryBytes = int(unsafe.Sizeof(int(0))) + 4 + 4*4

// number returns a list's number; added is true where the list is new.
func (m *memo) number(list []uint16) (n int, added bool) {
	if len(m.ends)*2 >= len(m.table) {
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
	n = len(m.ends)
	m.table[at] = int32(n) + 1
	m.lists = append(m.lists, list...)
	m.ends = append(m.ends, len(m.lists))
	m.hashes = append(m.hashes, h)
	return n, true
}

func (m *memo) list(n int) []uint16 {
	start := 0
	if n > 0 {
		start = m.ends[n-1]
	}
	return m.lists[start:m.ends[n]]
}

// bytes is what a memo took of the budget.
func (m *memo) bytes() int { return 2*len(m.lists) + len(m.ends)*memoEntryBytes }

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

func hashOf(list []uint16) uint32 {
	h := uint64(len(list)) * 0x9e3779b97f4a7c15
	for _, v := range list {
		h = (h ^ uint64(v)) * 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	return uint32(h ^ h>>29)
}
