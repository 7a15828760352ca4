package graph

import (
	"slices"

	"euryale/internal/ir"
	"euryale/internal/onnx"
)

// norm is by the running statistics.
func (e *exporter) norm(v *ir.Value, o ir.Norm) {
	x, scale, shift, mean, variance := ir.NormInputs(o, v.In)
	c := mean.Shape
	e.node("BatchNormalization", []string{
		e.name(x), e.orFilled(scale, "scale", 1, c...), e.orFilled(shift, "shift", 0, c...), e.name(mean), e.name(variance),
	}, e.float("epsilon", o.Epsilon), e.float("momentum", o.Momentum))
}

// orFilled is a parameter, or what has no effect in its place where that is not there:
// one for what multiplies, zero for what is added.
func (e *exporter) orFilled(p *ir.Value, name string, none float32, dims ...int) string {
	if p != nil {
		return e.param(p, dims...)
	}
	return e.filled(name, none, dims...)
}

// sampleNorm is the operator that normalises such sets.
func (e *exporter) sampleNorm(v *ir.Value, o ir.SampleNorm) {
	var scale, shift *ir.Value
	rest := v.In[1:]
	if !o.NoScale {
		scale, rest = rest[0], rest[1:]
	}
	if !o.NoShift {
		shift = rest[0]
	}
	x, in := e.name(v.In[0]), v.Shape
	axes := len(in)
	epsilon := e.float("epsilon", o.Epsilon)
	switch whole := spreadOver(in, scale, shift); {
	case o.Last > 0:
		e.layerNorm(x, axes-o.Last, scale, shift, in, epsilon)
	case o.Groups == 1 && whole:
		e.layerNorm(x, 0, scale, shift, in, epsilon)
	case o.Groups == 0 && axes == 1:
		e.layerNorm(x, 0, scale, shift, in, epsilon)
	case o.Groups == 0:
		e.pixelNorm(x, scale, shift, in, epsilon)
	default:
		e.groupNorm(x, o.Groups, scale, shift, in, epsilon)
	}
}

// spreadOver reports whether the parameters that are there have a number for each
// value of a sample.
func spreadOver(in Shape, params ...*ir.Value) bool {
	return !slices.ContainsFunc(params, func(p *ir.Value) bool { return p != nil && !slices.Equal(p.Shape, in) })
}

// layerNorm is over the axes of samples from one on.
func (e *exporter) layerNorm(x string, from int, scale, shift *ir.Value, in Shape, epsilon onnx.Attribute) string {
	inputs := []string{x, e.orFilled(scale, "scale", 1, in[from:]...)}
	if shift != nil {
		inputs = append(inputs, e.param(shift, in[from:]...))
	}
	return e.node("LayerNormalization", inputs, onnx.IntAttr("axis", from+1), epsilon)
}

// pixelNorm is over the channels of each pixel, which are put last for it.
func (e *exporter) pixelNorm(x string, scale, shift *ir.Value, in Shape, epsilon onnx.Attribute) {
	axes := len(in)
	var last, first []int
	for i := 1; i < axes; i++ {
		last, first = append(last, i), append(first, i-1)
	}
	y := e.layerNorm(e.transpose(x, append(last, 0)...), axes-1, scale, shift, append(in[1:].Clone(), in[0]), epsilon)
	e.transpose(y, append([]int{axes - 1}, first...)...)
}

// groupNorm is over the channels of each group, with all their pixels.
func (e *exporter) groupNorm(x string, groups int, scale, shift *ir.Value, in Shape, epsilon onnx.Attribute) {
	c := in[0]
	vectors := len(in) == 1
	if groups != c && !e.knows(21) {
		e.groupsApart(x, groups, scale, shift, in, epsilon)
		return
	}
	if vectors {
		x = e.reshape(x, c, 1)
	}
	inputs := []string{x, e.orFilled(scale, "scale", 1, c), e.orFilled(shift, "shift", 0, c)}
	y := ""
	if groups == c {
		y = e.node("InstanceNormalization", inputs, epsilon)
	} else {
		y = e.node("GroupNormalization", inputs, onnx.IntAttr("num_groups", groups), epsilon)
	}
	if vectors {
		e.reshape(y, c)
	}
}

// groupsApart normalises groups as if each were a channel.
func (e *exporter) groupsApart(x string, groups int, scale, shift *ir.Value, in Shape, epsilon onnx.Attribute) {
	ones, zeros := e.filled("ones", 1, groups), e.filled("zeros", 0, groups)
	y := e.node("InstanceNormalization", []string{e.reshape(x, groups, in.TotalSize()/groups), ones, zeros}, epsilon)
	y = e.reshape(y, in...)
	if scale != nil {
		y = e.times(y, e.perChannel(scale, len(in)))
	}
	if shift != nil {
		e.node("Add", []string{y, e.perChannel(shift, len(in))})
	}
}

// responseNorm is LRN where the channels around are as many before as behind, and the
// definition of it elsewhere: runtimes take odd sizes alone, and images.
func (e *exporter) responseNorm(v *ir.Value, o ir.ResponseNorm) {
	x, in := e.name(v.In[0]), v.Shape
	if o.Size%2 == 1 && len(in) == 3 {
		e.node("LRN", []string{x}, onnx.IntAttr("size", o.Size), e.float("alpha", o.Alpha), e.float("beta", o.Beta), e.float("bias", o.Bias))
		return
	}
	squares := e.reshape(e.times(x, x), 1, in[0], in.TotalSize()/in[0])
	before := (o.Size - 1) / 2
	means := e.node("AveragePool", []string{e.padded(squares, [2]int{before, 0}, [2]int{o.Size - 1 - before, 0}, 0)}, onnx.IntsAttr("kernel_shape", o.Size, 1))
	sums := e.node("Add", []string{e.times(means, e.scalar("alpha", o.Alpha)), e.scalar("bias", o.Bias)})
	e.node("Div", []string{x, e.reshape(e.node("Pow", []string{sums, e.scalar("beta", o.Beta)}), in...)})
}
