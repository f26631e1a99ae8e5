package ruleset

import (
	"net/netip"

	"example.com/sluice/rule"
)

// The ports that services listen on.
var services = []uint16{22, 53, 80, 123, 389, 443, 445, 1433, 3306, 3389, 5432, 6379, 8080, 8443, 9092, 9200, 11211, 27017}

var (
	everyPort = rule.PortRange{First: 1, Last: 65535}
	ephemeral = rule.PortRange{First: 32768, Last: 60999}
	unbound   = rule.PortRange{First: 1024, Last: 65535}
)

// drawers draw a rule of each shape.
var drawers = map[Shape]func(d dice, w *world) rule.Rule{
	SG: drawSG, Members: drawSG, ACL: drawACL, FW: drawFW, Overlap: drawOverlap,
}

// drawSG draws a rule of a security group. What is narrow stands before what is
// wide, as people write it, and many rules share a priority.
func drawSG(d dice, w *world) rule.Rule {
	r := rule.Rule{Policy: policy(d, 30)}
	switch d.weighted(50, 32, 8, 10) {
	case 0:
		r.Dst, r.Priority = w.blockOf(d, w.ranges, w.host), pick(d, []uint8{1, 1, 1, 5, 10})
	case 1:
		r.Dst, r.Priority = w.blockOf(d, w.ranges, w.subnet), pick(d, []uint8{10, 20, 20, 30})
	case 2:
		r.Dst, r.Priority = w.blockOf(d, w.ranges, w.wide), pick(d, []uint8{40, 50})
	default:
		r.Dst, r.Priority = w.any, pick(d, []uint8{60, 80, 90})
	}
	switch d.weighted(80, 15, 5) {
	case 1:
		r.Src = w.blockOf(d, w.own, w.subnet)
	case 2:
		r.Src = w.blockOf(d, w.own, w.host)
	}
	r.Protocol = protocol(d, w, 4)
	if r.Protocol.HasPorts() {
		switch d.weighted(75, 15, 10) {
		case 0:
			p := pick(d, services)
			r.DstPorts = rule.PortRange{First: p, Last: p}
		case 1:
			r.DstPorts = pick(d, []rule.PortRange{{First: 8000, Last: 9000}, {First: 30000, Last: 32767}, unbound})
		default:
			r.DstPorts = everyPort
		}
		if d.percent(6) {
			r.SrcPorts = unbound
		}
	}
	return r
}

// drawACL draws a rule that names both addresses.
func drawACL(d dice, w *world) rule.Rule {
	r := rule.Rule{Policy: policy(d, 20), Protocol: protocol(d, w, 0)}
	lengths := []int{w.wide, w.subnet, w.host}
	r.Dst = w.blockOf(d, w.ranges, lengths[d.weighted(10, 40, 50)])
	r.Src = w.blockOf(d, w.own, lengths[d.weighted(20, 50, 30)])
	drawPorts(d, &r, 60, 20, 0)
	r.Priority = bySpecificity(d, r)
	return r
}

// drawFW draws a rule of a firewall: wildcards on either side, and port ranges.
func drawFW(d dice, w *world) rule.Rule {
	r := rule.Rule{Policy: policy(d, 50), Protocol: protocol(d, w, 6), Dst: w.any}
	lengths := []int{w.wide, w.subnet, w.host}
	either := d.weighted(40, 40, 20) // a wildcard source, a wildcard destination, neither
	if either != 1 {
		r.Dst = w.blockOf(d, w.ranges, lengths[d.weighted(20, 50, 30)])
	}
	if either != 0 {
		r.Src = w.blockOf(d, w.own, lengths[d.weighted(20, 50, 30)])
	}
	drawPorts(d, &r, 35, 50, 25)
	r.Priority = bySpecificity(d, r)
	return r
}

// drawOverlap draws a rule whose block and ports lie around one of a few points,
// so that most blocks contain many others.
func drawOverlap(d dice, w *world) rule.Rule {
	r := rule.Rule{Policy: policy(d, 50), Protocol: protocol(d, w, 3)}
	around := func(first int) netip.Prefix {
		bits := d.between(first, w.host)
		a := pick(d, w.points)
		if d.percent(30) {
			a = flip(a, bits-1) // the neighbour
		}
		return netip.PrefixFrom(a, bits).Masked()
	}
	r.Dst = around(w.wide / 2)
	if d.percent(40) {
		r.Src = w.blockOf(d, w.own, d.between(w.wide, w.host))
	}
	if r.Protocol.HasPorts() {
		half := 1 << d.between(0, 13)
		centre := d.between(8192, 8192+64)
		r.DstPorts = rule.PortRange{First: uint16(max(centre-half, 1)), Last: uint16(centre + half)}
	}
	r.Priority = bySpecificity(d, r)
	return r
}

// drawPorts sets the ports of a rule whose protocol has them: exact and ranges
// are the shares of destination ports, sources that of restricted source ports.
func drawPorts(d dice, r *rule.Rule, exact, ranges, sources int) {
	if !r.Protocol.HasPorts() {
		return
	}
	switch d.weighted(exact, ranges, 100-exact-ranges) {
	case 0:
		p := pick(d, services)
		r.DstPorts = rule.PortRange{First: p, Last: p}
	case 1:
		first := d.between(1, 60000)
		r.DstPorts = rule.PortRange{First: uint16(first), Last: uint16(min(first+1<<d.between(2, 13), 65535))}
	default:
		r.DstPorts = everyPort
	}
	if d.percent(sources) {
		r.SrcPorts = pick(d, []rule.PortRange{unbound, ephemeral, {First: 1, Last: 1023}})
	}
}

func policy(d dice, drops int) rule.Policy {
	if d.percent(drops) {
		return rule.Drop
	}
	return rule.Accept
}

// protocol draws a protocol, all of them in share of 100 cases.
func protocol(d dice, w *world, all int) rule.Protocol {
	icmp := rule.ICMPv6
	if w.any.Addr().Is4() {
		icmp = rule.ICMP
	}
	return []rule.Protocol{rule.All, rule.TCP, rule.UDP, icmp, rule.GRE}[d.weighted(all, 68, 22, 6, 2)]
}

// bySpecificity makes what is narrow strong, roughly: a rule that nothing can
// reach measures nothing.
func bySpecificity(d dice, r rule.Rule) uint8 {
	share := func(p netip.Prefix) float64 {
		if !p.IsValid() {
			return 0
		}
		return float64(p.Bits()) / float64(p.Addr().BitLen())
	}
	ports := 1.0
	if r.DstPorts != (rule.PortRange{}) {
		ports = 1 - float64(r.DstPorts.Last-r.DstPorts.First)/65535
	}
	narrow := 0.5*share(r.Dst) + 0.3*share(r.Src) + 0.2*ports
	if r.Protocol == rule.All {
		narrow *= 0.6
	}
	return uint8(min(max(99-int(98*narrow)+d.between(-4, 4), 1), 99))
}
