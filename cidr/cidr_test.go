package cidr

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// world is a random list of prefixes that nest and overlap, and the addresses at
// their edges.
type world struct {
	prefixes []netip.Prefix
	probes   []netip.Addr
}

// lengths are those at which something changes in an index of bytes and words.
var lengths = map[bool][]int{
	false: {0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 30, 31, 32},
	true:  {0, 1, 7, 8, 9, 31, 32, 33, 47, 48, 55, 56, 63, 64, 65, 71, 72, 73, 119, 120, 121, 127, 128},
}

func newWorld(r *rand.Rand, n int) world {
	var w world
	var seeds [2]netip.Addr
	for i, v6 := range []bool{false, true} {
		seeds[i] = randomAddr(r, v6)
	}
	for range n {
		v6 := r.IntN(2) == 1
		base := seeds[0]
		if v6 {
			base = seeds[1]
		}
		a := flip(base, r, r.IntN(4)) // near the seed, so that prefixes nest
		if r.IntN(8) == 0 {
			a = randomAddr(r, v6)
		}
		p := netip.PrefixFrom(a, lengths[v6][r.IntN(len(lengths[v6]))])
		w.prefixes = append(w.prefixes, p)
		w.probes = append(w.probes, edges(p)...)
		w.probes = append(w.probes, flip(a, r, 1), randomAddr(r, v6))
	}
	return w
}

func randomAddr(r *rand.Rand, v6 bool) netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], r.Uint64())
	binary.BigEndian.PutUint64(b[8:], r.Uint64())
	if v6 {
		b[0] |= 0x20 // never in ::ffff:0:0/96
		return netip.AddrFrom16(b)
	}
	return netip.AddrFrom4([4]byte(b[:4]))
}

// flip turns n random bits of a.
func flip(a netip.Addr, r *rand.Rand, n int) netip.Addr {
	b := a.AsSlice()
	for range n {
		i := r.IntN(a.BitLen())
		b[i/8] ^= 0x80 >> (i % 8)
	}
	f, _ := netip.AddrFromSlice(b)
	return f
}

// edges are the first and last address of p and their neighbours outside.
func edges(p netip.Prefix) []netip.Addr {
	first := p.Masked().Addr()
	b := first.AsSlice()
	for i := p.Bits(); i < first.BitLen(); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	last, _ := netip.AddrFromSlice(b)
	all := []netip.Addr{first, last, first.Prev(), last.Next()}
	return slices.DeleteFunc(all, func(a netip.Addr) bool { return !a.IsValid() })
}

// containing is the plain answer.
func containing(prefixes []netip.Prefix, a netip.Addr) []int {
	var in []int
	for i, p := range prefixes {
		if p.Contains(a) {
			in = append(in, i)
		}
	}
	return in
}

func members(b Bits) []int {
	var in []int
	for i := range MaxRows {
		if b.Has(i) != (b.And(Bits{}.With(i)) != Bits{}) {
			panic("Has and With disagree")
		}
		if b.Has(i) {
			in = append(in, i)
		}
	}
	return in
}

func halves(a netip.Addr) (hi, lo uint64) {
	b := a.As16()
	return binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
}

// Both indexes must give the plain answer at every edge of every prefix, with
// hits and misses in both families.
func TestAgainstContains(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var hits, misses [2]int
	for range 400 {
		w := newWorld(r, 1+r.IntN(1<<(1+r.IntN(7)))) // many small worlds: in a large one little misses
		trie, rows := build(t, w.prefixes)
		for _, a := range w.probes {
			want := containing(w.prefixes, a)
			if got := trie.Prefixes(trie.Class(a)); !slices.Equal(got, want) {
				t.Fatalf("Class(%v) of %v = %v, want %v", a, w.prefixes, got, want)
			}
			var got []int
			family := 0
			if a.Is4() {
				got = members(rows.V4(a.As4()))
			} else {
				got, family = members(rows.V6(halves(a))), 1
			}
			if !slices.Equal(got, want) {
				t.Fatalf("rows of %v at %v = %v, want %v", w.prefixes, a, got, want)
			}
			if len(want) > 0 {
				hits[family]++
			} else {
				misses[family]++
			}
		}
	}
	for family := range hits {
		if min(hits[family], misses[family]) < 2000 {
			t.Errorf("family %d: %d hits and %d misses: the worlds are one-sided", family, hits[family], misses[family])
		}
	}
}

