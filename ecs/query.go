package ecs

import (
	"fmt"
	"net/url"
	"strings"
)

const maxRequest = 1 << 20 // bytes

const (
	space       = " \t\r\n" // the page breaks its example over lines
	placeholder = "<Common request parameters>"
)

// queryOf returns the query of a URL, and a bare query as it is.
func queryOf(s string) (string, error) {
	s = strings.Trim(s, space)
	if strings.Contains(s, "#") {
		return "", fmt.Errorf("request: an unencoded #, want %%23: what stands behind it would not be sent")
	}
	scheme, _, isURL := strings.Cut(s, "://")
	switch strings.ToLower(scheme) {
	case "http", "https", "http(s)": // the last is how newer pages print it
	default:
		isURL = false
	}
	if !isURL {
		return strings.TrimPrefix(s, "?"), nil
	}
	_, query, ok := strings.Cut(s, "?")
	if !ok {
		return "", fmt.Errorf("request %.128q: a URL without a query, want ?Action=%s and its parameters", s, action)
	}
	return query, nil
}

// decode reads what stands between two &. The name is empty where there is
// nothing to read.
func decode(segment string) (name, value string, err error) {
	segment = strings.Trim(segment, space)
	if segment == "" || segment == placeholder {
		return "", "", nil
	}
	rawName, rawValue, ok := strings.Cut(segment, "=")
	if !ok {
		return "", "", fmt.Errorf("request: %.128q without =, want NAME=VALUE", segment)
	}
	rawName, rawValue = strings.Trim(rawName, space), strings.Trim(rawValue, space)
	if rawName == "" {
		return "", "", fmt.Errorf("request: a value without a name: %.128q, want NAME=VALUE", segment)
	}
	if name, err = url.QueryUnescape(rawName); err != nil {
		return "", "", fmt.Errorf("request: name %.128q: %w, want %% and two hexadecimal digits", rawName, err)
	}
	if value, err = url.QueryUnescape(rawValue); err != nil {
		return "", "", fmt.Errorf("request: parameter %.128q: %w, want %% and two hexadecimal digits", name, err)
	}
	return name, value, nil
}

// encode is the percent-encoding of the provider's signing rules.
func encode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
