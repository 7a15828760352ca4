package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/graph"
	"euryale/nets"
)

// compareCommand trains several networks in turn.
func compareCommand(l Lesson, f *flags) *cobra.Command {
	var names []string
	cmd := &cobra.Command{
		Use:   "compare",
		Short: "Train several networks in turn and print one table",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return compare(cmd.Context(), l, f, names, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringSliceVar(&names, "nets", nets.Names(), "networks to train, with commas between them")
	return cmd
}

func compare(ctx context.Context, l Lesson, f *flags, names []string, stdout, stderr io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	if len(names) == 0 {
		return usageError{errors.New("--nets: want at least one network, got none")}
	}
	var networks []*graph.Network
	for _, name := range names {
		net, err := f.network(strings.TrimSpace(name))
		if err != nil {
			return err
		}
		networks = append(networks, net)
	}
	d, err := f.load(ctx, l, stdout, stderr)
	if err != nil {
		return err
	}
	var outcomes []*outcome
	for _, net := range networks {
		out, err := f.trainAndTest(ctx, net, d, stdout)
		if err != nil {
			// What is done so far is not lost.
			if len(outcomes) > 0 {
				printTable(stdout, outcomes)
			}
			return errors.WithMessage(err, net.Name)
		}
		outcomes = append(outcomes, out)
	}
	return printTable(stdout, outcomes)
}

func printTable(w io.Writer, outcomes []*outcome) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "network\tparameters\tepochs\ts/epoch\ttrain accuracy\ttest accuracy\t\n")
	for _, o := range outcomes {
		n := len(o.history.Epochs)
		last := o.history.Epochs[n-1]
		fmt.Fprintf(t, "%s\t%d\t%d\t%.1f\t%.4f\t%.4f\t\n", o.net.Name, o.net.Report().Params, n,
			o.history.Elapsed().Seconds()/float64(n), last.Accuracy, o.test.Accuracy)
	}
	return t.Flush()
}
