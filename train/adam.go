package train

import (
	"fmt"
	"math"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// Adam is the optimiser of Kingma & Ba (arXiv:1412.6980), in the form that
// Keras computes, where ε is not scaled by the bias correction:
//
//	m ← β₁·m + (1-β₁)·g          v ← β₂·v + (1-β₂)·g²
//	w ← w - LearningRate·√(1-β₂ᵗ)/(1-β₁ᵗ) · m/(√v + ε)
type Adam struct {
	LearningRate float64 // 0 means 0.001
	Beta1        float64 // decay of the mean of g, below 1; 0 means 0.9
	Beta2        float64 // decay of the mean of g², below 1; 0 means 0.999
	Epsilon      float64 // 0 means 1e-7
}

var _ Optimizer = Adam{}

func (a Adam) String() string {
	a = a.defaults()
	return fmt.Sprintf("Adam{LearningRate: %v, Beta1: %v, Beta2: %v, Epsilon: %v}", a.LearningRate, a.Beta1, a.Beta2, a.Epsilon)
}

func (a Adam) defaults() Adam {
	for _, d := range []struct {
		field *float64
		value float64
	}{{&a.LearningRate, 1e-3}, {&a.Beta1, 0.9}, {&a.Beta2, 0.999}, {&a.Epsilon, 1e-7}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return a
}

func (a Adam) check() error {
	if !(a.LearningRate > 0) || math.IsInf(a.LearningRate, 0) {
		return errors.Errorf("adam: want a LearningRate above 0, got %v", a.LearningRate)
	}
	for _, beta := range []float64{a.Beta1, a.Beta2} {
		if !(beta > 0 && beta < 1) {
			return errors.Errorf("adam: want Beta1 and Beta2 between 0 and 1, got %v and %v", a.Beta1, a.Beta2)
		}
	}
	if !(a.Epsilon > 0) || math.IsInf(a.Epsilon, 0) {
		return errors.Errorf("adam: want an Epsilon above 0, got %v", a.Epsilon)
	}
	return nil
}

// Start begins with both means at zero.
func (a Adam) Start(params []*graph.Param) (Stepper, error) {
	a = a.defaults()
	if err := a.check(); err != nil {
		return nil, err
	}
	s := &adamState{Adam: a, params: params}
	for _, p := range params {
		s.m = append(s.m, tensor.New(tensor.Of(p.Value.Dtype()), tensor.WithShape(p.Value.Shape()...)))
		s.v = append(s.v, tensor.New(tensor.Of(p.Value.Dtype()), tensor.WithShape(p.Value.Shape()...)))
	}
	return s, nil
}

// adamState is Adam under way: the steps taken, and the two running means of
// each weight.
type adamState struct {
	Adam
	params []*graph.Param
	m, v   []*tensor.Dense
	t      int
}

// Step takes a step.
func (s *adamState) Step(grads []*tensor.Dense) error {
	if len(grads) != len(s.params) {
		return errors.Errorf("adam: want %d gradients, got %d", len(s.params), len(grads))
	}
	for i, p := range s.params {
		if g := grads[i]; !alike(g, p.Value) {
			return errors.Errorf("adam: %s: want a gradient of %v, got %v", p.Name, describe(p.Value), describe(g))
		}
	}
	s.t++
	t := float64(s.t)
	rate := s.LearningRate * math.Sqrt(1-math.Pow(s.Beta2, t)) / (1 - math.Pow(s.Beta1, t))
	for i, p := range s.params {
		switch w := p.Value.Data().(type) {
		case []float32:
			adam32(w, grads[i].Data().([]float32), s.m[i].Data().([]float32), s.v[i].Data().([]float32), rate, s.Adam)
		case []float64:
			adam(w, grads[i].Data().([]float64), s.m[i].Data().([]float64), s.v[i].Data().([]float64), rate, s.Adam)
		default:
			return errors.Errorf("adam: %s: want float32 or float64, got %v", p.Name, p.Value.Dtype())
		}
	}
	return nil
}

// State is a copy of both means.
func (s *adamState) State() OptimizerState {
	return OptimizerState{Optimizer: "adam", Steps: s.t, Slots: []Slot{
		{Name: "m", Values: cloneAll(s.m)},
		{Name: "v", Values: cloneAll(s.v)},
	}}
}

// SetState takes over both means and the number of steps.
func (s *adamState) SetState(state OptimizerState) error {
	if state.Optimizer != "adam" {
		return errors.Errorf("want the state of adam, got that of %q", state.Optimizer)
	}
	if state.Steps < 0 {
		return errors.Errorf("adam: want a state of 0 steps or more, got %d", state.Steps)
	}
	if len(state.Slots) != 2 || state.Slots[0].Name != "m" || state.Slots[1].Name != "v" {
		return errors.Errorf("adam: want a state of slots m and v, got %s", slotNames(state.Slots))
	}
	for _, slot := range state.Slots {
		if err := s.checkSlot(slot); err != nil {
			return err
		}
	}
	s.t = state.Steps
	s.m, s.v = cloneAll(state.Slots[0].Values), cloneAll(state.Slots[1].Values)
	return nil
}

// checkSlot compares a slot with the weights.
func (s *adamState) checkSlot(slot Slot) error {
	if len(slot.Values) != len(s.params) {
		return errors.Errorf("adam: slot %s of the state: want values for %d weights, got %d", slot.Name, len(s.params), len(slot.Values))
	}
	for i, p := range s.params {
		if v := slot.Values[i]; !alike(v, p.Value) {
			return errors.Errorf("adam: slot %s of the state: %s: want %v, got %v", slot.Name, p.Name, describe(p.Value), describe(v))
		}
	}
	return nil
}

func slotNames(slots []Slot) string {
	if len(slots) == 0 {
		return "none"
	}
	names := make([]string, len(slots))
	for i, s := range slots {
		names[i] = s.Name
	}
	return strings.Join(names, ", ")
}

// cloneAll are copies.
func cloneAll(all []*tensor.Dense) []*tensor.Dense {
	copies := make([]*tensor.Dense, len(all))
	for i, t := range all {
		copies[i] = t.Clone().(*tensor.Dense)
	}
	return copies
}

// alike says whether t has the shape and type of w.
func alike(t, w *tensor.Dense) bool {
	return t != nil && t.Dtype() == w.Dtype() && t.Shape().Eq(w.Shape())
}

// describe is a tensor's shape and type.
func describe(t *tensor.Dense) string {
	if t == nil {
		return "none"
	}
	return fmt.Sprint(t.Shape(), " ", t.Dtype())
}

// adam is one step of one weight in float64, with the bias corrections in rate.
func adam(w, g, m, v []float64, rate float64, a Adam) {
	for i, g := range g {
		m[i] = a.Beta1*m[i] + (1-a.Beta1)*g
		v[i] = a.Beta2*v[i] + (1-a.Beta2)*g*g
		w[i] -= rate * m[i] / (math.Sqrt(v[i]) + a.Epsilon)
	}
}

// adam32 is one step of one weight in float32, on all cores.
func adam32(w, g, m, v []float32, rate float64, a Adam) {
	step := f32.AdamStep{
		Rate: float32(rate), Beta1: float32(a.Beta1), Beta2: float32(a.Beta2),
		C1: float32(1 - a.Beta1), C2: float32(1 - a.Beta2), Epsilon: float32(a.Epsilon),
	}
	const piece = 1 << 14
	parallel.For((len(w)+piece-1)/piece, func(i int) {
		from, to := i*piece, min((i+1)*piece, len(w))
		f32.Adam(w[from:to], g[from:to], m[from:to], v[from:to], step)
	})
}
