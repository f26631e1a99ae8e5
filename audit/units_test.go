package audit

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
	"go4.org/netipx"
)

// vpc makes a VPC interface of one group of rules in their text form, with
// members as text.
func vpc(t *testing.T, typ rule.Type, members map[string]string, texts ...string) fixture {
	t.Helper()
	g := rule.NewGroup("sg", rule.VPC, typ)
	for _, text := range texts {
		var r rule.Rule
		if err := r.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := g.Restore(rule.Existing{Params: r.Params()}); err != nil {
			t.Fatal(err)
		}
	}
	sets := map[string]*netipx.IPSet{}
	for id, list := range members {
		var b netipx.IPSetBuilder
		for _, s := range strings.Fields(list) {
			b.AddRange(netipx.MustParseIPRange(s))
		}
		sets[id], _ = b.IPSet()
	}
	known, err := match.NewMembers(sets)
	if err != nil {
		t.Fatal(err)
	}
	return fixture{Members: known, Groups: []*rule.Group{g}}
}

func TestMessages(t *testing.T) {
	const (
		acceptA = "accept tcp to 10.0.0.0/25 port 443/443 priority 1"
		acceptB = "accept tcp to 10.0.0.128/25 port 443/443 priority 1"
		dropAll = "drop all to 0.0.0.0/0 priority 100"
	)
	for name, c := range map[string]struct {
		rules []string
		want  []string
	}{
		"shadowed by a union": {
			[]string{acceptA, acceptB, "drop tcp to 10.0.0.0/24 port 443/443 priority 2", "drop all to ::/0 priority 100", dropAll},
			[]string{"shadowed sg[2] by 2 as tcp 10.0.0.5:51000 > 10.0.0.9:443: decides no packet: sg[0] and sg[1] match all that it matches first, and not all of it gets drop; remove it, which changes no verdict, or give it a stronger priority, which drops what it matches"},
		},
		"redundant, and an equal rule": {
			[]string{acceptA, acceptA, "drop all to ::/0 priority 100", dropAll},
			[]string{
				"needless sg[0] by 1 as tcp 10.0.0.5:51000 > 10.0.0.9:443: changes no verdict: without it sg[1] would accept the packets that it decides; remove it alone; it may be needed once another rule is removed",
				"redundant sg[1] by 1 as tcp 10.0.0.5:51000 > 10.0.0.9:443: decides no packet: sg[0] matches all that it matches first, and all of it gets accept anyway; remove it; it may be needed once a needless rule is removed",
			},
		},
		"needless for the default and a rule": {
			[]string{"accept all to 10.0.0.0/8 priority 1", "accept all to 10.1.0.0/16 priority 2"},
			[]string{
				"needless sg[0] by 1 and default as tcp 10.0.0.5:51000 > 10.0.0.9:443: changes no verdict: without it sg[1] and the default would accept the packets that it decides; remove it alone, while the default is to accept; it may be needed once another rule is removed",
				"redundant sg[1] by 1 as tcp 10.0.0.5:51000 > 10.1.0.9:443: decides no packet: sg[0] matches all that it matches first, and all of it gets accept anyway; remove it; it may be needed once a needless rule is removed",
			},
		},
		"needless for the default": {
			[]string{"accept udp to ::/0 port 53/53 priority 1"},
			[]string{"needless sg[0] by 0 and default as udp [2001:db8::5]:51000 > [2001:db8::9]:53: changes no verdict: without it the default would accept the packets that it decides; remove it alone, while the default is to accept; it may be needed once another rule is removed"},
		},
		"a tie": {
			[]string{"accept tcp to 10.0.0.0/24 port 80/90 priority 1", "drop tcp to 10.0.0.7/32 port 85/85 priority 1", "drop all to ::/0 priority 100", dropAll},
			[]string{"tie sg[0] by 1 as tcp 10.0.0.5:51000 > 10.0.0.7:85: loses packets to sg[1] of equal priority, where drop wins; give it a weaker priority to say that drop comes first, and compare with diff"},
		},
		"a shadowed accept rule: a stronger priority opens": {
			[]string{"drop tcp to 10.0.0.0/24 port 443/443 priority 1", "accept tcp to 10.0.0.0/25 port 443/443 priority 2", "drop all to ::/0 priority 100", dropAll},
			[]string{
				"shadowed sg[1] by 1 as tcp 10.0.0.5:51000 > 10.0.0.9:443: decides no packet: sg[0] matches all that it matches first, and not all of it gets accept; remove it, which changes no verdict; a stronger priority would open what it matches",
			},
		},
		"a shadowed accept rule of the strongest priority": {
			[]string{"drop tcp to 10.0.0.0/24 port 443/443 priority 1", "accept tcp to 10.0.0.0/25 port 443/443 priority 1", "drop all to ::/0 priority 100", dropAll},
			[]string{"shadowed sg[1] by 1 as tcp 10.0.0.5:51000 > 10.0.0.9:443: decides no packet: sg[0] matches all that it matches first, and not all of it gets accept; remove it, which changes no verdict; no priority is stronger than its own"},
		},
		"a tie with room above": {
			[]string{"accept tcp to 10.0.0.0/24 port 80/90 priority 7", "drop tcp to 10.0.0.7/32 port 85/85 priority 7", "drop all to ::/0 priority 100", dropAll},
			[]string{"tie sg[0] by 1 as tcp 10.0.0.5:51000 > 10.0.0.7:85: loses packets to sg[1] of equal priority, where drop wins; give the drop rules a stronger priority to say that they come first, and compare with diff; a stronger priority of this rule would open what it loses"},
		},
		"empty": {
			[]string{"drop tcp from 10.0.0.0/8 group sg-6 port 80/80 priority 1", "drop tcp group sg-none port 80/80 priority 1"},
			[]string{
				"empty sg[0] by 0: can match no packet: group sg-6 has no members of the source's IP version; remove it, or give the group members",
				"empty sg[1] by 0: can match no packet: group sg-none has no members; remove it, or give the group members",
			},
		},
		"open to IPv6": {
			[]string{dropAll},
			[]string{"open-ipv6 sg[0] by 1 as tcp [2001:db8::5]:51000 > [2001:db8::9]:443: closes IPv4 only: the default accepts IPv6 packets that no rule matches; add a drop rule for all protocols to ::/0 with priority 100; every accept rule to IPv6 needs a stronger one"},
		},
		"open to IPv4": {
			[]string{"drop all to ::/0 priority 100"},
			[]string{"open-ipv6 sg[0] by 1 as tcp 10.0.0.5:51000 > 203.0.113.9:443: closes IPv6 only: the default accepts IPv4 packets that no rule matches; add a drop rule for all protocols to 0.0.0.0/0 with priority 100; every accept rule to IPv4 needs a stronger one"},
		},
		"host bits": {
			[]string{"drop tcp from 10.0.0.1/8 to 10.9.9.9/16 port 80/80 priority 1"},
			[]string{"hostbits sg[0] by 0: has host bits set: destination 10.9.9.9/16 means 10.9.0.0/16, source 10.0.0.1/8 means 10.0.0.0/8; write the block that is meant"},
		},
		"many": {
			[]string{
				"accept tcp to 10.0.0.0/32 port 443/443 priority 1", "accept tcp to 10.0.0.1/32 port 443/443 priority 1",
				"accept tcp to 10.0.0.2/32 port 443/443 priority 1", "accept tcp to 10.0.0.3/32 port 443/443 priority 1",
				"accept tcp to 10.0.0.4/32 port 443/443 priority 1", "accept tcp to 10.0.0.5/32 port 443/443 priority 1",
				"accept tcp to 10.0.0.6/31 port 443/443 priority 1",
				"drop tcp to 10.0.0.0/29 port 443/443 priority 2", "drop all to ::/0 priority 100", dropAll,
			},
			[]string{"shadowed sg[7] by 7 as tcp 10.0.0.5:51000 > 10.0.0.0:443: decides no packet: sg[0], sg[1], sg[2], sg[3], sg[4] and 2 more match all that it matches first, and not all of it gets drop; remove it, which changes no verdict, or give it a stronger priority, which drops what it matches"},
		},
	} {
		i := vpc(t, rule.Basic, map[string]string{"sg-6": "2001:db8::1-2001:db8::9", "sg-none": ""}, c.rules...)
		findings, err := Lint(ctx, i.table())
		if err != nil {
			t.Errorf("%s: Lint = %v", name, err)
		}
		var got []string
		for _, f := range findings {
			s := string(f.Code) + " " + places([]match.Ref{f.Rule}) + " by " + string(rune('0'+len(f.By)))
			if f.ByDefault {
				s += " and default"
			}
			if f.HasWitness {
				s += " as " + f.Witness.String()
			}
			got = append(got, s+": "+f.Message+"; "+f.Remedy)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: Lint: -want +got\n%s", name, d)
		}
	}
}

