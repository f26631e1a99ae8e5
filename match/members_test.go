package match

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"go4.org/netipx"
)

func TestReadMembersForms(t *testing.T) {
	m := members(t, `{"a": ["10.0.0.1", "10.0.1.77/24", "10.0.2.3-10.0.2.6", "2001:db8::/64", "2001:db8:1::1-2001:db8:1::3", "::ffff:10.0.3.1", "::ffff:10.0.4.0/120", "::ffff:10.0.5.1-::ffff:10.0.5.2"], "none": []}`)
	set, ok := m.Set("a")
	if !ok {
		t.Fatal("group a is not known")
	}
	for s, want := range map[string]bool{
		"10.0.0.1": true, "10.0.0.0": false, "10.0.0.2": false,
		"10.0.1.0": true, "10.0.1.255": true,
		"10.0.2.2": false, "10.0.2.3": true, "10.0.2.6": true, "10.0.2.7": false,
		"2001:db8::": true, "2001:db8:0:1::": false,
		"2001:db8:1::": false, "2001:db8:1::1": true, "2001:db8:1::3": true, "2001:db8:1::4": false,
		"10.0.3.1": true, "10.0.4.0": true, "10.0.4.255": true, "10.0.5.0": false, "10.0.5.1": true, "10.0.5.2": true, "10.0.5.3": false,
	} {
		a := netip.MustParseAddr(s)
		if set.Contains(a) != want {
			t.Errorf("the set has %s: %v, want %v", s, !want, want)
		}
		if got := m.index.class(addressOf(a)) != 0; got != want {
			t.Errorf("the index has %s: %v, want %v", s, got, want)
		}
	}
	if set, ok := m.Set("none"); !ok || set == nil || len(set.Ranges()) != 0 {
		t.Errorf("Set(none) = %v, %v, want an empty set that is known", set, ok)
	}
	if set, ok := m.Set("b"); ok {
		t.Errorf("Set(b) = %v, want not known", set)
	}
	if set, ok := (*Members)(nil).Set("a"); ok {
		t.Errorf("nil Members: Set(a) = %v, want not known", set)
	}
	if set, ok := newMembers(t, map[string]*netipx.IPSet{"nil": nil}).Set("nil"); !ok || set == nil {
		t.Errorf("Set of a group with a nil set = %v, %v, want an empty set that is known", set, ok)
	}
}

// A prefix that has all mapped addresses and more is one of IPv6.
func TestReadMembersAroundMapped(t *testing.T) {
	m := members(t, `{"a": ["::ffff:0:0/95"], "b": ["::ffff:0:0/96"]}`)
	for id, want := range map[string]string{"a": "[::fffe:0:0-::ffff:255.255.255.255]", "b": "[0.0.0.0-255.255.255.255]"} {
		if set, _ := m.Set(id); fmt.Sprint(set.Ranges()) != want {
			t.Errorf("group %s has %v, want %s", id, set.Ranges(), want)
		}
	}
	for _, text := range []string{"0.0.0.0", "10.0.0.1", "255.255.255.255"} {
		if a := addressOf(netip.MustParseAddr(text)); m.index.has("a", a) || !m.index.has("b", a) {
			t.Errorf("the index has %v in group a: %v, in b: %v, want in b alone", text, m.index.has("a", a), m.index.has("b", a))
		}
	}
}

func TestReadMembersRefuses(t *testing.T) {
	for name, c := range map[string]struct{ json, want string }{
		"not JSON":         {"x", "column 1"},
		"an array":         {`["10.0.0.1"]`, "want an object"},
		"text for list":    {`{"a": "10.0.0.1"}`, "a: text, want an array"},
		"a number":         {`{"a": [1]}`, "a[0]: the number 1, want text"},
		"a host name":      {`{"a": ["10.0.0.1", "db.example"]}`, `a[1]: "db.example"`},
		"a zone":           {`{"a": ["fe80::1%eth0"]}`, `fe80::1%eth0`},
		"leading zero":     {`{"a": ["10.0.0.01"]}`, `10.0.0.01`},
		"bad length":       {`{"a": ["10.0.0.0/33"]}`, `10.0.0.0/33`},
		"range reversed":   {`{"a": ["10.0.0.2-10.0.0.1"]}`, `10.0.0.2-10.0.0.1`},
		"range of two":     {`{"a": ["10.0.0.2-2001:db8::1"]}`, `10.0.0.2-2001:db8::1`},
		"range and block":  {`{"a": ["10.0.0.0/8-10.0.0.1"]}`, `10.0.0.0/8-10.0.0.1`},
		"empty text":       {`{"a": [""]}`, `a[0]: ""`},
		"null for a list":  {`{"a": null}`, "a: null, want an array: [] is a group without members"},
		"null":             {`null`, "null, want an object"},
		"null for a text":  {`{"a": [null]}`, `a[0]: ""`},
		"an id that hides": {"{\"a\u00a0\": []}", "a space (U+00A0)"},
		"no id":            {`{"": []}`, "empty, want visible characters"},
		"UTF-16":           {"{\x00}\x00", "UTF-16 (little-endian), want UTF-8"},
		"group twice":      {`{"a": [], "a": []}`, "a: the key is given twice"},
		"text behind":      {`{"a": []} {}`, "after"},
		"ends early":       {`{"a": ["10.0.0.1"`, "ends early"},
		"not UTF-8":        {"{\"a\xff\": []}", "UTF-8"},
		"long text is cut": {`{"a": ["` + strings.Repeat("1", 5000) + `"]}`, "(5000 bytes)"},
	} {
		sets, err := ReadMembers(strings.NewReader(c.json))
		if err == nil || sets != nil {
			t.Errorf("%s: ReadMembers = %v, %v, want an error and nothing else", name, sets, err)
		} else if !strings.Contains(err.Error(), c.want) || len(err.Error()) > 500 {
			t.Errorf("%s: ReadMembers fails with %q, want %q in a short text", name, err, c.want)
		}
	}
}

