package match

import (
	"fmt"
	"go4.org/netipx"
	"maps"
	"net/netip"
	"strings"
	"testing"
)

// rangesOf makes a set of ranges.
func rangesOf(t *testing.T, ranges ...netipx.IPRange) *netipx.IPSet {
	t.Helper()
	var b netipx.IPSetBuilder
	for _, r := range ranges {
		b.AddRange(r)
	}
	set, err := b.IPSet()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func addr4(i uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})
}

// TestMembersTooLarge builds sets that a small file can hold and that would need
// an index of gigabytes.
func TestMembersTooLarge(t *testing.T) {
	nested, same, wide := map[string]*netipx.IPSet{}, map[string]*netipx.IPSet{}, map[string]*netipx.IPSet{}
	for i := range uint32(3000) {
		nested[fmt.Sprint("sg-", i)] = rangesOf(t, netipx.IPRangeFrom(addr4(i), addr4(1<<24-i)))
	}
	one := rangesOf(t, netipx.IPRangeFrom(addr4(1), addr4(1)))
	for i := range maxSharing + 1 {
		same[fmt.Sprint("sg-", i)] = one
	}
	most := maps.Clone(same)
	delete(most, "sg-0")
	if _, err := NewMembers(most); err != nil {
		t.Errorf("NewMembers of %d groups of one address: %v", len(most), err)
	}
	var ranges []netipx.IPRange
	for i := range 20000 { // 124 blocks each
		b := [16]byte{0x20, byte(i >> 8), byte(i), 15: 1}
		last := [16]byte{0x20, byte(i >> 8), byte(i), 3: 0xff, 4: 0xff, 5: 0xff, 6: 0xff, 7: 0xff, 8: 0xff, 9: 0xff, 10: 0xff, 11: 0xff, 12: 0xff, 13: 0xff, 14: 0xff, 15: 0xfe}
		ranges = append(ranges, netipx.IPRangeFrom(netip.AddrFrom16(b), netip.AddrFrom16(last)))
	}
	wide["sg-0"] = rangesOf(t, ranges...)

	const want = "match: the members are too many: want at most 2097152 CIDR blocks, 32768 groups that have one address, and 4194304 groups of a range over all ranges in which they differ"
	if got := errMembersTooLarge.Error(); got != want {
		t.Errorf("the bounds are told as %q, want %q", got, want)
	}
	for name, sets := range map[string]map[string]*netipx.IPSet{"nested groups": nested, "groups of one address": same, "wide ranges": wide} {
		if m, err := NewMembers(sets); err != errMembersTooLarge || m != nil {
			t.Errorf("%s: NewMembers = %v, %v, want %v", name, m, err, errMembersTooLarge)
		}
	}
}

// TestReadMembersCountsEntries reads one entry more than a file may have, and one
// group more.
func TestReadMembersCountsEntries(t *testing.T) {
	const most = 100
	entries := strings.Repeat(`"::1",`, most-3) + `"::1"`
	for _, c := range []struct{ name, text, want string }{
		{"entries", `{"sg-a":[],"sg-b":[` + entries + `,"::1"]}`, "sg-b[98]"},
		{"groups", `{"sg-a":[],"sg-b":[` + entries + `],"sg-c":[]}`, "sg-c"},
	} {
		want := c.want + ": too many groups and entries, want at most 100 together"
		if _, err := readMembers([]byte(c.text), most); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: readMembers of one too many = %v, want %q", c.name, err, want)
		}
	}
}
