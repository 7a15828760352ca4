package cli

import (
	"context"
	"fmt"
	"io"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train"
)

// outcome is what became of one network.
type outcome struct {
	net     *graph.Network
	history *train.History
	test    train.Metrics
	outputs [][]float32 // see predict
}

// trainCommand is the root command: train, test, report.
func trainCommand(ctx context.Context, l Lesson, f *flags, stdout, stderr io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	net, err := f.network("--net", f.Net) // before the data: a wrong name should not cost a download
	if err != nil {
		return err
	}
	if err := f.checkFiles(net); err != nil {
		return err
	}
	d, err := f.load(ctx, l, stdout, stderr)
	if err != nil {
		return err
	}
	if f.draws() {
		if _, err := f.imagesToSee(d.test); err != nil {
			return err
		}
	}
	out, err := f.trainAndTest(ctx, net, d, stdout)
	if err != nil {
		return err
	}
	unsaved := f.save(ctx, l, d, out, stdout)
	if err := f.printChart(out.history, stdout); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(stdout, "[%.4f, %.4f]\n", out.test.Loss, out.test.Accuracy); err != nil {
		return err
	}
	return unsaved
}

// checkFiles reports, before hours of training, what cannot be written.
func (f *flags) checkFiles(net *graph.Network) error {
	if err := checkWritable(f.JSON); err != nil {
		return err
	}
	if err := f.checkPage(); err != nil {
		return err
	}
	return f.checkPictures(net)
}

// save writes all that can be written, and returns the first error.
func (f *flags) save(ctx context.Context, l Lesson, d *data, out *outcome, stdout io.Writer) error {
	var unsaved error
	if f.JSON != "" {
		unsaved = writeJSON(f.JSON, newResults(d, f, out))
	}
	if err := f.drawPictures(ctx, out, d.test, stdout); unsaved == nil {
		unsaved = err
	}
	if err := f.writePage(ctx, l, d, out, stdout); unsaved == nil {
		unsaved = err
	}
	return unsaved
}

// draws says whether the run is to end in pictures.
func (f *flags) draws() bool { return f.Pictures != "" || f.Page != "" }

// trainAndTest prints as it goes, unless quiet. It returns no outcome when training
// or testing did not come to its end.
func (f *flags) trainAndTest(ctx context.Context, net *graph.Network, d *data, stdout io.Writer) (*outcome, error) {
	fit, test := f.config(), f.config()
	if f.draws() || f.Chart { // which show it
		fit.Validation = d.test
	}
	if !f.Quiet {
		fmt.Fprint(stdout, net.Report())
		fit.Callbacks = append(fit.Callbacks, train.NewProgress(stdout))
		test.Callbacks = append(test.Callbacks, train.NewProgress(stdout))
	}
	if f.StopAt > 0 {
		stop := train.StopAt{Accuracy: f.StopAt, W: stdout}
		if f.Quiet {
			stop.W = nil
		}
		fit.Callbacks = append(fit.Callbacks, stop)
	}
	history, err := train.Fit(ctx, net, d.train, fit)
	if err != nil {
		return nil, err
	}
	metrics, err := train.Evaluate(ctx, net, d.test, test)
	if err != nil {
		return nil, err
	}
	return &outcome{net: net, history: history, test: metrics}, nil
}

// predict is the network's output for each test image. It computes them once.
func (o *outcome) predict(ctx context.Context, f *flags, test *loaders.Dataset) (_ [][]float32, err error) {
	if o.outputs == nil {
		o.outputs, err = train.Predict(ctx, o.net, test, train.Config{Batch: f.Batch})
	}
	return o.outputs, err
}
