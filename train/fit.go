package train

import (
	"context"
	"slices"
	"time"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
)

// Fit trains the network's weights on data: a [loaders.Dataset], whose images
// must have the network's input shape and whose classes its outputs, or a
// [loaders.Source] of one's own, which is asked for its first sample before
// training begins, to see whether it fits.
//
// Cancelling ctx ends training after the current batch. The History holds the
// epochs that were completed, also when there is an error: the context's,
// a callback's, the source's, or that the loss or a weight is no longer a
// finite number. The weights, and the History's State with them, then are as
// the last step left them.
//
// To go on, give Config.FirstEpoch and Config.State: a loop of Fits of one
// epoch each is one long Fit, bit for bit, also where a layer draws at random,
// on a network of the same graph.Config.Seed.
// Config.From goes on from a Checkpoint instead, in the middle of an epoch too.
// Without them each Fit takes the samples in the first epoch's order, begins with
// the optimiser anew, and sets the network's Steps to 0.
//
// Fits of different networks may run side by side. They share the processor's
// cores loop by loop, so that each is slower than alone.
func Fit(ctx context.Context, net *graph.Network, data loaders.Source, c Config) (_ *History, err error) {
	history := &History{}
	group, err := checkGroup(c.Group)
	if err != nil {
		return history, err
	}
	defer abort(group, &err)
	if c, err = c.shareFrom(group, net); err != nil {
		return history, err
	}
	if c, err = c.withDefaults(); err != nil {
		return history, err
	}
	f := &fitting{Config: c, net: net, data: data, history: history, programs: newPrograms(net, c.Loss)}
	f.programs.group = c.Group
	f.remember()
	defer f.programs.close()
	if err := f.prepare(ctx); err != nil {
		return history, err
	}
	err = f.end(ctx, f.run(ctx))
	if err == nil {
		err = shareWeights(c.Group, net) // as callbacks have left them
	}
	history.State = f.stepper.State()
	history.State.NetworkSteps = net.Steps()
	return history, err
}

// fitting is a call of Fit under way.
type fitting struct {
	Config
	net      *graph.Network
	data     loaders.Source
	programs *programs
	stepper  Stepper
	average  *averaging // behind stepper; nil without Config.Average
	sums     accumulated
	history  *History
	begun    int     // steps taken before this Fit
	steps    int     // taken by it
	rate     float64 // of the last of them
	batch    int     // of the epoch, from 1
	looked   bool    // at the first batch, before its step
	event    Event   // the last one
}

// prepare does all that may fail before the first epoch is announced.
func (f *fitting) prepare(ctx context.Context) error {
	if err := f.programs.prepare(ctx, graph.Training, f.data, f.Batch); err != nil {
		return err
	}
	if f.Validation != nil {
		if err := f.programs.prepare(ctx, graph.Inference, f.Validation, f.Batch); err != nil {
			return errors.WithMessage(err, "validation")
		}
	}
	if err := f.programs.checkAccumulate(f.Accumulate); err != nil {
		return err
	}
	if err := f.checkFrom(); err != nil {
		return err
	}
	if err := f.startOptimizer(); err != nil {
		return err
	}
	if f.Group != nil {
		if err := compareRanks(f.Group, f.fingerprint()); err != nil {
			return err
		}
	}
	return f.preflight()
}

