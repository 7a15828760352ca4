package graph

import (
	"slices"

	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

func (b *build) join(v *ir.Value, o ir.Join, in G.Nodes) (y *G.Node, err error) {
	switch {
	case o.Scales(v.Shapes()):
		return scaledProduct(v, in, engine.ScalePlanes)
	case o.By == ir.Maximum: // Gorgonia has none with a gradient
		return engine.Maximum(in...)
	case b.options.Fused && o.By == ir.Product:
		return engine.Product(in...)
	case b.options.Fused:
		return engine.Sum(in...)
	}
	two := G.Add
	if o.By == ir.Product {
		two = G.HadamardProd
	}
	y = in[0]
	for _, x := range in[1:] {
		if y, err = two(y, x); err != nil {
			return nil, err
		}
	}
	return y, nil
}

// scaledProduct is the product of the images among the inputs times that of the
// numbers for their channels.
func scaledProduct(v *ir.Value, in G.Nodes, scale func(x, by *G.Node) (*G.Node, error)) (*G.Node, error) {
	var images, numbers G.Nodes
	for i, x := range v.In {
		if slices.Equal(x.Shape, v.Shape) {
			images = append(images, in[i])
		} else {
			numbers = append(numbers, in[i])
		}
	}
	x, err := engine.Product(images...)
	if err != nil {
		return nil, err
	}
	by, err := engine.Product(numbers...)
	if err != nil {
		return nil, err
	}
	return scale(x, by)
}
