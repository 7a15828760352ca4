package graph

import "slices"

func (o *reading) concat() imported {
	axis := o.axis(1)
	var of []*Value
	for i := range o.op.Inputs {
		of = append(of, o.in(i))
	}
	var j Joiner = Concat
	if rank := len(of[0].Shape()); axis != 0 || rank != 3 && rank != 1 {
		j = ConcatAlong{Axis: axis}
	}
	return o.joined(Join(j, of...))
}

// slice is a Slice for each axis that is cut.
func (o *reading) slice() imported {
	x, axes, starts, steps := o.in(0), o.Ints("axes"), o.Ints("starts"), o.Ints("steps")
	if o.Err() != nil {
		return imported{}
	}
	var layers Chain
	for i, a := range axes {
		layers = append(layers, cut(o.sampleAxis(a), starts[i], steps[i], o.op.Out[0][a].B, o.op.In[0][a].B))
	}
	return o.chain(x, layers)
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
func (o *reading) gather() imported {
	l := Take{Axis: o.axis(0)}
	if t := o.constant(1); t != nil {
		places, err := t.Int64s()
		o.Keep(err)
		for _, at := range places {
			l.Indices = append(l.Indices, int(at))
		}
	}
	return o.only(o.in(0), l)
}

// borders are those of Pad by ONNX' names.
var borders = map[string]Border{"constant": PadConstant, "reflect": PadReflect, "edge": PadEdge, "wrap": PadWrap}

func (o *reading) pad() imported {
	x, mode, pads, value := o.in(0), o.Text("mode", "constant"), o.Ints("pads"), o.Float("value", 0)
	border, ok := borders[mode]
	if !ok {
		o.refuse("mode %q", mode)
	}
	if o.Err() != nil {
		return imported{}
	}
	rank := len(pads) / 2
	before, after := pads[:rank], pads[rank:]
	if !o.whole {
		if before[0] != 0 || after[0] != 0 {
			return o.refuse("it pads the batch")
		}
		before, after = before[1:], after[1:]
	}
	if zeros := border == PadConstant && value == 0; zeros && len(before) == 3 && before[0] == 0 && after[0] == 0 && slices.Min(pads) >= 0 {
		return o.only(x, ZeroPad2D{Padding: Pads(before[1], after[1], before[2], after[2])})
	}
	l := Pad{Before: before, After: after, Border: border}
	if border == PadConstant {
		l.Value = short32(value)
	}
	return o.only(x, l)
}

func (o *reading) expand() imported {
	x := o.aligned(0)
	s, ok := o.sampleShape(o.op.Out[0])
	if !ok {
		return o.refuse("it makes %v of %v", o.op.Out[0], o.op.In[0])
	}
	return o.only(x, Expand{To: s})
}

func (o *reading) tile() imported {
	x, repeats := o.in(0), o.Ints("repeats")
	if o.Err() != nil {
		return imported{}
	}
	if !o.whole {
		if repeats[0] != 1 {
			return o.refuse("it repeats the batch")
		}
		repeats = repeats[1:]
	}
	return o.only(x, Tile{Repeats: repeats})
}

// blocks are the attributes of DepthToSpace and SpaceToDepth.
func (o *reading) blocks() (size int, columnRowDepth bool) {
	if size = o.Int("blocksize", 0); size == 2 {
		size = 0
	}
	return size, o.Text("mode", "DCR") == "CRD"
}

func (o *reading) depthToSpace() imported {
	size, crd := o.blocks()
	return o.only(o.in(0), DepthToSpace{Block: size, ColumnRowDepth: crd})
}

func (o *reading) spaceToDepth() imported {
	size, crd := o.blocks()
	return o.only(o.in(0), SpaceToDepth{Block: size, ColumnRowDepth: crd})
}

// onnxReductions are those of Reduce.
var onnxReductions = map[string]Reduction{"ReduceMean": ReduceMean, "ReduceSum": ReduceSum, "ReduceMax": ReduceMax, "ReduceMin": ReduceMin}

// reduce keeps the axes, since a sample has at least one: what reads the output
// reads it without them.
func (o *reading) reduce() imported {
	x := o.in(0)
	l := Reduce{By: onnxReductions[o.op.OpType], Keep: true}
	for _, a := range o.Ints("axes") {
		l.Axes = append(l.Axes, o.sampleAxis(a))
	}
	return o.only(x, l)
}

func (o *reading) argMax() imported {
	return o.only(o.in(0), ArgMax{Axis: o.axis(0), Keep: true, Last: o.Int("select_last_index", 0) != 0})
}

// cast is of places, which are whole numbers in the file and none here.
func (o *reading) cast() imported {
	from := o.ops[o.op.Inputs[0]]
	if from == nil || from.OpType != "ArgMax" || !o.op.Type.IsFloat() {
		return o.refuse("want one of an ArgMax, to floating-point numbers")
	}
	return o.values[o.op.Inputs[0]]
}

// softmax is along the channels, or any other axis.
func (o *reading) softmax() imported {
	x, axis, log := o.in(0), o.axis(-1), o.op.OpType == "LogSoftmax"
	if rank := len(x.Shape()); axis == 0 && (rank == 1 || rank == 3) {
		if log {
			return o.only(x, LogSoftmax)
		}
		return o.only(x, Softmax)
	}
	return o.only(x, SoftmaxAlong{Axis: axis, Log: log})
}

// layerNorm is over the last axes.
func (o *reading) layerNorm() imported {
	x, axis := o.in(0), o.axis(-1)
	l := LayerNorm{Epsilon: o.epsilon(), NoShift: o.leftOut(2)}
	if rank := len(x.Shape()); rank > 1 {
		l.Last = rank - axis
	}
	names := []string{"scale", "shift"}
	if l.NoShift {
		names = names[:1]
	}
	weights := o.scaled(names...)
	if o.Err() != nil {
		return imported{}
	}
	for i, name := range names {
		t := o.g.Const(o.op.Inputs[i+1])
		weights[name] = weightOfONNX{values: spreadTo(weights[name].values, t.Dims, x.Shape()[axis:])}
	}
	return o.weighted(x, l, weights)
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

func (o *reading) responseNorm() imported {
	x := o.in(0)
	l := LocalResponseNorm{Size: o.Int("size", 0)}
	for _, f := range []struct {
		name    string
		to      *float64
		missing float32
	}{{"alpha", &l.Alpha, 1e-4}, {"beta", &l.Beta, 0.75}, {"bias", &l.Bias, 1}} {
		v := o.Float(f.name, f.missing)
		if v == 0 {
			return o.refuse("%s of 0", f.name)
		}
		*f.to = short32(v)
	}
	return o.only(x, l)
}