func build(t *testing.T, prefixes []netip.Prefix) (*Trie, *Rows) {
	t.Helper()
	trie, err := New(prefixes)
	if err != nil {
		t.Fatalf("New(%v): %v", prefixes, err)
	}
	if err := trie.validate(); err != nil {
		t.Fatalf("New(%v): %v", prefixes, err)
	}
	v4, v6 := make([]netip.Prefix, len(prefixes)), make([]netip.Prefix, len(prefixes))
	for i, p := range prefixes {
		if p.Addr().Is4() {
			v4[i] = p
		} else {
			v6[i] = p
		}
	}
	rows, ok := NewRows(v4, v6)
	if !ok {
		t.Fatalf("NewRows(%v) refused", prefixes)
	}
	return trie, rows
}

// A thousand prefixes, every length of both families among them.
func TestManyPrefixes(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	var prefixes []netip.Prefix
	for n := 0; n <= 128; n++ {
		prefixes = append(prefixes, netip.PrefixFrom(randomAddr(r, true), n))
		if n <= 32 {
			prefixes = append(prefixes, netip.PrefixFrom(randomAddr(r, false), n))
		}
	}
	prefixes = append(prefixes, newWorld(r, 1000-len(prefixes)).prefixes...)
	trie, err := New(prefixes)
	if err != nil {
		t.Fatal(err)
	}
	if err := trie.validate(); err != nil {
		t.Fatal(err)
	}
	for _, p := range prefixes {
		for _, a := range edges(p) {
			if got, want := trie.Prefixes(trie.Class(a)), containing(prefixes, a); !slices.Equal(got, want) {
				t.Fatalf("Class(%v) = %v, want %v", a, got, want)
			}
		}
	}
}

// Two addresses of one class are in the same prefixes, and of two classes are not.
func TestClassesDiffer(t *testing.T) {
	trie, _ := build(t, newWorld(rand.New(rand.NewPCG(3, 3)), 120).prefixes)
	seen := map[string]int{}
	for c := range trie.Classes() {
		key := fmt.Sprint(trie.Prefixes(c))
		if other, ok := seen[key]; ok {
			t.Errorf("classes %d and %d hold the same prefixes %s", other, c, key)
		}
		seen[key] = c
	}
}

func TestNone(t *testing.T) {
	trie, rows := build(t, nil)
	for _, s := range []string{"0.0.0.0", "255.255.255.255", "::", "ffff::1", "::ffff:10.0.0.1"} {
		a := netip.MustParseAddr(s)
		if c := trie.Class(a); c != 0 || len(trie.Prefixes(c)) != 0 {
			t.Errorf("Class(%v) of no prefixes = %d with %v, want 0 with none", a, c, trie.Prefixes(c))
		}
	}
	if got := rows.V4([4]byte{}).Or(rows.V6(0, 0)); got != (Bits{}) {
		t.Errorf("rows of no prefixes = %v, want none", got)
	}
	if c := trie.Class(netip.Addr{}); c != 0 {
		t.Errorf("Class(zero Addr) = %d, want 0", c)
	}
}

