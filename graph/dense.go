package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Dense is a fully connected layer: y = x·w + b.
//
// Input (N, K); output (N, Units). With LastAxis the input may be (N, …, K), and
// each row along its last axis is multiplied alike, as by PyTorch's Linear, Keras'
// Dense and ONNX' MatMul with a constant; output (N, …, Units).
// Weights: kernel (K, Units), bias (Units).
type Dense struct {
	Units      int         // outputs, at least 1
	LastAxis   bool        // of (N, …, K), and not of vectors alone
	NoBias     bool        // leave out the bias
	Activation Layer       // such as ReLU; nil means none
	Init       Initializer // of the kernel; nil means GlorotUniform
	Penalty    Penalty     // on the kernel, such as L2{Weight: 1e-4}; nil means none
}

var _ Explainer = Dense{}

func (d Dense) String() string { return Literal(d) }

// Build wants vectors, or rows of them.
func (d Dense) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	if err := wantNumber("Units", d.Units, ""); err != nil {
		return s.Fail(err)
	}
	if len(in) != 1 && !d.LastAxis {
		return s.Fail(mismatch("vectors (N, K), such as a Flatten makes", in))
	}
	y := s.op(ir.MatMul{}, x, s.PenalizedWeight("kernel", Shape{in[len(in)-1], d.Units}, d.Init, d.Penalty))
	switch {
	case d.NoBias:
	case len(in) == 1:
		y = s.op(ir.Bias{}, y, s.Weight("bias", Shape{d.Units}, Zeros))
	default: // the units are no channels
		y = s.op(ir.Broadcast{By: ir.Sum}, y, s.Weight("bias", Shape{d.Units}, Zeros))
	}
	return activate(s, d.Activation, y)
}

// Explain shows the weights and the multiply-adds.
func (d Dense) Explain(in Shape) Arithmetic {
	k := in[len(in)-1]
	weights, count := fmt.Sprintf("weights: %d·%d", k, d.Units), k*d.Units
	if !d.NoBias {
		weights += fmt.Sprintf("+%d", d.Units)
		count += d.Units
	}
	return Arithmetic{Lines: []string{
		fmt.Sprintf("%s = %s", weights, group(count)),
		fmt.Sprintf("multiply-adds: %d·%d = %s", in.TotalSize(), d.Units, group(in.TotalSize()*d.Units)),
	}}
}
