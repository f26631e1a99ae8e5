package smallworld

import (
	"fmt"

	"example.com/sluice/rule"
)

// World says how many values each field has.
type World struct {
	Name       string
	AddrBits   int
	Ports      int        // how many different ports
	NICs       []rule.NIC // intranet, and internet, too, in a classic network
	Priorities []uint8
	Arity      int // how many rules at once: all tuples, the order of a tuple's rules apart
}

var (
	intranet = []rule.NIC{rule.Intranet}
	both     = []rule.NIC{rule.Intranet, rule.Internet}
)

// The worlds that a full run goes through.
var (
	// Pairs has 31 blocks, 10 ranges of ports, tcp, udp and all, both policies and
	// two priorities: 2,604 rules, 3,391,710 pairs, and 144 packets for each.
	Pairs = World{Name: "pairs", AddrBits: 4, Ports: 4, NICs: intranet, Priorities: []uint8{1, 2}, Arity: 2}
	// Triples has 7 blocks and 3 ranges of ports: 196 rules, 1,274,196 triples, and
	// 20 packets for each.
	Triples = World{Name: "triples", AddrBits: 2, Ports: 2, NICs: intranet, Priorities: []uint8{9, 10}, Arity: 3}
	// Classic is a world of pairs with both NICs: 392 rules, 77,028 pairs, and 40
	// packets for each.
	Classic = World{Name: "classic pairs", AddrBits: 2, Ports: 2, NICs: both, Priorities: []uint8{99, 100}, Arity: 2}
)

// matcher is what a rule matches, in the numbers of the world.
type matcher struct {
	bits, block int // the block's length and its number among those of the length
	protocol    rule.Protocol
	first, last int // ports, from 0; both 0 where there are none
	nic         rule.NIC
}

// packet is a packet in the numbers of the world.
type packet struct {
	address  int
	protocol rule.Protocol
	port     int
	nic      rule.NIC
}

func (w World) matchers() (list []matcher) {
	for _, nic := range w.NICs {
		for bits := range w.AddrBits + 1 {
			for block := range 1 << bits {
				m := matcher{bits: bits, block: block, protocol: rule.All, nic: nic}
				list = append(list, m)
				for _, m.protocol = range []rule.Protocol{rule.TCP, rule.UDP} {
					for m.first = range w.Ports {
						for m.last = m.first; m.last < w.Ports; m.last++ {
							list = append(list, m)
						}
					}
				}
			}
		}
	}
	return list
}

// packets lists all packets: tcp and udp with each port, and one of a protocol
// that only rules of all protocols match.
func (w World) packets() (list []packet) {
	for _, nic := range w.NICs {
		for address := range 1 << w.AddrBits {
			p := packet{address: address, nic: nic, protocol: rule.GRE}
			list = append(list, p)
			for _, p.protocol = range []rule.Protocol{rule.TCP, rule.UDP} {
				for p.port = range w.Ports {
					list = append(list, p)
				}
			}
		}
	}
	return list
}

// variants are the ways in which a rule decides and ranks.
func (w World) variants() (list []variant) {
	for _, priority := range w.Priorities {
		list = append(list, variant{rule.Drop, priority}, variant{rule.Accept, priority})
	}
	return list
}

type variant struct {
	policy   rule.Policy
	priority uint8
}

// Rules is the number of different rules.
func (w World) Rules() int { return len(w.matchers()) * len(w.variants()) }

// Verdicts is the number of tuples times packets.
func (w World) Verdicts() int {
	n, tuples := w.Rules(), 1
	for i := range w.Arity {
		tuples = tuples * (n + i) / (i + 1)
	}
	return tuples * len(w.packets())
}

// tuples calls visit for every tuple whose first rule is first: each later rule
// is the same or comes behind. It stops at the first error.
func (w World) tuples(first int, visit func(tuple []int) error) error {
	n := w.Rules()
	tuple := make([]int, w.Arity)
	var choose func(at, from int) error
	choose = func(at, from int) error {
		if at == w.Arity {
			return visit(tuple)
		}
		for r := from; r < n; r++ {
			tuple[at] = r
			if err := choose(at+1, r); err != nil {
				return err
			}
		}
		return nil
	}
	tuple[0] = first
	return choose(1, first)
}

func (w World) String() string {
	return fmt.Sprintf("%s of %d rules", w.Name, w.Rules())
}
