package onnx

import (
	"slices"
)

func foldGather(c *call) error {
	x, index := c.x(), c.in[1]
	axis, err := c.axis("axis", c.Int("axis", 0), len(x.shape))
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
	if c.mayFold(x.typ, out, x, index) {
		return c.constant(0, x.known.gather(axis, at, out.At(1)))
	}
	step, even := evenly(at)
	if !even || len(index.shape) > 1 {
		return c.emit(0, "Gather", out, c.in, IntAttr("axis", axis))
	}
	name := c.n.Outputs[0]
	if len(index.shape) == 0 {
		name = c.f.taken.fresh(name + "/Slice")
	}
	v, err := c.slice(name, x, []cut{{axis, at[0], step, Fixed(len(at))}})
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
	if product(dims) == 0 {
		outer = 0
	}
	from := make([]int, 0, product(dims))
	for o := range outer {
		for _, n := range at {
			for i := range inner {
				from = append(from, (o*k.dims[axis]+n)*inner+i)
			}
		}
	}
	return k.pick(dims, slices.Values(from))
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
