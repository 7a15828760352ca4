package graph

import (
	"fmt"
	"math"
	"slices"

	"euryale/internal/onnx"
)

// sampleAxis is an axis of the file's as one of a sample's.
func (r *importer) sampleAxis(a int) (int, error) {
	switch {
	case r.whole:
		return a, nil
	case a == 0:
		return 0, unknown{"it works along the batch"}
	}
	return a - 1, nil
}

func (r *importer) concat(op *onnx.Op) (imported, error) {
	axis, err := op.Int("axis", 1)
	if err == nil {
		axis, err = r.sampleAxis(axis)
	}
	if err != nil {
		return imported{}, err
	}
	var of []*Value
	for i := range op.Inputs {
		x, err := r.in(op, i)
		if err != nil {
			return imported{}, err
		}
		of = append(of, x)
	}
	var j Joiner = Concat
	if rank := len(of[0].Shape()); axis != 0 || rank != 3 && rank != 1 {
		j = ConcatAlong{Axis: axis}
	}
	return imported{v: r.outputOf(op, Join(j, of...))}, nil
}

// slice is a Slice for each axis that is cut.
func (r *importer) slice(op *onnx.Op) (imported, error) {
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	var all [3][]int
	for i, name := range []string{"axes", "starts", "steps"} {
		if all[i], err = op.Ints(name); err != nil {
			return imported{}, err
		}
	}
	layers := Chain{}
	for i, a := range all[0] {
		axis, err := r.sampleAxis(a)
		if err != nil {
			return imported{}, err
		}
		layers = append(layers, cut(axis, all[1][i], all[2][i], op.Out[0][a].B, op.In[0][a].B))
	}
	if len(layers) == 0 {
		return imported{v: x}, nil
	}
	last := len(layers) - 1
	return r.only(op, x.Then(layers[:last]...), layers[last])
}

// cut is the layer that keeps count of n places along an axis, from the first on,
// step by step.
func cut(axis, first, step, count, n int) Layer {
	if step < 0 {
		l := Take{Axis: axis}
		for i := range count {
			l.Indices = append(l.Indices, first+i*step)
		}
		return l
	}
	l := Slice{Axis: axis, From: first, To: first + (count-1)*step + 1}
	if l.To == n {
		l.To = 0
	}
	if step > 1 {
		l.Step = step
	}
	return l
}

// gather takes known places along an axis.
func (r *importer) gather(op *onnx.Op) (imported, error) {
	axis, err := op.Int("axis", 0)
	if err == nil {
		axis, err = r.sampleAxis(axis)
	}
	if err != nil {
		return imported{}, err
	}
	t, err := r.constant(op, 1)
	if err != nil {
		return imported{}, err
	}
	places, err := t.Int64s()
	if err != nil {
		return imported{}, err
	}
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	l := Take{Axis: axis}
	for _, at := range places {
		l.Indices = append(l.Indices, int(at))
	}
	return r.only(op, x, l)
}

// borders are those of Pad by ONNX' names.
var borders = map[string]Border{"constant": PadConstant, "reflect": PadReflect, "edge": PadEdge, "wrap": PadWrap}

func (r *importer) pad(op *onnx.Op) (imported, error) {
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	mode, err := op.Text("mode", "constant")
	if err != nil {
		return imported{}, err
	}
	border, ok := borders[mode]
	if !ok {
		return imported{}, unknown{fmt.Sprintf("mode %q", mode)}
	}
	pads, err := op.Ints("pads")
	if err != nil {
		return imported{}, err
	}
	value, err := op.Float("value", 0)
	if err != nil {
		return imported{}, err
	}
	rank := len(pads) / 2
	before, after := pads[:rank], pads[rank:]
	if !r.whole {
		if before[0] != 0 || after[0] != 0 {
			return imported{}, unknown{"it pads the batch"}
		}
		before, after = before[1:], after[1:]
	}
	if zeros := border == PadConstant && value == 0; zeros && len(before) == 3 && before[0] == 0 && after[0] == 0 && slices.Min(pads) >= 0 {
		return r.only(op, x, ZeroPad2D{Padding: Pads(before[1], after[1], before[2], after[2])})
	}
	l := Pad{Before: before, After: after, Border: border}
	if border == PadConstant {
		l.Value = short32(value)
	}
	return r.only(op, x, l)
}

func (r *importer) expand(op *onnx.Op) (imported, error) {
	x, err := r.aligned(op, 0)
	if err != nil {
		return imported{}, err
	}
	s, ok := r.sampleShape(op.Out[0])
	if !ok {
		return imported{}, unknown{fmt.Sprintf("it makes %v of %v", op.Out[0], op.In[0])}
	}
	return r.only(op, x, Expand{To: s})
}

