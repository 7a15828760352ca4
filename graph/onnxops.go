package graph

import (
	"math"
	"slices"
	"strconv"
)

// onnxOps makes a layer of each operator, as package onnx has brought it into form.
// They refuse what no layer does.
var onnxOps map[string]func(*reading) imported

func init() { // since some refer to others
	onnxOps = map[string]func(*reading) imported{
		"Conv": (*reading).conv, "ConvTranspose": (*reading).convTranspose,
		"MaxPool": (*reading).maxPool, "AveragePool": (*reading).averagePool,
		"GlobalAveragePool": (*reading).globalPool, "GlobalMaxPool": (*reading).globalPool,
		"BatchNormalization": (*reading).batchNorm, "InstanceNormalization": (*reading).instanceNorm,
		"GroupNormalization": (*reading).groupNorm, "LayerNormalization": (*reading).layerNorm,
		"Gemm": (*reading).gemm, "MatMul": (*reading).matMul,
		"Reshape": (*reading).reshape, "Transpose": (*reading).transpose,
		"PRelu":   (*reading).prelu,
		"Softmax": (*reading).softmax, "LogSoftmax": (*reading).softmax, "LRN": (*reading).responseNorm,
		"Concat": (*reading).concat, "Slice": (*reading).slice, "Gather": (*reading).gather,
		"Pad": (*reading).pad, "Expand": (*reading).expand, "Tile": (*reading).tile,
		"DepthToSpace": (*reading).depthToSpace, "SpaceToDepth": (*reading).spaceToDepth, "Resize": (*reading).resize,
		"ArgMax": (*reading).argMax, "Cast": (*reading).cast,
	}
	for name := range onnxReductions {
		onnxOps[name] = (*reading).reduce
	}
	for name := range onnxJoins {
		onnxOps[name] = (*reading).elementwise
	}
	for name := range onnxFunctions {
		onnxOps[name] = (*reading).function
	}
}

// reshape is a matter of what reads it, but for an output.
func (o *reading) reshape() imported {
	s, ok := o.sampleShape(o.op.Out[0])
	if !ok {
		return o.refuse("want a batch first, as in %v, got %v", o.op.In[0], o.op.Out[0])
	}
	x, ok := o.values[o.op.Inputs[0]]
	if !ok {
		return o.refuse("its input is a constant")
	}
	if name, output := o.outs[o.op.Outputs[0]]; output {
		return imported{v: o.named(name, x.v, Reshape{To: atLeastOne(s)}), shape: s}
	}
	return imported{x.v, s}
}

func (o *reading) transpose() imported {
	perm := o.Ints("perm")
	if o.Err() != nil {
		return imported{}
	}
	if perm[0] != 0 && !o.whole {
		return o.refuse("want a perm that leaves the batch where it is, got %v", perm)
	}
	l := Permute{Axes: perm}
	if !o.whole {
		l.Axes = nil
		for _, a := range perm[1:] {
			l.Axes = append(l.Axes, a-1)
		}
	}
	return o.only(o.in(0), l)
}

// sizes are two numbers of a window as a Size; of one, which a sequence has, those of
// a row of pixels.
func (o *reading) sizes(n []int, across int) Size {
	switch len(n) {
	case 1:
		return Rect(across, n[0])
	case 2:
		return Rect(n[0], n[1])
	}
	o.refuse("want 1 or 2 spatial dimensions, got %d", len(n))
	return 0
}

// orDefault is 0 for a Size that the field means by it.
func orDefault(s, zero Size) Size {
	if s == zero {
		return 0
	}
	return s
}

// windowOfONNX is what convolutions and pools have in common.
type windowOfONNX struct {
	kernel, stride, dilation Size
	padding                  Padding
}

func (o *reading) window() windowOfONNX {
	w := windowOfONNX{
		kernel: o.sizes(o.Ints("kernel_shape"), 1), stride: o.sizes(o.Ints("strides"), 1), dilation: o.sizes(o.Ints("dilations"), 1),
	}
	switch pads := o.Ints("pads"); len(pads) {
	case 2:
		w.padding = Pads(0, 0, pads[0], pads[1])
	case 4:
		w.padding = Pads(pads[0], pads[2], pads[1], pads[3])
	default:
		o.refuse("want pads of 1 or 2 dimensions, got %v", pads)
	}
	return w
}

// kernel is what a convolution multiplies by and, unless there is none, adds: a
// constant kernel, with its shape in rank 4, that of a sequence of one row, and a bias.
func (o *reading) kernel() (weights map[string]weightOfONNX, dims []int, noBias bool) {
	t, bias := o.constant(1), o.constant(2)
	if o.Err() != nil {
		return nil, nil, false
	}
	if dims = t.Dims; len(dims) == 3 {
		dims = []int{dims[0], dims[1], 1, dims[2]}
	}
	weights = map[string]weightOfONNX{"kernel": {tensor: t}}
	if bias != nil {
		weights["bias"] = weightOfONNX{tensor: bias}
	}
	return weights, dims, bias == nil
}

