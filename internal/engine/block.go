package engine

import (
	"slices"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// BlockConfig is what Block takes besides nodes.
type BlockConfig struct {
	Last      int  // channels of an x in which they lie last; 0 means that x is planar
	InputGrad bool // the gradient by x is wanted; a first layer has no use for it

	Version *Version // of the parameters that w and b are made of alone; nil means that they may be others in each run
}

// Block declares the lesson's block as one op: 3×3 convolution with stride 1
// and no padding, bias, ReLU, 2×2 max-pooling.
//
// w is (F, C, 3, 3), b is (F). x is an image batch in either layout: planar
// (N, C, H, W) or channels-last (N, H, W, PadChannels(C)). The output is
// channels-last: (N, (H-2)/2, (W-2)/2, PadChannels(F)), in float32. Planar
// gives it the other form.
func Block(x, w, b *G.Node, c BlockConfig) (*G.Node, error) {
	if err := wantFloat32("Block", x, w, b); err != nil {
		return nil, err
	}
	xs, ws := x.Shape(), w.Shape()
	if len(xs) != 4 || len(ws) != 4 || ws[2] != 3 || ws[3] != 3 || !slices.Equal(b.Shape(), ws[:1]) {
		return nil, errors.Errorf("Block: want x of 4 dimensions, w (F, C, 3, 3) and b (F), got %v, %v and %v", xs, ws, b.Shape())
	}
	s := &blockState{n: xs[0], c: ws[1], f: ws[0], last: c.Last > 0, inputGrad: c.InputGrad, packed: kept{version: c.Version}}
	channels := xs[1]
	s.imH, s.imW = xs[2], xs[3]
	if s.last {
		channels = c.Last
		s.imH, s.imW = xs[1], xs[2]
	}
	if channels != s.c || s.imH < 4 || s.imW < 4 {
		return nil, errors.Errorf("Block: want at least 4×4 pixels of %d channels, got %d channels in %v", s.c, channels, xs)
	}
	if s.last && xs[3] != f32.PadChannels(c.Last) {
		return nil, errors.Errorf("Block: want (N, H, W, %d) for %d channels, got %v", f32.PadChannels(c.Last), c.Last, xs)
	}
	s.prepare(x)
	return G.ApplyOp(&blockOp{newOwned("Block"), s}, x, w, b)
}

// blockState is what the forward and the backward op of one block share.
type blockState struct {
	n, c, imH, imW, f int
	last              bool // the input is channels-last
	inputGrad         bool

	cp, fp     int  // channels of input and output, padded
	rows, cols int  // of cells
	direct     bool // the input is planar and read as it is

	out    *tensor.Dense
	y      []float32 // out's values
	arg    []uint8   // of each output, where in its cell it comes from
	made   *buffer[float32]
	args   *buffer[uint8]
	bias   []float32 // padded
	k      []float32 // kernel, taps × channels × filters
	u      []float32 // kernel, transformed
	packed kept      // of bias, k and u
	xl     []float32 // input, channels last, where it did not come so

	// The operands of the run under way, and the loops that read them.
	operands struct{ x, w, gy []float32 }
	loops    struct{ pack, filter, last, forward func(int) }

	back *blockBack
}

func (s *blockState) cells() int { return s.rows * s.cols }

func (s *blockState) prepare(on *G.Node) {
	s.cp, s.fp = f32.PadChannels(s.c), f32.PadChannels(s.f)
	s.rows, s.cols = f32.Cells(s.imH, s.imW)
	s.direct = !s.last && s.c <= f32.FewChannels && !s.inputGrad
	s.made = newTensorBuffer[float32](on, s.n, s.rows, s.cols, s.fp)
	s.made.hold(&s.y)
	s.out = s.made.over
	s.args = newBuffer[uint8](on, len(s.y))
	s.args.hold(&s.arg)
	s.bias = make([]float32, s.fp)
	s.loops.pack, s.loops.forward = s.packKernel, s.forwardDirect
	if s.direct {
		s.k = make([]float32, 9*s.c*s.fp)
		return
	}
	s.loops.filter, s.loops.last, s.loops.forward = s.transformKernel, s.channelsLast, s.forwardWinograd
	s.k = make([]float32, 9*s.cp*s.fp)
	s.u = make([]float32, 16*s.elementStride(s.cp))
	if !s.last {
		s.xl = make([]float32, s.n*s.imH*s.imW*s.cp)
	}
}

// elementStride is the distance between the elements of transformed images or
// kernels of which each has so many rows of fp values. A few values more than
// they take keep it off the powers of two, at which the sixteen elements would
// fall on one another in the cache.
func (s *blockState) elementStride(rows int) int { return rows*s.fp + f32.Lanes }

// images is how many images are transformed together, so that the products
// have enough rows.
func (s *blockState) images() int {
	const wantRows = 24
	return min(max(wantRows/s.cells(), 1), s.n)
}

type blockOp struct {
	owned
	*blockState
}

var (
	_ G.SDOp = (*blockOp)(nil)
	_ Owner  = (*blockOp)(nil)
)

func (op *blockOp) Arity() int { return 3 }

func (op *blockOp) Type() hm.Type {
	return hm.NewFnType(tensorOf(4), tensorOf(4), tensorOf(1), tensorOf(4))
}

func (op *blockOp) InferShape(...G.DimSizer) (tensor.Shape, error) {
	return op.out.Shape().Clone(), nil
}
func (op *blockOp) Owned() *tensor.Dense { return op.out }

func (op *blockOp) Buffers() (Buffer, []Buffer) { return op.made, []Buffer{op.args} }

func (op *blockOp) DiffWRT(int) []bool { return []bool{op.inputGrad, true, true} }

func (op *blockOp) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	op.back = newBlockBack(op.blockState, grad)
	// The output is an input too: the places it comes from must have been found.
	dw, err := G.ApplyOp(&blockGradOp{newOwned("BlockGrad"), op.blockState}, in[0], in[1], output, grad)
	if err != nil {
		return nil, err
	}
	db, err := pick("BlockGradBias", dw, op.back.db)
	if err != nil || !op.inputGrad {
		return G.Nodes{nil, dw, db}, err
	}
	dx, err := pickBuffer("BlockGradInput", dw, op.back.dx)
	return G.Nodes{dx, dw, db}, err
}

