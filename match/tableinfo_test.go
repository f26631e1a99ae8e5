package match

import (
	"slices"
	"testing"

	"example.com/sluice/rule"
)

func TestTableInfo(t *testing.T) {
	t.Parallel()
	type info struct {
		rules   int
		byDef   Verdict
		network rule.Network
		typ     rule.Type
		groups  []string
		members bool
	}
	basic := rule.NewGroup("sg-b", rule.VPC, rule.Basic)
	if err := basic.Authorize(rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "10.0.0.0/8"}); err != nil {
		t.Fatal(err)
	}
	compile := func(m *Members, groups ...*rule.Group) *Table {
		table, err := Compile(m, groups...)
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	for name, c := range map[string]struct {
		table *Table
		want  info
	}{
		"nil":      {nil, info{byDef: Drop}},
		"zero":     {new(Table), info{byDef: Drop}},
		"basic":    {compile(new(Members), basic, rule.NewGroup("sg-a", rule.VPC, rule.Basic)), info{1, Accept, rule.VPC, rule.Basic, []string{"sg-b", "sg-a"}, true}},
		"advanced": {compile(nil, rule.NewGroup("sg-c", rule.VPC, rule.Advanced)), info{0, Drop, rule.VPC, rule.Advanced, []string{"sg-c"}, false}},
		"classic":  {compile(nil, rule.NewGroup("sg-d", rule.Classic, rule.Basic)), info{0, Accept, rule.Classic, rule.Basic, []string{"sg-d"}, false}},
	} {
		got := info{c.table.Len(), c.table.Default(), c.table.Network(), c.table.Type(), c.table.Groups(), c.table.Members() != nil}
		if got.rules != c.want.rules || got.byDef != c.want.byDef || got.network != c.want.network || got.typ != c.want.typ ||
			got.members != c.want.members || !slices.Equal(got.groups, c.want.groups) {
			t.Errorf("%s: the table has %+v, want %+v", name, got, c.want)
		}
	}
}
