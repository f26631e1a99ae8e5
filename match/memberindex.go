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

// Blocks of this length and longer stand as single addresses, at most 4: each
// length that blocks have costs every lookup a probe.
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
	ok := overlay(spans, maxSharing, func(first, last address, groups []int32) bool {
		if shares += len(groups); shares > maxShares {
			return false
		}
		if !slices.Equal(groups, x.classes[class]) {
			class = x.classOf(groups, numbers)
		}
		blocks(first, last, func(a address, n uint8) {
			if n < singles {
				x.add(a, n, class)
				return
			}
			for range 1 << (128 - n) {
				x.add(a, 128, class)
				a = a.next()
			}
		})
		return len(x.v4.blocks)+len(x.v6.blocks) <= maxMemberBlocks
	})
	if !ok {
		return nil, errMembersTooLarge
	}
	x.v4.build(hash4)
	x.v6.build(hash6)
	return x, nil
}

func (x *memberIndex) add(a address, n uint8, class uint32) {
	if a.is4() {
		x.v4.add(uint32(a.lo), n-96, class)
	} else {
		x.v6.add(a, n, class)
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
		s := x.v4.find(hash4(key, n, x.v4.seed))
		_, same := bits.Sub64(uint64(s.key^key)|uint64(uint8(s.meta)^n), 1, 0) // arithmetic: a branch would be guesswork
		class |= s.meta >> 8 & -uint32(same)
	}
	return class
}

func (x *memberIndex) class6(a address) (class uint32) {
	for _, n := range x.v6.lengths {
		m := hostMask(n)
		key := address{a.hi &^ m.hi, a.lo &^ m.lo}
		s := x.v6.find(hash6(key, n, x.v6.seed))
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

// mix scatters two words over one.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func hash4(key uint32, n uint8, seed uint64) uint64 {
	return mix(uint64(key)<<8|uint64(n)^seed, 0x9e3779b97f4a7c15)
}

func hash6(key address, n uint8, seed uint64) uint64 {
	return mix(mix(key.hi^seed, 0x9e3779b97f4a7c15)^key.lo, 0xd6e8feb86659fd93^uint64(n))
}
