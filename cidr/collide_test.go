package cidr

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

// Prefixes that part in one byte only, of either half: each excludes all others,
// whatever their numbers.
func TestOneLevelExcludes(t *testing.T) {
	for name, text := range map[string]string{"high half": "2001:db8:0:%x::/64", "low half": "2001:db8::%x/128"} {
		var prefixes []netip.Prefix
		for i := range MaxRows {
			prefixes = append(prefixes, netip.MustParsePrefix(fmt.Sprintf(text, i)))
		}
		_, rows := build(t, prefixes)
		if got := len(rows.v6.hi) + len(rows.v6.lo); got != 1 {
			t.Errorf("%s: %d levels, want 1", name, got)
		}
		for i, p := range prefixes {
			if got := members(rows.V6(halves(p.Addr()))); !slices.Equal(got, []int{i}) {
				t.Errorf("%s: rows at %v = %v, want %d alone", name, p.Addr(), got, i)
			}
			hi, lo := halves(p.Addr())
			if got := rows.V6(hi^1<<40, lo); got != (Bits{}) {
				t.Errorf("%s: rows at %v of another network = %v, want none", name, p.Addr(), members(got))
			}
		}
	}
}

// Where the hash leads to a prefix that differs from the address in one bit, the
// address is not in it: here it leads there always.
func TestProbeLeadsToNeighbour(t *testing.T) {
	short := probe{maskHi: ^uint64(0)}
	long := probe{maskHi: ^uint64(0), maskLo: ^uint64(0)}
	for _, p := range []*probes{{short: []probe{short}}, {long: []probe{long}}} {
		rows := rows6{probes: p}
		p.place[0] = 1
		p.entries[1] = entry{hi: 6, row: Bits{3, 5}}
		for _, a := range [][2]uint64{{6, 0}, {7, 0}, {4, 0}, {6 | 1<<63, 0}, {6, 1}, {6, 1 << 63}} {
			want := Bits{}
			if a[0] == 6 && (a[1] == 0 || len(p.short) > 0) {
				want = Bits{3, 5}
			}
			if got := rows.lookup(a[0], a[1]); got != want {
				t.Errorf("%d short and %d long lengths: %x has rows %v, want %v", len(p.short), len(p.long), a, got, want)
			}
		}
	}
}

// No prefix stands where another length would look for its address: a shorter one
// with the same address would be found for those of the longer one, and the other
// way round.
func TestProbesKeepLengthsApart(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for i := range 30000 {
		lengths, longest := []int{16, 17, 128}, 2
		if i%2 == 1 {
			lengths, longest = []int{128, 17, 16}, 0
		}
		var prefixes []netip.Prefix
		for _, n := range lengths { // ends in zeros, so that it is an address of each length
			prefixes = append(prefixes, netip.PrefixFrom(netip.AddrFrom16([16]byte{byte(r.Uint32()), byte(r.Uint32())}), n))
		}
		p := newProbes(prefixes, maxSeeds)
		if p == nil {
			continue // equal addresses
		}
		rows := rows6{probes: p}
		for i, q := range prefixes {
			hi, lo := halves(q.Addr())
			want := Bits{}
			for k, other := range prefixes {
				if other.Contains(q.Addr()) {
					want = want.With(k)
				}
			}
			if got := rows.lookup(hi, lo); got != want {
				t.Fatalf("prefix %d of %v: rows at its address %v, want %v", i, prefixes, got, want)
			}
			other := netip.AddrFrom16([16]byte{q.Addr().As16()[0], q.Addr().As16()[1], 2: 0x40, 15: 1}) // outside of the longest
			if got := rows.lookup(halves(other)); got.Has(longest) {
				t.Fatalf("the longest of %v has %v", prefixes, other)
			}
		}
	}
}

// The same for the classes of a trie.
func TestHashLeadsToNeighbour(t *testing.T) {
	short := length{bits: 64, maskHi: ^uint64(0)}
	long := length{bits: 128, maskHi: ^uint64(0), maskLo: ^uint64(0)}
	for _, h := range []*hash6{{short: []length{short}}, {long: []length{long}}} {
		trie := Trie{hash6: h}
		h.outer, h.shifts = 8, make([]uint16, 1)
		for _, bits := range []uint64{64, 128, 65, 129} {
			h.slots = []slot{{hi: 6, bits: bits, class: 5}}
			for _, a := range [][2]uint64{{6, 0}, {7, 0}, {4, 0}, {6 | 1<<63, 0}, {6, 1}, {6, 1 << 63}} {
				want := 8
				if a[0] == 6 && (len(h.short) > 0 && bits == 64 || len(h.long) > 0 && bits == 128 && a[1] == 0) {
					want = 5
				}
				if got := trie.Class6(a[0], a[1]); got != want {
					t.Errorf("%d short and %d long lengths, a block of %d bits: %x is of class %d, want %d", len(h.short), len(h.long), bits, a, got, want)
				}
			}
		}
	}
}

// The search for a perfect hash ends: here two blocks are one, which no seed parts.
func TestHash6GivesUp(t *testing.T) {
	one := blockOf(netip.MustParsePrefix("2001:db8::/32"))
	if h := newHash6([]block{{}, one, one}, 1); h != nil {
		t.Errorf("newHash6 of one block twice = %+v, want none", h)
	}
	if h := newHash6([]block{{}, one}, 1); h == nil {
		t.Error("newHash6 of one block = nil, want a hash")
	}
}

// So few seeds do for lists that nobody made to defeat them, equidistant ones too.
func TestHash6TakesFewSeeds(t *testing.T) {
	for name, half := range map[string]func(i uint64) [2]uint64{
		"networks in a row":     func(i uint64) [2]uint64 { return [2]uint64{0x20010db8<<32 | i<<16, 0} },
		"even hosts":            func(i uint64) [2]uint64 { return [2]uint64{0x20010db8 << 32, 2 * i} },
		"hosts 2^40 apart":      func(i uint64) [2]uint64 { return [2]uint64{0x20010db8 << 32, i << 40} },
		"hosts of all networks": func(i uint64) [2]uint64 { return [2]uint64{i << 48, i} },
	} {
		for _, n := range []uint64{2, 100, 4096} {
			var prefixes []netip.Prefix
			for i := range n {
				h := half(i)
				prefixes = append(prefixes, netip.PrefixFrom(netip.AddrFrom16([16]byte(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, h[0]), h[1]))), 128))
			}
			trie, err := New(prefixes)
			if err != nil || trie.hash6 == nil {
				t.Errorf("%d %s: New = %v, a hash: %v, want one", n, name, err, err == nil)
			}
		}
	}
}
