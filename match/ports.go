package match

import (
	"slices"

	"example.com/sluice/rule"
)

// portClasses maps a port to the class of the ports that lie in the same ranges:
// two loads, one for each byte. A high byte that no range splits has the mask 0
// and one low entry for all its ports.
type portClasses struct {
	high   [256]uint32 // first low entry << 8 | mask
	low    []uint16    // class
	sample []uint16    // the first port of each class: a range holds the whole class or none of it
}

// newPortClasses makes the classes of the ranges that of takes from rules.
func newPortClasses(rules []rule.Rule, of func(r *rule.Rule) rule.PortRange) portClasses {
	starts := []uint32{0} // the first port of each class
	for i := range rules {
		if r := of(&rules[i]); !r.IsAny() {
			starts = append(starts, uint32(r.First), uint32(r.Last)+1)
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	if starts[len(starts)-1] == 1<<16 {
		starts = starts[:len(starts)-1]
	}
	var c portClasses
	for _, s := range starts {
		c.sample = append(c.sample, uint16(s))
	}
	class := 0
	for h := range uint32(256) {
		for class+1 < len(starts) && starts[class+1] <= h<<8 {
			class++
		}
		base := uint32(len(c.low)) << 8
		if class+1 == len(starts) || starts[class+1] >= (h+1)<<8 { // one class throughout
			c.high[h] = base
			c.low = append(c.low, uint16(class))
			continue
		}
		c.high[h] = base | 0xff
		for l := range uint32(256) {
			if class+1 < len(starts) && starts[class+1] <= h<<8|l {
				class++
			}
			c.low = append(c.low, uint16(class))
		}
	}
	return c
}

// class returns the class of a port.
func (c *portClasses) class(port uint16) uint32 {
	h := c.high[port>>8]
	return uint32(c.low[h>>8+uint32(port)&h&0xff])
}