func (f *fitting) startOptimizer() (err error) {
	trained := f.net.Params(graph.Trained)
	if len(trained) == 0 {
		return errors.New("train: want a network with weights to train, got one that has none, or none that is not frozen")
	}
	if f.stepper, err = f.Optimizer.Start(trained); err != nil {
		return err
	}
	if s, ok := f.stepper.(*stepping); ok {
		if err := s.checkNoDecay(f.net.Params()); err != nil {
			return err
		}
	}
	if f.Average != (EMA{}) {
		f.average = newAveraging(f.stepper, f.Average, trained)
		f.stepper = f.average
	}
	f.stepper = f.Clip.clipped(f.stepper)
	if f.Group != nil {
		f.stepper = &scaling{Stepper: f.stepper}
	}
	f.sums.every = f.Accumulate
	if f.State == nil {
		f.net.SetSteps(0)
		return nil
	}
	if err := f.stepper.SetState(*f.State); err != nil {
		return errors.WithMessage(err, "train: State")
	}
	f.begun = f.State.Steps
	f.net.SetSteps(f.State.NetworkSteps)
	if f.From != nil {
		setParams(f.net.Params(), f.From.Weights)
	}
	return nil
}

func (f *fitting) run(ctx context.Context) error {
	last := f.FirstEpoch - 1 + f.Epochs
	f.event = Event{Network: f.net, Optimizer: f.stepper, Phase: Training, Epochs: last, Total: f.data.Len(), of: f}
	if f.From != nil && f.From.Ended {
		return nil
	}
	for i := range f.Epochs {
		if err := over(ctx, f.Group, &f.event); err != nil { // before an epoch is announced
			return err
		}
		if stop, err := f.epoch(ctx, f.FirstEpoch+i); stop || err != nil {
			return err
		}
	}
	return nil
}

// end tells the callbacks that training is over, whatever the reason; first those
// that keep where it stands, before others put back what was best.
func (f *fitting) end(ctx context.Context, err error) error {
	f.event.Kind = End
	if err == nil || interrupted(ctx, f.Group, err) {
		for _, c := range callbacksOf(f.Group, f.Callbacks) {
			if k, ok := c.(interface{ ending(Event) error }); ok {
				if failed := k.ending(f.event); failed != nil {
					err = failed
				}
			}
		}
	}
	if _, e := tell(callbacksOf(f.Group, f.Callbacks), &f.event); err == nil {
		err = e
	}
	return err
}

// remember begins the History with what was before.
func (f *fitting) remember() {
	if f.From == nil || f.From.History == nil {
		return
	}
	f.history.Epochs = slices.Clone(f.From.History.Epochs)
	f.history.Validations = slices.Clone(f.From.History.Validations)
}

// epoch trains on all the data once, or on what a checkpoint has left of it.
func (f *fitting) epoch(ctx context.Context, number int) (stop bool, err error) {
	p := f.pass(number)
	defer func() { f.event = p.event }()
	if stop, err := p.tell(ctx, EpochBegin); stop || err != nil {
		return stop, err
	}
	if p.event.awaits { // as where the checkpoint is
		if stop, err := f.validateStep(ctx, p); stop || err != nil {
			return stop, err
		}
	}
	if stop, err = p.run(ctx); err == nil {
		err = errors.WithMessage(f.diverged(), p.where())
	}
	if stop || err != nil {
		return true, err
	}
	took := time.Since(p.start)
	if p.event.Validation, err = f.validate(ctx); err != nil {
		return true, errors.WithMessagef(err, "epoch %d, validation", number)
	}
	f.history.Epochs = append(f.history.Epochs, Epoch{Metrics: p.event.Metrics, Validation: p.event.Validation, Elapsed: took})
	p.event.Kind, p.event.Elapsed, p.event.done = EpochEnd, took, true
	return tellRanks(ctx, f.Group, f.Callbacks, &p.event)
}

