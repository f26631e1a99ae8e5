// Package measure times contenders that take turns, and tells quiet repetitions
// from disturbed ones.
package measure

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Tolerance is how much slower than usual the calibration may be for a machine
// that counts as quiet.
const Tolerance = 1.10

// Calibrator tells whether the machine is quiet: it times a fixed piece of work,
// half of it arithmetic and half of it loads that the second-level cache serves,
// and compares with what the same took before.
type Calibrator struct {
	next  []uint32 // a random cycle through all indexes
	words []uint64
	times []time.Duration // of every calibration so far, ascending
	sink  uint64
}

// warmUp is how many calibrations go before the first verdict.
const warmUp = 50

// NewCalibrator returns one that knows the machine.
func NewCalibrator() *Calibrator {
	c := &Calibrator{next: make([]uint32, 1<<16), words: make([]uint64, 1<<10)}
	order := rand.New(rand.NewPCG(1, 1)).Perm(len(c.next))
	for i, at := range order {
		c.next[at] = uint32(order[(i+1)%len(order)])
	}
	for range warmUp {
		c.Quiet()
	}
	return c
}

// Quiet does the work, and reports whether it took no longer than usual: than
// the fastest tenth of all calibrations, with some tolerance. A first round that
// is not timed fills the caches: what ran before shall not count.
func (c *Calibrator) Quiet() bool {
	c.work()
	start := time.Now()
	c.work()
	took := time.Since(start)
	at, _ := slices.BinarySearch(c.times, took)
	c.times = slices.Insert(c.times, at, took)
	usual := c.times[len(c.times)/10]
	return float64(took) <= Tolerance*float64(usual)
}

// work takes some 100 microseconds.
func (c *Calibrator) work() {
	var a, b, d, e uint64 = 1, 2, 3, 5
	for range 32 {
		for i := 0; i+3 < len(c.words); i += 4 {
			a = a*0x9e3779b97f4a7c15 + c.words[i]
			b = b*0xd6e8feb86659fd93 ^ c.words[i+1]
			d = d*0xc2b2ae3d27d4eb4f + c.words[i+2]
			e = e*0x165667b19e3779f9 ^ c.words[i+3]
		}
	}
	at := uint32(0)
	for range 8192 {
		at = c.next[at]
	}
	c.sink += a ^ b ^ d ^ e ^ uint64(at)
}
