package rule

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Policy is what a rule does with the packets it decides. The zero Policy is
// Drop.
type Policy uint8

const (
	Drop Policy = iota
	Accept
)

// NIC is the network interface card that traffic of a classic network leaves
// by. The rules of VPC groups have Intranet. The zero NIC is NoNIC: none is named,
// and a rule without one gets its network's default when it enters a [Group].
type NIC uint8

const (
	NoNIC NIC = iota
	Intranet
	Internet
)

// Network is the network type of a group. The zero Network is VPC.
type Network uint8

const (
	VPC Network = iota
	Classic
)

// Type is the type of a group: Basic groups accept what no rule matches,
// Advanced ones (newer pages say enterprise) drop it. The zero Type is Basic.
type Type uint8

const (
	Basic Type = iota
	Advanced
)

// The words of each type, at the index of their value.
var (
	policyWords  = []string{"drop", "accept"}
	nicWords     = []string{"", "intranet", "internet"}
	networkWords = []string{"vpc", "classic"}
	typeWords    = []string{"basic", "advanced"}
)

func (p Policy) String() string  { return word("Policy", policyWords, uint8(p)) }
func (n NIC) String() string     { return cmp.Or(n.text(), "none") }
func (n Network) String() string { return word("Network", networkWords, uint8(n)) }
func (t Type) String() string    { return word("Type", typeWords, uint8(t)) }

func (p Policy) MarshalText() ([]byte, error)  { return []byte(p.String()), nil }
func (n Network) MarshalText() ([]byte, error) { return []byte(n.String()), nil }
func (t Type) MarshalText() ([]byte, error)    { return []byte(t.String()), nil }

// MarshalText returns internet or intranet, and no text for NoNIC.
func (n NIC) MarshalText() ([]byte, error) { return []byte(n.text()), nil }

func (n NIC) text() string { return word("NIC", nicWords, uint8(n)) }

// UnmarshalText reads accept, drop or allow (which is accept: the page's first
// example uses it), ASCII case ignored.
func (p *Policy) UnmarshalText(text []byte) error {
	if lower(string(text)) == "allow" {
		*p = Accept
		return nil
	}
	return setWord((*uint8)(p), "policy", policyWords, text)
}

// UnmarshalText reads internet or intranet, ASCII case ignored, and no text as
// NoNIC.
func (n *NIC) UnmarshalText(text []byte) error { return setWord((*uint8)(n), "nic", nicWords, text) }

// UnmarshalText reads vpc or classic, ASCII case ignored.
func (n *Network) UnmarshalText(text []byte) error {
	return setWord((*uint8)(n), "network", networkWords, text)
}

// UnmarshalText reads basic, advanced or enterprise (which is advanced), ASCII
// case ignored.
func (t *Type) UnmarshalText(text []byte) error {
	if lower(string(text)) == "enterprise" {
		*t = Advanced
		return nil
	}
	return setWord((*uint8)(t), "type", typeWords, text)
}

// word names value i, or says that it has no name: a text that no reader takes.
func word(typ string, words []string, i uint8) string {
	if int(i) < len(words) {
		return words[i]
	}
	return typ + "(" + strconv.Itoa(int(i)) + ")"
}

func setWord(dst *uint8, what string, words []string, text []byte) error {
	s := lower(string(text))
	for i, w := range words {
		if s == w {
			*dst = uint8(i)
			return nil
		}
	}
	if words[0] == "" { // what stands for none is no word to offer
		words = words[1:]
	}
	return fmt.Errorf("%s %s: want %s", what, quote(string(text)), strings.Join(words, " or "))
}

// lower folds a text to compare it with words, which are ASCII. The Kelvin sign is
// no k: a text that only the fold makes ASCII gets shorter, and stays as it is.
func lower(s string) string {
	if folded := strings.ToLower(s); len(folded) == len(s) {
		return folded
	}
	return s
}

// decimal reads a plain decimal number up to limit: digits only, no sign, space
// or leading zero. It gives 0 for a larger one.
func decimal(s string, limit int) (int, bool) {
	n := 0
	for i := 0; i < len(s); i++ {
		if n = n*10 + int(s[i]-'0'); n > limit {
			return 0, false
		}
	}
	return n, isDecimal(s)
}

// isDecimal reports whether s is a plain decimal number of any size.
func isDecimal(s string) bool {
	if s == "" || len(s) > 1 && s[0] == '0' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// quote quotes text for a message, and cuts what would flood it.
func quote(s string) string {
	const most = 128
	if len(s) <= most {
		return strconv.Quote(s)
	}
	return fmt.Sprintf("%q... (%d bytes)", s[:most], len(s))
}
