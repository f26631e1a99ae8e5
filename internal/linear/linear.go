// Package linear checks in tests that work takes time in proportion to its size.
package linear

import (
	"testing"
	"time"
)

// factor is how much larger the larger size is. Linear work takes about as long as
// factor times the work on the smaller one, quadratic work factor times longer;
// most is between the two.
const factor, most = 16, 6

// On a busy machine work takes longer by chance, but hardly ever each time. The two
// sizes are timed tries times at most, or until all this took enough.
const (
	tries  = 30
	enough = 5 * time.Second
)

// Check fails t unless the work on 16 times n units takes about as long as 16 times
// the work on n. It compares the least of several times, and ends once these are in
// proportion.
func Check(t testing.TB, n int, work func(n int)) {
	t.Helper()
	check(t, n, work, func(work func()) time.Duration {
		start := time.Now()
		work()
		return time.Since(start)
	})
}

func check(t testing.TB, n int, work func(n int), timeOf func(work func()) time.Duration) {
	t.Helper()
	small, large, spent := time.Duration(1<<63-1), time.Duration(1<<63-1), time.Duration(0)
	for i := 0; i < tries && spent < enough; i++ {
		took := timeOf(func() {
			for range factor {
				work(n)
			}
		})
		tookLarge := timeOf(func() { work(factor * n) })
		small, large, spent = min(small, took), min(large, tookLarge), spent+took+tookLarge
		if large <= most*small {
			return
		}
	}
	t.Errorf("%d times %d units take %v, %d units %v, want at most %d times that", factor, n, small, factor*n, large, most)
}
