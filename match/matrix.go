package match

import "slices"

// matrix is a table of small numbers by row and column, cut into pages of which
// equal ones stand once: most rows of a large index are alike but for a few
// columns.
type matrix struct {
	width     int      // pages a row
	directory []uint16 // places in pages, row after row
	pages     []page
}

// page is neighbours of one row, half a cache line. (Measured: pages of 8 and of
// 32 are as fast, and take up to a fifth more memory.)
type page [pageSize]uint16

const pageSize = 16

// at returns the number in a column of the row that starts at a place in the
// directory, width times its number.
func (m *matrix) at(start, column uint32) uint32 {
	return uint32(m.pages[m.directory[start+column/pageSize]][column%pageSize])
}

// pagesOf returns how many pages so many columns take.
func pagesOf(columns int) int { return (columns + pageSize - 1) / pageSize }

// pager makes the pages of a matrix, each once.
type pager struct {
	pages []page
	place map[page]uint16
}

// intern returns the place of a page.
func (p *pager) intern(content page) uint16 {
	place, ok := p.place[content]
	if !ok {
		if p.place == nil {
			p.place = make(map[page]uint16, 1024)
			p.pages = make([]page, 0, 1024)
		}
		place = uint16(len(p.pages))
		p.place[content] = place
		p.pages = append(p.pages, content)
	}
	return place
}

// newMatrix cuts rows of one length into pages.
func newMatrix(rows [][]uint16) (m matrix) {
	m.width = pagesOf(len(rows[0]))
	m.directory = make([]uint16, 0, len(rows)*m.width)
	var p pager
	for _, row := range rows {
		for len(row) > 0 {
			var content page
			row = row[copy(content[:], row):]
			m.directory = append(m.directory, p.intern(content))
		}
	}
	m.pages = slices.Clone(p.pages) // no larger than it need be
	return m
}
