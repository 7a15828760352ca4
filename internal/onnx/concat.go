package onnx

import (
	"slices"
)

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
	axis, err := c.axis("axis", c.Int("axis", 0), len(first))
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
	case c.mayFold(c.x().typ, out, c.in...):
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
	if product(dims) == 0 {
		outer = 0
	}
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
