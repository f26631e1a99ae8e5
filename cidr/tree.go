package cidr

import "math/bits"

// tree is an index of the blocks of one family: a level-compressed,
// path-compressed trie (Nilsson and Karlsson, 1999). An IPv4 address stands in the
// high bits.
//
// A node takes up to 8 bits of the address at once, from the first bit at which
// its blocks part: the bits before it are skipped unseen. So a walk is a few steps
// whatever the lengths, and it takes no branch: the entry of a class is a node
// that keeps the walk where it is. At its end the address is compared with the
// one block that it may be in; the first bit that differs tells which of those
// around that block contain the address.
type tree struct {
	nodes          []node
	root           node
	hiStep, loStep int // the most nodes that a walk meets in each half of the address
	ends           []end
	chains         []uint32 // of each class the classes around it and itself, outermost first
}

// node is an entry: the place where its entries begin, and which bits of the
// address choose among them. nodes[c] is the end of class c and takes no bits.
type node uint64

// lowHalf marks a node that takes bits of the low half.
const lowHalf node = 1 << 16

// newNode returns the node whose entries begin at base, taken by the bits above
// shift that mask has.
func newNode(base int, mask, shift uint8) node {
	return node(base)<<32 | node(mask)<<8 | node(shift)
}

// base is the place of a node's entries, or the class where a walk ends.
func (n node) base() uint32 { return uint32(n >> 32) }

func (n node) mask() uint8 { return uint8(n >> 8) }
func (n node) low() bool   { return n&lowHalf != 0 }

// next returns the place of the entry that a half of the address takes.
func (n node) next(half uint64) uint32 {
	return n.base() + uint32(uint8(half>>(n&63))&n.mask())
}

// end is what to compare at a class: its block, and by one bit for each length
// above 0 which lengths those around it and itself have, shortest first.
type end struct {
	hi, lo               uint64
	lengthsHi, lengthsLo uint64
	chain                uint32 // the place in chains of the class of length 0, or of class 0
}

func (t *tree) class(hi, lo uint64) uint32 {
	n := t.root
	for range t.hiStep {
		n = t.nodes[n.next(hi)]
	}
	for range t.loStep {
		n = t.nodes[n.next(lo)]
	}
	e := &t.ends[n.base()]
	_, whole := bits.Sub64(hi^e.hi, 1, 0) // 0 where the high halves differ; branchless, because the branch is unpredictable
	depth := bits.OnesCount64(e.lengthsHi&same(hi, e.hi)) + bits.OnesCount64(e.lengthsLo&-whole&same(lo, e.lo))
	return t.chains[e.chain+uint32(depth)]
}

// same has the leading bits set that a and b share.
func same(a, b uint64) uint64 { return ^(^uint64(0) >> bits.LeadingZeros64(a^b)) }

// newTree indexes the blocks of classes from..to-1.
func newTree(distinct []block, from, to int, classes []class) (t tree) {
	t.nodes = make([]node, len(distinct))
	for c := range t.nodes {
		t.nodes[c] = newNode(c, 0, 0)
	}
	t.ends = make([]end, len(distinct))
	t.chains = []uint32{0}
	for c := from; c < to; c++ {
		t.addEnd(c, &distinct[c], &t.ends[classes[c].parent])
	}
	t.root, t.hiStep, t.loStep = t.node(distinct, from, to, 0)
	t.root = t.delay(t.root, t.hiStep)
	return t
}

// delay puts nodes of no bits before those of the low half, so that a walk comes
// to them after steps nodes of the high half.
func (t *tree) delay(n node, steps int) node {
	switch {
	case n.mask() == 0: // a class
	case n.low():
		for range steps {
			t.nodes = append(t.nodes, n)
			n = newNode(len(t.nodes)-1, 0, 0)
		}
	default:
		for v := range uint32(n.mask()) + 1 {
			inner := t.delay(t.nodes[n.base()+v], steps-1) // before the left side: nodes may move
			t.nodes[n.base()+v] = inner
		}
	}
	return n
}

// addEnd adds the end of a class, inside that of outer.
func (t *tree) addEnd(c int, b *block, outer *end) {
	e := end{b.hi, b.lo, outer.lengthsHi, outer.lengthsLo, uint32(len(t.chains))}
	around := t.chains[outer.chain:][:1+bits.OnesCount64(outer.lengthsHi)+bits.OnesCount64(outer.lengthsLo)]
	switch {
	case b.bits == 0:
		around = nil // it takes the place of class 0
	case b.bits <= 64:
		e.lengthsHi |= 1 << (64 - b.bits)
	default:
		e.lengthsLo |= 1 << (128 - b.bits)
	}
	t.chains = append(append(t.chains, around...), uint32(c))
	t.ends[c] = e
}

// node returns the entry for the place that the blocks of classes [from, to) are
// in, all inside class outer, and how many nodes a walk from there meets in each
// half of the address.
func (t *tree) node(distinct []block, from, to, outer int) (n node, hiStep, loStep int) {
	for from < to && distinct[from].contains(&distinct[to-1]) {
		outer = from // all the others are inside it
		from++
	}
	if from == to {
		return t.nodes[outer], 0, 0
	}
	at := distinct[from].common(&distinct[to-1]) // the first bit at which they part
	width := nodeWidth(distinct[from:to], at)
	base := len(t.nodes)
	for range 1 << width {
		t.nodes = append(t.nodes, t.nodes[outer])
	}
	for c := from; c < to; {
		b := &distinct[c]
		first := b.window(at, width)
		if b.bits <= at+width { // ends in this node; those behind it may overwrite
			for v := range 1 << (at + width - b.bits) {
				t.nodes[base+first+v] = t.nodes[c]
			}
			c++
			continue
		}
		next := c // all that go on through the same entry: shorter ones came before
		for next < to && distinct[next].window(at, width) == first {
			next++
		}
		inner, hi, lo := t.node(distinct, c, next, int(t.nodes[base+first].base()))
		t.nodes[base+first] = inner
		hiStep, loStep = max(hiStep, hi), max(loStep, lo)
		c = next
	}
	n = newNode(base, 1<<width-1, uint8(64-at&63-width))
	if at < 64 {
		return n, hiStep + 1, loStep
	}
	return n | lowHalf, hiStep, loStep + 1
}

// nodeWidth returns how many bits, up to 8 and in one half, a node takes that
// begins at bit at: as many as leave at least one entry in 32 to blocks.
func nodeWidth(blocks []block, at int) int {
	best := 1
	for width := 2; width <= 8 && at&63+width <= 64; width++ {
		used, last := 0, -1
		for i := range blocks {
			if w := blocks[i].window(at, width); w != last {
				used, last = used+1, w
			}
		}
		if 1<<width > 32*used {
			break
		}
		best = width
	}
	return best
}
