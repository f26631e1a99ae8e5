package rule

import (
	"errors"
	"fmt"
	"iter"
	"slices"
)

// DefaultLimit is the number of egress rules that a group holds unless its
// Limit says otherwise. Page.
const DefaultLimit = 100

// Group is a security group's egress side: an ordered list of valid rules. Make
// one with [NewGroup]; a Group is not safe for concurrent change.
type Group struct {
	Owner string // the account that owns the group; empty: not known
	VPCID string // the VPC of a VPC group; empty: not known
	Limit int    // how many rules it may hold; NewGroup sets DefaultLimit

	id      string
	network Network
	typ     Type
	rules   []entered // valid; elements are never written again, so that snapshots may share them
	serial  int       // of the next rule
	index   index     // of rules; nil until a search for duplicates
}

// NewGroup returns an empty group. Advanced groups exist in VPCs only: a classic
// advanced one refuses every rule and does not compile.
func NewGroup(id string, n Network, t Type) *Group {
	return &Group{id: id, network: n, typ: t, Limit: DefaultLimit}
}

// ID returns the group's id.
func (g *Group) ID() string { return g.id }

// Network returns the group's network type.
func (g *Group) Network() Network { return g.network }

// Type returns the group's type.
func (g *Group) Type() Type { return g.typ }

// Len returns the number of rules.
func (g *Group) Len() int { return len(g.rules) }

// Rule returns rule i, counted from 0 in entry order; ok is false where there is none.
func (g *Group) Rule(i int) (r Rule, ok bool) {
	if i < 0 || i >= len(g.rules) {
		return Rule{}, false
	}
	return *g.rules[i].Rule, true
}

// Rules yields the rules with their index, in entry order. It walks those that
// stand when Rules is called: changes made meanwhile are not seen.
func (g *Group) Rules() iter.Seq2[int, Rule] {
	rules := g.rules
	return func(yield func(int, Rule) bool) {
		for i, e := range rules {
			if !yield(i, *e.Rule) {
				return
			}
		}
	}
}

// Clone returns an independent copy. It costs nothing by itself; the first rule
// that enters the copy costs O(Len).
func (g *Group) Clone() *Group {
	c := *g
	c.rules = slices.Clip(c.rules) // the next append copies
	c.index = nil
	return &c
}

// Authorize enters rules from the text of one request, all of them or none. The
// error, if any, is an [Errors], but for a group that [Group.Validate] refuses.
// A refused duplicate says which rule is held. The cost is linear in the text.
func (g *Group) Authorize(requests ...Params) error {
	return g.parseAndEnter(len(requests), true, func(i int) (Rule, error) {
		return parse(requests[i], g.network, maxPriority)
	})
}

// Check returns the error that [Group.Authorize] would return, and enters
// nothing. It may prepare the search for duplicates, and so is not safe for
// concurrent use.
func (g *Group) Check(requests ...Params) error {
	_, err := g.parseAndCheck(len(requests), true, func(i int) (Rule, error) {
		return parse(requests[i], g.network, maxPriority)
	})
	return err
}

// Add enters typed rules, all of them or none, through the same checks as
// [Group.Authorize]. Blocks are masked. The priority must be set, the zero Policy
// is Drop, and NoNIC becomes what an absent NicType means: Intranet in a VPC
// group, Internet in a classic one.
func (g *Group) Add(rules ...Rule) error {
	return g.parseAndEnter(len(rules), true, func(i int) (Rule, error) {
		r, err := parse(rules[i].Params(), g.network, maxPriority)
		return carry(r, err, rules[i].ID, rules[i].CreateTime, rules[i].DstGroupName)
	})
}

// Existing is a rule as a Describe reply states it: request text, and what only
// a reply has.
type Existing struct {
	Params
	ID            string // SecurityGroupRuleId
	CreateTime    string
	DestGroupName string
}

// Restore enters rules that a Describe reply says exist, all of them or none.
// Other than [Group.Authorize] it takes priorities up to 110, which the system's
// own rules have, and keeps equal rules: the reply states what exists.
func (g *Group) Restore(rules ...Existing) error {
	return g.parseAndEnter(len(rules), false, func(i int) (Rule, error) {
		r, err := parse(rules[i].Params, g.network, restoredPriority)
		return carry(r, err, rules[i].ID, rules[i].CreateTime, rules[i].DestGroupName)
	})
}

// carry adds what only a Describe reply has to a rule that has been parsed.
func carry(r Rule, err error, id, created, groupName string) (Rule, error) {
	r.ID, r.CreateTime, r.DstGroupName = id, created, groupName
	reason := idFault(id)
	if reason == "" {
		return r, err
	}
	var faults Errors
	errors.As(err, &faults)
	return r, append(faults, newError(InvalidParamSecurityGroupRuleID, paramID, id, reason, wantID))
}

