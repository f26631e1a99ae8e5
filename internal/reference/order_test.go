package reference_test

import (
	"testing"

	"example.com/sluice/rule"
)

// TestOrder reads points 1, 2 and 4: which rule is first, and what is done where
// none matches.
func TestOrder(t *testing.T) {
	const (
		acceptAll = "accept all to 10.0.0.0/8"
		dropAll   = "drop all to 10.0.0.0/8"
	)
	hit := packet(6, "10.0.0.1", "10.0.0.2", 1000, 80)
	miss := packet(6, "10.0.0.1", "192.0.2.1", 1000, 80)
	hit6 := packet(6, "2001:db8::1", "2001:db8::2", 1000, 80)

	check(t, []decision{
		{"the smaller priority decides", "priority ascending",
			one(dropAll+" priority 2", acceptAll+" priority 1"), hit, acceptBy(0, 1)},
		{"the smaller priority decides for drop, too", "priority ascending",
			one(acceptAll+" priority 100", dropAll+" priority 99"), hit, dropBy(0, 1)},
		{"priorities compare as numbers", "9 is before 10, as text it is behind",
			one(acceptAll+" priority 10", dropAll+" priority 9"), hit, dropBy(0, 1)},
		{"a rule of the system is behind 100", "priority 110 ranks below every rule of 1..100",
			one(dropAll+" priority 110", acceptAll+" priority 100"), hit, acceptBy(0, 1)},
		{"a rule of the system decides where no other does", "priority 110 is a rule all the same",
			one("drop all to 10.0.0.0/8 priority 110", "accept all to 192.0.2.0/24 priority 1"), hit, dropBy(0, 0)},
		{"at a tie drop decides, entered first", "at equal priority drop before accept",
			one(dropAll+" priority 5", acceptAll+" priority 5"), hit, dropBy(0, 0)},
		{"at a tie drop decides, entered last", "at equal priority drop before accept",
			one(acceptAll+" priority 5", dropAll+" priority 5"), hit, dropBy(0, 1)},
		{"a longer prefix wins nothing", "the order knows no prefix length",
			one("drop all to 10.0.0.0/8 priority 5", "accept all to 10.0.0.2/32 priority 5"), hit, dropBy(0, 0)},
		{"a named protocol wins nothing", "the order knows no protocol",
			one("accept tcp to 10.0.0.0/8 port 80/80 priority 2", "drop all to 0.0.0.0/0 priority 1"), hit, dropBy(0, 1)},
		{"of two equal rules the earlier one", "then entry order",
			one(acceptAll, acceptAll), hit, acceptBy(0, 0)},
		{"of two accepting rules the earlier one", "then entry order, the blocks do not matter",
			one("accept all to 0.0.0.0/0", "accept all to 10.0.0.2/32"), hit, acceptBy(0, 0)},
		{"entry order counts behind a rule that does not match", "the first rule that matches",
			one("drop all to 192.0.2.0/24", "drop all to 10.0.0.0/8", "drop all to 10.0.0.2/32"), hit, dropBy(0, 1)},

		{"the earlier group", "then group order",
			world{groups: [][]string{{acceptAll}, {acceptAll}}}, hit, acceptBy(0, 0)},
		{"group order goes before entry order", "group order, then entry order",
			world{groups: [][]string{{"accept all to 192.0.2.0/24", acceptAll}, {acceptAll}}}, hit, acceptBy(0, 1)},
		{"priority goes before group order", "the rules of all groups, taken together",
			world{groups: [][]string{{dropAll + " priority 2"}, {acceptAll + " priority 1"}}}, hit, acceptBy(1, 0)},
		{"drop goes before group order", "the rules of all groups, taken together",
			world{groups: [][]string{{acceptAll}, {}, {acceptAll, dropAll}}}, hit, dropBy(2, 1)},
		{"the tenth group counts", "at most 10 groups",
			world{groups: [][]string{{}, {}, {}, {}, {}, {}, {}, {}, {}, {dropAll}}}, hit, dropBy(9, 0)},

		{"no rule: basic accepts", "no rule matches: basic accepts",
			world{typ: rule.Basic, groups: [][]string{{}}}, hit, acceptByDefault},
		{"no rule: advanced drops", "no rule matches: advanced drops",
			world{typ: rule.Advanced, groups: [][]string{{}}}, hit, dropByDefault},
		{"no rule matches: basic accepts", "the same with rules",
			world{typ: rule.Basic, groups: [][]string{{dropAll}, {dropAll}}}, miss, acceptByDefault},
		{"no rule matches: advanced drops", "the same with rules",
			world{typ: rule.Advanced, groups: [][]string{{acceptAll}, {acceptAll}}}, miss, dropByDefault},
		{"no rule matches IPv6: basic accepts", "the default knows no family",
			one(dropAll), hit6, acceptByDefault},
		{"no rule matches IPv6: advanced drops", "the default knows no family",
			world{typ: rule.Advanced, groups: [][]string{{acceptAll}}}, hit6, dropByDefault},
		{"no rule matches in a classic group", "classic groups are basic",
			world{network: rule.Classic, groups: [][]string{{dropAll + " nic intranet"}}}, by(rule.Intranet, miss), acceptByDefault},
		{"a rule decides in an advanced group", "the type makes the default only",
			world{typ: rule.Advanced, groups: [][]string{{acceptAll}}}, hit, acceptBy(0, 0)},
		{"an interface without groups", "closed: there is no basic group that would accept",
			world{}, hit, dropByDefault},
	})
}
