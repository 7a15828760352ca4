package train

import (
	"fmt"
	"io"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// EarlyStop ends training when a metric has not improved for some epochs, as
// Keras' EarlyStopping does. It is used by pointer:
//
//	Callbacks: []train.Callback{&train.EarlyStop{Patience: 3, RestoreBest: true}}
//
// It goes on waiting in a later Fit that goes on, and begins anew with an epoch
// 1. With Config.ValidateEvery each validation counts as an epoch does without, if
// the Monitor is one of validation, and it stops in the middle of an epoch, which
// then is not in the History.
type EarlyStop struct {
	Monitor  Monitor // 0 means ValidationLoss
	Patience int     // epochs, or validations, without improvement after which to stop; 0 means 1
	MinDelta float64 // what is no more than this is no improvement; 0 means any is one

	// RestoreBest puts back, when training ends, however it does, the weights
	// and the optimiser's state of the best epoch, or validation. Place it before callbacks
	// that save the weights at the end. In a loop of Fits that is the end of
	// each: there leave it out, or stop by it alone.
	RestoreBest bool

	W io.Writer // nil means say nothing

	waiting Patience
	best    *snapshot
}

var _ Keeper = (*EarlyStop)(nil)

func (s *EarlyStop) suits(c Config) error {
	f := settings{of: "early stop", err: errors.WithMessage(s.Monitor.suits(c), "early stop")}
	f.want(s.Patience >= 0, "Patience of at least 1, or 0 for 1", s.Patience)
	f.atLeast0("MinDelta", s.MinDelta)
	return f.err
}

// On looks at the end of each epoch of training, and of each validation.
func (s *EarlyStop) On(e Event) error {
	switch {
	case e.Phase != Training:
	case e.Kind == EpochBegin && e.Epoch == 1 && e.Samples == 0:
		s.waiting, s.best = Patience{}, nil
	case s.Monitor.watches(e):
		return s.epoch(e)
	case e.Kind == End && s.RestoreBest && s.best != nil:
		return errors.WithMessage(s.best.restore(e), "early stop")
	}
	return nil
}

func (s *EarlyStop) epoch(e Event) error {
	value, err := s.Monitor.of(e)
	if err != nil {
		return errors.WithMessage(err, "early stop")
	}
	if s.waiting.improved(s.Monitor, value, s.MinDelta, e.Epoch) {
		if s.RestoreBest {
			s.best = take(e)
		}
		return nil
	}
	if s.waiting.Waited++; s.waiting.Waited < max(s.Patience, 1) {
		return nil
	}
	if s.W != nil {
		name, best := monitorNames[s.Monitor].keras, s.waiting
		if _, err := fmt.Fprintf(s.W, "Stopped early: %s was best in epoch %d, %s.\n", name, best.Epoch, figure{value: best.Best}.text()); err != nil {
			return errors.Wrap(err, "early stop")
		}
	}
	return ErrStop
}

// State is how far it has come, to go on in another process.
func (s *EarlyStop) State() Patience { return s.waiting }

// SetState goes on from a state. The weights of the best epoch are not in it:
// RestoreBest then restores the best of the epochs from here on that improve. A
// Folder keeps them too.
func (s *EarlyStop) SetState(p Patience) error {
	if err := p.check(); err != nil {
		return errors.WithMessage(err, "early stop")
	}
	s.waiting, s.best = p, nil
	return nil
}

// snapshot is a network and its optimiser at the end of an epoch.
type snapshot struct {
	values []*tensor.Dense
	state  OptimizerState
}

func take(e Event) *snapshot {
	return &snapshot{values: cloneAll(values(e.Network.Params())), state: e.Optimizer.State()}
}

func (s *snapshot) restore(e Event) error {
	params := e.Network.Params()
	if err := fits(s.values, params); err != nil {
		return err
	}
	setParams(params, s.values)
	return e.Optimizer.SetState(s.state)
}

// fits wants a network like the one that the values are of.
func fits(values []*tensor.Dense, params []*graph.Param) error {
	return checkSlot(Slot{Name: "weights", Values: values}, params)
}
