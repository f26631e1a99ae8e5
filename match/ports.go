package match

import (
	"slices"

	"example.com/sluice/rule"
)

// portClasses maps a port to the class of the ports that lie in the same ranges,
// by two loads: the high byte names a block, and the low byte a place in it. High
// bytes whose ports are all of one class share a block.
type portClasses struct {
	blocks [256]*[256]uint16 // by high byte
	sample []uint16          // the first port of each class: a range holds the whole class or none of it
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
	class, plain := 0, -1 // plain: the class of the last block, where it has only one
	for high := range c.blocks {
		for class+1 < len(starts) && starts[class+1] <= uint32(high<<8) {
			class++
		}
		isPlain := class+1 == len(starts) || starts[class+1] >= uint32(high+1)<<8
		if isPlain && plain == class {
			c.blocks[high] = c.blocks[high-1]
		} else {
			c.blocks[high] = portBlock(starts, class, high)
		}
		plain = -1
		if isPlain {
			plain = class
		}
	}
	return c
}

// portBlock returns the classes of the ports of a high byte; class is that of
// the first.
func portBlock(starts []uint32, class, high int) *[256]uint16 {
	b := new([256]uint16)
	for low := range b {
		if class+1 < len(starts) && starts[class+1] <= uint32(high<<8|low) {
			class++
		}
		b[low] = uint16(class)
	}
	return b
}

// class returns the class of a port.
func (c *portClasses) class(port uint16) uint32 {
	p := uint32(port)
	return uint32(c.blocks[p>>8][p&0xff])
}
