package fuzz

import (
	"flag"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/reference"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// generation is a table as readers meet it, with what the reference says of its
// packets.
type generation struct {
	number  int
	groups  []*rule.Group
	table   *match.Table
	packets []match.Packet
	want    []reference.Answer
}

// newGeneration compiles from members that all generations share.
func newGeneration(t *testing.T, n int, known map[string]*netipx.IPSet, members *match.Members) generation {
	t.Helper()
	s := gen.Seeded(uint64(n))
	sh := gen.AnyShape(s, 40)
	sh.Members = len(known)
	if n%8 == 0 {
		sh.Rules = 140 // the other way of the engine
	}
	x := gen.NewInterface(s, sh)
	x.Members = known
	g := generation{number: n, groups: x.Groups, table: recompiled(t, members, x.Groups)}
	ref := reference.New(known, x.Groups...)
	for _, p := range gen.NewPackets(x).List(s, 64) {
		g.packets = append(g.packets, match.Packet(p))
		g.want = append(g.want, ref.Decide(asReference(p)))
	}
	return g
}

// recompiled compiles copies of groups and then spoils the copies, for a table
// that still looked at them to show.
func recompiled(t *testing.T, members *match.Members, groups []*rule.Group) *match.Table {
	t.Helper()
	var copies []*rule.Group
	for _, g := range groups {
		copies = append(copies, g.Clone())
	}
	table, err := match.Compile(members, copies...)
	if err != nil {
		t.Errorf("Compile = %v, want a table", err)
		return new(match.Table)
	}
	for _, g := range copies {
		for g.Len() > 0 {
			g.Remove(0)
		}
	}
	return table
}

// read asks the table about packet i, by one of its methods, and compares the
// answer with the reference for this generation.
func (g *generation) read(t *testing.T, i int, method int) {
	p := g.packets[i]
	var d match.Decision
	switch method {
	default:
		d = g.table.Decide(p)
	case 1:
		d = g.table.Explain(p).Decision
	case 2:
		d = g.table.DecideBatch(nil, g.packets)[i]
	}
	if got := said(g.table, d); got != g.want[i] {
		t.Errorf("generation %d: Decide(%v) = %+v, want %+v", g.number, p, got, g.want[i])
	}
}

func sharedMembers() (map[string]*netipx.IPSet, *match.Members) {
	known := gen.NewInterface(gen.Seeded(5), gen.Shape{Members: 3}).Members
	return known, newMembers(known)
}

// swaps is for the long run: go test -race ./fuzz -run TablesSwapped -swaps=100000
var swaps = flag.Int("swaps", 10_000, "how many times TestTablesSwappedUnderReaders swaps its table")

// TestTablesSwappedUnderReaders is a simulator in small: tables are swapped
// thousands of times behind an atomic.Pointer while 16 readers decide, and no swap
// comes before somebody has read since the last. Run it with -race.
func TestTablesSwappedUnderReaders(t *testing.T) {
	const readers, generations, anew = 16, 48, 250
	known, members := sharedMembers()
	var all []generation
	for n := range generations {
		all = append(all, newGeneration(t, n, known, members))
	}
	var current atomic.Pointer[generation]
	var reads atomic.Int64
	var done atomic.Bool
	current.Store(&all[0])

	var met [readers][generations]bool
	var wg sync.WaitGroup
	for r := range readers {
		wg.Go(func() {
			for i := r; !done.Load() && !t.Failed(); i++ {
				g := current.Load()
				g.read(t, i%len(g.packets), i%101)
				met[r][g.number] = true
				reads.Add(1)
				runtime.Gosched() // for the swaps to come between the reads, not in bursts
			}
		})
	}
	for i := range *swaps {
		g := all[i%generations]
		if i%anew == 0 {
			g.table = recompiled(t, members, g.groups)
		}
		before := reads.Load()
		current.Store(&g)
		for reads.Load() == before && !t.Failed() {
			runtime.Gosched()
		}
	}
	done.Store(true)
	wg.Wait()
	if n := reads.Load(); n < int64(*swaps)-1 {
		t.Errorf("%d reads, want one for each of %d swaps", n, *swaps)
	}
	// How often each reader runs is the scheduler's choice; together they must
	// have met most generations, and none may have stood still.
	together := map[int]bool{}
	for r := range met {
		count := 0
		for g, seen := range met[r] {
			if seen {
				count++
				together[g] = true
			}
		}
		if count < 2 {
			t.Errorf("reader %d met %d of %d generations, want 2 or more", r, count, generations)
		}
	}
	if len(together) < generations/2 {
		t.Errorf("the readers met %d of %d generations, want half", len(together), generations)
	}
}

// TestMembersSharedByCompilers compiles many tables at once from one Members, as
// a simulator of many interfaces does.
func TestMembersSharedByCompilers(t *testing.T) {
	const compilers, tables = 16, 20
	known, members := sharedMembers()
	var wg sync.WaitGroup
	var asked atomic.Int64
	for c := range compilers {
		wg.Go(func() {
			for n := range tables {
				g := newGeneration(t, c+n, known, members) // most of them twice at once
				for i := range g.packets {
					g.read(t, i, 0)
					if r, _ := g.table.Rule(g.table.Decide(g.packets[i])); r.Rule.DstGroup != "" {
						asked.Add(1)
					}
				}
			}
		})
	}
	wg.Wait()
	if n := asked.Load(); n < 200 {
		t.Errorf("members decided %d packets, want 200", n)
	}
}
