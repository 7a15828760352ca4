package train

import "euryale/graph"

// Lion steps by the sign alone (Chen et al., Symbolic Discovery of Optimization
// Algorithms, arXiv:2302.06675), so that it wants a rate of a third to a tenth
// of Adam's, and keeps one mean where Adam keeps two:
//
//	w ← w - rate·sign(β₁·m + (1-β₁)·g)
//	m ← β₂·m + (1-β₂)·g
//
// where rate is LearningRate as the Schedule has it, and the sign of 0 is 0. The
// weights decay as with [AdamW].
type Lion struct {
	LearningRate float64  // 0 means 0.001
	Beta1        float64  // share of the mean in a step, below 1; 0 means 0.9
	Beta2        float64  // decay of the mean, below 1; 0 means 0.99
	WeightDecay  float64  // w ← w - rate·WeightDecay·w before each step; 0 means none
	NoDecay      []string // the last parts of the names of weights that do not decay, such as "bias"
	Schedule     Schedule // nil means LearningRate always
}

var _ Optimizer = Lion{}

func (o Lion) String() string { return graph.Literal(o.defaults()) }

func (o Lion) defaults() Lion {
	fill(setting{&o.LearningRate, 1e-3}, setting{&o.Beta1, 0.9}, setting{&o.Beta2, 0.99})
	return o
}

func (o Lion) check() error {
	s := settings{of: "lion"}
	s.above0("LearningRate", o.LearningRate)
	s.betas(o.Beta1, o.Beta2)
	s.atLeast0("WeightDecay", o.WeightDecay)
	s.noDecay(o.NoDecay)
	return s.err
}

// Start begins with the mean at zero.
func (o Lion) Start(params []*graph.Param) (Stepper, error) {
	o = o.defaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	return rule{
		name: "lion", rate: o.LearningRate, schedule: o.Schedule, decay: o.WeightDecay, noDecay: o.NoDecay,
		slots: []string{"m"},
		at:    func(_ int, rate float64) move { return move{lion[float32](o, rate), lion[float64](o, rate)} },
	}.start(params)
}

// lion is a step at a rate.
func lion[T floats](o Lion, at float64) func(w, g []T, s [maxSlots][]T) {
	rate, beta1, beta2 := T(at), T(o.Beta1), T(o.Beta2)
	rest1, rest2 := T(1-o.Beta1), T(1-o.Beta2)
	return func(w, g []T, s [maxSlots][]T) {
		m := s[0]
		for i, g := range g {
			w[i] -= rate * sign(beta1*m[i]+rest1*g)
			m[i] = beta2*m[i] + rest2*g
		}
	}
}

// sign is 1, -1, 0, or what is not a number.
func sign[T floats](x T) T {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}
