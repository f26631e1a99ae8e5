package gen

import "example.com/sluice/rule"

// Ports at which ranges begin and end, the common ones first.
var edges = []uint16{
	80, 443, 22, 53, 81, 79, 1024, 1023, 1025, 3306, 1, 2,
	65535, 65534, 255, 256, 257, 32767, 32768,
}

// port is 1..65535.
func port(s Source) uint16 {
	if weighted(s, 80, 20) == 0 {
		return pick(s, edges)
	}
	return uint16(between(s, 1, 65535))
}

// ports is a range as tcp and udp need one.
func ports(s Source) rule.PortRange {
	switch weighted(s, 35, 10, 55) {
	case 0:
		p := port(s)
		return rule.PortRange{First: p, Last: p}
	case 1:
		return rule.PortRange{First: 1, Last: 65535}
	}
	a, b := port(s), port(s)
	return rule.PortRange{First: min(a, b), Last: max(a, b)}
}

// nearPort is a port inside r, at its edges or just outside; 0 where the edge
// before the first port or behind the last is meant.
func nearPort(s Source, r rule.PortRange) uint16 {
	if r == (rule.PortRange{}) { // any
		if percent(s, 10) {
			return 0
		}
		return port(s)
	}
	switch weighted(s, 30, 22, 22, 13, 13) {
	case 0:
		return uint16(between(s, int(r.First), int(r.Last)))
	case 1:
		return r.First
	case 2:
		return r.Last
	case 3:
		return r.First - 1
	}
	return r.Last + 1 // 65535 + 1 is 0
}
