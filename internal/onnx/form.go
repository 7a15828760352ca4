package onnx

import "slices"

// reshape makes output i the value v in another shape of the same size.
func (c *call) reshape(i int, v *value, out Shape) error {
	switch {
	case v.shape.Equal(out):
		return c.set(i, v)
	case v.known != nil && out.IsFixed():
		return c.constant(i, v.known.reshaped(out.At(1)))
	}
	return c.emit(i, "Reshape", out, []*value{v})
}

func foldIdentity(c *call) error { return c.set(0, c.x()) }

func foldReshape(c *call) error {
	target, err := c.sizes(1, "shape")
	if err != nil {
		return err
	}
	x := c.x()
	allowZero := c.version >= 14 && c.Flag("allowzero", 0) == 1
	out, ok := resolve(x.shape, target, allowZero, 0)
	if b := c.f.g.FixedBatch; b > 0 && len(target) > 0 && target[0].IsFixed() && !x.shape.IsFixed() {
		// The batch that the file has is written into its target.
		if freed, fits := resolve(x.shape, target, allowZero, b); fits {
			out, ok = freed, true
		}
	}
	if !ok {
		return c.malformed("want a shape of as many elements as %v, got %v", x.shape, Shape(target))
	}
	return c.reshape(0, x, out)
}

// resolve is the shape that a Reshape's target means for an input of shape in. If batch
// is not 0, a first size of it, or of a multiple, means that many N.
func resolve(in Shape, target []Dim, allowZero bool, batch int) (Shape, bool) {
	out, infer, rest := slices.Clone(Shape(target)), -1, Fixed(1)
	if batch > 0 {
		if out[0].B < 1 || out[0].B%batch != 0 {
			return nil, false
		}
		out[0] = Dim{A: out[0].B / batch}
	}
	total, ok := in.size()
	if !ok {
		return nil, false
	}
	for i, d := range out {
		switch {
		case d == Fixed(-1) && infer >= 0:
			return nil, false
		case d == Fixed(-1):
			infer = i
			continue
		case d == Fixed(0) && !allowZero:
			if i >= len(in) {
				return nil, false
			}
			out[i] = in[i]
		case d.A < 0 || d.At(1) < 0:
			return nil, false
		}
		if rest, ok = rest.times(out[i]); !ok {
			return nil, false
		}
	}
	if infer < 0 {
		return out, rest == total
	}
	if total == Fixed(0) && rest == Fixed(0) {
		return nil, false
	}
	out[infer], ok = total.over(rest)
	return out, ok
}

// foldFlatten makes a matrix.
func foldFlatten(c *call) error {
	s, axis := c.x().shape, c.Int("axis", 1)
	if axis < -len(s) || axis > len(s) {
		return c.malformed("axis %d: want one of a tensor of %d dimensions, or %[2]d", axis, len(s))
	}
	if axis < 0 {
		axis += len(s)
	}
	rows, ok := s[:axis].size()
	columns, ok2 := s[axis:].size()
	if !ok || !ok2 {
		return c.unsupported("%v", errNotDim)
	}
	return c.reshape(0, c.x(), Shape{rows, columns})
}

func foldSqueeze(c *call) error {
	s := c.x().shape
	given, ok, err := c.parameter("axes", 13, 1)
	if err != nil {
		return err
	}
	axes, err := c.axes(given, len(s))
	if err != nil {
		return err
	}
	out := Shape{}
	for i, d := range s {
		switch {
		case ok && !slices.Contains(axes, i), !ok && d != Fixed(1):
			out = append(out, d)
		case d != Fixed(1):
			return c.malformed("want dimension %d of size 1, got %v", i, s)
		}
	}
	return c.reshape(0, c.x(), out)
}

func foldUnsqueeze(c *call) error {
	given, ok, err := c.parameter("axes", 13, 1)
	if err != nil {
		return err
	}
	if !ok {
		return c.malformed("want axes, got none")
	}
	r := len(c.x().shape) + len(given)
	if r > maxRank {
		return c.malformed("want at most %d dimensions, got %d", maxRank, r)
	}
	axes, err := c.axes(given, r)
	if err != nil {
		return err
	}
	out, next := make(Shape, r), 0
	for i := range out {
		if slices.Contains(axes, i) {
			out[i] = Fixed(1)
			continue
		}
		out[i] = c.x().shape[next]
		next++
	}
	return c.reshape(0, c.x(), out)
}

func foldTranspose(c *call) error {
	x := c.x()
	perm, r := c.Ints("perm"), len(x.shape)
	if !c.n.Has("perm") {
		for i := range r {
			perm = append(perm, r-1-i)
		}
	}
	if c.err != nil {
		return c.err
	}
	if len(perm) != r {
		return c.malformed("attribute 'perm': want %d axes for an input %v, got %v", r, x.shape, perm)
	}
	perm, err := c.axes(perm, r)
	if err != nil {
		return err
	}
	out := make(Shape, r)
	for i, p := range perm {
		out[i] = x.shape[p]
	}
	switch {
	case c.mayFold(x.typ, out, x):
		own, step := strides(x.known.dims), make([]int, r)
		for i, p := range perm {
			step[i] = own[p]
		}
		return c.constant(0, x.known.pick(out.At(1), walk(out.At(1), step, 0)))
	case keepsOrder(x.shape, perm):
		return c.reshape(0, x, out)
	}
	return c.emit(0, "Transpose", out, c.in, IntsAttr("perm", perm...))
}

// keepsOrder reports whether a permutation moves only dimensions of size 1.
func keepsOrder(s Shape, perm []int) bool {
	last := -1
	for _, p := range perm {
		if s[p] == Fixed(1) {
			continue
		}
		if p < last {
			return false
		}
		last = p
	}
	return true
}

// blocks reads what DepthToSpace and SpaceToDepth have in common; the one has a mode
// since opset 11, the other since 28.
func (c *call) blocks(since int) (size int, mode string, err error) {
	size, mode = c.Int("blocksize", 0), "DCR"
	if c.version >= since {
		mode = c.Text("mode", mode)
	}
	if s := c.x().shape; len(s) != 4 || !s[1:].IsFixed() || size < 1 || size > maxGeometry {
		return 0, "", c.malformed("want an input (N, C, H, W) and a blocksize of at least 1, got %v and %d", s, size)
	}
	if mode != "DCR" && mode != "CRD" {
		return 0, "", c.malformed("attribute 'mode': want DCR or CRD, got %q", mode)
	}
	return size, mode, nil
}

func foldDepthToSpace(c *call) error {
	b, mode, err := c.blocks(11)
	if err != nil {
		return err
	}
	s := c.x().shape
	if s[1].B%(b*b) != 0 {
		return c.malformed("want channels that are a multiple of blocksize %d squared, got %v", b, s)
	}
	out := Shape{s[0], Fixed(s[1].B / (b * b)), Fixed(s[2].B * b), Fixed(s[3].B * b)}
	return c.emit(0, "DepthToSpace", out, c.in, IntAttr("blocksize", b), StringAttr("mode", mode))
}

func foldSpaceToDepth(c *call) error {
	b, mode, err := c.blocks(28)
	if err != nil {
		return err
	}
	s := c.x().shape
	if s[2].B%b != 0 || s[3].B%b != 0 || s[1].B > maxElements/(b*b) {
		return c.malformed("want height and width that are multiples of blocksize %d, got %v", b, s)
	}
	out := Shape{s[0], Fixed(s[1].B * b * b), Fixed(s[2].B / b), Fixed(s[3].B / b)}
	return c.emit(0, "SpaceToDepth", out, c.in, IntAttr("blocksize", b), StringAttr("mode", mode))
}
