package main

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

const goodPacket = "tcp 10.0.0.5:1 > 203.0.113.9:443"

func TestBadPacketArguments(t *testing.T) {
	group := file(t, oneRule)
	for _, test := range []struct {
		name   string
		packet string
		words  []string
	}{
		{"empty", "", []string{"want PROTOCOL SRC"}},
		{"not quoted", "tcp", []string{`"tcp"`, "quote it"}},
		{"a file", "packets_test.go", []string{"- < FILE"}},
		{"no port", "tcp 10.0.0.5 > 203.0.113.9:443", []string{`"10.0.0.5"`, "ADDRESS:PORT"}},
		{"JSON of another kind", `{"protocol":"tcp","src":"10.0.0.5","Dst":"::1"}`, []string{"Dst", "unknown key"}},
		{"half a JSON", `{"protocol":`, []string{"ends early"}},
		{"deep JSON", strings.Repeat(`{"protocol":`, 100000), []string{"want text"}},
		{"a key twice", `{"src":"10.0.0.5","src":"10.0.0.5"}`, []string{"src", "twice"}},
		{"not UTF-8", "tcp \xff", []string{`\xff`}},
		{"a long one", "tcp " + strings.Repeat("x ", 1<<20), []string{"want PROTOCOL SRC"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			// The good packet before it is not answered.
			refused(t, "", []string{"decide", "--json", "-g", group, goodPacket, test.packet}, append(test.words, "argument 2: ")...)
			refused(t, "", []string{"explain", "-g", group, goodPacket, test.packet}, append(test.words, "argument 2: ")...)
		})
	}
}

// The hint to quote a packet is for text that a shell has split, not for JSON.
func TestQuoteHint(t *testing.T) {
	t.Parallel()
	group := file(t, oneRule)
	for packet, hint := range map[string]bool{
		"tcp": true, "10.0.0.5:1": true, "": true,
		"tcp 10.0.0.5":           false,
		"{}":                     false,
		"{":                      false,
		`{"proto":"tcp"}`:        false,
		`{"proto": "tcp"}`:       false,
		`{"protocol":"tcp"}{}`:   false,
		`{"protocol":"tcpudp"}`:  false,
		`{"src":"10.0.0.5:1x1"}`: false,
	} {
		got := sluice("", "decide", "-g", group, packet)
		if got.status != statusBad || strings.Contains(got.stderr, "quote it") != hint {
			t.Errorf("decide %q: status %d, message\n%s\nwant 2, and a hint to quote it: %t", packet, got.status, got.stderr, hint)
		}
	}
}

// At a bad line the answers so far stand, and no more come.
func TestBadPacketLines(t *testing.T) {
	group := file(t, oneRule)
	const good = `{"packet":"` + goodPacket + `","verdict":"accept","cause":"rule","rule":{"group":"sg-1","index":0,"priority":7,"policy":"accept"}}` + "\n"
	for _, test := range []struct {
		name, line string
		words      []string
	}{
		{"space before JSON", ` {"protocol":1,"src":"10.0.0.5","dst":"10.0.0.6"}`, []string{"want PROTOCOL SRC"}},
		{"two carriage returns", goodPacket + "x\r\r", []string{"443x"}},
		{"NUL", "tcp\x00", []string{`\x00`}},
		{"protocol", "all 10.0.0.5 > 10.0.0.6", []string{`"all"`, "0 to 255"}},
		{"too long", strings.Repeat("x", maxLine+1), []string{"longer than 65536 bytes"}},
		{"much too long", strings.Repeat("x", 10*maxLine), []string{"longer than 65536 bytes"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			stdin := goodPacket + "\r\n" + test.line + "\n" + goodPacket + "\n"
			got := sluice(stdin, "decide", "--json", "-g", group)
			if got.status != statusBad || got.stdout != good {
				t.Errorf("status %d, output\n%s\nwant status 2 and one answer", got.status, got.stdout)
			}
			for _, w := range append(test.words, "sluice: standard input line 2: ") {
				if !strings.Contains(got.stderr, w) {
					t.Errorf("message %q, want in it %q", got.stderr, w)
				}
			}
		})
	}
}

// Blank lines and comments are skipped, and count as lines. As many answers come as
// there are packets.
func TestSkippedPacketLines(t *testing.T) {
	t.Parallel()
	group := file(t, oneRule)
	stdin := "\n# first\n \t\r\n" + goodPacket + "\n  # " + goodPacket + "\n\n" + goodPacket + "\r\n#last"
	want := strings.Repeat(`{"packet":"`+goodPacket+`","verdict":"accept","cause":"rule","rule":{"group":"sg-1","index":0,"priority":7,"policy":"accept"}}`+"\n", 2)
	args := []string{"decide", "--json", "-g", group, "-"}
	check(t, sluice(stdin, args...), result{0, want, ""}, args...)
	got := sluice(stdin+"\n\nbad", args...)
	if got.status != statusBad || got.stdout != want || !strings.Contains(got.stderr, "standard input line 10: ") {
		t.Errorf("a bad line behind skipped ones: status %d, output %s, message %q, want status 2, the answers so far, and line 10", got.status, got.stdout, got.stderr)
	}
}

