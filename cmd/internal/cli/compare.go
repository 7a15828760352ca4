package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/cmd/internal/command"
	"euryale/graph"
)

// exercises are the networks that compare trains unless told otherwise: the
// course's, and LeNet-5. The others take hours.
var exercises = []string{"simple", "dense128", "lesson", "conv32", "conv64", "three-conv", "lenet5"}

// compareCommand trains several networks in turn.
func compareCommand(l Lesson, f *flags) *cobra.Command {
	var names []string
	cmd := &cobra.Command{
		Use:   "compare",
		Short: "Train several networks in turn and print one table",
		Long:  "Train several networks in turn and print one table.\n\n" + aboutNetworks(),
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("nets") {
				names = exercises
			}
			return compare(cmd.Context(), l, f, names, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringSliceVar(&names, "nets", nil, "train the networks of this `LIST`, with commas between them (default: the course's and lenet5)")
	f.addTraining(cmd.Flags(), l)
	f.addQuiet(cmd.Flags())
	return cmd
}

func compare(ctx context.Context, l Lesson, f *flags, names []string, stdout, stderr io.Writer) error {
	if err := f.checkTraining(); err != nil {
		return err
	}
	if len(names) == 0 {
		return command.Usagef("--nets: want at least one network, got none")
	}
	var networks []*graph.Network
	for _, name := range names {
		net, err := f.network("--nets", strings.TrimSpace(name))
		if err != nil {
			return err
		}
		networks = append(networks, net)
	}
	d, err := f.load(ctx, l, (*data).sizes, stdout, stderr)
	if err != nil {
		return err
	}
	if networks, err = f.suitedAll(l, networks, d, stdout); err != nil {
		return err
	}
	outcomes, err := f.trainEach(ctx, networks, d, stdout, stderr)
	if len(outcomes) > 0 { // what is done so far is not lost
		err = firstError(err, printTable(stdout, outcomes, d))
	}
	return err
}

// suitedAll are the networks for the images and the classes of the data.
func (f *flags) suitedAll(l Lesson, networks []*graph.Network, d *data, out io.Writer) ([]*graph.Network, error) {
	if l.Own {
		f.Net = networks[0].Config().Name
		if err := f.settle(d, out); err != nil {
			return nil, err
		}
	}
	var all []*graph.Network
	for _, net := range networks {
		net, err := f.suited(net, "--nets", net.Config().Name, d)
		if err != nil {
			return nil, err
		}
		all = append(all, net)
	}
	return all, f.see(d, out)
}

// trainEach trains the networks in turn, until an error. It returns those that
// were tested.
func (f *flags) trainEach(ctx context.Context, networks []*graph.Network, d *data, stdout, stderr io.Writer) ([]*outcome, error) {
	var tested []*outcome
	for _, net := range networks {
		if err := ctx.Err(); err != nil {
			return tested, err
		}
		o := f.trainAndTest(ctx, net, d, stdout, stderr)
		if o.test != nil {
			tested = append(tested, o)
		}
		if o.err != nil {
			return tested, errors.WithMessage(o.err, net.Config().Name)
		}
	}
	return tested, ctx.Err()
}

// printTable prints a line for each network, and what a reader should know of
// them.
func printTable(w io.Writer, outcomes []*outcome, d *data) error {
	var t, notes strings.Builder
	t.WriteString("network     parameters  epochs  s/epoch  train accuracy  test accuracy\n")
	for _, o := range outcomes {
		n := len(o.history.Epochs)
		last := o.history.Epochs[n-1]
		fmt.Fprintf(&t, "%-10s  %10d  %6d  %7.1f  %14.4f  %13.4f\n", o.net.Config().Name, o.net.Report().Params, n,
			o.history.Elapsed().Seconds()/float64(n), last.Accuracy, o.test.Accuracy)
		if early := o.early(); early != "" {
			fmt.Fprintf(&notes, "%s was %s.\n", o.net.Config().Name, early)
		}
	}
	if d.missing != nil {
		fmt.Fprintf(&notes, "These are of %s.\n", d.called())
	}
	_, err := io.WriteString(w, t.String()+notes.String())
	return err
}