func TestFamiliesApart(t *testing.T) {
	trie, _ := build(t, []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")})
	for s, want := range map[string][]int{
		"10.0.0.1":        {0},
		"2001:db8::1":     {1},
		"::ffff:10.0.0.1": {1}, // an IPv6 address here: callers unmap
		"fe80::1%eth0":    {1}, // the zone plays no part
		"0.0.0.0":         {0},
		"255.255.255.255": {0},
		"::":              {1},
	} {
		if got := trie.Prefixes(trie.Class(netip.MustParseAddr(s))); !slices.Equal(got, want) {
			t.Errorf("Class(%s) holds %v, want %v", s, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	if _, err := New([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), {}}); err == nil || !strings.Contains(err.Error(), "prefix 1") {
		t.Errorf("New with an invalid prefix: %v, want an error that names prefix 1", err)
	}
	p4, p6 := netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")
	for _, c := range []struct {
		name   string
		v4, v6 []netip.Prefix
		ok     bool
	}{
		{"128 of each", slices.Repeat([]netip.Prefix{p4}, 128), slices.Repeat([]netip.Prefix{p6}, 128), true},
		{"129 of IPv4", slices.Repeat([]netip.Prefix{p4}, 129), nil, false},
		{"129 of IPv6", nil, slices.Repeat([]netip.Prefix{p6}, 129), false},
		{"IPv6 among IPv4", []netip.Prefix{p6}, nil, false},
		{"IPv4 among IPv6", nil, []netip.Prefix{p4}, false},
		{"a bad length", []netip.Prefix{netip.PrefixFrom(p4.Addr(), 33)}, nil, false},
		{"zero prefixes", []netip.Prefix{{}, p4}, []netip.Prefix{p6, {}}, true},
	} {
		if _, ok := NewRows(c.v4, c.v6); ok != c.ok {
			t.Errorf("%s: NewRows = %v, want %v", c.name, ok, c.ok)
		}
	}
}

// Scattered IPv4 hosts have no byte trie: it would take megabytes.
func TestScattered(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for n, bytes := range map[int]bool{100: true, 2000: false} {
		var prefixes []netip.Prefix
		for i := range n {
			prefixes = append(prefixes, netip.PrefixFrom(randomAddr(r, false), []int{32, 32, 32, 25, 8, 0}[i%6]))
		}
		trie, err := New(prefixes)
		if err != nil {
			t.Fatal(err)
		}
		if err := trie.validate(); err != nil {
			t.Fatal(err)
		}
		if got := trie.Bytes4() != nil; got != bytes {
			t.Errorf("%d scattered hosts have a byte trie: %v, want %v", n, got, bytes)
		}
		for _, p := range prefixes {
			for _, a := range append(edges(p), flip(p.Addr(), r, 1)) {
				if got, want := trie.Prefixes(trie.Class(a)), containing(prefixes, a); !slices.Equal(got, want) {
					t.Fatalf("%d hosts: Class(%v) = %v, want %v", n, a, got, want)
				}
				if got := trie.Bytes4(); got != nil && got.Class(a.As4()) != trie.Class(a) {
					t.Fatalf("%d hosts: the byte trie has class %d for %v, want %d", n, got.Class(a.As4()), a, trie.Class(a))
				}
			}
		}
	}
}

// A byte trie has room for so many scattered hosts, and so many classes, and for
// no more.
func TestByteTrieBounds(t *testing.T) {
	scattered := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{byte(i), byte(i >> 8), 0, 1}) }
	neighbour := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}) }
	for _, c := range []struct {
		name string
		host func(i int) netip.Addr
		most int
	}{{"scattered hosts", scattered, 509}, {"neighbours", neighbour, 1<<16 - 1}} {
		var prefixes []netip.Prefix
		for i := range c.most + 1 {
			prefixes = append(prefixes, netip.PrefixFrom(c.host(i), 32))
		}
		for _, n := range []int{c.most, c.most + 1} {
			trie, err := New(prefixes[:n])
			if err != nil {
				t.Fatal(err)
			}
			if got, want := trie.Bytes4() != nil, n <= c.most; got != want {
				t.Errorf("%d %s have a byte trie: %v, want %v", n, c.name, got, want)
			}
			if got := trie.Own(trie.Class4(c.host(n - 1).As4())); len(got) != 1 || int(got[0]) != n-1 {
				t.Errorf("%d %s: the last is found as %v, want %d", n, c.name, got, n-1)
			}
		}
	}
}

