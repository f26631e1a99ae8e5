package gen

import "math/rand/v2"

// Source is where choices come from. IntN returns a number of 0..n-1; a smaller
// one leads to a simpler thing. A *rand.Rand is a Source.
type Source interface{ IntN(n int) int }

// Seeded returns the fast source: the same seed, the same choices.
func Seeded(seed uint64) Source { return rand.New(rand.NewPCG(seed, 0)) }

// percent is true in about share of 100 cases, and for the larger choices only.
func percent(s Source, share int) bool { return s.IntN(100) >= 100-share }

// pick returns one of list, the first being the simplest.
func pick[T any](s Source, list []T) T { return list[s.IntN(len(list))] }

// weighted returns an index of weights, each as often as its weight says.
func weighted(s Source, weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := s.IntN(sum)
	for i, w := range weights {
		if n < w {
			return i
		}
		n -= w
	}
	return 0 // not reached: n < sum
}

// between returns a number of first..last.
func between(s Source, first, last int) int { return first + s.IntN(last-first+1) }
