package audit

import (
	"context"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

var ctx = context.Background()

// fixture is what a table is compiled from.
type fixture struct {
	Members *match.Members
	Groups  []*rule.Group
}

func (f fixture) table() *match.Table {
	t, err := match.Compile(f.Members, f.Groups...)
	if err != nil {
		panic(err)
	}
	return t
}

// unbounded is a budget of the default bounds.
func unbounded() *budget { return newBudget(ctx, Bounds{}.orDefault()) }
