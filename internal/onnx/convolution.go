package onnx

import "slices"

// window is the geometry of a convolution or of pooling, of k spatial dimensions.
type window struct {
	kernel, strides, dilations, pads []int
	out                              []int
}

func (w *window) attributes() []Attribute {
	return []Attribute{
		IntsAttr("kernel_shape", w.kernel...), IntsAttr("strides", w.strides...),
		IntsAttr("dilations", w.dilations...), IntsAttr("pads", w.pads...),
	}
}

// window reads the attributes that convolutions and pooling share, with their
// defaults, for k dimensions.
func (c *call) window(kernel []int, k int) (*window, error) {
	w := &window{kernel: kernel, strides: c.Ints("strides"), dilations: c.Ints("dilations"), pads: c.Ints("pads")}
	if w.strides == nil {
		w.strides = ones(k)
	}
	if w.dilations == nil {
		w.dilations = ones(k)
	}
	if w.pads == nil {
		w.pads = make([]int, 2*k)
	}
	if c.err != nil {
		return nil, c.err
	}
	for _, a := range []struct {
		name   string
		v      []int
		n, low int
	}{{"kernel_shape", w.kernel, k, 1}, {"strides", w.strides, k, 1}, {"dilations", w.dilations, k, 1}, {"pads", w.pads, 2 * k, 0}} {
		if len(a.v) != a.n {
			return nil, c.malformed("attribute '%s': want %d integers, got %v", a.name, a.n, a.v)
		}
		for _, v := range a.v {
			switch {
			case v < 0 && a.name == "pads":
				return nil, c.unsupported("pads below 0: %v", a.v)
			case v < a.low || v > maxGeometry:
				return nil, c.malformed("attribute '%s': want integers of %d to %d, got %v", a.name, a.low, maxGeometry, a.v)
			}
		}
	}
	return w, nil
}

// maxGeometry bounds kernels, strides and the like, so that sums of their products do
// not overflow.
const maxGeometry = 1 << 20

func ones(n int) []int { return slices.Repeat([]int{1}, n) }

// extent is how many inputs the window spans in dimension i.
func (w *window) extent(i int) int { return (w.kernel[i]-1)*w.dilations[i] + 1 }

// spatial are the sizes of x from the third dimension on, which must be fixed.
func (c *call) spatial(x *value) ([]int, error) {
	if len(x.shape) < 3 {
		return nil, c.malformed("want an input (N, C, spatial…), got %v", x.shape)
	}
	s := x.shape[2:]
	if !s.IsFixed() || !x.shape[1].IsFixed() {
		return nil, c.unsupported("its input's channels or pixels depend on the batch: %v", x.shape)
	}
	for _, n := range s {
		if n.B < 1 {
			return nil, c.malformed("want an input with pixels, got %v", x.shape)
		}
	}
	return s.At(1), nil
}

// place resolves auto_pad and computes the output's sizes, rounded up if ceil is 1.
func (c *call) place(w *window, in []int, ceil int) error {
	auto := c.Text("auto_pad", "NOTSET")
	if c.err != nil {
		return c.err
	}
	k := len(in)
	w.out = make([]int, k)
	for i, size := range in {
		switch auto {
		case "NOTSET", "":
		case "VALID":
			w.pads[i], w.pads[k+i] = 0, 0
		case "SAME_UPPER", "SAME_LOWER":
			w.same(i, k, size, auto == "SAME_LOWER")
			continue
		default:
			return c.malformed("attribute 'auto_pad': want NOTSET, VALID, SAME_UPPER or SAME_LOWER, got %q", auto)
		}
		free := size + w.pads[i] + w.pads[k+i] - w.extent(i)
		if free < 0 {
			return c.malformed("a window of %v with dilations %v does not fit the input's %v with pads %v", w.kernel, w.dilations, in, w.pads)
		}
		w.out[i] = free/w.strides[i] + 1
		// A window more, unless it would start behind the input and its begin's padding.
		if ceil == 1 && free%w.strides[i] != 0 && w.out[i]*w.strides[i] < size+w.pads[i] {
			w.out[i]++
		}
	}
	return nil
}

// same pads dimension i of k so that the output has size/stride pixels, rounded up; of
// an odd number the end has one more, or with lower the begin.
func (w *window) same(i, k, size int, lower bool) {
	w.out[i] = (size + w.strides[i] - 1) / w.strides[i]
	total := max((w.out[i]-1)*w.strides[i]+w.extent(i)-size, 0)
	w.pads[i], w.pads[k+i] = total/2, total-total/2
	if lower {
		w.pads[i], w.pads[k+i] = w.pads[k+i], w.pads[i]
	}
}

// kernelOf is kernel_shape, which may be left out where there is a weight tensor; the
// two must agree.
func (c *call) kernelOf(weight Shape, k int) ([]int, error) {
	if len(weight) != k+2 {
		return nil, c.malformed("W: want %d dimensions as the input has, got %v", k+2, weight)
	}
	if !weight.IsFixed() {
		return nil, c.unsupported("W depends on the batch: %v", weight)
	}
	kernel := weight[2:].At(1)
	if given := c.Ints("kernel_shape"); given != nil && !slices.Equal(given, kernel) {
		return nil, c.malformed("attribute 'kernel_shape': want %v as W has, got %v", kernel, given)
	}
	return kernel, nil
}

