package match

import (
	"slices"

	"example.com/sluice/rule"
)

// portClasses maps a port to the class of the ports that lie in the same ranges,
// by two loads: the high byte names a block, and the low byte a place in it. High
// bytes whose ports are all of one class share a block.
type portClasses struct {
	block  [256]uint16 // by high byte, a place in blocks
	blocks [][256]uint16
	sample []uint16 // the first port of each class: a range holds the whole class or none of it
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
	places := map[[256]uint16]uint16{}
	class := 0
	for high := range c.block {
		var b [256]uint16
		for low := range b {
			if class+1 < len(starts) && starts[class+1] <= uint32(high<<8|low) {
				class++
			}
			b[low] = uint16(class)
		}
		place, ok := places[b]
		if !ok {
			place = uint16(len(c.blocks))
			places[b] = place
			c.blocks = append(c.blocks, b)
		}
		c.block[high] = place
	}
	return c
}

// class returns the class of a port.
func (c *portClasses) class(port uint16) uint32 {
	return uint32(c.blocks[c.block[port>>8]][uint8(port)])
}
