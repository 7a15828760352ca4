package graph

import (
	"fmt"

	"euryale/internal/engine"
)

// lowerDense recognises dense layers, and fuses their bias and ReLU.
func lowerDense(stages []stage, _ func(stage) bool) []stage {
	for i, s := range stages {
		if d, ok := s.Layer.(Dense); ok && s.lowered == nil {
			stages[i].lowered = dense{Dense: d, layer: s.name, in: s.in[0]}
		}
	}
	return stages
}

// dense is a Dense as one op, and the activation behind it unless that is ReLU.
type dense struct {
	Dense
	layer string
	in    int
}

func (l dense) String() string { return fmt.Sprintf("fused(%v)", l.Dense) }

func (l dense) declare(b *build, x flow) (flow, error) {
	w, bias, err := b.layerWeights(l.layer, Shape{l.in, l.Units}, l.Units, l.Init, l.NoBias)
	if err != nil {
		return flow{}, err
	}
	relu := l.Activation == ReLU
	y, err := engine.Dense(x.node, w, bias, relu, x.trained)
	if err == nil && !relu {
		y, err = activate(l.Activation, y)
	}
	return flow{node: y, trained: true}, err
}
