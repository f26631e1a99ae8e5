package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestWaiting(t *testing.T) {
	failure := errors.New("too much")
	for _, test := range []struct {
		name string
		live bool
		long bool
		err  error
		want bool // something is shown
	}{
		{"no terminal", false, true, nil, false},
		{"a terminal", true, true, nil, true},
		{"a terminal and an error", true, true, failure, true},
		{"a terminal and no time to show anything", true, false, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			shown := make(chan struct{})
			var stderr notifying
			stderr.first = shown
			a := app{stderr: &stderr, live: test.live, beat: time.Hour}
			if test.want {
				a.beat = time.Millisecond
			}
			got, err := waiting(&a, "linting 3 rules of 1 group", func() (int, error) {
				if test.want {
					<-shown // the question takes as long as the first word of it
				}
				return 7, test.err
			})
			if got != 7 || err != test.err {
				t.Errorf("waiting = %d, %v, want 7, %v", got, err, test.err)
			}
			text := stderr.String() // no one writes any more
			if !test.want {
				if text != "" {
					t.Errorf("waiting shows %q, want nothing", text)
				}
				return
			}
			if !strings.HasPrefix(text, "\r\x1b[Ksluice: linting 3 rules of 1 group, 0s") || !strings.HasSuffix(text, "\r\x1b[K") {
				t.Errorf("waiting shows %q, want what runs and for how long, and in the end an empty line", text)
			}
		})
	}
}

// notifying closes a channel at the first byte written.
type notifying struct {
	bytes.Buffer
	first chan struct{}
}

func (n *notifying) Write(b []byte) (int, error) {
	if n.first != nil {
		close(n.first)
		n.first = nil
	}
	return n.Buffer.Write(b)
}
