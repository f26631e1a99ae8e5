package fuzz

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/reference"
	"example.com/sluice/rule"
)

// tally counts what a comparison compared, so that one that compares misses with
// misses is found out.
type tally struct {
	answers int            // of valid packets
	kinds   map[string]int // each kind below, and the answers of each sort of interface
}

func newTally() *tally { return &tally{kinds: map[string]int{}} }

// sorts are the sorts of interface and packet in which every verdict for every
// cause must occur.
func sorts(x gen.Interface, p gen.Packet) []string {
	list := []string{"IPv4", "vpc", "one group", "up to 128 rules"}
	if p.Dst.Unmap().Is6() {
		list[0] = "IPv6"
	}
	if x.Groups[0].Network() == rule.Classic {
		list[1] = "classic"
	}
	if len(x.Groups) > 1 {
		list[2] = "several groups"
	}
	if x.Len() > 128 {
		list[3] = "more than 128 rules"
	}
	return list
}

func kind(sort, cause string, accept bool) string {
	return fmt.Sprintf("%s: %s accept=%t", sort, cause, accept)
}

func (c *tally) decided(x gen.Interface, p gen.Packet, a reference.Answer) {
	if a.Cause == reference.Invalid {
		c.kinds["invalid"]++
		return
	}
	c.answers++
	for _, sort := range sorts(x, p) {
		c.kinds[sort]++
		c.kinds[kind(sort, a.Cause, a.Accept)]++
	}
	if a.Cause == reference.ByRule {
		if r, _ := entered(x, a.Group, a.Index); r.DstGroup != "" {
			c.kinds["a member decides"]++
		}
		if a.Group != x.Groups[0].ID() {
			c.kinds["a later group decides"]++
		}
	}
}

func (c *tally) told(s reference.Story) {
	seen := map[string]bool{"stories": true}
	for _, o := range s.Overridden {
		seen["lost by "+o.Note] = true
	}
	for _, m := range s.Missed {
		seen["missed by "+m.Note] = true
	}
	for k := range seen {
		c.kinds[k]++
	}
}

// check fails where a kind that must occur does in less than 5 of 100 answers of
// its sort; the rarer kinds have shares of their own.
func (c *tally) check(t *testing.T) {
	t.Helper()
	want := func(kind, of string, all, percent int) {
		t.Helper()
		if n := c.kinds[kind]; n*100 < all*percent || n == 0 {
			t.Errorf("%s: %d of %d %s, want at least %d in 100", kind, n, all, of, percent)
		}
	}
	for _, sort := range []string{"IPv4", "IPv6", "vpc", "classic", "one group", "several groups", "up to 128 rules", "more than 128 rules"} {
		of, all := "answers of that sort", c.kinds[sort]
		want(sort, "answers", c.answers, 5)
		want(kind(sort, reference.ByRule, true), of, all, 5)
		want(kind(sort, reference.ByRule, false), of, all, 5)
		want(kind(sort, reference.Default, true), of, all, 5)
		if sort != "classic" { // classic groups are basic: their default accepts
			want(kind(sort, reference.Default, false), of, all, 5)
		}
	}
	want("invalid", "answers", c.answers, 5)
	want("a member decides", "answers", c.answers, 2)
	want("a later group decides", "answers", c.answers, 5)
	for _, k := range []string{
		"lost by " + reference.WhyPriority, "lost by " + reference.WhyTie, "lost by " + reference.WhyOrder,
		"missed by " + reference.Protocol, "missed by " + reference.Dst, "missed by " + reference.Src,
		"missed by " + reference.DstPort, "missed by " + reference.SrcPort, "missed by " + reference.NIC,
	} {
		want(k, "stories", c.kinds["stories"], 1)
	}
	if t.Failed() || testing.Verbose() {
		for _, k := range slices.Sorted(maps.Keys(c.kinds)) {
			t.Logf("%9d %s", c.kinds[k], k)
		}
	}
}