// What is no members file is named by what it looks like; a group may have any of
// the names that tell.
func TestReadMembersNamesOtherFiles(t *testing.T) {
	for name, c := range map[string]struct{ text, place, looks string }{
		"network interfaces":  {`{"TotalCount": 1, "NetworkInterfaceSets": {"NetworkInterfaceSet": [{"PrivateIpAddress": "10.0.8.11"}]}}`, "TotalCount", "a reply of DescribeNetworkInterfaces"},
		"a group's reply":     {`{"SecurityGroupId": "sg-1", "VpcId": "v", "Permissions": {"Permission": []}}`, "SecurityGroupId", "a reply of DescribeSecurityGroupAttribute"},
		"an API error":        {`{"RequestId": "1", "Code": "InvalidSecurityGroupId.NotFound", "Message": "m"}`, "RequestId", "an error of the API"},
		"an SDK's envelope":   {`{"headers": {}, "statusCode": 200, "body": {}}`, "headers", "an envelope that an SDK puts around a reply"},
		"a list":              {`["10.0.0.1"]`, "an array", "a list"},
		"XML":                 {`<DescribeNetworkInterfacesResponse/>`, "", "XML"},
		"YAML":                {"sg-db:\n- 10.0.0.1\n", "", "text that is not JSON"},
		"nothing":             {" \n", "", "an empty file"},
		"a packet":            {`{"protocol":"tcp"}`, "protocol", "a packet"},
		"keys that end early": {`{"Permissions": {"Permission": [`, "Permissions", "a reply of DescribeSecurityGroupAttribute"},
	} {
		_, err := ReadMembers(strings.NewReader(c.text))
		if want := "; this looks like " + c.looks + ": want a JSON object, group id -> list"; err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "members: "+c.place) {
			t.Errorf("%s: ReadMembers = %v, want %s...%s", name, err, c.place, want)
		}
	}
	if set, ok := members(t, `{"Permissions": ["10.0.0.1"], "body": []}`).Set("Permissions"); !ok || len(set.Ranges()) != 1 {
		t.Errorf("a group with the name of a key has %v, %v, want one range", set, ok)
	}
	if _, err := ReadMembers(strings.NewReader(`{"sg-db": ["x"]}`)); err == nil || strings.Contains(err.Error(), "looks like") {
		t.Errorf("ReadMembers of a bad entry = %v, want no other look", err)
	}
}

func TestNewMembersRefusesIDs(t *testing.T) {
	for _, id := range []string{"", "sg 1", "sg-1\u00a0", "sg-1\u200b", "sg-\x00", "\xff"} {
		m, err := NewMembers(map[string]*netipx.IPSet{"sg-1": nil, id: nil})
		if err == nil || m != nil || !strings.HasPrefix(err.Error(), "match: members of group id ") {
			t.Errorf("NewMembers with group %q = %v, %v, want the id refused", id, m, err)
		}
	}
}

// endless yields JSON of any length.
type endless struct{ n int }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = `{"a": [`[min(e.n, 6)]
		if e.n > 6 {
			b[i] = ' '
		}
		e.n++
	}
	return len(b), nil
}

func TestReadMembersIsBounded(t *testing.T) {
	e := new(endless)
	if _, err := ReadMembers(e); err == nil || !strings.Contains(err.Error(), "limit of 67108864 bytes") {
		t.Errorf("ReadMembers of an endless file: %v, want the limit named", err)
	}
	if e.n > MaxMembersFile*2 {
		t.Errorf("ReadMembers read %d bytes, want little more than the limit", e.n)
	}
}

