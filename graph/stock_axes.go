package graph

import (
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

// transpose puts axes in another order. Gorgonia's op changes the order of its
// input's shape while it runs.
func transpose(o ir.Transpose, x *G.Node) (*G.Node, error) {
	in := x.Shape()[1:]
	stride := strides(in)
	out, steps := make(Shape, len(in)), make([]int, len(in))
	for i, a := range o.Axes {
		out[i], steps[i] = in[a], stride[a]
	}
	return strided(x, out, steps, 0)
}

// slice keeps part of an axis. Gorgonia's tells slices apart by their bounds
// modulo 256, and drops a side of length 1.
func slice(o ir.Slice, x *G.Node) (*G.Node, error) {
	out := x.Shape()[1:].Clone()
	steps := strides(out)
	first := o.From * steps[o.Axis]
	out[o.Axis] = o.Count
	steps[o.Axis] *= o.Step
	return strided(x, out, steps, first)
}

// strides are how many values lie between neighbours along each axis.
func strides(s Shape) []int {
	steps, n := make([]int, len(s)), 1
	for i := len(s) - 1; i >= 0; i-- {
		steps[i] = n
		n *= s[i]
	}
	return steps
}

// strided makes samples of the given shape, whose values lie so many steps apart
// along each axis in those of x, from the first on.
func strided(x *G.Node, shape Shape, steps []int, first int) (*G.Node, error) {
	from := []int32{int32(first)}
	for i, n := range shape {
		next := make([]int32, 0, len(from)*n)
		for _, at := range from {
			for j := range n {
				next = append(next, at+int32(j*steps[i]))
			}
		}
		from = next
	}
	batch := x.Shape()[0]
	return engine.Gather(x, x.Shape().TotalSize()/batch, from, batched(batch, shape)...)
}