func (o *reading) conv() imported {
	x, w, groups := o.image(), o.window(), o.Int("group", 1)
	weights, dims, noBias := o.kernel()
	if o.Err() != nil {
		return imported{}
	}
	if groups > 1 && groups == x.Shape()[0] && dims[0]%groups == 0 {
		l := DepthwiseConv2D{Kernel: w.kernel, Stride: orDefault(w.stride, 1), Padding: w.padding, Dilation: orDefault(w.dilation, 1), NoBias: noBias}
		if m := dims[0] / groups; m > 1 {
			l.Multiplier = m
		}
		return o.weighted(x, l, weights)
	}
	l := Conv2D{Filters: dims[0], Kernel: w.kernel, Stride: orDefault(w.stride, 1), Padding: w.padding, Dilation: orDefault(w.dilation, 1), NoBias: noBias}
	if groups > 1 {
		l.Groups = groups
	}
	return o.weighted(x, l, weights)
}

func (o *reading) convTranspose() imported {
	x, w, groups, more := o.image(), o.window(), o.Int("group", 1), o.Ints("output_padding")
	weights, dims, noBias := o.kernel()
	if o.Err() != nil {
		return imported{}
	}
	l := Conv2DTranspose{Filters: dims[1] * groups, Kernel: w.kernel, Stride: orDefault(w.stride, 1), Padding: w.padding, Dilation: orDefault(w.dilation, 1), NoBias: noBias}
	if slices.Max(more) > 0 {
		l.OutputPadding = o.sizes(more, 0)
	}
	if groups > 1 {
		l.Groups = groups
	}
	return o.weighted(x, l, weights)
}

func (o *reading) maxPool() imported {
	x, w := o.image(), o.window()
	return o.only(x, MaxPool2D{
		Size: orDefault(w.kernel, 2), Stride: orDefault(w.stride, w.kernel), Padding: w.padding, Dilation: orDefault(w.dilation, 1),
		Ceil: o.Int("ceil_mode", 0) == 1,
	})
}

func (o *reading) averagePool() imported {
	x, w := o.image(), o.window()
	return o.only(x, AveragePool2D{
		Size: orDefault(w.kernel, 2), Stride: orDefault(w.stride, w.kernel), Padding: w.padding, Dilation: orDefault(w.dilation, 1),
		Ceil: o.Int("ceil_mode", 0) == 1, CountPadding: o.Int("count_include_pad", 0) == 1 && w.padding != Valid,
	})
}

func (o *reading) globalPool() imported {
	x := o.channels()
	if len(x.Shape()) != 3 {
		return o.refuse("want an image, got %v", o.op.In[0])
	}
	var l Layer = GlobalAverage{}
	if o.op.OpType == "GlobalMaxPool" {
		l = GlobalMax{}
	}
	return o.only(x, l)
}

// short32 is the shortest decimal that means the number in float32.
func short32(f float32) float64 {
	d, err := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	if err != nil {
		return float64(f)
	}
	return d
}

func (o *reading) batchNorm() imported {
	return o.weighted(o.channels(), BatchNorm{Epsilon: o.epsilon(), Momentum: o.momentum()}, o.scaled("scale", "shift", "mean", "variance"))
}

func (o *reading) instanceNorm() imported {
	return o.weighted(o.channels(), InstanceNorm{Epsilon: o.epsilon()}, o.scaled("scale", "shift"))
}

func (o *reading) groupNorm() imported {
	return o.weighted(o.channels(), GroupNorm{Groups: o.Int("num_groups", 0), Epsilon: o.epsilon()}, o.scaled("scale", "shift"))
}

// prelu has a slope for each channel, for all, or for each number. With others it is
// the sum of what is above 0 and the slopes' product with what is below.
func (o *reading) prelu() imported {
	x := o.in(0)
	below := x.Then(Clip{Low: math.Inf(-1)})
	t := o.g.Const(o.op.Inputs[1])
	if t == nil {
		return o.joined(Join(Sum, x.Then(ReLU), Join(Product, below, o.aligned(1))))
	}
	values := o.numbers(t)
	if o.Err() != nil {
		return imported{}
	}
	weights := map[string]weightOfONNX{"slope": {values: values}}
	in := x.Shape()
	if o.whole && len(in) > 1 && in[0] == 1 {
		in = in[1:]
		x = o.inAs(0, in)
	}
	dims := withoutOnes(t.Dims)
	switch {
	case len(values) == 1:
		return o.weighted(x, PReLU{Slopes: Single}, weights)
	case len(values) == in.TotalSize() && slices.Equal(dims, withoutOnes(in)):
		return o.weighted(x, PReLU{Slopes: PerElement}, weights)
	case len(dims) == 1 && dims[0] == in[0] && perAxis(t.Dims, len(in), 0):
		return o.weighted(x, PReLU{}, weights)
	}
	shape := Shape(t.Dims)
	if !o.whole && len(shape) == len(o.op.In[0]) {
		shape = shape[1:]
	}
	scaled := o.weightedAs(inner, below, Operand{Join: Product, Shape: shape}, map[string]weightOfONNX{"operand": {values: values}})
	if o.Err() != nil {
		return imported{}
	}
	return o.joined(Join(Sum, x.Then(ReLU), scaled.v))
}

// perAxis reports whether dims, broadcast to so many axes of a sample, have their
// numbers along that one.
func perAxis(dims []int, rank, axis int) bool {
	at := len(dims) - rank + axis
	return at >= 0 && dims[at] != 1
}

func withoutOnes(dims []int) []int {
	return slices.DeleteFunc(slices.Clone(dims), func(d int) bool { return d == 1 })
}
