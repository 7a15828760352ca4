package train

import (
	"math"

	"euryale/graph"
	"euryale/internal/f32"
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
	NoDecay      []string // the last parts of the names of weights that do not decay, such as "bias"; in a Fit each of one at least
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
		at:    atRate(func(rate *float64) move { return move{o.single(rate), o.double(rate)} }),
	}
	if o.Momentum > 0 {
		r.slots = append(r.slots, "momentum")
	}
	if o.Centered {
		r.slots = append(r.slots, "mean")
	}
	return r.start(params)
}

// kept are the slots by what they hold; those that there are not are nil.
func kept[T floats](o RMSprop, s [maxSlots][]T) (v, m, mean []T) {
	if o.Momentum == 0 {
		return s[0], nil, s[1]
	}
	return s[0], s[1], s[2]
}

// single is a step at a rate, in float32.
func (o RMSprop) single(rate *float64) func(w, g []float32, s [maxSlots][]float32) {
	return func(w, g []float32, s [maxSlots][]float32) {
		v, m, mean := kept(o, s)
		step := f32.RMSpropStep{
			Rate: float32(*rate), Rho: float32(o.Rho), Rest: float32(1 - o.Rho), Epsilon: float32(o.Epsilon), Beta: float32(o.Momentum),
		}
		f32.RMSprop(w, g, v, m, mean, step)
	}
}

// double is a step at a rate, in float64.
func (o RMSprop) double(rate *float64) func(w, g []float64, s [maxSlots][]float64) {
	return func(w, g []float64, s [maxSlots][]float64) {
		v, m, mean := kept(o, s)
		for i, g := range g {
			v[i] = o.Rho*v[i] + (1-o.Rho)*(g*g)
			variance := v[i]
			if mean != nil {
				mean[i] = o.Rho*mean[i] + (1-o.Rho)*g
				variance = max(variance-mean[i]*mean[i], 0) // below 0 by rounding
			}
			d := *rate * g / math.Sqrt(variance+o.Epsilon)
			if m != nil {
				m[i] = o.Momentum*m[i] + d
				d = m[i]
			}
			w[i] -= d
		}
	}
}
