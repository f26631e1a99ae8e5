package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"example.com/sluice/internal/strictjson"
)

// maxFile bounds a file of a group or of requests, in bytes. A Describe reply of
// 1,000 rules has about half a million.
const maxFile = 16 << 20

// maxReplies bounds a file of groups, in bytes. A reply in it has at most 16 MiB,
// as a file of requests has.
const maxReplies = 64 << 20

const stdinName = "standard input"

// takeStdin hands out standard input, which can serve one user only.
func (a *app) takeStdin(user string) (io.Reader, error) {
	if a.stdinUser != "" {
		return nil, fmt.Errorf("%s cannot serve both %s and %s: want one of them from elsewhere", stdinName, a.stdinUser, user)
	}
	a.stdinUser = user
	return a.stdin, nil
}

// open opens the file that a flag names, "-" being standard input, and tells
// what to call it in a message.
func (a *app) open(path, flag string) (r io.ReadCloser, name string, err error) {
	if path == "-" {
		stdin, err := a.takeStdin(flag)
		return io.NopCloser(stdin), stdinName, err
	}
	if path == "" { // an unset variable of a shell, say
		return nil, path, fmt.Errorf("%s: an empty file name, want a name or -", flag)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, path, fmt.Errorf("%s %w", flag, fileError(path, err))
	}
	return f, path, nil
}

// read reads the whole of a file of at most limit bytes.
func (a *app) read(path, flag string, limit int64) (data []byte, name string, err error) {
	r, name, err := a.open(path, flag)
	if err != nil {
		return nil, name, err
	}
	defer r.Close()
	data, err = strictjson.ReadAll(r, limit)
	if err != nil {
		return nil, name, fileError(name, err)
	}
	return data, name, nil
}

// fileError names a file once, where an error of the system does so already.
func fileError(name string, err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		err = e.Err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// errDash refuses "-" beside other arguments.
var errDash = errors.New(`"-" among other arguments: want it alone, for standard input`)

// isStdin reports whether the arguments leave the input to standard input.
func isStdin(args []string) bool { return len(args) == 0 || len(args) == 1 && args[0] == "-" }

// fileHint helps whoever gives a file where its lines are wanted.
func fileHint(arg string) string {
	if _, err := os.Stat(arg); err != nil {
		return ""
	}
	return "\nit names a file: want --group FILE for a group, or - < FILE to read its lines"
}
