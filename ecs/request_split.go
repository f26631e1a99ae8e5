package ecs

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"example.com/sluice/internal/strictjson"
)

// RequestText is the text of one request, and where it stands in a file. Lines
// and columns count from 1, columns in characters; the end is after the last
// character. File and Pointer are empty.
type RequestText struct {
	Text string
	Place
}

// At says where the request starts: its line, and its column where it is not the
// line's first character.
func (t RequestText) At() string {
	if t.Column == 1 {
		return fmt.Sprintf("line %d", t.Line)
	}
	return fmt.Sprintf("line %d column %d", t.Line, t.Column)
}

// SplitRequests returns the texts of the requests in a file, in order, for
// [ParseRequest] to read. A file may hold any of its forms, several at once:
//
//   - a query on a line; a line that starts with & goes on with the one before, and
//     so does a line after one that ends with &, unless both name the source group;
//   - a command line, which ends as a shell ends it: a backslash before the line
//     feed and a line feed in quotes do not end it;
//   - JSON objects, one a line or each over several lines, or arrays of them.
//
// Blank lines and lines whose first character that is no space is # are skipped,
// between the lines of one request, too. A UTF-8 byte order mark is skipped.
// UTF-16 and other encodings are refused, and so is text that looks like no
// request at all. A file has at most 262,144 requests. The cost is linear in its
// size.
func SplitRequests(data []byte) ([]RequestText, error) { return split(data, maxRequests, false) }

// maxRequests is how many requests a file may have: more than fit in 16 MiB, where
// each has the parameters that it needs.
const maxRequests = 1 << 18

// split is SplitRequests for at most that many requests; lone says that the text is
// one request, which may start with &.
func split(data []byte, most int, lone bool) ([]RequestText, error) {
	text, err := strictjson.ReadAll(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	x := splitter{s: string(text), most: most, lone: lone, at: strictjson.NewCursor(text)}
	for pos := 0; pos < len(x.s); {
		end, err := x.next(pos)
		if err != nil {
			return nil, err
		}
		pos = end
	}
	return x.out, nil
}

// splitter collects the requests of a text.
type splitter struct {
	s    string
	most int
	lone bool
	out  []RequestText
	at   *strictjson.Cursor
}

// next takes what starts at the beginning of a line, at pos, and returns where
// it ends.
func (x *splitter) next(pos int) (end int, err error) {
	line := x.s[pos:lineEnd(x.s, pos)]
	end = pos + len(line)
	if skipped(line) {
		return end, nil
	}
	start := pos + len(line) - len(strings.TrimLeftFunc(line, isSpace))
	if x.s[start] == '#' {
		line, _ := x.at.Move(start)
		return 0, fmt.Errorf("request: line %d: %w", line, strictjson.ErrHidesLine)
	}
	if x.s[start] == '&' && (!x.lone || len(x.out) > 0) {
		line, _ := x.at.Move(start)
		return 0, fmt.Errorf("request: line %d starts with & and continues no request, want it after a line of a query", line)
	}
	switch kindOf(x.s[start:]) {
	case isJSON:
		return x.json(start)
	case isAliyun, isCurl:
		end = shellEnd(x.s, start)
	default:
		if len(x.out) == 0 {
			if what := requestLooks(x.s[start:]); what != "" {
				return 0, notRequest(what)
			}
		}
		end = queryEnd(x.s, start)
	}
	return end, x.add(start, end)
}

// add takes the request that stands between start and end.
func (x *splitter) add(start, end int) error {
	text := strings.TrimRightFunc(x.s[start:end], isSpace)
	t := RequestText{Text: text}
	t.Line, t.Column = x.at.Move(start)
	t.EndLine, t.EndColumn = x.at.Move(start + len(text))
	if len(x.out) == x.most {
		return fmt.Errorf("request: one more at %s, want at most %d in a file", t.At(), x.most)
	}
	x.out = append(x.out, t)
	return nil
}

// json takes the objects of a JSON value: itself, or the elements of an array.
func (x *splitter) json(start int) (end int, err error) {
	dec := json.NewDecoder(strings.NewReader(x.s[start:]))
	var refused error // of a request, not of the JSON
	value := func() error {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		end = start + int(dec.InputOffset())
		if raw[0] != '{' {
			return fmt.Errorf("%.128q is no object", raw)
		}
		refused = x.add(end-len(raw), end)
		return refused
	}
	if x.s[start] == '{' {
		err = value()
	} else {
		_, err = dec.Token()
		for err == nil && dec.More() {
			err = value()
		}
		if err == nil {
			_, err = dec.Token()
		}
	}
	end = start + int(dec.InputOffset())
	if refused != nil {
		return 0, refused
	}
	if err != nil {
		return 0, x.badJSON(start, err)
	}
	rest := x.s[end:lineEnd(x.s, end)]
	if strings.TrimFunc(rest, isSpace) != "" {
		line, column := x.at.Move(end)
		return 0, fmt.Errorf("request: line %d column %d: text after JSON: %.128q, want the next request on a line of its own", line, column, rest)
	}
	return end + len(rest), nil
}

// badJSON says where the JSON that starts at start is wrong. err is what the decoder
// says, which knows no lines.
func (x *splitter) badJSON(start int, err error) error {
	blank := strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, x.s[:start])
	r, placed := strictjson.NewReader([]byte(blank + x.s[start:]))
	if placed == nil {
		_, placed = r.Skip()
	}
	line := strings.Count(blank, "\n") + 1
	return fmt.Errorf("request: JSON at line %d: %w, want whole objects of parameters", line, cmp.Or(placed, err))
}