func (r *importer) tile(op *onnx.Op) (imported, error) {
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	repeats, err := op.Ints("repeats")
	if err != nil {
		return imported{}, err
	}
	if !r.whole {
		if repeats[0] != 1 {
			return imported{}, unknown{"it repeats the batch"}
		}
		repeats = repeats[1:]
	}
	return r.only(op, x, Tile{Repeats: repeats})
}

// block is the attribute of DepthToSpace and SpaceToDepth.
func block(op *onnx.Op) (int, error) {
	n, err := op.Int("blocksize", 0)
	if n == 2 {
		n = 0
	}
	return n, err
}

func (r *importer) depthToSpace(op *onnx.Op) (imported, error) {
	n, err := block(op)
	if err != nil {
		return imported{}, err
	}
	mode, err := op.Text("mode", "DCR")
	if err != nil {
		return imported{}, err
	}
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	return r.only(op, x, DepthToSpace{Block: n, ColumnRowDepth: mode == "CRD"})
}

func (r *importer) spaceToDepth(op *onnx.Op) (imported, error) {
	n, err := block(op)
	if err != nil {
		return imported{}, err
	}
	mode, err := op.Text("mode", "DCR")
	if err != nil {
		return imported{}, err
	}
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	return r.only(op, x, SpaceToDepth{Block: n, ColumnRowDepth: mode == "CRD"})
}

// onnxCoordinates and onnxRoundings are those of Resize by ONNX' names.
var (
	onnxCoordinates = map[string]Coordinates{
		"half_pixel": HalfPixel, "asymmetric": Asymmetric, "align_corners": AlignCorners,
		"pytorch_half_pixel": PyTorchHalfPixel, "half_pixel_symmetric": HalfPixelSymmetric,
	}
	onnxRoundings = map[string]Rounding{"": HalfDown, "round_prefer_floor": HalfDown, "round_prefer_ceil": HalfUp, "floor": RoundDown, "ceil": RoundUp}
)

// resize is of an image's height and width.
func (r *importer) resize(op *onnx.Op) (imported, error) {
	x, err := r.image(op, 0)
	if err != nil {
		return imported{}, err
	}
	var text [3]string
	for i, name := range []string{"mode", "coordinate_transformation_mode", "nearest_mode"} {
		if text[i], err = op.Text(name, ""); err != nil {
			return imported{}, err
		}
	}
	interpolation, ok := map[string]Interpolation{"nearest": Nearest, "linear": Bilinear}[text[0]]
	if !ok {
		return imported{}, unknown{fmt.Sprintf("mode %q", text[0])}
	}
	coordinates, ok := onnxCoordinates[text[1]]
	if !ok {
		return imported{}, unknown{fmt.Sprintf("coordinate_transformation_mode %q", text[1])}
	}
	antialias, err := op.Int("antialias", 0)
	if err != nil {
		return imported{}, err
	}
	scales, err := op.Floats("scales")
	if err != nil {
		return imported{}, err
	}
	in, out := x.Shape(), op.Out[0]
	if rank := len(out); len(scales) != rank || scales[0] != 1 || scales[1] != 1 || out[1].B != in[0] {
		return imported{}, unknown{"it resizes other dimensions than an image's height and width"}
	}
	h, w, scaleH := 1, out[len(out)-1].B, float32(1)
	if len(out) == 4 {
		h, scaleH = out[2].B, scales[2]
	}
	scaleW := scales[len(scales)-1]
	if antialias != 0 && (scaleH < 1 || scaleW < 1) {
		return imported{}, unknown{"antialias"}
	}
	l := Resize{Interpolation: interpolation, Coordinates: coordinates}
	if interpolation == Nearest {
		l.Rounding = onnxRoundings[text[2]]
	}
	if down, across := int(math.Floor(float64(in[1])*short32(scaleH))), int(math.Floor(float64(in[2])*short32(scaleW))); down == h && across == w {
		l.ScaleH, l.ScaleW = orNone(short32(scaleH), 1), orNone(short32(scaleW), 1)
		if l.ScaleH == 0 && l.ScaleW == 0 {
			l.Size = Rect(h, w)
		}
	} else {
		l.Size = Rect(h, w)
	}
	return r.only(op, x, l)
}

// onnxReductions are those of Reduce.
var onnxReductions = map[string]Reduction{"ReduceMean": ReduceMean, "ReduceSum": ReduceSum, "ReduceMax": ReduceMax, "ReduceMin": ReduceMin}

