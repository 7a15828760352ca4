package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/pkg/errors"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/loaders"
	"euryale/train"
)

// trainCommand is the root command: train, test, report.
func trainCommand(ctx context.Context, l Lesson, f *flags, stdout, stderr io.Writer) error {
	net, err := f.prepare(l) // before the data: a mistake should not cost a download
	if err != nil {
		return err
	}
	out := f.told(stdout, stderr)
	d, o, err := f.run(ctx, l, net, out, stderr)
	if err != nil {
		return err
	}
	if !f.writes() {
		return firstError(o.err, ctx.Err())
	}
	// What there is gets written, whatever has ended the run.
	r := &report{flags: f, lesson: l, data: d, outcome: o, out: out, stdout: stdout}
	unsaved := r.write(context.WithoutCancel(ctx))
	if unsaved != nil && o.err != nil && unsaved.Error() != o.err.Error() && !command.ReaderGone(unsaved) {
		fmt.Fprintf(stderr, "%s: %v\n", l.Name, unsaved)
	}
	if missing := r.missing(); missing != "" {
		fmt.Fprintf(stderr, "%s: %s\n", l.Name, missing)
	}
	return firstError(o.err, unsaved, ctx.Err())
}

// run trains on what it finds. An interrupt before there is a dataset is an
// outcome, too, of which there is little to tell.
func (f *flags) run(ctx context.Context, l Lesson, net *graph.Network, out, stderr io.Writer) (*data, *outcome, error) {
	d, err := f.load(ctx, l, (*data).sizes, out, stderr)
	if cancelled(ctx, err) {
		nothing := &data{name: cmp.Or(f.Dataset, l.Dataset, nameOf(f.Dir)), train: &loaders.Dataset{}, test: &loaders.Dataset{}}
		return nothing, &outcome{net: net, history: &train.History{}, epochs: f.Epochs, interrupted: true, err: err}, nil
	}
	if err == nil && f.draws() {
		_, err = f.imagesToSee(d.test)
	}
	if err == nil {
		net, err = f.fitToData(l, net, d, out)
	}
	if err == nil {
		net, err = f.adapt(net, d, out)
	}
	if err == nil {
		err = f.describe(l, net, d)
	}
	if err != nil {
		return nil, nil, err
	}
	return d, f.trainAndTest(ctx, net, d, out, stderr), nil
}

// fitToData settles what is to be chosen by the data, makes the network for its images
// and its classes, and says how they are shown to it.
func (f *flags) fitToData(l Lesson, net *graph.Network, d *data, out io.Writer) (*graph.Network, error) {
	if l.Own {
		if err := f.settle(d, out); err != nil {
			return nil, err
		}
	}
	suited, err := f.suited(net, "--net", f.Net, d)
	if err == nil && suited != net {
		err = f.checkFiles(suited) // some hang on its layers
	}
	if err != nil {
		return nil, err
	}
	return suited, f.see(d, out)
}

// cancelled says whether err is that ctx has ended, or that of another rank.
func cancelled(ctx context.Context, err error) bool {
	return errors.Is(err, context.Canceled) || err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err())
}

// firstError is the first that is one.
func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// prepare makes the network, and reports, before hours of training, what is
// wrong with the command line and what cannot be written.
func (f *flags) prepare(l Lesson) (*graph.Network, error) {
	err := f.checkAlone()
	if err == nil {
		err = f.readConfig()
	}
	if err != nil {
		return nil, err
	}
	if err := f.checkTraining(); err != nil {
		return nil, err
	}
	if err := f.checkEffect(f.set); err != nil {
		return nil, err
	}
	net, err := f.begun(l)
	if err != nil {
		return nil, err
	}
	if err := f.findMine(); err != nil {
		return nil, err
	}
	return net, f.checkFiles(net)
}

// told is where the user is told how it goes: not on the standard output where
// that is the file of --json.
func (f *flags) told(stdout, stderr io.Writer) io.Writer {
	if f.JSON == standardOutput {
		return stderr
	}
	return stdout
}

// outcome is what became of one network.
type outcome struct {
	net         *graph.Network
	history     *train.History
	epochs      int            // that were to be
	test        *train.Metrics // nil if it was not tested
	interrupted bool           // before training came to its end
	failed      bool           // training did, before its end
	spoiled     bool           // the error is of the weights, which are worth nothing
	err         error          // what ended it before testing did; nil if nothing did
	predictions [][]float32    // the outputs for each test image; nil if it was not tested
	counted     *train.Scores  // see scores
}