// A byte order mark is no part of the first packet; another encoding is named.
func TestPacketEncodings(t *testing.T) {
	t.Parallel()
	group := file(t, oneRule)
	args := []string{"decide", "--json", "-g", group}
	want := result{0, `{"packet":"` + goodPacket + `","verdict":"accept","cause":"rule","rule":{"group":"sg-1","index":0,"priority":7,"policy":"accept"}}` + "\n", ""}
	check(t, sluice("\uFEFF"+goodPacket+"\r\n", args...), want, args...)
	check(t, sluice("\uFEFF# a comment\n"+goodPacket, args...), want, args...)
	refused(t, "\uFEFF", args, "nothing in it")
	utf16 := ""
	for _, c := range goodPacket + "\r\n" {
		utf16 += string(c) + "\x00"
	}
	refused(t, "\xff\xfe"+utf16, args, "UTF-16", "want UTF-8")
	refused(t, utf16, args, "UTF-16", "want UTF-8")
}

// An input that holds nothing is no success: a pipeline may have lost it.
func TestNothingOnStandardInput(t *testing.T) {
	t.Parallel()
	group := file(t, oneRule)
	for _, stdin := range []string{"", "\n", "# nothing\n\r\n  \n", "#"} {
		for _, args := range [][]string{
			{"decide", "-g", group}, {"decide", "--json", "-g", group, "-"}, {"explain", "-g", group, "-"}, {"test", "-g", group, "-"},
		} {
			refused(t, stdin, args, "standard input: nothing in it", "tcp 10.0.0.5:51000 > 203.0.113.9:443", "pipe")
		}
	}
}

// A line of the longest length is read, with either line end or none.
func TestLongestLine(t *testing.T) {
	group := file(t, oneRule)
	line := `{"protocol":"gre","src":"10.0.0.5","dst":"10.0.0.6"`
	line += strings.Repeat(" ", maxLine-len(line)-1) + "}"
	stdin := line + "\n" + line + "\r\n" + line
	want := strings.Repeat(`{"packet":"gre 10.0.0.5 > 10.0.0.6","verdict":"accept","cause":"default"}`+"\n", 3)
	check(t, sluice(stdin, "decide", "--json", "-g", group), result{0, want, ""}, "decide")
}

// Whoever feeds packets one by one gets each answer before the next.
func TestAnswersArePrompt(t *testing.T) {
	group := file(t, oneRule)
	for _, command := range []string{"decide", "explain"} {
		stdin, feed := io.Pipe()
		answers, stdout := io.Pipe()
		done := make(chan int)
		go func() {
			defer stdout.Close()
			done <- run([]string{command, "--json", "-g", group}, stdin, stdout, io.Discard)
		}()
		got := make(chan string)
		go func() {
			b := make([]byte, 1<<16)
			for {
				n, err := answers.Read(b)
				if err != nil {
					return
				}
				got <- string(b[:n])
			}
		}()
		for range 3 {
			// Half a line behind a whole one does not hold its answer back.
			for _, part := range []string{goodPacket + "\ntcp 10.0.0.5:1 > ", "203.0.113.9:443\n"} {
				io.WriteString(feed, part)
				select {
				case answer := <-got:
					if !strings.HasPrefix(answer, `{"packet":"`+goodPacket) || strings.Count(answer, "\n") != 1 {
						t.Errorf("%s: answer %q, want one line for %s", command, answer, goodPacket)
					}
				case <-time.After(10 * time.Second):
					t.Fatalf("%s: no answer after %q while the input waits", command, part)
				}
			}
		}
		feed.Close()
		if status := <-done; status != statusDone {
			t.Errorf("%s: status %d, want 0", command, status)
		}
	}
}

// repeated gives a text n times without holding it n times.
type repeated struct {
	text string
	n    int
	rest string
}

func (r *repeated) Read(b []byte) (int, error) {
	if r.rest == "" {
		if r.n == 0 {
			return 0, io.EOF
		}
		r.n--
		r.rest = r.text
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// heapWatch counts lines and looks at the heap as they pass.
type heapWatch struct {
	lines, writes int
	most          uint64 // of live heap, in bytes
}

func (w *heapWatch) Write(b []byte) (int, error) {
	w.lines += bytes.Count(b, []byte("\n"))
	if w.writes++; w.writes%100 == 0 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		w.most = max(w.most, m.HeapAlloc)
	}
	return len(b), nil
}

func TestDecideManyInConstantMemory(t *testing.T) {
	group := file(t, oneRule)
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for _, args := range [][]string{{"decide", "-g", group}, {"decide", "--json", "-g", group}} {
		packets := strings.Repeat(goodPacket+"\n", 997) + // the rest brings each cause, and JSON
			"udp [2001:db8::1]:5 > 10.0.0.5:53\nicmp 10.0.0.5 > 8.8.8.8\n" + `{"protocol":50,"src":"10.0.0.5","dst":"192.0.2.1"}` + "\n"
		const n = 200_000 // 9 MB
		var w heapWatch
		var stderr strings.Builder
		if status := run(args, &repeated{text: packets, n: n / 1000}, &w, &stderr); status != statusFound || stderr.Len() > 0 {
			t.Errorf("sluice %q: status %d, message %q, want status 1 and none", args, status, stderr.String())
		}
		if w.lines != n {
			t.Errorf("sluice %q: %d answers to %d packets", args, w.lines, n)
		}
		if w.most == 0 || w.most > before.HeapAlloc+1<<20 {
			t.Errorf("sluice %q: %d bytes of live heap, %d before: want at most a MiB more", args, w.most, before.HeapAlloc)
		}
	}
}
