package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
)

const (
	newer        = "../../testdata/describe-newer.json"
	older        = "../../testdata/describe-older.json"
	members      = "../../testdata/members.json"
	packetsFile  = "../../testdata/packets.txt"
	requestsFile = "../../testdata/requests.txt"
)

// result is what one run of the command leaves behind.
type result struct {
	status         int
	stdout, stderr string
}

func sluice(stdin string, args ...string) result {
	var stdout, stderr bytes.Buffer
	status := run(args, strings.NewReader(stdin), &stdout, &stderr)
	return result{status, stdout.String(), stderr.String()}
}

// check compares a run with what it must leave behind.
func check(t *testing.T, got, want result, args ...string) {
	t.Helper()
	if got.status != want.status {
		t.Errorf("sluice %q: status %d, want %d", args, got.status, want.status)
	}
	if got.stdout != want.stdout {
		t.Errorf("sluice %q: standard output\n%s\nwant\n%s", args, got.stdout, want.stdout)
	}
	if got.stderr != want.stderr {
		t.Errorf("sluice %q: standard error\n%s\nwant\n%s", args, got.stderr, want.stderr)
	}
}

// refused checks that a run ends with status 2, prints nothing, and that its
// message holds each of the words.
func refused(t *testing.T, stdin string, args []string, words ...string) {
	t.Helper()
	got := sluice(stdin, args...)
	if got.status != statusBad || got.stdout != "" {
		t.Errorf("sluice %.300q: status %d, standard output %q, want status 2 and no output", args, got.status, got.stdout)
	}
	if !strings.HasPrefix(got.stderr, "sluice: ") {
		t.Errorf("sluice %.300q: message %q, want it to start with the command's name", args, got.stderr)
	}
	for _, w := range words {
		if !strings.Contains(got.stderr, w) {
			t.Errorf("sluice %.300q: message\n%s\nwant in it %q", args, got.stderr, w)
		}
	}
	if len(got.stderr) > 2000 {
		t.Errorf("sluice %.300q: a message of %d bytes, want at most 2000", args, len(got.stderr))
	}
}

