package fuzz

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	gocmp "github.com/google/go-cmp/cmp"
)

// wanted is a finding as the definition says it, by place.
type wantedFinding struct {
	Code      audit.Code
	Rule      int
	By        []int
	ByDefault bool
}

// wantedFindings reads the definitions packet by packet.
func (e *enumerated) wantedFindings() (list []wantedFinding) {
	for n, r := range e.rules {
		report := func(c audit.Code, by []int, byDefault bool) {
			list = append(list, wantedFinding{c, n, by, byDefault})
		}
		matched, decides := 0, 0
		shadowed, needless, byDefault := false, true, false
		instead, drops := map[int]bool{}, map[int]bool{}
		for p := range e.packets {
			m := e.matches[p]
			i := slices.Index(m, n)
			if i < 0 {
				continue
			}
			matched++
			policy := e.verdict([]int{n})
			shadowed = shadowed || e.verdict(m) != policy
			if i == 0 {
				decides++
				needless = needless && e.verdict(m[1:]) == policy
				if len(m) > 1 {
					instead[m[1]] = true
				} else {
					byDefault = true
					// The remedy of an OpenIPv6 finding would make it needed.
					needless = needless && !e.toClose(e.packets[p].Dst.Is6())
				}
			}
			others := slices.DeleteFunc(slices.Clone(m), func(k int) bool {
				return e.rules[k].Rule.Priority == r.Rule.Priority && e.rules[k].Rule.Policy == rule.Drop
			})
			if r.Rule.Policy == rule.Accept && len(others) > 0 && others[0] == n && m[0] != n {
				drops[m[0]] = true
			}
		}
		switch {
		case matched == 0:
			report(audit.Empty, nil, false)
		case decides == 0 && shadowed:
			report(audit.Shadowed, e.smallestCover(n), false)
		case decides == 0:
			report(audit.Redundant, e.smallestCover(n), false)
		case needless:
			report(audit.Needless, sorted(instead), byDefault)
		}
		if decides > 0 && len(drops) > 0 {
			report(audit.Tie, sorted(drops), false)
		}
		for v6 := range 2 {
			if e.closes(n, v6 == 1) && e.accepts && e.letThrough(v6 == 0) {
				report(audit.OpenIPv6, []int{n}, false)
			}
		}
		if r.Rule.DstHost.IsValid() || r.Rule.SrcHost.IsValid() {
			report(audit.HostBits, nil, false)
		}
	}
	return list
}

// toClose reports whether an OpenIPv6 finding says to close an IP version.
func (e *enumerated) toClose(v6 bool) bool {
	for n := range e.rules {
		if e.accepts && e.closes(n, !v6) && e.letThrough(v6) {
			return true
		}
	}
	return false
}

