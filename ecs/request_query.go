package ecs

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const maxRequest = 1 << 20 // bytes

// method is the beginning of a request line of HTTP.
var method = regexp.MustCompile(`^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)[ \t]+`)

// version is the end of a request line of HTTP.
var version = regexp.MustCompile(`\sHTTP/[0-9.]+$`)

// readQuery reads a URL or its query, alone or in a request of HTTP.
func (f *form) readQuery(text string) error {
	text, others := lines(text)
	if m := method.FindStringSubmatch(text); m != nil {
		if m[1] != "GET" && m[1] != "POST" {
			return fmt.Errorf("request: method %s, want GET or POST", m[1])
		}
		text = version.ReplaceAllString(trim(text[len(m[0]):]), "")
		for len(others) > 0 && header.MatchString(others[0]) {
			if err := checkHeader(others[0]); err != nil {
				return err
			}
			others = others[1:]
		}
	}
	if len(others) > 0 {
		return fmt.Errorf("request: a line that does not start with &: %.128q, want one request, each further line starting with &", others[0])
	}
	query, err := queryOf(unescapeHTML(text))
	if err != nil {
		return err
	}
	return f.readPairs(query)
}

// lines puts the lines of a request together that stand apart, less blank lines
// and comments, and returns the lines that do not continue the query.
func lines(text string) (query string, others []string) {
	if !strings.Contains(text, "\n") {
		return text, nil
	}
	var b strings.Builder
	begun, open := false, false
	for line := range strings.Lines(text) {
		line = trim(line)
		switch {
		case skipped(line):
		case b.Len() == 0, line[0] == '&', line[0] == '?' && !begun, open:
			b.WriteString(line)
			begun = begun || hasBegun(line)
			open = isOpen(line)
		default:
			others = append(others, line)
		}
	}
	return b.String(), others
}

// checkHeader refuses a header of HTTP that shows that the query is not all.
func checkHeader(line string) error {
	name, value, _ := strings.Cut(line, ":")
	name, value = trim(name), trim(value)
	if param, ok := findFold(name, slices.Concat(ruleParams(), listParams)); ok {
		return fmt.Errorf("request: header %.128q: want the parameter in the query, as %s=VALUE", line, param)
	}
	switch strings.ToLower(name) {
	case "x-acs-action":
		if value != action {
			return fmt.Errorf("request: header %.128q is another call, want %s", line, action)
		}
	case "content-length":
		if value != "0" {
			return fmt.Errorf("request: header %.128q: the body is not read, want its parameters in the query", line)
		}
	case "transfer-encoding":
		return fmt.Errorf("request: header %.128q: the body is not read, want its parameters in the query", line)
	}
	return nil
}

// ampersands is & as HTML escapes it, once or more often.
var ampersands = regexp.MustCompile(`&(amp;|#38;|#x26;)+`)

// openEnd is & at the end of a line, escaped or not.
var openEnd = regexp.MustCompile(`(&(amp;|#38;|#x26;)*|\\u0026)$`)

// entities are the other characters that HTML and JSON escape in a query. A name
// of a parameter starts with none of them, so that none is mistaken.
var entities = strings.NewReplacer(
	"&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#34;", `"`, "&apos;", "'", "&#39;", "'", "&#x27;", "'",
	"&nbsp;", "\u00a0", "&#160;", "\u00a0", "&#xa0;", "\u00a0", "&equals;", "=", "&#61;", "=",
	`\u0026`, "&", `\u003c`, "<", `\u003e`, ">", `\u003d`, "=", `\u003C`, "<", `\u003E`, ">", `\u003D`, "=", `\/`, "/",
)

func unescapeHTML(s string) string {
	return entities.Replace(ampersands.ReplaceAllString(s, "&"))
}

