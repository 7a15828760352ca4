package engine

import (
	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// blockBack is what the backward pass of a block needs besides blockState.
//
// Of the four values of a cell at most one has a gradient, and none where ReLU
// cut it. So the gradients are sums over lists of what is alive:
//
//	dw[f, tap] = Σ gy·x[window + tap]     over the live cells of filter f
//	dx[window + tap] += Σ gy·w[f, tap]    over the live filters of a cell
//
// each an f32.ScaledRows over rows of three taps, whose channels lie side by
// side.
type blockBack struct {
	dw, db     *tensor.Dense
	dx         *buffer[float32] // the gradient by x
	gw, gb, gx []float32        // the values of all three; gx has channels last
	planar     []float32        // dx's values, where its channels lie first

	over     batch
	dk       []float32 // of the kernel: of each part of the batch, as k lies, for a direct convolution, else (F, 3, 3·cp)
	dbPadded []float32 // of the bias, of each part of the batch
	wr       []float32 // the kernel as (3, F, 3·cp)

	// The live cells of each filter of each image.
	grad       []float32
	at, counts []int32

	// The live filters of the four places of each cell, and where in an image
	// the window of each place begins; where in dk the kernel of each filter of
	// a group begins.
	lists    lender[lists]
	windowAt []int32
	kernelAt []int32

	loops struct{ direct, pack, image, kernel func(int) }
}

func newBlockBack(s *blockState, on *G.Node) *blockBack {
	p := &blockBack{over: batchOn(on, s.n)}
	p.loops.direct, p.loops.pack, p.loops.image, p.loops.kernel = s.backwardDirect, s.packRows, s.backwardImage, s.kernelGradients
	p.dw, p.gw = newDense(s.f, s.c, 3, 3)
	p.db, p.gb = newDense(s.f)
	p.dbPadded = make([]float32, p.over.parts()*s.fp)
	if s.direct {
		p.dk = make([]float32, p.over.parts()*9*s.c*s.fp)
		return p
	}
	p.dk = make([]float32, s.f*9*s.cp)
	p.grad = make([]float32, s.n*s.cells()*s.fp)
	p.at = make([]int32, s.n*s.cells()*s.fp)
	p.counts = make([]int32, s.n*s.fp)
	for i := range kernelFilters {
		p.kernelAt = append(p.kernelAt, int32(i*9*s.cp))
	}
	for i := range 4 * s.cells() {
		cell, place := i/4, i%4
		top, left := cell/s.cols*2+place/2, cell%s.cols*2+place%2
		p.windowAt = append(p.windowAt, int32((top*s.imW+left)*s.cp))
	}
	if s.inputGrad {
		p.wr = make([]float32, 9*s.fp*s.cp)
		if s.last {
			p.dx = newTensorBuffer[float32](on, s.n, s.imH, s.imW, s.cp)
			p.dx.hold(&p.gx)
		} else {
			p.dx = newTensorBuffer[float32](on, s.n, s.c, s.imH, s.imW)
			p.dx.hold(&p.planar)
			p.gx = make([]float32, s.n*s.imH*s.imW*s.cp)
		}
	}
	return p
}

// blockGradOp computes all gradients of a block from its input, its kernel and
// the gradient of its output, and returns the kernel's.
type blockGradOp struct {
	owned
	*blockState
}

var _ Owner = (*blockGradOp)(nil)

func (op *blockGradOp) Arity() int { return 4 }

func (op *blockGradOp) Type() hm.Type {
	t := tensorOf(4)
	return hm.NewFnType(t, t, t, t, t)
}

func (op *blockGradOp) InferShape(...G.DimSizer) (tensor.Shape, error) {
	return tensor.Shape{op.f, op.c, 3, 3}, nil
}
func (op *blockGradOp) Owned() *tensor.Dense { return op.back.dw }

// Buffers are no result's: that is handed out.
func (op *blockGradOp) Buffers() (Buffer, []Buffer) {
	return nil, append(buffers(op.back.dx), op.args)
}

func (op *blockGradOp) Do(in ...G.Value) (G.Value, error) {
	err := op.inputs(in)
	if err != nil {
		return nil, err
	}
	if op.operands.gy, err = floats(in[3], len(op.y)); err != nil {
		return nil, err
	}
	if op.direct {
		op.gradDirect()
	} else {
		op.gradRows()
	}
	return op.back.dw, op.back.over.sum(op.back.gw, op.back.gb)
}

// gradDirect computes the gradients of a block that reads planes.
func (s *blockState) gradDirect() {
	p := s.back
	clear(p.dbPadded)
	clear(p.dk)
	parallel.For(p.over.parts()*s.fp/f32.Lanes, p.loops.direct)
	addParts(p.dk, 9*s.c*s.fp, 0, 9*s.c*s.fp)
	addParts(p.dbPadded, s.fp, 0, s.fp)
	copy(p.gb, p.dbPadded)
	for f := range s.f {
		for tap := range 9 * s.c {
			p.gw[f*9*s.c+tap] = p.dk[tap*s.fp+f]
		}
	}
}

// backwardDirect goes over the images of a part of the batch for one register of
// filters.
func (s *blockState) backwardDirect(i int) {
	image, cells, size := s.c*s.imH*s.imW, s.cells()*s.fp, 9*s.c*s.fp
	registers := s.fp / f32.Lanes
	p, first := i/registers, i%registers*f32.Lanes
	dk, db := s.back.dk[p*size:(p+1)*size], s.back.dbPadded[p*s.fp:(p+1)*s.fp]
	from, to := s.back.over.part(p)
	for n := from; n < to; n++ {
		f32.FirstBlockGrad(dk, db, s.operands.gy[n*cells:(n+1)*cells], s.arg[n*cells:(n+1)*cells],
			s.operands.x[n*image:(n+1)*image], s.c, s.imH, s.imW, s.fp, first, first+f32.Lanes)
	}
}

// kernelFilters is for how many filters one worker computes gradients at a
// time.
const kernelFilters = 8

// gradRows computes the gradients of a block that reads channels-last images.
func (s *blockState) gradRows() {
	if !s.last {
		s.operands.x = s.xl // as the forward pass left it
	}
	if s.inputGrad {
		parallel.For(s.f, s.back.loops.pack)
	}
	parallel.For(s.n, s.back.loops.image)
	parallel.For((s.f+kernelFilters-1)/kernelFilters, s.back.loops.kernel)
	s.biasGradient()
}

// backwardImage lists what is alive in image n, and computes its gradient.
func (s *blockState) backwardImage(n int) {
	p := s.back
	image, cells := s.imH*s.imW*s.cp, s.cells()*s.fp
	gy, arg := s.operands.gy[n*cells:(n+1)*cells], s.arg[n*cells:(n+1)*cells]
	f32.LiveCells(p.grad[n*cells:], p.at[n*cells:], p.counts[n*s.fp:], gy, arg, s.rows, s.cols, s.imW, s.cp, s.fp)
	if !s.inputGrad {
		return
	}
	s.inputGradient(p.gx[n*image:(n+1)*image], gy, arg)
	if !s.last {
		toPlanes(p.planar[n*s.c*s.imH*s.imW:], p.gx[n*image:], s.c, s.cp, s.imH*s.imW)
	}
}

// packRows turns filter f of w (F, C, 3, 3) into rows (3, F, 3·cp): one row of
// taps side by side.
func (s *blockState) packRows(f int) {
	for tap := range 9 {
		to := s.back.wr[(tap/3*s.f+f)*3*s.cp+tap%3*s.cp:]
		for ch := range s.c {
			to[ch] = s.operands.w[(f*s.c+ch)*9+tap]
		}
	}
}

// inputGradient fills dx, one image, row of taps by row of taps: that keeps a
// third of the kernel in the nearest cache.
func (s *blockState) inputGradient(dx, gy []float32, arg []uint8) {
	p := s.back
	row := 3 * s.cp
	l := p.lists.get(func() *lists { return newLists(s.cells(), s.fp) })
	defer p.lists.put(l)
	for cell := range s.cells() {
		list := cell * 4 * s.fp
		f32.LiveFilters(l.grad[list:list+4*s.fp], l.at[list:list+4*s.fp], (*[4]int32)(l.counts[4*cell:]),
			gy[cell*s.fp:(cell+1)*s.fp], arg[cell*s.fp:(cell+1)*s.fp], row)
	}
	clear(dx)
	for u := range 3 {
		f32.ScaledRows(f32.RowSums{
			Dst: dx[u*s.imW*s.cp:], DstAt: p.windowAt,
			Src: p.wr[u*s.f*row : (u+1)*s.f*row], Scale: l.grad, At: l.at,
			Counts: l.counts, Room: s.fp, Rows: 1, Width: row,
		})
	}
}

// kernelGradients computes the gradients of group i of filters.
func (s *blockState) kernelGradients(i int) {
	p := s.back
	f0, f1 := i*kernelFilters, min((i+1)*kernelFilters, s.f)
	row := 3 * s.cp
	size := (f1 - f0) * 3 * row
	stack := newPartStack(scratch.get(stackLevels*kernelFilters*3*row), size)
	for k := range p.over.parts() {
		s.kernelPart(stack.push(), k, f0, f1)
		stack.pushed(k)
	}
	copy(p.dk[f0*3*row:], stack.sum())
	scratch.put(stack.values)
	for f := f0; f < f1; f++ {
		from := p.dk[f*3*row : (f+1)*3*row]
		for ch := range s.c {
			to := p.gw[(f*s.c+ch)*9:][:9]
			for tap := range to {
				to[tap] = from[tap*s.cp+ch]
			}
		}
	}
}

// kernelPart sets dk to the gradients of filters [f0, f1) by part k of the batch.
func (s *blockState) kernelPart(dk []float32, k, f0, f1 int) {
	p, x := s.back, s.operands.x
	image, cells, row := s.imH*s.imW*s.cp, s.cells(), 3*s.cp
	clear(dk)
	from, to := p.over.part(k)
	for n := from; n < to; n++ {
		lists := (n*s.fp + f0) * cells
		f32.ScaledRows(f32.RowSums{
			Dst: dk, DstAt: p.kernelAt, DstRow: row,
			Src: x[n*image : (n+1)*image], Scale: p.grad[lists:], At: p.at[lists:], SrcRow: s.imW * s.cp,
			Counts: p.counts[n*s.fp+f0 : n*s.fp+f1], Room: cells, Rows: 3, Width: row,
		})
	}
}

// biasGradient sums over the images.
func (s *blockState) biasGradient() {
	p := s.back
	clear(p.dbPadded)
	size := s.cells() * s.fp
	for k := range p.over.parts() {
		from, to := p.over.part(k)
		for n := from; n < to; n++ {
			f32.BiasGrad(p.dbPadded[k*s.fp:(k+1)*s.fp], s.operands.gy[n*size:(n+1)*size], s.arg[n*size:(n+1)*size], s.cells(), s.fp, 0, s.fp)
		}
	}
	addParts(p.dbPadded, s.fp, 0, s.fp)
	copy(p.gb, p.dbPadded)
}
