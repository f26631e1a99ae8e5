package main

import (
	"bytes"
	"fmt"

	"example.com/sluice/internal/strictjson"
)

// isSkipped reports whether a line of a line-based input holds nothing to read: it
// is blank, or its first character that is no space is #. A comment that hides a
// line is an error.
func isSkipped(line []byte) (bool, error) {
	text := bytes.TrimSpace(line)
	if len(text) == 0 || text[0] != '#' {
		return len(text) == 0, nil
	}
	if strictjson.HidesLine(string(line)) {
		return false, strictjson.ErrHidesLine
	}
	return true, nil
}

// readLines calls read with each line of a file that holds something, and its number,
// up to the first error, which gets the line's place.
func readLines(data []byte, name string, read func(line []byte, n int) error) error {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		skip, err := isSkipped(line)
		if err == nil && !skip {
			err = read(line, n)
		}
		if err != nil {
			return strictjson.At(linePlace(name, n), err)
		}
	}
	return nil
}

func linePlace(name string, n int) string { return fmt.Sprintf("%s line %d", name, n) }

// errNothing refuses an input that holds none of what is wanted. What comes through a
// pipe may be empty because the command before it has failed.
func errNothing(name, want string) error {
	hint := ""
	if name == stdinName {
		hint = "\na command before the pipe may have failed and given nothing"
	}
	return fmt.Errorf("%s: nothing in it, want %s%s", name, want, hint)
}