// An accept rule that lets nothing through by default has no finding of a gap
// left open, and neither has a classic rule, which closes one NIC of two.
func TestOpenOnlyWhereItIs(t *testing.T) {
	classic := rule.NewGroup("sg", rule.Classic, rule.Basic)
	for _, nic := range []string{"internet", "intranet"} {
		p := rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "0.0.0.0/0", Policy: "drop", NICType: nic}
		if err := classic.Authorize(p); err != nil {
			t.Fatal(err)
		}
	}
	for name, i := range map[string]fixture{
		"advanced":      vpc(t, rule.Advanced, nil, "drop all to 0.0.0.0/0 priority 1"),
		"IPv6 closed":   vpc(t, rule.Basic, nil, "drop all to 0.0.0.0/0 priority 1", "drop all to ::/0 priority 2"),
		"IPv6 in parts": vpc(t, rule.Basic, nil, "drop all to 0.0.0.0/0 priority 1", "drop all to ::/1 priority 2", "drop all to 8000::/1 priority 2"),
		"one protocol":  vpc(t, rule.Basic, nil, "drop tcp to 0.0.0.0/0 port 1/65535 priority 1"),
		"from one net":  vpc(t, rule.Basic, nil, "drop all from 10.0.0.0/8 to 0.0.0.0/0 priority 1"),
		"classic":       {Groups: []*rule.Group{classic}},
	} {
		findings, err := Lint(ctx, i.table())
		if err != nil {
			t.Errorf("%s: Lint = %v", name, err)
		}
		for _, f := range findings {
			if f.Code == OpenIPv6 {
				t.Errorf("%s: Lint says %s of %v", name, f.Code, f.Rule)
			}
		}
	}
}

