package main

import (
	"bytes"
	"fmt"
)

// isSkipped reports whether a line of a line-based input holds nothing to read: it
// is blank, or its first character that is no space is #.
func isSkipped(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) == 0 || line[0] == '#'
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
