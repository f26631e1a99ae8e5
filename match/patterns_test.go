package match

import (
	"net/netip"
	"strings"
	"testing"

	"example.com/sluice/internal/gen"
)

// memberList is a members file of one group with n entries of a pattern.
func memberList(p gen.MemberPattern, n uint32) string {
	var b strings.Builder
	b.WriteString(`{"sg-db":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + p.Entry(i) + `"`)
	}
	b.WriteString("]}")
	return b.String()
}

// However the members are numbered, their hash is found under the first keys, and
// the index has each of them and nothing beside them. (The whole length of each
// pattern takes a minute: the cost command has it.)
func TestMemberPatterns(t *testing.T) {
	for _, p := range gen.MemberPatterns() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			const n = 1 << 13
			m := members(t, memberList(p, n))
			set, _ := m.Set("sg-db")
			for i := range uint32(n) {
				r, ok := parseMember(p.Entry(i))
				if !ok || !m.index.has("sg-db", addressOf(r.From())) || !m.index.has("sg-db", addressOf(r.To())) {
					t.Fatalf("entry %d, %s, is not in the index", i, p.Entry(i))
				}
				for _, beside := range []netip.Addr{r.From().Prev(), r.To().Next()} {
					if beside.IsValid() && m.index.has("sg-db", addressOf(beside)) != set.Contains(beside) {
						t.Fatalf("%v, beside entry %d, is in the index: %v, in the set: %v", beside, i, !set.Contains(beside), set.Contains(beside))
					}
				}
			}
			for _, h := range []int{len(m.index.v4.lengths), len(m.index.v6.lengths)} {
				if h > 11 {
					t.Errorf("%d lengths, want at most 11", h)
				}
			}
		})
	}
}

// One trial a block and a little more, whatever the pattern: of 20 keys hardly one
// takes more.
func TestMemberPatternsTakeFewTrials(t *testing.T) {
	for _, p := range gen.MemberPatterns() {
		over := 0
		for range 20 {
			var h blockHash[uint32]
			var k blockHash[address]
			for i := range uint32(1 << 10) {
				r, _ := parseMember(p.Entry(i))
				if a := addressOf(r.From()); a.is4() {
					h.add(uint32(a.lo), 32, 1)
				} else {
					k.add(a, 128, 1)
				}
			}
			if trialsOf(&h, hash4) > 3*len(h.blocks) || trialsOf(&k, hash6) > 3*len(k.blocks) {
				over++
			}
		}
		if over > 3 {
			t.Errorf("%s: under %d of 20 keys, 1024 blocks take more than 3 trials each, want 3 at most", p.Name, over)
		}
	}
}

// trialsOf returns how many trials a table takes under one key, very many where it
// is not found.
func trialsOf[K comparable](h *blockHash[K], hash func(K, uint8, *hashKey) uint64) int {
	h.size()
	h.key = randomKey()
	hashes := make([]uint64, len(h.blocks))
	for i, b := range h.blocks {
		hashes[i] = hash(b.key, uint8(b.meta), &h.key)
	}
	left := 1 << 30
	if !h.fill(hashes, &left) {
		return 1 << 30
	}
	return 1<<30 - left
}
