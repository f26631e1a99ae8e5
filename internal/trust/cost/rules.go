package main

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// ruleSet is a list of rules, no two of them equal, and the members that they name.
type ruleSet struct {
	rules   []rule.Rule
	members map[string]*netipx.IPSet
}

var (
	blockShapes = []string{"any", "addresses", "even addresses", "a /24 each", "nested", "random lengths", "short prefixes"}
	portShapes  = []string{"any", "one each", "nested", "overlapping", "random", "disjoint"}
)

// ruleSets are sets built to blow an index, a trie or a walk up.
var ruleSets = space{
	genes: []gene{
		{"family", []string{"IPv4", "IPv6", "both"}},
		{"protocol", []string{"all", "tcp", "udp", "tcp and udp", "all and tcp"}},
		{"dst", append([]string{"one group", "groups"}, blockShapes...)},
		{"src", blockShapes},
		{"dst ports", portShapes},
		{"src ports", portShapes},
		{"policy", []string{"accept", "drop", "in turn", "random"}},
		{"priority", []string{"one", "rising", "falling", "random"}},
		{"default", []string{"accepts", "drops"}},
	},
	make: func(pick map[string]string, n int, chance *rand.Rand) any {
		s := ruleSet{members: map[string]*netipx.IPSet{}}
		seen := map[rule.Rule]bool{}
		for i := range 2 * n {
			r := oneRule(pick, i, n, chance, s.members)
			key := r
			key.Priority = 0
			if seen[key] {
				r.Dst, r.DstGroup = apart(r, i), "" // an equal one stands there
				key.Dst, key.DstGroup = r.Dst, ""
			}
			if !seen[key] {
				seen[key] = true
				s.rules = append(s.rules, r)
			}
			if len(s.rules) == n {
				break
			}
		}
		return groupOf{s, pick["default"] == "accepts"}
	},
}

// disjointRules are to a block each, the easy kind, of which there may be many.
var disjointRules = space{
	genes: []gene{
		{"family", []string{"IPv4", "IPv6"}},
		{"protocol", []string{"all", "tcp"}},
		{"dst", []string{"addresses", "even addresses", "a /24 each"}},
		{"src", []string{"any"}},
		{"dst ports", []string{"any", "one each"}},
		{"src ports", []string{"any"}},
		{"policy", []string{"accept", "drop", "in turn", "random"}},
		{"priority", []string{"one", "rising", "falling", "random"}},
		{"default", []string{"accepts", "drops"}},
	},
	make: ruleSets.make,
}

// groupOf is a rule set and the group that it shall stand in.
type groupOf struct {
	ruleSet
	accepts bool
}

func (s groupOf) empty() *rule.Group {
	t := rule.Advanced
	if s.accepts {
		t = rule.Basic
	}
	g := rule.NewGroup("sg-0", rule.VPC, t)
	g.Limit = max(len(s.rules), 1)
	return g
}

func (s groupOf) group() (*rule.Group, error) {
	g := s.empty()
	return g, g.Add(s.rules...)
}

func (s groupOf) table() (*match.Table, error) {
	g, err := s.group()
	if err != nil {
		return nil, err
	}
	m, err := match.NewMembers(s.members)
	if err != nil {
		return nil, err
	}
	return match.Compile(m, g)
}

