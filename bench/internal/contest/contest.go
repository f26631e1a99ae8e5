// Package contest holds the engine and its rivals in one form: each answers the
// packets of a case, and each answer is checked.
//
// The rivals take packets as the engine does, and are spared what the engine must
// do and these traces do not need: IPv4-mapped addresses, zones, invalid packets
// and NICs.
//
// The loops are written out for each contender: a call through an interface or a
// type parameter would cost a fast one a tenth of its time.
package contest

import (
	"fmt"

	"example.com/sluice/bench/internal/ruleset"
)

// Contender answers the first n packets of its case, again and again.
type Contender interface {
	// Name is the rival's name in tables and rows.
	Name() string
	// Thr answers packets one by one, independent of each other, and returns how
	// many answers were wrong.
	Thr(n int) (wrong int)
	// Chain does, too, but which packet is next depends on the answer: behind an
	// accepted packet one is left out.
	Chain(n int) (wrong int)
}

// Rivals returns every rival that is written in Go.
func Rivals(c *ruleset.Case) []Contender {
	return []Contender{NewNaive(c), NewTuned(c), NewBart(c), NewBartFull(c)}
}

// Check answers every packet and fails on a wrong answer.
func Check(c Contender, n int) error {
	if wrong := c.Thr(n) + c.Chain(n); wrong > 0 {
		return fmt.Errorf("contest: %s: %d of %d answers are wrong", c.Name(), wrong, 2*n)
	}
	return nil
}
