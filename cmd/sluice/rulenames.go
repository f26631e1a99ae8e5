package main

import (
	"fmt"

	"example.com/sluice/match"
)

// ruleNames are the rules of a table by the texts that name them: their ids, and
// GROUP[INDEX].
type ruleNames map[string][]match.Ref

func newRuleNames(t *match.Table) ruleNames {
	names := ruleNames{}
	for r := range t.Rules() {
		place := placeText(r)
		names[place] = append(names[place], r)
		if id := r.Rule.ID; id != "" && id != place {
			names[id] = append(names[id], r)
		}
	}
	return names
}

// ambiguity is an error where a text names two rules.
func (n ruleNames) ambiguity(text string) error {
	refs := n[text]
	if len(refs) < 2 {
		return nil
	}
	return fmt.Errorf("rule: %.128q: names two rules, %s and %s: want GROUP[INDEX] of one of them, or another id", text, nameText(refs[0]), nameText(refs[1]))
}

// nameText names a rule by its place, and by its id where it has one.
func nameText(r match.Ref) string {
	if r.Rule.ID == "" {
		return placeText(r)
	}
	return fmt.Sprintf("%s (id %s)", placeText(r), word(r.Rule.ID))
}
