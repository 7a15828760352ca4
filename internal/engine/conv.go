package engine

import (
	"fmt"
	"slices"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// Conv2d is a 2-D cross-correlation, with the arguments of Gorgonia's: a
// program gains by changing the import. Pad, stride and dilation may be nil for
// 0, 1 and 1; padding of four numbers is top, bottom, left, right.
//
// im is (N, C, H, W), filter (F, C, h, w), in float32; the output is
// (N, F, H', W').
func Conv2d(im, filter *G.Node, kernelShape tensor.Shape, pad, stride, dilation []int) (*G.Node, error) {
	return Conv(im, filter, nil, ConvConfig{Kernel: kernelShape, Pad: pad, Stride: stride, Dilation: dilation, InputGrad: true})
}

// ConvConfig is what Conv takes besides nodes.
type ConvConfig struct {
	Kernel    tensor.Shape // height and width; nil means the filter's
	Pad       []int        // vertical and horizontal, or top, bottom, left, right; nil means none
	Stride    []int        // down and to the right; nil means 1
	Dilation  []int        // the same; nil means 1
	Groups    int          // 0 means 1
	ReLU      bool         // cuts the output at zero
	InputGrad bool         // the gradient by the image is wanted; a first layer has no use for it
}

// Conv is Conv2d with a bias (F), or nil for none, and with ReLU where that is
// asked for.
func Conv(im, filter, bias *G.Node, c ConvConfig) (*G.Node, error) {
	in := append(G.Nodes{im, filter}, present(bias)...)
	if err := wantFloat32("Conv2d", in...); err != nil {
		return nil, err
	}
	xs, ws := im.Shape(), filter.Shape()
	groups := max(c.Groups, 1)
	if len(xs) != 4 || len(ws) != 4 || xs[1] != ws[1]*groups || ws[0]%groups != 0 {
		return nil, errors.Errorf("Conv2d: want an image (N, C, H, W) and a filter (F, %s, h, w), got %v and %v", perGroup(groups), xs, ws)
	}
	if c.Kernel != nil && !slices.Equal(c.Kernel, ws[2:]) {
		return nil, errors.Errorf("Conv2d: want a filter (F, %d, h, w) with a kernel of %v, got %v", ws[1], c.Kernel, ws)
	}
	if bias != nil && !slices.Equal(bias.Shape(), ws[:1]) {
		return nil, errors.Errorf("Conv2d: want a bias of (%d), one for each filter of %v, got %v", ws[0], ws, bias.Shape())
	}
	if c.Stride == nil {
		c.Stride = []int{1, 1}
	}
	win, err := newWindow(ws[2:], c.Pad, c.Stride, c.Dilation)
	if err != nil {
		return nil, errors.WithMessage(err, "Conv2d")
	}
	s := &convState{window: win, n: xs[0], c: xs[1], imH: xs[2], imW: xs[3], f: ws[0], groups: groups, bias: bias != nil, relu: c.ReLU, inputGrad: c.InputGrad}
	if s.rows, s.cols, err = win.over(s.imH, s.imW); err != nil {
		return nil, errors.WithMessage(err, "Conv2d")
	}
	s.out, s.y = newDense(s.n, s.f, s.rows, s.cols)
	s.loops.forward = s.forward
	return G.ApplyOp(&convOp{newOwned("Conv2d"), s}, in...)
}

// convState is what the forward and the backward op of one convolution share.
//
// A convolution is the product of the filters, a matrix (F, taps) with a tap
// for each channel and place in the window, and the patches, a matrix
// (taps, places) of the pixels under each tap. The patches are never laid out
// whole: only for a strip of places at a time, that stays in the cache while it
// is multiplied.
type convState struct {
	window
	n, c, imH, imW, f int
	groups            int // parts of the channels and the filters, each a product of its own
	rows, cols        int // of the output
	bias              bool
	relu              bool
	inputGrad         bool

	out *tensor.Dense
	y   []float32

	// The operands of the run under way, and the loops that read them.
	operands struct{ x, w, b, y, gy []float32 }
	loops    struct{ forward, backward, bias func(int) }

	dw, db, dx *tensor.Dense
	gw, gb, gx []float32 // their values
	gz         []float32 // gradient before ReLU
	parts      []float32 // gradients by the filters, one for each part of the batch
}

func (s *convState) taps() int   { return s.c / s.groups * s.kh * s.kw }
func (s *convState) places() int { return s.rows * s.cols }
func (s *convState) image() int  { return s.c * s.imH * s.imW }

// group is where group g begins in the output, in an image and in the weights.
func (s *convState) group(g int) (y, x, w int) {
	filters := g * s.f / s.groups
	return filters * s.places(), g * s.c / s.groups * s.imH * s.imW, filters * s.taps()
}

// strip is how many rows of the output are computed together.
func (s *convState) strip() int {
	const floats = 1 << 15 // 128 KiB
	return min(max(floats/(s.taps()*s.cols), 1), s.rows)
}

type convOp struct {
	owned
	*convState
}

var (
	_ G.SDOp = (*convOp)(nil)
	_ Owner  = (*convOp)(nil)
)

func (op *convOp) Arity() int {
	if op.bias {
		return 3
	}
	return 2
}

func (op *convOp) Type() hm.Type {
	if op.bias {
		return hm.NewFnType(tensorOf(4), tensorOf(4), tensorOf(1), tensorOf(4))
	}
	return hm.NewFnType(tensorOf(4), tensorOf(4), tensorOf(4))
}

func (op *convOp) InferShape(...G.DimSizer) (tensor.Shape, error) { return op.out.Shape().Clone(), nil }
func (op *convOp) Owned() *tensor.Dense                           { return op.out }
func (op *convOp) DiffWRT(n int) []bool                           { return []bool{op.inputGrad, true, true}[:n] }

func (op *convOp) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	s := op.convState
	s.prepareGrad()
	dw, err := G.ApplyOp(&convGradOp{newOwned("Conv2dGrad"), s}, in[0], in[1], output, grad)
	if err != nil {
		return nil, err
	}
	grads := G.Nodes{nil, dw}
	if s.bias {
		db, err := pick("Conv2dGradBias", dw, s.db)
		if err != nil {
			return nil, err
		}
		grads = append(grads, db)
	}
	if s.inputGrad {
		if grads[0], err = pick("Conv2dGradInput", dw, s.dx); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

func (op *convOp) Do(in ...G.Value) (G.Value, error) {
	if err := op.inputs(in); err != nil {
		return nil, err
	}
	if op.bias {
		var err error
		if op.operands.b, err = floats(in[2], op.f); err != nil {
			return nil, err
		}
	}
	parallel.For(op.n, op.loops.forward)
	return op.out, nil
}

// inputs takes in the values of the image and the filters.
func (s *convState) inputs(in []G.Value) (err error) {
	if s.operands.x, err = floats(in[0], s.n*s.image()); err != nil {
		return err
	}
	s.operands.w, err = floats(in[1], s.f*s.taps())
	return err
}

// forward computes image n.
func (s *convState) forward(n int) {
	taps, places, step := s.taps(), s.places(), s.strip()
	y, x, w, b := s.y[n*s.f*places:], s.operands.x[n*s.image():], s.operands.w, s.operands.b
	patches := scratch.get(taps * step * s.cols)
	defer scratch.put(patches)
	for f, v := range b {
		fill(y[f*places:(f+1)*places], v)
	}
	for row := 0; row < s.rows; row += step {
		rows := min(step, s.rows-row)
		width := rows * s.cols
		for g := range s.groups {
			toY, toX, toW := s.group(g)
			s.patches(patches, x[toX:], row, rows)
			f32.Gemm(y[toY+row*s.cols:], places, w[toW:], taps, 1, patches, width, s.f/s.groups, width, taps, b != nil)
		}
	}
	if s.relu {
		f32.Rectify(y[:s.f*places])
	}
}

// patches lays out the pixels under each tap for some rows of the output:
// (taps, rows·cols).
func (s *convState) patches(to, x []float32, row, rows int) {
	width := rows * s.cols
	for tap := range s.taps() {
		line := to[tap*width : (tap+1)*width]
		u, v := tap/s.kw%s.kh*s.dilateH-s.pad.Top, tap%s.kw*s.dilateW-s.pad.Left
		plane := x[tap/(s.kh*s.kw)*s.imH*s.imW:]
		for r := range rows {
			s.patchRow(line[r*s.cols:(r+1)*s.cols], plane, (row+r)*s.strideH+u, v)
		}
	}
}

// patchRow copies the pixels at offset v, v + stride, … of a row of the image,
// zero outside of it.
func (s *convState) patchRow(to, plane []float32, y, v int) {
	if y < 0 || y >= s.imH {
		clear(to)
		return
	}
	first, end := span(s.cols, s.imW, v, s.strideW)
	clear(to[:first])
	clear(to[end:])
	if first == end {
		return
	}
	from := plane[y*s.imW : (y+1)*s.imW]
	if s.strideW == 1 {
		copy(to[first:end], from[first+v:])
		return
	}
	for i := first; i < end; i++ {
		to[i] = from[i*s.strideW+v]
	}
}

// perGroup is the channels that a filter sees, in words.
func perGroup(groups int) string {
	if groups == 1 {
		return "C"
	}
	return fmt.Sprintf("C/%d", groups)
}

func fill(y []float32, v float32) {
	for i := range y {
		y[i] = v
	}
}
