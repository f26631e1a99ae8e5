package audit

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
	"go4.org/netipx"
)

// vpc makes a VPC interface of one group of rules in their text form, with
// members as text.
func vpc(t *testing.T, typ rule.Type, members map[string]string, texts ...string) Interface {
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
	return Interface{Members: known, Groups: []*rule.Group{g}}
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
			[]string{"shadowed sg[2] by 2 as tcp 0.0.0.0:0 > 10.0.0.0:443: decides no packet: sg[0] and sg[1] match all that it matches first, and not all of it gets drop; give it a stronger priority or remove it"},
		},
		"redundant, and an equal rule": {
			[]string{acceptA, acceptA, "drop all to ::/0 priority 100", dropAll},
			[]string{
				"needless sg[0] by 1 as tcp 0.0.0.0:0 > 10.0.0.0:443: changes no verdict: without it sg[1] would accept the packets that it decides; it can be removed",
				"redundant sg[1] by 1 as tcp 0.0.0.0:0 > 10.0.0.0:443: decides no packet: sg[0] matches all that it matches first, and all of it gets accept anyway; it can be removed",
			},
		},
		"needless for the default and a rule": {
			[]string{"accept all to 10.0.0.0/8 priority 1", "accept all to 10.1.0.0/16 priority 2"},
			[]string{
				"needless sg[0] by 1 and default as tcp 0.0.0.0:0 > 10.0.0.0:0: changes no verdict: without it sg[1] and the default would accept the packets that it decides; it can be removed",
				"redundant sg[1] by 1 as tcp 0.0.0.0:0 > 10.1.0.0:0: decides no packet: sg[0] matches all that it matches first, and all of it gets accept anyway; it can be removed",
			},
		},
		"needless for the default": {
			[]string{"accept udp to ::/0 port 53/53 priority 1"},
			[]string{"needless sg[0] by 0 and default as udp [::]:0 > [::]:53: changes no verdict: without it the default would accept the packets that it decides; it can be removed"},
		},
		"a tie": {
			[]string{"accept tcp to 10.0.0.0/24 port 80/90 priority 1", "drop tcp to 10.0.0.7/32 port 85/85 priority 1", "drop all to ::/0 priority 100", dropAll},
			[]string{"tie sg[0] by 1 as tcp 0.0.0.0:0 > 10.0.0.7:85: loses packets to sg[1] of equal priority, where drop wins; give one of them another priority"},
		},
		"empty": {
			[]string{"drop tcp from 10.0.0.0/8 group sg-6 port 80/80 priority 1", "drop tcp group sg-none port 80/80 priority 1"},
			[]string{
				"empty sg[0] by 0: can match no packet: group sg-6 has no members of the source's IP version",
				"empty sg[1] by 0: can match no packet: group sg-none has no members",
			},
		},
		"open to IPv6": {
			[]string{dropAll},
			[]string{"open-ipv6 sg[0] by 1 as tcp [::]:0 > [::]:0: closes IPv4 only: the default accepts IPv6 packets that no rule matches; a drop rule for all protocols to ::/0 closes that, too"},
		},
		"open to IPv4": {
			[]string{"drop all to ::/0 priority 100"},
			[]string{"open-ipv6 sg[0] by 1 as tcp 0.0.0.0:0 > 0.0.0.0:0: closes IPv6 only: the default accepts IPv4 packets that no rule matches; a drop rule for all protocols to 0.0.0.0/0 closes that, too"},
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
			[]string{"shadowed sg[7] by 7 as tcp 0.0.0.0:0 > 10.0.0.0:443: decides no packet: sg[0], sg[1], sg[2], sg[3], sg[4] and 2 more match all that it matches first, and not all of it gets drop; give it a stronger priority or remove it"},
		},
	} {
		i := vpc(t, rule.Basic, map[string]string{"sg-6": "2001:db8::1-2001:db8::9", "sg-none": ""}, c.rules...)
		findings, err := Lint(i)
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
			got = append(got, s+": "+f.Message)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: Lint: -want +got\n%s", name, d)
		}
	}
}

