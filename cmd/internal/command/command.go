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
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"
)

// Exit statuses, besides those of signals.
const (
	exitFailure = 1
	exitUsage   = 2
)

// Main runs a command with the process's arguments and streams, and exits with
// the status that it returns. The first interrupt ends its context, the second
// the process at once. When nobody reads its output any more, writing is an
// error: the process goes on, since it may have files to write.
func Main(run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(interruptible(), os.Args[1:], os.Stdout, os.Stderr))
}

// Run runs a command and returns its exit status. It prints the error, if there
// is one, in one line, and one more where the command line is to blame.
func Run(ctx context.Context, root *cobra.Command, args []string, stdout, stderr io.Writer) int {
	unprinted := prepare(root)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if cmd.Name() == "help" {
		cmd = root
	}
	if err == nil {
		err = *unprinted
	}
	var usage usageError
	var exit *Exit
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		fmt.Fprintf(stderr, "%s: interrupted\n", root.Name())
		return interrupted(ctx)
	case ReaderGone(err):
		return exitSignal + int(syscall.SIGPIPE)
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "%s: %v\nRun '%s --help' for usage.\n", root.Name(), err, cmd.CommandPath())
		return exitUsage
	case errors.As(err, &exit):
		if exit.Err != nil {
			fmt.Fprintf(stderr, "%s: %v\n", root.Name(), exit.Err)
		}
		return exit.Status
	}
	fmt.Fprintf(stderr, "%s: %v\n", root.Name(), err)
	return exitFailure
}

// prepare sets what cobra would do in another way, and returns where the error is
// that a help could not be printed, of which cobra does not tell.
func prepare(root *cobra.Command) (unprinted *error) {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.Flags().SortFlags = false
	for _, cmd := range root.Commands() {
		cmd.Flags().SortFlags = false
	}
	root.Version = version(root.Name())
	root.SetVersionTemplate("{{.Version}}")
	root.Flags().Bool("version", false, "print the version")
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(helpCommand())
	addGrouped()
	root.SetUsageTemplate(strings.NewReplacer(
		"Flags:\n{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}", "{{groupedFlags .LocalFlags}}",
		".FlagUsages ", ".FlagUsagesWrapped 80 ",
	).Replace(root.UsageTemplate()))
	root.CompletionOptions.HiddenDefaultCmd = true
	unprinted = new(error)
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		out := cmd.OutOrStdout()
		var text bytes.Buffer
		cmd.Root().SetOut(&text)
		help(cmd, args)
		cmd.Root().SetOut(out)
		_, err := out.Write(text.Bytes())
		*unprinted = errors.WithStack(err)
	})
	return unprinted
}

// helpCommand is --help for those who ask without the dashes.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Print the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return Unknown(cmd.Root(), strings.Join(args, " "))
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
