package cli

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/train"
	"euryale/train/pictures"
)

// rangeTest is what findlr is asked for.
type rangeTest struct {
	*flags
	test train.RangeTest
}

// found is what --json writes.
type found struct {
	Dataset   string `json:"dataset"`
	InsteadOf string `json:"instead_of,omitempty"` // the dataset that could not be had
	Network   string `json:"network"`
	Optimizer string `json:"optimizer"`
	Batch     int    `json:"batch"`
	Seed      uint64 `json:"seed"`
	*train.RateRange
}

// findRateCommand runs a learning-rate range test.
func findRateCommand(l Lesson, f *flags) *cobra.Command {
	r := &rangeTest{flags: f}
	cmd := &cobra.Command{
		Use:   "findlr",
		Short: "Propose a learning rate, for --lr",
		Long: "Propose a learning rate: train at one that rises from step to step, and find\n" +
			"where the loss falls fastest (the learning-rate range test, Smith 2015).",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.run(cmd.Context(), l, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	command.Group(cmd.Flags(), "Network", func(p *pflag.FlagSet) { f.addNet(p, "see 'help summary'") })
	command.Group(cmd.Flags(), "Test", func(p *pflag.FlagSet) {
		p.Float64Var(&r.test.Low, "low", 1e-7, "begin at learning `RATE`")
		p.Float64Var(&r.test.High, "high", 10, "end at learning `RATE`, or where the loss is 4 times its least")
		p.IntVar(&r.test.Steps, "steps", 100, "take `N` steps from one to the other")
	})
	command.Group(cmd.Flags(), "Training", func(p *pflag.FlagSet) {
		f.addBatch(p)
		f.addSeed(p)
		f.addEngine(p)
		f.addBatches(p)
	})
	command.Group(cmd.Flags(), "Optimiser", f.addOptimizer)
	command.Group(cmd.Flags(), "Data", func(p *pflag.FlagSet) {
		f.addData(p, l)
		f.addTrainSamples(p)
	})
	command.Group(cmd.Flags(), "Output", func(p *pflag.FlagSet) {
		f.addQuiet(p)
		f.addJSON(p, "the losses")
		p.StringVar(&f.Pictures, "pictures", "", "draw the loss by the rate in `DIR`")
		f.addForce(p)
	})
	return cmd
}

// rateNames are the files of --pictures.
var rateNames = []string{"rates.png", "rates.svg"}

func (r *rangeTest) run(ctx context.Context, l Lesson, stdout, stderr io.Writer) error {
	net, err := r.prepare()
	if err != nil {
		return err
	}
	out := r.told(stdout, stderr)
	d, err := r.load(ctx, l, out, stderr)
	if err != nil {
		return err
	}
	c := r.config(d.train.Len())
	c.Loss, c.Log = d.loss, stderr
	rates, err := train.FindRate(ctx, net, d.train, c, r.test)
	if err != nil {
		return err
	}
	if !r.Quiet {
		if _, err := fmt.Fprint(out, rates.Table()); err != nil {
			return err
		}
	}
	if err := r.save(l, net, d, rates, out, stdout); err != nil {
		return err
	}
	if rates.Steepest == 0 {
		return errors.Errorf("%v: try others with --low and --high, or more --steps", rates)
	}
	line := rates.String()
	if d.missing != nil {
		line += "; on " + d.called()
	}
	_, err = fmt.Fprintln(out, line)
	return err
}

// prepare makes the network, and reports what is wrong with the command line, or
// cannot be written.
func (r *rangeTest) prepare() (*graph.Network, error) {
	if err := r.checkTraining(); err != nil {
		return nil, err
	}
	for _, flag := range []struct {
		name, want string
		ok         bool
		got        any
	}{
		{"--low", "a number above 0", r.test.Low > 0 && !math.IsInf(r.test.Low, 0), r.test.Low},
		{"--high", "a number above --low", r.test.High > r.test.Low && !math.IsInf(r.test.High, 0), r.test.High},
		{"--steps", "at least 10", r.test.Steps >= 10, r.test.Steps},
	} {
		if !flag.ok {
			return nil, command.Usagef("%s: want %s, got %v", flag.name, flag.want, flag.got)
		}
	}
	if r.set.Changed("force") && r.JSON == "" && r.Pictures == "" {
		return nil, command.Usagef("--force: want --json or --pictures too")
	}
	net, err := r.network("--net", r.Net)
	if err != nil {
		return nil, err
	}
	return net, r.checkFiles()
}

func (r *rangeTest) checkFiles() error {
	files := []file{r.jsonFile(), {"--pictures", r.Pictures}}
	if err := checkDash(files[1:]); err != nil {
		return err
	}
	for _, name := range rateNames {
		if r.Pictures != "" {
			files = append(files, r.pictureFile(name))
		}
	}
	if err := checkApart(files); err != nil {
		return err
	}
	if err := r.checkJSON(); err != nil || r.Pictures == "" {
		return err
	}
	if err := checkFolder(r.Pictures); err != nil {
		return errors.WithMessage(err, "--pictures")
	}
	for _, file := range files[2:] {
		if err := file.checkFree(r.Force); err != nil {
			return err
		}
	}
	return nil
}

// save writes what --json and --pictures ask for.
func (r *rangeTest) save(l Lesson, net *graph.Network, d *data, rates *train.RateRange, out, stdout io.Writer) error {
	if r.JSON != "" {
		all := found{Dataset: d.name, Network: net.Config().Name, Optimizer: r.Optimizer, Batch: r.Batch, Seed: r.Seed, RateRange: rates}
		if d.missing != nil {
			all.InsteadOf = l.Dataset
		}
		if err := r.saveJSON(all, out, stdout); err != nil {
			return err
		}
	}
	if r.Pictures == "" {
		return nil
	}
	img, err := pictures.RateRange(rates)
	if err != nil {
		return errors.WithMessage(err, "--pictures")
	}
	if err := os.MkdirAll(r.Pictures, 0o755); err != nil {
		return errors.Wrap(err, "--pictures")
	}
	if err := r.savePicture(rateNames[0], img, out); err != nil {
		return err
	}
	return r.pictureFile(rateNames[1]).write([]byte(rates.SVG()), r.Force, r.listener(out))
}
