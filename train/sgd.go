package train

import (
	"euryale/graph"
	"euryale/internal/f32"
)

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
	NoDecay      []string // the last parts of the names of weights that do not decay, such as "bias"; in a Fit each of one at least
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
		at: atRate(func(rate *float64) move { return move{o.single(rate), o.double(rate)} }),
	}
	if o.Momentum > 0 {
		r.slots = []string{"momentum"}
	}
	return r.start(params)
}

// single is a step at a rate, in float32.
func (o SGD) single(rate *float64) func(w, g []float32, s [maxSlots][]float32) {
	momentum := float32(o.Momentum)
	switch {
	case o.Nesterov:
		return func(w, g []float32, s [maxSlots][]float32) { f32.Nesterov(w, g, s[0], float32(*rate), momentum) }
	case momentum > 0:
		return func(w, g []float32, s [maxSlots][]float32) { f32.Momentum(w, g, s[0], float32(*rate), momentum) }
	}
	return func(w, g []float32, _ [maxSlots][]float32) { f32.AddScaled(w, g, -float32(*rate)) }
}

// double is a step at a rate, in float64.
func (o SGD) double(rate *float64) func(w, g []float64, s [maxSlots][]float64) {
	return func(w, g []float64, s [maxSlots][]float64) {
		for i, g := range g {
			step := -*rate * g
			if o.Momentum > 0 {
				m := o.Momentum*s[0][i] + step
				s[0][i] = m
				if o.Nesterov {
					step += o.Momentum * m
				} else {
					step = m
				}
			}
			w[i] += step
		}
	}
}
