package match

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
)

// memberIndex maps an address to its member class: the set of groups that have
// it. Class 0 is no group. Members stand in hash tables of blocks, apart from the
// prefixes of rules: 65,536 single addresses would make a trie of many megabytes.
type memberIndex struct {
	ids     []string  // group number -> id, ascending
	classes [][]int32 // class -> group numbers, ascending
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
	x := &memberIndex{ids: ids, classes: [][]int32{nil}}
	shares := 0
	numbers := map[string]uint32{} // the groups of a class, encoded -> class
	class := uint32(0)             // of the last range
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
		if !slices.Equal(groups, x.classes[class]) {
			class = x.classOf(groups, numbers)
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
	x.v4.split(singles-96, 32, func(a uint32) uint32 { return a + 1 })
	x.v6.split(singles, 128, address.next)
	if err := x.v4.build(hash4, randomKey); err != nil {
		return nil, err
	}
	if err := x.v6.build(hash6, randomKey); err != nil {
		return nil, err
	}
	return x, nil
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

// classOf returns the number of the class of these groups, a new one where there
// is none yet.
func (x *memberIndex) classOf(groups []int32, numbers map[string]uint32) uint32 {
	var code []byte
	for _, g := range groups {
		code = binary.AppendVarint(code, int64(g))
	}
	class, ok := numbers[string(code)]
	if !ok {
		class = uint32(len(x.classes))
		numbers[string(code)] = class
		x.classes = append(x.classes, slices.Clone(groups))
	}
	return class
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

// has reports whether a group has an address.
func (x *memberIndex) has(id string, a address) bool {
	for _, g := range x.classes[x.class(a)] {
		if x.ids[g] == id {
			return true
		}
	}
	return false
}
