package match

import "example.com/sluice/rule"

// restsOf is which rests each rule matches.
type restsOf struct {
	rests [][]run // by place among the rules, ascending
	width int     // pages of answers for all rests
}

// run is the rests from..to-1.
type run struct{ from, to int }

// restBuilder makes the classes of all fields but the addresses, for some rules.
// A rest is known by the set of the rules that it matches.
type restBuilder struct {
	*crossing
	ranks  []int
	of     [][]run // by place in ranks, the rests that the rule matches
	rests  map[string]uint16
	matrix [][]uint16 // rows of rests
	last   set        // the rules of the last rest
	both   set        // scratch
	code   []byte     // scratch
	steps  *steps
}

// newRests returns, for rules with the given ranks, the row of each class of
// protocol, NIC and source port, the rests by row and class of the destination
// port, and which rests each rule matches; ok is false where they are too many.
func (c *crossing) newRests(ranks []int, s *steps) (kinds []uint16, rests matrix, of restsOf, ok bool) {
	b := restBuilder{crossing: c, ranks: ranks, of: make([][]run, len(ranks)), rests: map[string]uint16{}, steps: s}
	b.last, b.both = newSet(len(ranks)), newSet(len(ranks))
	dstPort := b.portSets(&c.fields.dstPorts, dstPorts)
	srcPort := b.portSets(&c.fields.srcPorts, srcPorts)
	rows := map[string]uint16{}
	ofPorts := newSet(len(ranks))
	for _, nic := range nics {
		for kind := range numKinds {
			ofKind := b.kindSet(nic, kind)
			for _, ports := range srcPort {
				ofPorts.and(ofKind, ports)
				b.code = ofPorts.appendTo(b.code[:0])
				row, seen := rows[string(b.code)]
				if !seen {
					row = uint16(len(rows) * pagesOf(len(dstPort)))
					rows[string(b.code)] = row
					if !b.addRow(ofPorts, dstPort) {
						return kinds, rests, of, false
					}
				}
				kinds = append(kinds, row)
			}
		}
	}
	b.begin(len(b.rests), newSet(len(ranks))) // ends all runs
	return kinds, newMatrix(b.matrix), restsOf{b.of, pagesOf(len(b.rests))}, true
}

// addRow adds the row of a set of rules: the rest for each class of destination
// ports.
func (b *restBuilder) addRow(rules set, ports []set) bool {
	b.steps.take(len(ports) + numberSteps*pagesOf(len(ports)))
	row := make([]uint16, len(ports))
	b.matrix = append(b.matrix, row)
	for i := range ports {
		if i > 0 && !rules.parts(ports[i-1], ports[i]) {
			row[i] = row[i-1]
			continue
		}
		b.both.and(rules, ports[i])
		b.code = b.both.appendTo(b.code[:0])
		rest, seen := b.rests[string(b.code)]
		if !seen {
			rest = uint16(len(b.rests))
			b.rests[string(b.code)] = rest
			b.steps.take(numberSteps + b.both.len())
			b.begin(int(rest), b.both)
		}
		row[i] = rest
	}
	return b.steps.left()
}

// begin begins the next rest, that of a set of rules: runs begin and end where it
// parts from the last one.
func (b *restBuilder) begin(rest int, rules set) {
	b.last.toggle(rules)
	b.last.each(func(place int) {
		runs := &b.of[place]
		if rules.has(place) {
			*runs = append(*runs, run{from: rest})
		} else {
			(*runs)[len(*runs)-1].to = rest
		}
	})
	copy(b.last, rules)
}

// kindSet returns the rules of a kind and a NIC.
func (b *restBuilder) kindSet(nic rule.NIC, kind int) set {
	s := newSet(len(b.ranks))
	for place, rank := range b.ranks {
		if takesKind(&b.rules[rank], b.fields.classic, nic, kind) {
			s.add(place)
		}
	}
	return s
}

// portSets returns for each class of ports the rules that take it.
func (b *restBuilder) portSets(classes *portClasses, of func(r *rule.Rule) rule.PortRange) []set {
	n := len(classes.sample)
	sets := newSets(n+1, len(b.ranks)) // first the rules that begin or end at the class
	for place, rank := range b.ranks {
		first, behind := uint32(0), uint32(n)
		if r := of(&b.crossing.rules[rank]); !r.IsAny() {
			first, behind = classes.class(r.First), classes.class(r.Last)+1
		}
		sets[first].add(place)
		sets[behind].add(place)
	}
	for i := range n - 1 {
		sets[i+1].toggle(sets[i])
	}
	return sets[:n]
}
