package rule

import (
	"fmt"
	"strings"
)

// Error is one fault of one rule: what the API would answer, and what it
// accepts.
type Error struct {
	Code   Code
	Status int    // HTTP status
	Index  int    // which rule of the call, from 0
	Param  string // the parameter at fault, as the API spells it
	Value  string // the refused text, whole; empty where it was absent
	Reason string // what is wrong with it
	Want   string // what is accepted
	Held   *Held  // the rule that a refused duplicate equals; nil for other codes
}

// Held is the rule that a refused duplicate equals.
type Held struct {
	Rule   Rule
	Index  int  // its place among the rules of the group, from 0, or of the call
	InCall bool // it is an earlier rule of the same call, which has not entered
}

// Error returns one line such as
//
//	PortRange "200/1": start after end, want start/end with 1 <= start <= end <= 65535 (InvalidParam.PortRange)
//
// in which a long value is cut.
func (e *Error) Error() string {
	return fmt.Sprintf("%s %s: %s, want %s (%s)", e.Param, quote(e.Value), e.Reason, e.Want, e.Code)
}

// Is reports whether target is e's [Code].
func (e *Error) Is(target error) bool {
	c, ok := target.(Code)
	return ok && c == e.Code
}

// Errors are all the faults of one call, in the order of the page's tables. The
// API's own reply carries the first. errors.As with a *[Error] finds the first,
// errors.Is with a [Code] finds any.
type Errors []*Error

// Error returns the faults, one a line; where any rule but the call's first is
// at fault, each line names its rule.
func (es Errors) Error() string {
	several := false
	for _, e := range es {
		several = several || e.Index > 0
	}
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
		if several {
			lines[i] = fmt.Sprintf("rule %d: %s", e.Index, lines[i])
		}
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the faults for errors.Is and errors.As.
func (es Errors) Unwrap() []error {
	errs := make([]error, len(es))
	for i, e := range es {
		errs[i] = e
	}
	return errs
}

// orNil keeps an empty list from becoming a non-nil error.
func (es Errors) orNil() error {
	if len(es) == 0 {
		return nil
	}
	return es
}

func newError(c Code, param, value, reason, want string) *Error {
	return &Error{Code: c, Status: c.Status(), Param: param, Value: value, Reason: reason, Want: want}
}
