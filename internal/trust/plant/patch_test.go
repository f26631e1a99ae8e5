package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/sluice/internal/trust/overlay"
)

// TestPatchesApply wants every planted bug to change the sources as they are:
// whoever changes a line makes its patches anew.
func TestPatchesApply(t *testing.T) {
	root, err := overlay.Root()
	if err != nil {
		t.Fatal(err)
	}
	bugs, err := readBugs(filepath.Join(root, "testdata/planted"))
	if err != nil {
		t.Fatal(err)
	}
	if len(bugs) < 25 {
		t.Errorf("%d planted bugs, want 25", len(bugs))
	}
	for _, b := range bugs {
		source, err := os.ReadFile(filepath.Join(root, b.file))
		if err != nil {
			t.Errorf("%s: %v", b.name, err)
			continue
		}
		if text, err := b.apply(string(source)); err != nil {
			t.Errorf("%s: %v", b.name, err)
		} else if text == string(source) {
			t.Errorf("%s changes nothing", b.name)
		}
	}
}

func TestApply(t *testing.T) {
	const patch = "why\n--- a/f.go\n+++ b/f.go\n@@ -5 +5 @@\n-\tx\n+\ty\n@@ -7,2 +7,3 @@\n \tend\n+\tmore\n"
	b, err := parseBug(patch)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, source, want string }{
		{"where it was", "a\nb\nc\nd\n\tx\nf\n\tend\n", "a\nb\nc\nd\n\ty\nf\n\tend\n\tmore\n"},
		{"moved", "\tx\n\tend\n", "\ty\n\tend\n\tmore\n"},
		{"the nearest", "\tx\nb\nc\nd\nd\n\tx\nf\n\tend\n", "\tx\nb\nc\nd\nd\n\ty\nf\n\tend\n\tmore\n"},
	} {
		if got, err := b.apply(c.source); got != c.want || err != nil {
			t.Errorf("%s: apply(%q) = %q, %v, want %q", c.name, c.source, got, err, c.want)
		}
	}
	if got, err := b.apply("\tz\n"); err == nil || !strings.Contains(err.Error(), "made anew") {
		t.Errorf("apply to another file = %q, %v, want an error", got, err)
	}
	for _, bad := range []string{"", "why", "why\n+++ b/f.go", "why\n+++ b/f.go\n@@ -1 +1 @@", "why\n+++ b/f.go\n@@ -1 +1 @@\n+x", "why\n+++ b/f.go\n@@ -x +1 @@\n-x"} {
		if b, err := parseBug(bad); err == nil {
			t.Errorf("parseBug(%q) = %+v, want an error", bad, b)
		}
	}
}
