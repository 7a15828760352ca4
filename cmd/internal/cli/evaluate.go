package cli

import (
	"context"
	"io"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/train"
)

// evaluateCommand tests a network that was trained before.
func evaluateCommand(l Lesson, f *flags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "evaluate",
		Short: "Test a network that was trained before",
		Long:  "Test the network of a file on the test images.",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.testLoaded(cmd.Context(), l, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	command.Group(cmd.Flags(), "Network", f.addLoad)
	command.Group(cmd.Flags(), "Data", func(p *pflag.FlagSet) {
		f.addData(p, l)
		f.addTestSamples(p)
		f.addBatch(p)
		f.addSeedOf(p, "drawn images")
	})
	command.Group(cmd.Flags(), "Output", func(p *pflag.FlagSet) {
		f.addQuiet(p)
		f.addJSON(p, "results")
		f.addSuspects(p)
		f.addPage(p)
		f.addMaps(p)
		f.addForce(p)
	})
	return cmd
}

// testLoaded tests the network of --load, and reports as training does.
func (f *flags) testLoaded(ctx context.Context, l Lesson, stdout, stderr io.Writer) error {
	if err := wantAll([]demand{
		{"--batch", "at least 1", f.Batch >= 1, f.Batch},
		{"--suspects", "at least 0", f.Suspects >= 0, f.Suspects},
		{"--test-samples", "at least 0", f.TestSamples >= 0, f.TestSamples},
		{"--convolution", "at least 0", f.Convolution >= 0, f.Convolution},
		{"--image-class", "at least 0", f.ImageClass >= -1, f.ImageClass},
	}); err != nil {
		return err
	}
	if f.given("fit") {
		if err := f.checkOwn(); err != nil {
			return err
		}
	}
	if f.Load == "" {
		return command.Usagef("evaluate: want a network, by --load FILE, got none")
	}
	if err := f.checkEffect(f.set); err != nil {
		return err
	}
	net, err := f.loaded()
	if err != nil {
		return err
	}
	if err := f.checkFiles(net); err != nil {
		return err
	}
	out := f.told(stdout, stderr)
	d, err := f.load(ctx, l, (*data).testSize, out, stderr)
	if err != nil {
		return err
	}
	if why := missedClasses(net, d.test); why != "" {
		return errors.Errorf("--load: %s: %s: train it on these first, by %s --load", f.Load, why, l.Name)
	}
	if err := f.see(d, out); err != nil {
		return err
	}
	o := &outcome{net: net, history: &train.History{}}
	o.err = f.evaluate(context.WithoutCancel(ctx), o, d, out)
	if o.err != nil {
		return o.err
	}
	r := &report{flags: f, lesson: l, data: d, outcome: o, out: out, stdout: stdout}
	return firstError(r.write(context.WithoutCancel(ctx)), ctx.Err())
}

// testSize says how many images there are to test on.
func (d *data) testSize() string { return command.Counted(d.test.Len(), "test image", "test images") }
