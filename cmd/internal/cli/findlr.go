package cli

import (
	"context"
	"encoding/json"
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

	Flags       map[string]json.RawMessage `json:"flags"`
	Interrupted bool                       `json:"interrupted"` // before the test came to its end
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
	command.Group(cmd.Flags(), "Network", func(p *pflag.FlagSet) { f.addNet(p, l, "see 'help summary'") })
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
		f.addSeen(p)
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
	net, err := r.prepare(l)
	if err != nil {
		return err
	}
	out := r.told(stdout, stderr)
	d, err := r.load(ctx, l, (*data).trainingSize, out, stderr)
	if err != nil {
		return err
	}
	if net, err = r.suitedTo(l, net, d, out); err != nil {
		return err
	}
	rates, failed := r.find(ctx, net, d, out, stderr)
	if rates == nil {
		return failed
	}
	if !r.Quiet {
		if _, err := fmt.Fprint(out, rates.Table()); err != nil {
			return err
		}
	}
	all, err := r.found(l, net, d, rates, failed != nil)
	if err == nil {
		err = r.save(all, out, stdout)
	}
	if err != nil {
		return err
	}
	return firstError(r.propose(all, d, out), failed)
}

// find runs the test. An interrupt leaves what there was by then, and its error.
func (r *rangeTest) find(ctx context.Context, net *graph.Network, d *data, out, stderr io.Writer) (*train.RateRange, error) {
	c := r.config(d.train.Len())
	c.Loss, c.Log = d.loss, stderr
	p := &stepLine{w: out, of: r.test.Steps}
	if !r.Quiet && command.Terminal(out) {
		r.test.OnStep = p.step
	}
	defer p.clear()
	return train.FindRate(ctx, net, d.training(), c, r.test)
}

// suitedTo is the network for the data, which it sees as the flags say.
func (r *rangeTest) suitedTo(l Lesson, net *graph.Network, d *data, out io.Writer) (*graph.Network, error) {
	if l.Own && r.Net == "" {
		r.Net, _ = netFor(d.train)
	}
	net, err := r.suited(net, "--net", r.Net, d)
	if err != nil {
		return nil, err
	}
	return net, r.see(d, out)
}

// propose prints the closing line. An interrupted test need not have come to a
// rate; of another that is an error.
func (r *rangeTest) propose(all *found, d *data, out io.Writer) error {
	if all.Steepest == 0 && !all.Interrupted {
		return errors.Errorf("%v: try others with --low and --high, or more --steps", all.RateRange)
	}
	line := all.RateRange.String()
	if d.missing != nil {
		line += "; on " + d.called()
	}
	if all.Interrupted {
		line += fmt.Sprintf(", interrupted after %d of %s", len(all.Points), command.Counted(r.test.Steps, "step", "steps"))
	}
	_, err := fmt.Fprintln(out, line)
	return err
}

// prepare makes the network, and reports what is wrong with the command line, or
// cannot be written.
func (r *rangeTest) prepare(l Lesson) (*graph.Network, error) {
	if err := r.checkTraining(); err != nil {
		return nil, err
	}
	if err := wantAll([]demand{
		{"--low", "a number above 0", r.test.Low > 0 && !math.IsInf(r.test.Low, 0), r.test.Low},
		{"--high", "a number above --low", r.test.High > r.test.Low && !math.IsInf(r.test.High, 0), r.test.High},
		{"--steps", "at least 10", r.test.Steps >= 10, r.test.Steps},
	}); err != nil {
		return nil, err
	}
	if r.set.Changed("force") && r.JSON == "" && r.Pictures == "" {
		return nil, command.Usagef("--force: want --json or --pictures too")
	}
	net, err := l.provisionalNet(r.flags)
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

// found is what there is to write.
func (r *rangeTest) found(l Lesson, net *graph.Network, d *data, rates *train.RateRange, interrupted bool) (*found, error) {
	all := &found{
		Dataset: d.name, Network: net.Config().Name, Optimizer: r.Optimizer, Batch: r.Batch, Seed: r.Seed,
		Interrupted: interrupted, RateRange: rates,
	}
	if d.missing != nil {
		all.InsteadOf = l.Dataset
	}
	var err error
	all.Flags, err = r.settingsFound(d)
	return all, err
}

// settingsFound are the flags by which the rates were found.
func (r *rangeTest) settingsFound(d *data) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(r.flags.found(d))
	if err != nil {
		return nil, errors.WithStack(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, errors.WithStack(err)
	}
	for key := range all { // the flags of training that the test has none of
		if r.set.Lookup(flagOf(key)) == nil {
			delete(all, key)
		}
	}
	for key, v := range map[string]any{"low": r.test.Low, "high": r.test.High, "steps": r.test.Steps} {
		if all[key], err = json.Marshal(v); err != nil {
			return nil, errors.WithStack(err)
		}
	}
	return all, nil
}

// save writes what --json and --pictures ask for.
func (r *rangeTest) save(all *found, out, stdout io.Writer) error {
	if r.JSON != "" {
		if err := r.saveJSON(all, out, stdout); err != nil {
			return err
		}
	}
	if r.Pictures == "" {
		return nil
	}
	img, err := pictures.RateRange(all.RateRange)
	if err != nil {
		return errors.WithMessage(err, "--pictures")
	}
	if err := os.MkdirAll(r.Pictures, 0o755); err != nil {
		return errors.Wrap(err, "--pictures")
	}
	if err := r.savePicture(rateNames[0], img, out); err != nil {
		return err
	}
	return r.pictureFile(rateNames[1]).write([]byte(all.SVG()), r.Force, r.listener(out))
}
