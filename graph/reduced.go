package graph

import (
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Sums and maxima over an axis that is neither the first nor the last read the
// wrong numbers in tensor v0.9.24, unless that axis or the product of those
// before it happens to suit. Gorgonia uses them in gradients as well, such as
// that of a broadcast along the height of an image.

// reduced is a sum or a maximum over some of the axes, the last first.
type reduced struct {
	G.Op
	axes []int
	max  bool
}

var _ G.SDOp = reduced{}

// Do reduces one axis after the other.
func (r reduced) Do(in ...G.Value) (G.Value, error) {
	x, ok := in[0].(*tensor.Dense)
	if !ok {
		return r.Op.Do(in...)
	}
	if x.RequiresIterator() || x.IsView() {
		x = x.Materialize().(*tensor.Dense)
	}
	switch d := x.Data().(type) {
	case []float32:
		return reduce(r, d, x.Shape()), nil
	case []float64:
		return reduce(r, d, x.Shape()), nil
	}
	return r.Op.Do(in...)
}

// OverwritesInput is none, since the result is elsewhere.
func (reduced) OverwritesInput() int { return -1 }

// DiffWRT is the op's.
func (r reduced) DiffWRT(inputs int) []bool { return r.Op.(G.SDOp).DiffWRT(inputs) }

// SymDiff is the op's.
func (r reduced) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	return r.Op.(G.SDOp).SymDiff(in, out, grad)
}

func reduce[T float32 | float64](r reduced, x []T, shape Shape) *tensor.Dense {
	shape = shape.Clone()
	for _, axis := range r.axes {
		x = reduceAxis(x, shape[axis], shape[axis+1:].TotalSize(), r.max)
		shape = slices.Delete(shape, axis, axis+1)
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x))
}

// reduceAxis reduces an axis of the given size, with so many numbers for each
// step along it.
func reduceAxis[T float32 | float64](x []T, size, inner int, largest bool) []T {
	y := make([]T, len(x)/size)
	for i := 0; i < len(y); i += inner {
		to, from := y[i:i+inner], x[i*size:(i+inner)*size]
		copy(to, from)
		for k := inner; k < len(from); k += inner {
			for j, v := range from[k : k+inner] {
				switch {
				case !largest:
					to[j] += v
				case v > to[j] || v != v:
					to[j] = v
				}
			}
		}
	}
	return y
}
