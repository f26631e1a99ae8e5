package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// bug is one planted bug: a unified diff of one file below a line that says what
// is wrong.
type bug struct {
	name  string
	why   string
	file  string // from the root
	hunks []hunk
}

// hunk is a run of lines to find and what to put in their place.
type hunk struct {
	line     int // where they stood when the patch was made, from 1
	old, new []string
}

func readBugs(dir string) (bugs []bug, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.patch"))
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		b, err := parseBug(string(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		b.name = strings.TrimSuffix(filepath.Base(path), ".patch")
		bugs = append(bugs, b)
	}
	if len(bugs) == 0 {
		return nil, fmt.Errorf("%s holds no *.patch", dir)
	}
	return bugs, nil
}

func parseBug(text string) (b bug, err error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	b.why = lines[0]
	for i, l := range lines[1:] {
		switch {
		case strings.HasPrefix(l, "--- "):
		case strings.HasPrefix(l, "+++ b/"):
			b.file = strings.TrimPrefix(l, "+++ b/")
		case strings.HasPrefix(l, "@@ -"):
			number := strings.FieldsFunc(l, func(r rune) bool { return strings.ContainsRune("@-,+ ", r) })[0]
			h := hunk{}
			if h.line, err = strconv.Atoi(number); err != nil {
				return b, fmt.Errorf("line %d: %q: want @@ -LINE,COUNT +LINE,COUNT @@", i+2, l)
			}
			b.hunks = append(b.hunks, h)
		case len(b.hunks) == 0 || l == "":
			return b, fmt.Errorf("line %d: %q: want a unified diff", i+2, l)
		default:
			h := &b.hunks[len(b.hunks)-1]
			if l[0] != '+' {
				h.old = append(h.old, l[1:])
			}
			if l[0] != '-' {
				h.new = append(h.new, l[1:])
			}
		}
	}
	for _, h := range b.hunks {
		if len(h.old) == 0 {
			return b, fmt.Errorf("line %d of the file: want a line that is there already, to find the place by", h.line)
		}
	}
	if b.why == "" || b.file == "" || len(b.hunks) == 0 {
		return b, fmt.Errorf("want a line that says what is wrong, and then a unified diff of one file")
	}
	return b, nil
}

// apply returns the file's text with the bug in it. Lines may have moved: the
// nearest place where a hunk's old lines stand is taken.
func (b bug) apply(source string) (string, error) {
	lines := strings.Split(source, "\n")
	for _, h := range b.hunks {
		at, best := -1, 0
		for i := 0; i+len(h.old) <= len(lines); i++ {
			away := max(i+1-h.line, h.line-i-1)
			if (at < 0 || away < best) && slices.Equal(lines[i:i+len(h.old)], h.old) {
				at, best = i, away
			}
		}
		if at < 0 {
			return "", fmt.Errorf("%s no longer has\n%s\nwant the patch made anew", b.file, strings.Join(h.old, "\n"))
		}
		lines = slices.Concat(lines[:at], h.new, lines[at+len(h.old):])
	}
	return strings.Join(lines, "\n"), nil
}
