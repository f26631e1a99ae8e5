//go:build race

package fuzz

// slower is how many times slower everything may be than without the race
// detector.
const slower = 15

// hungrier is how many times the memory everything may take: sync.Pool, which
// regular expressions use, drops what it holds under the race detector.
const hungrier = 2
