package graph

import (
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// The activations that have no parameter. Each is a layer, and may be the
// Activation of another. One of yours is any Layer.
const (
	// ReLU is max(x, 0). Its gradient at 0 is 0, as in Keras and PyTorch.
	ReLU = function("ReLU")
	// ReLU6 is min(max(x, 0), 6). Its gradient at 0 and at 6 is 0.
	ReLU6 = function("ReLU6")
	// SELU is 1.0507·x where x > 0 and 1.0507·1.6733·(exp(x)-1) elsewhere,
	// which brings what passes through many layers towards mean 0 and
	// variance 1: Klambauer et al., arXiv:1706.02515.
	SELU = function("SELU")
	// GELU is x·Φ(x), Φ being the distribution function of the standard
	// normal: Hendrycks & Gimpel, arXiv:1606.08415.
	GELU = function("GELU")
	// GELUTanh is nearly GELU: x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
	GELUTanh = function("GELUTanh")
	// SiLU, or swish, is x/(1+exp(-x)): Elfwing et al., arXiv:1702.03118.
	SiLU = function("SiLU")
	// Mish is x·tanh(log(1+exp(x))): Misra, arXiv:1908.08681.
	Mish = function("Mish")
	// Sigmoid is 1/(1+exp(-x)). A network that ends in it still trains on
	// the logits: see BinaryCrossEntropy.
	Sigmoid = function("Sigmoid")
	// HardSwish is x·min(max(x+3, 0), 6)/6: Howard et al.,
	// arXiv:1905.02244. Its gradient is 0 at -3 and 1 at 3, as in Keras.
	HardSwish = function("HardSwish")
	// Tanh is the hyperbolic tangent.
	Tanh = function("Tanh")
	// Softplus is log(1+exp(x)).
	Softplus = function("Softplus")
	// Softsign is x/(1+|x|).
	Softsign = function("Softsign")
	// Sqrt is √x, and NaN below 0.
	Sqrt = function("Sqrt")
	// Exp is the exponential.
	Exp = function("Exp")
	// Log is the natural logarithm, and NaN below 0.
	Log = function("Log")
	// Abs is |x|. Its gradient at 0 is 0.
	Abs = function("Abs")
	// Negative is -x.
	Negative = function("Negative")
	// Reciprocal is 1/x.
	Reciprocal = function("Reciprocal")
	// Erf is the error function, 2·Φ(√2·x)-1.
	Erf = function("Erf")
	// Softmax is exp(x[k])/Σ exp(x[j]) over a vector (N, K), or over the
	// channels of each pixel of an image (N, C, H, W). A network that ends
	// in it still trains on the logits: see SparseCategoricalCrossEntropy.
	Softmax = function("Softmax")
	// LogSoftmax is the logarithm of Softmax, finite where x is.
	LogSoftmax = function("LogSoftmax")
)

// function is an activation known by its name.
type function string

var _ Layer = function("")

func (f function) String() string { return string(f) }

// functions are the activations and their ops, as above.
var functions = []struct {
	name function
	op   ir.Op
}{
	{ReLU, ir.Unary{F: ir.ReLU}},
	{ReLU6, ir.Unary{F: ir.ReLU6}},
	{SELU, ir.Unary{F: ir.SELU}},
	{GELU, ir.Unary{F: ir.GELU}},
	{GELUTanh, ir.Unary{F: ir.GELUTanh}},
	{SiLU, ir.Unary{F: ir.SiLU}},
	{Mish, ir.Unary{F: ir.Mish}},
	{Sigmoid, ir.Unary{F: ir.Sigmoid}},
	{HardSwish, ir.Unary{F: ir.HardSwish}},
	{Tanh, ir.Unary{F: ir.Tanh}},
	{Softplus, ir.Unary{F: ir.Softplus}},
	{Softsign, ir.Unary{F: ir.Softsign}},
	{Sqrt, ir.Unary{F: ir.Sqrt}},
	{Exp, ir.Unary{F: ir.Exp}},
	{Log, ir.Unary{F: ir.Log}},
	{Abs, ir.Unary{F: ir.Abs}},
	{Negative, ir.Unary{F: ir.Negative}},
	{Reciprocal, ir.Unary{F: ir.Reciprocal}},
	{Erf, ir.Unary{F: ir.Erf}},
	{Softmax, ir.Softmax{}},
	{LogSoftmax, ir.LogSoftmax{}},
}

// Build takes any shape, but vectors and images only for Softmax and
// LogSoftmax.
func (f function) Build(s *Scope, x *Value) *Value {
	var names []string
	for _, known := range functions {
		if known.name == f {
			return s.op(known.op, x)
		}
		names = append(names, string(known.name))
	}
	return s.Fail(errors.Errorf("want an activation %s, got %q", oneOf(names), string(f)))
}

// oneOf is a list as messages write it: a, b or c.
func oneOf(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
