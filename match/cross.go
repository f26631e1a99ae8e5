package match

// cross is the index of rules by the cross-products of the classes of their
// fields (recursive flow classification: Gupta and McKeown, 1999). The classes of
// the two addresses give a pair, those of the other fields a rest, and pair and
// rest the answer of the strongest rule that matches. Each step is a load or two;
// none depends on how many rules there are.
type cross struct {
	pairs   matrix   // by class of the destination and of the source, a row of answers
	kinds   []uint16 // by class of protocol, NIC and source port, a row of rests
	rests   matrix   // by row and class of the destination port
	answers matrix   // by row and rest
}

// rest returns the class of a packet's protocol, NIC and ports.
func (x *cross) rest(kind, port uint32) uint32 { return x.rests.at(uint32(x.kinds[kind]), port) }

// pair returns the row of answers of a packet's addresses.
func (x *cross) pair(dst, src uint32) uint32 {
	return x.pairs.at(dst*uint32(x.pairs.width), src)
}

// first returns the answer of the strongest rule that matches, or that of none.
func (x *cross) first(dst, src, rest uint32) uint32 {
	return x.answers.at(x.pair(dst, src), rest)
}
