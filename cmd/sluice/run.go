package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// The exit statuses.
const (
	statusDone  = 0 // all accepted, clean, done
	statusFound = 1 // something dropped, refused or found
	statusBad   = 2 // bad use or bad input
)

// errFound ends a subcommand whose results are whole and hold a drop, a refusal,
// a finding or a failure. It carries no message: the results say it all.
var errFound = errors.New("dropped, refused, found or failed")

// finish ends the results. found makes the status 1.
func finish(w *bufio.Writer, found bool) error {
	if err := w.Flush(); err != nil || !found {
		return err
	}
	return errFound
}

// app is one run of the command.
type app struct {
	stdin     io.Reader
	stdout    io.Writer
	stderr    io.Writer
	classic   bool          // the groups are of a classic network: texts name NICs
	colour    bool          // stdout is a terminal and may be coloured
	live      bool          // stderr is a terminal: long runs show that they run
	beat      time.Duration // how often they do
	stdinUser string        // what reads standard input; empty: nothing yet
}

// run runs the command and returns its exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, colour: mayColour(stdout), live: isTerminal(stderr), beat: time.Second}
	return a.run(args)
}

func (a *app) run(args []string) int {
	out, messages := &checkedWriter{w: a.stdout}, &checkedWriter{w: a.stderr}
	a.stdout, a.stderr = out, messages
	err := a.execute(args)
	if failed := cmp.Or(out.err, messages.err); failed != nil && (err == nil || errors.Is(err, errFound)) {
		err = failed // cobra drops it where help or the version is printed
	}
	switch {
	case err == nil:
		return statusDone
	case errors.Is(err, errFound):
		return statusFound
	case errors.Is(err, syscall.EPIPE):
		return statusBad // whoever read the results has left: no one to tell
	}
	io.WriteString(a.stderr, messageText(err))
	return statusBad
}

// messageText is an error as standard error has it. Behind the first line, which
// starts with the command's name, the others are indented: more faults, and hints.
func messageText(err error) string {
	start := "sluice: "
	var b strings.Builder
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimRight(line, "\r\n"); strings.TrimSpace(line) != "" {
			b.WriteString(start + line + "\n")
			start = "        "
		}
	}
	return b.String()
}

// execute runs the subcommand that the arguments name.
func (a *app) execute(args []string) error {
	root := newRoot(a)
	if err := misplaced(root, args); err != nil {
		return err
	}
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	refuseShells(root)
	err := root.Execute()
	if err != nil && strings.HasPrefix(err.Error(), "unknown command ") { // cobra's, with suggestions
		return badUse(root, errors.New(strings.TrimSpace(err.Error())))
	}
	return err
}

// checkedWriter keeps the first error of a writer.
type checkedWriter struct {
	w   io.Writer
	err error
}

func (c *checkedWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.err = cmp.Or(c.err, err)
	return n, err
}

const rootLong = `sluice evaluates the egress rules of Alibaba Cloud ECS security groups.

Results go to standard output, messages to standard error. In the place of a
file, "-" is standard input. Flags stand behind the subcommand; one that takes
one value may be given once.

Exit status: 0 all accepted, clean or done; 1 something was dropped, refused,
found or failed; 2 bad use, bad input, or a result that could not be written,
which the message explains. After status 2 the results, if any, are not whole.`

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "sluice",
		Short:         "Evaluate the egress rules of ECS security groups",
		Long:          rootLong,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       toolVersion(buildInfo()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return badUse(cmd, errors.New("no command is given"))
		},
	}
	root.SetVersionTemplate(versionText(buildInfo()))
	root.SetUsageTemplate(usageTemplate)
	root.SetFlagErrorFunc(badUse)
	for _, cmd := range []*cobra.Command{newDecide(a), newExplain(a), newAuthorize(a), newLint(a), newDiff(a), newFind(a), newTest(a)} {
		onceFlags(cmd)
		root.AddCommand(cmd)
	}
	root.SetHelpCommand(newHelp())
	return root
}

// refuseShells makes cobra's completion command refuse what names no shell: by
// itself it would print its help as if that were asked for.
func refuseShells(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	completion, _, err := root.Find([]string{"completion"})
	if err != nil || completion == root {
		return
	}
	var shells []string
	for _, cmd := range completion.Commands() {
		shells = append(shells, cmd.Name())
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return badUse(cmd, fmt.Errorf("%.128q given: want no argument", args))
			}
			return nil
		}
	}
	completion.Args = cobra.ArbitraryArgs
	completion.RunE = func(cmd *cobra.Command, args []string) error {
		given := "no shell is given"
		if len(args) > 0 {
			given = fmt.Sprintf("no completion for %.128q", args)
		}
		return badUse(cmd, fmt.Errorf("%s: want one of %s", given, strings.Join(shells, ", ")))
	}
}

// newHelp is cobra's help command, except that an unknown topic is bad use.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return badUse(cmd.Root(), fmt.Errorf("no help about %q", args))
			}
			topic.InitDefaultHelpFlag()
			return topic.Help()
		},
	}
}

// badUse says where the use of a command is described.
func badUse(cmd *cobra.Command, err error) error {
	return fmt.Errorf("%w\nsee %s --help", err, cmd.CommandPath())
}
