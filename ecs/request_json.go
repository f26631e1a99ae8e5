package ecs

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"example.com/sluice/internal/strictjson"
)

// readJSON reads a JSON object of the parameters. Its keys are their names, also
// in the form Permissions.N.IpProtocol; Permissions may be an array of objects,
// one for each rule. Values are text, or numbers where the API's reference has
// numbers. null is refused: whether it means an absent parameter or a forgotten
// one cannot be told, and an absent one may open the rule.
func (f *form) readJSON(data []byte) error {
	x, err := strictjson.NewReader(data)
	if err != nil {
		return fmt.Errorf("request: %w", err)
	}
	var fault error // of a parameter; others are of the JSON
	err = x.Object(func(key string) error {
		if key == permissions {
			return f.readRules(x, &fault)
		}
		return f.readValue(x, key, &fault)
	})
	if err == nil {
		err = x.End()
	}
	if err != nil && bytes.Contains(data, []byte(`"Permission"`)) {
		return notRequest("a reply of DescribeSecurityGroupAttribute")
	}
	if err != nil && fault == nil {
		return fmt.Errorf("request: JSON: %w", err)
	}
	return err
}

// readPermissions reads a JSON array of rules.
func (f *form) readPermissions(data []byte) error {
	x, err := strictjson.NewReader(data)
	if err != nil {
		return fmt.Errorf("request: %s: %w", permissions, err)
	}
	var fault error
	if err = f.readRules(x, &fault); err == nil {
		err = x.End()
	}
	if err != nil && fault == nil {
		return fmt.Errorf("request: %s: JSON: %w", permissions, err)
	}
	return err
}

func (f *form) readRules(x *strictjson.Reader, fault *error) error {
	if f.seen[permissions] {
		return x.Errorf("%s is given twice", permissions)
	}
	f.seen[permissions] = true
	err := x.Array(func(i int) error {
		if i == maxRules {
			*fault = permissionsFault(permissions, "", "more rules")
			return *fault
		}
		f.listed++
		return x.Object(func(key string) error {
			return f.readValue(x, indexedPrefix+strconv.Itoa(i+1)+"."+key, fault)
		})
	})
	if err == nil && f.listed == 0 {
		*fault = permissionsFault(permissions, "", "no rules")
		err = *fault
	}
	return err
}

// readValue reads the value of one parameter.
func (f *form) readValue(x *strictjson.Reader, name string, fault *error) error {
	value, err := readScalar(x, name)
	if err == nil {
		*fault = f.set(name, value)
		return *fault
	}
	if *fault = newForm().set(name, ""); *fault != nil { // the name says more than the value
		return *fault
	}
	return err
}

// isRounded reports whether a number of JSON is not spelled with all its digits: a
// program may have read an account as a floating-point number, and lost some.
func isRounded(number string) bool { return strings.ContainsAny(number, ".eE") }

const wantDigits = "want all digits of the account, or text"

// readScalar reads text, or a number where the parameter is one.
func readScalar(x *strictjson.Reader, name string) (string, error) {
	if x.Peek() == 'n' {
		return "", x.Errorf("null, want a value, or the key left out")
	}
	value, number, err := x.TextOrNumber()
	switch {
	case err != nil || !number:
	case !isNumber(name):
		err = x.Errorf("the number %.128s, want text", value)
	case isID(name) && isRounded(value):
		err = x.Errorf("the number %.128s, %s", value, wantDigits)
	}
	return value, err
}
