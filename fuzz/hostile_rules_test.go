package fuzz

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"example.com/sluice/internal/gen"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// hostileRules are rule sets built to blow an index up: each makes n rules, and
// the members that they need.
var hostileRules = []struct {
	name string
	make func(r *rand.Rand, i, n int) rule.Rule
}{
	{"distinct prefixes at every length", func(r *rand.Rand, i, _ int) rule.Rule {
		return rule.Rule{Protocol: rule.All, Dst: anyBlock(r, i%2 == 0, 1, 128)}
	}},
	{"distinct prefixes at every length on both sides", func(r *rand.Rand, i, _ int) rule.Rule {
		return rule.Rule{Protocol: rule.All, Dst: anyBlock(r, i%2 == 0, 1, 128), Src: anyBlock(r, i%2 == 0, 1, 128)}
	}},
	{"distinct addresses", func(r *rand.Rand, i, _ int) rule.Rule {
		return rule.Rule{Protocol: rule.All, Dst: anyBlock(r, i%2 == 0, 128, 128), Src: anyBlock(r, i%2 == 0, 128, 128)}
	}},
	{"disjoint port ranges on both sides", func(_ *rand.Rand, i, n int) rule.Rule {
		width := 65535 / n
		a, b := 1+i*width, 1+(i*7919%n)*width // 7919 is prime: another order
		return rule.Rule{
			Protocol: rule.TCP, Dst: netip.PrefixFrom(netip.IPv4Unspecified(), 0),
			DstPorts: rule.PortRange{First: uint16(a), Last: uint16(a + width - 1)},
			SrcPorts: rule.PortRange{First: uint16(b), Last: uint16(b + width - 1)},
		}
	}},
	{"nested port ranges on both sides", func(_ *rand.Rand, i, _ int) rule.Rule {
		p := rule.PortRange{First: uint16(1 + i), Last: uint16(65535 - i)}
		return rule.Rule{Protocol: rule.UDP, Dst: netip.PrefixFrom(netip.IPv6Unspecified(), 0), DstPorts: p, SrcPorts: p}
	}},
	{"all prefixes nested", func(_ *rand.Rand, i, _ int) rule.Rule {
		a := netip.MustParseAddr("2001:db8:aaaa:5555:aaaa:5555:aaaa:5555")
		return rule.Rule{
			Protocol: rule.TCP, DstPorts: rule.PortRange{First: uint16(1 + i), Last: 65535},
			Dst: netip.PrefixFrom(a, i%129).Masked(), Src: netip.PrefixFrom(a, i/129%129).Masked(),
		}
	}},
	{"everything ranged and overlapping", func(r *rand.Rand, i, _ int) rule.Rule {
		return rule.Rule{
			Protocol: []rule.Protocol{rule.TCP, rule.UDP}[i%2], DstPorts: wideRange(r), SrcPorts: wideRange(r),
			Dst: anyBlock(r, i%4 < 2, 0, 6), Src: anyBlock(r, i%4 < 2, 0, 6),
		}
	}},
	{"each rule a group of its own", func(_ *rand.Rand, i, _ int) rule.Rule {
		return rule.Rule{Protocol: rule.All, DstGroup: fmt.Sprintf("sg-m%d", i)}
	}},
}

// anyBlock is a block of first to last bits, of IPv4 at most 32.
func anyBlock(r *rand.Rand, v6 bool, first, last int) netip.Prefix {
	var b [16]byte
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	b[0] |= 0x20 // no mapped address
	a := netip.AddrFrom16(b)
	if !v6 {
		a = netip.AddrFrom4([4]byte(b[:4]))
	}
	last = min(last, a.BitLen())
	first = min(first, last)
	return netip.PrefixFrom(a, first+r.IntN(last-first+1)).Masked()
}

func wideRange(r *rand.Rand) rule.PortRange {
	return rule.PortRange{First: uint16(1 + r.IntN(20000)), Last: uint16(40000 + r.IntN(25536))}
}

