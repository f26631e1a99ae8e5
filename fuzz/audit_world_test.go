package fuzz

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"

	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/reference"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

var ctx = context.Background()

// The long runs are a matter of a flag:
//
//	go test ./fuzz -run Exact -worlds=10000
var worlds = flag.Uint64("worlds", 60, "how many small worlds each audit test enumerates")

// tiny makes interfaces whose rules tell apart so few packets that all of them
// can be enumerated: four destinations and two sources of either family beside
// the rest of the world, ports 1 to 3 beside the rest.
type tiny struct {
	*rand.Rand
	dense bool // rules of one protocol and mostly one policy, so that many cover one together
}

func newTiny(seed uint64) tiny { return tiny{rand.New(rand.NewPCG(seed, 7)), seed%2 == 1} }

// world makes an interface of up to most rules.
func (s tiny) world(most int) gen.Interface {
	network, typ := rule.Network(s.IntN(8)/7), rule.Basic
	if network == rule.VPC {
		typ = rule.Type(s.IntN(2))
	}
	x := gen.Interface{Members: map[string]*netipx.IPSet{}}
	for i := range 3 {
		x.Members[fmt.Sprintf("sg-m%d", i)] = s.members()
	}
	groups := 1 + s.IntN(4)/3
	for i := range groups {
		x.Groups = append(x.Groups, rule.NewGroup(fmt.Sprintf("sg-%d", i), network, typ))
	}
	priorities := []string{"1", "2", "3", "50"}[:1+s.IntN(4)]
	for range s.IntN(most + 1) {
		s.enter(x.Groups[s.IntN(groups)], s.params(network, priorities))
	}
	if s.IntN(8) == 0 { // closes one IP version only
		s.enter(x.Groups[0], rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: s.pick("0.0.0.0/0", "10.0.0.1/0"), Policy: "drop", Priority: "100"})
	}
	return x
}

func (s tiny) enter(g *rule.Group, p rule.Params) {
	if err := g.Restore(rule.Existing{Params: p}); err != nil {
		panic(fmt.Sprintf("a tiny rule: %v", err))
	}
}

// changed is x with a few rules taken out, changed or put in, or another type.
func (s tiny) changed(x gen.Interface) gen.Interface {
	y := gen.Interface{Members: x.Members}
	for _, g := range x.Groups {
		y.Groups = append(y.Groups, g.Clone())
	}
	if s.IntN(8) == 0 {
		y.Members = map[string]*netipx.IPSet{}
		for id := range x.Members {
			y.Members[id] = s.members()
		}
	}
	for range s.IntN(3) {
		g := y.Groups[s.IntN(len(y.Groups))]
		g.Remove(s.IntN(g.Len() + 1))
	}
	for range s.IntN(3) {
		g := y.Groups[s.IntN(len(y.Groups))]
		s.enter(g, s.params(g.Network(), []string{"1", "2", "3"}))
	}
	return y
}

func (s tiny) pick(list ...string) string { return list[s.IntN(len(list))] }

func (s tiny) members() *netipx.IPSet {
	var b netipx.IPSetBuilder
	for range s.IntN(4) {
		b.Add(netip.MustParseAddr(s.pick("10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:db8::", "2001:db8::1", "2001:db8::2", "2001:db8::3", "::ffff:10.0.0.1")))
	}
	switch s.IntN(12) {
	case 0:
		b.AddRange(netipx.MustParseIPRange("10.0.0.1-10.0.0.2"))
	case 1:
		b.AddPrefix(netip.MustParsePrefix("::/0"))
	case 2:
		b.AddPrefix(netip.MustParsePrefix("0.0.0.0/0"))
	}
	set, err := b.IPSet()
	if err != nil {
		panic(err)
	}
	return set
}

var (
	tinyDst = [2][]string{
		{"0.0.0.0/0", "10.0.0.0/30", "10.0.0.0/31", "10.0.0.2/31", "10.0.0.0/32", "10.0.0.1/32", "10.0.0.2/32", "10.0.0.3/32", "10.0.0.1/31"},
		{"::/0", "2001:db8::/126", "2001:db8::/127", "2001:db8::2/127", "2001:db8::/128", "2001:db8::1/128", "2001:db8::2/128", "2001:db8::3/127", "::/0"},
	}
	tinySrc = [2][]string{
		{"", "", "", "0.0.0.0/0", "10.0.0.0/31", "10.0.0.0/32", "10.0.0.1/32"},
		{"", "", "", "::/0", "2001:db8::/127", "2001:db8::/128", "2001:db8::1/128"},
	}
	tinyPorts = []string{"1/65535", "1/65535", "1/3", "1/1", "2/2", "3/3", "1/2", "2/3", "2/65535", "3/65535"}
)

func (s tiny) params(network rule.Network, priorities []string) rule.Params {
	p := rule.Params{
		IPProtocol: s.pick("tcp", "tcp", "udp", "all", "all", "icmp", "icmpv6", "gre"),
		PortRange:  "-1/-1",
		Policy:     s.pick("accept", "drop"),
		Priority:   s.pick(priorities...),
	}
	if s.dense {
		p.IPProtocol = "tcp"
		p.Policy = s.pick("accept", "accept", "accept", "accept", "accept", "drop")
	}
	v6 := s.IntN(3) == 0 && network == rule.VPC && !s.dense
	switch {
	case p.IPProtocol == "icmp":
		v6 = false
	case p.IPProtocol == "icmpv6" && network == rule.Classic:
		p.IPProtocol = "gre"
	case p.IPProtocol == "icmpv6":
		v6 = true
	}
	if p.IPProtocol == "tcp" || p.IPProtocol == "udp" {
		p.PortRange = s.pick(tinyPorts...)
		if s.IntN(2) == 0 {
			p.SourcePortRange = s.pick(tinyPorts...)
		}
	}
	if network == rule.Classic {
		p.NICType = s.pick("internet", "intranet")
	}
	family, dst, src := 0, &p.DestCidrIP, &p.SourceCidrIP
	if v6 {
		family, dst, src = 1, &p.IPv6DestCidrIP, &p.IPv6SourceCidrIP
	}
	if !s.dense || s.IntN(3) == 0 {
		*src = s.pick(tinySrc[family]...)
	}
	if s.IntN(6) == 0 && p.NICType != "internet" {
		p.DestGroupID = s.pick("sg-m0", "sg-m1", "sg-m2")
	} else {
		*dst = s.pick(tinyDst[family]...)
	}
	return p
}

