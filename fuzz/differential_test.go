package fuzz

import (
	"encoding/binary"
	"flag"
	"math/rand/v2"
	"testing"

	"example.com/sluice/internal/gen"
	"pgregory.net/rapid"
)

// The long runs are a matter of flags:
//
//	go test ./fuzz -run Differential -rapid.checks=100000
//	go test ./fuzz -run Sweep -interfaces=10000 -packets=10000
//	go test ./fuzz -fuzz FuzzDifferential -fuzztime 10m -fuzzminimizetime 10x
var (
	interfaces = flag.Uint64("interfaces", 120, "how many interfaces TestSweep compares")
	packets    = flag.Int("packets", 250, "how many packets TestSweep makes for each interface")
)

// most is how many rules an interface of the comparison has at most.
const most = 1000

// differential is the property: the engine says what the reference says.
func differential(c *tally) func(t *rapid.T) {
	return func(t *rapid.T) {
		w := rapid.OneOf(small(), seeded(most, 100)).Draw(t, "world")
		table, err := compile(w.Interface)
		if err != nil {
			t.Fatalf("Compile = %v, want a table of\n%v", err, w.Interface)
		}
		if p, diff := compare(w.Interface, table, w.packets, c); diff != "" {
			t.Fatal(report(w.Interface, p, diff))
		}
	}
}

func TestDifferential(t *testing.T) {
	c := newTally()
	rapid.Check(t, differential(c))
	if !testing.Short() { // -short draws too few worlds for shares
		c.checkAnswers(t)
	}
}

func FuzzDifferential(f *testing.F) {
	s := rand.New(rand.NewPCG(1, 2))
	for range 8 {
		var seed []byte
		for range 32 << 10 / 8 {
			seed = binary.LittleEndian.AppendUint64(seed, s.Uint64())
		}
		f.Add(seed)
	}
	f.Fuzz(rapid.MakeFuzz(differential(newTally())))
}

// TestSweep is the fast driver: seeded interfaces, of any shape and of the
// shapes where the engine changes its ways. It proves that it bites by what it
// counted.
func TestSweep(t *testing.T) {
	t.Parallel()
	c := newTally()
	n := *interfaces
	if testing.Short() {
		n = max(n/4, 100) // fewer do not meet every class that is counted
	}
	for seed := range n {
		s := gen.Seeded(seed)
		sh := gen.AnyShape(s, most)
		if seed%3 == 0 {
			sh.Rules = []int{63, 64, 65, 127, 128, 129, 191, 192, 193, 256, 300, most}[s.IntN(12)]
			if seed%2 == 0 {
				sh.Groups = 10
			}
		}
		x := gen.NewInterface(s, sh)
		table, err := compile(x)
		if err != nil {
			t.Fatalf("seed %d: Compile = %v, want a table of %+v", seed, err, sh)
		}
		if p, diff := compare(x, table, gen.NewPackets(x).List(s, *packets), c); diff != "" {
			t.Fatalf("seed %d: %s", seed, report(x, p, diff))
		}
	}
	c.check(t)
}
