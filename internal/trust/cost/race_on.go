//go:build race

package main

// slack is how many times its bound a call may cost: the race detector slows code
// by other factors than the calibration loop, and sync.Pool drops what it holds.
const slack = 12
