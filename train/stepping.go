package train

import (
	"slices"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/parallel"
)

// rule is what an optimiser has of its own; stepping has the rest.
type rule struct {
	name     string // the kind, in states and errors
	rate     float64
	schedule Schedule // of the rate; nil means the rate always
	decay    float64  // of weights, decoupled: w ← w - rate·decay·w before the step
	noDecay  []string // the last parts of the names of weights that are left out of it
	slots    []string // what is kept of each weight, at most maxSlots

	// at is step t, counted from 1, at a rate. The step before is over.
	at func(t int, rate float64) move
}

// maxSlots is the most that an optimiser keeps of a weight.
const maxSlots = 3

// move is one step of a stretch of a weight w with gradient g and slots s.
type move struct {
	f32 func(w, g []float32, s [maxSlots][]float32)
	f64 func(w, g []float64, s [maxSlots][]float64)
}

// atRate is a rule's at where a step hangs on the rate alone, which of is given a
// place of.
func atRate(of func(rate *float64) move) func(t int, rate float64) move {
	rate := new(float64)
	m := of(rate)
	return func(_ int, now float64) move {
		*rate = now
		return m
	}
}

// stepping is an optimiser under way: the steps taken, and its slots.
type stepping struct {
	rule
	params []*graph.Param
	kept   [][]*tensor.Dense // for each slot, a value for each weight
	t      int
	scale  float64

	single moving[float32]
	double moving[float64]
}

var _ Stepper = (*stepping)(nil)

// start begins with all slots at zero.
func (r rule) start(params []*graph.Param) (Stepper, error) {
	if err := checkSchedule(r.schedule); err != nil {
		return nil, errors.WithMessage(err, r.name)
	}
	values := make([]*tensor.Dense, len(params))
	for i, p := range params {
		if p == nil || p.Value == nil {
			return nil, errors.Errorf("%s: want a weight with values, got nil at %d", r.name, i)
		}
		if t := p.Value.Dtype(); t != graph.Float32 && t != graph.Float64 {
			return nil, errors.Errorf("%s: %s: want float32 or float64, got %v", r.name, p.Name, t)
		}
		values[i] = p.Value
	}
	s := &stepping{rule: r, params: params, scale: 1}
	for range r.slots {
		s.kept = append(s.kept, zerosLike(values))
	}
	return s, nil
}

// checkNoDecay reports a name of NoDecay that no weight of a network has.
func (r rule) checkNoDecay(params []*graph.Param) error {
	for _, name := range r.noDecay {
		if slices.ContainsFunc(params, func(p *graph.Param) bool { return bears(p, name) }) {
			continue
		}
		var last []string
		for _, p := range params {
			last = append(last, p.Name[strings.LastIndexByte(p.Name, '/')+1:])
		}
		slices.Sort(last)
		return errors.Errorf("%s: want NoDecay to name weights of the network, whose last names are %s, got %q", r.name, strings.Join(slices.Compact(last), ", "), name)
	}
	return nil
}

// bears reports whether a name is a weight's, or the last part of it.
func bears(p *graph.Param, name string) bool {
	return p.Name == name || strings.HasSuffix(p.Name, "/"+name)
}

// Step takes a step.
func (s *stepping) Step(grads []*tensor.Dense) error {
	if len(grads) != len(s.params) {
		return errors.Errorf("%s: want %d gradients, got %d", s.name, len(s.params), len(grads))
	}
	for i, p := range s.params {
		if g := grads[i]; !alike(g, p.Value) {
			return errors.Errorf("%s: %s: want a gradient of %v, got %v", s.name, p.Name, describe(p.Value), describe(g))
		}
	}
	rate := s.Rate()
	if !finite(rate) || rate < 0 {
		return errors.Errorf("%s: want a rate of 0 or more at step %d, got %v from %v", s.name, s.t, rate, s.schedule)
	}
	s.t++
	m := s.at(s.t, rate)
	for i, p := range s.params {
		shrink := rate * s.decayOf(p)
		if p.Value.Dtype() == graph.Float32 {
			s.single.all(p.Value, grads[i], s.kept, i, shrink, m.f32)
		} else {
			s.double.all(p.Value, grads[i], s.kept, i, shrink, m.f64)
		}
		p.Changed()
	}
	return nil
}

// decayOf is how much of a weight decays at a rate of 1.
func (s *stepping) decayOf(p *graph.Param) float64 {
	for _, name := range s.noDecay {
		if bears(p, name) {
			return 0
		}
	}
	return s.decay
}