// A member of a group is an IPv4 address where it is a mapped one, and a block of
// IPv6 has no mapped one.
func TestMappedAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		members string
		want    [2][]string // IPv4, IPv6
	}{
		"apart":             {"10.0.0.1-10.0.0.2 2001:db8::-2001:db8::1", [2][]string{{"10.0.0.1-10.0.0.2"}, {"2001:db8::-2001:db8::1"}}},
		"mapped":            {"::ffff:10.0.0.1-::ffff:10.0.0.9", [2][]string{{"10.0.0.1-10.0.0.9"}, nil}},
		"in both forms":     {"10.0.0.5-10.0.0.20 ::ffff:10.0.0.1-::ffff:10.0.0.9", [2][]string{{"10.0.0.1-10.0.0.20"}, nil}},
		"one in the other":  {"10.0.0.0-10.0.0.20 ::ffff:10.0.0.1-::ffff:10.0.0.9", [2][]string{{"10.0.0.0-10.0.0.20"}, nil}},
		"all mapped":        {"::ffff:0.0.0.0-::ffff:255.255.255.255", [2][]string{{"0.0.0.0-255.255.255.255"}, nil}},
		"all and more":      {"::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", [2][]string{nil, {"::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}}},
		"from below":        {"::fffe:ffff:fff0-::ffff:0.0.0.9", [2][]string{{"0.0.0.0-0.0.0.9"}, {"::fffe:ffff:fff0-::ffff:0.0.0.9"}}},
		"to above":          {"::ffff:255.255.255.250-::1:0:0:5", [2][]string{{"255.255.255.250-255.255.255.255"}, {"::ffff:255.255.255.250-::1:0:0:5"}}},
		"all and one below": {"::fffe:ffff:ffff-::ffff:255.255.255.255", [2][]string{nil, {"::fffe:ffff:ffff-::ffff:255.255.255.255"}}},
	} {
		i := vpc(t, rule.Basic, map[string]string{"g": c.members})
		set, _ := i.Members.Set("g")
		for n, target := range memberTargets(set, unbounded()) {
			var got []string
			for _, r := range target.ranges {
				got = append(got, netipx.IPRangeFrom(r.first.addr(n == 1), r.last.addr(n == 1)).String())
			}
			if d := cmp.Diff(c.want[n], got); d != "" {
				t.Errorf("%s, IPv6 %t: -want +got\n%s", name, n == 1, d)
			}
		}
	}
	l := newAxis(all6, []interval{blockRange(netip.MustParsePrefix("::fffe:0:0/95")), blockRange(netip.MustParsePrefix("::fffe:0:0/96")), blockRange(netip.MustParsePrefix("::1:0:0:0/128"))}, unbounded())
	if len(l.starts) != 4 {
		t.Errorf("the axis has %v, want no cut at or in the mapped addresses but behind them", l.starts)
	}
	a, b := l.span(blockRange(netip.MustParsePrefix("::fffe:0:0/95"))), l.span(blockRange(netip.MustParsePrefix("::fffe:0:0/96")))
	if a != b || a.first != a.last {
		t.Errorf("a block with the mapped addresses is at %v, the same without at %v, want one place", a, b)
	}
}

func TestRegionString(t *testing.T) {
	i := vpc(t, rule.Advanced, map[string]string{"g": "10.0.0.1-10.0.0.3"},
		"accept tcp from 10.0.0.0/8 sport 1024/65535 group g port 443/443 priority 1",
		"accept gre to 2001:db8::/32 priority 1",
		"accept icmp to 192.0.2.1/32 priority 1",
		"accept all to 198.51.100.0/24 priority 1")
	none := fixture{Groups: []*rule.Group{rule.NewGroup("sg", rule.VPC, rule.Advanced)}}
	changes, err := Diff(ctx, none.table(), i.table())
	var got []string
	for _, c := range changes {
		got = append(got, c.Region.String())
	}
	want := []string{
		"all to 198.51.100.0/24",
		"icmp to 192.0.2.1/32",
		"tcp from 10.0.0.0/8 sport 1024/65535 to 10.0.0.1-10.0.0.3 port 443/443",
		"gre to 2001:db8::/32",
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("Diff = %v -want +got\n%s", err, d)
	}
}

func TestClassicRegions(t *testing.T) {
	a, b := rule.NewGroup("sg", rule.Classic, rule.Basic), rule.NewGroup("sg", rule.Classic, rule.Basic)
	p := rule.Params{IPProtocol: "udp", PortRange: "53/53", DestCidrIP: "10.0.0.0/8", Policy: "drop", NICType: "internet"}
	if err := b.Authorize(p); err != nil {
		t.Fatal(err)
	}
	changes, err := Diff(ctx, fixture{Groups: []*rule.Group{a}}.table(), fixture{Groups: []*rule.Group{b}}.table())
	if err != nil || len(changes) != 1 {
		t.Fatalf("Diff = %v, %v, want one change", changes, err)
	}
	if got, want := changes[0].Region.String(), "udp to 10.0.0.0/8 port 53/53 nic internet"; got != want {
		t.Errorf("Region = %q, want %q", got, want)
	}
	if got, want := changes[0].Witness.String(), "udp 10.0.0.5:51000 > 10.0.0.9:53 internet"; got != want {
		t.Errorf("Witness = %q, want %q", got, want)
	}
}

// Bad tables and queries, and contexts that are done.
func TestFaults(t *testing.T) {
	t.Parallel()
	good := vpc(t, rule.Basic, nil).table()
	classic := fixture{Groups: []*rule.Group{rule.NewGroup("sg", rule.Classic, rule.Basic)}}.table()
	done, cancel := context.WithCancel(ctx)
	cancel()
	late, cancel := context.WithDeadline(ctx, time.Unix(0, 0))
	defer cancel()
	ask := func(name string, c context.Context, table *match.Table, want string) {
		t.Helper()
		_, lint := Lint(c, table)
		_, before := Diff(c, table, good)
		_, after := Diff(c, good, table)
		_, _, find := Find(c, table, Query{})
		_, each := FindEach(c, table, Query{})
		for call, err := range map[string]error{"Lint": lint, "Diff before": before, "Diff after": after, "Find": find, "FindEach": each} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s, %s = %v, want %q", name, call, err, want)
			}
			if c.Err() != nil && !errors.Is(err, c.Err()) {
				t.Errorf("%s, %s = %v, want the error of the context", name, call, err)
			}
		}
	}
	ask("nil", ctx, nil, "the table is nil or zero")
	ask("zero", ctx, new(match.Table), "the table is nil or zero")
	ask("cancelled", done, good, "context canceled")
	ask("late", late, good, "context deadline exceeded")
	_, networks := Diff(ctx, classic, good)
	const want = "audit: groups of a classic network before and of a vpc network after: want one network"
	if networks == nil || networks.Error() != want {
		t.Errorf("Diff of two networks = %v, want %q", networks, want)
	}
}

