package audit

import "fmt"

// Group puts findings together that say the same of several rules: those of one
// code with the same By and ByDefault, such as twelve rules that one rule covers.
// A finding that has neither is a group of its own. Groups stand where their first
// finding stood, and keep the findings' order.
func Group(findings []Finding) (groups [][]Finding) {
	at := map[string]int{}
	for _, f := range findings {
		if len(f.By) == 0 && !f.ByDefault {
			groups = append(groups, []Finding{f})
			continue
		}
		key := fmt.Appendf(nil, "%q %t", f.Code, f.ByDefault)
		for _, r := range f.By {
			key = fmt.Appendf(key, " %q[%d]", r.Group, r.Index)
		}
		g, seen := at[string(key)]
		if !seen {
			g = len(groups)
			at[string(key)], groups = g, append(groups, nil)
		}
		groups[g] = append(groups[g], f)
	}
	return groups
}
