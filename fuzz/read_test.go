package fuzz

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
)

// The targets FuzzRead... feed outside bytes to every reader of them. Each holds
// the reader to the same: no panic; time and memory in proportion to the input;
// an error with a message that the input cannot flood; and what is taken prints
// to something that reads back the same.

// What one read may cost: some for nothing, and some for each byte of input.
const (
	readTime      = slower * 5 * time.Second
	readAlloc     = 4 << 20
	allocPerByte  = 2000
	longestReason = 64 << 10
)

// within runs read and holds it to its bounds.
func within(t *testing.T, input int, read func() error) error {
	t.Helper()
	start, before := time.Now(), allocated()
	err := read()
	took, grown := time.Since(start), allocated()-before
	if limit := uint64(readAlloc + allocPerByte*input); took > readTime || grown > limit {
		t.Errorf("%d bytes of input took %v and %d bytes of memory, want at most %v and %d", input, took, grown, readTime, limit)
	}
	if err != nil && (strings.TrimSpace(err.Error()) == "" || len(err.Error()) > longestReason) {
		t.Errorf("an error of %d bytes for %d bytes of input, want a message", len(err.Error()), input)
	}
	return err
}

// allocated is how many bytes this process has ever allocated.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// seedFile is a file of the repository's sample data.
func seedFile(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// seedLines are the lines of such a file, less blank ones and comments.
func seedLines(t testing.TB, name string) (lines []string) {
	t.Helper()
	scanner := bufio.NewScanner(strings.NewReader(seedFile(t, name)))
	for scanner.Scan() {
		if line := scanner.Text(); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		t.Fatalf("%s has no lines", name)
	}
	return lines
}

func addAll(f *testing.F, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
}
