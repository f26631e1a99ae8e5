package match

import (
	"math/bits"

	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// smallRules is how many rules fit a row of two words.
const smallRules = cidr.MaxRows

// small is the index for up to 128 rules: each field gives a row of two words,
// by loads that depend on nothing but the field.
type small struct {
	kinds              kinds
	dst, src           *cidr.Rows
	dstPorts, srcPorts portRows
}

func newSmall(rules []rule.Rule, classic bool) *small {
	const width = 2
	s := &small{
		kinds:    newKinds(rules, width, classic),
		dstPorts: newPortRows(rules, width, dstPorts),
		srcPorts: newPortRows(rules, width, srcPorts),
	}
	s.dst, _ = cidr.NewRows(destinations(rules)) // no more rules than MaxRows
	s.src, _ = cidr.NewRows(sources(rules))
	return s
}

// first returns the rank of the strongest rule that matches, or smallRules.
// members are the rules that take the destination as a member of their group.
func (s *small) first(k *key, members cidr.Bits) int {
	dst, src := s.addresses(k)
	row := dst.Or(members).And(src)
	row = row.And(bitsAt(s.kinds.rows, s.kinds.place(k.protocol, k.nic)))
	row = row.And(bitsAt(s.dstPorts.rows, s.dstPorts.place(k.dstPort)))
	row = row.And(bitsAt(s.srcPorts.rows, s.srcPorts.place(k.srcPort)))
	word, base := row.Lo, 0
	if word == 0 {
		word, base = row.Hi, 64
	}
	return base + bits.TrailingZeros64(word)
}

// addresses returns the rules whose blocks have the destination, and the source.
func (s *small) addresses(k *key) (dst, src cidr.Bits) {
	if k.v4 {
		return s.dst.V4(k.dst.v4()), s.src.V4(k.src.v4())
	}
	return s.dst.V6(k.dst.hi, k.dst.lo), s.src.V6(k.src.hi, k.src.lo)
}
