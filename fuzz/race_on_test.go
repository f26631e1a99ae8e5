//go:build race

package fuzz

// slower is how many times slower everything may be than without the race
// detector.
const slower = 15
