package train

import (
	"fmt"
	"io"

	"github.com/pkg/errors"
)

// ReducePlateau lowers the learning rate when a metric has not improved for some
// epochs, as Keras' ReduceLROnPlateau does. It is used by pointer:
//
//	Callbacks: []train.Callback{&train.ReducePlateau{Factor: 0.5, Patience: 3}}
//
// The optimiser's state holds the lower rate, which multiplies that of a
// Schedule. It goes on waiting in a later Fit that goes on, and begins anew with
// an epoch 1. With Config.ValidateEvery each validation counts as an epoch does
// without, if the Monitor is one of validation.
type ReducePlateau struct {
	Monitor  Monitor   // 0 means ValidationLoss
	Factor   float64   // that the rate is multiplied by, below 1; 0 means 0.1
	Patience int       // epochs, or validations, without improvement after which to lower it; 0 means 10
	MinDelta float64   // what is no more than this is no improvement; 0 means 1e-4
	Cooldown int       // those after that in which it does not wait
	Minimum  float64   // the least rate
	W        io.Writer // nil means say nothing

	waiting Patience
}

var _ Keeper = (*ReducePlateau)(nil)

func (r *ReducePlateau) defaults() ReducePlateau {
	d := *r
	fill(setting{&d.Factor, 0.1}, setting{&d.MinDelta, 1e-4})
	if d.Patience == 0 {
		d.Patience = 10
	}
	return d
}

func (r *ReducePlateau) suits(c Config) error {
	d := r.defaults()
	s := settings{of: "reduce plateau", err: errors.WithMessage(r.Monitor.suits(c), "reduce plateau")}
	s.want(d.Factor > 0 && d.Factor < 1, "a Factor between 0 and 1", d.Factor)
	s.want(d.Patience > 0, "Patience of at least 1, or 0 for 10", d.Patience)
	s.atLeast0("MinDelta", d.MinDelta)
	s.want(d.Cooldown >= 0, "a Cooldown of 0 or more", d.Cooldown)
	s.atLeast0("Minimum", d.Minimum)
	return s.err
}

// On looks at the end of each epoch of training, and of each validation.
func (r *ReducePlateau) On(e Event) error {
	switch {
	case e.Phase != Training:
	case e.Kind == EpochBegin && e.Epoch == 1 && e.Samples == 0:
		r.waiting = Patience{}
	case r.Monitor.watches(e):
		return errors.WithMessage(r.epoch(e), "reduce plateau")
	}
	return nil
}

func (r *ReducePlateau) epoch(e Event) error {
	d, w := r.defaults(), &r.waiting
	value, err := r.Monitor.of(e)
	if err != nil {
		return err
	}
	if w.Cooldown > 0 {
		w.Cooldown--
		w.Waited = 0
	}
	if w.improved(r.Monitor, value, d.MinDelta, e.Epoch) || w.Cooldown > 0 {
		return nil
	}
	if w.Waited++; w.Waited < d.Patience {
		return nil
	}
	return d.lower(e, w)
}

// lower lowers the rate.
func (r *ReducePlateau) lower(e Event, w *Patience) error {
	was := e.Optimizer.Rate()
	if !(was > r.Minimum) {
		return nil
	}
	factor := max(r.Factor, r.Minimum/was)
	if err := e.Optimizer.Scale(factor); err != nil {
		return err
	}
	w.Cooldown, w.Waited = r.Cooldown, 0
	if r.W == nil {
		return nil
	}
	_, err := fmt.Fprintf(r.W, "No better %s since epoch %d: learning rate %.3g, was %.3g.\n", monitorNames[r.Monitor].keras, w.Epoch, e.Optimizer.Rate(), was)
	return errors.Wrap(err, "writing")
}

// State is how far it has come, to go on in another process.
func (r *ReducePlateau) State() Patience { return r.waiting }

// SetState goes on from a state.
func (r *ReducePlateau) SetState(p Patience) error {
	if err := p.check(); err != nil {
		return errors.WithMessage(err, "reduce plateau")
	}
	r.waiting = p
	return nil
}
