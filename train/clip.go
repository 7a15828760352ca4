package train

import (
	"math"

	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// Clip makes gradients smaller that are too large, before the optimiser sees
// them: one of its fields is set, or none, which leaves them as they are. Keras
// calls them global_clipnorm, clipnorm and clipvalue. ‖g‖ is the root of the sum
// of the squares, in float64.
//
//	g ← g·min(1, GlobalNorm/‖all g‖)     all gradients as one (Pascanu et al., arXiv:1211.5063)
//	g ← g·min(1, Norm/‖g‖)               each weight's for itself
//	g ← min(max(g, -Value), Value)       each number for itself
//
// Where a norm is not finite the gradients are left as they are, so that
// training ends with an error as without Clip.
type Clip struct {
	GlobalNorm float64 // 0 means do not
	Norm       float64 // 0 means do not
	Value      float64 // 0 means do not
}

func (c Clip) String() string { return graph.Literal(c) }

func (c Clip) check() error {
	s := settings{of: "train: Clip"}
	set := 0
	for _, f := range []struct {
		name  string
		value float64
	}{{"GlobalNorm", c.GlobalNorm}, {"Norm", c.Norm}, {"Value", c.Value}} {
		s.want(f.value >= 0 && finite(f.value), article(f.name)+" above 0, or 0 for none", f.value)
		if f.value != 0 {
			set++
		}
	}
	s.want(set <= 1, "one of GlobalNorm, Norm and Value", c)
	return s.err
}

// clipping is an optimiser whose gradients are clipped.
type clipping struct {
	Stepper
	clip    Clip
	clipped []*tensor.Dense // the gradients as the optimiser sees them: those that it is given are the program's
}

// Step clips, and takes a step.
func (s *clipping) Step(grads []*tensor.Dense) error {
	for _, g := range grads {
		if g == nil {
			return s.Stepper.Step(grads) // which says so
		}
	}
	switch c := s.clip; {
	case c.Value > 0:
		s.own(grads)
		for i, g := range grads {
			clipValues(s.clipped[i], g, c.Value)
		}
		grads = s.clipped
	case c.Norm > 0:
		s.own(grads)
		for i, g := range grads {
			scale(s.clipped[i], g, shrinking(c.Norm, squares(g)))
		}
		grads = s.clipped
	case c.GlobalNorm > 0:
		sum := 0.0
		for _, g := range grads {
			sum += squares(g)
		}
		if by := shrinking(c.GlobalNorm, sum); by != 1 {
			s.own(grads)
			for i, g := range grads {
				scale(s.clipped[i], g, by)
			}
			grads = s.clipped
		}
	}
	return s.Stepper.Step(grads)
}

// own makes room for clipped gradients.
func (s *clipping) own(grads []*tensor.Dense) {
	if len(s.clipped) != len(grads) {
		s.clipped = zerosLike(grads)
	}
}

// shrinking is what gradients are multiplied by to have a norm of at most most,
// given the sum of their squares.
func shrinking(most, squares float64) float64 {
	if norm := math.Sqrt(squares); finite(norm) && norm > most {
		return most / norm
	}
	return 1
}

// squares is the sum of the squares, in float64, of fixed parts one after the
// other, so that its bits do not depend on who computes which.
func squares(g *tensor.Dense) float64 {
	switch d := g.Data().(type) {
	case []float32:
		return sumOver(d, f32.SumSquares)
	case []float64:
		return sumOver(d, sumSquares)
	}
	return 0
}

func sumSquares(g []float64) (sum float64) {
	for _, x := range g {
		sum += x * x
	}
	return sum
}

// sumOver is the sum of what f makes of each piece.
func sumOver[T floats](g []T, f func([]T) float64) float64 {
	parts := make([]float64, pieces(len(g)))
	parallel.For(len(parts), func(i int) { parts[i] = f(g[i*piece : min((i+1)*piece, len(g))]) })
	sum := 0.0
	for _, p := range parts {
		sum += p
	}
	return sum
}

// scale is to ← by·g.
func scale(to, g *tensor.Dense, by float64) {
	pairwise(to, g, by, func(to, g []float32, by float64) { f32.Scale(to, g, float32(by)) }, multiply)
}

func multiply(to, g []float64, by float64) {
	for i, x := range g {
		to[i] = by * x
	}
}

// clipValues is to ← g within ±most.
func clipValues(to, g *tensor.Dense, most float64) {
	pairwise(to, g, most, func(to, g []float32, most float64) {
		copy(to, g)
		f32.Clamp(to, float32(-most), float32(most))
	}, within)
}

func within(to, g []float64, most float64) {
	for i, x := range g {
		to[i] = min(max(x, -most), most) // NaN stays NaN
	}
}

// clipped wraps an optimiser under way.
func (c Clip) clipped(s Stepper) Stepper {
	if c == (Clip{}) {
		return s
	}
	return &clipping{Stepper: s, clip: c}
}
