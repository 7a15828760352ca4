package ir

import (
	"fmt"
	"math/rand/v2"
	"slices"
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

// MatMul is x (…, K) times a matrix (K, M), along its last axis.
type MatMul struct{}

func (MatMul) String() string { return "product" }

// Infer wants a last axis that is as long as the matrix has rows.
func (MatMul) Infer(in []Shape) (Shape, error) {
	x, last := in[0], len(in[0])-1
	if last < 0 || x[last] != in[1][0] {
		return nil, mismatch(fmt.Sprintf("%d values along the last axis", in[1][0]), x)
	}
	out := x.Clone()
	out[last] = in[1][1]
	return bounded(x, out)
}

// MultiplyAdds is one for each weight and row of x.
func (MatMul) MultiplyAdds(in []Shape, _ Shape) int {
	return in[1].TotalSize() * (in[0].TotalSize() / in[1][0])
}

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

// Concat puts inputs behind one another along an axis: the first, 0, is that of
// the channels of an image, and of the elements of a vector.
type Concat struct{ Axis int }

func (c Concat) String() string {
	if c.Axis > 0 {
		return fmt.Sprintf("concat along axis %d", c.Axis)
	}
	return "concat"
}

// Infer wants shapes that differ along the axis alone.
func (c Concat) Infer(in []Shape) (Shape, error) {
	if c.Axis >= len(in[0]) {
		return nil, mismatch(fmt.Sprintf("samples with an axis %d", c.Axis), in[0])
	}
	out := in[0].Clone()
	for _, s := range in[1:] {
		if len(s) != len(out) || !slices.Equal(s[:c.Axis], out[:c.Axis]) || !slices.Equal(s[c.Axis+1:], out[c.Axis+1:]) {
			along := "their channels"
			if c.Axis > 0 {
				along = fmt.Sprintf("axis %d", c.Axis)
			}
			return nil, &Mismatch{"inputs that differ in " + along + " alone", printShapes(in)}
		}
		out[c.Axis] += s[c.Axis]
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
