package strictjson

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Cursor counts lines and columns up to an offset that only grows. Both count
// from 1, columns in characters.
type Cursor struct {
	data                   []byte
	offset                 int
	lineBreaks, characters int // characters: since the last line break
}

// NewCursor returns a cursor at the start of data.
func NewCursor(data []byte) *Cursor { return &Cursor{data: data} }

// Move goes on to an offset, in time proportional to the way.
func (c *Cursor) Move(offset int) (line, column int) {
	passed := c.data[c.offset:offset]
	c.offset = offset
	if last := bytes.LastIndexByte(passed, '\n'); last >= 0 {
		c.lineBreaks += bytes.Count(passed, []byte("\n"))
		c.characters = 0
		passed = passed[last+1:]
	}
	c.characters += utf8.RuneCount(passed)
	return c.lineBreaks + 1, c.characters + 1
}

// PlacedError is an error with the place of what it refuses.
type PlacedError struct {
	Where string // FILE:7:5, say
	Err   error
}

// At returns err with its place; err itself where there is none of them.
func At(where string, err error) error {
	if where == "" || err == nil {
		return err
	}
	return &PlacedError{where, err}
}

// Error says before each line of the error where it is.
func (e *PlacedError) Error() string {
	return e.Where + ": " + strings.ReplaceAll(e.Err.Error(), "\n", "\n"+e.Where+": ")
}

func (e *PlacedError) Unwrap() error { return e.Err }

// place names the place of an offset for a message.
func place(data []byte, offset int) string {
	line, column := NewCursor(data).Move(offset)
	if !bytes.Contains(bytes.TrimSpace(data), []byte("\n")) {
		return fmt.Sprintf("column %d", column)
	}
	return fmt.Sprintf("line %d, column %d", line, column)
}

// invalid is the offset of the first byte that is no UTF-8.
func invalid(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}
