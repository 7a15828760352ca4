package cli

import (
	"context"
	"fmt"
	"io"

	"euryale/graph"
	"euryale/train"
)

// outcome is what became of one network.
type outcome struct {
	net     *graph.Network
	history *train.History
	test    train.Metrics
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
	if err := checkWritable(f.JSON); err != nil {
		return err
	}
	d, err := f.load(ctx, l, stdout, stderr)
	if err != nil {
		return err
	}
	out, err := f.trainAndTest(ctx, net, d, stdout)
	if err != nil {
		return err
	}
	var unsaved error
	if f.JSON != "" {
		unsaved = writeJSON(f.JSON, newResults(d, f, out))
	}
	if _, err := fmt.Fprintf(stdout, "[%.4f, %.4f]\n", out.test.Loss, out.test.Accuracy); err != nil {
		return err
	}
	return unsaved
}

// trainAndTest prints as it goes, unless quiet. It returns no outcome when training
// or testing did not come to its end.
func (f *flags) trainAndTest(ctx context.Context, net *graph.Network, d *data, stdout io.Writer) (*outcome, error) {
	fit, test := f.config(), f.config()
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