func oneRule(pick map[string]string, i, n int, chance *rand.Rand, members map[string]*netipx.IPSet) (r rule.Rule) {
	v6 := pick["family"] == "IPv6" || pick["family"] == "both" && i%2 == 1
	switch pick["protocol"] {
	case "all":
		r.Protocol = rule.All
	case "tcp":
		r.Protocol = rule.TCP
	case "udp":
		r.Protocol = rule.UDP
	case "tcp and udp":
		r.Protocol = []rule.Protocol{rule.TCP, rule.UDP}[i%2]
	default:
		r.Protocol = []rule.Protocol{rule.All, rule.TCP}[i%2]
	}
	switch pick["dst"] {
	case "one group":
		r.DstGroup = "sg-m"
		if members["sg-m"] == nil {
			members["sg-m"] = memberSet(v6, 500, chance)
		}
	case "groups":
		r.DstGroup = fmt.Sprintf("sg-m%d", i)
		members[r.DstGroup] = netipxSet(overlapping(v6, i))
	case "any":
		r.Dst = everything(v6)
	default:
		r.Dst = block(pick["dst"], v6, i, chance)
	}
	if pick["src"] != "any" {
		r.Src = block(pick["src"], v6, i*7919, chance) // 7919 is prime: another order
	}
	if r.Protocol == rule.TCP || r.Protocol == rule.UDP {
		r.DstPorts = ports(pick["dst ports"], i, n, chance)
		if p := ports(pick["src ports"], i*7919%n, n, chance); pick["src ports"] != "any" {
			r.SrcPorts = p
		}
	}
	r.Policy = map[string]rule.Policy{"accept": rule.Accept, "drop": rule.Drop, "in turn": rule.Policy(i % 2), "random": rule.Policy(chance.IntN(2))}[pick["policy"]]
	r.Priority = map[string]uint8{"one": 1, "rising": uint8(1 + i*100/n), "falling": uint8(100 - i*100/n), "random": uint8(1 + chance.IntN(100))}[pick["priority"]]
	r.Priority = min(max(r.Priority, 1), 100)
	return r
}

// apart is one address of the rule's family, another for each i.
func apart(r rule.Rule, i int) netip.Prefix {
	v6 := r.Src.IsValid() && r.Src.Addr().Is6() || r.Dst.IsValid() && r.Dst.Addr().Is6()
	a := addressOf(v6, 1<<24+i, 0)
	return netip.PrefixFrom(a, a.BitLen())
}

func everything(v6 bool) netip.Prefix {
	if v6 {
		return netip.PrefixFrom(netip.IPv6Unspecified(), 0)
	}
	return netip.PrefixFrom(netip.IPv4Unspecified(), 0)
}

// addressOf is the address that is a number behind 10.0.0.0, or one whose high half
// is a number behind 2001:db8::.
func addressOf(v6 bool, i int, low uint64) netip.Addr {
	if !v6 {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], 10<<24+uint32(i))
		return netip.AddrFrom4(b)
	}
	b := [16]byte{0x20, 0x01, 0x0d, 0xb8, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}
	binary.BigEndian.PutUint64(b[8:], low)
	return netip.AddrFrom16(b)
}

func block(shape string, v6 bool, i int, chance *rand.Rand) netip.Prefix {
	a, bits := addressOf(v6, i, 0), 32
	if v6 {
		bits = 128
	}
	switch shape {
	case "even addresses":
		a = addressOf(v6, 2*i, 0)
	case "a /24 each":
		a, bits = addressOf(v6, i<<8, 0), 24+min(bits-32, 32)
	case "nested":
		a, bits = addressOf(v6, 0xaa55aa, 0xaaaa5555aaaa5555), i%(bits+1)
	case "random lengths":
		a, bits = addressOf(v6, int(chance.Uint32()), chance.Uint64()), 1+chance.IntN(bits)
	case "short prefixes":
		b := addressOf(v6, 0, 0).AsSlice()
		b[0] = byte(chance.Uint32())
		a, _ = netip.AddrFromSlice(b)
		bits = chance.IntN(7)
	}
	return netip.PrefixFrom(a, bits).Masked()
}

func ports(shape string, i, n int, chance *rand.Rand) rule.PortRange {
	first, last := 1, 65535
	switch shape {
	case "one each":
		first = 1 + i%65535
		last = first
	case "nested":
		first, last = 1+i%32767, 65535-i%32767
	case "overlapping":
		first = 1 + i%32767
		last = first + 32767
	case "random":
		first = 1 + chance.IntN(65535)
		last = first + chance.IntN(65536-first)
	case "disjoint":
		width := max(65535/n, 1)
		first = 1 + i*width%(65536-width)
		last = first + width - 1
	}
	return rule.PortRange{First: uint16(first), Last: uint16(last)}
}
