package graph

import "fmt"

// SpaceToDepth makes channels of blocks of pixels, and undoes DepthToSpace.
//
//	y[(u·B + v)·C + c, i, j] = x[c, i·B + u, j·B + v]
//
// and y[c·B² + u·B + v, i, j] with ColumnRowDepth, which is PyTorch's
// PixelUnshuffle; without it it is ONNX' SpaceToDepth, TensorFlow's
// space_to_depth. B is Block.
//
// Input (N, C, H, W); output (N, C·Block², H/Block, W/Block).
type SpaceToDepth struct {
	Block          int  // side of a block, in pixels, divides H and W; 0 means 2
	ColumnRowDepth bool // the channels of a block lie behind one another
}

var _ Explainer = SpaceToDepth{}

func (d SpaceToDepth) String() string { return Literal(d) }

// Build wants an image that can be cut into blocks.
func (d SpaceToDepth) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	if err := firstError(wantNumber("Block", d.Block, "2"), checkImage(in)); err != nil {
		return s.Fail(err)
	}
	b := blockOf(d.Block)
	if in[1]%b != 0 || in[2]%b != 0 {
		return s.Fail(badField("Block", fmt.Sprintf("that divides %d×%d pixels", in[1], in[2]), b))
	}
	h, w := in[1]/b, in[2]/b
	order := []int{2, 4, 0, 1, 3}
	if d.ColumnRowDepth {
		order = []int{0, 2, 4, 1, 3}
	}
	return rearrange(s, x, Shape{in[0], h, b, w, b}, order, Shape{in[0] * b * b, h, w})
}

// Explain shows the output's sides.
func (d SpaceToDepth) Explain(in Shape) Arithmetic {
	b := blockOf(d.Block)
	return Arithmetic{Lines: []string{
		fmt.Sprintf("height: %d/%d = %d", in[1], b, in[1]/b), fmt.Sprintf("width: %d/%d = %d", in[2], b, in[2]/b),
		fmt.Sprintf("channels: %d·%d² = %d", in[0], b, in[0]*b*b),
	}}
}
