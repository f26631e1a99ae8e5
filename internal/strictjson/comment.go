package strictjson

import (
	"errors"
	"strings"
)

// ErrHidesLine refuses a comment that [HidesLine].
var ErrHidesLine = errors.New("a comment holds a character that other programs show as the end of a line (a carriage return, a vertical tab, a form feed, U+0085, U+2028 or U+2029), want a line feed there, or none")

// HidesLine reports whether a line of a file holds, before its end, a character
// that other programs show as the end of a line: a carriage return, a vertical
// tab, a form feed, U+0085, U+2028 or U+2029. A comment with one may hide what its
// reader takes for a line of its own.
func HidesLine(line string) bool {
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	return strings.ContainsAny(line, "\r\v\f\u0085\u2028\u2029")
}
