package gen_test

import (
	"fmt"
	"net/netip"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// counts holds how often each class came up.
type counts map[string]int

// want fails for each class that came up in less than share of 1000 of all.
func (c counts) want(t *testing.T, all, share int, classes ...string) {
	t.Helper()
	for _, class := range classes {
		if c[class]*1000 < all*share {
			t.Errorf("%s: %d of %d, want at least %d in 1000", class, c[class], all, share)
		}
	}
}

// lengths are those at which tables and words change.
var lengths = []int{0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 63, 64, 65, 127, 128}

func TestRulesReachEveryClass(t *testing.T) {
	const seeds, each = 400, 100
	c := counts{}
	for seed := range uint64(seeds) {
		network := rule.Network(seed % 4 / 3)
		m := gen.NewMaker(gen.Seeded(seed), gen.Shape{Network: network, Members: 2})
		for range each {
			count(c, network, m.Rule())
		}
	}
	const all = seeds * each
	c.want(t, all, 50, "tcp", "udp", "icmp", "icmpv6", "gre", "all", "dst v4", "dst v6", "src v4", "src v6",
		"no src", "group", "drop", "accept", "host bits", "sport", "no sport", "one port", "many ports",
		"classic internet", "classic intranet")
	c.want(t, all, 5, "port 1/65535", "first 1", "last 65535", "priority 1", "priority 2", "priority 50", "priority 100", "description", "owner")
	for _, n := range lengths {
		if n <= 32 {
			c.want(t, all, 2, fmt.Sprintf("v4/%d", n))
		}
		c.want(t, all, 2, fmt.Sprintf("v6/%d", n))
	}
	for n := range 129 { // and every other length at all
		if n <= 32 && c[fmt.Sprintf("v4/%d", n)] == 0 || c[fmt.Sprintf("v6/%d", n)] == 0 {
			t.Errorf("prefix length %d never came up in one of the families", n)
		}
	}
}

func count(c counts, network rule.Network, r rule.Rule) {
	family := map[bool]string{false: "v4", true: "v6"}
	say := func(class string, holds bool) {
		if holds {
			c[class]++
		}
	}
	c[r.Protocol.String()]++
	c[r.Policy.String()]++
	c[fmt.Sprintf("priority %d", r.Priority)]++
	if r.Dst.IsValid() {
		c["dst "+family[r.Dst.Addr().Is6()]]++
		c[fmt.Sprintf("%s/%d", family[r.Dst.Addr().Is6()], r.Dst.Bits())]++
	}
	if r.Src.IsValid() {
		c["src "+family[r.Src.Addr().Is6()]]++
	}
	say("no src", !r.Src.IsValid())
	say("group", r.DstGroup != "")
	say("owner", r.DstOwner != "")
	say("host bits", r.DstHost.IsValid() || r.SrcHost.IsValid())
	say("description", r.Description != "")
	if r.DstPorts.Last != 0 {
		say("sport", r.SrcPorts.Last != 0)
		say("no sport", r.SrcPorts.Last == 0)
		say("one port", r.DstPorts.First == r.DstPorts.Last)
		say("many ports", r.DstPorts.First < r.DstPorts.Last)
		say("port 1/65535", r.DstPorts.First == 1 && r.DstPorts.Last == 65535)
		say("first 1", r.DstPorts.First == 1)
		say("last 65535", r.DstPorts.Last == 65535)
	}
	if network == rule.Classic {
		c["classic "+r.NIC.String()]++
	}
}

// TestParamsSayTheRule holds the text against the rule that it was made from:
// with the same choices Params spells the rule that Rule returns.
func TestParamsSayTheRule(t *testing.T) {
	for seed := range uint64(4000) {
		sh := gen.Shape{Network: rule.Network(seed % 2), Families: gen.Families(seed / 2 % 3), Members: 2}
		want := gen.NewMaker(gen.Seeded(seed), sh).Rule()
		p := gen.NewMaker(gen.Seeded(seed), sh).Params()
		got, err := rule.Parse(p, sh.Network)
		if err != nil {
			t.Fatalf("seed %d: Parse(%+v) = %v, want %v", seed, p, err, want)
		}
		if got != want {
			t.Fatalf("seed %d: Parse(%+v) = %+v, want %+v", seed, p, got, want)
		}
	}
}

func TestFamilies(t *testing.T) {
	for _, c := range []struct {
		name     string
		shape    gen.Shape
		no4, no6 bool
	}{
		{"only IPv4", gen.Shape{Families: gen.Only4, Members: 2}, false, true},
		{"only IPv6", gen.Shape{Families: gen.Only6, Members: 2}, true, false},
		{"classic has no IPv6", gen.Shape{Network: rule.Classic, Members: 2}, false, true},
		{"classic has no IPv6 even where asked", gen.Shape{Network: rule.Classic, Families: gen.Only6, Members: 2}, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(50) {
				sh := c.shape
				sh.Rules = 40
				x := gen.NewInterface(gen.Seeded(seed), sh)
				for _, r := range x.Groups[0].Rules() {
					for _, p := range []netip.Prefix{r.Dst, r.Src} {
						if p.IsValid() && (c.no4 && p.Addr().Is4() || c.no6 && p.Addr().Is6()) {
							t.Fatalf("seed %d: %v has block %v", seed, r, p)
						}
					}
				}
			}
		})
	}
}

func TestRapidDraws(t *testing.T) {
	c := counts{}
	all := 0
	rapid.Check(t, func(t *rapid.T) {
		network := rule.Network(rapid.IntRange(0, 1).Draw(t, "network"))
		count(c, network, gen.Rules(network).Draw(t, "rule"))
		all++
		if p := gen.Params(network).Draw(t, "params"); !parses(p, network) {
			t.Fatalf("Parse(%+v) refuses, want a rule", p)
		}
		for _, p := range gen.Prefixes(5, true).Draw(t, "prefixes") {
			if p != p.Masked() || !p.Addr().Is6() || p.Addr().Is4In6() {
				t.Fatalf("prefix %v, want a masked IPv6 block", p)
			}
		}
	})
	c.want(t, all, 20, "drop", "accept", "dst v4", "tcp")
}

func parses(p rule.Params, n rule.Network) bool {
	_, err := rule.Parse(p, n)
	return err == nil
}

func TestSameSeedSameRules(t *testing.T) {
	sh := gen.Shape{Groups: 3, Rules: 60, Members: 3}
	a, b := gen.NewInterface(gen.Seeded(7), sh), gen.NewInterface(gen.Seeded(7), sh)
	if diff := cmp.Diff(a.String(), b.String()); diff != "" {
		t.Errorf("two interfaces of one seed differ:\n%s", diff)
	}
	other := gen.NewInterface(gen.Seeded(8), sh)
	if a.String() == other.String() {
		t.Error("two seeds gave one interface")
	}
}
