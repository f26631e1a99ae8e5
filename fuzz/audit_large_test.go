package fuzz

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"example.com/sluice/audit"
	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/reference"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

// less is x without the rules at refs.
func less(x gen.Interface, refs ...match.Ref) gen.Interface {
	y := gen.Interface{Members: x.Members}
	for _, g := range x.Groups {
		g = g.Clone()
		for i := g.Len() - 1; i >= 0; i-- {
			if slices.ContainsFunc(refs, func(r match.Ref) bool { return r.Group == g.ID() && r.Index == i }) {
				g.Remove(i)
			}
		}
		y.Groups = append(y.Groups, g)
	}
	return y
}

// plain is a valid packet as regions hold it; ok is false where p is none.
func plain(x gen.Interface, p gen.Packet) (q match.Packet, ok bool) {
	q = match.Packet(p)
	q.Src, q.Dst = q.Src.Unmap().WithZone(""), q.Dst.Unmap().WithZone("")
	return q, reference.New(x.Members, x.Groups...).Decide(asReference(p)).Cause != reference.Invalid
}

// checkDiff holds Diff's answer against the reference for packets that aim at
// the rules of both interfaces.
func checkDiff(x, y gen.Interface, packets []gen.Packet) string {
	changes, err := audit.Diff(ctx, mustCompile(x), mustCompile(y))
	if err != nil {
		var bound *audit.BoundError
		if errors.As(err, &bound) {
			return ""
		}
		return fmt.Sprintf("Diff = %v", err)
	}
	a, b := reference.New(x.Members, x.Groups...), reference.New(y.Members, y.Groups...)
	for _, c := range changes {
		packets = append(packets, gen.Packet(c.Witness), gen.Packet(last(c.Region)))
	}
	for _, p := range packets {
		q, ok := plain(x, p)
		if !ok {
			continue
		}
		was, is := a.Decide(asReference(p)), b.Decide(asReference(p))
		var in []audit.Change
		for _, c := range changes {
			if inRegion(c.Region, q) {
				in = append(in, c)
			}
		}
		if len(in) > 1 || (len(in) == 1) != (was.Accept != is.Accept) {
			return fmt.Sprintf("%v: %+v before, %+v after, in %d regions", q, was, is, len(in))
		}
		if len(in) == 1 && (in[0].Before.Decision.Cause.String() != was.Cause || in[0].After.Decision.Cause.String() != is.Cause ||
			(in[0].Before.Decision.Verdict == match.Accept) != was.Accept) {
			return fmt.Sprintf("%v: %+v before, %+v after, in region %v -> %v", q, was, is, in[0].Before.Decision, in[0].After.Decision)
		}
	}
	return ""
}

// last is the last packet of a region.
func last(r audit.Region) match.Packet {
	ranges := r.Protocols.Ranges()
	p := match.Packet{Src: r.Src.To(), Dst: r.Dst.To(), Protocol: rule.Protocol(ranges[len(ranges)-1].Last), NIC: r.NIC}
	if p.Protocol.HasPorts() {
		p.SrcPort, p.DstPort = r.SrcPort[1], r.DstPort[1]
	}
	return p
}

// checkLint holds Lint against FindEach and Diff, which answer by other ways: a
// rule that may go changes nothing where it goes, any other does.
func checkLint(x gen.Interface) string {
	findings, err := audit.Lint(ctx, mustCompile(x))
	if err != nil {
		return fmt.Sprintf("Lint = %v", err)
	}
	each, err := audit.FindEach(ctx, mustCompile(x), audit.Query{})
	if err != nil {
		return fmt.Sprintf("FindEach = %v", err)
	}
	decides := map[match.Ref]bool{}
	for _, f := range each {
		decides[f.Outcome.Rule] = true
	}
	code := map[match.Ref]audit.Code{}
	var dead []match.Ref
	for _, f := range findings {
		switch f.Code {
		case audit.Shadowed, audit.Redundant, audit.Empty:
			dead = append(dead, f.Rule)
			fallthrough
		case audit.Needless:
			if code[f.Rule] != "" {
				return fmt.Sprintf("%v is %v and %v", f.Rule, code[f.Rule], f.Code)
			}
			code[f.Rule] = f.Code
		}
	}
	if d := diffOf(x, less(x, dead...)); d != "" {
		return "without all dead rules: " + d
	}
	table, err := compile(x)
	if err != nil {
		return fmt.Sprintf("Compile = %v", err)
	}
	for r := range table.Rules() {
		c := code[r]
		if decides[r] != (c == "" || c == audit.Needless) {
			return fmt.Sprintf("%v is %q, and a packet that it decides is found: %t", r, c, decides[r])
		}
		changes := diffOf(x, less(x, r))
		if (changes == "") == (c != "") {
			continue
		}
		// A rule that can go today is not called needless where an OpenIPv6 finding's
		// remedy needs it.
		if c != "" || diffOf(closed(x, findings), less(closed(x, findings), r)) == "" {
			return fmt.Sprintf("%v is %q, and without it: %s", r, c, changes)
		}
	}
	return ""
}

