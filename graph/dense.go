package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Dense is a fully connected layer: y = x·w + b.
//
// Input (N, K); output (N, Units). Weights: kernel (K, Units), bias (Units).
type Dense struct {
	Units      int         // outputs, at least 1
	NoBias     bool        // leave out the bias
	Activation Layer       // such as ReLU; nil means none
	Init       Initializer // of the kernel; nil means GlorotUniform
	Penalty    Penalty     // on the kernel, such as L2{Weight: 1e-4}; nil means none
}

var _ Explainer = Dense{}

func (d Dense) String() string { return Literal(d) }

// Build wants vectors.
func (d Dense) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	if err := wantNumber("Units", d.Units, ""); err != nil {
		return s.Fail(err)
	}
	if len(in) != 1 {
		return s.Fail(mismatch("vectors (N, K), such as a Flatten makes", in))
	}
	y := s.op(ir.MatMul{}, x, s.PenalizedWeight("kernel", Shape{in[0], d.Units}, d.Init, d.Penalty))
	if !d.NoBias {
		y = s.op(ir.Bias{}, y, s.Weight("bias", Shape{d.Units}, Zeros))
	}
	return activate(s, d.Activation, y)
}

// Explain shows the weights and the multiply-adds.
func (d Dense) Explain(in Shape) Arithmetic {
	macs := in.TotalSize() * d.Units
	weights, count := fmt.Sprintf("weights: %d·%d", in.TotalSize(), d.Units), macs
	if !d.NoBias {
		weights += fmt.Sprintf("+%d", d.Units)
		count += d.Units
	}
	return Arithmetic{Lines: []string{
		fmt.Sprintf("%s = %s", weights, group(count)),
		fmt.Sprintf("multiply-adds: %d·%d = %s", in.TotalSize(), d.Units, group(macs)),
	}}
}
