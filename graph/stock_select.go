package graph

import (
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

// chosen takes, along each axis, what its list says. Axes before the first with a
// list are so many pieces, with one rule for all.
func chosen(o ir.Select, x *G.Node) (*G.Node, error) {
	shape := x.Shape()
	out, first := shape.Clone(), len(o.Axes)
	for i, places := range o.Axes {
		if places != nil {
			out[i+1] = len(places)
			first = min(first, i)
		}
	}
	steps := strides(shape[1:])
	from := []int32{0}
	size := 1
	for i := first; i < len(o.Axes); i++ {
		size *= shape[i+1]
		from = outward(from, o.Axes[i], shape[i+1], steps[i])
	}
	return engine.GatherOr(x, size, from, o.Fill, out...)
}

// outward goes on from places to all of an axis' own: n of them, or those listed.
func outward(from []int32, listed []int, n, step int) []int32 {
	if listed != nil {
		n = len(listed)
	}
	next := make([]int32, 0, len(from)*n)
	for _, at := range from {
		for j := range n {
			if listed != nil {
				j = listed[j]
			}
			if at < 0 || j < 0 {
				next = append(next, -1)
				continue
			}
			next = append(next, at+int32(j*step))
		}
	}
	return next
}

// concat puts values behind one another along an axis.
func concat(o ir.Concat, in G.Nodes) (*G.Node, error) {
	if o.Axis == 0 {
		return engine.Concat(in...)
	}
	// Along a later one, the axes before it are so many samples more.
	shape := in[0].Shape().Clone()
	outer := shape[:o.Axis+1].TotalSize()
	flat := make(G.Nodes, len(in))
	total := 0
	for i, x := range in {
		var err error
		if flat[i], err = reshaped(x, Shape{outer, x.Shape().TotalSize() / outer}); err != nil {
			return nil, err
		}
		total += x.Shape()[o.Axis+1]
	}
	y, err := engine.Concat(flat...)
	if err != nil {
		return nil, err
	}
	shape[o.Axis+1] = total
	return reshaped(y, shape)
}

// reducers are how the engine reduces.
var reducers = map[ir.Reduction]engine.Reduction{
	ir.MeanOf: engine.MeanOf, ir.SumOf: engine.SumOf, ir.MaxOf: engine.MaxOf, ir.MinOf: engine.MinOf,
	ir.ArgMax: engine.PlaceOfMax, ir.ArgEnd: engine.LastPlaceOfMax,
}

// reduceAxes reduces axes. Gorgonia reads wrong numbers along some, and its mean
// over two at once is wrong.
func reduceAxes(v *ir.Value, o ir.Reduce, x *G.Node) (*G.Node, error) {
	return engine.Reduce(x, reducers[o.By], o.Axes, batched(x.Shape()[0], v.Shape)...)
}

// softmaxAlong is a softmax along any axis: that is the channels', those before it
// are so many samples, and those behind it so many pixels.
func softmaxAlong(o ir.SoftmaxAlong, x *G.Node) (*G.Node, error) {
	shape := x.Shape().Clone()
	outer, n := shape[:o.Axis+1].TotalSize(), shape[o.Axis+1]
	to, f := Shape{outer, n, shape.TotalSize() / outer / n, 1}, engine.ChannelSoftMax
	switch last := to[2] == 1; {
	case o.Log:
		f = engine.LogSoftMax
	case last:
		to, f = to[:2], engine.SoftMax
	}
	x, err := reshaped(x, to)
	if err != nil {
		return nil, err
	}
	y, err := f(x)
	if err != nil {
		return nil, err
	}
	return reshaped(y, shape)
}
