package graph

import (
	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// The activations that have no parameter. Each is a layer, and may be the
// Activation of another. One of yours is any Layer.
const (
	// ReLU is max(x, 0). Its gradient at 0 is 0, as in Keras and PyTorch.
	ReLU = function("ReLU")
	// Sigmoid is 1/(1+exp(-x)).
	Sigmoid = function("Sigmoid")
	// Tanh is the hyperbolic tangent.
	Tanh = function("Tanh")
	// Softmax is exp(x[k])/Σ exp(x[j]) over a vector (N, K). A network that
	// ends in it still trains on the logits: see
	// SparseCategoricalCrossEntropy.
	Softmax = function("Softmax")
)

// function is an activation known by its name.
type function string

var _ Layer = function("")

func (f function) String() string { return string(f) }

// Build takes any shape, but vectors only for Softmax.
func (f function) Build(s *Scope, x *Value) *Value {
	switch f {
	case ReLU:
		return s.op(ir.Unary{F: ir.ReLU}, x)
	case Sigmoid:
		return s.op(ir.Unary{F: ir.Sigmoid}, x)
	case Tanh:
		return s.op(ir.Unary{F: ir.Tanh}, x)
	case Softmax:
		return s.op(ir.Softmax{}, x)
	}
	return s.Fail(errors.Errorf("want an activation ReLU, Sigmoid, Tanh or Softmax, got %q", string(f)))
}

// LeakyReLU is x where x > 0 and Slope·x elsewhere: Maas, Hannun & Ng,
// "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.
type LeakyReLU struct {
	Slope float64 // Keras' default is 0.3, PyTorch's 0.01; 0 is ReLU
}

var _ Layer = LeakyReLU{}

func (l LeakyReLU) String() string { return Literal(l) }

// Build takes any shape.
func (l LeakyReLU) Build(s *Scope, x *Value) *Value {
	return s.op(ir.Unary{F: ir.ReLU, Slope: l.Slope}, x)
}
