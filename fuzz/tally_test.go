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
	sorted  map[answer]int // the same, once for each sort that they are of
	kinds   map[string]int // everything else, by its name
}

// answer is an answer in one sort of interface or packet; the sort alone, with no
// cause, counts all its answers.
type answer struct {
	sort, cause string
	accept      bool
}

func (a answer) String() string { return fmt.Sprintf("%s: %s accept=%t", a.sort, a.cause, a.accept) }

func newTally() *tally { return &tally{sorted: map[answer]int{}, kinds: map[string]int{}} }

// sorts are the sorts of interface and packet in which every verdict for every
// cause must occur.
func sorts(x gen.Interface, p gen.Packet) [4]string {
	list := [4]string{"IPv4", "vpc", "one group", "up to 128 rules"}
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

func (c *tally) decided(x gen.Interface, p gen.Packet, a reference.Answer) {
	if a.Cause == reference.Invalid {
		c.kinds["invalid"]++
		return
	}
	c.answers++
	for _, sort := range sorts(x, p) {
		c.sorted[answer{sort: sort}]++
		c.sorted[answer{sort, a.Cause, a.Accept}]++
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
	want := func(kind string, n int, of string, all, percent int) {
		t.Helper()
		if n*100 < all*percent || n == 0 {
			t.Errorf("%s: %d of %d %s, want at least %d in 100", kind, n, all, of, percent)
		}
	}
	for _, sort := range []string{"IPv4", "IPv6", "vpc", "classic", "one group", "several groups", "up to 128 rules", "more than 128 rules"} {
		all := c.sorted[answer{sort: sort}]
		want(sort, all, "answers", c.answers, 5)
		for _, a := range []answer{
			{sort, reference.ByRule, true}, {sort, reference.ByRule, false},
			{sort, reference.Default, true}, {sort, reference.Default, false},
		} {
			if a != (answer{"classic", reference.Default, false}) { // classic groups are basic: their default accepts
				want(a.String(), c.sorted[a], "answers of that sort", all, 5)
			}
		}
	}
	for kind, percent := range map[string]int{"invalid": 5, "a member decides": 2, "a later group decides": 5} {
		want(kind, c.kinds[kind], "answers", c.answers, percent)
	}
	for _, k := range []string{
		"lost by " + reference.WhyPriority, "lost by " + reference.WhyTie, "lost by " + reference.WhyOrder,
		"missed by " + reference.Protocol, "missed by " + reference.Dst, "missed by " + reference.Src,
		"missed by " + reference.DstPort, "missed by " + reference.SrcPort, "missed by " + reference.NIC,
	} {
		want(k, c.kinds[k], "stories", c.kinds["stories"], 1)
	}
	if t.Failed() || testing.Verbose() {
		c.log(t)
	}
}

// checkAnswers is check for a run of a hundred worlds: each verdict for each cause
// in both families.
func (c *tally) checkAnswers(t *testing.T) {
	t.Helper()
	for _, sort := range []string{"IPv4", "IPv6"} {
		for _, cause := range []string{reference.ByRule, reference.Default} {
			for _, accept := range []bool{true, false} {
				a := answer{sort, cause, accept}
				if all := c.sorted[answer{sort: sort}]; c.sorted[a]*100 < all || c.sorted[a] == 0 {
					t.Errorf("%v: %d of %d answers of that sort, want at least 1 in 100", a, c.sorted[a], all)
				}
			}
		}
	}
	if c.kinds["invalid"] == 0 {
		t.Errorf("no packet was invalid")
	}
}

func (c *tally) log(t *testing.T) {
	all := maps.Clone(c.kinds)
	for a, n := range c.sorted {
		all[a.String()] = n
	}
	for _, k := range slices.Sorted(maps.Keys(all)) {
		t.Logf("%9d %s", all[k], k)
	}
}
