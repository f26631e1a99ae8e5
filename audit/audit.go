package audit

import (
	"fmt"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Interface is the rules of one network interface, as [match.Compile] takes
// them: 1 to [match.MaxGroups] groups of one network and one type, and the
// members of every group that a rule names as destination.
type Interface struct {
	Members *match.Members
	Groups  []*rule.Group
}

// Outcome is what becomes of a packet: the decision and, where Decision.Cause is
// [match.ByRule], the rule that makes it.
type Outcome struct {
	Decision match.Decision
	Rule     match.Ref
}

// BoundError says that a question takes more work than this package spends on
// one. There is no answer then, not a part of one.
type BoundError struct {
	Bound string // what there is too much of: "steps", "bytes of memory", "regions" or "rules"
	Limit int64  // how many there may be
}

// Error names the bound.
func (e *BoundError) Error() string {
	return fmt.Sprintf("audit: the rules take more than %d %s: want fewer rules, or rules that overlap less", e.Limit, e.Bound)
}
