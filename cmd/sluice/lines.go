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

// errNothing refuses an input that holds none of what is wanted. What comes through a
// pipe may be empty because the command before it has failed.
func errNothing(name, want string) error {
	hint := ""
	if name == stdinName {
		hint = "\na command before the pipe may have failed and given nothing"
	}
	return fmt.Errorf("%s: nothing in it, want %s%s", name, want, hint)
}
