package measure

import "runtime"

// HeapBytes returns what one of n things that build returns holds on the heap, on
// average.
func HeapBytes(n int, build func(i int) (any, error)) (float64, error) {
	things := make([]any, n)
	before := heap()
	for i := range things {
		var err error
		if things[i], err = build(i); err != nil {
			return 0, err
		}
	}
	bytes := float64(heap()-before) / float64(n)
	runtime.KeepAlive(things)
	return max(bytes, 0), nil
}

// heap returns the size of what is in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what finalizers and caches still held
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Allocs returns how many allocations a call of f makes, on average of n and
// without the fraction that the runtime's own allocations make.
func Allocs(n int, f func()) int {
	var before, after runtime.MemStats
	f()
	runtime.ReadMemStats(&before)
	for range n {
		f()
	}
	runtime.ReadMemStats(&after)
	return int(after.Mallocs-before.Mallocs) / n
}
