package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// Dense is a fully connected layer: y = x·w + b.
//
// Input (N, K); output (N, Units). Weights: kernel (K, Units), bias (Units).
type Dense struct {
	Units      int         // outputs, at least 1
	NoBias     bool        // leave out the bias
	Activation Activation  // nil means none
	Init       Initializer // of the kernel; nil means GlorotUniform
}

var _ Explainer = Dense{}

func (d Dense) String() string { return literal(d) }

// OutputShape wants vectors.
func (d Dense) OutputShape(in Shape) (Shape, error) {
	if d.Units < 1 {
		return nil, badField("Units", "of at least 1", d.Units)
	}
	if len(in) != 1 {
		return nil, mismatch("vectors (N, K), such as a Flatten makes", in)
	}
	return Shape{d.Units}, nil
}

// Declare adds a matrix product, the bias and the activation.
func (d Dense) Declare(s *Scope, x *G.Node) (*G.Node, error) {
	w, err := s.Weight("kernel", Shape{x.Shape()[1], d.Units}, d.Init)
	if err != nil {
		return nil, err
	}
	y, err := G.Mul(x, w)
	if err != nil {
		return nil, err
	}
	if !d.NoBias {
		if y, err = addBias(s, y); err != nil {
			return nil, err
		}
	}
	return activate(d.Activation, y)
}

// Explain shows the weights and the multiply-adds.
func (d Dense) Explain(in Shape) Arithmetic {
	macs := in.TotalSize() * d.Units
	weights, count := fmt.Sprintf("weights: %d·%d", in.TotalSize(), d.Units), macs
	if !d.NoBias {
		weights += fmt.Sprintf("+%d", d.Units)
		count += d.Units
	}
	return Arithmetic{
		Lines: []string{
			fmt.Sprintf("%s = %s", weights, thousands(count)),
			fmt.Sprintf("multiply-adds: %d·%d = %s", in.TotalSize(), d.Units, thousands(macs)),
		},
		MultiplyAdds: macs,
	}
}
