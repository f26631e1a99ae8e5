package ecs

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/sluice/rule"
)

// form collects the parameters of one request.
type form struct {
	out     Request
	seen    map[string]bool
	flat    rule.Params
	mixed   error                // the fault of the first flat parameter given, should N form be given, too
	indexed map[int]*rule.Params // by N; only those with a parameter that is given
	listed  int                  // how many rules an array of them has
	region  string               // --region, used where no RegionId is given
}

func newForm() *form { return &form{seen: map[string]bool{}, indexed: map[int]*rule.Params{}} }

// set takes one parameter, decoded.
func (f *form) set(name, value string) error {
	if f.seen[name] {
		return fmt.Errorf("request: parameter %.128q is given twice, want it once", name)
	}
	f.seen[name] = true
	if isID(name) {
		if err := checkID("parameter "+name, value); err != nil {
			return err
		}
	}
	switch name {
	case "Action":
		if value != "" && value != action {
			return fmt.Errorf("request: Action %.128q is another call, want %s", value, action)
		}
		return nil
	case "RegionId":
		f.out.RegionID = value
		return nil
	case "SecurityGroupId":
		f.out.GroupID = value
		return nil
	case "ClientToken":
		f.out.ClientToken = value
		return cmp.Or(checkToken(value), checkSwallowed(name, value))
	}
	switch {
	case slices.Contains(commonParams, name):
		return checkSwallowed(name, value)
	case strings.HasPrefix(name, indexedPrefix):
		return f.setIndexed(name, value)
	case f.flat.Set(name, value):
		if value != "" && f.mixed == nil {
			f.mixed = permissionsFault(name, value, "flat and N form in one call")
		}
		return nil
	}
	return refuseName(name, name, value)
}

// setIndexed takes a parameter of the form Permissions.N.IpProtocol.
func (f *form) setIndexed(name, value string) error {
	number, param, _ := strings.Cut(strings.TrimPrefix(name, indexedPrefix), ".")
	n, plain := permissionNumber(number)
	if !plain {
		return fmt.Errorf("request: parameter %.128q is unknown, want Permissions.N.IpProtocol and the like, N 1 to %d in plain decimal", name, maxRules)
	}
	var scratch rule.Params
	if !scratch.Set(param, value) {
		return refuseName(name, param, value)
	}
	if n < 1 || n > maxRules {
		return permissionsFault(name, value, "number out of range")
	}
	if value == "" {
		return nil
	}
	if f.indexed[n] == nil {
		f.indexed[n] = new(rule.Params)
	}
	f.indexed[n].Set(param, value)
	return nil
}

// permissionNumber reads N; numbers beyond maxRules are read as maxRules+1.
func permissionNumber(s string) (n int, plain bool) {
	if s == "" || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = min(n*10+int(c-'0'), maxRules+1)
	}
	return n, true
}

// noID are characters that separate parameters or ids, or mark a placeholder or a
// variable of a shell: no id has one.
const noID = "&=?,;<>{}$"

// checkID refuses an id that rule.CheckID refuses, that has one of noID, or that
// starts or ends with a quote, a backslash or a percent sign (%SG% is a variable of
// Windows). holder is its parameter or option.
func checkID(holder, id string) error {
	if id == "" {
		return nil
	}
	if err := rule.CheckID(id); err != nil {
		return fmt.Errorf("request: %.128s: %w", holder, err)
	}
	if i := strings.IndexAny(id, noID); i >= 0 {
		return fmt.Errorf("request: %.128s: id %.128q: %q in it, want one id alone, no placeholder, variable or further parameter", holder, id, id[i])
	}
	first, _ := utf8.DecodeRuneInString(id)
	last, _ := utf8.DecodeLastRuneInString(id)
	for _, r := range []rune{first, last} {
		if isQuote(r) || r == '\\' || r == '%' {
			return fmt.Errorf("request: %.128s: id %.128q: %c at its end, want it without", holder, id, r)
		}
	}
	return nil
}

// request checks what only the whole request shows.
func (f *form) request() (Request, error) {
	if f.out.GroupID == "" {
		return Request{}, fmt.Errorf("request: SecurityGroupId is absent, want the id of the source group")
	}
	f.out.RegionID = cmp.Or(f.out.RegionID, f.region)
	if len(f.indexed) == 0 && f.listed == 0 {
		f.out.Rules = []rule.Params{f.flat}
		return f.out, nil
	}
	if f.mixed != nil {
		return Request{}, f.mixed
	}
	f.out.Indexed = true
	for n := 1; n <= max(len(f.indexed), f.listed); n++ {
		p := f.indexed[n]
		if p == nil {
			return Request{}, permissionsFault(indexedPrefix+strconv.Itoa(n), "", "absent or empty")
		}
		f.out.Rules = append(f.out.Rules, *p)
	}
	return f.out, nil
}

// permissionsFault is the API's answer to a wrong number of rules, or wrong numbers.
func permissionsFault(param, value, reason string) error {
	return rule.Errors{newFault(rule.InvalidParamPermissions, param, value, reason,
		fmt.Sprintf("1 to %d rules, Permissions.1, Permissions.2 and so on, or the flat form alone", maxRules))}
}

func newFault(c rule.Code, param, value, reason, want string) *rule.Error {
	return &rule.Error{Code: c, Status: c.Status(), Param: param, Value: value, Reason: reason, Want: want}
}

func checkToken(s string) error {
	ascii := !strings.ContainsFunc(s, func(r rune) bool { return r > '~' || r < ' ' })
	if len(s) > 64 || !ascii {
		return fmt.Errorf("request: ClientToken %.128q: want at most 64 ASCII characters", s)
	}
	return nil
}
