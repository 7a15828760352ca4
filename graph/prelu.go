package graph

import (
	"fmt"

	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// Slopes says which values of a sample share one slope of a PReLU.
type Slopes uint8

const (
	// PerChannel is a slope for each channel, as in the paper: Keras'
	// PReLU(shared_axes=[1, 2]), PyTorch's PReLU(C).
	PerChannel Slopes = iota
	// PerElement is a slope for each value of a sample: Keras' PReLU().
	PerElement
	// Single is one slope for all: PyTorch's PReLU().
	Single
)

func (s Slopes) String() string {
	if s > Single {
		return fmt.Sprintf("Slopes(%d)", uint8(s))
	}
	return [...]string{"PerChannel", "PerElement", "Single"}[s]
}

// PReLU is x where x > 0 and slope·x elsewhere, with slopes that are learned: He
// et al., arXiv:1502.01852. Its gradient at 0 is the slope.
//
// Input (N, C, …); output the same. Weights: slope (C), (C, …) or (1).
type PReLU struct {
	Slopes Slopes      // PerChannel (0), PerElement or Single
	Init   Initializer // of the slopes; nil means Zeros, as in Keras; the paper and PyTorch have Constant{Value: 0.25}
}

var _ Explainer = PReLU{}

func (p PReLU) String() string { return Literal(p) }

// Build takes any shape.
func (p PReLU) Build(s *Scope, x *Value) *Value {
	if p.Slopes > Single {
		return s.Fail(badField("Slopes", "PerChannel, PerElement or Single", uint8(p.Slopes)))
	}
	if len(x.Shape()) == 0 {
		return s.Fail(errors.New("want channels (N, C, …), got none"))
	}
	init := p.Init
	if init == nil {
		init = Zeros
	}
	return s.op(ir.PReLU{}, x, s.Weight("slope", p.shape(x.Shape()), init))
}

// shape is that of the slopes.
func (p PReLU) shape(in Shape) Shape {
	switch p.Slopes {
	case PerElement:
		return in.Clone()
	case Single:
		return Shape{1}
	}
	return Shape{in[0]}
}

// Explain shows the slopes.
func (p PReLU) Explain(in Shape) Arithmetic {
	return Arithmetic{Lines: []string{fmt.Sprintf("slopes: %s", group(p.shape(in).TotalSize()))}}
}
