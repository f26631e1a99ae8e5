package ecs

import (
	"fmt"
	"strings"

	"example.com/sluice/rule"
)

const (
	permissions   = "Permissions"
	indexedPrefix = permissions + "."
)

// commonParams are those that every call of the API takes; a rule ignores them.
// The last four stand in the provider's own client libraries.
var commonParams = []string{
	"Version", "Format", "Timestamp", "AccessKeyId", "SecurityToken",
	"Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "SignatureType",
	"OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount",
}

// callParams are those of this call that make no rule.
var callParams = []string{"Action", "RegionId", "SecurityGroupId", "ClientToken"}

// listParams name lists of prefixes and ports that stand elsewhere, in requests
// and replies of newer pages. A rule that uses one cannot be represented.
var listParams = []string{
	"DestPrefixListId", "SourcePrefixListId", "PortRangeListId", "SourcePortRangeListId",
}

// ruleParams are the parameters that make a rule.
func ruleParams() []string {
	var names []string
	for name := range (rule.Params{}).All() {
		names = append(names, name)
	}
	return names
}

// isID reports whether name holds an id or an account, which nobody else checks.
func isID(name string) bool {
	name = name[strings.LastIndexByte(name, '.')+1:]
	switch name {
	case "RegionId", "SecurityGroupId", "DestGroupId", "DestGroupOwnerAccount", "DestGroupOwnerId":
		return true
	}
	return false
}

// isNumber reports whether the API's reference gives name as a number.
func isNumber(name string) bool {
	name = name[strings.LastIndexByte(name, '.')+1:]
	switch name {
	case "Priority", "DestGroupOwnerId", "OwnerId", "ResourceOwnerId":
		return true
	}
	return false
}

// isRuleParam reports whether name is a parameter that makes a rule.
func isRuleParam(name string) bool { return new(rule.Params).Set(name, "") }

// findFold returns the one of names that differs from name in nothing but case and
// characters that are no ASCII letters or digits: underscores, spaces, and what does
// not show.
func findFold(name string, names []string) (string, bool) {
	bare := strings.Map(func(r rune) rune {
		if asciiAlphanumeric(r) {
			return r
		}
		return -1
	}, name)
	for _, n := range names {
		if strings.EqualFold(n, bare) {
			return n, true
		}
	}
	return "", false
}

// refuseName refuses a parameter that this call does not have or that no rule can
// represent. whole is the name as given, param its part after Permissions.N.
func refuseName(whole, param, value string) error {
	prefix := strings.TrimSuffix(whole, param)
	names := append(ruleParams(), listParams...)
	if prefix == "" {
		names = append(names, callParams...)
		names = append(names, commonParams...)
	}
	n, ok := findFold(param, names)
	switch {
	case !ok:
		return fmt.Errorf("request: parameter %.128q is unknown, want a parameter of %s or a common one", whole, action)
	case n != param:
		return fmt.Errorf("request: parameter %.128q is unknown, want %s", whole, prefix+n)
	case value == "": // a list that is not given
		return nil
	}
	return fmt.Errorf("request: parameter %s %.128q: a rule with a list cannot be represented, want its blocks or ports", whole, value)
}
