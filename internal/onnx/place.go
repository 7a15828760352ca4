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

// slice makes output i a part of v; dimensions that stay whole are left out of cuts.
func (c *call) slice(i int, v *value, cuts []cut) (*value, error) {
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
	name := c.n.Outputs[i]
	if mayFold(v.typ, out, v) {
		step, start := strides(v.known.dims), 0
		for _, k := range cuts {
			start += k.start * step[k.axis]
			step[k.axis] *= k.step
		}
		k := v.known.pick(out.At(1), walk(out.At(1), step, start))
		return &value{name: name, typ: v.typ, shape: out, known: k}, nil
	}
	if c.n.OpType == "Gather" {
		name = fresh(c.f.taken, name+"/Slice")
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
	v, err := c.slice(0, c.x(), cuts)
	if err != nil {
		return err
	}
	return c.set(0, v)
}

// sliceParameters are of one length.
func (c *call) sliceParameters() (starts, ends []Dim, axes, steps []int, err error) {
	if c.version < 10 {
		starts, ends = FixedShape(c.ints("starts")...), FixedShape(c.ints("ends")...)
		axes = c.ints("axes")
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
			return Dim{}, at.A > 0 && at.A+at.B >= 0
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
	axis, err := c.axis("axis", c.int("axis", 0), len(s))
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
			v, err := c.slice(i, c.x(), []cut{{axis, start, 1, Fixed(n)}})
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
		if count := c.int("num_outputs", n); n == 0 || count != n {
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

func foldConcat(c *call) error {
	for i, v := range c.in {
		if v == nil {
			return c.malformed("input %d is missing", i)
		}
	}
	if !c.n.Has("axis") {
		return c.malformed("attribute 'axis' is missing")
	}
	first := c.x().shape
	axis, err := c.axis("axis", c.int("axis", 0), len(first))
	if err != nil {
		return err
	}
	out := slices.Clone(first)
	for _, v := range c.in[1:] {
		want := slices.Clone(first)
		if len(v.shape) == len(first) {
			want[axis] = v.shape[axis]
		}
		if !v.shape.Equal(want) {
			return c.malformed("want shapes that differ in dimension %d only, got %v and %v", axis, first, v.shape)
		}
		ok := false
		if out[axis], ok = out[axis].plus(v.shape[axis]); !ok {
			return c.malformed("too many elements")
		}
	}
	switch {
	case len(c.in) == 1:
		return c.set(0, c.x())
	case mayFold(c.x().typ, out, c.in...):
		return c.evaluated(concat(c.in, axis, out.At(1)))
	}
	return c.emit(0, "Concat", out, c.in, IntAttr("axis", axis))
}

// concat evaluates a Concat of known values.
func concat(in []*value, axis int, dims []int) (*known, error) {
	typ, sizes := in[0].typ, false
	for _, v := range in {
		if v.typ != typ {
			return nil, errTypes
		}
		sizes = sizes || v.known.sym != nil
	}
	outer := product(dims[:axis])
	if !sizes {
		var raw []byte
		for o := range outer {
			for _, v := range in {
				n := len(v.known.raw) / outer
				raw = append(raw, v.known.raw[o*n:(o+1)*n]...)
			}
		}
		return &known{typ: typ, dims: dims, raw: raw}, nil
	}
	var all []Dim
	for o := range outer {
		for _, v := range in {
			d, err := v.known.whole()
			if err != nil {
				return nil, err
			}
			n := len(d) / outer
			all = append(all, d[o*n:(o+1)*n]...)
		}
	}
	return knownDims(typ, dims, all), nil
}

func foldGather(c *call) error {
	x, index := c.x(), c.in[1]
	axis, err := c.axis("axis", c.int("axis", 0), len(x.shape))
	if err != nil {
		return err
	}
	out := slices.Concat(x.shape[:axis], index.shape, x.shape[axis+1:])
	if index.known == nil {
		if x.known == nil {
			return c.unsupported("neither its data nor its indices are known when the model is loaded")
		}
		return c.emit(0, "Gather", out, c.in, IntAttr("axis", axis))
	}
	at, err := c.indices(axis)
	if err != nil {
		return err
	}
	if mayFold(x.typ, out, x, index) {
		return c.constant(0, x.known.gather(axis, at, out.At(1)))
	}
	step, even := evenly(at)
	if !even || len(index.shape) > 1 {
		return c.emit(0, "Gather", out, c.in, IntAttr("axis", axis))
	}
	v, err := c.slice(0, x, []cut{{axis, at[0], step, Fixed(len(at))}})
	if err != nil {
		return err
	}
	return c.reshape(0, v, out)
}

// indices are a Gather's, counted from 0.
func (c *call) indices(axis int) ([]int, error) {
	d, err := c.in[1].known.whole()
	if err != nil {
		return nil, c.malformed("indices: %v", err)
	}
	size := c.x().shape[axis]
	if !Shape(d).IsFixed() {
		return nil, c.unsupported("indices depend on the batch: %v", Shape(d))
	}
	at := Shape(d).At(1)
	for i, n := range at {
		if !size.IsFixed() && n < 0 {
			return nil, c.unsupported("index %d of a dimension of size %v", n, size)
		}
		if n < 0 {
			n += size.B
		}
		if n < 0 || n >= size.At(1) {
			return nil, c.malformed("indices: want one of a dimension of size %v, got %d", size, at[i])
		}
		at[i] = n
	}
	return at, nil
}

// gather evaluates a Gather.
func (k *known) gather(axis int, at, dims []int) *known {
	inner := product(k.dims[axis+1:])
	outer := product(k.dims[:axis])
	from := make([]int, 0, product(dims))
	for o := range outer {
		for _, n := range at {
			for i := range inner {
				from = append(from, (o*k.dims[axis]+n)*inner+i)
			}
		}
	}
	return k.pick(dims, from)
}

// evenly reports whether numbers have one distance, other than 0.
func evenly(at []int) (step int, ok bool) {
	if len(at) == 0 {
		return 0, false
	}
	step = 1
	if len(at) > 1 {
		step = at[1] - at[0]
	}
	for i := 2; i < len(at); i++ {
		if at[i]-at[i-1] != step {
			return 0, false
		}
	}
	return step, step != 0
}

func foldPad(c *call) error {
	x, value := c.x(), float32(0)
	pads, ok, err := c.parameter("pads", 11, 1)
	if err != nil {
		return err
	}
	if c.version < 11 {
		value = c.float("value", 0)
	} else if c.has(2) {
		if value, err = c.number(2, "constant_value"); err != nil {
			return err
		}
	}
	if !ok {
		return c.malformed("want pads, got none")
	}
	if c.has(3) {
		if pads, err = c.padsOf(pads); err != nil {
			return err
		}
	}
	mode := c.text("mode", "constant")
	if !slices.Contains([]string{"constant", "reflect", "edge", "wrap"}, mode) {
		return c.malformed("attribute 'mode': want constant, reflect, edge or wrap, got %q", mode)
	}
	r := len(x.shape)
	if len(pads) != 2*r {
		return c.malformed("pads: want %d of an input %v, got %v", 2*r, x.shape, pads)
	}
	out := slices.Clone(x.shape)
	for i := range out {
		for _, p := range []int{pads[i], pads[r+i]} {
			if out[i], ok = out[i].plus(Fixed(p)); !ok || p > maxElements || p < -maxElements {
				return c.malformed("pads: %v are too many", pads)
			}
		}
		if mode != "constant" && (pads[i] > 0 || pads[r+i] > 0) && x.shape[i] == Fixed(0) {
			return c.malformed("pads: nothing to take in mode %s from %v", mode, x.shape)
		}
	}
	if !slices.ContainsFunc(pads, func(p int) bool { return p != 0 }) {
		return c.set(0, x)
	}
	return c.emit(0, "Pad", out, c.in[:1], StringAttr("mode", mode), IntsAttr("pads", pads...), FloatAttr("value", value))
}

// padsOf are pads of all axes, of those that input axes names.
func (c *call) padsOf(pads []int) ([]int, error) {
	r := len(c.x().shape)
	axes, err := c.fixedInts(3, "axes")
	if err == nil {
		axes, err = c.axes(axes, r)
	}
	if err != nil {
		return nil, err
	}
	if len(pads) != 2*len(axes) {
		return nil, c.malformed("pads: want %d of %d axes, got %v", 2*len(axes), len(axes), pads)
	}
	all := make([]int, 2*r)
	for i, a := range axes {
		all[a], all[r+a] = pads[i], pads[len(axes)+i]
	}
	return all, nil
}

func foldExpand(c *call) error {
	target, err := c.sizes(1, "shape")
	if err != nil {
		return err
	}
	if slices.ContainsFunc(target, func(d Dim) bool { return d.A < 0 || d.At(1) < 0 }) {
		return c.malformed("shape: want sizes, got %v", Shape(target))
	}
	if b := c.f.g.FixedBatch; b > 0 && len(target) > 0 && target[0] == Fixed(b) && len(target) == len(c.x().shape) && c.x().shape[0] == Batch {
		target = append(Shape{Batch}, target[1:]...)
	}
	out, ok := broadcast(c.x().shape, target)
	if !ok {
		return c.malformed("want a shape that %v broadcasts to, got %v", c.x().shape, Shape(target))
	}
	return c.expand(0, c.x(), out)
}

// expand makes output i the value v broadcast to a shape.
func (c *call) expand(i int, v *value, out Shape) error {
	switch {
	case v.shape.Equal(out):
		return c.set(i, v)
	case mayFold(v.typ, out, v):
		return c.constant(i, v.known.pick(out.At(1), spread(v.known.dims, out.At(1))))
	}
	return c.emit(i, "Expand", out, []*value{v})
}

func foldTile(c *call) error {
	x := c.x()
	repeats, err := c.sizes(1, "repeats")
	if err != nil {
		return err
	}
	if len(repeats) != len(x.shape) {
		return c.malformed("repeats: want %d of an input %v, got %v", len(x.shape), x.shape, Shape(repeats))
	}
	out, tiled, fixed := make(Shape, len(repeats)), slices.Clone(x.shape), make([]int, len(repeats))
	for i, n := range repeats {
		ok := false
		if out[i], ok = x.shape[i].times(n); !ok || n.A < 0 || n.At(1) < 0 || !n.IsFixed() && x.shape[i] != Fixed(1) {
			return c.unsupported("%v repeated %v times", x.shape, Shape(repeats))
		}
		fixed[i] = 1
		if n.IsFixed() {
			fixed[i], tiled[i] = n.B, out[i]
		}
	}
	switch {
	case mayFold(x.typ, out, x):
		return c.constant(0, x.known.tile(out.At(1)))
	case tiled.Equal(x.shape):
		return c.expand(0, x, out)
	case tiled.Equal(out):
		return c.emit(0, "Tile", out, c.in[:1], IntsAttr("repeats", fixed...))
	}
	v, err := c.step("Tile", tiled, c.in[:1], IntsAttr("repeats", fixed...))
	if err != nil {
		return err
	}
	return c.expand(0, v, out)
}

// tile evaluates a Tile to dims, multiples of k's.
func (k *known) tile(dims []int) *known {
	own := strides(k.dims)
	at := strides(dims)
	from := make([]int, product(dims))
	for i := range from {
		for d := range dims {
			from[i] += i / at[d] % dims[d] % k.dims[d] * own[d]
		}
	}
	return k.pick(dims, from)
}
