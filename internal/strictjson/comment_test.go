package strictjson

import "testing"

func TestHidesLine(t *testing.T) {
	for line, want := range map[string]bool{
		"# a note\n":               false,
		"# a note\r\n":             false, // the end of a line, as Windows writes it
		"# a note":                 false,
		"# a\ttab and a \u00a0\n":  false,
		"# a note\rand a line\n":   true, // as old programs of the Macintosh write it
		"# a note\r\r\n":           true,
		"# a note\vand a line\n":   true,
		"# a note\fand a line\n":   true,
		"# a note\u0085a line\n":   true,
		"# a note\u2028a line\n":   true,
		"# a note\u2029a line\r\n": true,
	} {
		if got := HidesLine(line); got != want {
			t.Errorf("HidesLine(%q) = %v, want %v", line, got, want)
		}
	}
}
