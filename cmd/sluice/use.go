package main

import (
	"errors"
	"fmt"
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
	if len(args) == 0 || !strings.HasPrefix(args[0], "-") {
		return nil
	}
	name := strings.TrimLeft(args[0], "-")
	name, _, _ = strings.Cut(name, "=")
	example := ""
	for _, cmd := range root.Commands() {
		if !takes(cmd, name) {
			continue
		}
		if example == "" {
			example = cmd.Name()
		}
		for _, arg := range args[1:] {
			if arg == cmd.Name() {
				return badUse(cmd, fmt.Errorf("%.128s stands before the subcommand: want it behind, as in sluice %s %.128s", args[0], arg, args[0]))
			}
		}
	}
	if example == "" {
		return nil
	}
	return badUse(root, fmt.Errorf("%.128s is a flag of subcommands: want it behind one, as in sluice %s %.128s", args[0], example, args[0]))
}

// takes reports whether a command has a flag of that name or letter.
func takes(cmd *cobra.Command, name string) bool {
	if len(name) == 1 {
		return cmd.Flags().ShorthandLookup(name) != nil
	}
	return name != "" && cmd.Flags().Lookup(name) != nil
}
