package engine

import (
	G "gorgonia.org/gorgonia"

	"euryale/internal/f32"
)

// tileGrad is what a convolution by tiles has of its own in its gradients.
type tileGrad struct {
	bands tileBands // of one part of the batch
	whole halo      // of the gradient: the tiles at the edge reach beyond it
	back  *tileConv // of the gradient, which makes that by the image
}

// prepareTiles prepares the gradients of a convolution by tiles.
func (op *convLastGradOp) prepareTiles(on *G.Node) {
	s, m := op.conv, op.conv.tiles.Minimal
	op.tiles = &tileGrad{bands: newTileBands(pieces(s.over.whole(), batchParts), m.Tiles(s.rows), m.Tiles(s.cols), s.tiles.enough(), 1)}
	width := m.Tile() * m.Tiles(s.cols)
	op.tiles.whole = halo{width: width, bare: s.cols%m.Tile() == 0 && s.rows%m.Tile() == 0 && op.asMade(), taps: s.pool.tapsOn(width)}
	op.loops.parts = op.tilePart
	if !s.inputGrad {
		return
	}
	back := newTileConv(m, s.n, s.f, s.c, s.imH, s.imW)
	op.tiles.back = back
	reach := m.Kernel() - 1
	op.halo = halo{left: reach - s.pad.Left, width: back.width(), taps: s.pool.tapsOn(back.width())}
	back.bias = make([]float32, s.pixel)
	back.frame = func(image, from, to int) (rows, buffer []float32) {
		return op.haloOf(op.halo, image, from+s.pad.Top-reach, to+s.pad.Top)
	}
	op.back = s.kernel.transposed().inOne()
	op.turned = make([]float32, op.back.values())
	for t := s.taps() - 1; t >= 0; t-- {
		op.order = append(op.order, turnedTap{t, 0, s.taps()})
	}
	op.turns, op.loops.turn = s.kernel.turns(), op.turn
	op.loops.filter = func(i int) { back.filter(op.turned, i) }
	back.strip = func(image, from, to int) []float32 {
		row := s.imW * s.pixel
		return op.gx[(image*s.imH+from)*row : (image*s.imH+to)*row]
	}
	op.loops.image = back.piece
}

// tilePart sums the gradients by weights and bias over part p of the batch: in
// the tiles' elements first, which are transformed at the end.
func (op *convLastGradOp) tilePart(p int) {
	s := op.conv
	sum := op.sums.row(p)
	clear(sum[len(s.weights):])
	t, bands := s.tiles, op.tiles.bands
	stride := t.elementStride(s.c, s.fp)
	sums := scratch.get(t.matrices())
	from, to := s.over.part(p)
	bands.n = to - from
	for i := range bands.count() {
		op.addTiles(sum, sums, stride, from, bands, i)
	}
	t.FilterGrad(sum, s.c*s.fp, sums, stride, s.c*s.fp)
	scratch.put(sums)
}

// addTiles adds what piece i of a part has of the gradients, whose images begin
// at at: in each element, the transposed pixels' times the outputs' gradients.
func (op *convLastGradOp) addTiles(sum, sums []float32, stride, at int, bands tileBands, i int) {
	s, t := op.conv, op.conv.tiles
	first, images, from, to := bands.of(i)
	first += at
	e, m, cols := t.Elements(), t.Tile(), t.Tiles(s.cols)
	tiles := images * (to - from) * cols
	vStride, gStride := t.elementStride(tiles, s.pixel), t.elementStride(tiles, s.fp)
	buffer := scratch.get(e * (vStride + gStride))
	v, grads := buffer[:e*vStride], buffer[e*vStride:]
	t.input(v, vStride, first, images, from, to)

	row := op.tiles.whole.width * s.fp
	for i := range images {
		g, halo := op.haloOf(op.tiles.whole, first+i, from*m, to*m)
		for r := range to - from {
			t.OutputGrad(grads[(i*(to-from)+r)*cols*s.fp:], gStride, g[r*m*row:], row, s.fp, cols)
		}
		if s.bias {
			f32.AddColumns(sum[len(s.weights):], g)
		}
		if halo != nil {
			scratch.put(halo)
		}
	}
	for e := range e {
		f32.Gemm(sums[e*stride:], s.fp, v[e*vStride:], 1, s.pixel, grads[e*gStride:], s.fp, s.c, s.fp, tiles, i > 0)
	}
	scratch.put(buffer)
}
