package cidr

import "slices"

// ByteTrie is the index of a [Trie]'s IPv4 prefixes, where they are not too
// scattered for it: a node takes 1 KiB. A walk is one load a byte.
//
// A step is e = entries[e>>8 + byte&e]: an entry holds the place of the node
// behind it and, in its low byte, a mask. A class is a node that keeps the walk
// where it is: its mask is 0 and it points to itself. So a walk takes no branch
// and never asks how deep a prefix goes.
//
// The last byte's nodes stand apart: what they hold is a class, and takes half the
// room.
type ByteTrie struct {
	entries []uint32 // entries[c] == c<<8 for each class c, then nodes of 256
	last    []uint16 // last[c] == c for each class c, then nodes of 256 classes
	root    uint32   // an entry
}

// maxSize is a MiB, which hundreds of scattered hosts take.
const maxSize = 1 << 20

// Class is [Trie.Class4], short enough to be part of its caller.
func (t *ByteTrie) Class(a [4]byte) int {
	s := t.entries
	e := t.root
	e = s[e>>8+uint32(a[0])&e]
	e = s[e>>8+uint32(a[1])&e]
	e = s[e>>8+uint32(a[2])&e]
	return int(t.last[e>>8+uint32(a[3])&e])
}

// newByteTrie indexes the blocks of classes 1 and up; nil where they need more than
// maxSize.
func newByteTrie(distinct []block) *ByteTrie {
	if len(distinct) > 1<<16 {
		return nil
	}
	t := new(ByteTrie)
	for c := range distinct {
		t.entries = append(t.entries, uint32(c)<<8)
		t.last = append(t.last, uint16(c))
	}
	t.root = t.node(distinct, 1, len(distinct), 0, 0)
	if t.size() > maxSize {
		return nil
	}
	return t
}

// size returns how many bytes the index takes.
func (t *ByteTrie) size() int { return 4*len(t.entries) + 2*len(t.last) }

// node returns the entry for the place depth bytes down that the blocks of
// classes [from, to) are in, all longer than 8*depth bits; elsewhere in it class
// outer holds.
func (t *ByteTrie) node(distinct []block, from, to, depth, outer int) uint32 {
	switch {
	case from >= to || t.size() > maxSize: // no blocks, or too many
		return 0
	case depth == 3:
		return t.lastNode(distinct, from, to, outer)
	}
	base := len(t.entries)
	t.entries = slices.Grow(t.entries, 256)[:base+256]
	node := t.entries[base:]
	for v := range node {
		node[v] = uint32(outer) << 8
	}
	for c := from; c < to; {
		b := &distinct[c]
		first := b.window(8*depth, 8)
		if b.bits <= 8*(depth+1) { // ends in this byte; those behind it may overwrite
			for v := range 1 << (8*(depth+1) - b.bits) {
				t.entries[base+first+v] = uint32(c) << 8
			}
			c++
			continue
		}
		next := c // all that go on through the same byte: shorter ones came before
		for next < to && distinct[next].window(8*depth, 8) == first {
			next++
		}
		t.entries[base+first] = t.node(distinct, c, next, depth+1, int(t.entries[base+first]>>8))
		c = next
	}
	return uint32(base)<<8 | 0xff
}

// lastNode is node for the last byte.
func (t *ByteTrie) lastNode(distinct []block, from, to, outer int) uint32 {
	base := len(t.last)
	t.last = slices.Grow(t.last, 256)[:base+256]
	node := t.last[base:]
	for v := range node {
		node[v] = uint16(outer)
	}
	for c := from; c < to; c++ {
		b := &distinct[c]
		first := b.window(24, 8)
		for v := range 1 << (32 - b.bits) {
			node[first+v] = uint16(c)
		}
	}
	return uint32(base)<<8 | 0xff
}
