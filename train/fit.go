package train

import (
	"context"
	"math"
	"time"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// Fit trains the network's weights on data, whose images must have the
// network's input shape and whose classes its outputs.
//
// Cancelling ctx ends training after the current batch. The History holds the
// epochs that were completed, also when there is an error: the context's,
// a callback's, or that the loss is no longer a finite number. The weights then are
// as the last step left them.
func Fit(ctx context.Context, net *graph.Network, data *loaders.Dataset, c Config) (*History, error) {
	history := &History{}
	c, err := c.check(net, data)
	if err != nil {
		return history, err
	}
	step, err := c.Optimizer.Start(net.Params())
	if err != nil {
		return history, err
	}
	f := &fitting{
		Config: c, net: net, data: data, step: step, history: history,
		programs: newPrograms(net, graph.ProgramConfig{Mode: graph.Training, Loss: c.Loss}),
	}
	defer f.programs.close()
	return history, f.end(f.run(ctx))
}

// fitting is a call of Fit under way.
type fitting struct {
	Config
	net      *graph.Network
	data     *loaders.Dataset
	step     Step
	programs *programs
	history  *History
	event    Event // the last one
}

func (f *fitting) run(ctx context.Context) error {
	for epoch := 1; epoch <= f.Epochs; epoch++ {
		f.event = Event{Network: f.net, Epoch: epoch, Epochs: f.Epochs, Total: f.data.Len()}
		if err := ctx.Err(); err != nil { // before an epoch is announced
			return err
		}
		if stop, err := f.epoch(ctx); stop || err != nil {
			return err
		}
	}
	return nil
}

// end tells the callbacks that training is over, whatever the reason.
func (f *fitting) end(err error) error {
	f.event.Kind = End
	if _, e := tell(f.Callbacks, f.event); err == nil {
		err = e
	}
	return err
}

// epoch trains on all the data once.
func (f *fitting) epoch(ctx context.Context) (stop bool, err error) {
	start := time.Now()
	if stop, err := f.tell(EpochBegin, start); stop || err != nil {
		return stop, err
	}
	batches := f.data.Batches(loaders.BatchConfig{Size: f.Batch, Seed: f.Seed, Epoch: f.event.Epoch, NoShuffle: f.NoShuffle})
	defer batches.Close()
	var sum tally
	for b := batches.Next(); b != nil; b = batches.Next() {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		if err := f.batch(b, &sum); err != nil {
			return true, err
		}
		f.event.Samples, f.event.Metrics = sum.samples, sum.mean()
		if stop, err := f.tell(BatchEnd, start); stop || err != nil {
			return stop, err
		}
	}
	took := time.Since(start)
	if f.event.Validation, err = f.validate(ctx); err != nil {
		return true, err
	}
	f.history.Epochs = append(f.history.Epochs, Epoch{Metrics: sum.mean(), Validation: f.event.Validation, Elapsed: took})
	f.event.Kind, f.event.Elapsed = EpochEnd, took
	return tell(f.Callbacks, f.event)
}

// validate is the metrics of the validation data, nil if there is none.
func (f *fitting) validate(ctx context.Context) (*Metrics, error) {
	if f.Validation == nil {
		return nil, nil
	}
	m, err := Evaluate(ctx, f.net, f.Validation, Config{Batch: f.Batch, Loss: f.Loss})
	return &m, err
}

// batch takes one step on one batch.
func (f *fitting) batch(b *loaders.Batch, sum *tally) error {
	p, err := f.programs.run(b)
	if err == nil && !finite(p.Loss) {
		err = errors.Errorf("the loss is %v, so training has diverged: try a smaller learning rate than that of %v", p.Loss, f.Optimizer)
	}
	if err != nil {
		return errors.WithMessagef(err, "epoch %d, after %d samples", f.event.Epoch, sum.samples)
	}
	if err := f.step(p.Grads); err != nil {
		return err
	}
	return sum.add(p.Loss, p.Output, b.Labels)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func (f *fitting) tell(k Kind, start time.Time) (stop bool, err error) {
	f.event.Kind, f.event.Elapsed = k, time.Since(start)
	return tell(f.Callbacks, f.event)
}
