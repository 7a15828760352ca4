package graph

import (
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

func (b *build) join(o ir.Join, in G.Nodes) (y *G.Node, err error) {
	switch {
	case o.Scales(samples(in)):
		return scaledProduct(in)
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

// samples are the shapes of nodes without the batch.
func samples(in G.Nodes) []Shape {
	shapes := make([]Shape, len(in))
	for i, n := range in {
		shapes[i] = n.Shape()[1:]
	}
	return shapes
}

// scaledProduct is the product of the images among the inputs times that of the
// numbers for their channels.
func scaledProduct(in G.Nodes) (*G.Node, error) {
	shapes := samples(in)
	whole := shapes[ir.Whole(shapes)]
	var images, numbers G.Nodes
	for i, n := range in {
		if shapes[i].Eq(whole) {
			images = append(images, n)
		} else {
			numbers = append(numbers, n)
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
	return engine.ScalePlanes(x, by)
}
