package fuzz

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// fall is what a packet meets as its rules are removed one after the other: bit k
// of bad says that the verdict is another one once the first k of list are gone.
type fall struct {
	list []int // candidates, by number
	bad  uint64
}

// falls are those of all packets, each once.
func (e *enumerated) falls(candidates []int) (list []fall) {
	seen := map[string]bool{}
	for i, p := range e.packets {
		var f fall
		for k, m := 0, e.matches[i]; k <= len(m); k++ {
			if e.verdict(m[k:]) != e.verdict(m) || k > 0 && k == len(m) && e.toClose(p.Dst.Is6()) {
				f.bad |= 1 << k
			}
			if k == len(m) || !slices.Contains(candidates, m[k]) {
				break
			}
			f.list = append(f.list, slices.Index(candidates, m[k]))
		}
		if key := fmt.Sprint(f); !seen[key] {
			seen[key] = true
			list = append(list, f)
		}
	}
	return list
}

// keeps reports whether every packet keeps its verdict without a set of
// candidates.
func keeps(falls []fall, removed uint64) bool {
	for _, f := range falls {
		k := 0
		for k < len(f.list) && removed>>f.list[k]&1 != 0 {
			k++
		}
		if f.bad>>k&1 != 0 {
			return false
		}
	}
	return true
}

// TestRemovableIsExact holds Removable against all subsets of what Lint finds.
func TestRemovableIsExact(t *testing.T) {
	t.Parallel()
	several := 0
	for seed := range *worlds / 3 {
		e := enumerate(newTiny(seed).world(12))
		table := mustCompile(e.Interface)
		findings, err := audit.Lint(ctx, table)
		if err != nil {
			t.Fatal(err)
		}
		var candidates []int
		for _, f := range findings {
			switch f.Code {
			case audit.Empty, audit.Shadowed, audit.Redundant, audit.Needless:
				candidates = append(candidates, slices.Index(e.rules, f.Rule))
			}
		}
		got, err := audit.Removable(ctx, table)
		if err != nil {
			t.Fatalf("seed %d: Removable = %v", seed, err)
		}
		removed := uint64(0)
		for _, r := range got.Rules {
			k := slices.Index(candidates, slices.Index(e.rules, r))
			if k < 0 {
				t.Fatalf("seed %d: Removable has %v, which Lint does not find\n%v", seed, r, e.Interface)
			}
			removed |= 1 << k
		}
		falls := e.falls(candidates)
		if !keeps(falls, removed) {
			t.Fatalf("seed %d: without %v a verdict changes\n%v", seed, got.Rules, e.Interface)
		}
		best := 0
		for set := range uint64(1) << len(candidates) {
			if bits.OnesCount64(set) > best && keeps(falls, set) {
				best = bits.OnesCount64(set)
			}
		}
		if got.Largest && len(got.Rules) != best {
			t.Fatalf("seed %d: Removable has %d rules and is the largest, want %d\n%v", seed, len(got.Rules), best, e.Interface)
		}
		if best > 1 {
			several++
		}
	}
	if want := int(*worlds / 18); several < want {
		t.Errorf("%d worlds have several rules to remove, want %d", several, want)
	}
}

// TestRemediesFitTogether follows the remedies of OpenIPv6 findings and removes
// what is removable, all at once: what rules accept is accepted still, and what
// is dropped is dropped.
func TestRemediesFitTogether(t *testing.T) {
	t.Parallel()
	kept, closes := 0, 0
	for seed := range *worlds / 3 {
		s := newTiny(seed)
		x := s.world(12)
		if x.Groups[0].Type() == rule.Basic && x.Groups[0].Network() == rule.VPC {
			s.enter(x.Groups[0], rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "0.0.0.0/0", Policy: "drop", Priority: "100"})
		}
		e := enumerate(x)
		findings, err := audit.Lint(ctx, mustCompile(x))
		if err != nil {
			t.Fatal(err)
		}
		removal, err := audit.Removable(ctx, mustCompile(x))
		if err != nil {
			t.Fatal(err)
		}
		after := mustCompile(less(closed(x, findings), removal.Rules...))
		for i, p := range e.packets {
			want := e.verdict(e.matches[i])
			if len(e.matches[i]) == 0 && e.toClose(p.Dst.Is6()) {
				want = match.Drop // which is what the remedy is for
				closes++
			}
			if len(e.matches[i]) > 0 && want == match.Accept {
				kept++
			}
			if got := after.Decide(p); got.Verdict != want {
				t.Fatalf("seed %d: %v is %v once all remedies are followed, want %v; without %v\n%v", seed, p, got, want, removal.Rules, x)
			}
		}
	}
	if want := int(*worlds * 3); kept < want || closes < want {
		t.Errorf("%d packets are accepted by rules, %d closed by remedies: want %d each", kept, closes, want)
	}
}