// reduce keeps the axes, since a sample has at least one: what reads the output
// reads it without them.
func (r *importer) reduce(op *onnx.Op) (imported, error) {
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	axes, err := op.Ints("axes")
	if err != nil {
		return imported{}, err
	}
	l := Reduce{By: onnxReductions[op.OpType], Keep: true}
	for _, a := range axes {
		axis, err := r.sampleAxis(a)
		if err != nil {
			return imported{}, err
		}
		l.Axes = append(l.Axes, axis)
	}
	return r.only(op, x, l)
}

func (r *importer) argMax(op *onnx.Op) (imported, error) {
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	axis, err := op.Int("axis", 0)
	if err == nil {
		axis, err = r.sampleAxis(axis)
	}
	if err != nil {
		return imported{}, err
	}
	last, err := op.Int("select_last_index", 0)
	if err != nil {
		return imported{}, err
	}
	return r.only(op, x, ArgMax{Axis: axis, Keep: true, Last: last != 0})
}

// cast is of places, which are whole numbers in the file and none here.
func (r *importer) cast(op *onnx.Op) (imported, error) {
	from := r.ops[op.Inputs[0]]
	if from == nil || from.OpType != "ArgMax" || !op.Type.IsFloat() {
		return imported{}, unknown{"want one of an ArgMax, to floating-point numbers"}
	}
	return r.values[op.Inputs[0]], nil
}

// softmax is along the channels, or any other axis.
func (r *importer) softmax(op *onnx.Op) (imported, error) {
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	axis, err := op.Int("axis", -1)
	if err == nil {
		axis, err = r.sampleAxis(axis)
	}
	if err != nil {
		return imported{}, err
	}
	log := op.OpType == "LogSoftmax"
	if rank := len(x.Shape()); axis == 0 && (rank == 1 || rank == 3) {
		if log {
			return r.only(op, x, LogSoftmax)
		}
		return r.only(op, x, Softmax)
	}
	return r.only(op, x, SoftmaxAlong{Axis: axis, Log: log})
}

// layerNorm is over the last axes.
func (r *importer) layerNorm(op *onnx.Op) (imported, error) {
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	axis, err := op.Int("axis", -1)
	if err == nil {
		axis, err = r.sampleAxis(axis)
	}
	if err != nil {
		return imported{}, err
	}
	epsilon, err := epsilonOf(op)
	if err != nil {
		return imported{}, err
	}
	l := LayerNorm{Epsilon: epsilon, NoShift: len(op.Inputs) < 3 || op.Inputs[2] == ""}
	if rank := len(x.Shape()); rank > 1 {
		l.Last = rank - axis
	}
	names := []string{"scale", "shift"}
	if l.NoShift {
		names = names[:1]
	}
	weights, err := r.scaled(op, names...)
	if err != nil {
		return imported{}, err
	}
	for i, name := range names {
		t := r.g.Const(op.Inputs[i+1])
		weights[name] = weightOfONNX{values: spreadTo(weights[name].values, t.Dims, x.Shape()[axis:])}
	}
	return r.weighted(op, x, l, weights)
}

// spreadTo are values of some dimensions, broadcast to a shape as NumPy does it; as they
// are where they do not fit.
func spreadTo(values []float32, dims []int, shape Shape) []float32 {
	if len(dims) > len(shape) || slices.Equal(dims, shape) {
		return values
	}
	to := make([]float32, shape.TotalSize())
	for i := range to {
		at, step := 0, 1
		for d, rest := len(shape)-1, i; d >= 0; d-- {
			place := rest % shape[d]
			rest /= shape[d]
			if k := d - len(shape) + len(dims); k >= 0 {
				if dims[k] != 1 && dims[k] != shape[d] {
					return values
				}
				if dims[k] > 1 {
					at += place * step
				}
				step *= dims[k]
			}
		}
		to[i] = values[at]
	}
	return to
}

func (r *importer) responseNorm(op *onnx.Op) (imported, error) {
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	size, err := op.Int("size", 0)
	if err != nil {
		return imported{}, err
	}
	l := LocalResponseNorm{Size: size}
	for _, f := range []struct {
		name    string
		to      *float64
		missing float32
	}{{"alpha", &l.Alpha, 1e-4}, {"beta", &l.Beta, 0.75}, {"bias", &l.Bias, 1}} {
		v, err := op.Float(f.name, f.missing)
		if err != nil {
			return imported{}, err
		}
		if v == 0 {
			return imported{}, unknown{fmt.Sprintf("%s of 0", f.name)}
		}
		*f.to = short32(v)
	}
	return r.only(op, x, l)
}