// Conditions that no packet can meet are no proof about rules.
func TestQueryErrors(t *testing.T) {
	t.Parallel()
	table := vpc(t, rule.Basic, nil).table()
	block := netip.MustParsePrefix
	to := func(p rule.Protocol) *rule.Protocol { return &p }
	verdict, invalid, cause, byDefault, nic := match.Verdict(2), match.Invalid, match.Cause(3), match.Default, rule.NIC(77)
	any := &[2]uint16{0, 65535}
	for name, c := range map[string]struct {
		q      Query
		fields []QueryField // empty: no error of Find
		each   []QueryField // of FindEach
	}{
		"protocol":          {Query{Protocol: to(257)}, []QueryField{FieldProtocol}, nil},
		"NIC":               {Query{NIC: &nic}, []QueryField{FieldNIC}, nil},
		"verdict":           {Query{Verdict: &verdict}, []QueryField{FieldVerdict}, nil},
		"cause":             {Query{Cause: &cause}, []QueryField{FieldCause}, nil},
		"invalid":           {Query{Cause: &invalid}, []QueryField{FieldCause}, nil},
		"source ports":      {Query{SrcPort: &[2]uint16{2, 1}}, []QueryField{FieldSrcPort}, nil},
		"destination ports": {Query{DstPort: &[2]uint16{2, 1}}, []QueryField{FieldDstPort}, nil},
		"source block":      {Query{Src: netip.PrefixFrom(netip.MustParseAddr("::"), 129)}, []QueryField{FieldSrc}, nil},
		"destination block": {Query{Dst: netip.PrefixFrom(netip.MustParseAddr("10.0.0.0"), 33)}, []QueryField{FieldDst}, nil},
		"default of a rule": {Query{Cause: &byDefault}, nil, []QueryField{FieldCause}},
		"two IP versions":   {Query{Src: block("10.0.0.1/32"), Dst: block("2001:db8::1/128")}, []QueryField{FieldSrc, FieldDst}, nil},
		"and the reverse":   {Query{Src: block("::/0"), Dst: block("0.0.0.0/0")}, []QueryField{FieldSrc, FieldDst}, nil},
		"mapped and IPv6":   {Query{Src: block("::ffff:0:0/96"), Dst: block("2001:db8::/32")}, []QueryField{FieldSrc, FieldDst}, nil},
		"wider than mapped": {Query{Src: block("::fffe:0:0/95"), Dst: block("10.0.0.0/8")}, []QueryField{FieldSrc, FieldDst}, nil},
		"mapped and IPv4":   {Query{Src: block("::ffff:0:0/96"), Dst: block("10.0.0.0/8")}, nil, nil},
		"ports of icmp":     {Query{Protocol: to(rule.ICMP), DstPort: any}, []QueryField{FieldProtocol, FieldDstPort}, nil},
		"ports of gre":      {Query{Protocol: to(rule.GRE), SrcPort: any, DstPort: any}, []QueryField{FieldProtocol, FieldSrcPort, FieldDstPort}, nil},
		"ports of all":      {Query{Protocol: to(rule.All), DstPort: any}, nil, nil},
		"ports of udp":      {Query{Protocol: to(rule.UDP), DstPort: any}, nil, nil},
		"icmp over IPv6":    {Query{Protocol: to(rule.ICMP), Dst: block("::/0")}, nil, nil}, // such packets exist, and rules for all match them
	} {
		_, _, one := Find(ctx, table, c.q)
		_, each := FindEach(ctx, table, c.q)
		if c.each == nil {
			c.each = c.fields
		}
		for call, x := range map[string]struct {
			err  error
			want []QueryField
		}{"Find": {one, c.fields}, "FindEach": {each, c.each}} {
			var bad *QueryError
			errors.As(x.err, &bad)
			if (bad == nil) != (len(x.want) == 0) || bad != nil && !slices.Equal(bad.Fields, x.want) {
				t.Errorf("%s: %s = %v, want a QueryError of %v", name, call, x.err, x.want)
			}
		}
	}
}

