package engine

import "euryale/internal/f32"

// A max-pool of 2×2 leaves at most one gradient in four. In generic Go they are never
// laid out among the zeros between them: both gradients of the convolution before the
// pool are sums of rows over lists of what is alive. With p the pixel under the window
// of a value that the pool chose,
//
//	dw[f, tap] = Σ gy·x[p + tap]      over what is alive of filter f
//	dx[p + tap] += Σ gy·w[f, tap]     over the filters that are alive at p
//
// The first has the lists of liverows.go. Zero times infinity is not a number: where
// pixels are not finite the first is a product as ever, and where weights are not the
// lists of the second have all filters, with their zeros.

// liveCells is what the gradients of a convolution before a pool have of their own.
type liveCells struct {
	begins [f32.MostCodes + 1]int32 // by its code: where the pixels under a window begin, from its cell's first on

	// Of the gradient by the image.
	run    tapRun    // of a row of the kernel, in the frame
	w      []float32 // filters, each with its taps as a run has them
	starts []int32   // of a row of the output: where the pixels under its windows begin
	finite bool      // the weights of the run under way are
	lists  lender[liveFilters]
	begin  func() *liveFilters
}

// liveFilters are, for each pixel before the pool of a piece, row by row, the filters
// that are alive there.
type liveFilters struct {
	grad   []float32
	at     []int32
	counts []int32
}

// listsCells says whether a gradient's zeros are left out: generic Go multiplies one by
// one, and tiles have no zeros.
func (op *convLastGradOp) listsCells() bool {
	s := op.conv
	return f32.Current() == f32.Generic && s.groups == 1 && s.pool.high()*s.pool.wide() > 1 && len(s.weights) > 0
}

// prepareCells prepares the gradients.
func (op *convLastGradOp) prepareCells() {
	s := op.conv
	p := s.pool
	c := &liveCells{}
	for code := range p.taps {
		c.begins[code] = int32((code/p.w*s.strideH*s.frame.width + code%p.w*s.strideW) * s.frame.pixel)
	}
	op.cells, op.loops.parts = c, op.cellsPart
	if !s.inputGrad {
		return
	}
	var across []int
	for v := range s.kw {
		across = append(across, v*s.dilateW*s.frame.pixel)
	}
	if c.run = (tapRun{across, s.c}); s.c == s.frame.pixel {
		c.run = merged(across, s.c)
	}
	for i := range s.cols {
		c.starts = append(c.starts, int32(i*s.strideW*s.frame.pixel))
	}
	c.w = make([]float32, s.f*s.taps()*s.c)
	c.begin = op.newLiveFilters
	op.bands = newBands(s.n, s.imH, s.frame.width*s.frame.pixel, 1)
	op.turns, op.pieces = s.f, s.n*op.bands.count
	op.loops.turn, op.loops.image = op.turnFilter, op.cellsImage
}

// cellsPart sums the gradients by weights and bias over part p of the batch.
func (op *convLastGradOp) cellsPart(p int) {
	s := op.conv
	sum := op.sums.row(p)
	clear(sum)
	live := op.lives.get(op.begin)
	clear(live.sums)
	from, to := s.over.part(p)
	for i := from * s.bands.count; i < to*s.bands.count; i++ {
		op.addCells(sum, live, i)
	}
	live.addTo(sum, s.kernel.wide)
	op.lives.put(live)
}

// addCells adds what piece i has of the gradients.
func (op *convLastGradOp) addCells(sum []float32, live *liveRows, i int) {
	s := op.conv
	image, from, to := s.bands.of(i)
	x, frame := s.frameOf(s.image(s.operands.x, image), from, to)
	if !s.finiteUnder(x, to-from) {
		op.addProducts(sum, x, image, from, to)
		if frame != nil {
			scratch.put(frame)
		}
		return
	}
	from, to = from/s.pool.h, to/s.pool.h
	g, buffer := s.pool.before(op, image, from, to)
	at, end := s.pool.part(image, from, to)
	op.listCells(live, g, s.pool.arg[at:end])
	op.addLists(live, x)
	if s.bias {
		f32.AddColumns(sum[len(s.weights):], g)
	}
	if frame != nil {
		scratch.put(frame)
	}
	if buffer != nil {
		scratch.put(buffer)
	}
}

// addProducts adds what the rows [from, to) of an image have of the gradients, zeros and
// all.
func (op *convLastGradOp) addProducts(sum, x []float32, image, from, to int) {
	s := op.conv
	g, buffer := op.before(image, from, to)
	s.kernel.addRows(sum, x, s.strideW*s.frame.pixel, s.run, op.rows[:to-from], g, s.fp, s.cols)
	if s.bias {
		f32.AddColumns(sum[len(s.weights):], g)
	}
	scratch.put(buffer) // of what is before a pool there is one
}

// finiteUnder says whether the pixels under rows of the output are finite, which are x
// from its first on.
func (s *convLast) finiteUnder(x []float32, rows int) bool {
	high := (rows-1)*s.strideH + s.reachH() + 1
	return f32.Finite(x[:min(len(x), high*s.frame.width*s.frame.pixel)])
}

// listCells lists for each filter what is alive of rows of the gradient.
func (op *convLastGradOp) listCells(l *liveRows, g []float32, arg []uint8) {
	s := op.conv
	p, room := s.pool, len(l.grad)/s.f
	across := p.w * s.strideW * s.frame.pixel
	counts := l.counts[:s.f]
	clear(counts)
	for cell := 0; len(g) > 0; cell++ {
		first := int32(op.rows[cell/p.cols*p.h] + cell%p.cols*across)
		codes := arg[:len(counts)]
		for f, v := range g[:len(counts)] {
			// Written always, counted where alive: a branch could not be predicted.
			n := counts[f]
			i := f*room + int(n)
			l.grad[i], l.at[i] = v, first+op.cells.begins[codes[f]]
			counts[f] = n + int32(f32.Alive(v))
		}
		g, arg = g[p.fp:], arg[p.fp:]
	}
}

