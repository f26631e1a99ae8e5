package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	pageBlock    = regexp.MustCompile("(?s)```console\n(.*?)```")
	pageRun      = regexp.MustCompile(`(?s)^\$ go run ./cmd/sluice ([^\n]*)\n(.*)$`)
	pageWord     = regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`)
	randomReply  = regexp.MustCompile(`"RequestId":"[0-9A-F-]{36}"`)
	fixedRequest = `"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"`
)

// What the pages show is what the command prints. A block shows both standard
// output and standard error, as a terminal does.
func TestPages(t *testing.T) {
	t.Chdir("../..")
	for _, page := range []struct {
		name string
		runs int // at least
	}{
		{"README.md", 2},
		{"docs/from-change-to-decision.md", 8},
	} {
		t.Run(page.name, func(t *testing.T) {
			text := readFile(t, page.name)
			ran := 0
			for _, block := range pageBlock.FindAllStringSubmatch(text, -1) {
				m := pageRun.FindStringSubmatch(block[1])
				if m == nil {
					continue
				}
				line, want := m[1], m[2]
				got := shell(t, line)
				shown := randomReply.ReplaceAllString(got.stdout, fixedRequest) + got.stderr
				if strings.TrimRight(shown, "\n") != strings.TrimRight(want, "\n") {
					t.Errorf("$ sluice %s\n%s\n%s shows\n%s", line, shown, page.name, want)
				}
				ran++
			}
			if ran < page.runs {
				t.Errorf("%s shows %d runs of the command, want %d or more", page.name, ran, page.runs)
			}
		})
	}
}

// shell runs a line of plain words, quoted words and at most one "< FILE".
func shell(t *testing.T, line string) result {
	t.Helper()
	var args []string
	stdin := ""
	words := pageWord.FindAllString(line, -1)
	for i := 0; i < len(words); i++ {
		if words[i] == "<" {
			data, err := os.ReadFile(words[i+1])
			if err != nil {
				t.Fatal(err)
			}
			stdin = string(data)
			i++
			continue
		}
		args = append(args, strings.Trim(words[i], `"'`))
	}
	return sluice(stdin, args...)
}
