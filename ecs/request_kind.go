package ecs

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const wantRequest = "a URL or query, a command line of aliyun or curl, or a JSON object of the parameters"

// kind is a form of a request's text.
type kind int

const (
	isQuery kind = iota
	isJSON
	isAliyun
	isCurl
)

// command is the first word of a command line, after the prompt of a shell, if any.
var command = regexp.MustCompile(`^(?:[$%][ \t]+)?(?:[^\s'"=&?]*[/\\])?(aliyun|curl)(?:\.exe)?(?:[\s\p{Z}]|$)`)

// kindOf returns the form of a text, by its beginning.
func kindOf(text string) kind {
	if text == "" {
		return isQuery
	}
	if text[0] == '{' || text[0] == '[' {
		return isJSON
	}
	if m := command.FindStringSubmatch(head(text)); m != nil {
		if m[1] == "curl" {
			return isCurl
		}
		return isAliyun
	}
	return isQuery
}

// head is the beginning of text, enough to know its form.
func head(text string) string { return text[:min(len(text), 512)] }

// isSpace reports whether r is a space of Unicode, a line break among them.
func isSpace(r rune) bool { return unicode.IsSpace(r) }

func trim(s string) string { return strings.TrimFunc(s, isSpace) }

// alike are other forms that people have, and how they begin.
var alike = []struct {
	what string
	re   *regexp.Regexp
}{
	{"an HTML page", regexp.MustCompile(`(?i)^<(!doctype html|html|head|body|div|pre|p|code)\b`)},
	{"a reply of the API in XML", regexp.MustCompile(`^(<\?xml[^>]*>\s*)?<([A-Za-z]+Response|Error)\b`)},
	{"XML", regexp.MustCompile(`^<[^<>]*(>\s*([^&\s]|$)|$)`)}, // a placeholder is followed by &
	{"PDF", regexp.MustCompile(`^%PDF`)},
	{"Markdown", regexp.MustCompile("^(```|~~~)")},
	{"a Terraform configuration", regexp.MustCompile(`^(resource|provider|terraform|variable|module|data|locals|output)\b[^=&\n]*\{`)},
	{"YAML", regexp.MustCompile(`^- +[A-Za-z_]`)},
	{"program code", regexp.MustCompile(`^(import|from|package|using|def|func|public|const|var|let|class)\s+[^=&?]*$`)},
	{"CSV", regexp.MustCompile(`^[^=&?\n]*([;\t|][^=&?\n]*){2}(\n|$)`)},
}

// alikeOf names the form of a text by the beginning of it, or of its first line.
func alikeOf(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	for _, a := range alike {
		if a.re.MatchString(text) || a.re.MatchString(strings.TrimSuffix(first, "\r")) {
			return a.what
		}
	}
	return ""
}

// requestLooks names the form of a text that is not a request; empty where its
// beginning does not show it.
func requestLooks(text string) string {
	text = strings.TrimLeftFunc(head(text), func(r rune) bool { return isQuote(r) && r != '`' })
	if looks := looksLike([]byte(text)); looks != "" {
		return looks
	}
	if what := alikeOf(text); what != "" {
		return what
	}
	if strings.ContainsRune(text, 0) {
		return "binary data"
	}
	return ""
}

func notRequest(what string) error {
	return fmt.Errorf("request: this looks like %s, want %s", what, wantRequest)
}

// quotes are pairs of quotes that people and their programs put around a text.
var quotes = map[rune]string{
	'"': `"`, '\'': `'`, '`': "`'", '´': "´",
	'“': "”“", '”': "”", '„': "“”", '‟': "”", '‘': "’‘", '’': "’", '‚': "‘’", '‛': "’",
	'«': "»", '»': "«»", '‹': "›", '›': "‹›",
	'「': "」", '『': "』", '＂': "＂", '＇': "＇", '〝': "〞〟",
}

// isQuote reports whether r opens or closes a quotation.
func isQuote(r rune) bool {
	if quotes[r] != "" {
		return true
	}
	return strings.ContainsRune("」』〞〟", r)
}

// unquote strips the quotes around a whole text, and spaces. A quote at one end
// only is an error: part of the text may be missing.
func unquote(text string) (string, error) {
	for {
		text = trim(text)
		first, n := utf8.DecodeRuneInString(text)
		last, m := utf8.DecodeLastRuneInString(text)
		closing := quotes[first]
		switch {
		case closing != "" && len(text) >= n+m && strings.ContainsRune(closing, last):
			text = text[n : len(text)-m]
		case closing != "":
			return "", fmt.Errorf("request %.128q: the quote %c at its start does not end, want both quotes or none", text, first)
		case isQuote(last) && strings.Count(text, string(last)) == 1 && !opened(text, last) && kindOf(text) == isQuery:
			return "", fmt.Errorf("request: the quote %c at its end does not start, want both quotes or none", last)
		default:
			return text, nil
		}
	}
}

// opened reports whether text has a quote that last closes.
func opened(text string, last rune) bool {
	for open, closing := range quotes {
		if open != last && strings.ContainsRune(closing, last) && strings.ContainsRune(text, open) {
			return true
		}
	}
	return false
}
