package graph

import (
	"fmt"
	"strings"

	G "gorgonia.org/gorgonia"
)

// Flatten makes a vector of each sample, in (C, H, W) order.
//
// Input (N, …); output (N, K), K the product of the input's dimensions.
type Flatten struct{}

var _ Explainer = Flatten{}

func (f Flatten) String() string { return literal(f) }

// OutputShape takes any shape.
func (f Flatten) OutputShape(in Shape) (Shape, error) { return Shape{in.TotalSize()}, nil }

// Declare adds a Reshape.
func (f Flatten) Declare(_ *Scope, x *G.Node) (*G.Node, error) {
	n := x.Shape()[0]
	return G.Reshape(x, Shape{n, x.Shape().TotalSize() / n})
}

// Explain shows the product.
func (f Flatten) Explain(in Shape) Arithmetic {
	sides := strings.Trim(strings.Join(strings.Fields(fmt.Sprint([]int(in))), "·"), "[]")
	return Arithmetic{Lines: []string{fmt.Sprintf("%s = %s values", sides, thousands(in.TotalSize()))}}
}
