package fuzz

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/sluice/internal/gen"
	"go4.org/netipx"
)

// reduced is a smallest interface whose own table still differs on the packet.
// Where the table that differed was not the interface's own, there may be none:
// diff is empty then.
func reduced(x gen.Interface, p gen.Packet) (smaller gen.Interface, diff string) {
	differs := func(x gen.Interface) string {
		t, err := compile(x)
		if err != nil {
			return ""
		}
		_, diff := compare(x, t, []gen.Packet{p}, newTally())
		return diff
	}
	x = shrunk(x, func(y gen.Interface) bool { return differs(y) != "" })
	return x, differs(x)
}

// shrunk takes groups and rules away for as long as what is left is still bad.
func shrunk(x gen.Interface, bad func(gen.Interface) bool) gen.Interface {
	for {
		list := without(x)
		i := slices.IndexFunc(list, bad)
		if i < 0 {
			return x
		}
		x = list[i]
	}
}

// without lists the interface less one group, one rule or half of a group's
// members, in all ways.
func without(x gen.Interface) (list []gen.Interface) {
	for i, g := range x.Groups {
		if len(x.Groups) > 1 {
			list = append(list, gen.Interface{Members: x.Members, Groups: slices.Delete(slices.Clone(x.Groups), i, i+1)})
		}
		for j := range g.Rules() {
			y := gen.Interface{Members: x.Members, Groups: slices.Clone(x.Groups)}
			y.Groups[i] = g.Clone()
			y.Groups[i].Remove(j)
			list = append(list, y)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(x.Members)) {
		ranges := x.Members[id].Ranges()
		for _, half := range [][]netipx.IPRange{ranges[:len(ranges)/2], ranges[len(ranges)/2:]} {
			if len(half) < len(ranges) {
				y := gen.Interface{Members: maps.Clone(x.Members), Groups: x.Groups}
				y.Members[id] = setOf(half)
				list = append(list, y)
			}
		}
	}
	return list
}

func setOf(ranges []netipx.IPRange) *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, r := range ranges {
		b.AddRange(r)
	}
	set, err := b.IPSet()
	if err != nil {
		panic(err) // the ranges come from a set
	}
	return set
}

// report is the message of a difference: the smallest setting found, the packet,
// got and want.
func report(x gen.Interface, p gen.Packet, diff string) string {
	var b strings.Builder
	if y, d := reduced(x, p); d != "" {
		x, diff = y, d
	}
	fmt.Fprintf(&b, "on %v\n%s\nwith\n%v", p, diff, x)
	return b.String()
}
