// Package ruleset makes the rule sets and the packets that the benchmarks run
// on. Everything comes from fixed seeds: the same [Spec] gives the same rules and
// the same packets on every machine.
package ruleset
