package match

import (
	"encoding/binary"
	"slices"
)

// crossBuilder makes one cross. A pair is known by its row of answers, so that two
// which decide alike are one; a row of pairs is made from the one around it by
// adding rules, one after the other.
type crossBuilder struct {
	*crossing
	ranks   []int // of the rules, strongest first
	restsOf       // which rests each rule matches

	rows  []uint16          // of each pair a row of places in pages, width each
	pages pager             // of answers
	pairs map[string]uint16 // by row, encoded

	sums  []uint16 // by pair: the pair with the rule that is being added
	asked []int    // by pair: the turn at which its sum was made
	turn  int      // how many rules have been added so far
	row   []uint16 // scratch
	code  []byte   // scratch
	steps steps
}

// cross makes the cross-products of some rules, with a row of pairs for each
// line; ok is false where they are too large: where it takes more than so many
// steps to make them. Half of those is for the rests: where they take more, little
// is left for the pairs, and it is better to know that before those are tried.
func (c *crossing) cross(ranks []int, lines []line, max steps) (x cross, ok bool) {
	b := crossBuilder{crossing: c, ranks: ranks, pairs: map[string]uint16{}, steps: max / 2}
	if x.kinds, x.rests, b.restsOf, ok = c.newRests(ranks, &b.steps); !ok {
		return x, false
	}
	b.steps += max - max/2
	b.addPair()
	rows, rowOf, ok := b.addLines(lines)
	if !ok {
		return x, false
	}
	ok = b.finish(&x, rows, rowOf)
	return x, ok
}

// addPair adds pair 0, which no rule is in.
func (b *crossBuilder) addPair() {
	var content page
	for i := range content {
		content[i] = uint16(b.answers[len(b.rules)])
	}
	place := b.pages.intern(content)
	for range b.width {
		b.row = append(b.row, place)
	}
	b.pair()
}

// addLines returns rows of pairs, and which of them each line has.
func (b *crossBuilder) addLines(lines []line) (rows [][]uint16, rowOf []int, ok bool) {
	place := make([]int, len(b.rules))
	for i, rank := range b.ranks {
		place[rank] = i
	}
	rows = append(rows, make([]uint16, b.src.Classes()))
	rowOf = make([]int, len(lines))
	for i, l := range lines {
		if l.parent >= 0 {
			rowOf[i] = rowOf[l.parent]
		}
		if len(l.own) == 0 {
			continue
		}
		row := slices.Clone(rows[rowOf[i]])
		b.steps.take(len(row) / pageSize)
		b.sortWidest(l.own)
		for _, rank := range l.own {
			for _, s := range b.srcSpans[rank] {
				if !b.add(row[s.from:s.to], place[rank]) {
					return nil, nil, false
				}
			}
		}
		rowOf[i] = len(rows)
		rows = append(rows, row)
	}
	return rows, rowOf, true
}

// sortWidest puts rules that take more sources first: their pairs are few still.
func (b *crossBuilder) sortWidest(ranks []int) {
	width := func(rank int) (n int) {
		for _, s := range b.srcSpans[rank] {
			n += s.to - s.from
		}
		return n
	}
	slices.SortStableFunc(ranks, func(i, j int) int { return width(j) - width(i) })
}

// add adds a rule to some pairs.
func (b *crossBuilder) add(pairs []uint16, place int) bool {
	b.turn++
	b.steps.take(numberSteps * (1 + pagesOf(len(pairs))))
	for i, pair := range pairs {
		if b.asked[pair] != b.turn {
			if !b.steps.left() {
				return false
			}
			b.sums[pair], b.asked[pair] = b.sum(pair, place), b.turn
		}
		pairs[i] = b.sums[pair]
	}
	return b.steps.left()
}

// sum returns the pair with a rule more.
func (b *crossBuilder) sum(pair uint16, place int) uint16 {
	b.row = append(b.row[:0], b.rows[int(pair)*b.width:][:b.width]...)
	b.steps.take(numberSteps + b.width)
	answer := uint16(b.answers[b.ranks[place]])
	for _, r := range b.rests[place] {
		for r.from < r.to {
			at := r.from / pageSize
			end := min(r.to-at*pageSize, pageSize)
			before := b.pages.pages[b.row[at]]
			content := before
			for i := r.from - at*pageSize; i < end; i++ {
				content[i] = min(content[i], answer)
			}
			if content != before { // else stronger rules take all of it
				b.row[at] = b.pages.intern(content)
			}
			b.steps.take(numberSteps)
			r.from = at*pageSize + end
		}
	}
	return b.pair()
}

// pair returns the pair whose row is in scratch, a new one where there is none
// yet.
func (b *crossBuilder) pair() uint16 {
	b.code = b.code[:0]
	for _, place := range b.row {
		b.code = binary.LittleEndian.AppendUint16(b.code, place)
	}
	pair, ok := b.pairs[string(b.code)]
	if !ok {
		pair = uint16(len(b.pairs))
		b.pairs[string(b.code)] = pair
		b.rows = append(b.rows, b.row...)
		b.sums = append(b.sums, 0)
		b.asked = append(b.asked, 0)
	}
	return pair
}

// finish makes the matrices of pairs and of answers. Pairs on the way to others are
// left out, and pages that only those have. It reports false where the start of a
// row does not fit 16 bits.
func (b *crossBuilder) finish(x *cross, rows [][]uint16, rowOf []int) bool {
	x.answers.width = b.width
	x.answers.directory = make([]uint16, 0, len(b.rows))
	x.answers.pages = make([]page, 0, len(b.pages.pages))
	starts := make([]int, len(b.pairs))       // of each pair's row in x.answers, plus 1
	places := make([]int, len(b.pages.pages)) // of each page in x.answers, plus 1
	for _, row := range rows {
		for i, pair := range row {
			if starts[pair] == 0 {
				starts[pair] = len(x.answers.directory) + 1
				for _, p := range b.rows[int(pair)*b.width:][:b.width] {
					if places[p] == 0 {
						x.answers.pages = append(x.answers.pages, b.pages.pages[p])
						places[p] = len(x.answers.pages)
					}
					x.answers.directory = append(x.answers.directory, uint16(places[p]-1))
				}
			}
			row[i] = uint16(starts[pair] - 1)
		}
	}
	m := newMatrix(rows)
	x.pairs = matrix{width: m.width, directory: make([]uint16, 0, len(rowOf)*m.width), pages: m.pages}
	for _, r := range rowOf {
		x.pairs.directory = append(x.pairs.directory, m.directory[r*m.width:][:m.width]...)
	}
	x.answers.directory = slices.Clone(x.answers.directory) // no larger than it need be
	x.answers.pages = slices.Clone(x.answers.pages)
	return len(x.answers.directory) <= 1<<16
}
