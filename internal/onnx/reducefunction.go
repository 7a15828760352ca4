package onnx

import (
	"math"
	"slices"
	"sort"
)

// reduceSteps are the reductions that are a ReduceSum between functions: those before
// it and those behind.
var reduceSteps = map[string][2][]string{
	"ReduceL1":        {{"Abs"}, nil},
	"ReduceL2":        {{"Mul"}, {"Sqrt"}},
	"ReduceSumSquare": {{"Mul"}, nil},
	"ReduceLogSum":    {nil, {"Log"}},
	"ReduceLogSumExp": {{"Exp"}, {"Log"}},
}

// foldReduceFunction emits what a reduction is made of. A ReduceLogSumExp is less the
// largest of the numbers first, so that none of the powers is infinite.
func foldReduceFunction(c *call) error {
	x := c.x()
	given, _, err := c.parameter("axes", 18, 1)
	if err != nil {
		return err
	}
	keep, noop := c.Flag("keepdims", 1), c.Flag("noop_with_empty_axes", 0)
	switch {
	case c.err != nil:
		return c.err
	case len(given) == 0 && noop == 1 && c.version >= 18, len(x.shape) == 0:
		return c.unsupported("it reduces nothing")
	case !x.typ.IsFloat():
		return c.unsupported("want numbers of a floating-point type")
	}
	axes, err := c.axes(given, len(x.shape))
	if err != nil {
		return err
	}
	for i := range x.shape {
		if len(given) == 0 {
			axes = append(axes, i)
		}
	}
	sort.Ints(axes)
	kept, out := reduced(x.shape, axes)
	if keep == 1 {
		out = kept
	}
	if x.known != nil {
		if x.known.sym != nil || !c.mayFold(x.typ, kept, x) {
			return c.unsupported("want numbers that are computed from an input, or few constants")
		}
		return c.constant(0, reduceFunction(c.n.OpType, x.known, axes).reshaped(out.At(1)))
	}
	y, err := c.reduceBySteps(x, axes, kept)
	if err != nil {
		return err
	}
	return c.emit(0, "Reshape", out, []*value{y})
}

// reduceBySteps keeps the axes.
func (c *call) reduceBySteps(x *value, axes []int, kept Shape) (*value, error) {
	over := []Attribute{IntsAttr("axes", axes...), IntAttr("keepdims", 1)}
	var most *value
	var err error
	do := func(op string, out Shape, in ...*value) *value {
		if err != nil {
			return nil
		}
		var attributes []Attribute
		if op == "ReduceSum" || op == "ReduceMax" {
			attributes = slices.Clone(over)
		}
		var v *value
		v, err = c.step(op, out, in, attributes...)
		return v
	}
	shape := x.shape
	if c.n.OpType == "ReduceLogSumExp" {
		most = do("ReduceMax", kept, x)
		x = do("Sub", shape, x, most)
	}
	for _, op := range reduceSteps[c.n.OpType][0] {
		if op == "Mul" {
			x = do(op, shape, x, x)
		} else {
			x = do(op, shape, x)
		}
	}
	x = do("ReduceSum", kept, x)
	for _, op := range reduceSteps[c.n.OpType][1] {
		x = do(op, kept, x)
	}
	if most != nil {
		x = do("Add", kept, x, most)
	}
	return x, err
}

// reduceFunction evaluates a reduction; the axes' sizes become 1.
func reduceFunction(op string, k *known, axes []int) *known {
	kept, _ := reduced(FixedShape(k.dims...), axes)
	dims := kept.At(1)
	into, x := slices.Collect(spread(dims, k.dims)), k.floats()
	most := make([]float64, product(dims)) // what ReduceLogSumExp is less by
	if op == "ReduceLogSumExp" {
		for i := range most {
			most[i] = math.Inf(-1)
		}
		for i, at := range into {
			most[at] = max(most[at], x[i])
		}
	}
	sum := make([]float64, len(most))
	for i, at := range into {
		sum[at] += reduceTerm(op, x[i], most[at])
	}
	raw := make([]byte, 0, len(sum)*k.typ.Size())
	for i, s := range sum {
		switch op {
		case "ReduceL2":
			s = math.Sqrt(s)
		case "ReduceLogSum", "ReduceLogSumExp":
			s = math.Log(s) + most[i]
		}
		raw = appendFloat(raw, k.typ, s)
	}
	return &known{typ: k.typ, dims: dims, raw: raw}
}

// reduceTerm is what a number adds to the sum of a reduction.
func reduceTerm(op string, x, most float64) float64 {
	switch op {
	case "ReduceL1":
		return math.Abs(x)
	case "ReduceL2", "ReduceSumSquare":
		return x * x
	case "ReduceLogSumExp":
		return math.Exp(x - most)
	}
	return x
}
