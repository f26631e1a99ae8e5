package audit

import (
	"fmt"
	"net/netip"
	"testing"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// shapes are sets of n rules of which few overlap, so that what audit spends on
// them grows little faster than n.
var shapes = []struct {
	name string
	rule func(i int) rule.Rule
}{
	{"destinations", func(i int) rule.Rule { return rule.Rule{Policy: rule.Accept, Dst: netip.PrefixFrom(v4(i<<8), 24)} }},
	{"addresses", func(i int) rule.Rule { return rule.Rule{Policy: rule.Accept, Dst: netip.PrefixFrom(v4(i*3), 32)} }},
	{"IPv6 destinations", func(i int) rule.Rule { return rule.Rule{Policy: rule.Accept, Dst: netip.PrefixFrom(v6(i), 64)} }},
	{"sources", func(i int) rule.Rule {
		return rule.Rule{Policy: rule.Accept, Src: netip.PrefixFrom(v4(i<<8), 24), Dst: any4}
	}},
	{"ports", func(i int) rule.Rule {
		return rule.Rule{Policy: rule.Accept, Dst: any4, DstPorts: port(i), Protocol: rule.TCP, SrcPorts: rule.PortRange{First: uint16(1 + i/65535), Last: 65535}}
	}},
	{"source ports", func(i int) rule.Rule {
		return rule.Rule{Policy: rule.Accept, Dst: any4, SrcPorts: port(i), DstPorts: rule.PortRange{First: 1, Last: 65535}, Protocol: rule.TCP}
	}},
	{"drops between", func(i int) rule.Rule {
		return rule.Rule{Policy: rule.Policy(i & 1), Dst: netip.PrefixFrom(v4(i<<8), 24)}
	}},
	{"nested drops", func(i int) rule.Rule {
		r := rule.Rule{Policy: rule.Accept, Dst: netip.PrefixFrom(v4(i/2<<8), 24)}
		if i&1 == 1 {
			r.Policy, r.Priority, r.Dst = rule.Drop, 2, netip.PrefixFrom(v4(i/2<<8+7), 32)
		}
		return r
	}},
	{"groups", func(i int) rule.Rule {
		return rule.Rule{Policy: rule.Accept, DstGroup: group(i), Protocol: rule.TCP, DstPorts: port(i / shapedGroups), SrcPorts: rule.PortRange{First: 1, Last: 65535}}
	}},
	{"mixed", func(i int) rule.Rule {
		r := rule.Rule{Policy: rule.Policy(i / 4 & 1), Dst: netip.PrefixFrom(v4(i<<8), 24)}
		switch i & 3 {
		case 1:
			r.Dst = netip.PrefixFrom(v6(i), 64)
		case 2:
			r.Protocol, r.DstPorts = rule.UDP, port(i)
		case 3:
			r = rule.Rule{Policy: rule.Accept, DstGroup: group(i), Protocol: rule.TCP, DstPorts: port(i / shapedGroups), SrcPorts: rule.PortRange{First: 1, Last: 65535}}
		}
		return r
	}},
}

var any4 = netip.MustParsePrefix("0.0.0.0/0")

func v4(n int) netip.Addr {
	n += 10 << 24
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

func v6(n int) netip.Addr {
	return netip.AddrFrom16([16]byte{0x20, 0x01, 0xd, 0xb8, 0, byte(n >> 16), byte(n >> 8), byte(n)})
}

// shapedGroups is how many groups the rules name: tables have no room for many
// more.
const shapedGroups = 1000

func group(i int) string { return fmt.Sprint("sg-m", i%shapedGroups) }

func port(i int) rule.PortRange {
	p := uint16(1 + i%65535)
	return rule.PortRange{First: p, Last: p}
}

// shaped makes a table of n rules of a shape and a drop rule for the rest.
func shaped(n int, of func(i int) rule.Rule) *match.Table {
	g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
	g.Limit = n + 1
	sets := map[string]*netipx.IPSet{}
	list := make([]rule.Existing, 0, n+1)
	for i := range n {
		r := of(i)
		if r.Protocol == 0 {
			r.Protocol = rule.All
		}
		if r.Priority == 0 {
			r.Priority = 3
		}
		if r.DstGroup != "" && sets[r.DstGroup] == nil {
			var b netipx.IPSetBuilder
			b.Add(v4(i<<8 + 1))
			b.Add(v4(i<<8 + 9))
			sets[r.DstGroup], _ = b.IPSet()
		}
		list = append(list, rule.Existing{Params: r.Params()})
	}
	list = append(list, rule.Existing{Params: rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "0.0.0.0/0", Policy: "drop", Priority: "100"}})
	if err := g.Restore(list...); err != nil {
		panic(err)
	}
	members, err := match.NewMembers(sets)
	if err != nil {
		panic(err)
	}
	return fixture{Members: members, Groups: []*rule.Group{g}}.table()
}

// Four times as many rules of which few overlap take little more than four times
// the steps, with or without what Diff and FindEach add.
func TestGrowth(t *testing.T) {
	t.Parallel()
	const n = 600
	for _, shape := range shapes {
		few, many := shaped(n, shape.rule), shaped(4*n, shape.rule)
		for name, ask := range map[string]func(t *match.Table, b *budget) error{
			"Lint":     func(t *match.Table, b *budget) error { _, err := lint(t, b); return err },
			"FindEach": func(t *match.Table, b *budget) error { _, err := find(t, Query{}, true, b); return err },
			"Find": func(t *match.Table, b *budget) error {
				_, err := find(t, Query{Src: netip.MustParsePrefix("10.0.1.0/24")}, false, b)
				return err
			},
			"Diff": func(t *match.Table, b *budget) error { _, err := diff(t, changedTable(t), false, b); return err },
		} {
			steps := func(table *match.Table) int64 {
				b := unbounded()
				if err := ask(table, b); err != nil {
					t.Errorf("%s of %d rules, %s = %v", name, table.Len(), shape.name, err)
				}
				return b.bounds.Steps - b.steps
			}
			a, b := steps(few), steps(many)
			if ratio := float64(b) / float64(a); ratio > 6 {
				t.Errorf("%s of %s takes %d steps for %d rules and %d for %d, %.1f times as many: want at most 6", name, shape.name, a, n, b, 4*n, ratio)
			}
		}
	}
}

// changedTable is an empty table of the groups' kind, so that every rule changes.
func changedTable(t *match.Table) *match.Table {
	return fixture{Groups: []*rule.Group{rule.NewGroup("sg-a", t.Network(), t.Type())}}.table()
}

// BenchmarkGrowth lints sets of rules of which few overlap.
func BenchmarkGrowth(b *testing.B) {
	for _, shape := range shapes {
		for _, n := range []int{1000, 8000, 60000} {
			b.Run(fmt.Sprint(shape.name, "-", n), func(b *testing.B) {
				table := shaped(n, shape.rule)
				for b.Loop() {
					if _, err := Lint(ctx, table); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
