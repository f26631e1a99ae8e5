package linear

import (
	"testing"
	"time"
)

// recorder notes that a test has failed.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }

// Each step takes a nanosecond of a clock that nothing else moves, but for delays.
func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		steps  func(n int) int
		delays int // how many of the first times are long by chance
		fails  bool
	}{
		"constant":                    {func(int) int { return 100 }, 0, false},
		"linear":                      {func(n int) int { return 10 * n }, 0, false},
		"linear, on a busy machine":   {func(n int) int { return 10 * n }, tries, false},
		"quadratic":                   {func(n int) int { return n * n }, 0, true},
		"quadratic behind a constant": {func(n int) int { return 5000 + n*n }, 0, true},
	} {
		now, timed := 0, 0
		r := &recorder{TB: t}
		check(r, 100, func(n int) { now += c.steps(n) }, func(work func()) time.Duration {
			start := now
			work()
			if timed++; timed <= c.delays && timed%2 == 0 {
				now += 1e6
			}
			return time.Duration(now - start)
		})
		if r.failed != c.fails {
			t.Errorf("%s: Check fails: %t, want %t", name, r.failed, c.fails)
		}
	}
}

func TestCheckTimes(t *testing.T) {
	worked := 0
	Check(t, 1, func(n int) { worked += n })
	if worked == 0 || worked%(2*factor) != 0 {
		t.Errorf("Check works on %d units, want both sizes", worked)
	}
}