// Levels of IPv6 stand only where prefixes part: the rest is compared at once, or
// left out.
func TestLevels(t *testing.T) {
	for _, c := range []struct {
		name, prefixes string
		hi, lo, checks int
	}{
		{"none", "", 0, 0, 0},
		{"any", "::/0", 0, 0, 0},
		{"one block is compared", "2001:db8::/32 ::/0", 0, 0, 1},
		{"networks of one block part in byte 7", "2001:db8:0:1::/64 2001:db8:0:2::/64 2001:db8::/32", 1, 0, 2},
		{"hosts of one network part in byte 15", "2001:db8::1/128 2001:db8::2/128 2001:db8::/64", 0, 1, 2},
		{"a range of a byte that is no block", "1000::/4 3000::/4 2001:db8::/32", 1, 0, 1},
	} {
		var prefixes []netip.Prefix
		for _, s := range strings.Fields(c.prefixes) {
			prefixes = append(prefixes, netip.MustParsePrefix(s))
		}
		_, rows := build(t, prefixes)
		if len(rows.v6.hi) != c.hi || len(rows.v6.lo) != c.lo || len(rows.v6.checks) != c.checks {
			t.Errorf("%s: %d and %d levels, %d checks, want %d and %d, %d", c.name,
				len(rows.v6.hi), len(rows.v6.lo), len(rows.v6.checks), c.hi, c.lo, c.checks)
		}
	}
}

// Scattered hosts are hashed: they part in every byte, and have one length.
func TestProbes(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	var hosts []netip.Prefix
	for i := range MaxRows {
		a := randomAddr(r, true)
		hosts = append(hosts, netip.PrefixFrom(a, []int{128, 64, 48, 0}[i%4]))
		if i%8 == 0 && i > 0 { // equal prefixes, and one value at two lengths
			hosts[i] = netip.PrefixFrom(hosts[i-8].Masked().Addr(), []int{128, 64}[i/8%2])
		}
	}
	_, rows := build(t, hosts)
	if rows.v6.probes == nil {
		t.Fatal("scattered hosts are not hashed")
	}
	for _, p := range hosts {
		for _, a := range append(edges(p), flip(p.Addr(), r, 1)) {
			if got, want := members(rows.V6(halves(a))), containing(hosts, a); !slices.Equal(got, want) {
				t.Fatalf("rows at %v = %v, want %v", a, got, want)
			}
		}
	}
	if p := newProbes(hosts, 0); p != nil {
		t.Errorf("newProbes without a seed = %v, want nil", p)
	}
}

func TestLookupsAllocateNothing(t *testing.T) {
	trie, rows := build(t, newWorld(rand.New(rand.NewPCG(5, 5)), 100).prefixes)
	a := netip.MustParseAddr("10.0.0.1")
	var sink Bits
	if n := testing.AllocsPerRun(100, func() {
		sink = rows.V4([4]byte{3: 7}).Or(rows.V6(1, 2))
		sink.Lo += uint64(trie.Class(a))
	}); n != 0 {
		t.Errorf("lookups allocate %v times, want 0", n)
	}
}

