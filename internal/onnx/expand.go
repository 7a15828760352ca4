package onnx

import (
	"slices"
)

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
	case c.mayFold(v.typ, out, v):
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
	case c.mayFold(x.typ, out, x):
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
	own, at := strides(k.dims), strides(dims)
	return k.pick(dims, func(yield func(int) bool) {
		for i := range product(dims) {
			from := 0
			for d := range dims {
				from += i / at[d] % dims[d] % k.dims[d] * own[d]
			}
			if !yield(from) {
				return
			}
		}
	})
}
