//go:build !race

package fuzz

// slower is how many times slower everything may be: not at all.
const slower = 1

// hungrier is how many times the memory everything may take: no more.
const hungrier = 1
