package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	readmeBlock  = regexp.MustCompile("(?s)```console\n(.*?)```")
	readmeRun    = regexp.MustCompile(`(?s)^\$ go run ./cmd/sluice ([^\n]*)\n(.*)$`)
	readmeWord   = regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`)
	randomReply  = regexp.MustCompile(`"RequestId":"[0-9A-F-]{36}"`)
	fixedRequest = `"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"`
)

// What README.md shows is what the command prints. A block shows both standard
// output and standard error, as a terminal does.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, block := range readmeBlock.FindAllStringSubmatch(string(readme), -1) {
		m := readmeRun.FindStringSubmatch(block[1])
		if m == nil {
			continue
		}
		line, want := m[1], m[2]
		got := shell(t, line)
		shown := randomReply.ReplaceAllString(got.stdout, fixedRequest) + got.stderr
		if strings.TrimRight(shown, "\n") != strings.TrimRight(want, "\n") {
			t.Errorf("$ sluice %s\n%s\nREADME.md shows\n%s", line, shown, want)
		}
		ran++
	}
	if ran < 3 {
		t.Errorf("README.md shows %d runs of the command, want 3 or more", ran)
	}
}

// shell runs a line of plain words, quoted words and at most one "< FILE".
func shell(t *testing.T, line string) result {
	t.Helper()
	var args []string
	stdin := ""
	words := readmeWord.FindAllString(line, -1)
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
