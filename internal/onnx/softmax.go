package onnx

import (
	"slices"
)

// foldSoftmax folds Softmax and LogSoftmax. Up to opset 12 they see a matrix: the
// dimensions before axis, and those from it on.
func foldSoftmax(c *call) error {
	s, missing := c.x().shape, -1
	if c.version < 13 {
		missing = 1
	}
	given := c.Int("axis", missing)
	if c.version < 13 && given == len(s) && given > 0 {
		return c.unsupported("axis %d behind the last dimension", given)
	}
	axis, err := c.axis("axis", given, len(s))
	if err != nil {
		return err
	}
	if c.version >= 13 {
		return c.emit(0, c.n.OpType, s, c.in, IntAttr("axis", axis))
	}
	var wide []int
	for i := axis; i < len(s); i++ {
		if s[i] != Fixed(1) {
			wide = append(wide, i)
		}
	}
	switch len(wide) {
	case 0:
		return c.emit(0, c.n.OpType, s, c.in, IntAttr("axis", axis))
	case 1:
		return c.emit(0, c.n.OpType, s, c.in, IntAttr("axis", wide[0]))
	}
	row, ok := s[axis:].size()
	if !ok {
		return c.unsupported("%v", errNotDim)
	}
	flat := append(slices.Clone(s[:axis]), row)
	x, err := c.step("Reshape", flat, c.in)
	if err == nil {
		x, err = c.step(c.n.OpType, flat, []*value{x}, IntAttr("axis", axis))
	}
	if err != nil {
		return err
	}
	return c.emit(0, "Reshape", s, []*value{x})
}
