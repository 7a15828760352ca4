package train

import (
	"math"

	"euryale/graph"
	"euryale/internal/f32"
)

// Adam is the optimiser of Kingma & Ba (arXiv:1412.6980), in the form that
// Keras computes, where ε is not scaled by the bias correction:
//
//	m ← β₁·m + (1-β₁)·g          v ← β₂·v + (1-β₂)·g²
//	w ← w - rate·√(1-β₂ᵗ)/(1-β₁ᵗ) · m/(√v + ε)
//
// where rate is LearningRate as the Schedule has it. PyTorch's ε is this one
// divided by √(1-β₂ᵗ).
type Adam struct {
	LearningRate float64  // 0 means 0.001
	Beta1        float64  // decay of the mean of g, below 1; 0 means 0.9
	Beta2        float64  // decay of the mean of g², below 1; 0 means 0.999
	Epsilon      float64  // 0 means 1e-7
	Schedule     Schedule // nil means LearningRate always
}

var _ Optimizer = Adam{}

func (a Adam) String() string { return graph.Literal(a.defaults()) }

func (a Adam) defaults() Adam {
	fill(setting{&a.LearningRate, 1e-3}, setting{&a.Beta1, 0.9}, setting{&a.Beta2, 0.999}, setting{&a.Epsilon, 1e-7})
	return a
}

func (a Adam) check(kind string) error {
	s := settings{of: kind}
	s.above0("LearningRate", a.LearningRate)
	s.betas(a.Beta1, a.Beta2)
	s.above0("Epsilon", a.Epsilon)
	return s.err
}

// Start begins with both means at zero.
func (a Adam) Start(params []*graph.Param) (Stepper, error) {
	a = a.defaults()
	if err := a.check("adam"); err != nil {
		return nil, err
	}
	return a.rule().start(params)
}

func (a Adam) rule() rule {
	return rule{name: "adam", rate: a.LearningRate, schedule: a.Schedule, slots: []string{"m", "v"}, at: a.steps()}
}

// steps have the bias corrections in the rate.
func (a Adam) steps() func(t int, rate float64) move {
	step := f32.AdamStep{
		Beta1: float32(a.Beta1), Beta2: float32(a.Beta2),
		C1: float32(1 - a.Beta1), C2: float32(1 - a.Beta2), Epsilon: float32(a.Epsilon),
	}
	var corrected float64
	m := move{
		func(w, g []float32, s [maxSlots][]float32) { f32.Adam(w, g, s[0], s[1], step) },
		func(w, g []float64, s [maxSlots][]float64) { adam(w, g, s[0], s[1], corrected, a) },
	}
	return func(t int, rate float64) move {
		corrected = rate * (math.Sqrt(1-math.Pow(a.Beta2, float64(t))) / (1 - math.Pow(a.Beta1, float64(t))))
		step.Rate = float32(corrected)
		return m
	}
}

// adam is one step of one weight in float64.
func adam(w, g, m, v []float64, rate float64, a Adam) {
	for i, g := range g {
		m[i] = a.Beta1*m[i] + (1-a.Beta1)*g
		v[i] = a.Beta2*v[i] + (1-a.Beta2)*g*g
		w[i] -= rate * m[i] / (math.Sqrt(v[i]) + a.Epsilon)
	}
}
