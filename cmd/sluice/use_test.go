package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Every flag of every subcommand that takes one value refuses a second, whether it
// says the same or not.
func TestFlagsOnce(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"type": "basic", "network": "vpc", "limit": "7", "members": "m.json", "format": "json", "output": "dir",
		"verdict": "drop", "cause": "rule", "nic": "internet", "protocol": "tcp", "src": "10.0.0.1", "dst": "10.0.0.1",
		"src-port": "1/2", "dst-port": "443", "only": "tie", "ignore": "tie", "fail-on": "never", "accepted": "a.jsonl",
	}
	tried := map[string]bool{}
	for _, cmd := range newRoot(&app{}).Commands() {
		if !ours(cmd) {
			continue
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if _, repeatable := f.Value.(pflag.SliceValue); repeatable || f.Name == "help" {
				return
			}
			tried[f.Name] = true
			first, second := "--"+f.Name, "--"+f.Name
			if f.Value.Type() == "bool" {
				refused(t, "", []string{cmd.Name(), first, second + "=false"}, "--"+f.Name, "given twice", "sluice "+cmd.Name()+" --help")
				return
			}
			value, ok := values[f.Name]
			if !ok {
				t.Fatalf("no value for flag --%s", f.Name)
			}
			if f.Shorthand != "" {
				second = "-" + f.Shorthand
			}
			for _, args := range [][]string{{first, value, second, value}, {second + "=" + value, first + "=" + value}} {
				refused(t, "", append([]string{cmd.Name()}, args...), "--"+f.Name, "given twice", value, "sluice "+cmd.Name()+" --help")
			}
		})
	}
	if len(tried) < len(values) {
		t.Errorf("tried %d flags, want %d or more", len(tried), len(values))
	}
}

func TestRepeatedFlagsThatMayBe(t *testing.T) {
	t.Parallel()
	args := []string{"decide", "--json", "--json", "-g", after, "-g", older, "icmp 10.0.0.5 > 8.8.8.8"}
	if got := sluice("", args...); got.status == statusBad {
		t.Errorf("sluice %q: %s", args, got.stderr)
	}
}

func TestFlagsBeforeSubcommand(t *testing.T) {
	t.Parallel()
	for args, words := range map[string][]string{
		"--json decide -g x y":      {"--json", "behind", "sluice decide --json"},
		"-g x lint":                 {"-g", "sluice lint -g"},
		"--group=x diff lint":       {"--group stands", "sluice lint --group"},
		"-gx find":                  {"-g stands", "sluice find -g"},
		"--dst-port 443":            {"--dst-port", "sluice find --dst-port"},
		"--sarif --json":            {"--sarif", "sluice lint --sarif"},
		"--nosuch decide":           {"unknown flag: --nosuch"},
		"-":                         {"no command is given", "sluice --help"},
		"--":                        {"sluice --help"},
		"--version=false --members": {"--members"},
	} {
		refused(t, "", strings.Fields(args), words...)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"--version", "-v"} {
		got := sluice("", args)
		if got.status != statusDone || !strings.HasPrefix(got.stdout, "sluice ") || !strings.HasSuffix(got.stdout, ")\n") || got.stderr != "" {
			t.Errorf("sluice %s: status %d, %q, %q, want the version", args, got.status, got.stdout, got.stderr)
		}
	}
	info := &debug.BuildInfo{GoVersion: "go1.99", Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
		{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "0123456789ab"}, {Key: "vcs.modified", Value: "true"},
	}}
	if got, want := versionText(info), "sluice v1.2.3 (commit 0123456789ab, modified, go1.99)\n"; got != want {
		t.Errorf("versionText = %q, want %q", got, want)
	}
	info.Settings[2].Value = "false"
	if got, want := versionText(info), "sluice v1.2.3 (commit 0123456789ab, go1.99)\n"; got != want {
		t.Errorf("versionText of clean sources = %q, want %q", got, want)
	}
	if got := versionText(nil); !strings.HasPrefix(got, "sluice (devel) (no commit recorded, go") {
		t.Errorf("versionText without a build record = %q, want it to say so", got)
	}
}

// A result that cannot be written is never a success, whatever the text.
func TestWriteErrorsOfHelp(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"--help", "-h", "help", "help decide", "lint --help", "--version", "help help", "completion bash", "completion --help"} {
		for _, cause := range []error{syscall.EPIPE, errors.New("disk full")} {
			var stderr bytes.Buffer
			status := run(strings.Fields(args), strings.NewReader(""), &brokenWriter{5, fmt.Errorf("write: %w", cause)}, &stderr)
			if status != statusBad || strings.Contains(stderr.String(), "disk full") == errors.Is(cause, syscall.EPIPE) {
				t.Errorf("sluice %s, %v: status %d, message %q, want 2, and a message unless the pipe is closed", args, cause, status, stderr.String())
			}
		}
	}
}

// A message that cannot be written makes the run none that succeeded.
func TestWriteErrorsOfMessages(t *testing.T) {
	t.Parallel()
	const unsound = "SecurityGroupId=sg-1&IpProtocol=gre"
	if status := run([]string{"authorize"}, strings.NewReader(unsound), io.Discard, &brokenWriter{0, errors.New("disk full")}); status != statusBad {
		t.Errorf("authorize with a full standard error: status %d, want 2", status)
	}
}

// Every help page fits a terminal of 80 columns.
func TestHelpWidth(t *testing.T) {
	t.Parallel()
	pages := 0
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		args := append(strings.Fields(cmd.CommandPath())[1:], "--help")
		got := sluice("", args...)
		pages++
		for line := range strings.Lines(got.stdout) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > columns {
				t.Errorf("sluice %q: a line of %d columns, want %d at most: %s", args, n, columns, line)
			}
		}
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	root := newRoot(&app{})
	root.InitDefaultHelpCmd()
	visit(root)
	if pages < 9 {
		t.Errorf("%d help pages, want 9 or more", pages)
	}
}
