package match

import (
	"encoding/binary"
	"net/netip"
	"runtime/debug"

	"go4.org/netipx"
)

// entries are the ranges of the groups of a file, in a third of the room that they
// take as netipx.IPRange. A set of two million makes three copies of those at once;
// this is what the text of the file has become by then.
type entries struct {
	ids    []string
	v4     queue[range4]
	v6     queue[range6]
	bounds []bound // of each group in v4 and v6
}

type range4 struct{ first, last uint32 }
type range6 struct{ first, last address }
type bound struct{ v4, v6 int }

// add adds a valid range to the last group.
func (e *entries) add(r netipx.IPRange) {
	if r.From().Is4() {
		from, to := r.From().As4(), r.To().As4()
		e.v4.add(range4{binary.BigEndian.Uint32(from[:]), binary.BigEndian.Uint32(to[:])})
		return
	}
	e.v6.add(range6{addressOf(r.From()), addressOf(r.To())})
}

// end ends a group.
func (e *entries) end(id string) {
	e.ids = append(e.ids, id)
	e.bounds = append(e.bounds, bound{e.v4.added, e.v6.added})
}

// sets makes the sets of the groups, and empties e.
func (e *entries) sets() map[string]*netipx.IPSet {
	n := e.v4.added + e.v6.added
	collect(n)
	sets := make(map[string]*netipx.IPSet, len(e.ids))
	for i, to := range e.bounds {
		sets[e.ids[i]] = e.nextSet(to)
	}
	collect(n)
	return sets
}

// nextSet makes the set of a group from the entries that are left before to.
func (e *entries) nextSet(to bound) *netipx.IPSet {
	n := to.v4 - e.v4.taken + to.v6 - e.v6.taken
	var b netipx.IPSetBuilder
	for e.v4.taken < to.v4 {
		r := e.v4.take()
		b.AddRange(netipx.IPRangeFrom(addrOf4(r.first), addrOf4(r.last)))
	}
	for e.v6.taken < to.v6 {
		r := e.v6.take()
		b.AddRange(netipx.IPRangeFrom(r.first.addr6(), r.last.addr6()))
	}
	collect(n)
	set, _ := b.IPSet() // it refuses invalid ranges only, and these are valid
	return set
}

func addrOf4(a uint32) netip.Addr {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, a)))
}

// addr6 returns an address of IPv6, which may be IPv4-mapped.
func (a address) addr6() netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], a.hi)
	binary.BigEndian.PutUint64(b[8:], a.lo)
	return netip.AddrFrom16(b)
}

const muchToCollect = 1 << 18

// collect frees the garbage of making something of n ranges, where that is much, and
// gives its memory back: by itself the collector waits until the heap has doubled.
// Members of the allowed size take less than 500 MiB so (measured), and 850 otherwise:
// a builder of netipx copies the ranges of a set five times.
func collect(n int) {
	if n >= muchToCollect {
		debug.FreeOSMemory()
	}
}
