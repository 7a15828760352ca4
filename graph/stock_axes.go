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

// shuffled deals out the channels of planes.
func shuffled(o ir.Shuffle, x *G.Node) (*G.Node, error) {
	s := x.Shape()
	c, area := s[1], s[2]*s[3]
	from := make([]int32, 0, c*area)
	for to := range c {
		for i := range area {
			from = append(from, int32(o.From(to, c)*area+i))
		}
	}
	return engine.Gather(x, c*area, from, s...)
}

// channelsCopied joins, cuts or deals out the channels of images in which they lie
// last.
func channelsCopied(v *ir.Value, in G.Nodes) (*G.Node, error) {
	var channels []int
	var runs []engine.ChannelRun
	total := 0
	for i, x := range v.In {
		c := x.Shape[0]
		channels = append(channels, c)
		switch o := v.Op.(type) {
		case ir.Concat:
			runs = append(runs, engine.ChannelRun{Of: i, To: total, Count: c})
		case ir.Slice:
			if o.Step == 1 {
				runs = append(runs, engine.ChannelRun{From: o.From, Count: o.Count})
				continue
			}
			for to := range o.Count {
				runs = append(runs, engine.ChannelRun{From: o.From + to*o.Step, To: to, Count: 1})
			}
		case ir.Shuffle:
			for to := range c {
				runs = append(runs, engine.ChannelRun{From: o.From(to, c), To: to, Count: 1})
			}
		}
		total += c
	}
	return engine.ChannelsLast(in, channels, v.Shape[0], runs)
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
		from = outward(from, nil, n, steps[i])
	}
	batch := x.Shape()[0]
	return engine.Gather(x, x.Shape().TotalSize()/batch, from, batched(batch, shape)...)
}
