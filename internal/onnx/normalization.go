package onnx

import "slices"

// channels checks that x has channels and that inputs 1 to n have a value for each.
func (c *call) channels(n int) (int, error) {
	s := c.x().shape
	if len(s) < 2 || !s[1].IsFixed() {
		return 0, c.malformed("want an input (N, C, …), got %v", s)
	}
	for i := 1; i <= n; i++ {
		if !c.in[i].shape.Equal(Shape{s[1]}) {
			return 0, c.malformed("input %d: want the shape %v, a value for each channel of %v, got %v", i, Shape{s[1]}, s, c.in[i].shape)
		}
	}
	return s[1].B, nil
}

func foldBatchNormalization(c *call) error {
	if c.version < 9 && c.Int("spatial", 1) != 1 {
		return c.unsupported("spatial 0, statistics for each pixel")
	}
	if c.version >= 14 && c.Int("training_mode", 0) != 0 {
		return c.unsupported("training_mode 1")
	}
	if _, err := c.channels(4); err != nil {
		return err
	}
	epsilon, momentum := c.Float("epsilon", 1e-5), c.Float("momentum", 0.9)
	return c.emit(0, "BatchNormalization", c.x().shape, c.in, FloatAttr("epsilon", epsilon), FloatAttr("momentum", momentum))
}

func foldInstanceNormalization(c *call) error {
	if _, err := c.channels(2); err != nil {
		return err
	}
	return c.emit(0, "InstanceNormalization", c.x().shape, c.in, FloatAttr("epsilon", c.Float("epsilon", 1e-5)))
}

func foldGroupNormalization(c *call) error {
	s, groups := c.x().shape, c.Int("num_groups", 0)
	if len(s) < 2 || !s[1].IsFixed() || groups < 1 || s[1].B%groups != 0 {
		return c.malformed("want an input (N, C, …) with C a multiple of num_groups %d, got %v", groups, s)
	}
	in := slices.Clone(c.in)
	if c.version < 21 {
		for i := 1; i <= 2; i++ {
			k := in[i].known
			if !in[i].shape.Equal(FixedShape(groups)) {
				return c.malformed("input %d: want the shape %v, got %v", i, FixedShape(groups), in[i].shape)
			}
			if k == nil {
				return c.unsupported("input %d is not a constant", i)
			}
			if !c.mayFold(k.typ, Shape{s[1]}, in[i]) {
				return c.unsupported("%v channels", s[1])
			}
			each := make([]int, s[1].B)
			for j := range each {
				each[j] = j / (s[1].B / groups)
			}
			in[i] = c.literal([]string{"scale", "bias"}[i-1], k.pick([]int{len(each)}, slices.Values(each)))
		}
	} else if _, err := c.channels(2); err != nil {
		return err
	}
	return c.emit(0, "GroupNormalization", s, in, FloatAttr("epsilon", c.Float("epsilon", 1e-5)), IntAttr("num_groups", groups))
}

func foldLayerNormalization(c *call) error {
	s := c.x().shape
	axis, err := c.axis("axis", c.Int("axis", -1), len(s))
	if err != nil {
		return err
	}
	for i := 1; i < len(c.in); i++ {
		if !c.has(i) {
			continue
		}
		if both, ok := broadcast(c.in[i].shape, s[axis:]); !ok || !both.Equal(s[axis:]) {
			return c.malformed("input %d: want the shape %v of %v from axis %d on, got %v", i, s[axis:], s, axis, c.in[i].shape)
		}
	}
	epsilon := c.Float("epsilon", 1e-5)
	if err := c.statistics(axis, epsilon); err != nil {
		return err
	}
	return c.emit(0, "LayerNormalization", s, c.in, FloatAttr("epsilon", epsilon), IntAttr("axis", axis))
}

// statistics makes a LayerNormalization's other outputs, where they are read: the mean
// and 1/sqrt(variance + epsilon).
func (c *call) statistics(axis int, epsilon float32) error {
	read := func(i int) bool { return i < len(c.n.Outputs) && c.f.wanted[c.n.Outputs[i]] && c.n.Outputs[i] != "" }
	if !read(1) && !read(2) {
		return nil
	}
	x, axes := c.x(), []int{}
	for i := axis; i < len(x.shape); i++ {
		axes = append(axes, i)
	}
	kept, _ := reduced(x.shape, axes)
	over := []Attribute{IntsAttr("axes", axes...), IntAttr("keepdims", 1)}
	mean, err := c.step("ReduceMean", kept, []*value{x}, over...)
	if err != nil {
		return err
	}
	v := mean
	one, small := c.literal("one", knownTensor(Floats(nil, []float32{1}))), c.literal("epsilon", knownTensor(Floats(nil, []float32{epsilon})))
	for _, s := range []struct {
		op    string
		shape Shape
		in    func() []*value
		attrs []Attribute
	}{
		{"Sub", x.shape, func() []*value { return []*value{x, mean} }, nil},
		{"Mul", x.shape, func() []*value { return []*value{v, v} }, nil},
		{"ReduceMean", kept, func() []*value { return []*value{v} }, over},
		{"Add", kept, func() []*value { return []*value{v, small} }, nil},
		{"Sqrt", kept, func() []*value { return []*value{v} }, nil},
		{"Div", kept, func() []*value { return []*value{one, v} }, nil},
	} {
		if v, err = c.step(s.op, s.shape, s.in(), s.attrs...); err != nil {
			return err
		}
	}
	_ = c.set(2, v)
	return c.set(1, mean)
}

// foldDropout passes its input on, as it does in inference.
func foldDropout(c *call) error {
	if c.version >= 12 && c.has(2) {
		training, err := c.number(2, "training_mode")
		if err != nil {
			return err
		}
		if training != 0 {
			return c.unsupported("training_mode is true")
		}
	}
	return c.set(0, c.x())
}