// readFile returns the text of a file.
func readFile(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// file writes a file of the test's own and returns its path.
func file(t *testing.T, text string) string {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func TestBadUse(t *testing.T) {
	const packet = "tcp 10.0.0.5:51000 > 198.51.100.7:443"
	for _, test := range []struct {
		name  string
		args  string // split at spaces
		words []string
	}{
		{"no command", "", []string{"no command", "sluice --help"}},
		{"unknown command", "decid", []string{`unknown command "decid"`, "mean this?\n        \tdecide\n", "sluice --help"}},
		{"unknown command unlike any", "xyzzy -g x", []string{`unknown command "xyzzy"`, "sluice --help"}},
		{"unknown flag of the root", "--nosuch", []string{"--nosuch", "sluice --help"}},
		{"a flag before its subcommand", "--json decide -", []string{"--json stands before the subcommand", "as in sluice decide --json\n"}},
		{"a flag with a value before its subcommand", "--type=basic lint", []string{"--type stands before the subcommand", "as in sluice lint --type\n"}},
		{"a letter before its subcommand", "-g x decide", []string{"-g stands before the subcommand", "as in sluice decide -g\n"}},
		{"a letter with a value before its subcommand", "-gx decide", []string{"-g stands before the subcommand", "as in sluice decide -g\n"}},
		{"a flag of subcommands alone", "--group x", []string{"--group is a flag of subcommands", "sluice --help"}},
		{"a letter of subcommands alone", "-g", []string{"-g is a flag of subcommands", "sluice --help"}},
		{"a dash alone", "-", []string{"no command", "sluice --help"}},
		{"a dash before a subcommand", "- decide", []string{"no group"}},
		{"unknown flag", "decide --nosuch", []string{"--nosuch", "sluice decide --help"}},
		{"flag without a value", "decide --group", []string{"--group", "sluice decide --help"}},
		{"no group", "decide -", []string{"no group", "--group FILE"}},
		{"empty name of a group", "decide --group= -", []string{"--group: an empty file name"}},
		{"no group for explain", "explain -", []string{"no group", "--group FILE"}},
		{"no such type", "decide --type big -g " + newer, []string{`"big"`, "basic or advanced"}},
		{"no such network", "decide --network lan -g " + newer, []string{`"lan"`, "vpc or classic"}},
		{"limit of none", "decide --limit 0 -g " + newer, []string{`"0"`, "--limit", "1 or more"}},
		{"limit of a word", "decide --limit x -g " + newer, []string{`"x"`, "--limit", "1 or more"}},
		{"empty name of members", "decide --members= -g " + newer, []string{"--members", "want a name"}},
		{"empty name of a directory", "authorize --output= -", []string{"--output", "want a name"}},
		{"no such format", "authorize --format yaml -", []string{`"yaml"`, "json or xml"}},
		{"two formats", "authorize --json --format xml -", []string{"--json", "--format xml", "one of them"}},
		{"unknown help topic", "help nosuch", []string{"nosuch", "sluice --help"}},
		{"help topic and more", "help decide more", []string{"decide", "more"}},
		{"no shell", "completion", []string{"no shell", "bash, fish, powershell, zsh", "sluice completion --help"}},
		{"no such shell", "completion foo", []string{`"foo"`, "bash, fish, powershell, zsh", "sluice completion --help"}},
		{"completion of a command", "completion decide", []string{`"decide"`, "bash"}},
		{"a shell and more", "completion bash more", []string{`"more"`, "no argument"}},
		{"help about no shell", "help completion foo", []string{"completion", "foo"}},
		{"help about help and more", "help help more", []string{"more"}},
		{"standard input twice, group and packets", "decide -g - -", []string{"standard input", "--group", "the packets"}},
		{"standard input twice, members and packets", "decide --members - -g " + newer, []string{"standard input", "--members", "the packets"}},
		{"standard input twice, group and requests", "authorize -g -", []string{"standard input", "--group", "the requests"}},
		{"dash among packets", "decide -g " + newer + " - -", []string{`"-"`, "alone"}},
		{"dash among requests", "authorize - -", []string{`"-"`, "alone"}},
		{"no group to lint", "lint", []string{"no group", "--group FILE"}},
		{"no group to search", "find", []string{"no group", "--group FILE"}},
		{"no such file to lint", "lint -g " + older + " nosuch.json", []string{"argument nosuch.json: no such file"}},
		{"no such file to search", "find -g " + older + " accept", []string{"argument accept: no such file"}},
		{"two forms of findings", "lint --json --sarif -g " + newer, []string{"--json and --sarif", "one of them"}},
		{"nothing to compare", "diff", []string{"0 arguments", "BEFORE and AFTER", "sluice diff --help"}},
		{"one to compare", "diff " + newer, []string{"1 argument given", "BEFORE and AFTER"}},
		{"three to compare", "diff a b c", []string{"3 arguments", "BEFORE and AFTER", "commas"}},
		{"groups by a flag to compare", "diff -g " + newer + " a b", []string{"'g'", "sluice diff --help"}},
		{"a name that is empty", "diff " + newer + ", " + older, []string{"BEFORE", `"` + newer + `,"`, "joined by commas"}},
		{"another name that is empty", "diff " + older + " ", []string{"1 argument"}},
		{"no such file before", "diff nosuch.json " + older, []string{"BEFORE nosuch.json: no such file"}},
		{"no such file after", "diff " + older + " " + older + ",nosuch.json", []string{"AFTER nosuch.json: no such file"}},
		{"members before not known", "diff " + newer + " " + older, []string{newer, "rule 2", `"sg-db"`, "--members FILE"}},
		{"members after not known", "diff " + older + " " + newer, []string{newer, "rule 2", `"sg-db"`, "--members FILE"}},
		{"bad members to compare", "diff --members nosuch.json " + older + " " + older, []string{"--members nosuch.json: no such file"}},
		{"the same group twice", "diff " + older + " " + older + "," + older, []string{`"sg-older01"`, "twice"}},
		{"lint the same group twice", "lint -g " + older + " -g " + older, []string{`"sg-older01"`, "twice"}},
		{"search the same group twice", "find -g " + older + " -g " + older, []string{`"sg-older01"`, "twice"}},
		{"no cases", "test -g " + older, []string{"0 arguments", "CASES", "sluice test --help"}},
		{"two files of cases", "test -g " + older + " a b", []string{"2 arguments", "CASES"}},
		{"no group to test", "test " + cases, []string{"no group", "--group FILE"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			refused(t, "", strings.Fields(test.args), test.words...)
		})
	}
	t.Run("standard input for two groups", func(t *testing.T) {
		requests := "SecurityGroupId=sg-1&IpProtocol=gre&PortRange=-1/-1&DestCidrIp=10.0.0.1"
		refused(t, requests, []string{"decide", "-g", "-", "-g", "-", packet}, "standard input", "--group")
		refused(t, requests, []string{"lint", "-g", "-", "-"}, "standard input", "--group", "argument")
		refused(t, requests, []string{"diff", "-", "-"}, "standard input", "BEFORE", "AFTER")
		refused(t, readFile(t, cases), []string{"test", "-g", "-", "-"}, "standard input", "CASES", "--group")
	})
}

// A message of several lines is recognised as one: behind the first its lines are
// indented, and none is blank.
func TestMessagesOfSeveralLines(t *testing.T) {
	t.Parallel()
	faulty := file(t, `{"SecurityGroupId":"sg-1","VpcId":"vpc-1","Permissions":{"Permission":[{"Direction":"egress","IpProtocol":"sctp","PortRange":"0/0","DestCidrIp":"10.0.0.256","Policy":"Drop","Priority":"0"},{"Direction":"egress","IpProtocol":"gre","PortRange":"1/1","DestCidrIp":"x","Policy":"Drop","Priority":"1"}]}}`)
	for _, test := range []struct {
		args  string
		stdin string
		least int // lines
	}{
		{"lint " + faulty, "", 5},
		{"decide -g " + faulty + " -", "tcp\n", 5},
		{"lint -", "SecurityGroupId=sg-1&IpProtocol=sctp&PortRange=0/0&DestCidrIp=x", 3},
		{"decide tcp -g " + older, "", 2},
		{"decide - -g " + older, "", 2},
		{"decid", "", 4},
		{"lint --only x", "", 2},
	} {
		got := sluice(test.stdin, strings.Fields(test.args)...)
		lines := strings.Split(strings.TrimSuffix(got.stderr, "\n"), "\n")
		if got.status != statusBad || got.stdout != "" || len(lines) < test.least {
			t.Errorf("sluice %s: status %d, output %q, %d lines of message\n%s\nwant 2, none and %d lines at least", test.args, got.status, got.stdout, len(lines), got.stderr, test.least)
		}
		for i, line := range lines {
			text, first := strings.CutPrefix(line, "sluice: ")
			if !first {
				text, _ = strings.CutPrefix(line, "        ")
			}
			if first != (i == 0) || text == line || strings.TrimSpace(text) == "" {
				t.Errorf("sluice %s: line %d of the message is %q, want it to start with the command's name if it is the first, else with spaces", test.args, i+1, line)
			}
		}
	}
}

func TestHelp(t *testing.T) {
	for _, args := range []string{"--help", "help", "help decide", "decide --help", "explain -h", "authorize --help", "lint --help", "help diff", "find -h", "test --help", "help help", "completion bash"} {
		got := sluice("", strings.Fields(args)...)
		if got.status != statusDone || got.stderr != "" || !strings.Contains(got.stdout, "sluice") {
			t.Errorf("sluice %s: status %d, message %q, output %.100q; want status 0 and help on standard output", args, got.status, got.stderr, got.stdout)
		}
	}
}

// Usage lines name the flags that matter themselves.
func TestUsageLines(t *testing.T) {
	for _, command := range []string{"authorize", "decide", "diff", "explain", "find", "lint", "test"} {
		got := sluice("", command, "--help")
		_, usage, _ := strings.Cut(got.stdout, "Usage:\n")
		line, _, _ := strings.Cut(usage, "\n")
		if !strings.HasPrefix(line, "  sluice "+command+" ") || strings.Contains(line, "[flags]") {
			t.Errorf("usage of %s: %q, want its own words for flags and arguments", command, line)
		}
	}
}

func TestCompletion(t *testing.T) {
	for args, want := range map[string]string{
		"decide --type ":       "basic\nadvanced\n",
		"explain --network ":   "vpc\nclassic\n",
		"authorize --format ":  "json\nxml\n",
		"authorize --output ":  ":16\n", // directories only
		"find --verdict ":      "accept\ndrop\n",
		"find --cause ":        "rule\ndefault\n",
		"lint --type ":         "basic\nadvanced\n",
		"lint --fail-on ":      "error\nwarning\nnote\nnever\n",
		"find --nic ":          "internet\nintranet\n",
		"find --protocol ":     "tcp\nudp\nicmp\nicmpv6\ngre\nall\n",
		"dec":                  "decide\t",
		"decide --group file ": ":0\n", // the shell's own
	} {
		got := sluice("", append([]string{"__complete"}, strings.Split(args, " ")...)...)
		if got.status != statusDone || !strings.Contains(got.stdout, want) {
			t.Errorf("completion of %q: status %d, %q, want in it %q", args, got.status, got.stdout, want)
		}
	}
}

// brokenWriter takes some bytes and then fails.
type brokenWriter struct {
	room int
	err  error
}

func (w *brokenWriter) Write(b []byte) (int, error) {
	n := min(len(b), w.room)
	w.room -= n
	if n < len(b) {
		return n, w.err
	}
	return n, nil
}

func TestWriteErrors(t *testing.T) {
	packets := strings.Repeat("tcp 10.0.0.5:51000 > 198.51.100.7:443\n", 3000) // more than one buffer
	requests := strings.Repeat("SecurityGroupId=sg-1&IpProtocol=gre\n", 3000)
	for _, test := range []struct {
		name, args, stdin string
		room              int
	}{
		{"decide at once", "decide -g " + newer + " --members " + members, packets, 0},
		{"decide in the middle", "decide -g " + newer + " --members " + members, packets, 100000},
		{"decide before a bad line", "decide -g " + newer + " --members " + members, "icmp 10.0.0.5 > 8.8.8.8\nbad\n", 10},
		{"decide at the end", "decide -g " + newer + " --members " + members, packets[:100], 10},
		{"explain", "explain -g " + newer + " --members " + members, packets, 100000},
		{"explain in JSON", "explain --json -g " + newer + " --members " + members, packets, 100000},
		{"authorize", "authorize", requests, 100},
		{"lint", "lint -g " + draft, "", 10},
		{"lint in JSON", "lint --json -g " + draft, "", 10},
		{"lint in SARIF", "lint --sarif -g " + draft, "", 10},
		{"diff", "diff " + before + " " + after, "", 10},
		{"diff in JSON", "diff --json " + before + " " + after, "", 10},
		{"find", "find -g " + after, "", 10},
		{"test", "test -g " + draft + " " + cases, "", 10},
		{"test in JSON", "test --json -g " + draft + " " + cases, "", 10},
		{"authorize at the end", "authorize", "SecurityGroupId=sg-1&IpProtocol=gre&PortRange=-1/-1&DestCidrIp=10.0.0.1", 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, cause := range []error{syscall.EPIPE, errors.New("disk full")} {
				var stderr bytes.Buffer
				w := &brokenWriter{test.room, fmt.Errorf("write: %w", cause)}
				status := run(strings.Fields(test.args), strings.NewReader(test.stdin), w, &stderr)
				if status != statusBad {
					t.Errorf("%v: status %d, want 2", cause, status)
				}
				told := strings.Contains(stderr.String(), "sluice: write: "+cause.Error()+"\n")
				if told == errors.Is(cause, syscall.EPIPE) {
					t.Errorf("%v: message %q, want one for a full disk and none for a closed pipe", cause, stderr.String())
				}
			}
		})
	}
}

// failingReader gives some text and then fails.
func failingReader(text string) io.Reader {
	return io.MultiReader(strings.NewReader(text), errReader{})
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("cable cut") }

func TestReadErrors(t *testing.T) {
	for _, test := range []struct{ name, args, text, want string }{
		{"packets", "decide -g " + newer + " --members " + members, "icmp 10.0.0.5 > 8.8.8.8\n", "sluice: standard input line 2: cable cut\n"},
		{"packets, within a line", "decide -g " + newer + " --members " + members, "icmp 10.0.0.5 > 8.8.8.8", "sluice: standard input line 1: cable cut\n"},
		{"group", "explain -g - {\"protocol\":1,\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\"}", "{", "sluice: standard input: cable cut\n"},
		{"requests", "authorize -", "SecurityGroupId=sg-1", "sluice: standard input: cable cut\n"},
		{"rules to lint", "lint -g -", "{", "sluice: standard input: cable cut\n"},
		{"rules to compare", "diff " + older + " -", "{", "sluice: standard input: cable cut\n"},
		{"cases", "test -g " + older + " -", "{", "sluice: standard input: cable cut\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			status := run(strings.Fields(test.args), failingReader(test.text), &stdout, &stderr)
			if status != statusBad || !strings.HasPrefix(stderr.String(), test.want) {
				t.Errorf("status %d, message %q, want status 2 and %q", status, stderr.String(), test.want)
			}
		})
	}
}
