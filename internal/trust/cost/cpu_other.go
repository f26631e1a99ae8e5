//go:build !unix

package main

import (
	"os"
	"time"
)

var began = time.Now()

// cpuTime is wall time where there is no other clock.
func cpuTime() time.Duration { return time.Since(began) }

// peakOf knows nothing here.
func peakOf(*os.ProcessState) peak { return 0 }
