//go:build unix

package main

import (
	"os"
	"testing"
)

// A terminal of the test's own: NO_COLOR and TERM=dumb are obeyed on it.
func TestMayColourTerminal(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	for _, test := range []struct {
		noColor, term string
		want          bool
	}{
		{"", "xterm", true},
		{"1", "xterm", false},
		{"", "dumb", false},
	} {
		t.Setenv("NO_COLOR", test.noColor)
		t.Setenv("TERM", test.term)
		if got := mayColour(terminal); got != test.want {
			t.Errorf("mayColour(terminal) with NO_COLOR=%q TERM=%q = %v, want %v", test.noColor, test.term, got, test.want)
		}
	}
}