// piece is how many values one core takes at a time: few enough to stay in its
// cache from the decay to the step.
const piece = 1 << 14

// pieces is how many there are in n values.
func pieces(n int) int { return (n + piece - 1) / piece }

// moving is a weight that is being moved.
type moving[T floats] struct {
	w, g   []T
	slots  [maxSlots][]T
	shrink float64 // the share of it that decays first
	move   func(w, g []T, s [maxSlots][]T)
	body   func(i int)
}

// all moves all of weight i, on all cores.
func (m *moving[T]) all(w, g *tensor.Dense, kept [][]*tensor.Dense, i int, shrink float64, move func(w, g []T, s [maxSlots][]T)) {
	m.w, m.g, m.shrink, m.move = numbers[T](w), numbers[T](g), shrink, move
	for k, values := range kept {
		m.slots[k] = numbers[T](values[i])
	}
	if m.body == nil {
		m.body = m.piece
	}
	parallel.For(pieces(len(m.w)), m.body)
}

func (m *moving[T]) piece(i int) {
	from, to := i*piece, min((i+1)*piece, len(m.w))
	part, slots := m.w[from:to], m.slots
	for k := range slots {
		if slots[k] != nil {
			slots[k] = slots[k][from:to]
		}
	}
	if m.shrink != 0 {
		addMultiple(part, part, float64(T(-m.shrink)))
	}
	m.move(part, m.g[from:to], slots)
}

// Rate is that of the next step.
func (s *stepping) Rate() float64 {
	rate := s.rate * s.scale
	if s.schedule != nil {
		rate *= s.schedule.Factor(s.t)
	}
	return rate
}

// Scale multiplies the rates to come.
func (s *stepping) Scale(factor float64) error {
	if !(factor > 0) || !finite(factor*s.scale) {
		return errors.Errorf("%s: want a finite factor above 0 for the rate, got %v", s.name, factor)
	}
	s.scale *= factor
	return nil
}

// State is a copy of all slots.
func (s *stepping) State() OptimizerState {
	state := OptimizerState{Optimizer: s.name, Steps: s.t, Scale: s.scale}
	for i, name := range s.slots {
		state.Slots = append(state.Slots, Slot{Name: name, Values: cloneAll(s.kept[i])})
	}
	return state
}

// SetState takes over all slots, the number of steps and the scale.
func (s *stepping) SetState(state OptimizerState) error {
	if err := s.checkState(state); err != nil {
		return err
	}
	for i, slot := range state.Slots {
		s.kept[i] = cloneAll(slot.Values)
	}
	s.t, s.scale = state.Steps, state.Scale
	if s.scale == 0 {
		s.scale = 1
	}
	return nil
}

func (s *stepping) checkState(state OptimizerState) error {
	if state.Optimizer != s.name {
		return errors.Errorf("want the state of %s, got that of %q", s.name, state.Optimizer)
	}
	if state.Steps < 0 {
		return errors.Errorf("%s: want a state of 0 steps or more, got %d", s.name, state.Steps)
	}
	if !(state.Scale >= 0) || !finite(state.Scale) {
		return errors.Errorf("%s: want a state with a Scale above 0, or 0 for 1, got %v", s.name, state.Scale)
	}
	if !sameNames(state.Slots, s.slots) {
		return errors.Errorf("%s: want a state of %s, got %s", s.name, wantSlots(s.slots), slotNames(state.Slots))
	}
	for _, slot := range state.Slots {
		if err := checkSlot(slot, s.params); err != nil {
			return errors.WithMessage(err, s.name)
		}
	}
	return nil
}

// checkSlot compares a slot with the weights.
func checkSlot(slot Slot, params []*graph.Param) error {
	if len(slot.Values) != len(params) {
		return errors.Errorf("slot %s of the state: want values for %d weights, got %d", slot.Name, len(params), len(slot.Values))
	}
	for i, p := range params {
		if v := slot.Values[i]; !alike(v, p.Value) {
			return errors.Errorf("slot %s of the state: %s: want %v, got %v", slot.Name, p.Name, describe(p.Value), describe(v))
		}
	}
	return nil
}

func sameNames(slots []Slot, names []string) bool {
	if len(slots) != len(names) {
		return false
	}
	for i, s := range slots {
		if s.Name != names[i] {
			return false
		}
	}
	return true
}

func wantSlots(names []string) string {
	switch len(names) {
	case 0:
		return "no slots"
	case 1:
		return "slot " + names[0]
	}
	last := len(names) - 1
	return "slots " + strings.Join(names[:last], ", ") + " and " + names[last]
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
