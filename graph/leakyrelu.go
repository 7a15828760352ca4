package graph

import "euryale/internal/ir"

// LeakyReLU is x where x > 0 and Slope·x elsewhere: Maas, Hannun & Ng,
// "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.
type LeakyReLU struct {
	Slope float64 // Keras' default is 0.3, PyTorch's 0.01; 0 is ReLU
}

var _ Layer = LeakyReLU{}

func (l LeakyReLU) String() string { return Literal(l) }

// Build takes any shape.
func (l LeakyReLU) Build(s *Scope, x *Value) *Value {
	if err := wantFinite("Slope", l.Slope); err != nil {
		return s.Fail(err)
	}
	return s.op(ir.Unary{F: ir.ReLU, Slope: l.Slope}, x)
}
