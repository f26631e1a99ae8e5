package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/sluice/audit"
)

// kind is what there is to say of all findings of one code.
type kind struct {
	code  audit.Code
	title string
	help  string // what is so, what it means and what to do
}

// kinds are the codes in the order of their weight.
var kinds = []kind{
	{audit.OpenIPv6, "One drop rule closes an IP version, the default accepts packets of the other that no rule matches",
		"One drop rule, for all protocols and all addresses, matches every packet of one IP version, and the default accepts packets of the other that no rule matches. Not looked at are rules that close a version only together, and packets of the other version that an accept rule matches. Close the other version, too, or say in the accepted findings why it may stay open."},
	{audit.Shadowed, "A rule decides no packet, against its own verdict",
		"Stronger rules match all that the rule matches, and some of it gets the other verdict. Removing the rule changes no verdict; giving it a stronger priority does."},
	{audit.Tie, "An accept rule decides packets, and loses others to a drop rule of equal priority",
		"At equal priority a drop rule decides before an accept rule, so that packets are dropped which the accept rule would decide. Give the drop rule a stronger priority, so that the order is stated."},
	{audit.Empty, "A rule can match no packet",
		"The rule's destination group has no members, or none of the source's IP version. Remove the rule, or complete the members file."},
	{audit.Redundant, "A rule decides no packet, and every packet gets its verdict anyway",
		"Stronger rules match all that the rule matches, and decide as it would. Remove the rule; it may be needed once a needless rule is removed."},
	{audit.Needless, "A rule decides packets, yet without it every packet gets the same verdict, also once the remedy of open-ipv6 is followed",
		"Weaker rules or the default decide as the rule does. The finding is withheld where the remedy of an open-ipv6 finding needs the rule: without the rule, the drop rule which that remedy adds would drop packets that the rule accepts. Remove needless rules one at a time: each may be needed once another is gone."},
	{audit.HostBits, "A block was written with host bits set",
		"The address of a block is masked by its prefix length, so that it may hold more addresses than meant. Write the block that is meant."},
}

// boundsHelp says for a help page how long a question may take: it tells the default
// bounds of package audit.
const boundsHelp = `A question may take about ten seconds of one core (2^32 steps) and 512 MiB, and
be about 131,072 rules. One that takes more has no answer, not a part of one:
a message says so, and the status is 2.`

// kindsHelp lists the kinds for a help page, with how much each weighs.
func kindsHelp() string {
	var b strings.Builder
	for _, k := range kinds {
		name := string(k.code)
		for _, line := range wrapped(fmt.Sprintf("%v: %s", k.code.Severity(), strings.ToLower(k.title[:1])+k.title[1:]), columns-2-9-2) {
			fmt.Fprintf(&b, "  %-9s  %s\n", name, line)
			name = ""
		}
	}
	return b.String()
}

// codeNames are the codes in words, for messages.
func codeNames() string {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k.code))
	}
	return strings.Join(names, ", ")
}

// parseCode reads a code that exists.
func parseCode(s string) (audit.Code, error) {
	if c := audit.Code(s); slices.ContainsFunc(kinds, func(k kind) bool { return k.code == c }) {
		return c, nil
	}
	return "", errors.New("unknown code, want " + codeNames())
}

// codesFlag sets a list of codes, joined by commas.
func codesFlag(list *[]audit.Code) func(string) error {
	return func(s string) error {
		for name := range strings.SplitSeq(s, ",") {
			c, err := parseCode(name)
			if err != nil {
				return fmt.Errorf("%.128q: %w", name, err)
			}
			*list = append(*list, c)
		}
		return nil
	}
}
