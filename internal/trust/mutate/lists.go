package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"example.com/sluice/internal/trust/overlay"
)

// readReviewed reads the list of mutants that change nothing anyone can see: key
// -> why. An entry is a line with file and function, the line before (- ...), the
// line after (+ ...; an asterisk: whatever becomes of the line), and the reason
// (why: ...); other lines are comments.
func readReviewed(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	reviewed := map[string]string{}
	var m mutant
	for i, line := range strings.Split(string(data), "\n") {
		mark, rest, _ := strings.Cut(line, " ")
		switch mark {
		case "in":
			m = mutant{}
			m.file, m.function, _ = strings.Cut(rest, " ")
		case "-":
			m.old = rest
		case "+":
			m.new = rest
		case "why:":
			if m.file == "" || m.old == "" || m.new == "" || rest == "" {
				return nil, fmt.Errorf("%s:%d: an entry is not whole, want in FILE FUNCTION, - LINE, + LINE, why: REASON", path, i+1)
			}
			reviewed[m.key()] = rest
		}
	}
	return reviewed, nil
}

// whyReviewed returns the reason why a mutant stands in the list.
func whyReviewed(reviewed map[string]string, m mutant) (why string, ok bool) {
	if why, ok = reviewed[m.key()]; !ok {
		m.new = "*"
		why, ok = reviewed[m.key()]
	}
	return why, ok
}

// result is one line of the state file.
type result struct {
	Sum     string // of the mutated file's text
	Outcome overlay.Outcome
	By      string `json:",omitempty"` // the packages whose tests killed it
	Key     string
}

// readState reads what earlier runs found out.
func readState(path string) (map[string]result, error) {
	done := map[string]result{}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return done, nil
	} else if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r result
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		done[r.Sum] = r
	}
	return done, lines.Err()
}
