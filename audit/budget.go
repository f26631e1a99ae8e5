package audit

import (
	"context"
	"math/bits"
	"slices"
)

// budget is what one call may still cost. Once it is spent, or the call's context
// is done, every walk stops and err says why.
type budget struct {
	ctx    context.Context
	bounds Bounds
	steps  int64 // left
	bytes  int64 // left
	poll   int64 // the steps left at which to look at ctx next
	debt   int   // steps that were added and not taken yet
	err    error
}

// pollSteps is how many steps pass between two looks at the context: less than a
// millisecond.
const pollSteps = 1 << 17

func newBudget(ctx context.Context, b Bounds) *budget {
	x := &budget{ctx: ctx, bounds: b, steps: b.Steps, bytes: b.Bytes, poll: b.Steps}
	x.step(0)
	return x
}

// step takes n steps; false where the budget does not hold them.
func (b *budget) step(n int) bool {
	b.steps -= int64(n + b.debt)
	b.debt = 0
	if b.steps <= b.poll {
		b.look()
	}
	return b.err == nil
}

// add counts n steps that the next call of step takes.
func (b *budget) add(n int) { b.debt += n }

// sortNumbers sorts numbers, which often are in order.
func sortNumbers[T int32 | uint64](list []T, b *budget) {
	b.step(len(list))
	if !slices.IsSorted(list) && b.step(2*len(list)*bits.Len(uint(len(list)))) {
		slices.Sort(list)
	}
}

// sortBlock is how much sortWithin sorts between two looks at the budget.
const sortBlock = 1 << 10

// sortWithin sorts a list as long as the budget lasts, each comparison for so many
// steps: blocks first, which are then merged, so that it can end between two
// elements. Equal elements keep their order. What it leaves behind where the budget
// does not last is of no use.
func sortWithin[T any](list []T, b *budget, steps int, compare func(x, y T) int) bool {
	for block := range slices.Chunk(list, sortBlock) {
		b.step(steps * len(block))
		if !slices.IsSortedFunc(block, compare) && b.step(steps*len(block)*bits.Len(uint(len(block)))) {
			slices.SortStableFunc(block, compare)
		}
		if b.err != nil {
			return false
		}
	}
	if len(list) <= sortBlock {
		return b.err == nil
	}
	from, to := list, make([]T, len(list))
	for size := sortBlock; size < len(list); size *= 2 {
		out := to[:0]
		for pair := range slices.Chunk(from, 2*size) {
			x, y := pair[:min(size, len(pair))], pair[min(size, len(pair)):]
			for len(x) > 0 && len(y) > 0 && b.step(steps) {
				if compare(x[0], y[0]) <= 0 {
					out, x = append(out, x[0]), x[1:]
				} else {
					out, y = append(out, y[0]), y[1:]
				}
			}
			out = append(append(out, x...), y...)
		}
		if b.err != nil {
			return false
		}
		from, to = to, from
	}
	copy(list, from)
	return true
}

func (b *budget) look() {
	b.poll = max(b.steps-pollSteps, -1)
	switch err := b.ctx.Err(); {
	case b.err != nil:
	case err != nil:
		b.err = err
	case b.steps < 0:
		b.fail("steps", b.bounds.Steps)
	}
}

// take takes n bytes of memory.
func (b *budget) take(n int) bool {
	if b.bytes -= int64(n); b.bytes < 0 {
		b.fail("bytes of memory", b.bounds.Bytes)
	}
	return b.err == nil
}

// give gives back bytes that were taken.
func (b *budget) give(n int) { b.bytes += int64(n) }

func (b *budget) fail(bound string, limit int64) {
	if b.err == nil {
		b.err = &BoundError{Bound: bound, Limit: limit}
	}
}
