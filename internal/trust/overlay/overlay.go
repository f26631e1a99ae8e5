// Package overlay runs tests of this module with some of its files replaced, and
// leaves the files on disk as they are.
package overlay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Outcome is what became of a run.
type Outcome string

const (
	Passed   Outcome = "passed"   // every test did
	Failed   Outcome = "failed"   // a test did, or the binary died
	TimedOut Outcome = "timeout"  // the tests did not end
	Unbuilt  Outcome = "unviable" // the files do not compile
)

// memory bounds a test binary: a replaced file may well allocate for ever.
const memory = "sh -c 'ulimit -v 6291456; exec \"$0\" \"$@\"'"

// Clocks are tests of wall-clock bounds. On a busy machine they fail by
// themselves, and what fails by itself catches nothing.
const Clocks = "^(TestHostile|TestTablesSwapped|FuzzRead)"

// Tests is a set of packages to test together.
type Tests struct {
	Root     string // of the module, or of the workspace
	Packages []string
	Short    bool
	Timeout  time.Duration
}

// Run tests the packages with files, by path from the root, replaced. Tests of
// wall-clock bounds are left out.
func (t Tests) Run(files map[string][]byte) (Outcome, string, error) {
	dir, err := os.MkdirTemp("", "overlay")
	if err != nil {
		return "", "", err
	}
	defer os.RemoveAll(dir)
	list, err := write(dir, t.Root, files)
	if err != nil {
		return "", "", err
	}
	args := []string{"test", "-overlay", list, "-count=1", "-vet=off", "-failfast", "-skip", Clocks, "-exec", memory, "-timeout", t.Timeout.String()}
	if t.Short {
		args = append(args, "-short")
	}
	cmd := exec.Command("go", append(args, t.Packages...)...)
	cmd.Dir = t.Root
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return outcome(err, out.String()), out.String(), nil
}

func outcome(err error, out string) Outcome {
	switch {
	case err == nil:
		return Passed
	case strings.Contains(out, "[build failed]"), strings.Contains(out, "[setup failed]"):
		return Unbuilt
	case strings.Contains(out, "panic: test timed out after"):
		return TimedOut
	}
	return Failed
}

// write writes the files and the list that go's -overlay takes.
func write(dir, root string, files map[string][]byte) (list string, err error) {
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	n := 0
	for path, content := range files {
		n++
		to := filepath.Join(dir, fmt.Sprintf("%d.go", n))
		if err := os.WriteFile(to, content, 0o600); err != nil {
			return "", err
		}
		overlay.Replace[filepath.Join(root, filepath.FromSlash(path))] = to
	}
	data, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	list = filepath.Join(dir, "overlay.json")
	return list, os.WriteFile(list, data, 0o600)
}

// Root finds the root of the module around the working directory.
func Root() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "example.com/sluice").Output()
	if err != nil {
		return "", fmt.Errorf("go list -m example.com/sluice: %w: want a working directory in its tree", err)
	}
	return strings.TrimSpace(string(out)), nil
}
