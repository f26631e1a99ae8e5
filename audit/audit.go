package audit

import (
	"errors"
	"fmt"

	"example.com/sluice/match"
)

// Outcome is what becomes of a packet: the decision and, where Decision.Cause is
// [match.ByRule], the rule that makes it.
type Outcome struct {
	Decision match.Decision
	Rule     match.Ref
}

// String returns the decision and the rule, such as
// "drop by rule sg-a[3] drop all to 0.0.0.0/0 priority 100".
func (o Outcome) String() string {
	if o.Decision.Cause != match.ByRule {
		return o.Decision.String()
	}
	return fmt.Sprintf("%v %v", o.Decision, o.Rule)
}

func outcome(t *match.Table, p match.Packet) Outcome {
	d := t.Decide(p)
	ref, _ := t.Rule(d)
	return Outcome{d, ref}
}

var errNoTable = errors.New("audit: the table is nil or zero: want one that match.Compile returned")

// checkTable refuses tables that Compile did not make.
func checkTable(t *match.Table) error {
	if len(t.Groups()) == 0 {
		return errNoTable
	}
	return nil
}
