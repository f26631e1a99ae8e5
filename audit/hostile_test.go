package audit

import (
	"net/netip"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// hostile are rules that take much for their number.
var hostile = []struct {
	name string
	make func(n int) *match.Table
}{
	{"crossing", func(n int) *match.Table { // every block crosses every port
		return shaped(n, func(i int) rule.Rule {
			if i&1 == 0 {
				return rule.Rule{Policy: rule.Accept, Dst: netip.PrefixFrom(v4(i<<8), 24)}
			}
			return rule.Rule{Policy: rule.Accept, Dst: any4, Protocol: rule.TCP, DstPorts: port(i), SrcPorts: rule.PortRange{First: 1, Last: 65535}}
		})
	}},
	{"covered by addresses", func(n int) *match.Table { // one block by all its addresses
		return shaped(n, func(i int) rule.Rule {
			if i == n-1 {
				return rule.Rule{Policy: rule.Drop, Priority: 9, Dst: netip.PrefixFrom(v4(0), 32-bitsOf(n-1))}
			}
			return rule.Rule{Policy: rule.Accept, Dst: netip.PrefixFrom(v4(i), 32)}
		})
	}},
	{"many covered", func(n int) *match.Table { // half the rules by the other half together
		return shaped(n, func(i int) rule.Rule {
			if i&1 == 1 {
				return rule.Rule{Policy: rule.Drop, Priority: 9, Dst: netip.PrefixFrom(v4(0), 32-bitsOf(n/2)), DstPorts: port(i), SrcPorts: rule.PortRange{First: 1, Last: 65535}, Protocol: rule.TCP}
			}
			return rule.Rule{Policy: rule.Accept, Dst: netip.PrefixFrom(v4(i/2), 32)}
		})
	}},
	{"nested", func(n int) *match.Table { // ports in ports, alternately accepted and dropped
		return shaped(n, func(i int) rule.Rule {
			return rule.Rule{Policy: rule.Policy(i & 1), Priority: uint8(1 + i*98/n), Dst: any4, Protocol: rule.TCP,
				DstPorts: rule.PortRange{First: uint16(1 + (n-i)%30000), Last: uint16(65535 - (n-i)%30000)}, SrcPorts: rule.PortRange{First: 1, Last: 65535}}
		})
	}},
	{"sliding ports", func(n int) *match.Table { // each overlaps half of the others
		return shaped(n, func(i int) rule.Rule {
			first := 1 + i*30000/n
			return rule.Rule{Policy: rule.Policy(i & 1), Priority: uint8(1 + i*37%98), Dst: any4, Protocol: rule.TCP,
				DstPorts: rule.PortRange{First: uint16(first), Last: uint16(first + 30000)}, SrcPorts: rule.PortRange{First: 1, Last: 65535}}
		})
	}},
	{"sliding both", func(n int) *match.Table {
		return shaped(n, func(i int) rule.Rule {
			a, b := 1+i*30000/n, 1+i*7%n*30000/n
			return rule.Rule{Policy: rule.Policy(i & 1), Priority: uint8(1 + i*37%98), Dst: any4, Protocol: rule.TCP,
				DstPorts: rule.PortRange{First: uint16(a), Last: uint16(a + 30000)}, SrcPorts: rule.PortRange{First: uint16(b), Last: uint16(b + 30000)}}
		})
	}},
	{"adversarial", func(n int) *match.Table { return adversarial(n).table() }},
	{"staggered", func(n int) *match.Table { return staggered(min(n, 1000), false).table() }},
}

func bitsOf(n int) (b int) {
	for 1<<(b+1) <= n {
		b++
	}
	return b
}
