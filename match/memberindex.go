package match

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
)

// memberIndex maps an address to its member class: the set of groups that have
// it. Class 0 is no group. Members stand in hash tables of blocks, apart from the
// prefixes of rules: 65,536 single addresses would make a trie of many megabytes.
type memberIndex struct {
	ids     []string      // group number -> id, ascending
	classes lists[int32]  // class -> group numbers, ascending
	of      lists[uint32] // group number -> classes, ascending
	v4      blockHash[uint32]
	v6      blockHash[address]
}

// Blocks of this length and longer stand as single addresses, at most 4, unless
// those are too many: each length that blocks have costs every lookup a probe.
const singles = 126

// What the index of one Members holds at most. A range can take 250 blocks, and
// n nested groups make n*n/2 entries of classes: a small file could ask for any
// amount of memory.
const (
	maxMemberBlocks = 1 << 21 // CIDR blocks: 256 MiB, and a few seconds, at worst
	maxShares       = 1 << 22 // groups of a range, over all ranges in which they differ
	maxSharing      = 1 << 15 // groups that have one address
)

var errMembersTooLarge = fmt.Errorf("match: the members are too many: want at most %d CIDR blocks, %d groups that have one address, and %d groups of a range over all ranges in which they differ",
	maxMemberBlocks, maxSharing, maxShares)

func newMemberIndex(ids []string, spans []span) (*memberIndex, error) {
	x := &memberIndex{ids: ids}
	x.classes.add(nil)
	shares := 0
	known := newKnownClasses(len(ids))
	class := uint32(0) // of the last range
	of4 := 0
	for i := range spans {
		if spans[i].first.is4() {
			of4++
		}
	}
	x.v4.blocks = make([]slot[uint32], 0, of4)
	x.v6.blocks = make([]slot[address], 0, len(spans)-of4)
	ok := overlay(spans, len(ids), maxSharing, func(first, last address, groups []int32) bool {
		if shares += len(groups); shares > maxShares {
			return false
		}
		if !slices.Equal(groups, x.classes.at(class)) {
			class = known.classOf(groups, &x.classes)
		}
		blocks(first, last, func(a address, n uint8) {
			if a.is4() {
				x.v4.add(uint32(a.lo), n-96, class)
			} else {
				x.v6.add(a, n, class)
			}
		})
		return len(x.v4.blocks)+len(x.v6.blocks) <= maxMemberBlocks
	})
	if !ok {
		return nil, errMembersTooLarge
	}
	x.of = byGroup(&x.classes, len(ids))
	x.v4.split(singles-96, 32, func(a uint32) uint32 { return a + 1 })
	x.v6.split(singles, 128, address.next)
	return x, cmp.Or(x.v4.build(hash4, randomKey), x.v6.build(hash6, randomKey))
}

// split replaces the blocks of at least so many bits by the addresses in them,
// which are of full bits, unless those would be more than an index holds. next
// returns the address behind another.
func (h *blockHash[K]) split(least, full uint8, next func(K) K) {
	count := 0
	for _, b := range h.blocks {
		if n := uint8(b.meta); n >= least {
			count += 1 << (full - n)
		} else {
			count++
		}
	}
	if count == len(h.blocks) || count > maxMemberBlocks {
		return
	}
	whole := h.blocks
	h.blocks, h.lengths = make([]slot[K], 0, count), nil
	for _, b := range whole {
		n, class := uint8(b.meta), b.meta>>8
		if n < least {
			h.add(b.key, n, class)
			continue
		}
		for range 1 << (full - n) {
			h.add(b.key, full, class)
			b.key = next(b.key)
		}
	}
}

// knownClasses finds the class of some groups.
type knownClasses struct {
	ofOne  []uint32          // group -> the class of the group alone, 0 where there is none
	ofMany map[string]uint32 // groups, encoded -> their class
}

func newKnownClasses(groups int) *knownClasses {
	return &knownClasses{ofOne: make([]uint32, groups), ofMany: map[string]uint32{}}
}

// classOf returns the class of groups, a new one where there is none yet.
func (k *knownClasses) classOf(groups []int32, classes *lists[int32]) uint32 {
	if len(groups) == 1 {
		class := &k.ofOne[groups[0]]
		if *class == 0 {
			*class = classes.add(groups)
		}
		return *class
	}
	var code []byte
	for _, g := range groups {
		code = binary.AppendUvarint(code, uint64(g))
	}
	class, ok := k.ofMany[string(code)]
	if !ok {
		class = classes.add(groups)
		k.ofMany[string(code)] = class
	}
	return class
}

// byGroup returns the classes of each of so many groups.
func byGroup(classes *lists[int32], groups int) (of lists[uint32]) {
	of.ends = make([]uint32, groups+1)
	of.items = make([]uint32, len(classes.items))
	for _, g := range classes.items {
		of.ends[g+1]++
	}
	for g := range groups {
		of.ends[g+1] += of.ends[g]
	}
	for class := range classes.len() {
		for _, g := range classes.at(class) { // ends[g] is where the next goes: at last where g ends
			of.items[of.ends[g]] = class
			of.ends[g]++
		}
	}
	of.ends = of.ends[:groups]
	return of
}

// groupOf returns the number of a known group.
func (x *memberIndex) groupOf(id string) int32 {
	g, _ := slices.BinarySearch(x.ids, id)
	return int32(g)
}

// namedOf returns those groups of a class that are among some, which ascend.
func (x *memberIndex) namedOf(class uint32, some []int32) (named []int32) {
	for _, g := range x.classes.at(class) {
		if _, ok := slices.BinarySearch(some, g); ok {
			named = append(named, g)
		}
	}
	return named
}

// class returns the member class of an address: one probe for each length that
// the blocks of its family have.
func (x *memberIndex) class(a address) uint32 {
	if a.is4() {
		return x.class4(uint32(a.lo))
	}
	return x.class6(a)
}

func (x *memberIndex) class4(a uint32) (class uint32) {
	for _, n := range x.v4.lengths {
		key := a &^ uint32(uint64(1)<<(32-n)-1)
		s := x.v4.find(hash4(key, n, &x.v4.key))
		_, same := bits.Sub64(uint64(s.key^key)|uint64(uint8(s.meta)^n), 1, 0) // branchless: the branch is unpredictable
		class |= s.meta >> 8 & -uint32(same)
	}
	return class
}

func (x *memberIndex) class6(a address) (class uint32) {
	for _, n := range x.v6.lengths {
		m := hostMask(n)
		key := address{a.hi &^ m.hi, a.lo &^ m.lo}
		s := x.v6.find(hash6(key, n, &x.v6.key))
		_, same := bits.Sub64((s.key.hi^key.hi)|(s.key.lo^key.lo)|uint64(uint8(s.meta)^n), 1, 0)
		class |= s.meta >> 8 & -uint32(same)
	}
	return class
}

// has reports whether a known group has an address.
func (x *memberIndex) has(id string, a address) bool {
	_, has := slices.BinarySearch(x.classes.at(x.class(a)), x.groupOf(id))
	return has
}
