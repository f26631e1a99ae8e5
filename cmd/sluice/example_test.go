package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every example of the help works as printed, from the repository's root.
func TestHelpExamples(t *testing.T) {
	testdata, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir() // the examples write, too
	if err := os.CopyFS(dir+"/testdata", os.DirFS(testdata+"/../../testdata")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	ran := 0
	for _, cmd := range newRoot(&app{}).Commands() {
		if !ours(cmd) {
			continue
		}
		if cmd.Example == "" || cmd.Long == "" {
			t.Errorf("%s has no example or no long help", cmd.CommandPath())
		}
		for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", "")) {
			args, stdin := shellWords(t, line)
			got := sluice(stdin, args[1:]...)
			if args[0] != "sluice" || got.status == statusBad || got.stdout == "" || got.stderr != "" {
				t.Errorf("%s\nstatus %d, output %q, message %q; want results and status 0 or 1", line, got.status, got.stdout, got.stderr)
			}
			ran++
		}
	}
	if ran < 14 {
		t.Errorf("%d examples ran, want two for each of seven commands at least", ran)
	}
}

// ours reports whether a command is not one that cobra brings along.
func ours(cmd *cobra.Command) bool { return cmd.Name() != "completion" && cmd.Name() != "help" }

// shellWords splits a command line as a shell does, as far as the examples go:
// single quotes, and < FILE.
func shellWords(t *testing.T, line string) (args []string, stdin string) {
	t.Helper()
	line = strings.TrimSpace(line)
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			args = append(args, part)
			continue
		}
		words := strings.Fields(part)
		if n := len(words); n > 1 && words[n-2] == "<" {
			stdin = readFile(t, words[n-1])
			words = words[:n-2]
		}
		args = append(args, words...)
	}
	return args, stdin
}