// The ends of all ranges of values that the rules of tiny worlds do not tell
// apart. So what holds for these packets holds for all.
var (
	tinyDstReps = [2][]string{
		{"0.0.0.0", "9.255.255.255", "10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "255.255.255.255"},
		{"::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	}
	tinySrcReps = [2][]string{
		{"0.0.0.0", "9.255.255.255", "10.0.0.0", "10.0.0.1", "10.0.0.2", "255.255.255.255"},
		{"::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8::1", "2001:db8::2", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	}
	tinyPortReps = []uint16{0, 1, 2, 3, 4, 65535}
	// Every number that a rule names, and the ends of the ranges between.
	tinyProtocols = []rule.Protocol{6, 17, 1, 58, 47, 0, 2, 5, 7, 16, 18, 46, 48, 57, 59, 255}
)

// tinyPackets are all packets of tiny worlds, by network.
var tinyPackets = [2][]match.Packet{allTiny(0), allTiny(1)}

func allTiny(network rule.Network) (list []match.Packet) {
	for family := range 2 {
		for _, proto := range tinyProtocols {
			ports := []uint16{0}
			if proto.HasPorts() {
				ports = tinyPortReps
			}
			nics := []rule.NIC{rule.NoNIC}
			if network == rule.Classic {
				nics = []rule.NIC{rule.Intranet, rule.Internet}
			}
			for _, nic := range nics {
				for _, dst := range tinyDstReps[family] {
					for _, src := range tinySrcReps[family] {
						for _, dport := range ports {
							for _, sport := range ports {
								list = append(list, match.Packet{Src: netip.MustParseAddr(src), Dst: netip.MustParseAddr(dst),
									SrcPort: sport, DstPort: dport, Protocol: proto, NIC: nic})
							}
						}
					}
				}
			}
		}
	}
	return list
}

// snapped is the packet of tiny worlds that their rules do not tell apart from p.
func snapped(p match.Packet) match.Packet {
	family := 0
	if p.Dst.Is6() {
		family = 1
	}
	addr := func(a netip.Addr, reps []string) netip.Addr {
		at := netip.MustParseAddr(reps[0])
		for _, r := range reps {
			if b := netip.MustParseAddr(r); b.Compare(a) <= 0 {
				at = b
			}
		}
		return at
	}
	number := func(n uint16, reps []uint16) (at uint16) {
		for _, r := range reps {
			if r <= n {
				at = r
			}
		}
		return at
	}
	p.Dst, p.Src = addr(p.Dst, tinyDstReps[family]), addr(p.Src, tinySrcReps[family])
	if p.Protocol == 50 { // stands for all without a name; 48 to 57 are among them
		p.Protocol = 48
	}
	if p.Protocol.HasPorts() {
		p.SrcPort, p.DstPort = number(p.SrcPort, tinyPortReps), number(p.DstPort, tinyPortReps)
	}
	return p
}

// world is an interface with everything that the reference says of its packets.
type enumerated struct {
	gen.Interface
	packets []match.Packet
	rules   []match.Ref // strongest first
	matches [][]int     // of each packet, the places in rules of those that match, strongest first
	accepts bool        // the default
}

func enumerate(x gen.Interface) *enumerated {
	e := &enumerated{Interface: x, packets: tinyPackets[x.Groups[0].Network()], accepts: x.Groups[0].Type() == rule.Basic}
	for _, g := range x.Groups {
		for i, r := range g.Rules() {
			e.rules = append(e.rules, match.Ref{Group: g.ID(), Index: i, Rule: r})
		}
	}
	slices.SortStableFunc(e.rules, func(a, b match.Ref) int {
		return cmp.Or(int(a.Rule.Priority)-int(b.Rule.Priority), int(a.Rule.Policy)-int(b.Rule.Policy))
	})
	at := map[reference.Place]int{}
	for n, r := range e.rules {
		at[reference.Place{Group: r.Group, Index: r.Index}] = n
	}
	ref := reference.New(x.Members, x.Groups...)
	for _, p := range e.packets {
		story := ref.Explain(asReference(gen.Packet(p)))
		var list []int
		if story.Answer.Cause == reference.ByRule {
			list = append(list, at[reference.Place{Group: story.Answer.Group, Index: story.Answer.Index}])
		}
		for _, o := range story.Overridden {
			list = append(list, at[reference.Place{Group: o.Group, Index: o.Index}])
		}
		e.matches = append(e.matches, list)
	}
	return e
}

// verdict is that of the first of places, or the default's.
func (e *enumerated) verdict(places []int) match.Verdict {
	accept := e.accepts
	if len(places) > 0 {
		accept = e.rules[places[0]].Rule.Policy == rule.Accept
	}
	if accept {
		return match.Accept
	}
	return match.Drop
}

// mustCompile compiles an interface whose rules are known to compile.
func mustCompile(x gen.Interface) *match.Table {
	t, err := compile(x)
	if err != nil {
		panic(err)
	}
	return t
}
