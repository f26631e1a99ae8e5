//go:build !race

package main

// slack is how many times its bound a call may cost.
const slack = 1
