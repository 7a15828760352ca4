package engine

import (
	G "gorgonia.org/gorgonia"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// convLastGrads declares the gradients of a convolution.
func convLastGrads(s *convLast, in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	from := G.Nodes{in[0], in[1], output, grad}
	op := &convLastGradOp{convGrads: convGrads{result: newResult[float32]("ConvLastGrad", from, in[1].Shape()...)}, conv: s}
	op.prepare(grad)
	dw, err := G.ApplyOp(op, from...)
	if err != nil {
		return nil, err
	}
	return op.all(dw, &s.convBase, in[0].Shape())
}

// convLastGradOp computes the gradients of a convolution.
type convLastGradOp struct {
	convGrads
	conv *convLast

	rows []int // where the rows of a strip begin, in the frame

	// Of the gradient by the image.
	halo   halo
	back   tapKernel
	phases []phase
	turned []float32   // the weights of its kernel, by phase, and zeros behind them
	order  []turnedTap // their taps
	turns  int         // pieces in which they are laid out
	whole  bool        // each pixel is in a phase with taps
	bands  bands
	pieces int // of the image

	tiles *tileGrad        // nil where taps are multiplied
	lives lender[liveRows] // of the sums over what is alive of a gradient
	cells *liveCells       // nil where a gradient's zeros are multiplied too
	begin func() *liveRows

	loops struct{ parts, reduce, unpack, turn, filter, image func(int) }
}

var _ Owner = (*convLastGradOp)(nil)

// halo is the frame of zeros around the gradient of the output, under the taps
// of every pixel of a strip.
type halo struct {
	left, width int   // columns before the first, and all
	bare        bool  // there is none
	taps        []int // a pool's window on it
}

func (op *convLastGradOp) Buffers() (Buffer, []Buffer) {
	dw, others := op.convGrads.Buffers()
	return dw, append(others, op.conv.pool.buffers()...)
}

func (op *convLastGradOp) prepare(on *G.Node) {
	s := op.conv
	op.sums.prepare(on, s.over, len(s.weights)+s.fp)
	for r := range s.bands.each {
		op.rows = append(op.rows, r*s.strideH*s.frame.width*s.frame.pixel)
	}
	op.begin = op.newLive
	op.loops.parts, op.loops.reduce, op.loops.unpack = op.part, op.sums.reduce, op.unpack
	if op.listsCells() {
		op.prepareCells()
		return
	}
	if s.tiles != nil {
		op.prepareTiles(on)
		return
	}
	if s.isWhole() {
		op.loops.parts = op.wholePart
	}
	switch {
	case !s.inputGrad:
	case s.isWhole():
		op.prepareWhole()
	default:
		op.prepareImage()
	}
}

// prepareImage prepares the gradient by the image, phase by phase.
func (op *convLastGradOp) prepareImage() {
	s := op.conv
	first, last := floorDiv(s.pad.Left-s.reachW(), s.strideW), floorDiv(s.imW-1+s.pad.Left, s.strideW)
	op.halo = halo{left: -min(first, 0), width: max(last+1, s.cols) - min(first, 0)}
	op.halo.bare = op.halo.width == s.cols && s.pad.Top == 0 && s.kh == 1 && op.asMade() &&
		(s.imH-1+s.pad.Top)/s.strideH < s.rows
	op.halo.taps = s.pool.tapsOn(op.halo.width)
	op.phases = s.convShape.phases(op.halo.width, s.fp)
	op.whole = len(op.phases) == s.strideH*s.strideW
	for _, p := range op.phases {
		first := len(op.order)
		for _, t := range p.taps {
			op.order = append(op.order, turnedTap{t, first, len(p.taps)})
		}
	}
	op.back = s.kernel.transposed()
	op.turned = make([]float32, op.back.values())
	op.bands = newBands(s.n, s.imH, max(op.halo.width*s.fp, s.imW*s.pixel), 1)
	op.turns, op.pieces = s.kernel.turns(), s.n*op.bands.count
	op.loops.turn, op.loops.image = op.turn, op.image
}

func (op *convLastGradOp) Do(in ...G.Value) (G.Value, error) {
	s := op.conv
	if err := op.take(&s.convBase, in); err != nil {
		return nil, err
	}
	parallel.For(op.sums.parts, op.loops.parts)
	parallel.For(op.sums.pieces(), op.loops.reduce)
	if err := op.sums.share(); err != nil {
		return nil, err
	}
	parallel.For(s.kernel.packs(), op.loops.unpack)
	copy(op.gb, op.sums.row(0)[len(s.weights):])
	if !s.inputGrad {
		return op.out, nil
	}
	if op.cells != nil {
		op.cells.finite = f32.Finite(s.operands.w)
	}
	parallel.For(op.turns, op.loops.turn)
	if op.tiles != nil {
		op.tiles.back.run(op.loops.filter, op.loops.image)
		return op.out, nil
	}
	parallel.For(op.pieces, op.loops.image)
	return op.out, nil
}

// asMade says whether the products' gradient is the output's.
func (op *convLastGradOp) asMade() bool { return op.conv.cut == Uncut && op.conv.pool == nil }

// before is the gradient of the products for the rows [from, to) of an image.
// The buffer is nil or goes back.
func (op *convLastGradOp) before(image, from, to int) (g, buffer []float32) {
	s := op.conv
	row := s.cols * s.fp
	at, end := (image*s.rows+from)*row, (image*s.rows+to)*row
	if op.asMade() {
		return op.g[at:end], nil
	}
	buffer = scratch.get(end - at)
	if s.pool != nil {
		clear(buffer)
		s.pool.spread(buffer, op, halo{width: s.cols, taps: s.pool.taps}, image, from, to)
	} else {
		s.cut.gradient(buffer, op.g[at:end], op.made[at:end])
	}
	return buffer, buffer
}

// part sums the gradients by weights and bias over part p of the batch.
func (op *convLastGradOp) part(p int) {
	s := op.conv
	sum := op.sums.row(p)
	clear(sum)
	from, to := s.over.part(p)
	var live *liveRows
	for i := from * s.bands.count; i < to*s.bands.count; i++ {
		live = op.addStrip(sum, live, i)
	}
	if live != nil {
		live.addTo(sum, s.kernel.wide)
		op.lives.put(live)
	}
}

// addStrip adds what piece i has of the gradients: for each tap, the transposed
// pixels under it times the gradient. Where that is sparse they are added to live, of
// which there is one from the first such piece on.
func (op *convLastGradOp) addStrip(sum []float32, live *liveRows, i int) *liveRows {
	s := op.conv
	image, from, to := s.bands.of(i)
	x, frame := s.frameOf(s.image(s.operands.x, image), from, to)
	g, cut := op.before(image, from, to)
	if op.listsLive() && sparseGradient(g) && s.finiteUnder(x, to-from) {
		if live == nil {
			live = op.lives.get(op.begin)
			clear(live.sums)
		}
		op.addLive(live, x, op.rows[:to-from], g)
	} else {
		s.kernel.addRows(sum, x, s.strideW*s.frame.pixel, s.run, op.rows[:to-from], g, s.fp, s.cols)
	}
	if s.bias {
		f32.AddColumns(sum[len(s.weights):], g)
	}
	if frame != nil {
		scratch.put(frame)
	}
	if cut != nil {
		scratch.put(cut)
	}
	return live
}

// unpack lays out piece i of the gradient by the weights as filters have them.
func (op *convLastGradOp) unpack(i int) { op.conv.kernel.unpack(op.y, op.sums.row(0), i) }

// turn lays out piece i of the weights for the gradient by the image.
func (op *convLastGradOp) turn(i int) {
	op.conv.kernel.turn(op.back, op.turned, op.conv.weights, op.order, i)
}

// image computes the gradient by piece i of the image.
func (op *convLastGradOp) image(i int) {
	s := op.conv
	image, from, to := op.bands.of(i)
	first := floorDiv(from+s.pad.Top-s.reachH(), s.strideH)
	g, buffer := op.haloOf(op.halo, image, first, floorDiv(to-1+s.pad.Top, s.strideH)+1)
	size := s.imW * s.pixel
	dx := op.gx[(image*s.imH+from)*size : (image*s.imH+to)*size]
	switch {
	case !op.whole:
		clear(dx)
	case s.groups > 1 && s.c < s.pixel:
		clearPadding(dx, s.c, s.pixel)
	}
	taps := 0
	for _, p := range op.phases {
		op.phase(dx, g, p, taps, from, to, first)
		taps += len(p.taps)
	}
	if buffer != nil {
		scratch.put(buffer)
	}
}

// haloOf is the rows [from, to) of the gradient before the cut, of which some may
// lie outside, with zeros around them.
func (op *convLastGradOp) haloOf(h halo, image, from, to int) (g, buffer []float32) {
	s := op.conv
	size := s.cols * s.fp
	at := (image*s.rows + from) * size
	if h.bare {
		return op.g[at : at+(to-from)*size], nil
	}
	wide := h.width * s.fp
	buffer = scratch.get((to - from) * wide)
	if s.pool != nil {
		clear(buffer)
		s.pool.spread(buffer, op, h, image, from, to)
		return buffer, buffer
	}
	for r := from; r < to; r++ {
		row := buffer[(r-from)*wide : (r-from+1)*wide]
		if r < 0 || r >= s.rows {
			clear(row)
			continue
		}
		left := h.left * s.fp
		clear(row[:left])
		clear(row[left+size:])
		row, at := row[left:left+size], (image*s.rows+r)*size
		s.cut.gradient(row, op.g[at:at+size], op.made[at:at+size])
	}
	return buffer, buffer
}

// phase computes the pixels of one phase in the rows [from, to) of dx, whose
// weights come behind those of so many taps. The halo begins at row first of
// the output.
func (op *convLastGradOp) phase(dx, g []float32, p phase, taps, from, to, first int) {
	s := op.conv
	left := mod(p.across-s.pad.Left, s.strideW)
	m := (s.imW - left + s.strideW - 1) / s.strideW
	if m <= 0 {
		return
	}
	col := (left+s.pad.Left-p.across)/s.strideW - p.wide + op.halo.left
	down := mod(p.down-from-s.pad.Top, s.strideH)
	if from+down >= to {
		return
	}
	row := (from+down+s.pad.Top-p.down)/s.strideH - p.high - first
	l := lines{(to - from - down + s.strideH - 1) / s.strideH, m, s.strideW * s.pixel, s.strideH * s.imW * s.pixel, s.fp, op.halo.width * s.fp}
	w := op.turned[taps*op.back.tap():]
	op.back.multiply(dx[(down*s.imW+left)*s.pixel:], g[(row*op.halo.width+col)*s.fp:], l, p.run, w, f32.Ends{})
}

// mod is a modulo b, not negative.
func mod(a, b int) int { return a - floorDiv(a, b)*b }
