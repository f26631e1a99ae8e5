package audit

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// ordinary is groups of n rules each, as people write them: services by block and
// port, some closed nets, and a rule for the rest.
func ordinary(groups, n int) fixture {
	s := rand.New(rand.NewPCG(uint64(groups), uint64(n)))
	i := fixture{}
	for k := range groups {
		g := rule.NewGroup(fmt.Sprintf("sg-%d", k), rule.VPC, rule.Basic)
		g.Limit = n + 3 // room for a change
		for g.Len() < n-1 {
			p := rule.Params{IPProtocol: "tcp", Policy: "accept", Priority: fmt.Sprint(1 + s.IntN(20))}
			port := []int{22, 53, 80, 443, 3306, 6379, 8080, 9092}[s.IntN(8)]
			p.PortRange = fmt.Sprintf("%d/%d", port, port+s.IntN(2)*s.IntN(100))
			if s.IntN(5) == 0 {
				p.IPProtocol = "udp"
			}
			if s.IntN(6) == 0 {
				p.IPProtocol, p.PortRange = "all", "-1/-1"
			}
			if s.IntN(4) == 0 {
				p.Policy = "drop"
			}
			bits := []int{8, 16, 20, 24, 24, 24, 24, 24, 24, 28, 28, 28, 32, 32, 32, 32, 32, 32}[s.IntN(18)]
			if s.IntN(4) == 0 {
				p.IPv6DestCidrIP = netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0xd, 0xb8, byte(s.IntN(100)), byte(s.IntN(256))}), 32+bits).Masked().String()
			} else {
				p.DestCidrIP = netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(10 + s.IntN(100)), byte(s.IntN(40)), byte(s.IntN(256)), byte(s.IntN(256))}), bits).Masked().String()
				if s.IntN(4) == 0 {
					p.SourceCidrIP = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 9, byte(s.IntN(8)), 0}), 24).String()
				}
			}
			_ = g.Authorize(p) // an equal rule is refused, and another is made
		}
		g.Authorize(rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "0.0.0.0/0", Policy: "drop", Priority: "100"})
		i.Groups = append(i.Groups, g)
	}
	return i
}

// adversarial is n rules in which every field is a range that overlaps others.
func adversarial(n int) fixture {
	s := rand.New(rand.NewPCG(3, uint64(n)))
	g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
	g.Limit = n + 3 // room for a change
	ports := func() string {
		a, b := 1+s.IntN(65535), 1+s.IntN(65535)
		return fmt.Sprintf("%d/%d", min(a, b), max(a, b))
	}
	block := func() string {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(s.IntN(256)), byte(s.IntN(256)), byte(s.IntN(256))}), 8+s.IntN(s.IntN(8)+1)).Masked().String()
	}
	for g.Len() < n {
		p := rule.Params{IPProtocol: "tcp", PortRange: ports(), SourcePortRange: ports(), DestCidrIP: block(), SourceCidrIP: block(),
			Policy: []string{"accept", "drop"}[s.IntN(2)], Priority: fmt.Sprint(1 + s.IntN(100))}
		_ = g.Authorize(p)
	}
	return fixture{Groups: []*rule.Group{g}}
}

// staggered is n rules none of which covers another in any field: windows over
// destinations (the members of groups), sources and both ports that shift from
// rule to rule, in another order in each field.
func staggered(n int, same bool) fixture {
	s := rand.New(rand.NewPCG(5, uint64(n)))
	sets := map[string]*netipx.IPSet{}
	g := rule.NewGroup("sg-s", rule.VPC, rule.Advanced)
	g.Limit = n + 3 // room for a change
	window := func(i, size int) (int, int) { return 1 + i*size/2/n, i*size/2/n + size/2 }
	a, b := s.Perm(n), s.Perm(n)
	for i := range n {
		var set netipx.IPSetBuilder
		first, last := window(i, 65536)
		addr := func(v int) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, byte(v >> 8), byte(v)}) }
		set.AddRange(netipx.IPRangeFrom(addr(first), addr(last)))
		id := fmt.Sprintf("sg-m%d", i)
		sets[id], _ = set.IPSet()
		d1, d2 := window(a[i], 65535)
		s1, s2 := window(b[i], 65535)
		p := rule.Params{IPProtocol: "tcp", PortRange: fmt.Sprintf("%d/%d", d1, d2), SourcePortRange: fmt.Sprintf("%d/%d", s1, s2), DestGroupID: id,
			SourceCidrIP: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(s.IntN(256)), byte(s.IntN(256))}), 14+s.IntN(10)).Masked().String(),
			Policy:       []string{"accept", "drop"}[s.IntN(2)], Priority: fmt.Sprint(1 + s.IntN(100))}
		if same {
			p.Policy = "accept"
		}
		if err := g.Authorize(p); err != nil {
			panic(err)
		}
	}
	members, err := match.NewMembers(sets)
	if err != nil {
		panic(err)
	}
	return fixture{Members: members, Groups: []*rule.Group{g}}
}