// An accept rule that lets nothing through by default has no finding of a door
// left open, and neither has a classic rule, which closes one NIC of two.
func TestOpenOnlyWhereItIs(t *testing.T) {
	classic := rule.NewGroup("sg", rule.Classic, rule.Basic)
	for _, nic := range []string{"internet", "intranet"} {
		p := rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "0.0.0.0/0", Policy: "drop", NICType: nic}
		if err := classic.Authorize(p); err != nil {
			t.Fatal(err)
		}
	}
	for name, i := range map[string]Interface{
		"advanced":      vpc(t, rule.Advanced, nil, "drop all to 0.0.0.0/0 priority 1"),
		"IPv6 closed":   vpc(t, rule.Basic, nil, "drop all to 0.0.0.0/0 priority 1", "drop all to ::/0 priority 2"),
		"IPv6 in parts": vpc(t, rule.Basic, nil, "drop all to 0.0.0.0/0 priority 1", "drop all to ::/1 priority 2", "drop all to 8000::/1 priority 2"),
		"one protocol":  vpc(t, rule.Basic, nil, "drop tcp to 0.0.0.0/0 port 1/65535 priority 1"),
		"from one net":  vpc(t, rule.Basic, nil, "drop all from 10.0.0.0/8 to 0.0.0.0/0 priority 1"),
		"classic":       {Groups: []*rule.Group{classic}},
	} {
		findings, err := Lint(i)
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
		for n, target := range memberTargets(set) {
			var got []string
			for _, r := range target.ranges {
				got = append(got, netipx.IPRangeFrom(r.first.addr(n == 1), r.last.addr(n == 1)).String())
			}
			if d := cmp.Diff(c.want[n], got); d != "" {
				t.Errorf("%s, IPv6 %t: -want +got\n%s", name, n == 1, d)
			}
		}
	}
	l := newLine(all6, []numRange{blockRange(netip.MustParsePrefix("::fffe:0:0/95")), blockRange(netip.MustParsePrefix("::fffe:0:0/96")), blockRange(netip.MustParsePrefix("::1:0:0:0/128"))})
	if len(l.starts) != 4 {
		t.Errorf("the line has %v, want no cut at or in the mapped addresses but behind them", l.starts)
	}
	a, b := l.span(blockRange(netip.MustParsePrefix("::fffe:0:0/95"))), l.span(blockRange(netip.MustParsePrefix("::fffe:0:0/96")))
	if a != b || a.first != a.last {
		t.Errorf("a block with the mapped addresses is at %v, the same without at %v, want one place", a, b)
	}
}

// smallest against all subsets.
func TestSmallestHittingSet(t *testing.T) {
	for seed := range uint64(400) {
		s := rand.New(rand.NewPCG(seed, 1))
		n := 1 + s.IntN(9)
		var lists [][]int
		for range 1 + s.IntN(8) {
			var list []int
			for v := range n {
				if s.IntN(3) == 0 {
					list = append(list, v)
				}
			}
			if len(list) > 0 {
				lists = append(lists, list)
			}
		}
		x := hitting{steps: maxCoverSteps}
		for _, list := range lists { // one by one, as a search meets them
			x.add([][]int{list})
			x.smallest()
		}
		got, ok := x.smallest()
		var want []int
		found := false
		for set := range 1 << n {
			var chosen []int
			for v := range n {
				if set>>v&1 != 0 {
					chosen = append(chosen, v)
				}
			}
			hits := !slices.ContainsFunc(lists, func(l []int) bool {
				return !slices.ContainsFunc(l, func(v int) bool { return slices.Contains(chosen, v) })
			})
			better := len(chosen) < len(want) || len(chosen) == len(want) && slices.Compare(chosen, want) < 0
			if hits && (!found || better) {
				want, found = chosen, true
			}
		}
		if !ok || !slices.Equal(got, want) {
			t.Fatalf("seed %d: smallest of %v = %v, %t, want %v", seed, lists, got, ok, want)
		}
	}
}

// Where the search for a smallest cover is too long, no rule of the cover can be
// left out.
func TestMinimalCoverWhereSmallestIsLong(t *testing.T) {
	i := vpc(t, rule.Basic, nil,
		"accept tcp to 10.0.0.0/26 port 443/443 priority 1",
		"accept tcp to 10.0.0.0/25 port 443/443 priority 2",
		"accept tcp to 10.0.0.128/25 port 443/443 priority 3",
		"accept tcp to 10.0.0.192/26 port 443/443 priority 4",
		"drop tcp to 10.0.0.0/24 port 443/443 priority 5")
	b := newBudget()
	b.cover = 1
	findings, err := lint(i, b)
	last := findings[len(findings)-1]
	if err != nil || last.Code != Shadowed || places(last.By) != "sg[1] and sg[2]" {
		t.Errorf("Lint = %v, %v, want the last to be shadowed by sg[1] and sg[2]", findings, err)
	}
}

