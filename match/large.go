package match

import (
	"math/bits"
	"net/netip"

	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// large is the index for more than 128 rules: an address gives a class, and the
// class a row of as many words as it takes.
type large struct {
	width              int
	kinds              kinds
	dst, src           blockRows
	dstPorts, srcPorts portRows
}

func newLarge(rules []rule.Rule, classic bool) (*large, error) {
	width := words(len(rules))
	l := &large{
		width:    width,
		kinds:    newKinds(rules, width, classic),
		dstPorts: newPortRows(rules, width, dstPorts),
		srcPorts: newPortRows(rules, width, srcPorts),
	}
	var err error
	v4, v6 := destinations(rules)
	if l.dst, err = newBlockRows(width, v4, v6); err != nil {
		return nil, err
	}
	v4, v6 = sources(rules)
	if l.src, err = newBlockRows(width, v4, v6); err != nil {
		return nil, err
	}
	return l, nil
}

// blockRows gives the row of an address.
type blockRows struct {
	trie  *cidr.Trie
	rows  []uint64 // by class
	width int
}

// newBlockRows indexes the blocks of rules, in the form of [destinations].
func newBlockRows(width int, v4, v6 []netip.Prefix) (blockRows, error) {
	var prefixes []netip.Prefix
	var ranks []int // of each prefix
	for _, family := range [][]netip.Prefix{v4, v6} {
		for rank, p := range family {
			if p != (netip.Prefix{}) {
				prefixes = append(prefixes, p)
				ranks = append(ranks, rank)
			}
		}
	}
	trie, err := cidr.New(prefixes)
	if err != nil {
		return blockRows{}, err
	}
	b := blockRows{trie, make([]uint64, trie.Classes()*width), width}
	for c := range trie.Classes() {
		for _, i := range trie.Prefixes(c) {
			setBit(b.rows[c*width:], ranks[i])
		}
	}
	return b, nil
}

// row returns the row of an address.
func (b *blockRows) row(a address, v4 bool) []uint64 {
	c := 0
	if v4 {
		c = b.trie.Class4(a.v4())
	} else {
		c = b.trie.Class6(a.hi, a.lo)
	}
	return b.rows[c*b.width:][:b.width]
}

// first returns the rank of the strongest rule that matches; ok is false where
// none does. members are the rules that take the destination as a member of
// their group.
func (l *large) first(k *key, members []uint64) (rank int, ok bool) {
	n := l.width
	dst, src := l.dst.row(k.dst, k.v4), l.src.row(k.src, k.v4)[:n]
	kind := l.kinds.rows[l.kinds.place(k.protocol, k.nic):][:n]
	dstPort := l.dstPorts.rows[l.dstPorts.place(k.dstPort):][:n]
	srcPort := l.srcPorts.rows[l.srcPorts.place(k.srcPort):][:n]
	members = members[:n]
	for i, word := range dst[:n] {
		word = (word | members[i]) & src[i] & kind[i] & dstPort[i] & srcPort[i]
		if word != 0 {
			return i*64 + bits.TrailingZeros64(word), true
		}
	}
	return 0, false
}
