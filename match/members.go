package match

import (
	"fmt"
	"maps"
	"slices"

	"go4.org/netipx"

	"example.com/sluice/rule"
)

// Members knows the private addresses of the members of security groups, for
// the rules that name a group as destination. It is immutable, and one Members
// serves any number of tables: its index stands once.
type Members struct {
	sets  []*netipx.IPSet // by place of the group in index.ids
	index *memberIndex
}

// NewMembers indexes the addresses of each group, by its id. A group with an
// empty or nil set is known and has no members. IPv4-mapped addresses in a set
// count as IPv4, as in packets ("ours"), but not where a range has all of them
// and more: ::/0 is IPv6.
//
// It costs time and memory in proportion to the ranges of the sets: 16 to 32 bytes
// for a single IPv4 address and 48 to 96 for an IPv6 one, whatever the addresses
// are: they are hashed under a random key. For 262,144 ranges and more, it runs the
// garbage collector, as [ReadMembers] does. It fails for an id that [rule.CheckID]
// refuses, where the sets make more than 2,097,152 CIDR blocks, and where very many
// groups overlap.
func NewMembers(sets map[string]*netipx.IPSet) (*Members, error) {
	ids := slices.Sorted(maps.Keys(sets))
	m := &Members{sets: make([]*netipx.IPSet, len(ids))}
	spans := make([]span, 0, len(ids)) // enough for groups of one range, of which there can be many
	for i, id := range ids {
		if err := rule.CheckID(id); err != nil {
			return nil, fmt.Errorf("match: members of group %w", err)
		}
		if m.sets[i] = sets[id]; m.sets[i] != nil {
			spans = appendSpans(spans, m.sets[i], int32(i))
		}
	}
	collect(len(spans))
	var err error
	if m.index, err = newMemberIndex(ids, spans); err != nil {
		return nil, err
	}
	return m, nil
}

// Set returns the addresses of a group's members; ok is false where the group is
// not known. A nil Members knows no group.
func (m *Members) Set(id string) (set *netipx.IPSet, ok bool) {
	if m == nil || m.index == nil {
		return nil, false
	}
	i, ok := slices.BinarySearch(m.index.ids, id)
	if !ok {
		return nil, false
	}
	if set = m.sets[i]; set == nil {
		set = new(netipx.IPSet)
	}
	return set, true
}
