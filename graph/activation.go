package graph

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// Activation is a function that a layer applies to its output. It keeps the
// shape, and is a layer of its own too. One of yours is a type with these
// methods.
type Activation interface {
	Layer
	Activate(x *G.Node) (*G.Node, error)
}

// The activations that have no parameter.
const (
	// ReLU is max(x, 0). Its gradient at 0 is 0, as in Keras and PyTorch.
	ReLU = function("ReLU")
	// Sigmoid is 1/(1+exp(-x)).
	Sigmoid = function("Sigmoid")
	// Tanh is the hyperbolic tangent.
	Tanh = function("Tanh")
	// Softmax is exp(x[k])/Σ exp(x[j]) over a vector (N, K). A network that ends in
	// it still trains on the logits: see SparseCategoricalCrossEntropy.
	Softmax = function("Softmax")
)

// function is an activation known by its name.
type function string

var _ Activation = function("")

func (f function) String() string                               { return string(f) }
func (f function) Declare(_ *Scope, x *G.Node) (*G.Node, error) { return f.Activate(x) }

// OutputShape takes any shape, but vectors only for Softmax.
func (f function) OutputShape(in Shape) (Shape, error) {
	if f == Softmax && len(in) != 1 {
		return nil, mismatch("vectors (N, K) for Softmax", in)
	}
	return in, nil
}

// Activate declares the function with Gorgonia's ops, except softmax, where
// Gorgonia's is wrong.
func (f function) Activate(x *G.Node) (*G.Node, error) {
	if _, err := f.OutputShape(x.Shape()[1:]); err != nil {
		return nil, err
	}
	switch f {
	case ReLU:
		return rectify(x)
	case Sigmoid:
		return G.Sigmoid(x)
	case Tanh:
		return G.Tanh(x)
	default:
		return engine.SoftMax(x)
	}
}

// rectify is x·(x > 0). Gorgonia's Rectify is x·(x ≥ 0), which lets a gradient of 1
// through at 0: blank pixels under a zero bias all lie there.
func rectify(x *G.Node) (*G.Node, error) {
	positive, err := G.Gt(x, constant(x, 0), true)
	if err != nil {
		return nil, err
	}
	return G.HadamardProd(x, positive)
}

// LeakyReLU is x where x > 0 and Slope·x elsewhere.
type LeakyReLU struct {
	Slope float64 // 0 means 0.3, Keras' default
}

var _ Activation = LeakyReLU{}

func (l LeakyReLU) String() string                               { return literal(l) }
func (l LeakyReLU) OutputShape(in Shape) (Shape, error)          { return in, nil }
func (l LeakyReLU) Declare(_ *Scope, x *G.Node) (*G.Node, error) { return l.Activate(x) }

// Activate declares Slope·x + (1-Slope)·max(x, 0).
func (l LeakyReLU) Activate(x *G.Node) (*G.Node, error) {
	slope := l.Slope
	if slope == 0 {
		slope = 0.3
	}
	positive, err := rectify(x)
	if err != nil {
		return nil, err
	}
	if positive, err = G.HadamardProd(positive, constant(x, 1-slope)); err != nil {
		return nil, err
	}
	scaled, err := G.HadamardProd(x, constant(x, slope))
	if err != nil {
		return nil, err
	}
	return G.Add(scaled, positive)
}

// constant is the scalar v in x's element type.
func constant(x *G.Node, v float64) *G.Node {
	if x.Dtype() == tensor.Float64 {
		return G.NewConstant(v)
	}
	return G.NewConstant(float32(v))
}

// activate applies a, where nil leaves x as it is.
func activate(a Activation, x *G.Node) (*G.Node, error) {
	if a == nil {
		return x, nil
	}
	return a.Activate(x)
}
