// Package bench measures the engine: its benchmarks run over every set that
// package ruleset makes, and say what they ran on. The command compare sets it
// beside its rivals, the command scale shows how its cost grows.
//
//	go test -bench . ./bench
//	go run ./bench/compare
//	go run ./bench/scale
package bench
