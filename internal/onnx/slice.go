package onnx

import (
	"math"
	"slices"
	"sort"
)

// cut is a slice along one axis: elements start, start+step, …; length of them.
type cut struct {
	axis, start, step int
	length            Dim
}

// slice is a part of v, in an operation of that name if one is needed; dimensions that
// stay whole are left out of cuts.
func (c *call) slice(name string, v *value, cuts []cut) (*value, error) {
	cuts = slices.DeleteFunc(slices.Clone(cuts), func(k cut) bool {
		return k.start == 0 && k.step == 1 && k.length == v.shape[k.axis]
	})
	if len(cuts) == 0 {
		return v, nil
	}
	sort.Slice(cuts, func(a, b int) bool { return cuts[a].axis < cuts[b].axis })
	out := slices.Clone(v.shape)
	var axes, starts, steps []int
	for _, k := range cuts {
		out[k.axis] = k.length
		axes, starts, steps = append(axes, k.axis), append(starts, k.start), append(steps, k.step)
	}
	if c.mayFold(v.typ, out, v) {
		step, start := strides(v.known.dims), 0
		for _, k := range cuts {
			start += k.start * step[k.axis]
			step[k.axis] *= k.step
		}
		k := v.known.pick(out.At(1), walk(out.At(1), step, start))
		return &value{name: name, typ: v.typ, shape: out, known: k}, nil
	}
	return c.op(name, "Slice", out, []*value{v}, IntsAttr("axes", axes...), IntsAttr("starts", starts...), IntsAttr("steps", steps...))
}

func foldSlice(c *call) error {
	starts, ends, axes, steps, err := c.sliceParameters()
	if err != nil {
		return err
	}
	cuts := make([]cut, len(axes))
	for i, axis := range axes {
		if cuts[i], err = c.cutOf(axis, starts[i], ends[i], steps[i]); err != nil {
			return err
		}
	}
	v, err := c.slice(c.n.Outputs[0], c.x(), cuts)
	if err != nil {
		return err
	}
	return c.set(0, v)
}

// sliceParameters are of one length.
func (c *call) sliceParameters() (starts, ends []Dim, axes, steps []int, err error) {
	if c.version < 10 {
		starts, ends = FixedShape(c.Ints("starts")...), FixedShape(c.Ints("ends")...)
		axes = c.Ints("axes")
	} else {
		if len(c.in) < 3 || c.in[1] == nil || c.in[2] == nil {
			return nil, nil, nil, nil, c.malformed("want inputs starts and ends")
		}
		if starts, err = c.sizes(1, "starts"); err != nil {
			return nil, nil, nil, nil, err
		}
		if ends, err = c.sizes(2, "ends"); err != nil {
			return nil, nil, nil, nil, err
		}
		if c.has(3) {
			if axes, err = c.fixedInts(3, "axes"); err != nil {
				return nil, nil, nil, nil, err
			}
		}
		if c.has(4) {
			if steps, err = c.fixedInts(4, "steps"); err != nil {
				return nil, nil, nil, nil, err
			}
		}
	}
	if axes == nil {
		for i := range starts {
			axes = append(axes, i)
		}
	}
	if steps == nil {
		steps = ones(len(starts))
	}
	if len(ends) != len(starts) || len(axes) != len(starts) || len(steps) != len(starts) {
		return nil, nil, nil, nil, c.malformed("want starts, ends, axes and steps of one length, got %d, %d, %d and %d",
			len(starts), len(ends), len(axes), len(steps))
	}
	axes, err = c.axes(axes, len(c.x().shape))
	return starts, ends, axes, steps, err
}

// cutOf resolves bounds from the end and beyond it.
func (c *call) cutOf(axis int, start, end Dim, step int) (cut, error) {
	size := c.x().shape[axis]
	if step == 0 {
		return cut{}, c.malformed("want steps other than 0")
	}
	if size.IsFixed() && start.IsFixed() && end.IsFixed() {
		return fixedCut(axis, size.B, start.B, end.B, step), nil
	}
	if c.wholeBatch(axis, start, end, step) {
		return cut{axis, 0, 1, size}, nil
	}
	from, ok1 := bound(start, size)
	to, ok2 := bound(end, size)
	length, ok3 := to.minus(from)
	if step != 1 || !ok1 || !ok2 || !ok3 || !from.IsFixed() {
		return cut{}, c.unsupported("the part %v:%v:%d of a dimension of size %v", start, end, step, size)
	}
	if length.A <= 0 && length.At(1) < 0 {
		length = Fixed(0)
	}
	return cut{axis, from.B, 1, length}, nil
}

