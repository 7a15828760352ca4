package cli

import (
	"fmt"
	"io"
	"math"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/cmd/internal/command"
	"euryale/graph"
)

// summary is what to print of a network.
type summary struct {
	explain bool // the arithmetic of each row
	open    bool // what layers are made of
	plan    bool // what the network's programs compute
	batch   int  // samples a run of these
}

// summaryCommand prints the layer-shape report, and the plans of training and
// inference.
func summaryCommand(l Lesson, f *flags) *cobra.Command {
	var s summary
	cmd := &cobra.Command{
		Use:   "summary",
		Short: "Print the network's layers, shapes and parameters",
		Long: "Print the network's layers, shapes and parameters; with --plan also what a\n" +
			"step of training and a prediction compute, op by op.\n\n" + aboutNetworks(),
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, name := range []string{"batch", "engine"} {
				if cmd.Flags().Changed(name) && !s.plan {
					return command.Usagef("--%s: want --plan too", name)
				}
			}
			if s.batch = f.Batch; s.batch < 1 || s.batch > math.MaxInt32 {
				return command.Usagef("--batch: want 1 to %d, got %d", math.MaxInt32, s.batch)
			}
			net, err := l.provisionalNet(f)
			if err != nil {
				return err
			}
			return s.print(net, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f.addNet(cmd.Flags(), l, "one of those above")
	cmd.Flags().BoolVar(&s.explain, "explain", false, "print the arithmetic of each row")
	cmd.Flags().BoolVar(&s.open, "open", false, "print what blocks are made of")
	cmd.Flags().BoolVar(&s.plan, "plan", false, "print what training and inference compute")
	f.addDropout(cmd.Flags())
	f.addBatch(cmd.Flags())
	f.addEngine(cmd.Flags())
	return cmd
}

// print prints the report, and the plans if they are wanted.
func (s summary) print(net *graph.Network, out, stderr io.Writer) error {
	report := net.Report()
	report.Width = command.Width(out)
	report.Explain, report.Open = s.explain, s.open
	if s.open && !hasBlocks(report) {
		fmt.Fprintf(stderr, "--open has no effect: %s has no blocks.\n", report.Name)
	}
	text := report.String()
	if s.plan {
		for _, p := range []struct {
			heading string
			mode    graph.Mode
		}{{"Training", graph.Training}, {"Inference", graph.Inference}} {
			c := graph.ProgramConfig{Batch: s.batch, Mode: p.mode}
			if p.mode == graph.Training {
				c.Loss = graph.SparseCategoricalCrossEntropy{}
			}
			plan := net.Plan(c)
			if plan.Err != nil {
				return errors.WithMessage(plan.Err, "summary")
			}
			text += fmt.Sprintf("\n%s:\n%v", p.heading, plan)
		}
	}
	_, err := io.WriteString(out, text)
	return err
}

// hasBlocks says whether a layer of the report is made of others.
func hasBlocks(r *graph.Report) bool {
	for _, row := range r.Rows {
		if len(row.Inside) > 0 {
			return true
		}
	}
	return false
}
