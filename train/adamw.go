package train

import "euryale/graph"

// AdamW is Adam with a decay of weights that does not go through its means
// (Loshchilov & Hutter, arXiv:1711.05101): before each step of [Adam]
//
//	w ← w - rate·WeightDecay·w
//
// All weights decay, biases and the scales of norms too, as in Keras, but for
// those of NoDecay.
type AdamW struct {
	LearningRate float64  // 0 means 0.001
	Beta1        float64  // decay of the mean of g, below 1; 0 means 0.9
	Beta2        float64  // decay of the mean of g², below 1; 0 means 0.999
	Epsilon      float64  // 0 means 1e-7
	WeightDecay  float64  // 0 means 0.004; for none there is Adam
	NoDecay      []string // the last parts of the names of weights that do not decay, such as "bias"; in a Fit each of one at least
	Schedule     Schedule // nil means LearningRate always
}

var _ Optimizer = AdamW{}

func (a AdamW) String() string { return graph.Literal(a.defaults()) }

func (a AdamW) defaults() AdamW {
	adam := a.adam().defaults()
	a.LearningRate, a.Beta1, a.Beta2, a.Epsilon = adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon
	fill(setting{&a.WeightDecay, 0.004})
	return a
}

// adam is it without the decay.
func (a AdamW) adam() Adam {
	return Adam{LearningRate: a.LearningRate, Beta1: a.Beta1, Beta2: a.Beta2, Epsilon: a.Epsilon, Schedule: a.Schedule}
}

func (a AdamW) check() error {
	s := settings{of: "adamw", err: a.adam().check("adamw")}
	s.above0("WeightDecay", a.WeightDecay)
	s.noDecay(a.NoDecay)
	return s.err
}

// Start begins with both means at zero.
func (a AdamW) Start(params []*graph.Param) (Stepper, error) {
	a = a.defaults()
	if err := a.check(); err != nil {
		return nil, err
	}
	r := a.adam().rule()
	r.name, r.decay, r.noDecay = "adamw", a.WeightDecay, a.NoDecay
	return r.start(params)
}
