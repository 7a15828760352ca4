package cli

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/internal/decimal"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
)

// engineSpeed is how fast an engine is, in µs a sample, and how long an epoch
// of epochImages images is expected to take.
type engineSpeed struct {
	Engine       string  `json:"engine"`
	Training     float64 `json:"training_us_per_sample"`
	Inference    float64 `json:"inference_us_per_sample"`
	EpochSeconds float64 `json:"epoch_seconds"`
}

// epochImages is how many training images MNIST and Fashion-MNIST have.
const epochImages = 60_000

// engines is the third section.
func (c *checkup) engines(ctx context.Context) error {
	c.out.printf("\nNetwork %s, %s parameters, batches of %d\n", c.found.Network, decimal.Group(int64(c.found.Parameters)), c.found.Batch)
	c.out.printf("             training   inference   epoch of %s\n", decimal.Group(epochImages))
	c.out.printf("            µs/sample   µs/sample       s, expected\n")
	data, err := c.images(ctx)
	if err != nil {
		return err
	}
	for _, e := range []graph.Engine{graph.Gorgonia, graph.Fused} {
		s, err := c.speed(ctx, e, data)
		if err != nil {
			return errors.WithMessagef(err, "engine %v", e)
		}
		c.found.Engines = append(c.found.Engines, s)
		c.out.printf("  %-8s  %9.1f   %9.1f   %15.1f\n", s.Engine, s.Training, s.Inference, s.EpochSeconds)
	}
	return nil
}

// images are full batches of the lesson's built-in dataset, a few at least. They
// are made once.
func (c *checkup) images(ctx context.Context) (*loaders.Dataset, error) {
	if c.data != nil {
		return c.data, nil
	}
	n := max(4, c.effort.images/c.flags.Batch) * c.flags.Batch
	data, _, err := loaders.Load(ctx, c.lesson.BuiltIn, loaders.Options{Seed: c.flags.Seed, TrainSamples: n, TestSamples: 1})
	c.data = data
	return data, err
}

// speed trains a new network, and then tests it.
func (c *checkup) speed(ctx context.Context, e graph.Engine, data *loaders.Dataset) (engineSpeed, error) {
	s := engineSpeed{Engine: e.String()}
	net, err := nets.New(c.flags.Net, nets.Config{Seed: c.flags.Seed, Engine: e})
	if err != nil {
		return s, err
	}
	watch := &stopwatch{limit: c.effort.training}
	config := c.flags.config(data.Len())
	config.Epochs, config.Callbacks = math.MaxInt, []train.Callback{watch}
	if _, err = train.Fit(ctx, net, data, config); err != nil {
		return s, err
	}
	s.Training = watch.perSample(c.flags.Batch)

	watch = &stopwatch{limit: c.effort.inference}
	test := train.EvaluateConfig{Batch: c.flags.Batch, Callbacks: []train.Callback{watch}}
	for !watch.done() {
		watch.last = time.Time{} // each call compiles its program anew
		if _, err = train.Evaluate(ctx, net, data, test); err != nil {
			return s, err
		}
	}
	s.Inference = watch.perSample(c.flags.Batch)
	s.EpochSeconds = s.Training * epochImages / 1e6
	return s, nil
}

// stopwatch is a callback that times steps, from the end of one to the end of
// the next, and stops after the limit. The first step, which compiles the
// program, is not timed.
type stopwatch struct {
	limit time.Duration
	last  time.Time // when the step before ended; zero if there was none
	spent time.Duration

	span  time.Duration // since the last mean
	count int           // steps in it
	means []time.Duration
}

// On notes the time.
func (w *stopwatch) On(e train.Event) error {
	if e.Kind != train.BatchEnd {
		return nil
	}
	now := time.Now()
	if !w.last.IsZero() {
		w.step(now.Sub(w.last))
	}
	w.last = now
	if w.done() {
		return train.ErrStop
	}
	return nil
}

// step counts a step. The median of single steps would leave out what only some
// of them pay for, such as collecting garbage, and the mean of all is at the
// mercy of one stall: so there is a mean for each tenth of the time, and the
// median of these.
func (w *stopwatch) step(took time.Duration) {
	w.spent += took
	w.span += took
	w.count++
	if w.span >= w.limit/10 {
		w.means = append(w.means, w.span/time.Duration(w.count))
		w.span, w.count = 0, 0
	}
}

func (w *stopwatch) done() bool { return len(w.means) > 0 && w.spent >= w.limit }

// perSample is the median of the means, in µs a sample.
func (w *stopwatch) perSample(batch int) float64 {
	slices.Sort(w.means)
	return float64(w.means[len(w.means)/2].Nanoseconds()) / 1e3 / float64(batch)
}
