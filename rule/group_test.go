package rule_test

import (
	"errors"
	"math"
	"net/netip"
	"strconv"
	"testing"

	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// port is a request that differs from every other port's.
func port(n int) rule.Params {
	s := strconv.Itoa(n)
	return params("PortRange=" + s + "/" + s)
}

// firstPorts lists the first destination ports of g's rules, which tell rules
// of port apart.
func firstPorts(g *rule.Group) []int {
	var got []int
	for _, r := range g.Rules() {
		got = append(got, int(r.DstPorts.First))
	}
	return got
}

// holding returns a VPC group that holds the rules of the given ports.
func holding(t *testing.T, ports ...int) *rule.Group {
	t.Helper()
	g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
	for _, n := range ports {
		if err := g.Authorize(port(n)); err != nil {
			t.Fatalf("Authorize(port %d) = %v, want nil", n, err)
		}
	}
	return g
}

func TestNewGroup(t *testing.T) {
	g := rule.NewGroup("sg-a", rule.VPC, rule.Advanced)
	if g.ID() != "sg-a" || g.Network() != rule.VPC || g.Type() != rule.Advanced || g.Limit != 100 || g.Len() != 0 || g.Owner != "" || g.VPCID != "" {
		t.Errorf("NewGroup(sg-a, vpc, advanced) = %+v, want an empty group of that id, network and type, limit 100", g)
	}
}

func TestGroupLimit(t *testing.T) {
	full := func(index int, limit int) []fault {
		return []fault{{Code: "AuthorizationLimitExceed", Status: 403, Index: index, Param: "SecurityGroupId", Value: "sg-a"}}
	}
	tests := []struct {
		name   string
		limit  int
		before int
		enter  int
		faults []fault
	}{
		{"the default takes 100", rule.DefaultLimit, 0, 100, nil},
		{"the default refuses 101", rule.DefaultLimit, 0, 101, full(100, 100)},
		{"the default refuses one more than 100", rule.DefaultLimit, 100, 1, full(0, 100)},
		{"the first that does not fit is named, once", rule.DefaultLimit, 98, 5, full(2, 100)},
		{"a limit that was raised", 1000, 100, 900, nil},
		{"a limit that was raised, exceeded", 1000, 100, 901, full(900, 1000)},
		{"a limit of 0 refuses the first", 0, 0, 1, full(0, 0)},
		{"a limit of 0 takes no rules", 0, 0, 0, nil},
		{"a negative limit refuses the first", -5, 0, 1, full(0, -5)},
		{"a limit below what the group holds", 3, 5, 1, full(0, 3)},
		{"the lowest limit there is", math.MinInt, 5, 1, full(0, math.MinInt)},
		{"the highest limit there is", math.MaxInt, 5, 1, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
			g.Limit = max(tt.limit, tt.before)
			var ps []rule.Params
			for n := range tt.before + tt.enter {
				ps = append(ps, port(n+1))
			}
			if err := g.Authorize(ps[:tt.before]...); err != nil {
				t.Fatalf("Authorize(%d rules) = %v, want nil", tt.before, err)
			}
			g.Limit = tt.limit
			got := faults(t, g.Authorize(ps[tt.before:]...))
			if diff := cmp.Diff(tt.faults, got); diff != "" {
				t.Errorf("Authorize(%d rules) onto %d with limit %d: faults differ (-want +got):\n%s", tt.enter, tt.before, tt.limit, diff)
			}
			want := tt.before
			if tt.faults == nil {
				want += tt.enter
			}
			if g.Len() != want {
				t.Errorf("the group holds %d rules, want %d", g.Len(), want)
			}
		})
	}
}

// The message describes the group as the whole call would leave it.
func TestGroupLimitMessage(t *testing.T) {
	g := holding(t, 1, 2, 3)
	g.Limit = 4
	err := g.Authorize(port(4), port(5))
	const want = `rule 1: SecurityGroupId "sg-a": the group would hold 5 rules, want at most 4 (AuthorizationLimitExceed)`
	if err == nil || err.Error() != want {
		t.Errorf("Authorize(2 rules) onto 3 with limit 4 = %v, want %s", err, want)
	}
}

