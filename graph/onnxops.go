package graph

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"euryale/internal/onnx"
)

// onnxOps makes a layer of each operator, as package onnx has brought it into form.
// An error that is unknown says what no layer does.
var onnxOps map[string]func(*importer, *onnx.Op) (imported, error)

func init() { // since some refer to others
	onnxOps = map[string]func(*importer, *onnx.Op) (imported, error){
		"Conv": (*importer).conv, "ConvTranspose": (*importer).convTranspose,
		"MaxPool": (*importer).maxPool, "AveragePool": (*importer).averagePool,
		"GlobalAveragePool": (*importer).globalPool, "GlobalMaxPool": (*importer).globalPool,
		"BatchNormalization": (*importer).batchNorm, "InstanceNormalization": (*importer).instanceNorm,
		"GroupNormalization": (*importer).groupNorm, "LayerNormalization": (*importer).layerNorm,
		"Gemm": (*importer).gemm, "MatMul": (*importer).matMul,
		"Reshape": (*importer).reshape, "Transpose": (*importer).transpose,
		"PRelu":   (*importer).prelu,
		"Softmax": (*importer).softmax, "LogSoftmax": (*importer).softmax, "LRN": (*importer).responseNorm,
		"Concat": (*importer).concat, "Slice": (*importer).slice, "Gather": (*importer).gather,
		"Pad": (*importer).pad, "Expand": (*importer).expand, "Tile": (*importer).tile,
		"DepthToSpace": (*importer).depthToSpace, "SpaceToDepth": (*importer).spaceToDepth, "Resize": (*importer).resize,
		"ArgMax": (*importer).argMax, "Cast": (*importer).cast,
	}
	for name := range onnxReductions {
		onnxOps[name] = (*importer).reduce
	}
	for name := range onnxJoins {
		onnxOps[name] = (*importer).elementwise
	}
	for name := range onnxFunctions {
		onnxOps[name] = (*importer).function
	}
}

// reshape is a matter of what reads it, but for an output.
func (r *importer) reshape(op *onnx.Op) (imported, error) {
	s, ok := r.sampleShape(op.Out[0])
	if !ok {
		return imported{}, unknown{fmt.Sprintf("want a batch first, as in %v, got %v", op.In[0], op.Out[0])}
	}
	x, ok := r.values[op.Inputs[0]]
	if !ok {
		return imported{}, unknown{"its input is a constant"}
	}
	if name, output := r.outs[op.Outputs[0]]; output {
		return imported{v: r.named(name, x.v, Reshape{To: atLeastOne(s)}), shape: s}, nil
	}
	return imported{x.v, s}, nil
}

func (r *importer) transpose(op *onnx.Op) (imported, error) {
	perm, err := op.Ints("perm")
	if err != nil {
		return imported{}, err
	}
	if perm[0] != 0 && !r.whole {
		return imported{}, unknown{fmt.Sprintf("want a perm that leaves the batch where it is, got %v", perm)}
	}
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	l := Permute{Axes: perm}
	if !r.whole {
		l.Axes = nil
		for _, a := range perm[1:] {
			l.Axes = append(l.Axes, a-1)
		}
	}
	return r.only(op, x, l)
}

