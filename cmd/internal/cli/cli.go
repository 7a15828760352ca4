// Package cli is what the commands digits, fashion and images share: they train
// networks on different datasets, the last on pictures of one's own.
package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/train"
)

// Lesson is what sets a command apart.
type Lesson struct {
	Name    string // of the command
	Short   string // a line on what it does
	Dataset string // trained on unless --dataset says otherwise
	BuiltIn string // the dataset that stands in when Dataset cannot be had
	Epochs  int
	StopAt  float64 // training accuracy; 0 means never

	Own bool // pictures are the user's own: --data names them, and what trains is chosen by them

	Prepared string // what makes of any picture what the dataset's images are: digit or garment
	Title    string // of the page on which to draw
	Thing    string // that one draws there

	Group  train.Group // the ranks that train together, of which 0 alone writes; nil means to train alone
	Verify int         // after how many steps they compare weights; 0 means never
}

// Main runs the command with the process's arguments and streams, and exits.
// The first interrupt ends training in good order, the second the process at
// once.
func Main(l Lesson) {
	command.Main(func(ctx context.Context, args []string, stdout, stderr io.Writer) int {
		return Run(ctx, l, args, stdout, stderr)
	})
}

// Run runs the command and returns its exit status.
func Run(ctx context.Context, l Lesson, args []string, stdout, stderr io.Writer) int {
	return command.Run(ctx, rootCommand(l), args, stdout, stderr)
}

// rootCommand trains; its subcommands do the rest.
func rootCommand(l Lesson) *cobra.Command {
	f := &flags{group: l.Group, verify: l.Verify}
	root := &cobra.Command{
		Use:   l.Name,
		Short: l.Short,
		Long:  l.Short + ".",
		Args:  noArguments,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			f.set = cmd.Flags()
			return command.NotEmpty(f.set)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return trainCommand(cmd.Context(), l, f, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	listed := "see 'help summary'"
	if l.Group != nil { // among ranks there is no summary
		listed += " of cmd/" + l.Name
	}
	command.Group(root.Flags(), "Network", func(p *pflag.FlagSet) { f.addNet(p, l, listed) })
	f.addTraining(root.Flags(), l)
	command.Group(root.Flags(), "Training", f.addConfig)
	command.Group(root.Flags(), "Keeping it", func(p *pflag.FlagSet) {
		f.addKept(p)
		f.addModel(p)
	})
	command.Group(root.Flags(), outputHeading, func(p *pflag.FlagSet) {
		f.addQuiet(p)
		f.addJSON(p, "results")
		f.addLogs(p)
		f.addChart(p)
		f.addSuspects(p)
		f.addPage(p)
		f.addPictures(p)
		f.addForce(p)
	})
	if l.Group == nil { // the others are for one process
		root.AddCommand(evaluateCommand(l, f), predictCommand(l, f), serveCommand(l), summaryCommand(l, f), showCommand(l, f), dataCommand(l, f),
			compareCommand(l, f), findRateCommand(l, f))
	}
	if !l.Own { // which has no images to measure by before it is given some
		root.AddCommand(doctorCommand(l, f))
	}
	return root
}

// outputHeading also says why there are more columns with one output than with
// another.
const outputHeading = `Output (without --validation-share, --chart, --json, --page, --pictures and
--tensorboard add val_loss and val_accuracy of the test images)`

func noArguments(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasParent():
		return command.Usagef("%s: want no arguments, got %q", cmd.Name(), args[0])
	}
	return command.Unknown(cmd, args[0])
}
