package engine

import "euryale/internal/f32"

// A convolution whose window is the image has one output a filter: it is a
// product of matrices, of which an image is a row. Image by image, the weights
// would be read for each.

// wholeImages is how many images are multiplied at a time.
const wholeImages = 16

// isWhole says whether a convolution is one.
func (s *convLast) isWhole() bool {
	sides := s.imH == s.kh && s.imW == s.kw && s.dilateH == 1 && s.dilateW == 1
	return sides && s.frame.bare && s.groups == 1 && s.pool == nil && s.tiles == nil
}

// wholePiece is the images [from, to) of piece i.
func (s *convLast) wholePiece(i int) (from, to int) {
	return i * wholeImages, min((i+1)*wholeImages, s.n)
}

// forwardWhole computes the outputs of piece i of the images.
func (s *convLast) forwardWhole(i int) {
	from, to := s.wholePiece(i)
	y := s.made[from*s.fp : to*s.fp]
	s.kernel.multiply(y, s.operands.x[from*s.size():], lines{count: 1, m: to - from, ldy: s.fp, ldx: s.size()}, s.run, s.weights, s.ends)
	s.finish(y, from, 0, 1)
}

// wholePart sums the gradients by weights and bias over part p of the batch.
func (op *convLastGradOp) wholePart(p int) {
	s := op.conv
	from, to := s.over.part(p)
	sum := op.sums.row(p)
	clear(sum)
	g, cut := op.before(0, from, to) // an image is a row
	s.kernel.addRows(sum, s.operands.x[from*s.size():], s.size(), s.run, op.rows[:1], g, s.fp, to-from)
	if s.bias {
		f32.AddColumns(sum[s.kernel.values():], g)
	}
	if cut != nil {
		scratch.put(cut)
	}
}

// prepareWhole prepares the gradient by the image.
func (op *convLastGradOp) prepareWhole() {
	s := op.conv
	op.turned = make([]float32, s.f*s.size())
	op.turns, op.pieces = s.f, pieces(s.n, wholeImages)
	op.loops.turn, op.loops.image = op.turnWhole, op.wholeImage
}

// turnWhole lays out filter i as an image lies.
func (op *convLastGradOp) turnWhole(i int) {
	s := op.conv
	f32.Transpose(op.turned[i*s.size():], s.pixel, s.operands.w[i*s.c*s.taps():], s.taps(), s.c, s.taps())
}

// wholeImage computes the gradient by piece i of the images.
func (op *convLastGradOp) wholeImage(i int) {
	s := op.conv
	from, to := s.wholePiece(i)
	g, cut := op.before(0, from, to)
	f32.Gemm(op.gx[from*s.size():], s.size(), g, s.fp, 1, op.turned, s.size(), to-from, s.size(), s.f, false)
	if cut != nil {
		scratch.put(cut)
	}
}
