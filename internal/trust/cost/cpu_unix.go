//go:build unix

package main

import (
	"os"
	"syscall"
	"time"
)

// cpuTime is the CPU time of this process and of those that it waited for; other
// processes do not disturb it much.
func cpuTime() (sum time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			panic(err)
		}
		sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return sum
}

// peakOf is the most memory that a process had; Linux counts in KiB.
func peakOf(s *os.ProcessState) peak {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok && u != nil {
		return peak(u.Maxrss) << 10
	}
	return 0
}
