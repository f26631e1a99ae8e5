package audit

import "fmt"

// Group puts findings together that say the same of several rules: those that
// differ in Rule and Witness alone, such as twelve rules that one rule covers.
// Groups stand where their first finding stood, and keep the findings' order.
func Group(findings []Finding) (groups [][]Finding) {
	at := map[string]int{}
	for _, f := range findings {
		key := fmt.Appendf(nil, "%q %q %q %t", f.Code, f.Message, f.Remedy, f.ByDefault)
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
