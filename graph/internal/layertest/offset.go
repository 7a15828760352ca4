package layertest

import (
	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// Offset adds a trainable number to each value of a sample, so that the
// gradient by the next layer's input can be read off as that by a weight.
type Offset struct{}

func (o Offset) String() string { return graph.Literal(o) }

// Build takes any shape.
func (Offset) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	w := s.Weight("shift", append(graph.Shape{1}, x.Shape()...), graph.Zeros)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) { return G.BroadcastAdd(n[0], n[1], nil, []byte{0}) }, x, w)
}
