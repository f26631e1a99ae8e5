package ecs

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A command line is split into words as a POSIX shell splits it. What a shell
// would replace or run (variables, commands, a second command) is refused
// by name: its value is not known here.

// shellEnd finds the end of the command line that starts at start: the first
// line feed that is neither quoted nor escaped.
func shellEnd(s string, start int) int {
	var quote byte // what is open; 0: nothing
	for i := start; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quote != '\'':
			i++
			if i+1 < len(s) && s[i] == '\r' && s[i+1] == '\n' {
				i++
			}
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '#' && atWord(s, i):
			return lineEnd(s, i)
		case c == '\n':
			return i + 1
		}
	}
	return len(s)
}

// atWord reports whether a word could start at i.
func atWord(s string, i int) bool { return i == 0 || strings.IndexByte(" \t\n", s[i-1]) >= 0 }

// words collects the words of a command line.
type words struct {
	s     string
	pos   int
	out   []string
	word  strings.Builder
	begun bool // of the word, which may be empty in quotes
}

// shellWords returns the words of a command line.
func shellWords(s string) ([]string, error) {
	w := words{s: s}
	for w.pos < len(s) {
		if err := w.step(); err != nil {
			return nil, err
		}
	}
	w.end()
	return w.out, nil
}

func (w *words) end() {
	if w.begun {
		w.out = append(w.out, w.word.String())
	}
	w.word.Reset()
	w.begun = false
}

func (w *words) add(text string) {
	w.word.WriteString(text)
	w.begun = true
}

// step reads what stands at pos outside of quotes.
func (w *words) step() error {
	r, n := utf8.DecodeRuneInString(w.s[w.pos:])
	at := w.pos
	w.pos += n
	switch {
	case isSpace(r):
		w.end()
	case r == '\\':
		w.escaped("")
	case r == '\'':
		text, _, ok := strings.Cut(w.s[w.pos:], "'")
		if !ok {
			return errQuote(r)
		}
		w.add(text)
		w.pos += len(text) + 1
	case r == '"':
		return w.double()
	case r == '#' && !w.begun:
		w.pos = lineEnd(w.s, w.pos)
	case strings.ContainsRune(";|&<>(){}", r):
		return fmt.Errorf("request: an unquoted %c in a command line: %.128q, want one command, and quotes around such characters", r, w.s[at:])
	case isQuote(r) && r != '`':
		return fmt.Errorf("request: the quote %c in a command line: %.128q, want ' or \"", r, w.s[at:])
	default:
		if err := w.expanded(r, at); err != nil {
			return err
		}
		w.add(w.s[at:w.pos])
	}
	return nil
}

// escaped reads the character after a backslash. Where the backslash escapes only
// some characters, it stays before any other.
func (w *words) escaped(only string) {
	rest := w.s[w.pos:]
	for _, lineFeed := range []string{"\n", "\r\n"} {
		if strings.HasPrefix(rest, lineFeed) {
			w.pos += len(lineFeed)
			return
		}
	}
	_, n := utf8.DecodeRuneInString(rest)
	if n == 0 || only != "" && !strings.Contains(only, rest[:n]) {
		w.add(`\`)
	}
	w.add(rest[:n])
	w.pos += n
}

// double reads what stands in double quotes.
func (w *words) double() error {
	w.begun = true
	for w.pos < len(w.s) {
		r, n := utf8.DecodeRuneInString(w.s[w.pos:])
		at := w.pos
		w.pos += n
		switch r {
		case '"':
			return nil
		case '\\':
			w.escaped("$`\"\\")
			continue
		}
		if err := w.expanded(r, at); err != nil {
			return err
		}
		w.add(w.s[at:w.pos])
	}
	return errQuote('"')
}

// expanded refuses what a shell would replace.
func (w *words) expanded(r rune, at int) error {
	rest := w.s[at:]
	switch {
	case r == '`', strings.HasPrefix(rest, "$("):
		return fmt.Errorf("request: a command substitution in a command line: %.128q, want its output", rest)
	case r == '$':
		return fmt.Errorf("request: a variable in a command line: %.128q, want its value", variable(rest))
	}
	return nil
}

// variable is the name of a variable of a shell, as it stands at the start of s.
func variable(s string) string {
	end := 1 + strings.IndexFunc(s[1:]+" ", func(r rune) bool {
		return r != '_' && r != '{' && r != '}' && !asciiAlphanumeric(r)
	})
	return s[:end]
}

func errQuote(r rune) error {
	return fmt.Errorf("request: the quote %c in a command line does not end, want the whole command line", r)
}

// commandWords returns the words of a command line after the name of its command,
// which a prompt may precede.
func commandWords(text string) ([]string, error) {
	loc := command.FindStringSubmatchIndex(head(text))
	end := loc[3]
	rest, _ := strings.CutPrefix(text[end:], ".exe")
	return shellWords(rest)
}
