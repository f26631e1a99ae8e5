package ecs

import (
	"fmt"
	"strings"
)

// option is an option of the provider's command line interface that is no parameter
// of the call.
type option struct {
	hasValue bool
	reason   string // why it is refused; empty: it is not
}

var alone, valued = option{}, option{hasValue: true}

// aliyunOptions are the options that every call takes (version 3 of the
// interface).
var aliyunOptions = map[string]option{
	"profile": valued, "region": valued, "config-path": valued, "language": valued, "mode": valued,
	"access-key-id": valued, "access-key-secret": valued, "sts-token": valued, "sts-region": valued,
	"ram-role-name": valued, "ram-role-arn": valued, "role-session-name": valued, "external-id": valued,
	"source-profile": valued, "private-key": valued, "key-pair-name": valued, "expired-seconds": valued,
	"process-command": valued, "oidc-provider-arn": valued, "oidc-token-file": valued,
	"cloud-sso-sign-in-url": valued, "cloud-sso-access-config": valued, "cloud-sso-account-id": valued,
	"read-timeout": valued, "connect-timeout": valued, "retry-timeout": valued, "retry-count": valued,
	"endpoint": valued, "endpoint-type": valued, "version": valued, "accept": valued, "output": valued,
	"cli-query": valued, "user-agent": valued, "method": valued, "header": valued,

	"secure": alone, "insecure": alone, "force": alone, "quiet": alone, "dryrun": alone, "skip-secure-verify": alone, "yes": alone,

	"body":      {hasValue: true, reason: "a body is not read, want its parameters as options"},
	"body-file": {hasValue: true, reason: "a file is not read, want its parameters as options"},
	"pager":     {reason: "the call has no pages, want the command line without it"},
	"waiter":    {hasValue: true, reason: "the call is not repeated, want the command line without it"},
	"roa":       {hasValue: true, reason: "the call is not of that style, want the command line without it"},
	"help":      {reason: "it makes no call, want the command line without it"},
}

// aliyunShort are the options of one letter.
var aliyunShort = map[string]string{"p": "profile", "o": "output", "q": "quiet", "y": "yes", "h": "help"}

// readAliyun reads a command line such as
//
//	aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId sg-1 --IpProtocol=all
//
// whose options are the parameters of the call, each with its value after a
// space, = or :, beside options of the interface itself.
func (f *form) readAliyun(text string) error {
	words, err := commandWords(text)
	if err != nil {
		return err
	}
	var names []string
	last := ""
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		if !strings.HasPrefix(word, "-") {
			if key, _, ok := strings.Cut(word, "="); ok && last == "output" && (key == "cols" || key == "rows" || key == "num") {
				continue
			}
			if err := checkName(len(names), word); err != nil {
				return err
			}
			names = append(names, word)
			continue
		}
		if last, words, err = f.readOption(word, words); err != nil {
			return err
		}
	}
	if len(names) < 2 {
		return fmt.Errorf("request: the command line calls %q, want aliyun ecs %s", names, action)
	}
	return nil
}

// checkName checks the words of the command line that are not options: the
// product and the call.
func checkName(i int, word string) error {
	switch {
	case i == 0 && word != "ecs":
		return fmt.Errorf("request: the command line calls %.128q, want aliyun ecs %s", word, action)
	case i == 1 && word != action:
		return fmt.Errorf("request: Action %.128q is another call, want %s", word, action)
	case i > 1:
		return fmt.Errorf("request: unexpected argument in the command line: %.128q, want options and their values", word)
	}
	return nil
}

// readOption reads one option, and its value from the words after it.
func (f *form) readOption(word string, words []string) (name string, rest []string, err error) {
	dashed, value, hasValue := word, "", false
	if i := strings.IndexAny(word, "=:"); i >= 0 {
		dashed, value, hasValue = word[:i], word[i+1:], true
	}
	name, long := strings.CutPrefix(dashed, "--")
	if !long {
		name = aliyunShort[dashed[1:]]
	}
	o, known := aliyunOptions[name]
	isParam := long && name != "" && name[0] >= 'A' && name[0] <= 'Z'
	switch {
	case isParam:
		o = valued
	case !known:
		return "", nil, fmt.Errorf("request: option %.128q is unknown, want --NAME with a parameter of %s, or an option of aliyun", dashed, action)
	case o.reason != "":
		return "", nil, fmt.Errorf("request: option %s: %s", dashed, o.reason)
	case !o.hasValue && hasValue:
		return "", nil, fmt.Errorf("request: option %.128q has a value, want it alone", word)
	}
	if o.hasValue && !hasValue {
		if len(words) == 0 || strings.HasPrefix(words[0], "--") {
			return "", nil, fmt.Errorf("request: option %.128q has no value, want one", dashed)
		}
		value, words = words[0], words[1:]
	}
	if o.hasValue && value == "" {
		return "", nil, fmt.Errorf("request: option %.128q has an empty value, want one, or the option left out", dashed)
	}
	if isParam {
		err = f.setOption(name, value)
	} else {
		err = f.setAliyun(name, value)
	}
	return name, words, err
}

// setOption takes a parameter of the call.
func (f *form) setOption(name, value string) error {
	if name == permissions {
		return f.readPermissions([]byte(value))
	}
	return f.set(name, value)
}

// setAliyun takes an option of the interface. Most do not change the call.
func (f *form) setAliyun(name, value string) error {
	switch name {
	case "region": // of the request where no RegionId is given
		if f.region != "" {
			return fmt.Errorf("request: option --region %.128q is given twice, want it once", value)
		}
		if err := checkID("--region", value); err != nil {
			return err
		}
		f.region = value
	case "method":
		if value != "GET" && value != "POST" {
			return fmt.Errorf("request: option --method %.128q, want GET or POST", value)
		}
	case "header":
		header, value, _ := strings.Cut(value, "=")
		return checkHeader(header + ":" + value)
	}
	return nil
}