func TestGroupRefusesWhatNoGroupIs(t *testing.T) {
	tests := []struct {
		name    string
		network rule.Network
		typ     rule.Type
		want    string // empty: it is one
	}{
		{"vpc basic", rule.VPC, rule.Basic, ""},
		{"vpc advanced", rule.VPC, rule.Advanced, ""},
		{"classic basic", rule.Classic, rule.Basic, ""},
		{"classic advanced", rule.Classic, rule.Advanced, `group "sg-a" is classic and advanced: want vpc or classic, basic or advanced, and advanced in a vpc only`},
		{"an unknown network", 2, rule.Basic, `group "sg-a" is Network(2) and basic: want vpc or classic, basic or advanced, and advanced in a vpc only`},
		{"an unknown type", rule.VPC, 2, `group "sg-a" is vpc and Type(2): want vpc or classic, basic or advanced, and advanced in a vpc only`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, entry := range []struct {
				name  string
				enter func(*rule.Group) error
			}{
				{"Validate", func(g *rule.Group) error { return g.Validate() }},
				{"Authorize", func(g *rule.Group) error { return g.Authorize(params()) }},
				{"Add", func(g *rule.Group) error { return g.Add(passed(nil)) }},
				{"Restore", func(g *rule.Group) error { return g.Restore(rule.Existing{Params: params()}) }},
			} {
				g := rule.NewGroup("sg-a", tt.network, tt.typ)
				got := ""
				if err := entry.enter(g); err != nil {
					got = err.Error()
				}
				if got != tt.want {
					t.Errorf("%s: error %q, want %q", entry.name, got, tt.want)
				}
				if tt.want != "" && g.Len() != 0 {
					t.Errorf("%s: the group holds %d rules, want none", entry.name, g.Len())
				}
			}
		})
	}
}

func TestZeroGroupIsClosed(t *testing.T) {
	var g rule.Group
	const want = `group id "": empty, want visible characters without spaces`
	if err := g.Authorize(params()); err == nil || err.Error() != want || g.Len() != 0 {
		t.Errorf("Authorize on the zero Group = %v with %d rules, want %s", err, g.Len(), want)
	}
}

