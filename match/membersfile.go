package match

import (
	"fmt"
	"io"
	"net/netip"
	"strings"

	"go4.org/netipx"

	"example.com/sluice/internal/strictjson"
	"example.com/sluice/rule"
)

// MaxMembersFile is how many bytes [ReadMembers] takes.
const MaxMembersFile = 64 << 20

// maxMembers is how many entries a members file has at most, and how many groups:
// a list of 64 MiB could have ten million, each of which takes 100 bytes to read.
const maxMembers = 1 << 21

// ReadMembers reads the members of groups from JSON: one object, group id ->
// list of addresses, CIDR blocks (host bits are masked away) or first-last
// ranges. A repeated id, one that [rule.CheckID] refuses, a zone, and anything of
// another shape (null, too: only [] is a group without members) are errors that
// name the place; of a document that is something else, they say what it looks
// like. IPv4-mapped addresses are read as IPv4. A file has at most
// [MaxMembersFile] bytes and 2,097,152 groups and entries together. For 262,144
// entries and more, it runs the garbage collector, and has it return memory to the
// operating system.
func ReadMembers(r io.Reader) (map[string]*netipx.IPSet, error) {
	data, err := strictjson.ReadAll(r, MaxMembersFile)
	if err != nil {
		return nil, fmt.Errorf("members: %w", err)
	}
	e, err := readMembers(data, maxMembers)
	if err != nil {
		return nil, fmt.Errorf("members: %w", toldMembers(data, err))
	}
	return e.sets(), nil
}

func readMembers(data []byte, most int) (*entries, error) {
	j, err := strictjson.NewReader(data)
	if err != nil {
		return nil, err
	}
	e := new(entries)
	count := 0
	more := func() error {
		if count++; count > most {
			return j.Errorf("too many groups and entries, want at most %d together", most)
		}
		return nil
	}
	err = j.Object(func(id string) error {
		if err := more(); err != nil {
			return err
		}
		if err := rule.CheckID(id); err != nil {
			return j.Errorf("%v", err)
		}
		if j.Peek() == 'n' {
			return j.Errorf("null, want an array: [] is a group without members")
		}
		err := j.Array(func(int) error {
			if err := more(); err != nil {
				return err
			}
			s, err := j.Text()
			if err != nil {
				return err
			}
			r, ok := parseMember(s)
			if !ok {
				return j.Errorf("%s: want an address, a CIDR block or a first-last range of one IP version, without a zone", short(s))
			}
			e.add(r)
			return nil
		})
		e.end(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return e, j.End()
}

// parseMember reads one entry of a member list.
func parseMember(s string) (r netipx.IPRange, ok bool) {
	if first, last, isRange := strings.Cut(s, "-"); isRange {
		from, ok1 := parseAddr(first)
		to, ok2 := parseAddr(last)
		r = netipx.IPRangeFrom(from, to)
		return r, ok1 && ok2 && r.IsValid()
	}
	if strings.Contains(s, "/") {
		p, err := netip.ParsePrefix(s)
		if err == nil && p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		return netipx.RangeOfPrefix(p), err == nil
	}
	a, ok := parseAddr(s)
	return netipx.IPRangeFrom(a, a), ok
}

// parseAddr reads an address without a zone, an IPv4-mapped one as IPv4.
func parseAddr(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(s)
	return a.Unmap(), err == nil && a.Zone() == ""
}