func (op *blockOp) Do(in ...G.Value) (G.Value, error) {
	if err := op.inputs(in); err != nil {
		return nil, err
	}
	if err := op.packed.refresh(func() error { return op.layOut(in[2]) }); err != nil {
		return nil, err
	}
	if op.direct {
		parallel.For(op.n, op.loops.forward)
		return op.out, nil
	}
	if !op.last {
		parallel.For(op.n, op.loops.last)
		op.operands.x = op.xl
	}
	group := op.images()
	parallel.For((op.n+group-1)/group, op.loops.forward)
	return op.out, nil
}

// layOut lays out the kernel and the bias b.
func (s *blockState) layOut(b G.Value) error {
	values, err := floats(b, s.f)
	if err != nil {
		return err
	}
	copy(s.bias, values)
	parallel.For(s.c, s.loops.pack)
	if !s.direct {
		parallel.For(s.cp/f32.Lanes, s.loops.filter)
	}
	return nil
}

// inputs takes in the values of x and w.
func (s *blockState) inputs(in []G.Value) (err error) {
	c := s.c
	if s.last {
		c = s.cp
	}
	if s.operands.x, err = floats(in[0], s.n*s.imH*s.imW*c); err != nil {
		return err
	}
	s.operands.w, err = floats(in[1], s.f*s.c*9)
	return err
}

// packKernel turns channel ch of w (F, C, 3, 3) into k. A direct convolution
// has its taps channel by channel, (C, 9, fp); Winograd's has its channels tap
// by tap, (9, cp, fp).
func (s *blockState) packKernel(ch int) {
	for tap := range 9 {
		at := (tap*s.cp + ch) * s.fp
		if s.direct {
			at = (ch*9 + tap) * s.fp
		}
		to := s.k[at : at+s.f]
		for f := range to {
			to[f] = s.operands.w[(f*s.c+ch)*9+tap]
		}
	}
}

func (s *blockState) transformKernel(i int) {
	f32.WinogradFilter(s.u, s.k, s.cp, s.fp, i*f32.Lanes, (i+1)*f32.Lanes)
}

// channelsLast lays out image i as Winograd's transformation reads it.
func (s *blockState) channelsLast(i int) {
	toLast(s.xl[i*s.imH*s.imW*s.cp:], s.operands.x[i*s.c*s.imH*s.imW:], s.c, s.cp, s.imH*s.imW)
}

func (s *blockState) forwardDirect(i int) {
	image, cells := s.c*s.imH*s.imW, s.cells()*s.fp
	f32.FirstBlock(s.y[i*cells:(i+1)*cells], s.arg[i*cells:(i+1)*cells], s.operands.x[i*image:(i+1)*image],
		s.k, s.bias, s.c, s.imH, s.imW, s.fp)
}

// forwardWinograd computes group i of images.
func (s *blockState) forwardWinograd(i int) {
	first := i * s.images()
	s.winograd(s.operands.x, first, min(s.images(), s.n-first))
}

// winograd computes some images together.
func (s *blockState) winograd(x []float32, first, images int) {
	cells, image := s.cells(), s.imH*s.imW*s.cp
	rows := images * cells
	vStride, mStride, uStride := rows*s.cp+f32.Lanes, s.elementStride(rows), s.elementStride(s.cp)
	buf := scratch.get(16 * (vStride + mStride))
	defer scratch.put(buf)
	v, m := buf[:16*vStride], buf[16*vStride:]
	for i := range images {
		f32.WinogradInput(v[i*cells*s.cp:], vStride, x[(first+i)*image:], s.imH, s.imW, s.cp)
	}
	for e := range 16 {
		f32.Gemm(m[e*mStride:], s.fp, v[e*vStride:], s.cp, 1, s.u[e*uStride:], s.fp, rows, s.fp, s.cp, false)
	}
	at := first * cells * s.fp
	f32.WinogradOutput(s.y[at:], s.arg[at:], m, mStride, s.bias, rows, s.fp)
}