func TestRegionString(t *testing.T) {
	i := vpc(t, rule.Advanced, map[string]string{"g": "10.0.0.1-10.0.0.3"},
		"accept tcp from 10.0.0.0/8 sport 1024/65535 group g port 443/443 priority 1",
		"accept gre to 2001:db8::/32 priority 1",
		"accept icmp to 192.0.2.1/32 priority 1",
		"accept all to 198.51.100.0/24 priority 1")
	none := Interface{Groups: []*rule.Group{rule.NewGroup("sg", rule.VPC, rule.Advanced)}}
	changes, err := Diff(none, i)
	var got []string
	for _, c := range changes {
		got = append(got, c.Region.String())
	}
	want := []string{
		"0/5 to 198.51.100.0/24",
		"icmp to 192.0.2.1/32",
		"tcp from 10.0.0.0/8 sport 1024/65535 to 10.0.0.1-10.0.0.3 port 443/443",
		"tcp to 198.51.100.0/24",
		"7/16 to 198.51.100.0/24",
		"udp to 198.51.100.0/24",
		"18/255 to 198.51.100.0/24",
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
	changes, err := Diff(Interface{Groups: []*rule.Group{a}}, Interface{Groups: []*rule.Group{b}})
	if err != nil || len(changes) != 1 {
		t.Fatalf("Diff = %v, %v, want one change", changes, err)
	}
	if got, want := changes[0].Region.String(), "udp to 10.0.0.0/8 port 53/53 nic internet"; got != want {
		t.Errorf("Region = %q, want %q", got, want)
	}
	if got, want := changes[0].Witness.String(), "udp 0.0.0.0:0 > 10.0.0.0:53 internet"; got != want {
		t.Errorf("Witness = %q, want %q", got, want)
	}
}

func TestFaults(t *testing.T) {
	good := vpc(t, rule.Basic, nil)
	unknown := vpc(t, rule.Basic, map[string]string{}, "drop all group g priority 1")
	classic := Interface{Groups: []*rule.Group{rule.NewGroup("sg", rule.Classic, rule.Basic)}}
	none := Interface{}
	proto, nic := rule.Protocol(257), rule.NIC(2)
	query := func(q Query) error {
		_, err := FindEach(good, q)
		_, _, one := Find(good, q)
		if err == nil || one == nil || err.Error() != one.Error() {
			t.Errorf("FindEach = %v, Find = %v, want one error", err, one)
		}
		return err
	}
	_, lint := Lint(unknown)
	_, empty := Lint(none)
	_, before := Diff(unknown, good)
	_, after := Diff(good, none)
	_, networks := Diff(classic, good)
	_, _, find := Find(unknown, Query{})
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"Lint":            {lint, "members are not known"},
		"Lint of nothing": {empty, "0 groups"},
		"Diff before":     {before, "before: match: rule 0 of group"},
		"Diff after":      {after, "after: match: 0 groups"},
		"Diff networks":   {networks, "audit: groups of a classic network before and of a vpc network after: want one network"},
		"Find":            {find, "members are not known"},
		"protocol":        {query(Query{Protocol: &proto}), "audit: query for protocol 257: want 0 to 255, or all"},
		"nic":             {query(Query{NIC: &nic}), "audit: query for NIC 2: want intranet or internet"},
		"ports":           {query(Query{SrcPort: &[2]uint16{2, 1}}), "audit: query for ports 2/1: want first <= last"},
		"block":           {query(Query{Dst: netip.PrefixFrom(netip.MustParseAddr("10.0.0.0"), 33)}), "want a CIDR block"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s = %v, want %q", name, c.err, c.want)
		}
	}
}

// Conditions that the small worlds of package fuzz have not.
func TestFindConditions(t *testing.T) {
	i := vpc(t, rule.Advanced, nil, "accept all to 10.0.0.0/8 priority 1", "accept tcp to 2001:db8::/32 port 443/443 priority 1")
	accept, sctp, internet, invalid := match.Accept, rule.Protocol(132), rule.Internet, match.Invalid
	for name, c := range map[string]struct {
		q    Query
		want string // empty: none
	}{
		"nothing asked":             {Query{}, "tcp 0.0.0.0:0 > 0.0.0.0:0"},
		"a protocol without a name": {Query{Verdict: &accept, Protocol: &sctp}, "132 0.0.0.0 > 10.0.0.0"},
		"host bits":                 {Query{Verdict: &accept, Dst: netip.MustParsePrefix("10.1.2.3/16")}, "tcp 0.0.0.0:0 > 10.1.0.0:0"},
		"mapped":                    {Query{Verdict: &accept, Dst: netip.MustParsePrefix("::ffff:10.1.2.3/112")}, "tcp 0.0.0.0:0 > 10.1.0.0:0"},
		"two IP versions":           {Query{Src: netip.MustParsePrefix("10.0.0.0/8"), Dst: netip.MustParsePrefix("2001:db8::/32")}, ""},
		"ports of no protocol":      {Query{Protocol: &sctp, DstPort: &[2]uint16{0, 65535}}, ""},
		"port 0":                    {Query{Verdict: &accept, Dst: netip.MustParsePrefix("2001:db8::/32"), DstPort: &[2]uint16{0, 0}}, ""},
		"a NIC in a VPC":            {Query{NIC: &internet}, "tcp 0.0.0.0:0 > 0.0.0.0:0 internet"},
		"invalid":                   {Query{Cause: &invalid}, ""},
		"another IP version":        {Query{Verdict: &accept, Src: netip.MustParsePrefix("::/0")}, "tcp [::]:0 > [2001:db8::]:443"},
	} {
		f, ok, err := Find(i, c.q)
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
	const want = "udp 0.0.0.0:0 > 10.0.0.1:53"
	found, err := FindEach(i, Query{})
	if err != nil || len(found) != 1 || found[0].Packet.String() != want {
		t.Errorf("FindEach = %v, %v, want one packet, %s", found, err, want)
	}
	drop := vpc(t, rule.Advanced, map[string]string{"g": "10.0.0.1-10.0.0.1 2001:db8::1-2001:db8::1"}, "drop udp group g port 53/53 priority 1")
	findings, err := Lint(drop)
	if err != nil || len(findings) != 1 || findings[0].Code != Needless || findings[0].Witness.String() != want {
		t.Errorf("Lint = %v, %v, want one needless rule, %s", findings, err, want)
	}
}