// pass is the way through the data that an epoch takes.
func (f *fitting) pass(number int) *pass {
	sum, skip := f.programs.tally(), 0
	var took time.Duration
	var awaits bool
	if f.From != nil && number == f.From.Epoch {
		skip, took, awaits = f.From.Samples, f.From.Elapsed, f.From.Validate
		sum.restore(f.From.Tally)
	}
	f.batch = skip / f.Batch
	p := &pass{
		source:    f.data,
		batches:   loaders.BatchConfig{Size: f.Batch, Seed: f.Seed, Epoch: number, NoShuffle: f.NoShuffle, Skip: skip},
		callbacks: f.Callbacks,
		group:     f.Group,
		start:     time.Now().Add(-took),
		event: Event{
			Network: f.net, Optimizer: f.stepper, Phase: Training,
			Epoch: number, Epochs: f.event.Epochs, Samples: skip, Total: f.event.Total, Step: f.begun + f.steps, Metrics: sum.mean(),
			of: f, every: f.ValidateEvery, sum: sum, awaits: awaits,
		},
	}
	p.use = func(b *loaders.Batch) (Metrics, error) {
		last := p.event.Samples+wholeOf(b) >= p.event.Total
		grads, err := f.step(b, sum, last)
		p.event.Gradients, p.event.Step = grads, f.begun+f.steps
		p.event.pending = grads == nil
		seen := p.event
		seen.Samples += wholeOf(b)
		p.event.awaits = grads != nil && seen.validates()
		return sum.mean(), err
	}
	if f.ValidateEvery > 0 {
		p.after = func(ctx context.Context) (bool, error) { return f.validateStep(ctx, p) }
	}
	return p
}

// validateStep validates after a step, if it is one to validate after. The time it
// takes is not the epoch's.
func (f *fitting) validateStep(ctx context.Context, p *pass) (stop bool, err error) {
	e := &p.event
	if e.pending || !e.validates() {
		return false, nil
	}
	begun := time.Now()
	if e.Validation, err = f.validate(ctx); err != nil {
		return true, errors.WithMessage(err, p.where()+", validation")
	}
	e.awaits = false
	p.start = p.start.Add(time.Since(begun))
	at := float64(len(f.history.Epochs)) + float64(e.Samples)/float64(e.Total)
	f.history.Validations = append(f.history.Validations, StepValidation{Epoch: e.Epoch, Step: e.Step, At: at, Metrics: *e.Validation})
	stop, err = p.tell(ctx, ValidationEnd)
	e.Validation = nil
	return stop, err
}

// validates says whether there is a ValidationEnd behind a step.
func (e *Event) validates() bool {
	return e.every > 0 && e.Step%e.every == 0 && e.Samples < e.Total
}

// validate is the metrics of the validation data, by the averages of the
// weights if there are any, nil if there is no such data.
func (f *fitting) validate(ctx context.Context) (*Metrics, error) {
	if f.Validation == nil {
		return nil, nil
	}
	if f.average != nil {
		swap(f.average.params, f.average.averages)
		defer swap(f.average.params, f.average.averages)
	}
	m, err := f.programs.evaluate(ctx, f.Validation, f.Batch, nil)
	return &m, err
}

// step takes one step on one batch, or adds it to those that a step is taken on;
// last says that it is the epoch's. It returns the gradients of a step taken.
func (f *fitting) step(b *loaders.Batch, sum *tally, last bool) ([]*tensor.Dense, error) {
	p, err := f.forward(b)
	if err != nil || !finite(p.Loss) {
		return nil, f.explain(p, b, err)
	}
	counts, err := sum.count(p, b)
	if err != nil {
		return nil, err
	}
	grads := f.sums.add(p.Grads, counts.all, last)
	if grads != nil {
		f.rate = f.stepper.Rate()
		if err := f.stepper.Step(grads); err != nil {
			return nil, err
		}
		f.steps++
		if err := f.verify(); err != nil {
			return nil, err
		}
	}
	sum.addCounts(p, counts)
	return grads, nil
}

// forward runs the program on a batch, and looks at the first one.
func (f *fitting) forward(b *loaders.Batch) (*graph.Program, error) {
	f.batch++
	first := !f.looked
	said, err := f.look(b)
	if err != nil {
		return nil, err
	}
	p, err := f.programs.run(graph.Training, b)
	if err != nil || !finite(p.Loss) || !first || said {
		return p, err
	}
	return p, f.lookAtLosses(p, b)
}
