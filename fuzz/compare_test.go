package fuzz

import (
	"fmt"
	"slices"

	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/reference"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
	"go4.org/netipx"
)

// tellings is about how many rules one comparison wants explained.
const tellings = 5000

// newMembers indexes members that are within the bounds of an index.
func newMembers(sets map[string]*netipx.IPSet) *match.Members {
	m, err := match.NewMembers(sets)
	if err != nil {
		panic(err)
	}
	return m
}

// compile builds the engine's table of an interface.
func compile(x gen.Interface) (*match.Table, error) {
	return match.Compile(newMembers(x.Members), x.Groups...)
}

// asReference is the packet as the reference takes it.
func asReference(p gen.Packet) reference.Packet {
	return reference.Packet{
		Protocol: int(p.Protocol), Src: p.Src, Dst: p.Dst,
		SrcPort: int(p.SrcPort), DstPort: int(p.DstPort), NIC: p.NIC,
	}
}

// compare holds everything that the table says of the packets against the
// reference's answers for x, and counts what came up. It returns the first
// packet on which they differ and what they say. Explain is asked about every
// packet, or where that would be long about some.
func compare(x gen.Interface, t *match.Table, packets []gen.Packet, c *tally) (at gen.Packet, diff string) {
	ref := reference.New(x.Members, x.Groups...)
	own := match.Decision{Verdict: match.Accept, Cause: match.Default} // what dst holds already must stay
	batch := t.DecideBatch([]match.Decision{own}, enginePackets(packets))
	if len(batch) != len(packets)+1 || batch[0] != own {
		return at, fmt.Sprintf("DecideBatch gave %d decisions, the first %v, want %d, the first %v", len(batch), batch[0], len(packets)+1, own)
	}
	every := max(len(packets)*x.Len()/tellings, 1)
	for i, p := range packets {
		d := t.Decide(match.Packet(p))
		want := ref.Decide(asReference(p))
		c.decided(x, p, want)
		switch {
		case batch[i+1] != d:
			return p, fmt.Sprintf("DecideBatch = %+v, want Decide's %+v", batch[i+1], d)
		case said(t, d) != want:
			return p, fmt.Sprintf("Decide = %+v, want %+v", said(t, d), want)
		}
		if i%every == 0 {
			if diff := compareStory(x, t, p, d, ref.Explain(asReference(p)), c); diff != "" {
				return p, diff
			}
		}
	}
	return at, ""
}

func enginePackets(packets []gen.Packet) []match.Packet {
	list := make([]match.Packet, len(packets))
	for i, p := range packets {
		list[i] = match.Packet(p)
	}
	return list
}

// said is the engine's decision in the reference's words.
func said(t *match.Table, d match.Decision) reference.Answer {
	a := reference.Answer{Accept: d.Verdict == match.Accept, Cause: d.Cause.String()}
	if ref, ok := t.Rule(d); ok {
		a.Group, a.Index = ref.Group, ref.Index
	}
	return a
}

// compareStory holds Explain, and the rules that the engine hands out, against
// the reference's story and the groups' own rules.
func compareStory(x gen.Interface, t *match.Table, p gen.Packet, d match.Decision, want reference.Story, c *tally) string {
	c.told(want)
	e := t.Explain(match.Packet(p))
	if e.Decision != d {
		return fmt.Sprintf("Explain has decision %v, want Decide's %v", e.Decision, d)
	}
	decider, _ := t.Rule(d)
	if e.Decider != decider {
		return fmt.Sprintf("Explain has decider %v, want Rule's %v", e.Decider, decider)
	}
	got := reference.Story{Answer: said(t, e.Decision)}
	refs := []match.Ref{}
	if d.Cause == match.ByRule {
		refs = append(refs, decider)
	}
	for _, o := range e.Overridden {
		got.Overridden = append(got.Overridden, reference.Place{Group: o.Group, Index: o.Index, Note: string(o.Why)})
		refs = append(refs, o.Ref)
	}
	for _, m := range e.Missed {
		got.Missed = append(got.Missed, reference.Place{Group: m.Group, Index: m.Index, Note: string(m.Field)})
		refs = append(refs, m.Ref)
	}
	same := got.Answer == want.Answer && slices.Equal(got.Overridden, want.Overridden) && slices.Equal(got.Missed, want.Missed)
	if !same {
		return "Explain: -want +got\n" + cmp.Diff(want, got)
	}
	for _, r := range refs {
		if entered, ok := entered(x, r.Group, r.Index); !ok || entered != r.Rule {
			return fmt.Sprintf("%s[%d] is told as %v, want %v", r.Group, r.Index, r.Rule, entered)
		}
	}
	return ""
}

// entered is a rule as it entered its group.
func entered(x gen.Interface, id string, i int) (rule.Rule, bool) {
	at := slices.IndexFunc(x.Groups, func(g *rule.Group) bool { return g.ID() == id })
	if at < 0 {
		return rule.Rule{}, false
	}
	return x.Groups[at].Rule(i)
}