// Remove takes rule i out, and returns it; ok is false where there is none. The
// indexes of the rules after it go down by one. It costs O(Len), a few
// microseconds for a thousand rules.
func (g *Group) Remove(i int) (r Rule, ok bool) {
	r, ok = g.Rule(i)
	if ok {
		g.index.remove(g.rules[i])
		g.rules = slices.Concat(g.rules[:i], g.rules[i+1:])
	}
	return r, ok
}

// parseAndEnter parses n rules and enters them where no check refuses any.
func (g *Group) parseAndEnter(n int, distinct bool, parse func(i int) (Rule, error)) error {
	rules, err := g.parseAndCheck(n, distinct, parse)
	if err != nil {
		return err
	}
	for i := range rules {
		e := entered{&rules[i], g.serial}
		g.serial++
		g.rules = append(g.rules, e)
		g.index.add(e)
	}
	return nil
}

func (g *Group) parseAndCheck(n int, distinct bool, parse func(i int) (Rule, error)) ([]Rule, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	var faults Errors
	rules := make([]Rule, n)
	for i := range rules {
		r, err := parse(i)
		var es Errors
		if errors.As(err, &es) {
			for _, e := range es {
				e.Index = i
			}
			faults = append(faults, es...)
		}
		rules[i] = r
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return rules, g.entry(rules, distinct).orNil()
}

// Validate refuses what no group can be: nil, an id that [CheckID] refuses (or an
// Owner or VPCID, which may be empty), an advanced group in a classic network,
// or a network or type that does not exist. Every entry of a rule checks it.
func (g *Group) Validate() error {
	if g == nil {
		return errors.New("the group is nil, want one of NewGroup")
	}
	if err := CheckID(g.id); err != nil {
		return fmt.Errorf("group %w", err)
	}
	if reason := idFault(g.Owner); reason != "" {
		return fmt.Errorf("group %s: Owner %s: %s, want %s", quote(g.id), quote(g.Owner), reason, wantID)
	}
	if reason := idFault(g.VPCID); reason != "" {
		return fmt.Errorf("group %s: VPCID %s: %s, want %s", quote(g.id), quote(g.VPCID), reason, wantID)
	}
	if g.network > Classic || g.typ > Advanced || g.network == Classic && g.typ == Advanced {
		return fmt.Errorf("group %s is %v and %v: want vpc or classic, basic or advanced, and advanced in a vpc only", quote(g.id), g.network, g.typ)
	}
	return nil
}

// entry checks the conditions on entry that the group alone can tell.
func (g *Group) entry(rules []Rule, distinct bool) Errors {
	var faults Errors
	fault := func(i int, e *Error) {
		e.Index = i
		faults = append(faults, e)
	}
	full := max(g.Limit, len(g.rules)) - len(g.rules) // the first that finds the group full
	var call map[identity]int                         // the first of each identity
	if distinct {
		call = make(map[identity]int, len(rules))
	}
	for i, r := range rules {
		if i == full {
			fault(i, newError(AuthorizationLimitExceed, "SecurityGroupId", g.id,
				fmt.Sprintf("the group would hold %d rules", len(g.rules)+len(rules)), fmt.Sprintf("at most %d", g.Limit)))
		}
		if distinct {
			if e := g.duplicate(rules, i, call); e != nil {
				fault(i, e)
			}
		}
		if r.DstGroup != "" && r.DstGroup == g.id {
			fault(i, newError(InvalidParamterConflict, paramGroup, r.DstGroup, "the group itself", "another group"))
		}
	}
	return faults
}

const wantDistinct = "rules that differ in more than priority and description"

// duplicate refuses rules[i] where the group or an earlier rule of the call is
// equal. call has the earlier rules by identity, and gets this one.
func (g *Group) duplicate(rules []Rule, i int, call map[identity]int) *Error {
	r := &rules[i]
	if at, ok := g.held(r); ok {
		held := *g.rules[at].Rule
		reason := fmt.Sprintf("rule %d of the group is equal: %v", at, held)
		if len(rules) > 1 {
			reason = fmt.Sprintf("rule %d of the call equals rule %d of the group: %v", i, at, held)
		}
		e := newError(RuleDuplicate, "SecurityGroupId", g.id, reason, wantDistinct)
		e.Held = &Held{Rule: held, Index: at}
		return e
	}
	owner := r.DstOwner
	if owner == g.Owner {
		owner = ""
	}
	id := r.identity(owner)
	at, ok := call[id]
	if !ok {
		call[id] = i
		return nil
	}
	e := newError(InvalidParamDuplicatePermissions, "SecurityGroupId", g.id, fmt.Sprintf("rule %d of the call equals rule %d: %v", i, at, rules[at]), wantDistinct)
	e.Held = &Held{Rule: rules[at], Index: at, InCall: true}
	return e
}