// queryOf returns the query of a URL, with or without scheme and host, and a bare
// query as it is.
func queryOf(s string) (string, error) {
	if strings.Contains(s, "#") {
		return "", fmt.Errorf("request: an unencoded #, want %%23: a client does not send the text after it")
	}
	s = trim(s)
	before, query, ok := strings.Cut(s, "?")
	scheme, _, hasScheme := strings.Cut(before, "://")
	hasScheme = hasScheme && !strings.ContainsAny(scheme, "=&")
	if hasScheme {
		switch strings.ToLower(scheme) {
		case "http", "https", "http(s)": // the last is how newer pages print it
		default:
			return "", fmt.Errorf("request %.128q: the scheme %.128q, want http or https", s, scheme)
		}
	}
	switch {
	case !ok && (hasScheme || strings.HasPrefix(s, "/")):
		return "", fmt.Errorf("request %.128q: a URL without a query, want ?Action=%s and its parameters", s, action)
	case ok && !strings.ContainsAny(before, "=&") && !strings.ContainsFunc(trim(before), isSpace):
		return query, nil // after scheme, host and path, or some of them
	}
	return s, nil
}

// readPairs reads NAME=VALUE between &, percent-encoded.
func (f *form) readPairs(query string) error {
	for segment := range strings.SplitSeq(query, "&") {
		name, value, err := decode(segment)
		if err == nil && name != "" {
			err = f.set(name, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// decode reads what stands between two &. The name is empty where there is
// nothing to read.
func decode(segment string) (name, value string, err error) {
	segment = trim(segment)
	rawName, rawValue, ok := strings.Cut(segment, "=")
	if !ok {
		return "", "", decodeOther(segment)
	}
	rawName, rawValue = trim(rawName), trim(rawValue)
	if rawName == "" {
		return "", "", fmt.Errorf("request: a value without a name: %.128q, want NAME=VALUE", segment)
	}
	if err := checkSwallowed(rawName, rawValue); err != nil {
		return "", "", err
	}
	if name, err = url.QueryUnescape(rawName); err != nil {
		return "", "", fmt.Errorf("request: name %.128q: %w, want %% and two hexadecimal digits", rawName, err)
	}
	if value, err = url.QueryUnescape(rawValue); err != nil {
		return "", "", fmt.Errorf("request: parameter %.128q: %w, want %% and two hexadecimal digits", name, err)
	}
	return name, value, nil
}

// assignment is a parameter with its =, in the value of another one.
var assignment = sync.OnceValue(func() *regexp.Regexp {
	names := slices.Concat(ruleParams(), listParams, callParams)
	return regexp.MustCompile(`(?:^|[^A-Za-z0-9])(` + strings.Join(names, "|") + `)[\s\p{Z}]*[=＝]`)
})

// checkSwallowed refuses a value that has another parameter in it, after a separator
// that is none: without that parameter the rule would be another.
func checkSwallowed(name, value string) error {
	if !strings.ContainsAny(value, "=＝") {
		return nil
	}
	if m := assignment().FindStringSubmatch(value); m != nil {
		return fmt.Errorf("request: parameter %.128q: another parameter, %s, in its value %.128q, want & before it, or %%3D for =", name, m[1], value)
	}
	return nil
}

// decodeOther passes over what is not NAME=VALUE, where that holds no
// parameter: nothing, or a placeholder in angle brackets.
func decodeOther(segment string) error {
	if segment == "" {
		return nil
	}
	text := segment
	if decoded, err := url.QueryUnescape(segment); err == nil {
		text = trim(decoded)
	}
	for _, brackets := range []string{"<>", "＜＞", "〈〉", "《》"} {
		pair := []rune(brackets)
		inner, opens := strings.CutPrefix(text, string(pair[0]))
		inner, closes := strings.CutSuffix(inner, string(pair[1]))
		if opens && closes && !strings.ContainsAny(inner, "=&"+brackets) {
			return checkPlaceholder(segment, trim(inner))
		}
	}
	return fmt.Errorf("request: %.128q without =, want NAME=VALUE", segment)
}

// checkPlaceholder refuses a placeholder that stands for a parameter of a rule:
// without it the rule would be another.
func checkPlaceholder(segment, inner string) error {
	names := slices.Concat(ruleParams(), listParams, callParams, []string{permissions})
	words := strings.FieldsFunc(inner, func(r rune) bool { return r != '_' && !asciiAlphanumeric(r) })
	for _, word := range words {
		if name, ok := findFold(word, names); ok {
			return fmt.Errorf("request: %.128q is a placeholder, want %s=VALUE, or nothing", segment, name)
		}
	}
	return nil
}

func asciiAlphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
}

// encode is the percent-encoding of the provider's signing rules.
func encode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
