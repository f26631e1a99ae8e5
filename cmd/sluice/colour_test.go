package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
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

// The words that weigh have colours on a terminal, and nothing else changes.
func TestColourOfWords(t *testing.T) {
	drops := file(t, "SecurityGroupId=sg-1&IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0&Policy=drop")
	for args, want := range map[string][]string{
		"lint -g " + draft:               {"\x1b[33mwarning: shadowed", "\x1b[36mnote: hostbits"},
		"lint -g " + drops:               {"\x1b[31;1merror: open-ipv6"},
		"diff " + before + " " + after:   {"\x1b[32mopens\x1b[", "\x1b[31;1mcloses"},
		"find --each-rule -g " + after:   {"\x1b[32maccept", "\x1b[31;1mdrop"},
		"test -g " + draft + " " + cases: {"\x1b[31;1mFAIL\x1b["},
	} {
		var stdout, stderr bytes.Buffer
		a := app{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, colour: true}
		a.run(strings.Fields(args))
		for _, w := range want {
			if !strings.Contains(stdout.String(), w) {
				t.Errorf("sluice %s on a terminal: %q, want in it %q", args, stdout.String(), w)
			}
		}
		plain := sluice("", strings.Fields(args)...).stdout
		if got := escapes.ReplaceAllString(stdout.String(), ""); got != plain || plain == stdout.String() {
			t.Errorf("sluice %s on a terminal, without its escapes:\n%s\nwant what goes to a file:\n%s", args, got, plain)
		}
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

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
