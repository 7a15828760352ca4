package graph

import (
	"strings"
	"testing"
)

// TestUnknownNames are of constants that this package does not export a way to
// make: an activation, a joiner, an initializer.
func TestUnknownNames(t *testing.T) {
	two := []Layer{Flatten{}, Flatten{}}
	for _, c := range []struct {
		layer Layer
		want  string
	}{
		{function("Swish"), `want an activation ReLU, ReLU6, SELU, GELU, GELUTanh, SiLU, Mish, Sigmoid, HardSwish, Tanh, Softplus, Softsign, Sqrt, Exp, Log, Abs, Negative, Reciprocal, Erf, Softmax or LogSoftmax, got "Swish"`},
		{function(""), `want an activation ReLU, ReLU6, SELU, GELU, GELUTanh, SiLU, Mish, Sigmoid, HardSwish, Tanh, Softplus, Softsign, Sqrt, Exp, Log, Abs, Negative, Reciprocal, Erf, Softmax or LogSoftmax, got ""`},
		{Dense{Units: 2, Activation: function("relu")}, `dense_1: Dense{Units: 2, Activation: relu}: `},
		{Branches{Join: joiner("Mean"), Of: two}, `want a joiner Sum, Difference, Product, Quotient, Maximum, Minimum, Power, MatMul or Concat, got "Mean"`},
		{Dense{Units: 2, Init: initializer("Normal")}, `want an initializer GlorotUniform, GlorotNormal, HeUniform, HeNormal, LeCunUniform, LeCunNormal, Zeros or Ones, got "Normal"`},
	} {
		_, err := New(Config{Input: Shape{2}}, c.layer)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: error %v, want one line with %q", c.layer, err, c.want)
		}
	}
}
