package reference

// Place is a rule in its place and a note on it: why it lost, or the field that
// ruled it out.
type Place struct {
	Group string
	Index int
	Note  string
}

// Why a matching rule lost to the deciding one.
const (
	WhyPriority = "priority"
	WhyTie      = "drop wins the tie"
	WhyOrder    = "order"
)

// Story is the answer for one packet, the other rules that match, and the rules
// that do not, each list in the order in which packets meet the rules. An invalid
// packet meets none.
type Story struct {
	Answer     Answer
	Overridden []Place
	Missed     []Place
}

// Explain tells the story of one packet.
func (x *Interface) Explain(p Packet) Story {
	s := Story{Answer: x.Decide(p)}
	q, valid := x.read(p)
	if !valid {
		return s
	}
	var decider *placed
	for i := range x.rules {
		r := &x.rules[i]
		at := Place{Group: r.group, Index: r.index}
		if at.Note = r.ruledOutBy(q); at.Note != "" {
			s.Missed = append(s.Missed, at)
			continue
		}
		if decider == nil {
			decider = r
			continue
		}
		at.Note = whyLost(r, decider)
		s.Overridden = append(s.Overridden, at)
	}
	return s
}

func whyLost(r, decider *placed) string {
	if r.rule.Priority != decider.rule.Priority {
		return WhyPriority
	}
	if r.rule.Policy != decider.rule.Policy {
		return WhyTie
	}
	return WhyOrder
}
