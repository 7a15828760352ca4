package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// DepthToSpace makes blocks of pixels of channels: Shi et al., arXiv:1609.05158.
//
//	y[c, i·B + u, j·B + v] = x[(u·B + v)·C' + c, i, j]
//
// and x[c·B² + u·B + v, i, j] with ColumnRowDepth, which is PyTorch's PixelShuffle;
// without it ONNX' mode DCR, TensorFlow's depth_to_space. B is Block, C' = C/B².
//
// Input (N, C, H, W); output (N, C/Block², H·Block, W·Block).
type DepthToSpace struct {
	Block          int  // side of a block, in pixels; 0 means 2
	ColumnRowDepth bool // the channels of a block lie behind one another
}

var _ Explainer = DepthToSpace{}

func (d DepthToSpace) String() string { return Literal(d) }

// Build wants an image whose channels can be cut into blocks.
func (d DepthToSpace) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	if err := firstError(wantNumber("Block", d.Block, "2"), checkImage(in)); err != nil {
		return s.Fail(err)
	}
	b := blockOf(d.Block)
	if b > in[0] || in[0]%(b*b) != 0 {
		return s.Fail(badField("Block", fmt.Sprintf("whose square divides %d channels", in[0]), b))
	}
	c := in[0] / (b * b)
	parts, order := Shape{b, b, c, in[1], in[2]}, []int{2, 3, 0, 4, 1}
	if d.ColumnRowDepth {
		parts, order = Shape{c, b, b, in[1], in[2]}, []int{0, 3, 1, 4, 2}
	}
	return rearrange(s, x, parts, order, Shape{c, in[1] * b, in[2] * b})
}

// rearrange puts the values of a sample, seen in parts, in another order.
func rearrange(s *Scope, x *Value, parts Shape, order []int, to Shape) *Value {
	return s.op(ir.Reshape{To: to}, s.op(ir.Transpose{Axes: order}, s.op(ir.Reshape{To: parts}, x)))
}

// blockOf is the side of a block.
func blockOf(n int) int {
	if n == 0 {
		return 2
	}
	return n
}

// Explain shows the output's sides.
func (d DepthToSpace) Explain(in Shape) Arithmetic {
	b := blockOf(d.Block)
	return Arithmetic{Lines: []string{
		fmt.Sprintf("height: %d·%d = %d", in[1], b, in[1]*b), fmt.Sprintf("width: %d·%d = %d", in[2], b, in[2]*b),
		fmt.Sprintf("channels: %d/%d² = %d", in[0], b, in[0]/(b*b)),
	}}
}
