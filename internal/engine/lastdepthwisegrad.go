package engine

import (
	G "gorgonia.org/gorgonia"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// depthwiseLastGrads declares the gradients of a depthwise convolution.
func depthwiseLastGrads(s *depthwiseLast, in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	from := G.Nodes{in[0], in[1], output, grad}
	op := &depthwiseLastGradOp{
		convGrads: convGrads{result: newResult[float32]("DepthwiseLastGrad", from, in[1].Shape()...)}, conv: s,
		whole: s.forwardRegions(s.pixel).in(0, s.rows), zero: make([]float32, s.pixel),
	}
	op.sums.prepare(grad, s.over, len(s.weights)+s.pixel)
	back := s.backwardRegions(s.pixel)
	op.image = back.in(0, s.imH)
	op.bands = newBands(s.n, s.imH, max(s.imW, s.cols)*s.pixel, 1)
	op.strips = back.cut(op.bands)
	op.loops.part, op.loops.band, op.loops.reduce = op.part, op.band, op.sums.reduce
	dw, err := G.ApplyOp(op, from...)
	if err != nil {
		return nil, err
	}
	return op.all(dw, &s.convBase, in[0].Shape())
}

// depthwiseLastGradOp computes the gradients of a depthwise convolution.
type depthwiseLastGradOp struct {
	convGrads
	conv *depthwiseLast

	whole  []windows   // the outputs of an image
	image  []windows   // its pixels
	zero   []float32   // in the place of a bias
	bands  bands       // of the gradient by the image
	strips [][]windows // one for each of them
	loops  struct{ part, band, reduce func(int) }
}

var _ Owner = (*depthwiseLastGradOp)(nil)

func (op *depthwiseLastGradOp) Do(in ...G.Value) (G.Value, error) {
	s := op.conv
	if err := op.take(&s.convBase, in); err != nil {
		return nil, err
	}
	parallel.For(op.sums.parts, op.loops.part)
	parallel.For(op.sums.pieces(), op.loops.reduce)
	if err := op.sums.share(); err != nil {
		return nil, err
	}
	sum := op.sums.row(0)
	f32.Transpose(op.y, s.taps(), sum, s.pixel, s.taps(), s.c)
	copy(op.gb, sum[len(s.weights):])
	if s.inputGrad && !op.together() {
		parallel.For(s.n*op.bands.count, op.loops.band)
	}
	return op.out, nil
}

// together says whether the parts of the batch are enough work for all cores to
// compute the gradients by the image too, while that of the output is in the
// cache.
func (op *depthwiseLastGradOp) together() bool { return op.conv.n >= batchParts }

// before is the gradient before the cut of the outputs of an image, in the rows
// [from, to). The buffer is nil or goes back.
func (op *depthwiseLastGradOp) before(image, from, to int) (g, buffer []float32) {
	s := op.conv
	g = s.outputOf(op.g, image)
	if s.cut == Uncut {
		return g, nil
	}
	buffer = scratch.get(len(g))
	row := s.cols * s.pixel
	s.cut.gradient(buffer[from*row:to*row], g[from*row:to*row], s.outputOf(op.made, image)[from*row:to*row])
	return buffer, buffer
}

// part sums the gradients by weights and bias over part p of the batch.
func (op *depthwiseLastGradOp) part(p int) {
	s, sum := op.conv, op.sums.row(p)
	clear(sum)
	from, to := s.over.part(p)
	for image := from; image < to; image++ {
		g, cut := op.before(image, 0, s.rows)
		x := s.image(s.operands.x, image)
		for _, w := range op.whole {
			f32.DepthwiseGrad(sum, x[w.x:], g[w.y:], w.taps, w.grid, s.pixel)
		}
		if s.bias {
			f32.AddColumns(sum[len(s.weights):], g)
		}
		if s.inputGrad && op.together() {
			op.input(image, g, op.image)
		}
		if cut != nil {
			scratch.put(cut)
		}
	}
}

// band computes piece i of the gradient by the image: some rows of one.
func (op *depthwiseLastGradOp) band(i int) {
	s := op.conv
	image, from, to := op.bands.of(i)
	first := max(floorDiv(from+s.pad.Top-s.reachH(), s.strideH), 0)
	g, cut := op.before(image, min(first, s.rows), min(floorDiv(to-1+s.pad.Top, s.strideH)+1, s.rows))
	op.input(image, g, op.strips[i%op.bands.count])
	if cut != nil {
		scratch.put(cut)
	}
}

// input computes a strip of the gradient by an image from that of its outputs.
func (op *depthwiseLastGradOp) input(image int, g []float32, strip []windows) {
	s := op.conv
	dx := s.image(op.gx, image)
	low, high := Uncut.bounds()
	for _, w := range strip {
		f32.Depthwise(dx[w.y:], g[w.x:], s.weights, op.zero, w.taps, w.grid, s.pixel, low, high)
	}
}
