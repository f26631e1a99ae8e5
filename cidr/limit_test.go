package cidr

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
)

// scattered are addresses that share no byte but by chance.
func scattered(n int) []netip.Prefix {
	r := rand.New(rand.NewPCG(1, 2))
	list := make([]netip.Prefix, n)
	for i := range list {
		var b [16]byte
		for k := range b {
			b[k] = byte(r.Uint32())
		}
		list[i] = netip.PrefixFrom(netip.AddrFrom16(b), 128)
	}
	return list
}

// The bound is where the documentation says: about 4,000 long prefixes that share
// no byte. The longer list is refused before it takes more memory than that.
func TestTrieBound(t *testing.T) {
	within := scattered(4000)
	trie, err := New(within)
	if err != nil {
		t.Fatalf("New of %d scattered prefixes: %v", len(within), err)
	}
	if got := trie.Prefixes(trie.Class(within[3999].Addr())); len(got) != 1 || got[0] != 3999 {
		t.Errorf("the last of %d scattered prefixes is at %v, want [3999]", len(within), got)
	}
	if trie, err := New(scattered(5000)); err == nil || !strings.Contains(err.Error(), "5000 prefixes") {
		t.Errorf("New of 5000 scattered prefixes = %v, %v, want an error with their number", trie, err)
	}
}
