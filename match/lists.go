package match

// lists is many lists, one behind the other: a slice each would take more than most
// lists do.
type lists[T any] struct {
	ends  []uint32 // of each list in items
	items []T
}

// add appends a list and returns its number.
func (l *lists[T]) add(list []T) uint32 {
	l.items = append(l.items, list...)
	l.ends = append(l.ends, uint32(len(l.items)))
	return uint32(len(l.ends) - 1)
}

func (l *lists[T]) len() uint32 { return uint32(len(l.ends)) }

// at returns list i.
func (l *lists[T]) at(i uint32) []T {
	start := uint32(0)
	if i > 0 {
		start = l.ends[i-1]
	}
	return l.items[start:l.ends[i]]
}
