package strictjson

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Position returns the line and the column of an offset in data. Both count from
// 1, columns in characters. It takes time in proportion to the offset.
func Position(data []byte, offset int) (line, column int) {
	before := data[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

// place tells for a message where an offset stands.
func place(data []byte, offset int) string {
	line, column := Position(data, offset)
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
