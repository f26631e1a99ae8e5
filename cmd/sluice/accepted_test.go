package main

import (
	"strings"
	"testing"
)

// Accepted findings are not reported and do not count, in whichever way an entry
// names the rule.
func TestAccepted(t *testing.T) {
	t.Parallel()
	const shadowed = `{"code":"shadowed","rule":"sgr-co06","reason":"until the contract ends"}` + "\n"
	for _, test := range []struct {
		name, entries string
		status        int
		summary       string
	}{
		{"none", "# nothing yet\n", 1, "2 findings in 7 rules of 1 group: 1 shadowed, 1 hostbits\n"},
		{"an empty file", "", 1, "2 findings in 7 rules of 1 group: 1 shadowed, 1 hostbits\n"},
		{"one by id", "\n# why\n" + shadowed, 1, "1 finding in 7 rules of 1 group, 1 accepted: 1 hostbits\n"},
		{"both, by id and by GROUP[INDEX]", shadowed + `{"reason":"r","rule":"sg-checkout[6]","code":"hostbits"}`, 0, "no findings in 7 rules of 1 group, 2 accepted\n"},
		{"both, by id and by group and index", shadowed + `{"code":"hostbits","group":"sg-checkout","index":6,"reason":"r"}`, 0, "no findings in 7 rules of 1 group, 2 accepted\n"},
	} {
		args := []string{"lint", draft, "--accepted", file(t, test.entries)}
		got := sluice("", args...)
		if got.status != test.status || !strings.HasSuffix(got.stdout, test.summary) || got.stderr != "" {
			t.Errorf("%s: status %d, message %q, output\n%s\nwant %d, none, and at the end %s", test.name, got.status, got.stderr, got.stdout, test.status, test.summary)
		}
	}
	args := []string{"lint", "--json", draft, "--accepted", "-"}
	if got := sluice("\uFEFF"+shadowed, args...); strings.Count(got.stdout, "\n") != 1 || strings.Contains(got.stdout, "shadowed") || got.stderr != "" {
		t.Errorf("lint --json: output\n%s\nmessage %q, want only the other finding", got.stdout, got.stderr)
	}
}

// An entry that accepts nothing is told and makes the status 1: it would accept
// tomorrow what nobody has looked at.
func TestStaleAccepted(t *testing.T) {
	t.Parallel()
	const both = `{"code":"shadowed","rule":"sgr-co06","reason":"r"}
{"code":"hostbits","rule":"sgr-co07","reason":"r"}
`
	for _, test := range []struct {
		name, entry, told string
		args              string
		status            int
	}{
		{"another rule", `{"code":"shadowed","rule":"sgr-co01","reason":"r"}`, "shadowed of rule sgr-co01", "", 1},
		{"another code", `{"code":"tie","rule":"sgr-co06","reason":"r"}`, "tie of rule sgr-co06", "", 1},
		{"no such rule", `{"code":"tie","group":"sg-x","index":0,"reason":"r"}`, "tie of rule sg-x[0]", "", 1},
		{"nothing fails", `{"code":"tie","rule":"sgr-co06","reason":"r"}`, "tie of rule sgr-co06", "--fail-on never", 0},
		{"only errors fail", `{"code":"tie","rule":"sgr-co06","reason":"r"}`, "tie of rule sgr-co06", "--fail-on error", 1},
	} {
		path := file(t, both+"\n"+test.entry)
		args := append([]string{"lint", draft, "--accepted", path}, strings.Fields(test.args)...)
		check(t, sluice("", args...), result{test.status, "no findings in 7 rules of 1 group, 2 accepted\n", "sluice: " + path + " line 4: stale: there is no finding " + test.told + ": remove the entry\n"}, args...)
	}
	// What is ignored is no reason to call an entry stale.
	args := []string{"lint", draft, "--ignore", "hostbits", "--accepted", file(t, both)}
	check(t, sluice("", args...), result{0, "no findings besides 1 ignored in 7 rules of 1 group, 1 accepted\n", ""}, args...)
}

func TestBadAccepted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, line string
		words      []string
	}{
		{"not JSON", `nonsense`, []string{"want a JSON object"}},
		{"an array", `[]`, []string{"want a JSON object"}},
		{"truncated", `{"code":"tie","rule":"sgr-1"`, []string{"ends early"}},
		{"two on a line", `{"code":"tie","rule":"sgr-1","reason":"r"}{}`, []string{"text after"}},
		{"no code", `{"rule":"sgr-1","reason":"r"}`, []string{"code: absent", "open-ipv6"}},
		{"an unknown code", `{"code":"ties","rule":"sgr-1","reason":"r"}`, []string{`code: "ties"`, "tie"}},
		{"no rule", `{"code":"tie","reason":"r"}`, []string{"rule: absent"}},
		{"an empty rule", `{"code":"tie","rule":"","reason":"r"}`, []string{"rule:", "empty"}},
		{"null for a rule", `{"code":"tie","rule":null,"group":"sg-1","index":1,"reason":"r"}`, []string{"rule:"}},
		{"a number for a rule", `{"code":"tie","rule":3,"reason":"r"}`, []string{"rule:", "want text"}},
		{"both ways", `{"code":"tie","rule":"sgr-1","group":"sg-1","index":0,"reason":"r"}`, []string{"one of the two"}},
		{"a group alone", `{"code":"tie","group":"sg-1","reason":"r"}`, []string{"group and index", "absent"}},
		{"an index alone", `{"code":"tie","index":1,"reason":"r"}`, []string{"group and index", "absent"}},
		{"a bad index", `{"code":"tie","group":"sg-1","index":-1,"reason":"r"}`, []string{`index: "-1"`, "from 0"}},
		{"an index as text", `{"code":"tie","group":"sg-1","index":"1","reason":"r"}`, []string{`index: "1"`, "from 0"}},
		{"no reason", `{"code":"tie","rule":"sgr-1"}`, []string{"reason: absent"}},
		{"an empty reason", `{"code":"tie","rule":"sgr-1","reason":" "}`, []string{"reason:", "empty"}},
		{"an unknown key", `{"code":"tie","rule":"sgr-1","reason":"r","until":"x"}`, []string{"until", "unknown key"}},
		{"a key in another case", `{"Code":"tie","rule":"sgr-1","reason":"r"}`, []string{"Code", "unknown key"}},
		{"a key twice", `{"code":"tie","code":"tie","rule":"sgr-1","reason":"r"}`, []string{"code", "twice"}},
		{"an entry twice", `{"code":"tie","rule":"sgr-0","reason":"another"}`, []string{"accepted twice", "line 1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := file(t, `{"code":"tie","rule":"sgr-0","reason":"r"}`+"\n\n"+test.line+"\n")
			refused(t, "", []string{"lint", draft, "--accepted", path}, append(test.words, path+" line 3: ")...)
		})
	}
	// Two entries that name one rule in two ways.
	path := file(t, `{"code":"hostbits","rule":"sgr-co07","reason":"r"}`+"\n"+`{"code":"hostbits","group":"sg-checkout","index":6,"reason":"r"}`)
	refused(t, "", []string{"lint", draft, "--accepted", path}, path+" line 2: ", "accepted twice", "line 1")
}
