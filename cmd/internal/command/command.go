// Package command is what all commands have in common: how they end, what they
// say of mistakes, and what their help looks like.
//
//	func main() {
//		command.Main(func(ctx context.Context, args []string, stdout, stderr io.Writer) int {
//			return command.Run(ctx, rootCommand(), args, stdout, stderr)
//		})
//	}
package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Exit statuses.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130 // 128 + SIGINT, as shells have it
)

// Main runs a command with the process's arguments and streams, and exits with
// the status that it returns. The first interrupt ends the work in good order, the second at once.
func Main(run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop()
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Run runs a command and returns its exit status. It prints the error, if there is one, in
// one line, and one more where the command line is to blame.
func Run(ctx context.Context, root *cobra.Command, args []string, stdout, stderr io.Writer) int {
	prepare(root)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if cmd.Name() == "help" {
		cmd = root
	}
	var usage interface{ Usage() }
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		fmt.Fprintf(stderr, "%s: interrupted\n", root.Name())
		return exitInterrupted
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "%s: %v\nRun '%s --help' for usage.\n", root.Name(), err, cmd.CommandPath())
		return exitUsage
	}
	fmt.Fprintf(stderr, "%s: %v\n", root.Name(), err)
	return exitFailure
}

// prepare sets what cobra would do in another way.
func prepare(root *cobra.Command) {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.Flags().SortFlags = false
	for _, cmd := range root.Commands() {
		cmd.Flags().SortFlags = false
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.SetHelpCommand(helpCommand())
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 "))
	root.CompletionOptions.HiddenDefaultCmd = true
}

// usageError is a mistake on the command line. Run knows one by its method Usage.
type usageError struct{ error }

func (usageError) Usage() {}

// Usage makes err a mistake on the command line.
func Usage(err error) error { return usageError{err} }

// Usagef is a mistake on the command line.
func Usagef(format string, args ...any) error { return usageError{errors.Errorf(format, args...)} }

// flagError says what a flag takes, where the flag library says how reading it failed.
func flagError(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return usageError{err}
	}
	flag := invalid.GetFlag()
	want := map[string]string{
		"int": "a whole number", "uint64": "a whole number of at least 0", "float64": "a number", "bool": "true or false",
	}[flag.Value.Type()]
	if want == "" {
		return Usagef("--%s: %v", flag.Name, invalid.Unwrap())
	}
	return Usagef("--%s: want %s, got %q", flag.Name, want, invalid.GetValue())
}

// helpCommand is --help for those who ask without the dashes.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Print the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return Usagef("unknown command %q", strings.Join(args, " "))
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
