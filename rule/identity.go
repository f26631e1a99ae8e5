package rule

import (
	"net/netip"
	"slices"
)

// identity is what makes two rules the same rule to the provider.
type identity struct {
	dst, src           netip.Prefix // masked
	protocol           Protocol
	dstPorts, srcPorts PortRange
	nic                NIC
	policy             Policy
	dstGroup           string
	owner, ownerID     string
}

// identity returns the identity of r with owner as the account of its group.
func (r *Rule) identity(owner string) identity {
	return identity{
		dst: r.Dst.Masked(), src: r.Src.Masked(), protocol: r.Protocol, dstPorts: r.DstPorts, srcPorts: r.SrcPorts,
		nic: r.NIC, policy: r.Policy, dstGroup: r.DstGroup, owner: owner, ownerID: r.DstOwnerID,
	}
}

// Duplicates reports whether r and s are the same rule to the provider: same
// protocol, port ranges, NIC, policy, source and destination after masking.
// Priority and description do not count (the page's lists of what determines a
// rule leave them out); a destination group's owner does.
func (r Rule) Duplicates(s Rule) bool { return r.identity(r.DstOwner) == s.identity(s.DstOwner) }

// entered is a rule of a group. The rule is never written again, so that
// snapshots may share it.
type entered struct {
	*Rule
	serial int // grows along the list of rules, and stays when others are removed
}

// equals are the rules of a group that have one identity.
type equals struct {
	first int // serial of the first of them; unknown where that was removed
	n     int
}

const unknown = -1

// index finds the rules of a group by identity, their owner as written. It
// serves the search for duplicates only: nil until the first.
type index map[identity]equals

func (x index) add(e entered) {
	if x == nil {
		return
	}
	id := e.identity(e.DstOwner)
	held := x[id]
	if held.n == 0 {
		held.first = e.serial
	}
	held.n++
	x[id] = held
}

func (x index) remove(e entered) {
	if x == nil {
		return
	}
	id := e.identity(e.DstOwner)
	held := x[id]
	switch {
	case held.n == 1:
		delete(x, id)
		return
	case held.first == e.serial:
		held.first = unknown
	}
	held.n--
	x[id] = held
}

// find returns the place in the list of the first rule with that identity.
func (g *Group) find(id identity) (i int, ok bool) {
	held, ok := g.index[id]
	if !ok {
		return 0, false
	}
	if held.first == unknown { // as costly as the removal before, and not asked twice
		i = slices.IndexFunc(g.rules, func(e entered) bool { return e.identity(e.DstOwner) == id })
		held.first = g.rules[i].serial
		g.index[id] = held
		return i, true
	}
	return slices.BinarySearchFunc(g.rules, held.first, func(e entered, serial int) int { return e.serial - serial })
}

// held finds the first rule of the group that the provider takes for r. The
// group's own account and none named are one account.
func (g *Group) held(r *Rule) (i int, ok bool) {
	if g.index == nil {
		g.index = make(index, len(g.rules)+1)
		for _, e := range g.rules {
			g.index.add(e)
		}
	}
	i, ok = g.find(r.identity(r.DstOwner))
	if other, own := g.otherName(r.DstOwner); own && other != r.DstOwner {
		if j, found := g.find(r.identity(other)); found && (!ok || j < i) {
			return j, true
		}
	}
	return i, ok
}

// otherName returns the other name of the group's own account; own is false for
// another account.
func (g *Group) otherName(owner string) (other string, own bool) {
	switch owner {
	case "":
		return g.Owner, true
	case g.Owner:
		return "", true
	}
	return "", false
}