// bias checks a convolution's third input.
func (c *call) bias(channels int) error {
	if c.has(2) && !c.in[2].shape.Equal(FixedShape(channels)) {
		return c.malformed("B: want the shape %v, got %v", FixedShape(channels), c.in[2].shape)
	}
	return nil
}

func (c *call) group() int {
	g := c.Int("group", 1)
	if g < 1 {
		c.Keep(c.malformed("attribute 'group': want at least 1, got %d", g))
		return 1
	}
	return g
}

func foldConv(c *call) error {
	in, err := c.spatial(c.x())
	if err != nil {
		return err
	}
	weight, group := c.in[1].shape, c.group()
	kernel, err := c.kernelOf(weight, len(in))
	if err != nil {
		return err
	}
	w, err := c.window(kernel, len(in))
	if err != nil {
		return err
	}
	if err := c.place(w, in, 0); err != nil {
		return err
	}
	channels, filters := c.x().shape[1].B, weight[0].B
	if channels%group != 0 || weight[1].B != channels/group || filters%group != 0 {
		return c.malformed("W: of %d channels in %d groups, want (M, %d, …) with M a multiple of %d, got %v",
			channels, group, channels/group, group, weight)
	}
	if err := c.bias(filters); err != nil {
		return err
	}
	out := append(Shape{c.x().shape[0], Fixed(filters)}, FixedShape(w.out...)...)
	return c.emit(0, "Conv", out, c.in, append(w.attributes(), IntAttr("group", group))...)
}

func foldConvTranspose(c *call) error {
	in, err := c.spatial(c.x())
	if err != nil {
		return err
	}
	k := len(in)
	weight, group := c.in[1].shape, c.group()
	kernel, err := c.kernelOf(weight, k)
	if err != nil {
		return err
	}
	w, err := c.window(kernel, k)
	if err != nil {
		return err
	}
	extra := c.Ints("output_padding")
	if extra == nil {
		extra = make([]int, k)
	}
	if err := c.placeTransposed(w, in, extra); err != nil {
		return err
	}
	channels := c.x().shape[1].B
	if channels%group != 0 || weight[0].B != channels {
		return c.malformed("W: of %d channels in %d groups, want (%d, …), got %v", channels, group, channels, weight)
	}
	filters := weight[1].B * group
	if err := c.bias(filters); err != nil {
		return err
	}
	out := append(Shape{c.x().shape[0], Fixed(filters)}, FixedShape(w.out...)...)
	attributes := append(w.attributes(), IntsAttr("output_padding", extra...), IntAttr("group", group))
	return c.emit(0, "ConvTranspose", out, c.in, attributes...)
}

// placeTransposed resolves auto_pad and output_shape: the output is
// stride·(in-1) + output_padding + extent - pads.
func (c *call) placeTransposed(w *window, in, extra []int) error {
	k := len(in)
	auto, target := c.Text("auto_pad", "NOTSET"), c.Ints("output_shape")
	if c.err != nil {
		return c.err
	}
	if len(extra) != k || target != nil && len(target) != k {
		return c.malformed("want %d integers in output_padding and output_shape, got %v and %v", k, extra, target)
	}
	same := auto == "SAME_UPPER" || auto == "SAME_LOWER"
	if !same && auto != "NOTSET" && auto != "VALID" && auto != "" {
		return c.malformed("attribute 'auto_pad': want NOTSET, VALID, SAME_UPPER or SAME_LOWER, got %q", auto)
	}
	if auto == "VALID" {
		w.pads = make([]int, 2*k)
	}
	w.out = make([]int, k)
	for i, size := range in {
		if extra[i] < 0 || extra[i] > maxGeometry || size > maxElements {
			return c.malformed("attribute 'output_padding': want at least 0, got %v", extra)
		}
		full := w.strides[i]*(size-1) + extra[i] + w.extent(i)
		switch {
		case target != nil:
			w.out[i] = target[i]
		case same:
			w.out[i] = size * w.strides[i]
		default:
			w.out[i] = full - w.pads[i] - w.pads[k+i]
			if w.out[i] < 1 {
				return c.malformed("pads %v leave nothing of the output's dimension %d", w.pads, 2+i)
			}
			continue
		}
		if w.out[i] < 1 || w.out[i] > maxElements {
			return c.malformed("attribute 'output_shape': want sizes, got %v", target)
		}
		total := full - w.out[i]
		if total < 0 { // what no window reaches
			extra[i], total = extra[i]-total, 0
		}
		w.pads[i], w.pads[k+i] = total-total/2, total/2
		if auto == "SAME_UPPER" {
			w.pads[i], w.pads[k+i] = total/2, total-total/2
		}
	}
	return nil
}
