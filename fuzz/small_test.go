package fuzz

import (
	"flag"
	"math/rand/v2"
	"testing"

	"example.com/sluice/internal/trust/smallworld"
)

// A slice of the small worlds. A full run is a command of its own:
//
//	go test ./fuzz -run Small -small.verdicts=100000000 -small.seed=7
//	go run ./internal/trust/exhaustive
var (
	smallVerdicts = flag.Int("small.verdicts", 600_000, "how many verdicts the tests of small worlds compare at least")
	smallSeed     = flag.Uint64("small.seed", 1, "which slice of the small worlds")
)

// TestSmallWorlds holds all answers about pairs and triples of rules against the
// reference, in worlds of a few bits: some units at some places of each world.
func TestSmallWorlds(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(*smallSeed, 0))
	total, sum := 0, smallworld.Tally{}
	for _, c := range []struct {
		world   smallworld.World
		percent int
		places  int
	}{{smallworld.Pairs, 80, 6}, {smallworld.Triples, 18, 6}, {smallworld.Classic, 2, 4}} {
		places := smallworld.Full(c.world)
		for range c.places {
			p := places[chance.IntN(len(places))]
			x, err := smallworld.NewRun(c.world, p)
			if err != nil {
				t.Fatalf("%v at %v: %v", c.world, p, err)
			}
			units := chance.Perm(x.Units())
			for verdicts := 0; verdicts < *smallVerdicts/100*c.percent/c.places && len(units) > 0; units = units[1:] {
				n, err := x.Unit(units[0])
				if err != nil {
					t.Fatalf("-small.seed=%d: %v at %v, unit %d: %v", *smallSeed, c.world, p, units[0], err)
				}
				verdicts += n
				total += n
			}
			y := x.Tally()
			sum.Asked, sum.Default, sum.Accept = sum.Asked+y.Asked, sum.Default+y.Default, sum.Accept+y.Accept
			sum.Drop, sum.Contested = sum.Drop+y.Drop, sum.Contested+y.Contested
		}
	}
	t.Logf("%d verdicts compared, %+v", total, sum)
	if total < *smallVerdicts*9/10 {
		t.Errorf("%d verdicts compared, want %d", total, *smallVerdicts)
	}
	for name, n := range map[string]int{"default": sum.Default, "accept": sum.Accept, "drop": sum.Drop, "contested": sum.Contested} {
		if n < total/200 {
			t.Errorf("%s: %d of %d verdicts, want 1 in 200", name, n, total)
		}
	}
}

// TestSmallEveryAddress compares IPv4 addresses with a painted list: both ends of
// every piece, and addresses at even distances from end to end.
func TestSmallEveryAddress(t *testing.T) {
	t.Parallel()
	step := int(max(1<<32/max(int64(*smallVerdicts)/20, 1<<8), 1) | 1) // odd, and in 32 bits
	for i, rules := range []int{5, 30, 100, 128, 129, 300, 1000} {
		seed := *smallSeed*16 + uint64(i)
		x, err := smallworld.NewSweep(seed, rules)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.Edges(); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		for first := range smallworld.SweepUnits {
			if _, err := x.Unit(first, step); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
	}
}

// TestSmallPortRanges compares ranges of ports at their edges: from the ports
// around every power of two and some others, to last ports at even distances.
func TestSmallPortRanges(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(*smallSeed, 1))
	firsts := []int{0, 65533, 65534}
	for power := 2; power < 1<<16; power *= 2 {
		firsts = append(firsts, power-2, power-1, power)
	}
	for range 20 {
		firsts = append(firsts, chance.IntN(smallworld.PortUnits))
	}
	step := max(1+200_000_000/max(*smallVerdicts, 1), 1)
	verdicts := 0
	for _, first := range firsts {
		n, err := smallworld.Ports{}.Unit(first, 1+chance.IntN(2*step))
		if err != nil {
			t.Fatal(err)
		}
		verdicts += n
	}
	t.Logf("%d verdicts compared", verdicts)
	if verdicts < 20_000 {
		t.Errorf("%d verdicts compared, want 20,000", verdicts)
	}
}