// turnFilter lays out the weights of filter i.
func (op *convLastGradOp) turnFilter(i int) {
	s := op.conv
	size := s.taps() * s.c
	f32.Transpose(op.cells.w[i*size:], s.c, s.operands.w[i*size:], s.taps(), s.c, s.taps())
}

// under are the rows of the pool whose windows reach the rows [from, to) of an image.
func (s *convLast) under(from, to int) (first, end int) {
	first = floorDiv(from+s.pad.Top-s.reachH()+s.strideH-1, s.strideH)
	end = floorDiv(to-1+s.pad.Top, s.strideH) + 1
	return max(0, floorDiv(first, s.pool.h)), min(s.pool.rows, floorDiv(end-1, s.pool.h)+1)
}

// newLiveFilters makes room for a piece's lists.
func (op *convLastGradOp) newLiveFilters() *liveFilters {
	s := op.conv
	high := min(s.pool.rows, op.bands.each+s.reachH()+1) // at least as many as under finds
	pixels := high * s.pool.h * s.cols
	return &liveFilters{make([]float32, pixels*s.f), make([]int32, pixels*s.f), make([]int32, pixels)}
}

// cellsImage computes the gradient by piece i of the image.
func (op *convLastGradOp) cellsImage(i int) {
	s := op.conv
	image, from, to := op.bands.of(i)
	size := s.imW * s.pixel
	dx := op.gx[(image*s.imH+from)*size : (image*s.imH+to)*size]
	wide := s.frame.width * s.frame.pixel
	rows := dx
	if !s.frame.bare {
		rows = scratch.get((to - from) * wide)
	}
	clear(rows)
	if first, end := s.under(from, to); first < end {
		l := op.cells.lists.get(op.cells.begin)
		op.listFilters(l, image, first, end)
		op.scatter(rows, l, first, end, from+s.pad.Top, to+s.pad.Top)
		op.cells.lists.put(l)
	}
	if s.frame.bare {
		return
	}
	for r := range to - from {
		s.unframe(dx[r*size:(r+1)*size], rows[r*wide:(r+1)*wide])
	}
	scratch.put(rows)
}

// listFilters lists what is alive in the rows [first, end) of an image's gradient.
func (op *convLastGradOp) listFilters(l *liveFilters, image, first, end int) {
	s := op.conv
	p, size := s.pool, s.taps()*s.c
	g, buffer := p.before(op, image, first, end)
	from, to := p.part(image, first, end)
	arg := p.arg[from:to]
	clear(l.counts)
	if !op.cells.finite {
		l.listZeros(s.f, size)
	}
	for cell := range (end - first) * p.cols {
		pixel := cell/p.cols*p.h*s.cols + cell%p.cols*p.w
		codes := arg[cell*p.fp:][:s.f]
		for f, v := range g[cell*p.fp:][:s.f] {
			code := int(codes[f])
			at := pixel + code
			if code >= p.w {
				at = pixel + code/p.w*s.cols + code%p.w
			}
			if !op.cells.finite {
				l.grad[at*s.f+f] = v
				continue
			}
			n := l.counts[at]
			i := at*s.f + int(n)
			l.grad[i], l.at[i] = v, int32(f*size)
			l.counts[at] = n + int32(f32.Alive(v))
		}
	}
	if buffer != nil {
		scratch.put(buffer)
	}
}

// listZeros lists all filters at each pixel, whose weights are size apart, with zeros.
func (l *liveFilters) listZeros(filters, size int) {
	clear(l.grad)
	for i := range l.at {
		l.at[i] = int32(i % filters * size)
	}
	for at := range l.counts {
		l.counts[at] = int32(filters)
	}
}

// scatter adds what lists of the rows [first, end) of the pool make of the rows
// [from, to) of the frame: a row of the kernel after the other, of which there are few
// enough weights for the nearest cache.
func (op *convLastGradOp) scatter(rows []float32, l *liveFilters, first, end, from, to int) {
	s, c := op.conv, op.cells
	wide := s.frame.width * s.frame.pixel
	for u := range s.kh {
		w := c.w[u*s.kw*s.c:]
		for r := range (end - first) * s.pool.h {
			y := (first*s.pool.h+r)*s.strideH + u*s.dilateH
			if y < from || y >= to {
				continue
			}
			lists := r * s.cols
			for t, tap := range c.run.offsets {
				f32.ScaledRows(f32.RowSums{
					Dst: rows[(y-from)*wide+tap:], DstAt: c.starts, Src: w[t*c.run.depth:],
					Scale: l.grad[lists*s.f:], At: l.at[lists*s.f:], Counts: l.counts[lists : lists+s.cols],
					Room: s.f, Rows: 1, Width: c.run.depth,
				})
			}
		}
	}
}

// unframe copies a row out of its frame.
func (s *convLast) unframe(to, from []float32) {
	pixel := s.frame.pixel
	wide := max(0, min(s.imW, s.frame.width-s.pad.Left))
	from = from[min(len(from), s.pad.Left*pixel):]
	clear(to[wide*s.pixel:])
	if pixel == s.pixel {
		copy(to[:wide*pixel], from)
		return
	}
	for i := range wide {
		x := to[i*s.pixel:][:s.pixel]
		copy(x, from[i*pixel:][:pixel])
		clear(x[pixel:])
	}
}