// edited is i with a few rules changed.
func edited(i fixture) fixture {
	j := fixture{Members: i.Members}
	for _, g := range i.Groups {
		j.Groups = append(j.Groups, g.Clone())
	}
	g := j.Groups[0]
	g.Remove(g.Len() / 2)
	for n := range 3 {
		r := rule.Rule{Protocol: rule.TCP, Dst: netip.MustParsePrefix("10.0.0.0/8"), DstPorts: rule.PortRange{First: uint16(8000 + 100*n), Last: 9000}, Policy: rule.Policy(n % 2), Priority: uint8(1 + n)}
		if err := g.Add(r); err != nil {
			panic(err)
		}
	}
	return j
}

// crowd is rules to n groups with 65,536 members and more each.
func crowd(n int) fixture {
	sets := map[string]*netipx.IPSet{}
	g := rule.NewGroup("sg-c", rule.VPC, rule.Advanced)
	for k := range n {
		var b netipx.IPSetBuilder
		for n := range 65536 {
			b.Add(netip.AddrFrom4([4]byte{10, byte(k % 4), byte(n >> 7), byte(n << 1)}))
			b.Add(netip.AddrFrom4([4]byte{10, byte(n >> 15), byte(n >> 7), byte(n << 1)}))
		}
		id := fmt.Sprintf("sg-m%d", k)
		sets[id], _ = b.IPSet()
		if err := g.Authorize(rule.Params{IPProtocol: "tcp", PortRange: fmt.Sprintf("%d/%d", 80+k, 90+k), DestGroupID: id, Policy: "drop", Priority: fmt.Sprint(1 + k)}); err != nil {
			panic(err)
		}
	}
	members, err := match.NewMembers(sets)
	if err != nil {
		panic(err)
	}
	return fixture{Members: members, Groups: []*rule.Group{g}}
}

// benchWorld is an interface to measure; a quick one is for tests, too.
type benchWorld struct {
	name  string
	make  func() fixture
	quick bool
}

func worlds() []benchWorld {
	return []benchWorld{
		{"ordinary-100", func() fixture { return ordinary(1, 100) }, true},
		{"ordinary-1000", func() fixture { return ordinary(10, 100) }, true},
		{"adversarial-1000", func() fixture { return adversarial(1000) }, false},
		{"adversarial-100", func() fixture { return adversarial(100) }, true},
		{"adversarial-200", func() fixture { return adversarial(200) }, false},
		{"staggered-100", func() fixture { return staggered(100, false) }, true},
		{"staggered-100-accept", func() fixture { return staggered(100, true) }, false},
		{"members-65536", func() fixture { return crowd(1) }, true},
		{"members-20x98304", func() fixture { return crowd(20) }, false},
	}
}

// BenchmarkLint and BenchmarkDiff report how much they found, so that a faster
// way to find less shows.
func BenchmarkLint(b *testing.B) {
	for _, w := range worlds() {
		b.Run(w.name, func(b *testing.B) {
			i, found := w.make(), 0
			for b.Loop() {
				findings, err := Lint(ctx, i.table())
				if err != nil {
					b.Fatal(err)
				}
				found = len(findings)
			}
			b.ReportMetric(float64(found), "findings")
		})
	}
}

func BenchmarkDiff(b *testing.B) {
	for _, w := range worlds() {
		b.Run(w.name, func(b *testing.B) {
			before, found := w.make(), 0
			after := edited(before)
			for b.Loop() {
				changes, err := Diff(ctx, before.table(), after.table())
				if err != nil {
					b.Fatal(err)
				}
				found = len(changes)
			}
			b.ReportMetric(float64(found), "regions")
		})
	}
}