// sizes are two numbers of a window as a Size; of one, which a sequence has, those of
// a row of pixels.
func sizes(n []int, across int) (Size, error) {
	switch len(n) {
	case 1:
		return Rect(across, n[0]), nil
	case 2:
		return Rect(n[0], n[1]), nil
	}
	return 0, unknown{fmt.Sprintf("want 1 or 2 spatial dimensions, got %d", len(n))}
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

func (r *importer) window(op *onnx.Op) (w windowOfONNX, err error) {
	var pads []int
	for _, f := range []struct {
		name   string
		to     *Size
		across int
	}{{"kernel_shape", &w.kernel, 1}, {"strides", &w.stride, 1}, {"dilations", &w.dilation, 1}} {
		n, err := op.Ints(f.name)
		if err != nil {
			return w, err
		}
		if *f.to, err = sizes(n, f.across); err != nil {
			return w, err
		}
	}
	if pads, err = op.Ints("pads"); err != nil {
		return w, err
	}
	switch len(pads) {
	case 2:
		w.padding = Pads(0, 0, pads[0], pads[1])
	case 4:
		w.padding = Pads(pads[0], pads[2], pads[1], pads[3])
	default:
		return w, unknown{fmt.Sprintf("want pads of 1 or 2 dimensions, got %v", pads)}
	}
	return w, nil
}

// kernel is a constant kernel, and its shape in rank 4; that of a sequence has one row.
func (r *importer) kernel(op *onnx.Op) (map[string]weightOfONNX, []int, error) {
	t, err := r.constant(op, 1)
	if err != nil {
		return nil, nil, err
	}
	dims := t.Dims
	if len(dims) == 3 {
		dims = []int{dims[0], dims[1], 1, dims[2]}
	}
	return map[string]weightOfONNX{"kernel": {tensor: t}}, dims, nil
}

func (r *importer) conv(op *onnx.Op) (imported, error) {
	x, err := r.image(op, 0)
	if err != nil {
		return imported{}, err
	}
	w, err := r.window(op)
	if err != nil {
		return imported{}, err
	}
	weights, dims, err := r.kernel(op)
	if err != nil {
		return imported{}, err
	}
	groups, err := op.Int("group", 1)
	if err != nil {
		return imported{}, err
	}
	bias, err := r.bias(op, 2, weights)
	if err != nil {
		return imported{}, err
	}
	in := x.Shape()
	if groups > 1 && groups == in[0] && dims[0]%groups == 0 {
		l := DepthwiseConv2D{Kernel: w.kernel, Stride: orDefault(w.stride, 1), Padding: w.padding, Dilation: orDefault(w.dilation, 1), NoBias: !bias}
		if m := dims[0] / groups; m > 1 {
			l.Multiplier = m
		}
		return r.weighted(op, x, l, weights)
	}
	l := Conv2D{Filters: dims[0], Kernel: w.kernel, Stride: orDefault(w.stride, 1), Padding: w.padding, Dilation: orDefault(w.dilation, 1), NoBias: !bias}
	if groups > 1 {
		l.Groups = groups
	}
	return r.weighted(op, x, l, weights)
}

// bias adds the operand of that number to the weights, if it is there.
func (r *importer) bias(op *onnx.Op, i int, weights map[string]weightOfONNX) (bool, error) {
	t, err := r.constant(op, i)
	if t == nil || err != nil {
		return false, err
	}
	weights["bias"] = weightOfONNX{tensor: t}
	return true, nil
}

func (r *importer) convTranspose(op *onnx.Op) (imported, error) {
	x, err := r.image(op, 0)
	if err != nil {
		return imported{}, err
	}
	w, err := r.window(op)
	if err != nil {
		return imported{}, err
	}
	weights, dims, err := r.kernel(op)
	if err != nil {
		return imported{}, err
	}
	groups, err := op.Int("group", 1)
	if err != nil {
		return imported{}, err
	}
	more, err := op.Ints("output_padding")
	if err != nil {
		return imported{}, err
	}
	l := Conv2DTranspose{Filters: dims[1] * groups, Kernel: w.kernel, Stride: orDefault(w.stride, 1), Padding: w.padding, Dilation: orDefault(w.dilation, 1)}
	if slices.Max(more) > 0 {
		if l.OutputPadding, err = sizes(more, 0); err != nil {
			return imported{}, err
		}
	}
	if groups > 1 {
		l.Groups = groups
	}
	bias, err := r.bias(op, 2, weights)
	if err != nil {
		return imported{}, err
	}
	l.NoBias = !bias
	return r.weighted(op, x, l, weights)
}

func (r *importer) maxPool(op *onnx.Op) (imported, error) {
	x, err := r.image(op, 0)
	if err != nil {
		return imported{}, err
	}
	w, err := r.window(op)
	if err != nil {
		return imported{}, err
	}
	ceil, err := op.Int("ceil_mode", 0)
	if err != nil {
		return imported{}, err
	}
	return r.only(op, x, MaxPool2D{Size: orDefault(w.kernel, 2), Stride: orDefault(w.stride, w.kernel), Padding: w.padding, Dilation: orDefault(w.dilation, 1), Ceil: ceil == 1})
}

func (r *importer) averagePool(op *onnx.Op) (imported, error) {
	x, err := r.image(op, 0)
	if err != nil {
		return imported{}, err
	}
	w, err := r.window(op)
	if err != nil {
		return imported{}, err
	}
	ceil, err := op.Int("ceil_mode", 0)
	if err != nil {
		return imported{}, err
	}
	count, err := op.Int("count_include_pad", 0)
	if err != nil {
		return imported{}, err
	}
	return r.only(op, x, AveragePool2D{
		Size: orDefault(w.kernel, 2), Stride: orDefault(w.stride, w.kernel), Padding: w.padding, Dilation: orDefault(w.dilation, 1),
		Ceil: ceil == 1, CountPadding: count == 1 && w.padding != Valid,
	})
}

func (r *importer) globalPool(op *onnx.Op) (imported, error) {
	x, err := r.channels(op)
	if err != nil {
		return imported{}, err
	}
	if len(x.Shape()) != 3 {
		return imported{}, unknown{fmt.Sprintf("want an image, got %v", op.In[0])}
	}
	var l Layer = GlobalAverage{}
	if op.OpType == "GlobalMaxPool" {
		l = GlobalMax{}
	}
	return r.only(op, x, l)
}

// channels is the first operand as BatchNorm and its like take it: (C) or (C, H, W).
func (r *importer) channels(op *onnx.Op) (*Value, error) {
	x, err := r.in(op, 0)
	if err != nil {
		return nil, err
	}
	s := x.Shape()
	if r.whole {
		if len(s) < 2 || s[0] != 1 {
			return nil, unknown{fmt.Sprintf("want a batch of 1 where there is no free one, got %v", op.In[0])}
		}
		s = s[1:]
	}
	if len(s) == 2 || len(s) > 3 {
		s = Shape{s[0], 1, s[1:].TotalSize()}
	}
	return r.as(r.values[op.Inputs[0]], s), nil
}

// epsilonOf is the operation's. One of 0, by which our layers mean another, is so
// small that it adds nothing to a variance that is not 0.
func epsilonOf(op *onnx.Op) (float64, error) {
	e, err := op.Float("epsilon", 1e-5)
	if e == 0 {
		e = 1e-38
	}
	return short32(e), err
}

// short32 is the shortest decimal that means the number in float32.
func short32(f float32) float64 {
	d, err := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	if err != nil {
		return float64(f)
	}
	return d
}

// scaled are the operands from the first on, as weights of the given names.
func (r *importer) scaled(op *onnx.Op, names ...string) (map[string]weightOfONNX, error) {
	weights := map[string]weightOfONNX{}
	for i, name := range names {
		values, err := r.floats(op, i+1)
		if err != nil {
			return nil, err
		}
		weights[name] = weightOfONNX{values: values}
	}
	return weights, nil
}

func (r *importer) batchNorm(op *onnx.Op) (imported, error) {
	x, err := r.channels(op)
	if err != nil {
		return imported{}, err
	}
	epsilon, err := epsilonOf(op)
	if err != nil {
		return imported{}, err
	}
	weights, err := r.scaled(op, "scale", "shift", "mean", "variance")
	if err != nil {
		return imported{}, err
	}
	return r.weighted(op, x, BatchNorm{Epsilon: epsilon, Momentum: 0.9}, weights)
}

func (r *importer) instanceNorm(op *onnx.Op) (imported, error) {
	x, err := r.channels(op)
	if err != nil {
		return imported{}, err
	}
	epsilon, err := epsilonOf(op)
	if err != nil {
		return imported{}, err
	}
	weights, err := r.scaled(op, "scale", "shift")
	if err != nil {
		return imported{}, err
	}
	return r.weighted(op, x, InstanceNorm{Epsilon: epsilon}, weights)
}

func (r *importer) groupNorm(op *onnx.Op) (imported, error) {
	x, err := r.channels(op)
	if err != nil {
		return imported{}, err
	}
	epsilon, err := epsilonOf(op)
	if err != nil {
		return imported{}, err
	}
	groups, err := op.Int("num_groups", 0)
	if err != nil {
		return imported{}, err
	}
	weights, err := r.scaled(op, "scale", "shift")
	if err != nil {
		return imported{}, err
	}
	return r.weighted(op, x, GroupNorm{Groups: groups, Epsilon: epsilon}, weights)
}

// prelu has a slope for each channel, for all, or for each number. With others it is
// the sum of what is above 0 and the slopes' product with what is below.
func (r *importer) prelu(op *onnx.Op) (imported, error) {
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	below := x.Then(Clip{Low: math.Inf(-1)})
	t := r.g.Const(op.Inputs[1])
	if t == nil {
		slope, err := r.aligned(op, 1)
		if err != nil {
			return imported{}, err
		}
		return imported{v: r.outputOf(op, Join(Sum, x.Then(ReLU), Join(Product, below, slope)))}, nil
	}
	values, err := t.Float32s()
	if err != nil {
		return imported{}, err
	}
	weights := map[string]weightOfONNX{"slope": {values: values}}
	in := x.Shape()
	if r.whole && len(in) > 1 && in[0] == 1 {
		in = in[1:]
		x = r.as(r.values[op.Inputs[0]], in)
	}
	dims := withoutOnes(t.Dims)
	switch {
	case len(values) == 1:
		return r.weighted(op, x, PReLU{Slopes: Single}, weights)
	case len(values) == in.TotalSize() && slices.Equal(dims, withoutOnes(in)):
		return r.weighted(op, x, PReLU{Slopes: PerElement}, weights)
	case len(dims) == 1 && dims[0] == in[0] && perAxis(t.Dims, len(in), 0):
		return r.weighted(op, x, PReLU{}, weights)
	}
	shape := Shape(t.Dims)
	if !r.whole && len(shape) == len(op.In[0]) {
		shape = shape[1:]
	}
	inner := &onnx.Op{Node: onnx.Node{Outputs: []string{""}}}
	scaled, err := r.weighted(inner, below, Operand{Join: Product, Shape: shape}, map[string]weightOfONNX{"operand": {values: values}})
	if err != nil {
		return imported{}, err
	}
	return imported{v: r.outputOf(op, Join(Sum, x.Then(ReLU), scaled.v))}, nil
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