// A call enters all of its rules or none, whatever refuses one.
func TestGroupAllOrNothing(t *testing.T) {
	bad := params("Priority=0", "Policy=x")
	tests := []struct {
		name  string
		enter func(*rule.Group) error
		want  []fault
	}{
		{"Authorize, a parameter", func(g *rule.Group) error { return g.Authorize(port(2), bad, port(3), params("PortRange=x")) },
			[]fault{{"InvalidPolicy.Malformed", 400, 1, "Policy", "x"}, {"InvalidPriority.ValueNotSupported", 400, 1, "Priority", "0"}, {"InvalidParam.PortRange", 400, 3, "PortRange", "x"}}},
		{"Authorize, the entry", func(g *rule.Group) error { return g.Authorize(port(2), port(1)) },
			[]fault{{"InvalidOperation.RuleDuplicate", 400, 1, "SecurityGroupId", "sg-a"}}},
		{"Authorize, equal within the call", func(g *rule.Group) error { return g.Authorize(port(2), port(3), port(2)) },
			[]fault{{"InvalidParam.DuplicatePermissions", 400, 2, "SecurityGroupId", "sg-a"}}},
		{"Authorize, three equal within the call", func(g *rule.Group) error { return g.Authorize(port(2), port(2), port(2)) },
			[]fault{{"InvalidParam.DuplicatePermissions", 400, 1, "SecurityGroupId", "sg-a"}, {"InvalidParam.DuplicatePermissions", 400, 2, "SecurityGroupId", "sg-a"}}},
		{"Authorize, the limit before equality", func(g *rule.Group) error { g.Limit = 1; return g.Authorize(port(1), port(1)) },
			[]fault{{"AuthorizationLimitExceed", 403, 0, "SecurityGroupId", "sg-a"}, {"InvalidOperation.RuleDuplicate", 400, 0, "SecurityGroupId", "sg-a"}, {"InvalidOperation.RuleDuplicate", 400, 1, "SecurityGroupId", "sg-a"}}},
		{"Authorize, parameters before the entry", func(g *rule.Group) error { g.Limit = 1; return g.Authorize(port(1), bad) },
			[]fault{{"InvalidPolicy.Malformed", 400, 1, "Policy", "x"}, {"InvalidPriority.ValueNotSupported", 400, 1, "Priority", "0"}}},
		{"Authorize, the group itself", func(g *rule.Group) error { return g.Authorize(port(2), params("DestCidrIp=", "DestGroupId=sg-a")) },
			[]fault{{"InvalidParamter.Conflict", 403, 1, "DestGroupId", "sg-a"}}},
		{"Add, a zero rule", func(g *rule.Group) error {
			return g.Add(passed(func(r *rule.Rule) { r.Priority = 9; r.NIC = 0; r.Src = prefix("10.0.0.0/8") }), rule.Rule{})
		},
			[]fault{{"InvalidIpProtocol.ValueNotSupported", 400, 1, "IpProtocol", "0"}, {"InvalidPriority.ValueNotSupported", 400, 1, "Priority", "0"}, {"MissingParameter.Dest", 400, 1, "DestCidrIp", ""}}},
		{"Add, the entry", func(g *rule.Group) error { return g.Add(passed(nil), passed(nil)) },
			[]fault{{"InvalidParam.DuplicatePermissions", 400, 1, "SecurityGroupId", "sg-a"}}},
		{"Restore, a parameter", func(g *rule.Group) error {
			return g.Restore(rule.Existing{Params: port(2)}, rule.Existing{Params: params("Priority=111")})
		},
			[]fault{{"InvalidPriority.ValueNotSupported", 400, 1, "Priority", "111"}}},
		{"Restore, the limit", func(g *rule.Group) error {
			g.Limit = 2
			return g.Restore(rule.Existing{Params: port(2)}, rule.Existing{Params: port(3)})
		},
			[]fault{{"AuthorizationLimitExceed", 403, 1, "SecurityGroupId", "sg-a"}}},
		{"Restore, the group itself", func(g *rule.Group) error {
			return g.Restore(rule.Existing{Params: params("DestCidrIp=", "DestGroupId=sg-a")})
		},
			[]fault{{"InvalidParamter.Conflict", 403, 0, "DestGroupId", "sg-a"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := holding(t, 1)
			if diff := cmp.Diff(tt.want, faults(t, tt.enter(g))); diff != "" {
				t.Errorf("faults differ (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]int{1}, firstPorts(g)); diff != "" {
				t.Errorf("the refused call left its mark (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGroupAcceptsNoRules(t *testing.T) {
	g := holding(t, 1)
	if err := errors.Join(g.Authorize(), g.Add(), g.Restore()); err != nil || g.Len() != 1 {
		t.Errorf("calls without rules: %v, and the group holds %d, want no error and 1", err, g.Len())
	}
}

// An address beside the group's own id decides: there is no conflict.
func TestGroupItselfBesideAnAddress(t *testing.T) {
	g := holding(t)
	if err := g.Authorize(params("DestGroupId=sg-a")); err != nil {
		t.Errorf("Authorize(address and the group itself) = %v, want nil", err)
	}
}

func TestGroupRule(t *testing.T) {
	g := holding(t, 1, 2)
	for _, tt := range []struct {
		i    int
		port uint16
		ok   bool
	}{{0, 1, true}, {1, 2, true}, {2, 0, false}, {-1, 0, false}, {math.MaxInt, 0, false}, {math.MinInt, 0, false}} {
		r, ok := g.Rule(tt.i)
		if ok != tt.ok || r.DstPorts.First != tt.port {
			t.Errorf("Rule(%d) = port %d, %t, want port %d, %t", tt.i, r.DstPorts.First, ok, tt.port, tt.ok)
		}
	}
}

func TestGroupRemove(t *testing.T) {
	for _, tt := range []struct {
		name   string
		i      int
		port   uint16
		ok     bool
		remain []int
	}{
		{"the first", 0, 1, true, []int{2, 3}},
		{"one between", 1, 2, true, []int{1, 3}},
		{"the last", 2, 3, true, []int{1, 2}},
		{"past the last", 3, 0, false, []int{1, 2, 3}},
		{"before the first", -1, 0, false, []int{1, 2, 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := holding(t, 1, 2, 3)
			r, ok := g.Remove(tt.i)
			if ok != tt.ok || r.DstPorts.First != tt.port {
				t.Errorf("Remove(%d) = port %d, %t, want port %d, %t", tt.i, r.DstPorts.First, ok, tt.port, tt.ok)
			}
			if diff := cmp.Diff(tt.remain, firstPorts(g), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("rules after Remove(%d) differ (-want +got):\n%s", tt.i, diff)
			}
			if tt.ok {
				if err := g.Authorize(port(int(tt.port))); err != nil {
					t.Errorf("Authorize of the removed rule = %v, want nil", err)
				}
			}
		})
	}
}

// Who holds a walk or a clone sees neither what enters nor what leaves later,
// and what the clone's owner does shows in the clone alone.
func TestGroupSnapshots(t *testing.T) {
	for _, held := range [][]int{nil, {1}, {1, 2, 3}, {1, 2, 3, 4, 5}} { // with and without spare capacity
		g := holding(t, held...)
		g.Owner, g.VPCID, g.Limit = "me", "vpc-a", 50
		walk, c := g.Rules(), g.Clone()
		if c.ID() != "sg-a" || c.Network() != rule.VPC || c.Type() != rule.Basic || c.Owner != "me" || c.VPCID != "vpc-a" || c.Limit != 50 {
			t.Errorf("Clone() = %+v, want the fields of %+v", c, g)
		}
		check := func(when string, wantGroup, wantClone []int) {
			t.Helper()
			var walked []int
			for _, r := range walk {
				walked = append(walked, int(r.DstPorts.First))
			}
			for _, d := range []struct {
				what      string
				want, got []int
			}{{"group", wantGroup, firstPorts(g)}, {"clone", wantClone, firstPorts(c)}, {"walk", held, walked}} {
				if diff := cmp.Diff(d.want, d.got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%d rules, %s: %s differs (-want +got):\n%s", len(held), when, d.what, diff)
				}
			}
		}
		with := func(more ...int) []int { return append(held[:len(held):len(held)], more...) }
		check("at first", held, held)
		must(t, g.Authorize(port(100)))
		must(t, c.Authorize(port(200)))
		check("after one entered each", with(100), with(200))
		must(t, c.Authorize(port(201)))
		must(t, g.Authorize(port(101)))
		check("after another entered each", with(100, 101), with(200, 201))
		g.Remove(len(held))
		c.Remove(len(held) + 1)
		check("after one was removed from each", with(101), with(200))
		g.Limit, c.Owner = 1, "you"
		if c.Limit != 50 || g.Owner != "me" {
			t.Errorf("Limit of the clone %d, Owner of the group %s, want 50 and me", c.Limit, g.Owner)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("error %v, want nil", err)
	}
}

// A walk goes on over the rules that stood when it began, whatever its own loop
// does to the group, and may stop early.
func TestGroupRulesWhileChanging(t *testing.T) {
	g := holding(t, 1, 2, 3)
	var seen []int
	for i, r := range g.Rules() {
		if int(r.DstPorts.First) != i+1 {
			t.Errorf("index %d comes with port %d, want %d", i, r.DstPorts.First, i+1)
		}
		seen = append(seen, int(r.DstPorts.First))
		must(t, g.Authorize(port(10+i)))
		g.Remove(0)
	}
	if diff := cmp.Diff([]int{1, 2, 3}, seen); diff != "" {
		t.Errorf("walked rules differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{10, 11, 12}, firstPorts(g)); diff != "" {
		t.Errorf("rules after the walk differ (-want +got):\n%s", diff)
	}
	for i := range g.Rules() {
		if i > 0 {
			t.Errorf("the walk goes on to %d after break", i)
		}
		break
	}
}

// What comes out of a group is a copy: writing to it changes nothing inside.
func TestGroupRulesAreCopies(t *testing.T) {
	g := holding(t, 1)
	in := []rule.Rule{passed(nil)}
	must(t, g.Add(in...))
	in[0].Dst = netip.Prefix{}
	for _, r := range g.Rules() {
		r.Priority = 99
	}
	r, _ := g.Rule(1)
	if want := passed(nil); r != want {
		t.Errorf("Rule(1) = %+v, want %+v", r, want)
	}
}
