// Package fuzz holds the tests that go across the packages: differential tests
// against the reference evaluator, properties, and what holds the house
// together. It has no code of its own.
package fuzz
