package smallworld

import (
	"strings"
	"testing"
)

// The numbers that the documentation names.
func TestWorldsAreWhole(t *testing.T) {
	for _, c := range []struct {
		world           World
		rules, verdicts int
	}{
		{Pairs, 2604, 3_391_710 * 144},
		{Triples, 196, 1_274_196 * 20},
		{Classic, 392, 77_028 * 40},
	} {
		if r, v := c.world.Rules(), c.world.Verdicts(); r != c.rules || v != c.verdicts {
			t.Errorf("%s: %d rules and %d verdicts, want %d and %d", c.world.Name, r, v, c.rules, c.verdicts)
		}
		tuples := 0
		for first := range c.rules {
			if c.world.Arity == 2 || first%13 == 0 {
				_ = c.world.tuples(first, func([]int) error { tuples++; return nil })
			}
		}
		if want := c.verdicts / len(c.world.packets()); c.world.Arity == 2 && tuples != want {
			t.Errorf("%s: tuples visits %d, want %d", c.world.Name, tuples, want)
		}
	}
}

// TestPlacesCrossBoundaries wants the world's bits on both sides of every
// boundary between bytes, in source and destination.
func TestPlacesCrossBoundaries(t *testing.T) {
	crossed := map[[3]int]bool{}
	kind := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	for _, p := range Full(Pairs) {
		for boundary := p.Offset + 1; boundary < p.Offset+Pairs.AddrBits; boundary++ {
			crossed[[3]int{kind(p.V6), kind(p.Source), boundary}] = true
		}
	}
	for v6, width := range []int{32, 128} {
		for source := range 2 {
			for boundary := 8; boundary < width; boundary += 8 {
				if !crossed[[3]int{v6, source, boundary}] {
					t.Errorf("no place crosses bit %d of IPv6=%d source=%d", boundary, v6, source)
				}
			}
		}
	}
}

// TestRunBites turns one bit of what a rule matches, or the order of two rules,
// as a wrong engine would answer, and wants the run to say so.
func TestRunBites(t *testing.T) {
	for _, p := range Full(Classic)[:3] {
		x, err := NewRun(Classic, p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.Unit(5); err != nil {
			t.Errorf("%v: %v", p, err)
		}
		x.matches[1][0] ^= 1 << 7
		if _, err := x.Unit(5); err == nil || !strings.Contains(err.Error(), "want") {
			t.Errorf("%v: a wrong bit gave %v, want a difference", p, err)
		}
		x.matches[1][0] ^= 1 << 7
		x.variants[0], x.variants[1] = x.variants[1], x.variants[0]
		if _, err := x.Unit(5); err == nil {
			t.Errorf("%v: policies turned round gave no difference", p)
		}
	}
}

// TestSweepBites moves one cut of the painted list.
func TestSweepBites(t *testing.T) {
	x, err := NewSweep(3, 60)
	if err != nil {
		t.Fatal(err)
	}
	n, err := x.Edges()
	if err != nil || n != 2*x.Pieces() || n < 100 {
		t.Fatalf("Edges = %d, %v, want two for each of %d pieces", n, err, x.Pieces())
	}
	for i := 1; i < len(x.pieces); i++ {
		if x.pieces[i].want == x.pieces[i-1].want {
			continue
		}
		x.pieces[i].first++
		if _, err := x.Edges(); err == nil {
			t.Errorf("piece %d began one late and Edges found nothing", i)
		}
		x.pieces[i].first--
	}
}