// closed is x with the remedies of its OpenIPv6 findings followed: drop rules
// that are weaker than all others.
func closed(x gen.Interface, findings []audit.Finding) gen.Interface {
	y := less(x)
	for _, f := range findings {
		if f.Code != audit.OpenIPv6 {
			continue
		}
		p := rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "0.0.0.0/0", Policy: "drop", Priority: "110"}
		if f.Witness.Dst.Is6() {
			p.DestCidrIP, p.IPv6DestCidrIP = "", "::/0"
		}
		g := y.Groups[len(y.Groups)-1]
		g.Limit = g.Len() + 1
		if err := g.Restore(rule.Existing{Params: p}); err != nil {
			panic(err)
		}
	}
	return y
}

// diffOf is the first change between two interfaces in text.
func diffOf(x, y gen.Interface) string {
	changes, err := audit.Diff(ctx, mustCompile(x), mustCompile(y))
	switch {
	case err != nil:
		return err.Error()
	case len(changes) > 0:
		return fmt.Sprintf("%v changes", changes[0].Region)
	}
	return ""
}

// varied is x with rules taken out, moved, or put in from an interface of the
// same shape.
func varied(s gen.Source, x gen.Interface) gen.Interface {
	y := less(x)
	for range 1 + s.IntN(4) {
		g := y.Groups[s.IntN(len(y.Groups))]
		if g.Len() == 0 {
			continue
		}
		r, _ := g.Remove(s.IntN(g.Len()))
		if s.IntN(2) == 0 && r.Priority <= 100 {
			r.Priority = uint8(1 + s.IntN(100))
			if s.IntN(2) == 0 {
				r.Policy = 1 - r.Policy
			}
			_ = g.Add(r) // an equal rule may be there
		}
	}
	return y
}

// auditProperty is what holds of any interface.
func auditProperty(t *rapid.T) {
	seed := rapid.Uint64().Draw(t, "seed")
	if msg := checkAudit(seed, 30); msg != "" {
		t.Fatal(msg)
	}
}

func checkAudit(seed uint64, most int) string {
	s := gen.Seeded(seed)
	x := gen.NewInterface(s, gen.AnyShape(s, most))
	y := varied(s, x)
	packets := append(gen.NewPackets(x).List(s, 100), gen.NewPackets(y).List(s, 50)...)
	if msg := checkDiff(x, y, packets); msg != "" {
		return fmt.Sprintf("%s\nbefore\n%v\nafter\n%v", msg, x, y)
	}
	if msg := checkLint(x); msg != "" {
		return fmt.Sprintf("%s\nwith\n%v", msg, x)
	}
	return ""
}

// TestAuditAtLarge asks Lint, Diff and FindEach about interfaces like real ones.
func TestAuditAtLarge(t *testing.T) {
	t.Parallel()
	for seed := range *worlds / 3 {
		if msg := checkAudit(seed, 100); msg != "" {
			t.Fatalf("seed %d: %s", seed, msg)
		}
	}
}

func FuzzAudit(f *testing.F) {
	s := rand.New(rand.NewPCG(1, 3))
	for range 4 {
		var seed []byte
		for range 128 {
			seed = binary.LittleEndian.AppendUint64(seed, s.Uint64())
		}
		f.Add(seed)
	}
	f.Fuzz(rapid.MakeFuzz(auditProperty))
}