// The index must know every edge of every range as the sets do, with groups that
// overlap, both families, and ranges that touch the ends of the address space.
func TestMemberIndexAgainstSets(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	in, out := 0, 0
	for range 300 {
		sets, probes := randomSets(r)
		m := newMembers(t, sets)
		for _, a := range probes {
			var want []string
			for id, set := range sets {
				if set.Contains(a) || a.Is4() && mappedMember(set, netip.AddrFrom16(a.As16())) {
					want = append(want, id)
				}
			}
			slices.Sort(want)
			var got []string
			for _, g := range m.index.classes.at(m.index.class(addressOf(a))) {
				got = append(got, m.index.ids[g])
			}
			if !slices.Equal(got, want) {
				t.Fatalf("class(%v) = %v, want %v", a, got, want)
			}
			for id := range sets {
				if got := m.index.has(id, addressOf(a)); got != slices.Contains(want, id) {
					t.Fatalf("has(%s, %v) = %v, want it in %v", id, a, got, want)
				}
			}
			if len(want) > 0 {
				in++
			} else {
				out++
			}
		}
	}
	if in < 5000 || out < 5000 {
		t.Errorf("%d members and %d others: the sets are one-sided", in, out)
	}
}

// mappedMember reports whether a set has an IPv4-mapped address other than as one
// of a range of IPv6 that has all of those.
func mappedMember(set *netipx.IPSet, a netip.Addr) bool {
	mapped := netipx.RangeOfPrefix(netip.MustParsePrefix("::ffff:0:0/96"))
	for _, r := range set.Ranges() {
		if r.Contains(a) {
			return r == mapped || !r.Contains(mapped.From()) || !r.Contains(mapped.To())
		}
	}
	return false
}

func randomSets(r *rand.Rand) (map[string]*netipx.IPSet, []netip.Addr) {
	ends := []string{"0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::fffe:ffff:ffff", "::ffff:0.0.0.0", "::ffff:255.255.255.255", "::1:0:0:0"}
	var probes []netip.Addr
	for _, s := range ends {
		probes = append(probes, netip.MustParseAddr(s))
	}
	sets := map[string]*netipx.IPSet{}
	for g := range 1 + r.IntN(5) {
		var b netipx.IPSetBuilder
		for range r.IntN(12) {
			from, to := randomMember(r, probes), randomMember(r, probes)
			if from.BitLen() != to.BitLen() {
				to = from
			}
			if to.Less(from) {
				from, to = to, from
			}
			if r.IntN(2) == 0 {
				to = from
			}
			b.AddRange(netipx.IPRangeFrom(from, to))
			probes = append(probes, from, to, from.Prev(), to.Next())
		}
		sets[fmt.Sprint("sg-", g)], _ = b.IPSet()
	}
	for range 20 {
		probes = append(probes, randomMember(r, nil))
	}
	// A mapped address never reaches the index: a packet's is IPv4 by then.
	return sets, slices.DeleteFunc(probes, func(a netip.Addr) bool { return !a.IsValid() || a.Is4In6() })
}

func randomMember(r *rand.Rand, known []netip.Addr) netip.Addr {
	switch n := r.IntN(8); {
	case n == 0 && len(known) > 0:
		return known[r.IntN(len(known))]
	case n < 4:
		return netip.AddrFrom4([4]byte{10, 0, byte(r.IntN(2)), byte(r.IntN(256))})
	case n < 5:
		return netip.AddrFrom16([16]byte{10: 0xff, 11: 0xff, 12: 10, 15: byte(r.IntN(256))})
	}
	return netip.AddrFrom16([16]byte{0: 0x20, 1: 1, 15: byte(r.IntN(256)), 8: byte(r.IntN(2))})
}

// Each of many members has its slot, and what lies beside it has none.
func TestManyMembers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var b netipx.IPSetBuilder
	var all []netip.Addr
	for range 65536 {
		a := netip.AddrFrom4([4]byte{10, byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))})
		b.Add(a)
		all = append(all, a)
	}
	set, _ := b.IPSet()
	m := newMembers(t, map[string]*netipx.IPSet{"sg-big": set})
	for _, a := range all {
		if m.index.class(addressOf(a)) == 0 {
			t.Fatalf("member %v is not in the index", a)
		}
		next := a.Next()
		if got := m.index.class(addressOf(next)) != 0; got != set.Contains(next) {
			t.Fatalf("%v beside a member: index %v, set %v", next, got, set.Contains(next))
		}
	}
	if size := len(m.index.v4.slots) * 8; size > 5<<18 {
		t.Errorf("65536 members take %d bytes, want at most 1.25 MiB", size)
	}
}

