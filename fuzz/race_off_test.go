//go:build !race

package fuzz

// slower is how many times slower everything may be: not at all.
const slower = 1
