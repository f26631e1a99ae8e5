package smallworld

import (
	"fmt"
	"net/netip"
	"strconv"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Ports compares ranges of ports at their four edges: the port before the first,
// the first, the last and the port behind. A table holds 128 ranges, told apart
// by the source; odd first ports are tried as source ports.
//
// What is right here needs no reference: the edges say it themselves.
type Ports struct{}

// PortUnits is the number of units: one for each first port.
const PortUnits = 65535

// Unit tries the ranges that begin at port 1+first, one last port in every step.
func (Ports) Unit(first, step int) (verdicts int, err error) {
	const lanes = 128
	from := 1 + first
	for last := from; last <= 65535; last += lanes * step {
		var lasts []int
		for l := last; len(lasts) < lanes && l <= 65535; l += step {
			lasts = append(lasts, l)
		}
		n, err := edges(from, lasts)
		verdicts += n
		if err != nil {
			return verdicts, err
		}
	}
	return verdicts, nil
}

// edges compiles one table of ranges from first to each of lasts.
func edges(first int, lasts []int) (verdicts int, err error) {
	src := first%2 == 1
	g := rule.NewGroup("sg", rule.VPC, rule.Basic)
	g.Limit = len(lasts)
	rules := make([]rule.Existing, len(lasts))
	for i, last := range lasts {
		p := rule.Params{IPProtocol: "udp", PortRange: "1/65535", DestCidrIP: "0.0.0.0/0", Policy: "drop",
			SourceCidrIP: "10.0.0." + strconv.Itoa(i)}
		ports := strconv.Itoa(first) + "/" + strconv.Itoa(last)
		if src {
			p.SourcePortRange = ports
		} else {
			p.PortRange = ports
		}
		rules[i].Params = p
	}
	if err := g.Restore(rules...); err != nil {
		return 0, err
	}
	t, err := match.Compile(nil, g)
	if err != nil {
		return 0, err
	}
	for i, last := range lasts {
		for _, port := range [4]int{first - 1, first, last, last + 1} {
			if port > 65535 {
				continue
			}
			a := netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})
			p := match.Packet{Protocol: rule.UDP, Src: a, Dst: a, SrcPort: 7, DstPort: uint16(port)}
			if src {
				p.SrcPort, p.DstPort = p.DstPort, p.SrcPort
			}
			d := t.Decide(p)
			verdicts++
			if drops := first <= port && port <= last; (d.Verdict == match.Drop) != drops {
				return verdicts, fmt.Errorf("Decide(%v) = %v, want a drop where %d <= %d <= %d", p, d, first, port, last)
			}
		}
	}
	return verdicts, nil
}