// hostileInterface is one group of n hostile rules. The members of group i are
// addresses that those of the other groups overlap.
func hostileInterface(t *testing.T, name string, n int) gen.Interface {
	t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(n)))
	g := rule.NewGroup("sg-0", rule.VPC, rule.Advanced)
	g.Limit = n
	x := gen.Interface{Members: map[string]*netipx.IPSet{}, Groups: []*rule.Group{g}}
	for _, h := range hostileRules {
		if h.name != name {
			continue
		}
		for i := range n {
			one := h.make(r, i, n)
			one.Policy, one.Priority = rule.Policy(i%2), uint8(1+r.IntN(100))
			if err := g.Restore(rule.Existing{Params: one.Params()}); err != nil {
				t.Fatalf("rule %d, %v: %v", i, one, err)
			}
			if one.DstGroup != "" {
				x.Members[one.DstGroup] = setOf([]netipx.IPRange{netipx.IPRangeFrom(
					netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), netip.AddrFrom4([4]byte{10, 255, byte(255 - i>>8), byte(255 - i)}))})
			}
		}
	}
	return x
}

// hostileCount is for larger sets by hand: go test ./fuzz -run HostileRules -hostile=10000
var hostileCount = flag.Int("hostile", 1000, "how many rules TestHostileRulesStayInBounds compiles")

// What a hostile set of 1,000 rules may cost; SECURITY.md states these bounds. The
// first three grow with the square of the rules at worst, the last in proportion.
const (
	hostileCompile = slower * 5 * time.Second
	hostileMemory  = 16 << 20  // of the table
	hostileGarbage = 128 << 20 // allocated on the way, in all
	hostileLookup  = slower * 20 * time.Microsecond
)

func TestHostileRulesStayInBounds(t *testing.T) {
	n := float64(*hostileCount) / 1000
	for _, h := range hostileRules {
		t.Run(h.name, func(t *testing.T) {
			x := hostileInterface(t, h.name, *hostileCount)
			members := newMembers(x.Members)
			before, garbage, start := live(), allocated(), time.Now()
			table, err := match.Compile(members, x.Groups...)
			took := time.Since(start)
			garbage = allocated() - garbage
			grown := live() - before
			if err != nil {
				t.Fatalf("Compile = %v", err)
			}
			packets := gen.NewPackets(x).List(gen.Seeded(1), 500)
			if p, diff := compare(x, table, packets, newTally()); diff != "" {
				t.Fatalf("on %v\n%s", p, diff)
			}
			batch, rounds := enginePackets(packets), 20
			dst := make([]match.Decision, 0, len(batch))
			start = time.Now()
			for range rounds {
				dst = table.DecideBatch(dst[:0], batch)
			}
			lookup := time.Since(start) / time.Duration(rounds*len(batch))
			if allocs := testing.AllocsPerRun(10, func() { dst = table.DecideBatch(dst[:0], batch) }); allocs > 0 {
				t.Errorf("a batch allocates %v times, want never", allocs)
			}
			t.Logf("compile %v, table %d KiB, allocated %d KiB, lookup %v", took, grown>>10, garbage>>10, lookup)
			for what, share := range map[string]float64{
				"compile": float64(took) / float64(hostileCompile) / (n * n), "table": float64(grown) / hostileMemory / (n * n),
				"allocated": float64(garbage) / hostileGarbage / (n * n), "lookup": float64(lookup) / float64(hostileLookup) / n,
			} {
				if share > 1 {
					t.Errorf("%s is %.1f times its bound: compile %v, table %d bytes, allocated %d bytes, lookup %v", what, share, took, grown, garbage, lookup)
				}
			}
			ruled := 0
			for _, d := range dst {
				if d.Cause == match.ByRule {
					ruled++
				}
			}
			if ruled*10 < len(dst) {
				t.Errorf("rules decide %d of %d packets, want a tenth", ruled, len(dst))
			}
		})
	}
}

// live is what the heap holds after a collection.
func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
