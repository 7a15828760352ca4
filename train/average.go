package train

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/f32"
)

// EMA is an exponential moving average of the weights (Polyak & Juditsky 1992),
// which often does better than the weights themselves, as Keras' use_ema keeps
// it: the weights after the first step, and after each step from there on
//
//	average ← Decay·average + (1-Decay)·w
//
// Training goes on with the weights; what validates during a Fit are the
// averages. Means and variances of norms are averages already, and stay. After
// the Fit see [OptimizerState.WithAverage] and [OptimizerState.UseAverage].
type EMA struct {
	Decay float64 // below 1, such as 0.99; 0 means no average
}

func (e EMA) String() string { return graph.Literal(e) }

func (e EMA) check() error {
	s := settings{of: "train: Average"}
	s.want(e.Decay >= 0 && e.Decay < 1, "a Decay between 0 and 1, or 0 for none", e.Decay)
	return s.err
}

// averageSlot is the name of the averages in an optimiser's state.
const averageSlot = "average"

// averaging is an optimiser that keeps an average of the weights.
type averaging struct {
	Stepper
	decay    float64
	params   []*graph.Param
	averages []*tensor.Dense
	begun    bool // there was a step
}

func newAveraging(s Stepper, e EMA, params []*graph.Param) *averaging {
	return &averaging{Stepper: s, decay: e.Decay, params: params, averages: cloneAll(values(params))}
}

// values are the weights themselves.
func values(params []*graph.Param) []*tensor.Dense {
	all := make([]*tensor.Dense, len(params))
	for i, p := range params {
		all[i] = p.Value
	}
	return all
}

// Step takes a step and averages.
func (a *averaging) Step(grads []*tensor.Dense) error {
	if err := a.Stepper.Step(grads); err != nil {
		return err
	}
	if !a.begun {
		a.begun = true
		copyAll(a.averages, values(a.params))
		return nil
	}
	for i, p := range a.params {
		pairwise(a.averages[i], p.Value, a.decay, func(to, w []float32, decay float64) { f32.Mix(to, w, float32(decay), float32(1-decay)) }, mix)
	}
	return nil
}

func mix(to, w []float64, decay float64) {
	for i, x := range w {
		to[i] = decay*to[i] + (1-decay)*x
	}
}

// State is the optimiser's with the averages behind its slots.
func (a *averaging) State() OptimizerState {
	s := a.Stepper.State()
	s.Slots = append(s.Slots, Slot{Name: averageSlot, Values: cloneAll(a.averages)})
	return s
}

// SetState takes over the averages too.
func (a *averaging) SetState(s OptimizerState) error {
	average, i := s.average()
	if i < 0 || i != len(s.Slots)-1 {
		return errors.Errorf("want a state with slot %s behind the others, as Config.Average is set, got %s", averageSlot, slotNames(s.Slots))
	}
	if err := checkSlot(average, a.params); err != nil {
		return err
	}
	s.Slots = s.Slots[:i]
	if err := a.Stepper.SetState(s); err != nil {
		return err
	}
	a.averages, a.begun = cloneAll(average.Values), s.Steps > 0
	return nil
}

// average is the slot of the averages and its place, -1 if there is none.
func (s OptimizerState) average() (Slot, int) {
	for i, slot := range s.Slots {
		if slot.Name == averageSlot {
			return slot, i
		}
	}
	return Slot{}, -1
}

// WithAverage calls use while the network's weights are the averages of a Fit
// with Config.Average, to evaluate them, say, and puts the weights back,
// whatever use does:
//
//	err := history.State.WithAverage(net, func() (err error) {
//		metrics, err = train.Evaluate(ctx, net, test, train.EvaluateConfig{})
//		return err
//	})
//
// Meanwhile the state holds the weights, and is not to be used.
func (s OptimizerState) WithAverage(net *graph.Network, use func() error) error {
	if use == nil {
		return errors.New("train: want a function that uses the averages, got nil")
	}
	averages, params, err := s.averagesFor(net)
	if err != nil {
		return err
	}
	swap(params, averages)
	defer swap(params, averages)
	return use()
}

// UseAverage sets the network's weights to the averages of a Fit with
// Config.Average, for good, as Keras' fit does when it ends.
func (s OptimizerState) UseAverage(net *graph.Network) error {
	averages, params, err := s.averagesFor(net)
	if err == nil {
		setParams(params, averages)
	}
	return err
}

// averagesFor are the averages, and the weights of net that they are of.
func (s OptimizerState) averagesFor(net *graph.Network) ([]*tensor.Dense, []*graph.Param, error) {
	if net == nil {
		return nil, nil, errors.New("train: want a network for the averages, got nil")
	}
	slot, i := s.average()
	if i < 0 {
		return nil, nil, errors.Errorf("train: want the State of a Fit with Config.Average, got slots %s", slotNames(s.Slots))
	}
	params := net.Params(graph.Trained)
	return slot.Values, params, errors.WithMessage(checkSlot(slot, params), "train")
}

// swap exchanges weights and values.
func swap(params []*graph.Param, with []*tensor.Dense) {
	for i, p := range params {
		pairwise(p.Value, with[i], 0, exchange[float32], exchange[float64])
		p.Changed()
	}
}

func exchange[T floats](a, b []T, _ float64) {
	for i, x := range a {
		a[i], b[i] = b[i], x
	}
}
