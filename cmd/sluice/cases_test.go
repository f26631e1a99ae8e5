package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime/metrics"
	"strings"
	"testing"

	"example.com/sluice/match"
)

// FuzzReadCases reads files of cases. What is taken is all that stands there,
// line by line, as encoding/json reads it, and it prints to a file that reads
// back the same. A refusal names the first line that is at fault.
func FuzzReadCases(f *testing.F) {
	const packet = `{"packet":"tcp 10.0.0.5:51000 > 203.0.113.9:443",`
	for _, seed := range []string{
		readFile(f, cases),
		"", "\n \r\n\u00a0\n", "#", " # a note\r\n", "# a\rb", "null", "[]", "{", "\xff", "\ufeff{}", strings.Repeat("[", 100),
		packet + `"want":"drop","cause":"rule","rule":"sg-web[1]","name":"a\u2028b"}`,
		packet + `"want":"accept","rule":-0}` + "\r\n\n" + packet + `"want":"drop","rule":9007199254740993,"name":null}`,
		packet + `"want":"drop"}` + "\n" + packet + `"want":"drop"} {}`,
		packet + `"want":"drop","rule":-1}`, packet + `"want":"drop","rule":1e2}`, packet + `"want":"drop","rule":18446744073709551616}`,
		packet + `"want":"drop","want":"drop"}`, packet + `"Want":"drop"}`, packet + `"want":"drop","name":"\ud800"}`, packet + `"want":"drop","cause":null}`,
		packet + `"want":"drop","` + strings.Repeat("k", 3000) + `":1}`, packet + `"want":"` + strings.Repeat("w", 3000) + `"}`,
		`{"want":"drop","cause":"invalid","packet":{"protocol":47,"src":"::ffff:10.0.0.5","dst":"fe80::1%x","nic":"INTERNET"}}`,
		`{"want":"drop","packet":{"protocol":"udp","src":"::1","src_port":0,"dst":"::2","dst_port":65535}}`,
		`{"want":"drop","packet":"255 fe80::1%eth0 > 10.0.0.5 internet"}`, `{"want":"drop","packet":"` + strings.Repeat("p", 3000) + `"}`,
		`{"packet":null,"want":"drop"}`, `{"packet":{"src":{"a":[` + strings.Repeat("0,", 1000) + `0]}},"want":"drop"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := readCasesWithin(t, s)
		if err != nil {
			checkRefusal(t, s, err)
			return
		}
		checkLines(t, s, got)
		var text strings.Builder
		for n, i := 1, 0; i < len(got); n++ {
			if n == got[i].line {
				text.Write(caseJSON(t, got[i]))
				i++
			}
			text.WriteString("\n")
		}
		back, err := readCases([]byte(text.String()), "file")
		for i, c := range got {
			got[i].packet.Src, got[i].packet.Dst = c.packet.Src.Unmap().WithZone(""), c.packet.Dst.Unmap().WithZone("") // as packets print
		}
		if err != nil || !reflect.DeepEqual(back, got) {
			t.Errorf("readCases(%q) = %+v, written as\n%s\nand read as %+v, %v", s, got, text.String(), back, err)
		}
	})
}

// readCasesWithin reads a file, and bounds the memory (some for nothing and some for
// each byte) and the message that it may take.
func readCasesWithin(t *testing.T, s string) ([]testCase, error) {
	t.Helper()
	before := allocated()
	got, err := readCases([]byte(s), "file")
	grown := allocated() - before
	if limit := uint64(4<<20 + 2000*len(s)); grown > limit {
		t.Errorf("%d bytes took %d bytes of memory, want at most %d", len(s), grown, limit)
	}
	if err != nil && len(err.Error()) > 2000 {
		t.Errorf("a message of %d bytes for %d bytes of input, want at most 2000: %.300v", len(err.Error()), len(s), err)
	}
	return got, err
}

// allocated is how many bytes this process has ever allocated.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// checkRefusal wants err to name the line that is refused by itself as well, with
// nothing but good lines before it, or to say that there is none.
func checkRefusal(t *testing.T, s string, err error) {
	t.Helper()
	if holdsNothing(s) {
		if !strings.HasPrefix(err.Error(), "file: nothing in it, want ") {
			t.Errorf("readCases(%q) = %v, want a message that the file has nothing in it", s, err)
		}
		return
	}
	place, reason, _ := strings.Cut(err.Error(), ": ")
	lines := strings.SplitAfter(s, "\n")
	n := 0
	if _, scanErr := fmt.Sscanf(place, "file line %d", &n); scanErr != nil || n < 1 || n > len(lines) || reason == "" {
		t.Fatalf("readCases(%q) = %v, want a message that names a line", s, err)
	}
	if _, alone := readCases([]byte(lines[n-1]), "file"); alone == nil || alone.Error() != "file line 1: "+reason {
		t.Errorf("readCases(%q) = %v, line %d by itself: %v", s, err, n, alone)
	}
	if before := strings.Join(lines[:n-1], ""); !holdsNothing(before) {
		if _, err2 := readCases([]byte(before), "file"); err2 != nil {
			t.Errorf("readCases(%q) = %v, the lines before: %v", s, err, err2)
		}
	}
}

// holdsNothing reports whether all lines are blank or plain comments.
func holdsNothing(s string) bool {
	for _, line := range strings.Split(s, "\n") {
		text := strings.TrimSpace(line)
		hides := strings.ContainsAny(strings.TrimSuffix(line, "\r"), "\r\v\f\u0085\u2028\u2029")
		if text != "" && (text[0] != '#' || hides) {
			return false
		}
	}
	return true
}

// checkLines wants a case for each line of s that holds one, and in it what the
// line says.
func checkLines(t *testing.T, s string, got []testCase) {
	t.Helper()
	i := 0
	for n, line := range strings.Split(s, "\n") {
		if holdsNothing(line) {
			continue
		}
		if i == len(got) || got[i].line != n+1 {
			t.Fatalf("readCases(%q): case %d of %d is not that of line %d", s, i, len(got), n+1)
		}
		wantPacket, want := generic(t, []byte(line))
		_, is := generic(t, caseJSON(t, got[i]))
		if want["name"] == nil || want["name"] == "" {
			delete(want, "name")
		}
		if !reflect.DeepEqual(is, want) || got[i].packet != wantPacket {
			t.Errorf("readCases(%q): line %d is %v of packet %v, want %v of %v", s, n+1, is, got[i].packet, want, wantPacket)
		}
		i++
	}
	if i != len(got) {
		t.Errorf("readCases(%q): %d cases, want %d", s, len(got), i)
	}
}

// generic reads a line with encoding/json, and its packet apart.
func generic(t *testing.T, line []byte) (p match.Packet, rest map[string]any) {
	t.Helper()
	var packet struct{ Packet json.RawMessage }
	if err := json.Unmarshal(line, &packet); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	var text string
	if json.Unmarshal(packet.Packet, &text) != nil {
		text = string(packet.Packet)
	}
	p, err := parsePacket([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if err := json.Unmarshal(line, &rest); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	delete(rest, "packet")
	return p, rest
}

// caseJSON writes a case as a line of a file says it.
func caseJSON(t *testing.T, c testCase) []byte {
	t.Helper()
	keys := map[string]any{"packet": c.packet.String(), "want": c.want.Verdict.String()}
	if c.name != "" {
		keys["name"] = c.name
	}
	if c.want.Cause != nil {
		keys["cause"] = c.want.Cause.String()
	}
	if c.want.Rule != nil {
		keys["rule"] = *c.want.Rule
	}
	line, err := json.Marshal(keys)
	if err != nil {
		t.Fatal(err)
	}
	return line
}