// wholeBatch reports whether a slice means all samples of the batch that the file has.
func (c *call) wholeBatch(axis int, start, end Dim, step int) bool {
	b := c.f.g.FixedBatch
	return b > 0 && c.x().shape[axis] == Batch && step == 1 && start == Fixed(0) && end.IsFixed() && end.B >= b
}

// bound is a slice's bound in a dimension whose size or which itself depends on N, if
// it is the same expression for each N.
func bound(at, size Dim) (Dim, bool) {
	if sign, err := compare(at, Fixed(0)); err != nil {
		return Dim{}, false
	} else if sign < 0 {
		var ok bool
		if at, ok = at.plus(size); !ok {
			return Dim{}, false
		}
		if sign, err := compare(at, Fixed(0)); err != nil {
			return at, at.A > 0 && at.A+at.B >= 0
		} else if sign < 0 {
			return Fixed(0), true
		}
		return at, true
	}
	if at.IsFixed() && at.B >= math.MaxInt32 {
		return size, true
	}
	d, ok := size.minus(at)
	switch {
	case !ok:
		return Dim{}, false
	case d.A >= 0 && d.A+d.B >= 0:
		return at, true
	case d.A <= 0 && d.A+d.B <= 0:
		return size, true
	}
	return Dim{}, false
}

// fixedCut is as Python's slice of a list of n elements, where end may be far below 0.
func fixedCut(axis, n, start, end, step int) cut {
	if start < 0 {
		start = max(start+n, 0)
	}
	if end < 0 {
		end = max(end+n, -1)
		if step > 0 {
			end = max(end, 0)
		}
	}
	length := 0
	if step > 0 {
		start, end = min(start, n), min(end, n)
		if end > start {
			length = (end-start-1)/step + 1
		}
	} else {
		start, end = min(start, n-1), min(end, n-1)
		if end < start {
			length = (start-end-1)/max(-step, 1) + 1
		}
	}
	if length == 0 {
		return cut{axis, 0, 1, Fixed(0)}
	}
	if length == 1 {
		step = 1
	}
	return cut{axis, start, step, Fixed(length)}
}

// foldSplit makes a slice of each output.
func foldSplit(c *call) error {
	s := c.x().shape
	axis, err := c.axis("axis", c.Int("axis", 0), len(s))
	if err != nil {
		return err
	}
	if !s[axis].IsFixed() {
		return c.unsupported("along dimension %d of %v, which depends on the batch", axis, s)
	}
	parts, err := c.parts(s[axis].B)
	if err != nil {
		return err
	}
	start := 0
	for i, n := range parts {
		if c.n.Outputs[i] != "" {
			v, err := c.slice(c.n.Outputs[i], c.x(), []cut{{axis, start, 1, Fixed(n)}})
			if err != nil {
				return err
			}
			c.f.values[c.n.Outputs[i]] = v
		}
		start += n
	}
	return nil
}

// parts are the sizes of a Split's outputs.
func (c *call) parts(size int) ([]int, error) {
	n := len(c.n.Outputs)
	given, ok, err := c.parameter("split", 13, 1)
	if err != nil {
		return nil, err
	}
	if !ok {
		if count := c.Int("num_outputs", n); n == 0 || count != n {
			return nil, c.malformed("attribute 'num_outputs': want %d, the number of outputs, got %d", n, count)
		}
		each := (size + n - 1) / n
		if c.version < 18 && each*n != size {
			return nil, c.malformed("want a dimension that %d outputs share in equal parts, got %d", n, size)
		}
		for left := size; len(given) < n; left -= each {
			given = append(given, max(min(left, each), 0))
		}
	}
	left := size
	for _, p := range given {
		if p < 0 || p > left {
			left = -1
			break
		}
		left -= p
	}
	if len(given) != n || left != 0 {
		return nil, c.malformed("want sizes of %d outputs that sum to %d, got %v", n, size, given)
	}
	return given, nil
}
