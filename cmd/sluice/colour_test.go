package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestColourOnlyWhereWanted(t *testing.T) {
	group := file(t, oneRule)
	for _, command := range []string{"decide", "explain"} {
		args := []string{command, "-g", group, goodPacket, "gre 10.0.0.5 > ::1"}
		plain := sluice("", args...).stdout
		if strings.Contains(plain, "\x1b") {
			t.Errorf("sluice %q writes escapes to what is no terminal:\n%q", args, plain)
		}
		var stdout, stderr bytes.Buffer
		a := app{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, colour: true}
		a.run(args)
		coloured := stdout.String()
		if !strings.Contains(coloured, "\x1b[32maccept") || !strings.Contains(coloured, "\x1b[31;1mdrop") {
			t.Errorf("sluice %q on a terminal: %q, want accept green and drop red", args, coloured)
		}
		stdout.Reset()
		a = app{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, colour: true}
		a.run(append(args, "--json"))
		if strings.Contains(stdout.String(), "\x1b") {
			t.Errorf("sluice %q --json on a terminal: %q, want no escapes", args, stdout.String())
		}
	}
}

func TestMayColour(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	if mayColour(f) || mayColour(new(bytes.Buffer)) {
		t.Error("mayColour: true for a file or a buffer, want false")
	}
}
