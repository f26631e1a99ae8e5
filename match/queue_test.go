package match

import "testing"

// What is taken is what was added, in order, and is kept no longer.
func TestQueue(t *testing.T) {
	for _, n := range []int{0, 1, chunkLen - 1, chunkLen, chunkLen + 1, 3*chunkLen + 5} {
		var q queue[int]
		for i := range n {
			q.add(i)
		}
		for i := range n {
			if got := q.take(); got != i {
				t.Fatalf("queue of %d: take %d = %d, want %d", n, i, got, i)
			}
		}
		if q.added != n || q.taken != n {
			t.Errorf("queue of %d: added %d, taken %d, want %d each", n, q.added, q.taken, n)
		}
		for i := range n / chunkLen {
			if q.chunks[i] != nil {
				t.Errorf("queue of %d: chunk %d is kept, want it freed", n, i)
			}
		}
	}
}