func sorted(set map[int]bool) (list []int) {
	for n := range set {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

// closes reports whether drop rule n matches every packet of a family.
func (e *enumerated) closes(n int, v6 bool) bool {
	if e.rules[n].Rule.Policy != rule.Drop {
		return false
	}
	for p, q := range e.packets {
		if q.Dst.Is6() == v6 && !slices.Contains(e.matches[p], n) {
			return false
		}
	}
	return true
}

// letThrough reports whether no rule mentions some packet of a family.
func (e *enumerated) letThrough(v6 bool) bool {
	for p, q := range e.packets {
		if q.Dst.Is6() == v6 && len(e.matches[p]) == 0 {
			return true
		}
	}
	return false
}

// smallestCover tries all sets of stronger rules, the smallest first and of those
// the strongest first.
func (e *enumerated) smallestCover(n int) []int {
	need := map[uint64]bool{} // which stronger rules a packet of n meets
	for p := range e.packets {
		if i := slices.Index(e.matches[p], n); i >= 0 {
			set := uint64(0)
			for _, m := range e.matches[p][:i] {
				set |= 1 << m
			}
			need[set] = true
		}
	}
	var cover []int
	var try func(from, left int, set uint64) bool
	try = func(from, left int, set uint64) bool {
		if left == 0 {
			for s := range need {
				if s&set == 0 {
					return false
				}
			}
			return true
		}
		for m := from; m < n; m++ {
			cover = append(cover, m)
			if try(m+1, left-1, set|1<<m) {
				return true
			}
			cover = cover[:len(cover)-1]
		}
		return false
	}
	for size := 1; !try(0, size, 0); size++ {
	}
	return cover
}

// placed is a finding by place, without what is told apart from it.
func (e *enumerated) placed(f audit.Finding) wantedFinding {
	at := func(r match.Ref) int { return slices.Index(e.rules, r) }
	w := wantedFinding{Code: f.Code, Rule: at(f.Rule), ByDefault: f.ByDefault}
	for _, r := range f.By {
		w.By = append(w.By, at(r))
	}
	return w
}

// TestLintIsExact holds Lint against the definitions, read packet by packet.
func TestLintIsExact(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for seed := range *worlds {
		e := enumerate(newTiny(seed).world(14))
		findings, err := audit.Lint(ctx, mustCompile(e.Interface))
		if err != nil {
			t.Fatalf("seed %d: Lint = %v, want findings", seed, err)
		}
		var got []wantedFinding
		for _, f := range findings {
			got = append(got, e.placed(f))
			if msg := e.badWitness(f); msg != "" {
				t.Fatalf("seed %d: %s\nof %+v\nwith\n%v", seed, msg, f, e.Interface)
			}
			seen[string(f.Code)]++
			if len(f.By) > 1 {
				seen[fmt.Sprintf("%s by several", f.Code)]++
			}
		}
		want := e.wantedFindings()
		slices.SortStableFunc(want, func(a, b wantedFinding) int {
			return cmp.Or(int(b.Code.Severity())-int(a.Code.Severity()), e.entryOrder(a.Rule, b.Rule))
		})
		if d := gocmp.Diff(want, got); d != "" {
			t.Fatalf("seed %d: Lint: -want +got\n%s\nwith\n%v", seed, d, e.Interface)
		}
	}
	for _, kind := range []string{"shadowed", "redundant", "needless", "tie", "empty", "open-ipv6", "hostbits",
		"shadowed by several", "redundant by several", "needless by several", "tie by several"} {
		if seen[kind] < 2 {
			t.Errorf("%d findings are %s, want at least 2", seen[kind], kind)
		}
	}
	t.Log(seen)
}

// entryOrder compares places by group and entry.
func (e *enumerated) entryOrder(a, b int) int {
	key := func(n int) int {
		for i, g := range e.Groups {
			if g.ID() == e.rules[n].Group {
				return i*1000 + e.rules[n].Index
			}
		}
		return -1
	}
	return key(a) - key(b)
}

// badWitness says what is wrong with a finding's witness.
func (e *enumerated) badWitness(f audit.Finding) string {
	if f.Message == "" || f.Remedy == "" {
		return "no message or no remedy"
	}
	if f.Code == audit.Empty || f.Code == audit.HostBits {
		if f.HasWitness || len(f.By) > 0 {
			return "it has a witness or rules that make it so, want none"
		}
		return ""
	}
	if !f.HasWitness {
		return "no witness"
	}
	i := slices.Index(e.packets, snapped(f.Witness))
	if i < 0 {
		return fmt.Sprintf("witness %v is none of the packets", f.Witness)
	}
	n, m := slices.Index(e.rules, f.Rule), e.matches[i]
	ok := false
	switch f.Code {
	case audit.Shadowed:
		ok = slices.Contains(m, n) && e.verdict(m) != e.verdict([]int{n})
	case audit.Redundant:
		ok = slices.Contains(m, n)
	case audit.Needless:
		ok = len(m) > 0 && m[0] == n
	case audit.Tie:
		ok = slices.Contains(m, n) && slices.Contains(f.By, e.rules[m[0]])
		for _, k := range m[:max(slices.Index(m, n), 0)] {
			ok = ok && e.rules[k].Rule.Priority == f.Rule.Rule.Priority && e.rules[k].Rule.Policy == rule.Drop
		}
	case audit.OpenIPv6:
		ok = len(m) == 0 && e.accepts
	}
	if !ok {
		return fmt.Sprintf("witness %v is none: it meets rules %v", f.Witness, m)
	}
	return ""
}
