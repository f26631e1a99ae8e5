package main

import (
	"strings"
	"testing"
)

// A comment that shows as two lines elsewhere may hide a packet, a case or a
// request: it is refused, with its line.
func TestCommentsThatHideLines(t *testing.T) {
	const (
		packet  = "tcp 10.0.0.5:51000 > 203.0.113.9:443"
		aCase   = `{"packet":"tcp 10.0.0.5:51000 > 203.0.113.9:443","want":"drop"}`
		request = "SecurityGroupId=sg-1&IpProtocol=all&PortRange=-1/-1&DestCidrIp=10.0.0.0/8"
		group   = "../../testdata/change-after.json"
	)
	for name, c := range map[string]struct {
		line string
		args []string
	}{
		"packets":  {packet, []string{"decide", "-g", group, "-"}},
		"cases":    {aCase, []string{"test", "-g", group, "-"}},
		"requests": {request, []string{"authorize", "-"}},
		"a group":  {request, []string{"decide", "-g", "-", packet}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, end := range []string{"\r", "\v", "\f", "\u0085", "\u2028", "\u2029"} {
				got := sluice(c.line+"\n# note"+end+c.line+"\n", c.args...)
				if got.status != statusBad || !strings.Contains(got.stderr, "line 2") || !strings.Contains(got.stderr, "a comment holds") {
					t.Errorf("sluice %q of a comment with %q = status %d, %s, want status 2 and line 2", c.args, end, got.status, got.stderr)
				}
			}
			if got := sluice("# note\r\n"+c.line+"\r\n", c.args...); got.status == statusBad {
				t.Errorf("sluice %q of lines that end in CR LF: %s", c.args, got.stderr)
			}
		})
	}
}
