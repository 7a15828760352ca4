package train

import (
	"euryale/graph"
	"euryale/internal/f32"
)

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
	NoDecay      []string // the last parts of the names of weights that do not decay, such as "bias"; in a Fit each of one at least
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
		at:    o.steps(),
	}.start(params)
}

func (o Lion) steps() func(t int, rate float64) move {
	step := f32.LionStep{
		Beta1: float32(o.Beta1), Beta2: float32(o.Beta2), C1: float32(1 - o.Beta1), C2: float32(1 - o.Beta2),
	}
	var now float64
	m := move{
		func(w, g []float32, s [maxSlots][]float32) { f32.Lion(w, g, s[0], step) },
		func(w, g []float64, s [maxSlots][]float64) { lion(w, g, s[0], now, o) },
	}
	return func(_ int, rate float64) move {
		now, step.Rate = rate, float32(rate)
		return m
	}
}

// lion is one step of one weight in float64.
func lion(w, g, m []float64, rate float64, o Lion) {
	for i, g := range g {
		w[i] -= rate * sign(o.Beta1*m[i]+(1-o.Beta1)*g)
		m[i] = o.Beta2*m[i] + (1-o.Beta2)*g
	}
}

// sign is 1, -1, 0, or what is not a number.
func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}