// An error of a condition shows what the condition is.
func TestQueryErrorTexts(t *testing.T) {
	t.Parallel()
	table := vpc(t, rule.Basic, nil).table()
	for want, q := range map[string]Query{
		"443/80 has no port": {DstPort: &[2]uint16{443, 80}},
		"2/1 has no port":    {SrcPort: &[2]uint16{2, 1}},
	} {
		if _, _, err := Find(ctx, table, q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Find(%+v) = %v, want %q in the error", q, err, want)
		}
	}
}

// Conditions that the small worlds of package fuzz have not.
func TestFindConditions(t *testing.T) {
	i := vpc(t, rule.Advanced, nil, "accept all to 10.0.0.0/8 priority 1", "accept tcp to 2001:db8::/32 port 443/443 priority 1")
	accept, sctp, internet := match.Accept, rule.Protocol(132), rule.Internet
	for name, c := range map[string]struct {
		q    Query
		want string // empty: none
	}{
		"nothing asked":             {Query{}, "tcp 10.0.0.5:51000 > 10.0.0.9:443"},
		"a protocol without a name": {Query{Verdict: &accept, Protocol: &sctp}, "132 10.0.0.5 > 10.0.0.9"},
		"host bits":                 {Query{Verdict: &accept, Dst: netip.MustParsePrefix("10.1.2.3/16")}, "tcp 10.0.0.5:51000 > 10.1.0.9:443"},
		"mapped":                    {Query{Verdict: &accept, Dst: netip.MustParsePrefix("::ffff:10.1.2.3/112")}, "tcp 10.0.0.5:51000 > 10.1.0.9:443"},
		"all mapped":                {Query{Verdict: &accept, Dst: netip.MustParsePrefix("::ffff:0:0/96")}, "tcp 10.0.0.5:51000 > 10.0.0.9:443"},
		"wider than mapped":         {Query{Dst: netip.MustParsePrefix("::fffe:0:0/95")}, "tcp [2001:db8::5]:51000 > [::fffe:0:9]:443"},
		"wider, below":              {Query{Dst: netip.MustParsePrefix("::fffe:0:0/96")}, "tcp [2001:db8::5]:51000 > [::fffe:0:9]:443"},
		"port 0":                    {Query{Verdict: &accept, Dst: netip.MustParsePrefix("2001:db8::/32"), DstPort: &[2]uint16{0, 0}}, ""},
		"a NIC in a VPC":            {Query{NIC: &internet}, "tcp 10.0.0.5:51000 > 10.0.0.9:443 internet"},
		"another IP version":        {Query{Verdict: &accept, Src: netip.MustParsePrefix("::/0")}, "tcp [2001:db8::5]:51000 > [2001:db8::9]:443"},
	} {
		f, ok, err := Find(ctx, i.table(), c.q)
		got := ""
		if ok {
			got = f.Packet.String()
		}
		if got != c.want || err != nil {
			t.Errorf("%s: Find = %q, %v, want %q", name, got, err, c.want)
		}
	}
}

// A rule that decides packets of both IP versions has one packet, of IPv4.
func TestOneWitnessForBothVersions(t *testing.T) {
	i := vpc(t, rule.Basic, map[string]string{"g": "10.0.0.1-10.0.0.1 2001:db8::1-2001:db8::1"}, "drop udp group g port 53/53 priority 1", "accept udp group g port 53/53 priority 2")
	const want = "udp 10.0.0.5:51000 > 10.0.0.1:53"
	found, err := FindEach(ctx, i.table(), Query{})
	if err != nil || len(found) != 1 || found[0].Packet.String() != want {
		t.Errorf("FindEach = %v, %v, want one packet, %s", found, err, want)
	}
	drop := vpc(t, rule.Advanced, map[string]string{"g": "10.0.0.1-10.0.0.1 2001:db8::1-2001:db8::1"}, "drop udp group g port 53/53 priority 1")
	findings, err := Lint(ctx, drop.table())
	if err != nil || len(findings) != 1 || findings[0].Code != Needless || findings[0].Witness.String() != want {
		t.Errorf("Lint = %v, %v, want one needless rule, %s", findings, err, want)
	}
}