// Classes nest: those inside one follow it at once, and its own prefixes are all
// that it has more than the class around it.
func TestClassesNest(t *testing.T) {
	prefixes := newWorld(rand.New(rand.NewPCG(7, 7)), 120).prefixes
	trie, _ := build(t, prefixes)
	for c := range trie.Classes() {
		outer := map[int]bool{}
		for _, i := range trie.Prefixes(trie.Parent(c)) {
			outer[i] = true
		}
		own := trie.Own(c)
		for _, i := range trie.Prefixes(c) {
			if slices.Contains(own, int32(i)) == outer[i] {
				t.Errorf("class %d: prefix %d is its own: %v, and its parent's: %v", c, i, !outer[i], outer[i])
			}
		}
		for d := range trie.Classes() {
			inside := d >= c && d < trie.End(c)
			if want := len(own) == 0 && d == 0 || len(own) > 0 && slices.Contains(trie.Prefixes(d), int(own[0])); inside != want && c > 0 {
				t.Errorf("class %d is inside class %d: %v, want %v", d, c, inside, want)
			}
		}
	}
	if trie.Parent(0) != 0 || trie.End(0) != trie.Classes() || len(trie.Own(0)) != 0 {
		t.Errorf("class 0: parent %d, end %d, own %v, want 0, all %d, none", trie.Parent(0), trie.End(0), trie.Own(0), trie.Classes())
	}
}

// A trie hashes IPv6 prefixes of few lengths, and walks where they are many.
func TestHashOrWalk(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for lengths := 1; lengths <= maxLengths+2; lengths++ {
		prefixes := []netip.Prefix{netip.MustParsePrefix("::/0"), netip.MustParsePrefix("::1/128")}
		for _, n := range []int{128, 8, 64, 48, 65, 63, 127, 1}[:lengths] { // one address, all lengths
			prefixes = append(prefixes, netip.PrefixFrom(netip.IPv6Unspecified(), n))
		}
		for i := range 300 {
			a := randomAddr(r, true)
			if i%2 == 0 { // hosts and subnets of one network: the addresses differ in few bits
				a = netip.MustParseAddr(fmt.Sprintf("2001:db8:0:%x::%x", i%16, i))
			}
			prefixes = append(prefixes, netip.PrefixFrom(a, []int{128, 8, 64, 48, 65, 63, 127, 1}[i/2%lengths]))
		}
		trie, err := New(prefixes)
		if err != nil {
			t.Fatal(err)
		}
		if err := trie.validate(); err != nil {
			t.Fatal(err)
		}
		if hashed := trie.hash6 != nil; hashed != (lengths <= maxLengths) {
			t.Errorf("%d lengths are hashed: %v", lengths, hashed)
		}
		addrs := []netip.Addr{netip.MustParseAddr("::"), netip.MustParseAddr("::1"), netip.MustParseAddr("::2"), netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")}
		for _, p := range prefixes {
			addrs = append(addrs, edges(p)...)
			addrs = append(addrs, flip(p.Addr(), r, 1))
		}
		for _, a := range addrs {
			if got, want := trie.Prefixes(trie.Class(a)), containing(prefixes, a); !slices.Equal(got, want) {
				t.Fatalf("%d lengths: Class(%v) = %v, want %v", lengths, a, got, want)
			}
		}
	}
}

// Where no perfect hash is found, there is none.
func TestNoHash(t *testing.T) {
	b := blockOf(netip.MustParsePrefix("2001:db8::/32"))
	if h := newHash6([]block{{}, b, b}, 1); h != nil {
		t.Errorf("newHash6 of two equal blocks = %+v, want nil", h)
	}
	hosts := make([]block, 1<<15+1)
	for i := range hosts {
		hosts[i] = block{hi: 0x20010db8 << 32, lo: uint64(i), bits: 128, v6: true}
	}
	if h := newHash6(hosts, 1); h != nil {
		t.Errorf("%d hosts are hashed, want at most %d", len(hosts)-1, 1<<15-1)
	}
	if h := newHash6(hosts[:1<<15], 1); h == nil || (&Trie{hash6: h}).Class6(hosts[77].hi, hosts[77].lo) != 77 {
		t.Errorf("%d hosts are not hashed", 1<<15-1)
	}
	full := &hash6{slots: []slot{{bits: 1}, {bits: 1}}}
	if shift, ok := full.freeShift([]place{{0, 0}}); ok {
		t.Errorf("freeShift of full slots = %d, want none", shift)
	}
}
