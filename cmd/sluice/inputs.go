package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/sluice/match"
	"example.com/sluice/rule"
	"github.com/spf13/cobra"
)

// inputs are the flags that name and describe groups.
type inputs struct {
	app     *app
	groups  []string      // files, by --group
	args    []string      // files, as arguments: groups behind those
	typ     *rule.Type    // nil: what the file says, else basic
	network *rule.Network // nil: what the file says, else VPC
	limit   int
	members string
}

// addGroupFlags adds the flags of every subcommand that reads one set of groups.
func addGroupFlags(cmd *cobra.Command, in *inputs) {
	cmd.Flags().StringArrayVarP(&in.groups, "group", "g", nil, "groups: a `FILE` of DescribeSecurityGroupAttribute replies or of requests; repeatable")
	addKindFlags(cmd, in)
}

// addKindFlags adds the flags that say of groups what their files do not.
func addKindFlags(cmd *cobra.Command, in *inputs) {
	in.limit = rule.DefaultLimit
	f := cmd.Flags()
	f.Func("type", "type of the groups (default: what the file says, else basic); enterprise is advanced `basic|advanced`", func(s string) error {
		in.typ = new(rule.Type)
		return in.typ.UnmarshalText([]byte(s))
	})
	f.Func("network", "network of the groups (default: what the file says, else vpc) `vpc|classic`", func(s string) error {
		in.network = new(rule.Network)
		return in.network.UnmarshalText([]byte(s))
	})
	f.Func("limit", fmt.Sprintf("how many egress rules a group may hold (default %d) `N`", in.limit), func(s string) (err error) {
		if in.limit, err = strconv.Atoi(s); err != nil || in.limit < 1 {
			return errors.New("want a number, 1 or more")
		}
		return nil
	})
	complete(cmd, "type", "basic", "advanced")
	complete(cmd, "network", "vpc", "classic")
}

// addMembersFlag adds the flag of every subcommand that compiles groups.
func addMembersFlag(cmd *cobra.Command, in *inputs) {
	cmd.Flags().Func("members", "members of destination groups, a JSON object `FILE`", named(&in.members))
}

// named sets a file or directory. An empty name, such as an unset variable of a
// shell, does not mean to do without.
func named(path *string) func(string) error {
	return func(s string) error {
		*path = s
		if s == "" {
			return errors.New("want a name")
		}
		return nil
	}
}

// addWordFlag adds a flag that takes one of some words. usage has a verb for them.
func addWordFlag(cmd *cobra.Command, to *string, name, usage string, words ...string) {
	cmd.Flags().Func(name, fmt.Sprintf(usage, strings.Join(words, "|")), func(s string) error {
		*to = s
		if !slices.Contains(words, s) {
			return errors.New("want " + strings.Join(words, ", "))
		}
		return nil
	})
	complete(cmd, name, words...)
}

// complete lists the words that a flag takes, for the shell's completion.
func complete(cmd *cobra.Command, flag string, words ...string) {
	must(cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
}

// must guards the names of flags in this package: a wrong one is wrong in every
// run, and no input can cause it.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// table compiles the rules of all the groups.
func (in *inputs) table() (*match.Table, error) {
	rules, err := in.load()
	if err != nil {
		return nil, err
	}
	return rules.table()
}

// table compiles the rules.
func (r ruleset) table() (*match.Table, error) { return match.Compile(r.Members, r.Groups...) }

// ruleset is the rules of one interface, and the files that they come from.
type ruleset struct {
	Members *match.Members
	Groups  []*rule.Group
	files   []groupFile // one for each group
}

// load reads the groups that --group names, and their members.
func (in *inputs) load() (ruleset, error) {
	if len(in.groups)+len(in.args) == 0 {
		return ruleset{}, errors.New("no group is given: want --group FILE")
	}
	texts, err := in.readFiles("--group", in.groups)
	if err != nil {
		return ruleset{}, err
	}
	more, err := in.readFiles("argument", in.args)
	if err != nil {
		return ruleset{}, err
	}
	files, err := in.readGroups(append(texts, more...))
	if err != nil {
		return ruleset{}, err
	}
	members, err := in.readMembers()
	if err != nil {
		return ruleset{}, err
	}
	return in.newRuleset(files, members)
}

// newRuleset puts groups together with the members of their destinations.
func (in *inputs) newRuleset(files []groupFile, members *match.Members) (ruleset, error) {
	r := ruleset{Members: members, files: files}
	for _, f := range files {
		if err := f.knownMembers(members); err != nil {
			return ruleset{}, err
		}
		f.writeNotes(in.app.stderr)
		r.Groups = append(r.Groups, f.Group)
		in.app.classic = f.Group.Network() == rule.Classic
	}
	return r, nil
}

// size says how large the set is.
func (r ruleset) size() string {
	rules := 0
	for _, g := range r.Groups {
		rules += g.Len()
	}
	return count(rules, "rule") + " of " + count(len(r.Groups), "group")
}

// readMembers reads the members file, if one is given.
func (in *inputs) readMembers() (*match.Members, error) {
	if in.members == "" {
		return nil, nil
	}
	r, name, err := in.app.open(in.members, "--members")
	if err != nil {
		return nil, err
	}
	defer r.Close()
	sets, err := match.ReadMembers(r)
	if err != nil {
		return nil, fmt.Errorf("--members %s: %w", name, err)
	}
	members, err := match.NewMembers(sets)
	if err != nil {
		return nil, fmt.Errorf("--members %s: %w", name, err)
	}
	return members, nil
}
