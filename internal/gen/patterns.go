package gen

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"
)

// MemberPattern is a list of members of any length in which the entries depend on
// each other, as those that people number do. An index that hashes must not care.
type MemberPattern struct {
	Name  string
	Entry func(i uint32) string // an address, a block or a range; below [PatternLen] no two are equal
}

// PatternLen is how many entries a pattern has: more are like the first.
const PatternLen = 1 << 21

// MemberPatterns returns all patterns.
func MemberPatterns() []MemberPattern {
	list := []MemberPattern{
		{"Gray codes", func(i uint32) string { return text4(i ^ i>>1) }},
		{"bits reversed", func(i uint32) string { return text4(bits.Reverse32(i)) }},
		{"multiples of the golden ratio", func(i uint32) string { return text4(i * 0x9e3779b9) }},
		{"two clusters", func(i uint32) string { return text4(i>>1 | i<<31) }},
		{"blocks of 4", func(i uint32) string { return text4(i<<3) + "/30" }},
		{"blocks of all lengths", func(i uint32) string { return text4(i<<11) + fmt.Sprint("/", 22+i%11) }},
		{"ranges of 2", func(i uint32) string { return text4(i<<3) + "-" + text4(i<<3+1) }},
		{"both families", func(i uint32) string {
			if i%2 == 0 {
				return text4(i)
			}
			return text6(0x20010db8<<32, uint64(i))
		}},
		{"IPv6 networks", func(i uint32) string { return text6(uint64(i)<<32|0x2000<<48, 0) + "/64" }},
		{"IPv6 of halves that cancel", func(i uint32) string { return text6(0x2000<<48|uint64(i), ^uint64(i)) }},
		{"IPv6 scattered", func(i uint32) string {
			return text6(0x2000<<48|uint64(i)*0x9e3779b97f4a7c15>>8, uint64(i)*0xd6e8feb86659fd93)
		}},
	}
	for _, stride := range []uint32{1, 2, 3, 4, 256, 2048} {
		list = append(list, MemberPattern{fmt.Sprint("IPv4 stride ", stride), func(i uint32) string { return text4(stride * i) }})
	}
	for _, shift := range []int{1, 8, 40, 43} {
		list = append(list, MemberPattern{fmt.Sprint("IPv6 stride 2^", shift), func(i uint32) string { return text6(0x20010db8<<32, uint64(i)<<shift) }})
	}
	return list
}

func text4(a uint32) string {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, a))).String()
}

func text6(hi, lo uint64) string {
	return netip.AddrFrom16([16]byte(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, hi), lo))).String()
}