// A key under which everything falls on one slot is given up for a better one.
func TestBlockHashTriesAgain(t *testing.T) {
	h := blockHash[uint32]{}
	for i := range uint32(100) {
		h.add(i, 32, i+1)
	}
	keys := 0
	newKey := func() hashKey {
		if keys++; keys <= 5 {
			return hashKey{} // multiplies by 0
		}
		return randomKey()
	}
	if err := h.build(hash4, newKey); err != nil {
		t.Fatalf("build: %v", err)
	}
	if keys < 6 || len(h.slots) != 256 || h.blocks != nil {
		t.Errorf("%d keys, %d slots, %d blocks, want 6 keys or more, 256 slots for 100 blocks, and the blocks gone", keys, len(h.slots), len(h.blocks))
	}
	for i := range uint32(200) {
		s := h.find(hash4(i, 32, &h.key))
		if got, want := s.key == i && s.meta == (i+1)<<8|32, i < 100; got != want {
			t.Errorf("find(%d) = %+v, a member: %v, want %v", i, *s, got, want)
		}
	}
}

// The search ends: after so many keys, and under each after so many trials.
func TestBlockHashGivesUp(t *testing.T) {
	bad := func() hashKey { return hashKey{} }
	for _, n := range []uint32{2, 5000} {
		h := blockHash[uint32]{}
		for i := range n {
			h.add(i, 32, 1)
		}
		keys := 0
		err := h.build(hash4, func() hashKey { keys++; return bad() })
		if want := fmt.Sprintf("match: no perfect hash of %d blocks of members under 8 keys", n); err == nil || err.Error() != want || keys != maxKeys {
			t.Errorf("build = %v after %d keys, want %q after %d", err, keys, want, maxKeys)
		}
	}
	h := blockHash[uint32]{slots: make([]slot[uint32], 4), shifts: make([]uint16, 1)}
	h.add(1, 32, 1)
	h.add(2, 32, 1)
	left := 1000
	if h.fillGroup(0, []int32{0, 1}, []uint64{7, 7}, &left) || left > 0 {
		t.Errorf("two blocks of one hash find slots, or %d trials are left", left)
	}
}

// Blocks of two and four addresses stand as addresses only where those are few.
func TestSplitBlocks(t *testing.T) {
	for _, c := range []struct {
		name        string
		n30, n31    uint32
		n32, blocks int
		lengths     []uint8
	}{
		{"few", 3, 2, 5, 3*4 + 2*2 + 5, []uint8{32}},
		{"many", maxMemberBlocks / 4, 1, 0, maxMemberBlocks/4 + 1, []uint8{30, 31}},
		{"just as many as fit", maxMemberBlocks / 4, 0, 0, maxMemberBlocks, []uint8{32}},
		{"singles only", 0, 0, 4, 4, []uint8{32}},
	} {
		h := blockHash[uint32]{}
		next := uint32(0)
		add := func(n uint8) {
			h.add(next, n, 7)
			next += 1 << (32 - n)
		}
		for range c.n30 {
			add(30)
		}
		for range c.n31 {
			add(31)
		}
		for range c.n32 {
			add(32)
		}
		h.split(30, 32, func(a uint32) uint32 { return a + 1 })
		if len(h.blocks) != c.blocks || !slices.Equal(h.lengths, c.lengths) {
			t.Errorf("%s: %d blocks of lengths %v, want %d of %v", c.name, len(h.blocks), h.lengths, c.blocks, c.lengths)
		}
		at := uint32(0)
		for _, b := range h.blocks {
			if b.key != at || b.meta>>8 != 7 {
				t.Fatalf("%s: a block %+v, want one at %d of class 7", c.name, b, at)
			}
			at += 1 << (32 - uint8(b.meta))
		}
		if at != next {
			t.Errorf("%s: the blocks end at %d, want %d", c.name, at, next)
		}
	}
}

// At most half of the slots are taken, whatever the number of blocks.
func TestBlockHashSizes(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 4, 5, 63, 64, 65, 1000} {
		h := blockHash[uint32]{}
		for i := range n {
			h.add(uint32(i)*7, 32, 1)
		}
		if err := h.build(hash4, randomKey); err != nil {
			t.Fatalf("%d blocks: build: %v", n, err)
		}
		want := 2
		for want < 2*n {
			want *= 2
		}
		if len(h.slots) != want || len(h.shifts) != max(want/8, 1) {
			t.Errorf("%d blocks: %d slots and %d groups, want %d and %d", n, len(h.slots), len(h.shifts), want, max(want/8, 1))
		}
		taken := 0
		for _, s := range h.slots {
			if s.meta != 0 {
				taken++
			}
		}
		if taken != n {
			t.Errorf("%d blocks take %d slots", n, taken)
		}
	}
}
