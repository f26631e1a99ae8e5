package match

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"example.com/sluice/rule"
	"go4.org/netipx"
)

// A long document is named by its first keys; one whose keys are many is named by
// none of those behind.
func TestLongDocumentsAreNamedByTheirFirstKeys(t *testing.T) {
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"k%d":0,`, i)
		}
		return b.String()
	}
	long := strings.Repeat("é", lookAhead) // whichever byte the cut is at
	for _, c := range []struct{ name, text, want string }{
		{"cut in a letter", `{"Permissions":"` + long, "a reply of DescribeSecurityGroupAttribute"},
		{"cut in the other half of a letter", `{"Permissions":"x` + long, "a reply of DescribeSecurityGroupAttribute"},
		{"behind 63 keys", "{" + many(63) + `"Permissions":0}`, "a reply of DescribeSecurityGroupAttribute"},
		{"behind 64 keys", "{" + many(64) + `"Permissions":0}`, ""},
	} {
		if got := membersLook([]byte(c.text)); got != c.want {
			t.Errorf("%s: membersLook = %q, want %q", c.name, got, c.want)
		}
	}
}

// Much garbage is given back to the system, little is left to the collector.
func TestCollect(t *testing.T) {
	collections := func(n int) uint32 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		collect(n)
		runtime.ReadMemStats(&after)
		return after.NumForcedGC - before.NumForcedGC
	}
	if little, much := collections(muchToCollect-1), collections(muchToCollect); little != 0 || much != 1 {
		t.Errorf("collect of little and of much = %d and %d collections, want 0 and 1", little, much)
	}
}

// TestCompileTooManyMemberClasses compiles rules that name groups which share
// addresses in 8,191 ways.
func TestCompileTooManyMemberClasses(t *testing.T) {
	t.Parallel()
	const groups = 13
	builders := make([]netipx.IPSetBuilder, groups)
	for i := range uint32(1 << groups) {
		for g := range builders {
			if i>>g&1 == 1 {
				builders[g].Add(addr4(10<<24 + 2*i))
			}
		}
	}
	sets := map[string]*netipx.IPSet{}
	g := rule.NewGroup("sg-0", rule.VPC, rule.Basic)
	g.Limit = 1 << 20
	var rules []rule.Existing
	for i := range builders {
		id := fmt.Sprint("sg-m", i)
		set, err := builders[i].IPSet()
		if err != nil {
			t.Fatal(err)
		}
		sets[id] = set
		for range maxMemberRows / (1<<groups - 1) * 128 / groups {
			rules = append(rules, rule.Existing{Params: rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestGroupID: id, Policy: "drop", Priority: "1"}})
		}
	}
	rules = append(rules, rules[:128*2]...)
	if err := g.Restore(rules...); err != nil {
		t.Fatal(err)
	}
	members, err := NewMembers(sets)
	if err != nil {
		t.Fatal(err)
	}
	const want = "share addresses in too many ways"
	if table, err := Compile(members, g); err == nil || table != nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Compile of %d rules = %v, %v, want an error with %q", g.Len(), table, err, want)
	}
}
