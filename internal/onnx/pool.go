package onnx

import "slices"

func foldMaxPool(c *call) error { return c.pool() }

func foldAveragePool(c *call) error {
	count := c.Flag("count_include_pad", 0)
	return c.pool(IntAttr("count_include_pad", count))
}

// pool emits a pooling with its window, ceil_mode and more.
func (c *call) pool(more ...Attribute) error {
	in, err := c.spatial(c.x())
	if err != nil {
		return err
	}
	w, err := c.window(c.Ints("kernel_shape"), len(in))
	if err != nil {
		return err
	}
	ceil := c.Flag("ceil_mode", 0)
	if err := c.place(w, in, 0); err != nil {
		return err
	}
	floored := w.out
	if err := c.place(w, in, ceil); err != nil {
		return err
	}
	if slices.Equal(floored, w.out) {
		ceil = 0
	}
	out := append(Shape{c.x().shape[0], c.x().shape[1]}, FixedShape(w.out...)...)
	return c.flatPool(w, out, func(w *window) []Attribute {
		return append(append(w.attributes(), IntAttr("ceil_mode", ceil)), more...)
	})
}

func foldGlobalPool(c *call) error {
	if _, err := c.spatial(c.x()); err != nil {
		return err
	}
	return c.emit(0, c.n.OpType, pooled(c.x().shape), c.in)
}

// pooled is the shape after global pooling.
func pooled(s Shape) Shape {
	out := append(Shape{}, s...)
	for i := 2; i < len(out); i++ {
		out[i] = Fixed(1)
	}
	return out
}

func foldLRN(c *call) error {
	if _, err := c.spatial(c.x()); err != nil {
		return err
	}
	size := c.Int("size", 0)
	if size < 1 || size > maxGeometry {
		return c.malformed("attribute 'size': want at least 1, got %d", size)
	}
	return c.emit(0, "LRN", c.x().shape, c.in, IntAttr("size", size),
		FloatAttr("alpha", c.Float("alpha", 1e-4)), FloatAttr("beta", c.Float("beta", 0.75)), FloatAttr("bias", c.Float("bias", 1)))
}
