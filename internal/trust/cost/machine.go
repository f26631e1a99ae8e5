package main

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"time"
)

// reference is what the calibration loop takes on the machine that the bounds are
// stated for: one core of a shared x86-64 server of 2020.
const reference = 6 * time.Millisecond

// calibrate times a loop of sorting, hashing and allocating, and returns the
// least of three.
func calibrate() time.Duration {
	least := time.Hour
	for range 3 {
		least = min(least, loop())
	}
	return least
}

// sink keeps what the loop computes alive.
var sink int

func loop() time.Duration {
	chance := rand.New(rand.NewPCG(1, 1))
	began := cpuTime()
	list := make([]uint32, 60_000)
	for i := range list {
		list[i] = chance.Uint32()
	}
	slices.Sort(list)
	set := map[uint32][]uint32{}
	for _, v := range list[:20_000] {
		set[v>>4] = append(set[v>>4], v)
	}
	sink += len(set)
	runtime.KeepAlive(&sink)
	return cpuTime() - began
}

// job is one call to measure. It returns what stays in memory.
type job func() (any, error)

// cost is what a call took: CPU time, in that of the reference machine, bytes
// allocated in all, and bytes that its result holds.
type cost struct {
	time        time.Duration
	alloc, live int64
}

// measure runs a job, a short one several times.
func measure(j job, speed float64) (c cost, err error) {
	before := heap()
	began := cpuTime()
	result, err := j()
	took := cpuTime() - began
	c.alloc = counted().allocated - before.allocated
	if c.alloc > smallLive {
		c.live = max(heap().live-before.live, 0)
	}
	if p, ok := result.(peak); ok { // of another process
		c.alloc, c.live = int64(p), 0
	}
	runtime.KeepAlive(result)
	const enough = time.Millisecond
	for n := 1; took < enough; {
		n *= 4
		began = cpuTime()
		for range n {
			_, _ = j()
		}
		if total := cpuTime() - began; total >= enough || n > 1<<14 {
			took = total / time.Duration(n)
			break
		}
	}
	c.time = time.Duration(float64(took) * speed)
	return c, err
}

// smallLive is too little to look whether it stays: a look takes a millisecond.
const smallLive = 32 << 10

type memory struct{ allocated, live int64 }

// heap collects garbage first.
func heap() memory {
	runtime.GC()
	return counted()
}

func counted() memory {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return memory{int64(m.TotalAlloc), int64(m.HeapAlloc)}
}
