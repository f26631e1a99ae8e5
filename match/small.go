package match

import (
	"math/bits"
	"net/netip"
	"slices"

	"example.com/sluice/cidr"
	"example.com/sluice/rule"
)

// smallRules is how many rules fit a row of two words.
const smallRules = cidr.MaxRows

// small is the index of up to 128 rules, strongest first. Each field of a packet
// gives a row, by loads that depend on nothing but the field.
type small struct {
	dst     cidr.Rows // in place: a pointer more would have to be waited for
	src     cidr.Rows
	bySrc   bool        // whether any rule has a source; src is zero otherwise
	dstPort []cidr.Bits // by class of the destination port
	rest    []cidr.Bits // by class of protocol, NIC and source port
	members memberRows
}

func newSmall(rules []rule.Rule, classes *memberClasses, f *fields) *small {
	s := &small{members: newMemberRows(rules, classes)}
	dst, _ := cidr.NewRows(destinations(rules)) // no more rules than MaxRows
	s.dst = *dst
	s.bySrc = slices.ContainsFunc(rules, func(r rule.Rule) bool { return r.Src != netip.Prefix{} })
	if s.bySrc {
		src, _ := cidr.NewRows(sources(rules))
		s.src = *src
	}
	s.dstPort = portRows(rules, &f.dstPorts, dstPorts)
	srcPort := portRows(rules, &f.srcPorts, srcPorts)
	for _, nic := range nics {
		for kind := range numKinds {
			row := kindRow(rules, f.classic, nic, kind)
			for _, port := range srcPort {
				s.rest = append(s.rest, row.And(port))
			}
		}
	}
	return s
}

// row returns the rules that match.
func (s *small) row(q *query) cidr.Bits {
	var row cidr.Bits
	if q.v4 {
		row = s.dst.V4(q.dst.bytes4())
	} else {
		row = s.dst.V6(q.dst.hi, q.dst.lo)
	}
	row = row.Or(s.members.row(q.members))
	switch {
	case !s.bySrc:
	case q.v4:
		row = row.And(s.src.V4(q.src.bytes4()))
	default:
		row = row.And(s.src.V6(q.src.hi, q.src.lo))
	}
	return row.And(s.rest[q.rest].And(s.dstPort[q.dstPort]))
}

// first returns the place of the strongest rule of a row, or smallRules. A branch
// on whether Lo is empty would be unpredictable; the borrow of Lo-1 tells it
// instead.
func first(row cidr.Bits) uint8 {
	_, empty := bits.Sub64(row.Lo, 1, 0)
	word := row.Lo | row.Hi&-empty
	return uint8(64*int(empty) + bits.TrailingZeros64(word))
}
