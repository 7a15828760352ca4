// Package cli is what the commands digits and fashion share: they train the
// same networks on different datasets.
package cli

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
)

// Lesson is what sets a command apart.
type Lesson struct {
	Name    string // of the command
	Short   string // a line on what it does
	Dataset string // trained on unless --dataset says otherwise
	BuiltIn string // the dataset that stands in when Dataset cannot be had
	Epochs  int
	StopAt  float64 // training accuracy; 0 means never
}

// Exit statuses.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130 // 128 + SIGINT, as shells have it
)

// Main runs the command with the process's arguments and streams, and exits.
// The first interrupt ends the work in good order, the second at once.
func Main(l Lesson) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop()
	}()
	os.Exit(Run(ctx, l, os.Args[1:], os.Stdout, os.Stderr))
}

// Run runs the command and returns its exit status.
func Run(ctx context.Context, l Lesson, args []string, stdout, stderr io.Writer) int {
	root := rootCommand(l)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if cmd.Name() == "help" {
		cmd = root
	}
	var usage usageError
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		fmt.Fprintf(stderr, "%s: interrupted\n", l.Name)
		return exitInterrupted
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "%s: %v\nRun '%s --help' for usage.\n", l.Name, err, cmd.CommandPath())
		return exitUsage
	}
	fmt.Fprintf(stderr, "%s: %v\n", l.Name, err)
	return exitFailure
}

// usageError is a mistake on the command line.
type usageError struct{ error }

// rootCommand trains; its subcommands do the rest.
func rootCommand(l Lesson) *cobra.Command {
	f := &flags{}
	root := &cobra.Command{
		Use:           l.Name,
		Short:         l.Short,
		Long:          l.Short + ".",
		Args:          noArguments,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return trainCommand(cmd.Context(), l, f, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f.addNet(root.Flags())
	f.addTraining(root.Flags(), l)
	root.Flags().StringVar(&f.JSON, "json", "", "write the results to `FILE`")
	root.AddCommand(summaryCommand(f), compareCommand(l, f), doctorCommand(l, f))
	root.Flags().SortFlags = false
	for _, cmd := range root.Commands() {
		cmd.Flags().SortFlags = false
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.SetHelpCommand(helpCommand())
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 "))
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

// helpCommand is --help for those who ask without the dashes.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Print the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usageError{errors.Errorf("unknown command %q", strings.Join(args, " "))}
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

func noArguments(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasParent():
		return usageError{errors.Errorf("%s: want no arguments, got %q", cmd.Name(), args[0])}
	}
	return usageError{errors.Errorf("unknown command %q", args[0])}
}
