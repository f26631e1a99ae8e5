package cidr

import "net/netip"

// trieRows is the third index of IPv6 prefixes in [Rows]: the class of the
// address, and its row. Prefixes of many lengths that part in most bytes would
// take 16 rows of 4 KiB each, and a hash for each length.
type trieRows struct {
	trie *Trie
	rows []Bits // by class
}

func newTrieRows(prefixes []netip.Prefix) *trieRows {
	var valid []netip.Prefix
	var number []int // of each in prefixes
	for i, p := range prefixes {
		if p.IsValid() {
			valid = append(valid, p)
			number = append(number, i)
		}
	}
	t := &trieRows{}
	t.trie, _ = New(valid) // it refuses no IPv6 prefix
	t.rows = make([]Bits, t.trie.Classes())
	for c := range t.rows {
		t.rows[c] = t.rows[t.trie.Parent(c)]
		for _, i := range t.trie.Own(c) {
			t.rows[c] = t.rows[c].With(number[i])
		}
	}
	return t
}