// lineEnd is the offset after the line feed of the line at pos, or the end.
func lineEnd(s string, pos int) int {
	if i := strings.IndexByte(s[pos:], '\n'); i >= 0 {
		return pos + i + 1
	}
	return len(s)
}

// skipped reports whether a line holds nothing to read: it is blank, or a
// comment. A comment that hides a line is not skipped, so that it is refused.
func skipped(line string) bool {
	text := strings.TrimLeftFunc(line, isSpace)
	return text == "" || text[0] == '#' && !strictjson.HidesLine(text)
}

// header is a header line of HTTP.
var header = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9-]*):[ \t]+(.*)`)

// hasBegun reports whether a line has parameters. Where none has, the query may
// start on the next line.
func hasBegun(line string) bool { return strings.ContainsAny(line, "?=") }

// isOpen reports whether a line ends with &, so that the query goes on.
func isOpen(line string) bool {
	line = strings.TrimRightFunc(line, isSpace)
	return openEnd.MatchString(line[max(0, len(line)-64):])
}

// hasSource reports whether a line names the source group, which a request does
// once.
func hasSource(line string) bool { return strings.Contains(line, "SecurityGroupId") }

// queryEnd finds the end of the query that starts at start: its line, the lines
// that continue it, and the header lines after a request line of HTTP.
func queryEnd(s string, start int) (end int) {
	end = lineEnd(s, start)
	begun := hasBegun(s[start:end])
	source := hasSource(s[start:end])
	open := isOpen(s[start:end])
	inHeader, hasHeader := false, method.MatchString(s[start:end])
	for pos := end; pos < len(s); {
		next := lineEnd(s, pos)
		line := strings.TrimLeftFunc(s[pos:next], isSpace)
		switch {
		case skipped(line):
			if inHeader {
				return end // the end of a header, with or without a body
			}
		case !inHeader && (line[0] == '&' || line[0] == '?' && !begun || open && !(source && hasSource(line)) && kindOf(line) == isQuery):
			end, begun, open = next, true, isOpen(line)
			source = source || hasSource(line)
		case hasHeader && header.MatchString(line):
			end, inHeader = next, true
		default:
			return end
		}
		pos = next
	}
	return end
}
