package train

import (
	"fmt"
	"time"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Checkpoint is where training stands between two steps: all that the steps to come
// hang on, besides the data, the network's layers and the Config. From there, by
// Config.From, a Fit with the same of these comes to the same bits, in another
// process too: weights, History.State, and the metrics of the epoch that was under
// way.
//
// What callbacks know is theirs: see the State of EarlyStop and ReducePlateau.
type Checkpoint struct {
	Epoch   int   // the number of the one to go on with
	Samples int   // of its order, that were taken; 0 at its beginning
	Tally   Tally // of these

	Weights []*tensor.Dense // of the network, in the order of its Params
	State   OptimizerState  // with the network's Steps

	// Elapsed is the time of the epoch so far. Validate says that the validation
	// after the last step is still to come; Ended that nothing is left to do, as a
	// callback has ended training: a Fit from there takes no step.
	Elapsed         time.Duration
	Validate, Ended bool

	// History is of what was before, which a Fit's from here begins with; nil means
	// nothing. Those of a Folder have one.
	History *History

	// Seed, Batch and Accumulate are those of the Config, which a Fit that goes on
	// must have too, defaults filled in. A Batch of 0 says that they are not known.
	Seed              uint64
	Batch, Accumulate int
}

// Tally is the sums of an epoch's metrics so far.
type Tally struct {
	Samples int           // that count
	Loss    float64       // summed over them, as are those of the outputs
	Outputs []OutputTally // those with a loss
}

// OutputTally is the sums of one output.
type OutputTally struct {
	Loss    float64
	Counted int // samples, or pixels, that the loss counts
	Labels  int // that may be right or wrong
	Correct int // of these
}

// Checkpoint is where training stands at an event of it: EpochBegin, a BatchEnd that
// ended in a step, ValidationEnd, EpochEnd, and an End that comes of a callback or
// of the context rather than of another error. It is a copy. After an EarlyStop
// that restores there is nothing to go on with.
func (e Event) Checkpoint() (*Checkpoint, error) {
	switch {
	case e.Phase != Training || e.Network == nil || e.Optimizer == nil:
		return nil, errors.Errorf("checkpoint: want an event of training, got one of %v", e.Phase)
	case e.sum == nil:
		return nil, errors.New("checkpoint: want an epoch to have begun, got none")
	case e.pending:
		return nil, errors.New("checkpoint: want a BatchEnd that ended in a step, got one whose gradients wait for more, or for nothing")
	}
	c := &Checkpoint{Epoch: e.Epoch, Samples: e.Samples, Tally: e.sum.export(), Weights: cloneAll(values(e.Network.Params())), State: e.Optimizer.State()}
	c.State.NetworkSteps = e.Network.Steps()
	c.Elapsed, c.Validate, c.Ended = e.Elapsed, e.awaits, e.ended
	c.Seed, c.Batch, c.Accumulate = e.of.Seed, e.of.Batch, max(e.of.Accumulate, 1)
	if e.done {
		c.Epoch, c.Samples, c.Tally, c.Elapsed = e.Epoch+1, 0, Tally{}, 0
	}
	return c, nil
}

// export is the sums.
func (t *tally) export() Tally {
	if t.samples == 0 {
		return Tally{}
	}
	to := Tally{Samples: t.samples, Loss: t.loss}
	for _, s := range t.sums {
		to.Outputs = append(to.Outputs, OutputTally{Loss: s.loss, Counted: s.counted, Labels: s.labels, Correct: s.correct})
	}
	return to
}

// check reports what no Fit can go on from, whatever the network and the data.
func (c *Checkpoint) check(with Config) error {
	switch {
	case with.FirstEpoch != 0 || with.State != nil:
		return errors.New("train: want From, or FirstEpoch and State, got both")
	case c.Epoch < 1:
		return errors.Errorf("train: From: want an Epoch of at least 1, got %d", c.Epoch)
	case c.Samples < 0:
		return errors.Errorf("train: From: want Samples of at least 0, got %d", c.Samples)
	}
	return nil
}

// checkFrom reports a checkpoint that is not of this network, data and Config.
func (f *fitting) checkFrom() error {
	c := f.From
	if c == nil {
		return nil
	}
	if err := c.checkSteps(f.Config); err != nil {
		return err
	}
	if n := f.data.Len(); c.Samples > n || c.Samples < n && c.Samples%f.Batch != 0 {
		return errors.Errorf("train: From: want Samples that batches of %d end at, of %d samples, got %d", f.Batch, n, c.Samples)
	}
	if n := len(f.programs.scored); len(c.Tally.Outputs) != n && (c.Samples > 0 || len(c.Tally.Outputs) > 0) {
		return errors.Errorf("train: From: want a Tally of %d outputs with a loss, got %d", n, len(c.Tally.Outputs))
	}
	return errors.WithMessage(fits(c.Weights, f.net.Params()), "train: From")
}

// checkSteps reports a Config whose steps are on other samples than those of the
// run that the checkpoint is of.
func (c *Checkpoint) checkSteps(with Config) error {
	s := settings{of: "train: From"}
	if c.Batch != 0 {
		s.want(with.Seed == c.Seed, fmt.Sprintf("a Seed of %d, as the checkpoint's run has, or FirstEpoch and State instead", c.Seed), with.Seed)
		s.want(with.Batch == c.Batch, fmt.Sprintf("a Batch of %d, as the checkpoint's run has, or FirstEpoch and State instead", c.Batch), with.Batch)
		s.want(max(with.Accumulate, 1) == max(c.Accumulate, 1), fmt.Sprintf("Accumulate of %d, as the checkpoint's run has, or FirstEpoch and State instead", max(c.Accumulate, 1)), max(with.Accumulate, 1))
	}
	return s.err
}

// Checkpoints is a callback that hands out checkpoints, to be kept or written:
// at the end of each epoch, and after steps in between. Place it behind callbacks
// whose State is kept with it.
type Checkpoints struct {
	Every int // steps, in all the optimiser's steps; 0 means at the end of epochs only

	// Save is given the event and the checkpoint, which is its own. An error ends
	// training and is what Fit returns.
	Save func(e Event, c *Checkpoint) error
}

var _ Callback = Checkpoints{}

func (s Checkpoints) suits(Config) error {
	f := settings{of: "checkpoints"}
	f.want(s.Every >= 0, "Every of at least 1 step, or 0 for none", s.Every)
	f.want(s.Save != nil, "a Save", "nil")
	return f.err
}

// On looks at the ends of epochs, and of steps.
func (s Checkpoints) On(e Event) error {
	if e.Phase != Training || !s.due(e) {
		return nil
	}
	c, err := e.Checkpoint()
	if err != nil {
		return err
	}
	return errors.WithMessage(s.Save(e, c), "checkpoints")
}

// due says whether there is one at an event: behind the validation where a step has
// one, so that the callbacks have seen it.
func (s Checkpoints) due(e Event) bool {
	stepped := e.Kind == BatchEnd && e.Gradients != nil && !e.validates() || e.Kind == ValidationEnd
	return e.Kind == EpochEnd || s.Every > 0 && stepped && e.Step%s.Every == 0 && e.Samples < e.Total
}
