package contest

import (
	"net/netip"

	"github.com/gaissmai/bart"

	"example.com/sluice/bench/internal/ruleset"
)

// Bart is one longest-prefix lookup of the destination in a bart.Table, and
// nothing more: a part of what a classifier must do. Its answer, the longest of
// the rules' destinations, is checked against a plain search.
type Bart struct {
	c     *ruleset.Case
	table bart.Table[ruleset.Answer]
	want  []ruleset.Answer
}

// NewBart returns it over a case.
func NewBart(c *ruleset.Case) *Bart {
	b := &Bart{c: c}
	answers := map[netip.Prefix]ruleset.Answer{} // of each destination, the strongest rule's
	add := func(p netip.Prefix, a ruleset.Answer) {
		if _, ok := answers[p]; !ok {
			answers[p] = a
			b.table.Insert(p, a)
		}
	}
	for _, r := range c.Rules {
		for _, p := range destinations(c.Set, r) {
			add(p, r.Answer)
		}
	}
	var present [129]bool // lengths of prefixes
	for p := range answers {
		present[p.Bits()] = true
	}
	for i := range c.Packets {
		b.want = append(b.want, longest(answers, &present, c.Packets[i].Dst))
	}
	return b
}

// destinations returns the destination of a rule, or those of its group's
// members.
func destinations(s *ruleset.Set, r ruleset.Ranked) []netip.Prefix {
	if r.Rule.DstGroup != "" {
		return s.Members[r.Rule.DstGroup].Prefixes()
	}
	return []netip.Prefix{r.Rule.Dst}
}

// longest finds the longest prefix that contains a, length by length.
func longest(answers map[netip.Prefix]ruleset.Answer, present *[129]bool, a netip.Addr) ruleset.Answer {
	for bits := a.BitLen(); bits >= 0; bits-- {
		if !present[bits] {
			continue
		}
		if answer, ok := answers[netip.PrefixFrom(a, bits).Masked()]; ok {
			return answer
		}
	}
	return 0
}

func (b *Bart) Name() string { return "bart" }

func (b *Bart) Thr(n int) (wrong int) {
	packets, want := b.c.Packets[:n], b.want[:n]
	for i := range packets {
		if a, _ := b.table.Lookup(packets[i].Dst); a != want[i] {
			wrong++
		}
	}
	return wrong
}

func (b *Bart) Chain(n int) (wrong int) {
	packets, want := b.c.Packets[:n], b.want[:n]
	i := 0
	for range packets {
		a, _ := b.table.Lookup(packets[i].Dst)
		if a != want[i] {
			wrong++
		}
		if i += 1 + int(a&1); i >= n {
			i -= n
		}
	}
	return wrong
}
