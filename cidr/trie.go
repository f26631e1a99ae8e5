package cidr

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
)

// Trie maps an address to the class of addresses that the same prefixes
// contain. Class 0 is that of no prefix; each distinct prefix has a class, that
// of the addresses of which it is the longest prefix. Classes are numbered in the
// order of their prefixes: IPv4 first, then by address, then shorter ones first,
// so that those inside a class follow it at once.
type Trie struct {
	bytes4  *ByteTrie // of IPv4 blocks; nil where they are too scattered
	tree4   tree      // of those
	hash6   *hash6    // of IPv6 blocks; nil where they have too many lengths
	tree6   tree      // of those
	classes []class
	source  []int32 // places in the list given to New, those of each class together
}

// class is a distinct prefix and the classes around it and inside it.
type class struct {
	parent int // the class of the next shorter prefix that contains this one
	end    int // one behind the last class inside this one
	first  int // in source
}

// New indexes the prefixes, of either family, in any order; equal ones are fine,
// host bits are ignored. It fails on an invalid prefix.
//
// It takes some 100 bytes a prefix and 4 for each prefix around it, and for IPv4
// up to a MiB more where that makes it faster.
func New(prefixes []netip.Prefix) (*Trie, error) {
	for i, p := range prefixes {
		if !p.IsValid() {
			return nil, fmt.Errorf("cidr: prefix %d of the list is invalid", i)
		}
	}
	blocks := make([]block, len(prefixes))
	for i, p := range prefixes {
		blocks[i] = blockOf(p)
	}
	order := make([]int32, len(blocks))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(i, j int32) int { return blocks[i].compare(&blocks[j]) })

	t := &Trie{classes: []class{{}}, source: order}
	distinct := []block{{}} // of each class
	for i, place := range order {
		if b := blocks[place]; i == 0 || blocks[order[i-1]] != b {
			parent := len(distinct) - 1
			for parent > 0 && !distinct[parent].contains(&b) {
				parent = t.classes[parent].parent
			}
			distinct = append(distinct, b)
			t.classes = append(t.classes, class{parent: parent, first: i})
		}
	}
	for c := len(t.classes) - 1; c >= 0; c-- {
		k := &t.classes[c]
		k.end = max(k.end, c+1)
		outer := &t.classes[k.parent]
		outer.end = max(outer.end, k.end)
	}
	v6 := 1 // the first class of IPv6
	for v6 < len(distinct) && !distinct[v6].v6 {
		v6++
	}
	if t.bytes4 = newByteTrie(distinct[:v6]); t.bytes4 == nil {
		t.tree4 = newTree(distinct, 1, v6, t.classes)
	}
	if t.hash6 = newHash6(distinct, v6); t.hash6 == nil {
		t.tree6 = newTree(distinct, v6, len(distinct), t.classes)
	}
	return t, nil
}

// Class returns the class of address a: 0 where no prefix contains it. A zone is
// ignored; the zero Addr is of class 0.
func (t *Trie) Class(a netip.Addr) int {
	switch {
	case a.Is4():
		return t.Class4(a.As4())
	case a.Is6():
		return t.Class6(halvesOf(a))
	}
	return 0
}

// Class4 returns the class of IPv4 address a.
func (t *Trie) Class4(a [4]byte) int {
	if t.bytes4 != nil {
		return t.bytes4.Class(a)
	}
	return int(t.tree4.class(uint64(binary.BigEndian.Uint32(a[:]))<<32, 0))
}

// Bytes4 returns the index of the IPv4 prefixes by itself, nil where they are too
// scattered to have this one.
func (t *Trie) Bytes4() *ByteTrie { return t.bytes4 }

// Classes returns the number of classes: they are numbered from 0.
func (t *Trie) Classes() int { return len(t.classes) }

// Parent returns the class of the longest prefix around that of class c, 0 where
// there is none.
func (t *Trie) Parent(c int) int { return t.classes[c].parent }

// End returns one more than the last class inside class c: what lies in the
// prefix of c are the classes c to End(c)-1.
func (t *Trie) End(c int) int { return t.classes[c].end }

// Own returns the places in the list given to [New] of the prefix of class c,
// ascending; none for class 0.
func (t *Trie) Own(c int) []int32 {
	switch {
	case c == 0:
		return nil
	case c+1 == len(t.classes):
		return t.source[t.classes[c].first:]
	}
	return t.source[t.classes[c].first:t.classes[c+1].first]
}

// Prefixes returns the prefixes that contain the addresses of class c, as their
// places in the list given to [New], ascending. It panics where c is no class.
func (t *Trie) Prefixes(c int) []int {
	var places []int
	for ; c != 0; c = t.classes[c].parent {
		for _, i := range t.Own(c) {
			places = append(places, int(i))
		}
	}
	slices.Sort(places)
	return places
}
