package train

import (
	"math"

	"euryale/graph"
)

// RMSprop divides each gradient by the root of a running mean of its squares
// (Hinton, Neural Networks for Machine Learning, lecture 6), as Keras computes
// it, with ε under the root (PyTorch adds it to the root):
//
//	v ← Rho·v + (1-Rho)·g²
//	w ← w - rate·g/√(v + ε)                              without Momentum
//	m ← Momentum·m + rate·g/√(v + ε)      w ← w - m      with it
//
// where rate is LearningRate as the Schedule has it. Centered takes the variance
// in place of v: v - ḡ², no less than 0, with ḡ ← Rho·ḡ + (1-Rho)·g. The weights
// decay as with [AdamW].
type RMSprop struct {
	LearningRate float64  // 0 means 0.001
	Rho          float64  // decay of the means, below 1; 0 means 0.9
	Momentum     float64  // below 1; 0 means none
	Epsilon      float64  // 0 means 1e-7
	Centered     bool     // divide by the standard deviation
	WeightDecay  float64  // w ← w - rate·WeightDecay·w before each step; 0 means none
	NoDecay      []string // the last parts of the names of weights that do not decay, such as "bias"
	Schedule     Schedule // nil means LearningRate always
}

var _ Optimizer = RMSprop{}

func (o RMSprop) String() string { return graph.Literal(o.defaults()) }

func (o RMSprop) defaults() RMSprop {
	fill(setting{&o.LearningRate, 1e-3}, setting{&o.Rho, 0.9}, setting{&o.Epsilon, 1e-7})
	return o
}

func (o RMSprop) check() error {
	s := settings{of: "rmsprop"}
	s.above0("LearningRate", o.LearningRate)
	s.want(o.Rho > 0 && o.Rho < 1, "a Rho between 0 and 1", o.Rho)
	s.below1("Momentum", o.Momentum)
	s.above0("Epsilon", o.Epsilon)
	s.atLeast0("WeightDecay", o.WeightDecay)
	s.noDecay(o.NoDecay)
	return s.err
}

// Start begins with the means and the momentum at zero.
func (o RMSprop) Start(params []*graph.Param) (Stepper, error) {
	o = o.defaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	r := rule{
		name: "rmsprop", rate: o.LearningRate, schedule: o.Schedule, decay: o.WeightDecay, noDecay: o.NoDecay,
		slots: []string{"v"},
		at:    func(_ int, rate float64) move { return move{rmsprop[float32](o, rate), rmsprop[float64](o, rate)} },
	}
	if o.Momentum > 0 {
		r.slots = append(r.slots, "momentum")
	}
	if o.Centered {
		r.slots = append(r.slots, "mean")
	}
	return r.start(params)
}

// rmsprop is a step at a rate.
func rmsprop[T floats](o RMSprop, at float64) func(w, g []T, s [maxSlots][]T) {
	rate, rho, rest, momentum, epsilon := T(at), T(o.Rho), T(1-o.Rho), T(o.Momentum), T(o.Epsilon)
	return func(w, g []T, s [maxSlots][]T) {
		v, m, mean := s[0], s[1], s[2]
		if o.Momentum == 0 {
			m, mean = nil, s[1]
		}
		for i, g := range g {
			v[i] = rho*v[i] + rest*(g*g)
			variance := v[i]
			if o.Centered {
				mean[i] = rho*mean[i] + rest*g
				variance -= mean[i] * mean[i]
				if variance < 0 { // by rounding
					variance = 0
				}
			}
			d := rate * g / T(math.Sqrt(float64(variance+epsilon)))
			if m != nil {
				m[i] = momentum*m[i] + d
				d = m[i]
			}
			w[i] -= d
		}
	}
}
