package train

import "euryale/graph"

// SGD is stochastic gradient descent, with momentum if asked for, as Keras
// computes it: the rate is inside the momentum, so that a change of rate makes
// itself felt gradually. (PyTorch multiplies the momentum by the rate of each
// step; at a constant rate both are the same.)
//
//	w ← w - rate·g                                    without Momentum
//	m ← Momentum·m - rate·g    w ← w + m              with it
//	m ← Momentum·m - rate·g    w ← w + Momentum·m - rate·g    and Nesterov's look ahead
//
// where rate is LearningRate as the Schedule has it. Sutskever et al., On the
// importance of initialization and momentum in deep learning, 2013. The weights
// decay as with [AdamW].
type SGD struct {
	LearningRate float64  // 0 means 0.01
	Momentum     float64  // below 1; 0 means none
	Nesterov     bool     // with a Momentum
	WeightDecay  float64  // w ← w - rate·WeightDecay·w before each step; 0 means none
	NoDecay      []string // the last parts of the names of weights that do not decay, such as "bias"
	Schedule     Schedule // nil means LearningRate always
}

var _ Optimizer = SGD{}

func (o SGD) String() string { return graph.Literal(o.defaults()) }

func (o SGD) defaults() SGD {
	fill(setting{&o.LearningRate, 0.01})
	return o
}

func (o SGD) check() error {
	s := settings{of: "sgd"}
	s.above0("LearningRate", o.LearningRate)
	s.below1("Momentum", o.Momentum)
	s.want(!o.Nesterov || o.Momentum > 0, "a Momentum above 0 with Nesterov", o.Momentum)
	s.atLeast0("WeightDecay", o.WeightDecay)
	s.noDecay(o.NoDecay)
	return s.err
}

// Start begins with the momentum at zero.
func (o SGD) Start(params []*graph.Param) (Stepper, error) {
	o = o.defaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	r := rule{
		name: "sgd", rate: o.LearningRate, schedule: o.Schedule, decay: o.WeightDecay, noDecay: o.NoDecay,
		at: func(_ int, rate float64) move { return move{sgd[float32](o, rate), sgd[float64](o, rate)} },
	}
	if o.Momentum > 0 {
		r.slots = []string{"momentum"}
	}
	return r.start(params)
}

// sgd is a step at a rate.
func sgd[T floats](o SGD, at float64) func(w, g []T, s [maxSlots][]T) {
	rate, momentum := T(at), T(o.Momentum)
	switch {
	case o.Nesterov:
		return func(w, g []T, s [maxSlots][]T) {
			for i, g := range g {
				m := momentum*s[0][i] - rate*g
				s[0][i] = m
				w[i] += momentum*m - rate*g
			}
		}
	case momentum > 0:
		return func(w, g []T, s [maxSlots][]T) {
			for i, g := range g {
				m := momentum*s[0][i] - rate*g
				s[0][i] = m
				w[i] += m
			}
		}
	}
	return func(w, g []T, _ [maxSlots][]T) {
		for i, g := range g {
			w[i] -= rate * g
		}
	}
}
