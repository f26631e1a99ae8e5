package main

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"strings"

	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"go4.org/netipx"
)

// memberSets are sets of n CIDR blocks built to defeat a hash or a sweep.
var memberSets = space{
	genes: []gene{
		{"family", []string{"IPv4", "IPv6", "both"}},
		{"pattern", []string{
			"stride 1", "stride 2", "stride 4", "stride 256", "stride 65536", "Gray code", "bits reversed", "random", "all lengths",
			"ranges", "nested ranges", "wide ranges", "low halves", "products",
		}},
		{"groups", []string{"one", "in turn to 16", "one each", "all in each of 4", "one address in all"}},
	},
	make: func(pick map[string]string, n int, chance *rand.Rand) any {
		lists := map[string][]netipx.IPRange{}
		for i, blocks := 0, 0; blocks < n; i++ {
			v6 := pick["family"] == "IPv6" || pick["family"] == "both" && i%2 == 1
			r := memberRange(pick["pattern"], v6, i, n, chance)
			blocks += len(r.Prefixes())
			switch pick["groups"] {
			case "one":
				lists["sg-0"] = append(lists["sg-0"], r)
			case "in turn to 16":
				id := fmt.Sprint("sg-", i%16)
				lists[id] = append(lists[id], r)
			case "one each":
				lists[fmt.Sprint("sg-", i)] = []netipx.IPRange{r}
			case "all in each of 4":
				blocks += 3 * len(r.Prefixes())
				for g := range 4 {
					id := fmt.Sprint("sg-", g)
					lists[id] = append(lists[id], r)
				}
			default:
				a := memberRange("stride 1", v6, 0, n, chance)
				lists[fmt.Sprint("sg-", i)] = []netipx.IPRange{a}
			}
		}
		sets := map[string]*netipx.IPSet{}
		for id, list := range lists {
			sets[id] = netipxSet(list...)
		}
		return sets
	},
}

// memberFiles are members files of n groups and members together, in patterns that
// may defeat a hash. What is larger than 64 MiB is cut there.
var memberFiles = space{
	genes: []gene{{"pattern", patternNames()}, {"groups", []string{"one", "one each"}}},
	make: func(pick map[string]string, n int, _ *rand.Rand) any {
		var member func(i uint32) string
		for _, p := range gen.MemberPatterns() {
			if p.Name == pick["pattern"] {
				member = p.Entry
			}
		}
		var b strings.Builder
		b.WriteString(`{"sg-0":[`)
		used, between := 1, ""
		for i := uint32(0); used < n && b.Len() < match.MaxMembersFile-100; i++ {
			b.WriteString(between)
			between = ","
			if pick["groups"] == "one each" && i > 0 {
				fmt.Fprintf(&b, `"sg-%d":[`, i)
				used++
			}
			fmt.Fprintf(&b, "%q", member(i))
			used++
			if pick["groups"] == "one each" {
				between = "],"
			}
		}
		b.WriteString("]}")
		return b.String()
	},
}

func patternNames() (names []string) {
	for _, p := range gen.MemberPatterns() {
		names = append(names, p.Name)
	}
	return names
}

func memberRange(pattern string, v6 bool, i, n int, chance *rand.Rand) netipx.IPRange {
	number := map[string]int{
		"stride 1": i, "stride 2": 2 * i, "stride 4": 4 * i, "stride 256": 256 * i, "stride 65536": i << 16,
		"Gray code": i ^ i>>1, "bits reversed": int(bits.Reverse32(uint32(i))), "random": int(chance.Uint32()),
	}
	a := addressOf(v6, number[pattern], 0)
	switch pattern {
	case "all lengths":
		return netipx.RangeOfPrefix(block("random lengths", v6, i, chance))
	case "ranges":
		return netipx.IPRangeFrom(addressOf(v6, 16*i+1, 1), addressOf(v6, 16*i+14, 0))
	case "nested ranges":
		return netipx.IPRangeFrom(addressOf(v6, i, 0), addressOf(v6, 4*n-i, 0))
	case "wide ranges":
		return netipx.IPRangeFrom(addressOf(v6, 2*i, 1), addressOf(v6, 2*i+1, 1<<63-1))
	case "low halves":
		a = addressOf(v6, 0, uint64(i)<<1)
		if !v6 {
			a = addressOf(v6, i<<3, 0)
		}
	case "products":
		a = addressOf(v6, int(uint32(i)*0x9e3779b1), uint64(i)*0x9e3779b97f4a7c15)
	}
	return netipx.IPRangeFrom(a, a)
}

func overlapping(v6 bool, i int) netipx.IPRange {
	return netipx.IPRangeFrom(addressOf(v6, i, 0), addressOf(v6, 1<<24-i, 0))
}

func memberSet(v6 bool, n int, chance *rand.Rand) *netipx.IPSet {
	var list []netipx.IPRange
	for i := range n {
		list = append(list, memberRange("stride 2", v6, i, n, chance))
	}
	return netipxSet(list...)
}

func netipxSet(list ...netipx.IPRange) *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, r := range list {
		b.AddRange(r)
	}
	set, err := b.IPSet()
	if err != nil {
		panic(err)
	}
	return set
}
