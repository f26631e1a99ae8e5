package ecs

import (
	"fmt"
	"strconv"
	"strings"

	"example.com/sluice/rule"
)

const action = "AuthorizeSecurityGroupEgress"

// A call has 1 to maxRules rules. Newer page.
const maxRules = 100

// Request is one call of AuthorizeSecurityGroupEgress. Its rules are text as
// sent: [Region.Authorize] and [rule.Parse] say what is wrong with them.
//
// The common parameters (Version, Signature...) are not kept. ClientToken is,
// but a repeated call is played again: idempotence is not modelled.
type Request struct {
	RegionID    string
	GroupID     string // SecurityGroupId, the source group
	ClientToken string
	Indexed     bool // the rules come as Permissions.N.IpProtocol..., not as IpProtocol...
	Rules       []rule.Params
}

// ParseRequest reads a request as the page prints it: a full URL or the bare
// query; flat, or in the newer form Permissions.N; with or without RegionId and
// the common parameters. Spaces around = and & are no part of the request, and
// the page's placeholder <Common request parameters> is skipped. Names and
// values are percent-decoded, a plus sign is a space ("ours", see the package
// comment), and nothing is trimmed from what was decoded. An empty parameter is
// an absent one.
//
// Refused by name are: a name that is no parameter of this call (case matters)
// or given twice, a bad escape, another Action, an absent SecurityGroupId, and
// lists of prefixes or ports, which no [rule.Rule] can represent. Where the API
// has a code for it (flat and N form mixed; not 1 to 100 rules) the error is a
// [rule.Errors]. A request is at most 1 MiB.
func ParseRequest(s string) (Request, error) {
	if len(s) > maxRequest {
		return Request{}, fmt.Errorf("request: %d bytes, want at most %d", len(s), maxRequest)
	}
	query, err := queryOf(s)
	if err != nil {
		return Request{}, err
	}
	f := form{seen: map[string]bool{}, indexed: map[int]*rule.Params{}}
	for segment := range strings.SplitSeq(query, "&") {
		name, value, err := decode(segment)
		if err != nil {
			return Request{}, err
		}
		if name == "" {
			continue
		}
		if err := f.set(name, value); err != nil {
			return Request{}, err
		}
	}
	return f.request()
}

// String returns the request as a query that [ParseRequest] reads back equal:
// absent parameters left out, percent-encoded as the provider's signing rules
// say (a space is %20), in the order of the page's table.
func (r Request) String() string {
	q := []byte("Action=" + action)
	add := func(name, value string) {
		if value != "" {
			q = append(q, "&"+name+"="+encode(value)...)
		}
	}
	add("RegionId", r.RegionID)
	add("SecurityGroupId", r.GroupID)
	add("ClientToken", r.ClientToken)
	for i, p := range r.Rules {
		for name, value := range p.All() {
			add(r.param(i, name), value)
		}
	}
	return string(q)
}

// param names parameter name of rule i as the request spells it.
func (r Request) param(i int, name string) string {
	if !r.Indexed {
		return name
	}
	return indexedPrefix + strconv.Itoa(i+1) + "." + name
}
