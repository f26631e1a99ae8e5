package contest

import (
	"net/netip"
	"testing"

	"example.com/sluice/bench/internal/measure"
	"example.com/sluice/bench/internal/ruleset"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// packets is how many packets the tests pass. The comparison and the studies check
// each of theirs.
const packets = 500

func load(t *testing.T, spec ruleset.Spec) *ruleset.Case {
	t.Helper()
	c, err := ruleset.Load(spec, packets)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The engine and each whole rival agree on each packet of each set; the lookup of
// bart agrees with a plain search.
func TestAllAgreeOnEveryPacket(t *testing.T) {
	for _, spec := range ruleset.All() {
		c := load(t, spec)
		ours := NewOurs(c)
		for _, v := range append(Rivals(c), ours) {
			if err := Check(v, packets); err != nil {
				t.Errorf("%v: %v", spec, err)
			}
		}
		if wrong := ours.Batch(packets); wrong > 0 {
			t.Errorf("%v: %d of %d answers of a batch are wrong", spec, wrong, packets)
		}
	}
}

// A wrong answer does not pass: each contender is told to expect another answer
// to one packet.
func TestChecksBite(t *testing.T) {
	c := load(t, ruleset.Spec{Shape: ruleset.ACL, Rules: 100, Family: ruleset.Mixed})
	ours := NewOurs(c)
	rivals := Rivals(c)
	const at = 0 // the chain comes by, whatever the answers
	c.Answers[at] ^= 2
	c.Want[at] = match.Decision{}
	for _, v := range append(rivals, ours) {
		if b, ok := v.(*Bart); ok {
			b.want[at] ^= 2
		}
		if got := v.Thr(packets); got != 1 {
			t.Errorf("%s: Thr finds %d wrong answers, want 1", v.Name(), got)
		}
		if got := v.Chain(packets); got < 1 || got > 2 {
			t.Errorf("%s: Chain finds %d wrong answers, want 1 for each time it comes by", v.Name(), got)
		}
		if Check(v, packets) == nil {
			t.Errorf("Check(%s) gives no error", v.Name())
		}
	}
	if got := ours.Batch(packets); got != 1 {
		t.Errorf("Batch finds %d wrong answers, want 1", got)
	}
}

func TestPassesAllocateNothing(t *testing.T) {
	for _, spec := range []ruleset.Spec{
		{Shape: ruleset.SG, Rules: 100, Family: ruleset.V4},
		{Shape: ruleset.SG, Rules: 1000, Family: ruleset.V6},
		{Shape: ruleset.Members, Rules: 100, Family: ruleset.V4},
	} {
		c := load(t, spec)
		ours := NewOurs(c)
		passes := map[string]func(int) int{"Thr": ours.Thr, "Chain": ours.Chain, "Batch": ours.Batch}
		for name, pass := range passes {
			if got := measure.Allocs(5, func() { pass(packets) }); got != 0 {
				t.Errorf("%v: %s of the engine makes %d allocations", spec, name, got)
			}
		}
		for _, v := range Rivals(c) {
			if got := measure.Allocs(5, func() { v.Thr(packets) }); got != 0 {
				t.Errorf("%v: Thr of %s makes %d allocations", spec, v.Name(), got)
			}
		}
	}
}

// A batch's last call may be short.
func TestBatchOfAnyLength(t *testing.T) {
	c := load(t, ruleset.Spec{Shape: ruleset.SG, Rules: 10, Family: ruleset.V4})
	c.Want[BatchSize] = match.Decision{Cause: match.Default, Verdict: match.Accept}
	for n, want := range map[int]int{1: 0, BatchSize: 0, BatchSize + 1: 1, 2*BatchSize + 3: 1} {
		if got := NewOurs(c).Batch(n); got != want {
			t.Errorf("Batch(%d) finds %d wrong answers, want %d", n, got, want)
		}
	}
}

// The tuned search holds masks of its own: at the ends of blocks and ranges they
// must agree with the plain ones.
func TestMasks(t *testing.T) {
	for _, tt := range []struct{ block, in, out string }{
		{"10.1.2.3/32", "10.1.2.3", "10.1.2.2"},
		{"10.1.2.0/23", "10.1.3.255", "10.1.4.0"},
		{"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
		{"0.0.0.0/0", "255.255.255.255", ""},
		{"2001:db8::1/128", "2001:db8::1", "2001:db8::2"},
		{"2001:db8::/65", "2001:db8::7fff:ffff:ffff:ffff", "2001:db8:0:0:8000::"},
		{"2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::"},
		{"2001:db8::/63", "2001:db8:0:1:ffff::", "2001:db8:0:2::"},
		{"::/0", "ffff::", ""},
	} {
		block := netip.MustParsePrefix(tt.block)
		if !matches(block, tt.in) {
			t.Errorf("the masks of %s do not match %s", tt.block, tt.in)
		}
		if tt.out != "" && matches(block, tt.out) {
			t.Errorf("the masks of %s match %s", tt.block, tt.out)
		}
	}
}

func matches(block netip.Prefix, text string) bool {
	a := netip.MustParseAddr(text)
	if a.Is4() {
		m := masked4(block)
		return uint64(number4(a))&m.mask == m.value
	}
	m, n := masked6(block), number6(a)
	return n[0]&m[0].mask == m[0].value && n[1]&m[1].mask == m[1].value
}

func TestPortsAtTheEnds(t *testing.T) {
	r := newRest(ruleset.Ranked{Ref: match.Ref{Rule: rule.Rule{Protocol: rule.TCP, DstPorts: rule.PortRange{First: 80, Last: 90}}}})
	for port, want := range map[uint16]bool{0: false, 79: false, 80: true, 90: true, 91: false, 65535: false} {
		if got := r.matches(&match.Packet{Protocol: rule.TCP, DstPort: port}); got != want {
			t.Errorf("80/90 matches port %d: %v, want %v", port, got, want)
		}
	}
}
