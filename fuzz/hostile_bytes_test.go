package fuzz

import (
	"encoding"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"example.com/sluice/ecs"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Input of 1 MB, of 100,000 entries and of 20,000 levels; a hundred times as much
// with -hostile.full. A reader of a stream stops at its limit; a text in memory is
// refused in a time and memory that its length bounds. The message names what was
// wrong and is short.
//
//	go test ./fuzz -run TestHostile -hostile.full
var hostileFull = flag.Bool("hostile.full", false, "hostile inputs of 100 MB, up to the real limits of the readers")

const (
	huge   = 1_000_000
	levels = 20_000 // encoding/json counts to 10,000
	many   = 100_000
)

// hostileSize is n, or a hundred times n in the full run.
func hostileSize(n int) int {
	if *hostileFull {
		return 100 * n
	}
	return n
}

// stream is a head and then a text over and over, of n bytes in all.
func stream(head, text string, n int) io.Reader {
	text = strings.Repeat(text, 1+1<<16/len(text)) // long copies are quick ones
	return io.MultiReader(strings.NewReader(head), &repeated{text: text, left: n - len(head)})
}

// repeated is a text over and over.
type repeated struct {
	text     string
	at, left int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && n < r.left {
		c := copy(p[n:min(len(p), r.left)], r.text[r.at:])
		r.at = (r.at + c) % len(r.text)
		n += c
	}
	r.left -= n
	return n, nil
}

// refusedWithin wants read to refuse, with a reason that has want in it, in at
// most that memory and 20 seconds (ten times what it takes on a busy machine).
func refusedWithin(t *testing.T, memory uint64, want string, read func() error) {
	t.Helper()
	start, before := time.Now(), allocated()
	err := read()
	took, grown := time.Since(start), allocated()-before
	if err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 2000 {
		t.Errorf("got %.300v, want an error of few words with %q", err, want)
	}
	memory *= hungrier
	if limit := slower * 20 * time.Second; took > limit || grown > memory {
		t.Errorf("took %v and %d MiB, want at most %v and %d MiB", took, grown>>20, limit, memory>>20)
	}
	if testing.Verbose() {
		t.Logf("%v, %d MiB: %.200v", took, grown>>20, err)
	}
}

func readReply(r io.Reader) error {
	_, err := ecs.ReadDescription(r, ecs.ReadOptions{})
	return err
}

func readMembers(r io.Reader) error {
	_, err := match.ReadMembers(r)
	return err
}

func TestHostileStreams(t *testing.T) {
	const (
		reply  = `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[`
		egress = `{"Direction":"egress","IpProtocol":"ALL","PortRange":"-1/-1","DestCidrIp":"0.0.0.0/0","Policy":"Accept","Priority":1},`
	)
	for _, c := range []struct {
		name             string
		read             func(io.Reader) error
		head, text, want string
		size             int
		memory           uint64
		full             bool // needs a real limit, and time: ecs and match test theirs on small input, too
	}{
		{"a reply of 100 MB of spaces", readReply, "", " ", "larger than the limit of 16777216 bytes", 100 * huge, 128 << 20, false},
		{"a reply of 100 MB of rules", readReply, reply, egress, "larger than the limit of 16777216 bytes", 100 * huge, 128 << 20, false},
		{"a reply of rules up to its limit", readReply, reply, egress, "more egress rules than the limit", hostileSize(16 << 20 / 100), 128 << 20, false},
		{"a reply of many entries", readReply, `{"x":[`, "0,", "ends early", hostileSize(16 << 20 / 100), 2 << 30, false},
		{"a reply of one text", readReply, `{"SecurityGroupId":"`, "x", "ends early", hostileSize(16 << 20 / 100), 256 << 20, false},
		{"a reply of many levels", readReply, `{"x":`, "[", "nested deeper than 64", hostileSize(levels), 64 << 20, false},
		{"a reply of many objects in each other", readReply, "", `{"x":`, "nested deeper than 64", 5 * hostileSize(levels), 64 << 20, false},
		{"members of 100 MB", readMembers, `{"sg-a":[`, `"10.0.0.1",`, "larger than the limit of 67108864 bytes", 100 * huge, 512 << 20, true},
		{"members of many entries", readMembers, `{"sg-a":[`, `"::1",`, "sg-a[2097151]: too many groups and entries, want at most 2097152 together", 6 * hostileSize(many), 2 << 30, true},
		{"members of one text", readMembers, `{"`, "x", "ends early", hostileSize(64 << 20 / 100), 1 << 30, false},
		{"members of many levels", readMembers, `{"sg-a":`, "[", "want text", hostileSize(levels), 64 << 20, false},
	} {
		if c.full && !*hostileFull {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			refusedWithin(t, c.memory, c.want, func() error { return c.read(stream(c.head, c.text, c.size)) })
		})
	}
}

