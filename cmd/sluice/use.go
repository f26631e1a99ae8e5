package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// columns is how wide a help page and a text result may be. Only data longer than
// a line goes beyond.
const columns = 80

// usageTemplate is the part of a help page behind its text: cobra's own, with
// flags wrapped between words.
var usageTemplate = fmt.Sprintf(`Usage:
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMAND{{else}}{{.UseLine}}{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Commands:{{range .Commands}}{{if (or .IsAvailableCommand (eq .Name "help"))}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsagesWrapped %d | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

"{{.CommandPath}} COMMAND --help" describes a command.{{end}}
`, columns)

// onceFlags makes every flag of a command that takes one value refuse a second. A
// name in backticks that ends the usage is that of the value, and no part of the
// text.
func onceFlags(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if _, list := f.Value.(pflag.SliceValue); !list {
			v := &onceValue{Value: f.Value, name: f.Value.Type()}
			if usage, name, ok := strings.Cut(f.Usage, " `"); ok && strings.HasSuffix(name, "`") {
				f.Usage, v.name = usage, strings.TrimSuffix(name, "`")
			}
			f.Value = v
		}
	})
}

// onceValue is the value of a flag that may be given once. A flag without a value
// may be repeated, as long as it says the same.
type onceValue struct {
	pflag.Value
	name  string // of the value, in help pages
	given bool
	text  string // as first given
}

// Type returns the name, which help pages show.
func (v *onceValue) Type() string { return v.name }

func (v *onceValue) Set(s string) error {
	switch {
	case !v.given:
	case v.name != "bool":
		return fmt.Errorf("the flag is given twice, first with %.128q: want it once", v.text)
	case v.text != s:
		return errors.New("the flag is given twice and says two things: want it once")
	}
	v.given, v.text = true, s
	return v.Value.Set(s)
}

// misplaced is an error where the first argument is a flag of subcommands: such
// a flag stands behind its subcommand.
func misplaced(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	flag, _, _ := strings.Cut(args[0], "=")
	if strings.HasPrefix(flag, "-") && !strings.HasPrefix(flag, "--") {
		flag = flag[:min(len(flag), 2)] // a letter, without its value
	}
	var takers []*cobra.Command
	for _, cmd := range root.Commands() {
		if takes(cmd, flag) {
			takers = append(takers, cmd)
		}
	}
	for _, cmd := range takers {
		if slices.Contains(args[1:], cmd.Name()) {
			return badUse(cmd, fmt.Errorf("%s stands before the subcommand: want it behind, as in sluice %s %s", flag, cmd.Name(), flag))
		}
	}
	if len(takers) == 0 {
		return nil
	}
	return badUse(root, fmt.Errorf("%s is a flag of subcommands: want it behind one, as in sluice %s %s", flag, takers[0].Name(), flag))
}

// takes reports whether a command has a flag, written as -x or --name.
func takes(cmd *cobra.Command, flag string) bool {
	if name, long := strings.CutPrefix(flag, "--"); long {
		return name != "" && cmd.Flags().Lookup(name) != nil
	}
	return len(flag) == 2 && flag[0] == '-' && flag[1] != '-' && cmd.Flags().ShorthandLookup(flag[1:]) != nil
}
