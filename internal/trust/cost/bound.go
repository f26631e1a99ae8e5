package main

import (
	"fmt"
	"time"
)

// bound states what a call may cost: a fixed part and a part for each unit of its
// input, or for each pair of units where square is set.
type bound struct {
	square      bool
	time, timeN time.Duration
	alloc       int64 // bytes allocated in all, which also bounds the peak
	allocN      int64
	live        int64 // bytes that the result holds; 0: there is none in this process
	liveN       int64
}

// units is how many parts an input of n units has.
func (b bound) units(n int) int64 {
	if b.square {
		return int64(n) * int64(n)
	}
	return int64(n)
}

// of is the bound for an input of n units.
func (b bound) of(n int) cost {
	u := b.units(n)
	return cost{b.time + time.Duration(u)*b.timeN, b.alloc + u*b.allocN, b.live + u*b.liveN}
}

// timeShare is how much of the bound on time a cost takes.
func (b bound) timeShare(c cost, n int) float64 {
	return float64(c.time) / float64(b.of(n).time)
}

// memoryShare is how much of a bound on memory a cost takes.
func (b bound) memoryShare(c cost, n int) float64 {
	most := b.of(n)
	share := float64(c.alloc) / float64(most.alloc)
	if most.live > 0 {
		share = max(share, float64(c.live)/float64(most.live))
	}
	return share
}

func (c cost) String() string {
	return fmt.Sprintf("%v, %s allocated, %s kept", rounded(c.time), bytes(c.alloc), bytes(c.live))
}

// rounded keeps three digits.
func rounded(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}

func bytes(n int64) string {
	for _, u := range []struct {
		size int64
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		switch {
		case n >= u.size && n%u.size == 0:
			return fmt.Sprintf("%d %s", n/u.size, u.name)
		case n >= u.size:
			return fmt.Sprintf("%.1f %s", float64(n)/float64(u.size), u.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}

// told are the bounds as SECURITY.md has them.
func (b bound) told(unit string) (onTime, onMemory string) {
	each := "each " + unit
	if b.square {
		each = "each pair of " + unit + "s"
	}
	onTime, onMemory = fmt.Sprint(b.time), bytes(b.alloc)
	if b.timeN > 0 {
		onTime += fmt.Sprintf(" and %v for %s", b.timeN, each)
	}
	if b.allocN > 0 {
		onMemory += fmt.Sprintf(" and %s for %s", bytes(b.allocN), each)
	}
	if b.live == 0 {
		return onTime, onMemory
	}
	onMemory += " allocated; kept: " + bytes(b.live)
	if b.liveN > 0 {
		onMemory += fmt.Sprintf(" and %s for %s", bytes(b.liveN), each)
	}
	return onTime, onMemory
}
