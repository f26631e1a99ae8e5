package match

// chunkLen is how many items of a queue stand together.
const chunkLen = 1 << 10

// queue is a list that is taken from the front. It grows without copying more than
// its first chunk, and frees what has been taken.
type queue[T any] struct {
	chunks       [][]T // of chunkLen items each, but for the last
	added, taken int
}

func (q *queue[T]) add(item T) {
	if q.added%chunkLen == 0 {
		size := min(q.added, chunkLen) // the first starts small: most queues are short
		q.chunks = append(q.chunks, make([]T, 0, size))
	}
	last := &q.chunks[len(q.chunks)-1]
	*last = append(*last, item)
	q.added++
}

// take returns the next item; there must be one.
func (q *queue[T]) take() T {
	i := q.taken / chunkLen
	item := q.chunks[i][q.taken%chunkLen]
	if q.taken++; q.taken%chunkLen == 0 {
		q.chunks[i] = nil
	}
	return item
}
