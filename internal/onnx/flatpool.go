package onnx

import "slices"

// idle reports whether the window leaves dimension i as it is.
func (w *window) idle(i int) bool {
	return w.kernel[i] == 1 && w.strides[i] == 1 && w.pads[i] == 0 && w.pads[len(w.kernel)+i] == 0
}

// merged is the window over dimensions of which i and its idle neighbour are one.
func (w *window) merged(i int) *window {
	drop := func(v []int, i int) []int { return slices.Delete(slices.Clone(v), i, i+1) }
	m := &window{
		kernel: drop(w.kernel, i+1), strides: drop(w.strides, i+1), dilations: drop(w.dilations, i+1),
		pads: drop(drop(w.pads, len(w.kernel)+i+1), i+1), out: drop(w.out, i+1),
	}
	m.out[i] = w.out[i] * w.out[i+1]
	return m
}

// flatPool emits the pooling of a volume whose window leaves neighbouring dimensions as
// they are, which become one: PyTorch's exporters write LocalResponseNorm as such.
func (c *call) flatPool(w *window, out Shape, attributes func(*window) []Attribute) error {
	in := slices.Clone(c.x().shape)
	for i := 0; i+1 < len(w.kernel) && len(w.kernel) > 2; {
		if !w.idle(i) || !w.idle(i+1) {
			i++
			continue
		}
		w = w.merged(i)
		in = slices.Delete(in, i+3, i+4)
		in[i+2] = Fixed(w.out[i])
	}
	if len(in) == len(out) {
		return c.emit(0, c.n.OpType, out, c.in, attributes(w)...)
	}
	x, err := c.step("Reshape", in, c.in[:1])
	if err == nil {
		x, err = c.step(c.n.OpType, append(Shape{in[0], in[1]}, FixedShape(w.out...)...), []*value{x}, attributes(w)...)
	}
	if err != nil {
		return err
	}
	return c.emit(0, "Reshape", out, []*value{x})
}
