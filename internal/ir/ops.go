package ir

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Input is a batch that a program is given.
type Input struct{ Name string }

func (i Input) String() string               { return "input " + i.Name }
func (i Input) Infer([]Shape) (Shape, error) { return nil, nil }

// Target is what a loss compares an output with. Labels are integers.
type Target struct {
	Name   string
	Labels bool
}

func (t Target) String() string               { return "target " + t.Name }
func (t Target) Infer([]Shape) (Shape, error) { return nil, nil }

// Role is what becomes of a parameter.
type Role uint8

// The roles.
const (
	Trained Role = iota // an optimiser changes it
	Frozen              // nobody changes it
	State               // the layer changes it while it trains
)

func (r Role) String() string { return [...]string{"trained", "fixed", "state"}[r] }

// Initializer draws the first values of a parameter.
type Initializer interface {
	fmt.Stringer
	Draw(rng *rand.Rand, shape Shape, w []float64)
}

// Param is a parameter of a layer. Its value's shape is whole: it has no batch.
type Param struct {
	Name string // within its layer: kernel
	Role Role
	Init Initializer

	Penalty Penalty // added to the loss while it is trained; zero means none
}

func (p Param) String() string               { return "parameter " + p.Name }
func (p Param) Infer([]Shape) (Shape, error) { return nil, nil }

// MatMul is x (K) times a matrix (K, M).
type MatMul struct{}

func (MatMul) String() string { return "product" }

// Infer wants a vector.
func (MatMul) Infer(in []Shape) (Shape, error) {
	if len(in[0]) != 1 {
		return nil, mismatch("vectors (N, K), such as a Flatten makes", in[0])
	}
	return Shape{in[1][1]}, nil
}

// MultiplyAdds is one for each weight.
func (MatMul) MultiplyAdds(in []Shape, _ Shape) int { return in[1].TotalSize() }

// Bias adds a number to each channel of x (C, …).
type Bias struct{}

func (Bias) String() string                  { return "bias" }
func (Bias) Infer(in []Shape) (Shape, error) { return same(in) }
func (Norm) Infer(in []Shape) (Shape, error) { return same(in) }

// Norm normalises each channel of x by the mean and the variance of the batch,
// then scales and shifts it; its inputs are x, scale, shift, and the running
// mean and variance, which it updates: r ← Momentum·r + (1-Momentum)·batch. See
// NormInputs.
type Norm struct {
	Epsilon, Momentum float64
	NoScale, NoShift  bool // these inputs are not there
}

func (Norm) String() string { return "norm" }

// MeanImage is the mean of each channel of an image.
type MeanImage struct{}

func (MeanImage) String() string { return "mean over the image" }

// Infer wants an image.
func (MeanImage) Infer(in []Shape) (Shape, error) {
	if err := image(in[0]); err != nil {
		return nil, err
	}
	return Shape{in[0][0]}, nil
}

// Reshape gives the same numbers another shape.
type Reshape struct{ To Shape }

func (r Reshape) String() string { return "reshape" }

// Infer wants as many numbers as To has.
func (r Reshape) Infer(in []Shape) (Shape, error) {
	if in[0].TotalSize() != r.To.TotalSize() {
		return nil, mismatch(fmt.Sprintf("%d values a sample", r.To.TotalSize()), in[0])
	}
	return r.To.Clone(), nil
}

// Concat puts inputs behind one another along their first axis: channels of an
// image, elements of a vector.
type Concat struct{}

func (Concat) String() string { return "concat" }

// Infer wants shapes that differ in their first axis alone.
func (Concat) Infer(in []Shape) (Shape, error) {
	out := in[0].Clone()
	for _, s := range in[1:] {
		if len(s) != len(out) || !s[1:].Eq(out[1:]) {
			return nil, &Mismatch{"inputs that differ in their channels alone", printShapes(in)}
		}
		out[0] += s[0]
	}
	return out, nil
}

func printShapes(in []Shape) string {
	var all []string
	for _, s := range in {
		all = append(all, PrintShape("N", s))
	}
	return strings.Join(all, " and ")
}

// Opaque is a function on Gorgonia's nodes: the first inputs are batches, the
// others parameters. How it is called is for package graph to know.
type Opaque struct {
	F     any
	Shape func(in []Shape) (Shape, error) // declares F on a scratch graph to see

	Probabilities bool // what comes out is a softmax
}

func (o *Opaque) String() string                  { return "Gorgonia's ops" }
func (o *Opaque) Infer(in []Shape) (Shape, error) { return o.Shape(in) }