func TestHostileTexts(t *testing.T) {
	packet := func(s string) error { _, err := match.ParsePacket(s); return err }
	request := func(s string) error { _, err := ecs.ParseRequest(s); return err }
	packetJSON := func(s string) error { return new(match.Packet).UnmarshalJSON([]byte(s)) }
	ruleText := func(s string) error { return new(rule.Rule).UnmarshalText([]byte(s)) }
	ruleJSON := func(s string) error { return new(rule.Rule).UnmarshalJSON([]byte(s)) }
	word := func(v encoding.TextUnmarshaler) func(s string) error {
		return func(s string) error { return v.UnmarshalText([]byte(s)) }
	}
	for _, c := range []struct {
		name             string
		read             func(string) error
		head, text, want string
		size             int
	}{
		{"a request of one long text", request, "SecurityGroupId=", "x", "want at most 1048576", 2 * hostileSize(huge)},
		{"a request of parameters up to its limit", request, "", "Policy=&", "given twice", 1 << 20},
		{"a request of segments up to its limit", request, "", "&", "SecurityGroupId is absent", 1 << 20},
		{"a packet of one long text", packet, "tcp ", "1", "want PROTOCOL", hostileSize(huge)},
		{"a packet of many words", packet, "tcp 1.1.1.1:1 > ", "1 ", "want PROTOCOL", hostileSize(huge)},
		{"a packet of long text in JSON", packetJSON, `{"src":"`, "x", "ends early", hostileSize(huge)},
		{"a packet of many entries", packetJSON, `{"src":[`, "0,", "want text", 2 * hostileSize(many)},
		{"a packet of many levels", packetJSON, "", `{"src":`, "an object, want text", 7 * hostileSize(levels)},
		{"a rule of one long text", ruleText, "accept all to ", "1", "InvalidDestCidrIp.Malformed", hostileSize(huge)},
		{"a rule of many words", ruleText, "accept all ", "to ", "want at most 28 words", hostileSize(huge)},
		{"a rule of long text in quotes", ruleText, `accept all id "`, "x", "does not end", hostileSize(huge)},
		{"a rule of long text in JSON", ruleJSON, `{"id":"`, "x", "unexpected EOF", hostileSize(huge)},
		{"a rule of many entries", ruleJSON, `{"dst":[`, "0,", "unexpected EOF", 2 * hostileSize(many)},
		{"a rule of many levels", ruleJSON, `{"dst":`, "[", "depth", hostileSize(levels)},
		{"ports of one long text", word(new(rule.PortRange)), "1/", "1", "port out of range", hostileSize(huge)},
		{"a protocol of one long text", word(new(rule.Protocol)), "", "1", "want tcp", hostileSize(huge)},
		{"a policy of one long text", word(new(rule.Policy)), "", "ACCEPT", "want drop or accept", hostileSize(huge)},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			b.Grow(c.size)
			if _, err := io.Copy(&b, stream(c.head, c.text, c.size)); err != nil {
				t.Fatal(err)
			}
			refusedWithin(t, uint64(10*c.size+1<<20), c.want, func() error { return c.read(b.String()) })
		})
	}
}

// TestHostileCall sends the most rules that a call can have, all of them wrong in
// many ways, and a group that holds as many as a limit lets in.
func TestHostileCall(t *testing.T) {
	long := strings.Repeat("x", 9000)
	q := ecs.Request{GroupID: "sg-0", Indexed: true}
	for range 100 {
		q.Rules = append(q.Rules, rule.Params{IPProtocol: long, PortRange: "0/0", DestCidrIP: "::", IPv6DestCidrIP: "1", SourceCidrIP: "x", Policy: "x", Priority: "x", NICType: "x"})
	}
	if _, err := ecs.ParseRequest(q.String()); err != nil {
		t.Errorf("ParseRequest of %d bytes = %v, want it read", len(q.String()), err)
	}
	region, err := ecs.NewRegion(rule.NewGroup("sg-0", rule.VPC, rule.Basic))
	if err != nil {
		t.Fatal(err)
	}
	faults, ok := region.Authorize(q).(rule.Errors)
	if !ok || len(faults) < 900 || len(faults.Error()) > 1<<20 {
		t.Errorf("Authorize of 100 wrong rules: %d faults in %d bytes, want 900 in 1 MiB at most", len(faults), len(faults.Error()))
	}
	g := rule.NewGroup("sg-1", rule.VPC, rule.Basic)
	g.Limit = 5000
	var rules []rule.Params
	for i := range g.Limit + 1 {
		rules = append(rules, rule.Params{IPProtocol: "tcp", PortRange: fmt.Sprintf("%d/%d", i+1, i+1), DestCidrIP: "10.0.0.0/8"})
	}
	start := time.Now()
	if err := g.Authorize(rules[:g.Limit]...); err != nil || g.Len() != g.Limit {
		t.Errorf("Authorize of %d rules = %v, and the group holds %d", g.Limit, err, g.Len())
	}
	if err := g.Authorize(rules[g.Limit]); err == nil || g.Len() != g.Limit {
		t.Errorf("Authorize of a rule beyond the limit = %v, and the group holds %d", err, g.Len())
	}
	if took := time.Since(start); took > slower*20*time.Second {
		t.Errorf("entry of %d rules took %v, want at most %v", g.Limit, took, slower*20*time.Second)
	}
}