// trainAndTest prints as it goes, unless quiet. Where training is interrupted, or
// ended by what is no fault of the weights, such as a full disk, it tests what was
// trained in the epochs that were finished, if any were.
func (f *flags) trainAndTest(ctx context.Context, net *graph.Network, d *data, out, stderr io.Writer) *outcome {
	o := &outcome{net: net, epochs: f.Epochs}
	o.history, o.err = f.fit(ctx, net, d, out, stderr)
	o.interrupted = cancelled(ctx, o.err)
	o.failed = o.err != nil && !o.interrupted
	o.spoiled = o.failed && !sound(net, o.err)
	switch {
	case o.err == nil:
	case o.spoiled || len(o.history.Epochs) == 0:
		return o
	case !f.Quiet && o.interrupted:
		fmt.Fprintln(stderr, "Ending: what was trained is tested, and what was asked for written. A second interrupt ends at once.")
	}
	// From here it takes little, and to break off would lose what took long.
	untested := f.evaluate(context.WithoutCancel(ctx), o, d, out)
	if o.interrupted {
		o.err = firstError(untested, o.err)
	} else {
		o.err = firstError(o.err, untested)
	}
	return o
}

// sound says whether the weights are, for all that is known, of use in spite of the
// error that ended training.
func sound(net *graph.Network, err error) bool {
	var diverged interface{ Diverged() bool }
	if errors.As(err, &diverged) {
		return false
	}
	for _, p := range net.Params() {
		switch x := p.Value.Data().(type) {
		case []float32:
			if slices.ContainsFunc(x, func(v float32) bool { return v-v != 0 }) {
				return false
			}
		case []float64:
			if slices.ContainsFunc(x, func(v float64) bool { return v-v != 0 }) {
				return false
			}
		}
	}
	return true
}

// fit trains.
func (f *flags) fit(ctx context.Context, net *graph.Network, d *data, out, stderr io.Writer) (*train.History, error) {
	c := f.config(d.train.Len())
	c.Loss = d.loss
	if f.Load != "" {
		c.Log = io.Discard // which tells of what is odd in new networks
	}
	switch {
	case d.validation != nil:
		c.Validation = d.shown(d.validation)
	case f.draws() || f.Chart || f.JSON != "": // which show it
		c.Validation = d.shown(d.test)
	}
	if !f.Quiet {
		report := net.Report()
		report.Width = command.Width(out)
		fmt.Fprint(out, report)
		c.Callbacks = append(c.Callbacks, train.NewProgress(out))
	}
	if f.StopAt > 0 {
		c.Callbacks = append(c.Callbacks, train.StopAt{Accuracy: f.StopAt, W: f.listener(out)})
	}
	if f.Patience > 0 {
		c.Callbacks = append(c.Callbacks, &train.EarlyStop{Patience: f.Patience, RestoreBest: true, W: f.listener(out)})
	}
	logs, err := f.openLogs(ctx, net, d)
	if err != nil {
		return &train.History{}, err
	}
	c.Callbacks = append(c.Callbacks, logs.callbacks...)
	folder, c, err := f.keep(net, d, c, out, stderr)
	history := &train.History{}
	if err == nil {
		history, err = train.Fit(ctx, net, d.training(), c)
	}
	if cancelled(ctx, err) {
		f.sayHowToGoOn(folder, stderr)
	}
	err = firstError(err, logs.close(f.listener(out)))
	if f.EMA > 0 && len(history.Epochs) > 0 {
		err = firstError(err, history.State.UseAverage(net))
	}
	return history, err
}

// evaluate tests, and keeps what the network makes of each image. That nothing can be
// printed is no reason not to: the result may be for a file.
func (f *flags) evaluate(ctx context.Context, o *outcome, d *data, out io.Writer) error {
	var outputs [][][]float32
	c := train.EvaluateConfig{Batch: f.Batch, Loss: d.loss, Outputs: &outputs, Group: f.group}
	if !f.Quiet {
		p := train.NewProgress(out)
		c.Callbacks = []train.Callback{train.CallbackFunc(func(e train.Event) error {
			p.On(e)
			return nil
		})}
	}
	metrics, err := train.Evaluate(ctx, o.net, d.shown(d.test), c)
	if err != nil {
		return err
	}
	o.test, o.predictions = &metrics, outputs[0]
	return nil
}

// scores are those of the network on the test images, counted once.
func (o *outcome) scores(test *loaders.Dataset) (_ *train.Scores, err error) {
	if o.counted == nil {
		o.counted, err = train.NewScores(test.Classes, test.Labels, o.predictions)
	}
	return o.counted, err
}

// early says how far a training came that was interrupted or broken off; "" if it
// came to its end.
func (o *outcome) early() string {
	switch n := len(o.history.Epochs); {
	case o.interrupted:
		return fmt.Sprintf("interrupted after %d of %s", n, command.Counted(o.epochs, "epoch", "epochs"))
	case o.failed:
		return fmt.Sprintf("broken off after %d of %s", n, command.Counted(o.epochs, "epoch", "epochs"))
	}
	return ""
}
