package rule

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// CheckID refuses an id, an account or a region that cannot be one: empty text,
// invalid UTF-8 or U+FFFD, and text with a control, format, space or other
// character that does not show (Unicode's default ignorable characters, private
// and unassigned ones). Two ids that differ in such a character look alike, and
// would be two groups. Ours: the provider's ids are ASCII words.
//
// Every reader of ids calls it, and so do [Group.Validate] and the entry of
// rules. The cost is linear in the length of id.
func CheckID(id string) error {
	if id == "" {
		return fmt.Errorf("id %q: empty, want %s", id, wantID)
	}
	if reason := idFault(id); reason != "" {
		return fmt.Errorf("id %s: %s, want %s", quote(id), reason, wantID)
	}
	return nil
}

// idFault says what is wrong with an id that is not empty, if anything is.
func idFault(id string) (reason string) {
	for i, r := range id {
		if '!' <= r && r <= '~' { // nearly all; the tables of Unicode take ten times as long
			continue
		}
		kind := hidden(r)
		if r == utf8.RuneError {
			kind = "a replacement character"
			if _, n := utf8.DecodeRuneInString(id[i:]); n == 1 {
				return fmt.Sprintf("not UTF-8 at byte %d", i)
			}
		}
		if kind != "" {
			return fmt.Sprintf("%s (%U) at byte %d", kind, r, i)
		}
	}
	return ""
}

const wantID = "visible characters without spaces"

// hidden names the kind of a character that does not show; empty for one that does.
func hidden(r rune) string {
	switch {
	case unicode.IsControl(r):
		return "a control character"
	case unicode.Is(unicode.Zs, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return "a space"
	case unicode.Is(unicode.Cf, r):
		return "a format character"
	case r == '\u2800': // a braille pattern without dots
		return "a character that does not show"
	case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), unicode.Is(unicode.Variation_Selector, r), !unicode.IsGraphic(r):
		return "a character that does not show"
	}
	return ""
}
