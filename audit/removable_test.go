package audit

import (
	"fmt"
	"slices"
	"testing"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// without is a fixture less the rules at refs.
func (f fixture) without(refs []match.Ref) fixture {
	less := fixture{Members: f.Members}
	for _, g := range f.Groups {
		g = g.Clone()
		for i := g.Len() - 1; i >= 0; i-- {
			if slices.ContainsFunc(refs, func(r match.Ref) bool { return r.Group == g.ID() && r.Index == i }) {
				g.Remove(i)
			}
		}
		less.Groups = append(less.Groups, g)
	}
	return less
}

func TestRemovable(t *testing.T) {
	t.Parallel()
	var nested []string // one in the other, more than are searched for a largest set
	for n := range maxExact + 2 {
		nested = append(nested, fmt.Sprintf("accept tcp to 10.0.0.0/%d port 443/443 priority %d", 8+n, 1+n))
	}
	const rest = "drop all to 0.0.0.0/0 priority 100"
	for name, c := range map[string]struct {
		rules   []string
		want    string
		largest bool
	}{
		"none":          {[]string{"accept tcp to 10.0.0.0/8 port 443/443 priority 1", rest}, "", true},
		"one of twins":  {[]string{"accept tcp to 10.0.0.0/8 port 443/443 priority 1", "accept tcp to 10.0.0.0/8 port 443/443 priority 2", rest}, "sg[1]", true},
		"empty":         {[]string{"accept tcp group sg-none port 1/2 priority 1", rest}, "sg[0]", true},
		"two, not one":  {[]string{"accept tcp to 10.0.0.0/9 port 1/2 priority 1", "accept tcp to 10.128.0.0/9 port 1/2 priority 1", "accept tcp to 10.0.0.0/8 port 1/2 priority 2", rest}, "sg[0] and sg[1]", true},
		"apart":         {[]string{"drop tcp to 10.0.0.0/9 port 1/2 priority 1", "drop udp to 10.0.0.0/9 port 1/2 priority 1", rest}, "sg[0] and sg[1]", true},
		"by default":    {[]string{"accept tcp to 10.0.0.0/9 port 1/2 priority 1", "accept all to 10.0.0.0/8 priority 2", "drop tcp to 10.0.0.0/16 port 2/2 priority 3"}, "sg[0], sg[1] and sg[2]", true},
		"twice twins":   {[]string{"accept tcp to 10.0.0.0/8 port 443/443 priority 1", "accept tcp to 10.0.0.0/8 port 443/443 priority 2", "accept udp to 172.16.0.0/12 port 53/53 priority 3", "accept udp to 172.16.0.0/12 port 53/53 priority 4", rest}, "sg[1] and sg[3]", true},
		"needed closed": {[]string{"accept udp to 2001:db8::/32 port 53/53 priority 1", rest}, "", true},
		"most searched": {append(nested[:maxExact+1:maxExact+1], rest), "sg[1], sg[2], sg[3], sg[4], sg[5] and 5 more", true},
		"nested":        {append(nested, rest), "sg[1], sg[2], sg[3], sg[4], sg[5] and 6 more", false},
	} {
		f := vpc(t, rule.Basic, map[string]string{"sg-none": ""}, c.rules...)
		got, err := Removable(ctx, f.table())
		text := ""
		if len(got.Rules) > 0 {
			text = places(got.Rules)
		}
		if err != nil || text != c.want || got.Largest != c.largest {
			t.Errorf("%s: Removable = %s, largest %t, %v, want %s, largest %t", name, text, got.Largest, err, c.want, c.largest)
		}
		changes, err := Diff(ctx, f.table(), f.without(got.Rules).table())
		if err != nil || len(changes) > 0 {
			t.Errorf("%s: without what is removable, Diff = %v, %v, want no change", name, changes, err)
		}
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	ref := func(group string, i int) match.Ref { return match.Ref{Group: group, Index: i} }
	by := func(refs ...match.Ref) []match.Ref { return refs }
	findings := []Finding{
		{Code: Shadowed, Rule: ref("a", 1), By: by(ref("a", 0))},
		{Code: Empty, Rule: ref("a", 2), Message: "no members in b"},
		{Code: Empty, Rule: ref("a", 3), Message: "no members in c"},
		{Code: Redundant, Rule: ref("a", 4), By: by(ref("a", 0))},
		{Code: Shadowed, Rule: ref("a", 5), By: by(ref("a", 0))},
		{Code: Shadowed, Rule: ref("a", 6), By: by(ref("b", 0))},
		{Code: Needless, Rule: ref("a", 7), ByDefault: true},
		{Code: Needless, Rule: ref("a", 8), ByDefault: true, By: by(ref("a", 0))},
		{Code: Needless, Rule: ref("a", 9), ByDefault: true},
		{Code: Empty, Rule: ref("a", 10), Message: "no members in b"},
		{Code: Shadowed, Rule: ref("a", 11), By: by(ref("a", 0)), Remedy: "another"},
	}
	var got []string
	for _, g := range Group(findings) {
		var rules []match.Ref
		for _, f := range g {
			rules = append(rules, f.Rule)
		}
		got = append(got, places(rules))
	}
	want := []string{"a[1] and a[5]", "a[2] and a[10]", "a[3]", "a[4]", "a[6]", "a[7] and a[9]", "a[8]", "a[11]"}
	if !slices.Equal(got, want) {
		t.Errorf("Group = %q, want %q", got, want)
	}
}
