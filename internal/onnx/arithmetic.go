package onnx

import (
	"math"
	"slices"

	"github.com/pkg/errors"
)

var errTypes = errors.New("want operands of one type")

// foldShape makes sizes, which may depend on N.
func foldShape(c *call) error {
	s := c.x().shape
	start, end := 0, len(s)
	if c.version >= 15 {
		start, end = c.Int("start", 0), c.Int("end", len(s))
	}
	s = s[clampIndex(start, len(s)):max(clampIndex(start, len(s)), clampIndex(end, len(s)))]
	return c.constant(0, knownDims(Int64, []int{len(s)}, s))
}

func clampIndex(i, n int) int {
	if i < 0 {
		i += n
	}
	return min(max(i, 0), n)
}

func foldSize(c *call) error {
	n, ok := c.x().shape.size()
	if !ok {
		return c.unsupported("%v", errNotDim)
	}
	return c.constant(0, knownDims(Int64, nil, []Dim{n}))
}

func foldConstantOfShape(c *call) error {
	out, err := c.sizes(0, "shape")
	if err != nil {
		return err
	}
	t := c.Tensor("value")
	if t == nil {
		t = Floats(nil, []float32{0})
	}
	if t.Len() != 1 {
		return c.malformed("attribute 'value': want one element, got %v", t)
	}
	for _, d := range out {
		if d.A < 0 || d.At(1) < 0 {
			return c.malformed("shape: want sizes, got %v", Shape(out))
		}
	}
	if n, ok := Shape(out).size(); !ok || n.A > maxElements || n.B > maxElements {
		return c.malformed("shape: too many elements: %v", Shape(out))
	}
	return c.expand(0, c.literal("value", knownTensor(t).reshaped(nil)), out)
}

func foldRange(c *call) error {
	var bounds [3]float64
	typ := c.x().typ
	for i, v := range c.in {
		switch {
		case v.known == nil:
			return c.unsupported("its inputs are not known when the model is loaded")
		case v.known.sym != nil:
			return c.unsupported("its inputs depend on the batch: %v", Shape(v.known.sym))
		case v.known.len() != 1 || v.typ != typ:
			return c.malformed("want numbers of one type, got %v", v.known.tensor())
		}
		bounds[i] = v.known.numbers()[0]
	}
	start, limit, delta := bounds[0], bounds[1], bounds[2]
	n := math.Ceil((limit - start) / delta)
	if delta == 0 || math.IsNaN(n) {
		return c.malformed("want a range, got from %v to %v by %v", start, limit, delta)
	}
	if n > maxFolded/8 {
		return c.unsupported("more than %d elements", maxFolded/8)
	}
	var raw []byte
	for i := range int(max(n, 0)) {
		if v := start + float64(i)*delta; typ.IsFloat() {
			raw = appendFloat(raw, typ, v)
		} else {
			raw = appendInt(raw, typ, int64(v))
		}
	}
	return c.constant(0, &known{typ: typ, dims: []int{int(max(n, 0))}, raw: raw})
}

func foldWhere(c *call) error {
	condition, x, y := c.in[0], c.in[1], c.in[2]
	out, err := c.broadcast(c.in...)
	if err != nil {
		return err
	}
	if condition.compared != nil {
		return c.set(0, y) // node has seen that it is a softplus
	}
	if condition.known == nil || condition.known.sym != nil || condition.typ.IsFloat() {
		return c.unsupported("its condition is not known when the model is loaded")
	}
	truths, falses := 0, 0
	for i := range condition.known.len() {
		if condition.known.tensor().int(i) != 0 {
			truths++
		} else {
			falses++
		}
	}
	switch {
	case c.mayFold(x.typ, out, c.in...):
		k, err := choose(condition.known, x, y, out.At(1))
		return c.evaluated(k, err)
	case falses == 0:
		return c.expand(0, x, out)
	case truths == 0:
		return c.expand(0, y, out)
	}
	return c.unsupported(onlyKnown)
}

// choose evaluates a Where: it takes from the one after the other.
func choose(condition *known, x, y *value, dims []int) (*known, error) {
	both, err := concat([]*value{flat(x), flat(y)}, 0, []int{x.known.len() + y.known.len()})
	if err != nil {
		return nil, err
	}
	from, other := slices.Collect(spread(x.known.dims, dims)), slices.Collect(spread(y.known.dims, dims))
	i := 0
	for at := range spread(condition.dims, dims) {
		if condition.tensor().int(at) == 0 {
			from[i] = x.known.len() + other[i]
		}
		i++
	}
	return both.pick(dims, slices.Values(from)), nil
}

// flat is a known value as a vector.
func flat(v *value) *value {
	k := v.known.reshaped([]int{v.known.len()})
	return &value{typ: v.typ, known: k}
}
