package ecs

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"

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

// ParseRequest reads the text of one request, in any form that people paste:
//
//   - a URL or its query, with or without scheme and host, as a request line of
//     HTTP, in quotes of any kind, with &amp; for &, over several lines where
//     each but the first starts with &;
//   - a command line: aliyun ecs AuthorizeSecurityGroupEgress, or curl;
//   - a JSON object of the parameters, whose Permissions may be an array.
//
// The rules come flat, or in the newer form Permissions.N; with or without
// RegionId and the common parameters. In a query, Unicode spaces around names,
// values and separators are no part of the request, and a placeholder in angle
// brackets that stands alone (<Common request parameters>) is skipped. Names and
// values are percent-decoded, a plus sign is a space ("ours", see the package
// comment), and nothing is trimmed from what was decoded. An empty parameter is
// an absent one; null in JSON is refused. Blank lines and lines that start with #
// are skipped.
//
// Refused by name are: a name that is no parameter of this call (case matters)
// or given twice, a bad escape, another Action, an absent SecurityGroupId, an id
// that [rule.CheckID] refuses, that has one of &=?,;<>{}$ in it, or that has a
// quote, \ or % at an end, a value with another parameter and an unencoded = in
// it, a placeholder for a parameter of the rule, an option that is not known, a
// variable of a shell, lists of prefixes or ports, which no [rule.Rule] can
// represent, and text that looks like another form (YAML, XML, Terraform...).
// Where the API has a code for it (flat and N form mixed; not 1 to 100 rules) the
// error is a [rule.Errors].
//
// A request is at most 1 MiB; the cost is linear in its size.
func ParseRequest(s string) (Request, error) {
	if len(s) > maxRequest {
		return Request{}, fmt.Errorf("request: %d bytes, want at most %d", len(s), maxRequest)
	}
	texts, err := split([]byte(s), maxRequests, true)
	switch {
	case err != nil:
		return Request{}, err
	case len(texts) == 0:
		return Request{}, fmt.Errorf("request: nothing in it, want %s", wantRequest)
	case len(texts) > 1:
		return Request{}, fmt.Errorf("request: another one starts at %s: %.128q, want one, each further line of a query starting with &", texts[1].At(), texts[1].Text)
	}
	return parseText(texts[0].Text)
}

// parseText reads the text of one request, without what is around it in a file.
func parseText(text string) (Request, error) {
	f := newForm()
	text, err := unquote(text)
	if err != nil {
		return Request{}, err
	}
	switch kindOf(text) {
	case isJSON:
		err = f.readJSON([]byte(text))
	case isAliyun:
		err = f.readAliyun(text)
	case isCurl:
		err = f.readCurl(text)
	default:
		err = f.readQuery(text)
	}
	var q Request
	if err == nil {
		q, err = f.request()
	}
	if err != nil && kindOf(text) == isQuery {
		if what := requestLooks(text); what != "" {
			return Request{}, notRequest(what)
		}
	}
	return q, err
}

// String returns the request as a query: absent parameters left out,
// percent-encoded as the provider's signing rules say (a space is %20), in the
// order of the page's table. [ParseRequest] reads it back equal where
// [Request.MarshalText] has no error.
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

// MarshalText returns the text of [Request.String]. What would not read back
// equal is an error: an absent or bad GroupID, a rule without any parameter beside
// others, more than one rule where Indexed is not set, and the like.
func (r Request) MarshalText() ([]byte, error) {
	text := r.String()
	back, err := ParseRequest(text)
	if err != nil {
		return nil, err
	}
	if !reflect.DeepEqual(back, r) {
		return nil, errors.New("request: its text would read back as another, want one rule, or Indexed set and rules that each have a parameter")
	}
	return []byte(text), nil
}

// UnmarshalText reads text as [ParseRequest] does.
func (r *Request) UnmarshalText(text []byte) error {
	read, err := ParseRequest(string(text))
	if err != nil {
		return err
	}
	*r = read
	return nil
}

// param names parameter name of rule i as the request spells it.
func (r Request) param(i int, name string) string {
	if !r.Indexed {
		return name
	}
	return indexedPrefix + strconv.Itoa(i+1) + "." + name
}
