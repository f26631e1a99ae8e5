package cidr

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
)

// Trie maps an address to the class of addresses that the same prefixes
// contain, with one load a byte: 4 for IPv4, and for IPv6 as many as the longest
// prefix has bytes, at most 16.
//
// A step is e = entries[e>>8 + byte&e]: an entry holds the place of the node
// behind it and, in its low byte, a mask. A class is a node that keeps the walk
// where it is: its mask is 0 and it points to itself. So a walk takes no branch
// and never asks how deep a prefix goes.
type Trie struct {
	entries []uint32 // entries[c] == c<<8 for each class c, then nodes of 256
	root4   uint32   // an entry, like root6
	root6   uint32
	steps6  int // bytes of the longest IPv6 prefix, 1 at least where there is one

	classes []class
	source  [][]int32 // for each distinct prefix the places in the list given to New
}

// class is a distinct prefix, as the longest one that contains an address.
type class struct {
	prefix int // in source; -1 for the class that no prefix contains
	parent int // the class of the next shorter prefix that contains this one
}

// maxEntries is what fits the 24 bits of an entry: 64 MiB.
const maxEntries = 1 << 24

// New indexes the prefixes, of either family, in any order; equal ones are
// fine, host bits are ignored. It fails on an invalid prefix, and on a list
// whose nodes would take more than 64 MiB: some 4,000 long IPv6 prefixes that
// share no byte, or 30,000 IPv4 ones.
func New(prefixes []netip.Prefix) (*Trie, error) {
	distinct := make([]netip.Prefix, 0, len(prefixes))
	for i, p := range prefixes {
		if !p.IsValid() {
			return nil, fmt.Errorf("cidr: prefix %d of the list is invalid", i)
		}
		distinct = append(distinct, p.Masked())
	}
	slices.SortFunc(distinct, comparePrefixes)
	distinct = slices.Compact(distinct)

	t := &Trie{classes: make([]class, 1, len(distinct)+1)}
	t.classes[0] = class{-1, 0}
	t.source = make([][]int32, len(distinct))
	for i, p := range prefixes {
		k, _ := slices.BinarySearchFunc(distinct, p.Masked(), comparePrefixes)
		t.source[k] = append(t.source[k], int32(i))
	}
	for c := range len(distinct) + 1 {
		t.entries = append(t.entries, uint32(c)<<8)
	}
	v6 := slices.IndexFunc(distinct, func(p netip.Prefix) bool { return p.Addr().Is6() })
	if v6 < 0 {
		v6 = len(distinct)
	}
	b := builder{trie: t, distinct: distinct}
	t.root4 = b.node(0, v6, 0, 0)
	t.root6 = b.node(v6, len(distinct), 0, 0)
	for _, p := range distinct[v6:] {
		t.steps6 = max(t.steps6, 1, (p.Bits()+7)/8)
	}
	if len(t.entries) > maxEntries {
		return nil, fmt.Errorf("cidr: %d prefixes need more than %d index entries", len(distinct), maxEntries)
	}
	return t, nil
}

// comparePrefixes orders IPv4 before IPv6, then by address, then shorter first:
// a prefix comes right before those it contains.
func comparePrefixes(p, q netip.Prefix) int {
	return cmp.Or(p.Addr().Compare(q.Addr()), cmp.Compare(p.Bits(), q.Bits()))
}

// builder makes nodes from the sorted distinct prefixes.
type builder struct {
	trie     *Trie
	distinct []netip.Prefix
}

// node returns the entry for the place depth bytes down that the prefixes
// [from, to) are in, all longer than 8*depth bits; elsewhere in it class holds.
func (b *builder) node(from, to, depth int, outer uint32) uint32 {
	if from == to || len(b.trie.entries) > maxEntries {
		return outer << 8
	}
	base := len(b.trie.entries)
	for range 256 {
		b.trie.entries = append(b.trie.entries, outer<<8)
	}
	for i := from; i < to; {
		p := b.distinct[i]
		first, last := byteRange(p, depth)
		if p.Bits() <= 8*(depth+1) { // ends in this byte; those behind it may overwrite
			c := b.class(i, b.trie.entries[base+first]>>8)
			for v := first; v <= last; v++ {
				b.trie.entries[base+v] = c << 8
			}
			i++
			continue
		}
		end := i // all that go on through the same byte
		for end < to && b.distinct[end].Bits() > 8*(depth+1) && byteOf(b.distinct[end].Addr(), depth) == byte(first) {
			end++
		}
		b.trie.entries[base+first] = b.node(i, end, depth+1, b.trie.entries[base+first]>>8)
		i = end
	}
	return uint32(base)<<8 | 0xff
}

// class makes the class of distinct prefix i, inside class parent.
func (b *builder) class(i int, parent uint32) uint32 {
	b.trie.classes = append(b.trie.classes, class{i, int(parent)})
	return uint32(len(b.trie.classes) - 1)
}

// Class returns the class of address a: 0 where no prefix contains it. A zone is
// ignored; the zero Addr is of class 0.
func (t *Trie) Class(a netip.Addr) int {
	b := a.As16()
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	switch {
	case a.Is4():
		return t.Class4(uint32(lo))
	case a.Is6():
		return t.Class6(hi, lo)
	}
	return 0
}

// Class4 returns the class of the IPv4 address with number a.
func (t *Trie) Class4(a uint32) int {
	s := t.entries
	e := t.root4
	e = s[e>>8+a>>24&e&0xff]
	e = s[e>>8+a>>16&e&0xff]
	e = s[e>>8+a>>8&e&0xff]
	e = s[e>>8+a&e&0xff]
	return int(e >> 8)
}

// Class6 returns the class of the IPv6 address of halves hi and lo.
func (t *Trie) Class6(hi, lo uint64) int {
	s := t.entries
	e := t.root6
	a := hi
	for k := range t.steps6 {
		if k == 8 {
			a = lo
		}
		a = bits.RotateLeft64(a, 8)
		e = s[e>>8+uint32(a)&e&0xff]
	}
	return int(e >> 8)
}

// Classes returns the number of classes: they are numbered from 0.
func (t *Trie) Classes() int { return len(t.classes) }

// Prefixes returns the prefixes that contain the addresses of class c, as their
// places in the list given to [New], ascending. It panics where c is no class.
func (t *Trie) Prefixes(c int) []int {
	var places []int
	for ; t.classes[c].prefix >= 0; c = t.classes[c].parent {
		for _, i := range t.source[t.classes[c].prefix] {
			places = append(places, int(i))
		}
	}
	slices.Sort(places)
	return places
}
