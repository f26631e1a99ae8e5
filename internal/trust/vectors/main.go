// Vectors writes testdata/vectors: decisions and readings of requests in a form
// that any implementation in any language can replay. Decisions come from
// internal/reference, readings from the tables of the provider's page as package
// main here has them; no code that is tested takes part.
//
//	go run ./internal/trust/vectors
//
// The same seed gives the same files. They are frozen: writing them anew is for
// a change of what the rules mean, or of the format.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"example.com/sluice/internal/trust/overlay"
)

var (
	seed      = flag.Uint64("seed", 20140526, "of all choices")
	decisions = flag.Int("decisions", 100_000, "how many")
	requests  = flag.Int("requests", 2_000, "how many")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "vectors:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := overlay.Root()
	if err != nil {
		return err
	}
	dir := filepath.Join(root, "testdata/vectors")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := write(filepath.Join(dir, "decisions.jsonl.gz"), writeDecisions); err != nil {
		return err
	}
	return write(filepath.Join(dir, "requests.jsonl.gz"), writeRequests)
}

// write compresses the lines that fill gives.
func write(path string, fill func(line func(any)) error) error {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(z)
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	var failed error
	line := func(v any) {
		if err := lines.Encode(v); err != nil && failed == nil {
			failed = err
		}
	}
	if err := fill(line); err != nil {
		return err
	}
	for _, end := range []func() error{func() error { return failed }, w.Flush, z.Close} {
		if err := end(); err != nil {
			return err
		}
	}
	fmt.Printf("%s: %d bytes\n", path, b.Len())
	return os.WriteFile(path, b.Bytes(), 0o644)
}
