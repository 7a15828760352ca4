package engine

import (
	"fmt"
	"runtime"

	"github.com/pkg/errors"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// A convolution of 3×3 or 5×5 with stride 1 may be computed by Winograd's minimal
// filtering, see f32.Minimal: the tiles of some rows of an image, or of some
// images, are transformed together, multiplied by the transformed weights in a
// product for each element of a tile, and transformed back. All of it stays in
// the cache.

// tileConv is a convolution of framed images by f32.Minimal.
type tileConv struct {
	f32.Minimal
	in, out       int // channels
	inPad, outPad int // padded
	rows, cols    int // of the output
	pieces        tileBands
	u             []float32 // the weights, transformed
	keep          bool      // they outlast a run

	frame func(image, from, to int) (rows, buffer []float32) // under rows of the output, maybe beyond the last

	// What the output ends with.
	bias   []float32
	relu   bool
	strip  func(image, from, to int) []float32    // where rows of the output are computed
	finish func(y []float32, image, from, to int) // makes the output of them; nil means that they are it
}

// tilesFit says whether a convolution is one that Minimal computes, in tiles of a side.
func (s *convShape) tilesFit(tile int) bool {
	plain := s.kh == s.kw && s.strideH == 1 && s.strideW == 1 && s.dilateH == 1 && s.dilateW == 1
	return plain && s.groups == 1 && f32.MinimalOf(tile, s.kh) != 0 && max(s.pad.Top, s.pad.Bottom, s.pad.Left, s.pad.Right) < s.kh
}

// wantTiles is an error where tiles are asked for that do not fit.
func (s *convShape) wantTiles(name string, tile int, last bool) error {
	switch {
	case tile == 0:
		return nil
	case tile != 2 && tile != 4:
		return errors.Errorf("%s: want tiles of 2 or 4 pixels, got %d", name, tile)
	case !s.tilesFit(tile) || !last:
		return errors.Errorf("%s: want channels last, 3×3 (or 5×5 for tiles of 2), stride 1, padding of less than that and no groups or dilation for tiles of %d, got %s", name, tile, s.described(last))
	}
	return nil
}

// described is what a convolution is like.
func (s *convShape) described(last bool) string {
	if !last {
		return "planes"
	}
	p := s.pad
	return fmt.Sprintf("%d×%d, stride %d×%d, dilation %d×%d, padding %v, %d groups",
		s.kh, s.kw, s.strideH, s.strideW, s.dilateH, s.dilateW, []int{p.Top, p.Bottom, p.Left, p.Right}, s.groups)
}

func newTileConv(m f32.Minimal, n, in, out, rows, cols int) *tileConv {
	t := &tileConv{Minimal: m, in: in, out: out, inPad: f32.PadChannels(in), outPad: f32.PadChannels(out), rows: rows, cols: cols}
	t.pieces = newTileBands(n, m.Tiles(rows), m.Tiles(cols), t.enough(), runtime.GOMAXPROCS(0))
	return t
}

// matrices is how many values those of a convolution have.
func (t *tileConv) matrices() int { return t.Elements() * t.elementStride(t.in, t.outPad) }

// transform transforms the weights: filter does piece i.
func (t *tileConv) transform(filter func(i int)) {
	parallel.For(pieces(t.in*t.outPad, filterPiece), filter)
}

// run computes the output: piece does piece i. The weights are transformed
// first, unless they are kept.
func (t *tileConv) run(filter, piece func(i int)) {
	if !t.keep {
		t.u = scratch.get(t.matrices())
		defer scratch.put(t.u)
		t.transform(filter)
	}
	parallel.For(t.pieces.count(), piece)
}

// width is the pixels of a framed row.
func (t *tileConv) width() int { return t.Tile()*t.Tiles(t.cols) + t.Kernel() - 1 }

// elementStride is what lies between the elements' matrices of rows of n
// values. A few values more than they take keep it off the powers of two, at
// which the elements would fall on one another in the cache.
func (t *tileConv) elementStride(rows, n int) int { return rows*n + f32.Lanes }

// enough is how many tiles are worth a product and fit the cache together.
func (t *tileConv) enough() int {
	const rows, values = 24, 1 << 17 // 512 KiB
	return max(rows, values/(t.Elements()*(t.inPad+t.outPad)))
}

// tileBands are into which rows of tiles, of one image or of several, the work
// is cut.
type tileBands struct {
	n, rows      int // of the batch
	images, each int // of a piece: several images are whole
	strips       int // of an image
}

// newTileBands cuts n images of rows × cols tiles into pieces of about enough
// tiles, and of fewer where there would be too few pieces.
func newTileBands(n, rows, cols, enough, pieces int) tileBands {
	b := tileBands{n, rows, 1, rows, 1}
	if rows*cols < enough {
		b.images = min(n, (enough+rows*cols-1)/(rows*cols))
		count := (n + b.images - 1) / b.images
		count = min(n, (count+pieces-1)/pieces*pieces)
		b.images = (n + count - 1) / count
	} else {
		b.strips = (rows*cols + enough - 1) / enough
	}
	if n < pieces {
		b.images, b.strips = 1, max(b.strips, (pieces+n-1)/n)
	}
	b.each = (rows + b.strips - 1) / b.strips
	b.strips = (rows + b.each - 1) / b.each
	return b
}

// count is how many pieces there are.
func (b tileBands) count() int { return (b.n + b.images - 1) / b.images * b.strips }

// of is piece i: images from the first on, and of each the rows [from, to) of
// tiles.
func (b tileBands) of(i int) (first, images, from, to int) {
	first, from = i/b.strips*b.images, i%b.strips*b.each
	return first, min(b.images, b.n-first), from, min(from+b.each, b.rows)
}

// filterPiece is how many weights of a tap are transformed at a time.
const filterPiece = 1 << 10

// filter transforms piece i of weights (taps, in, outPad).
func (t *tileConv) filter(k []float32, i int) {
	n := t.in * t.outPad
	at := i * filterPiece
	t.Filter(t.u[at:], t.elementStride(t.in, t.outPad), k[at:], n, min(filterPiece, n-at))
}

// keepChannel transforms the weights of input channel i of filters (out, in, taps),
// which are laid out for that by themselves: all of them would leave a buffer as
// large as the filters behind.
func (t *tileConv) keepChannel(filters []float32, i int) {
	taps := t.Kernel() * t.Kernel()
	k := scratch.get(taps * t.outPad)
	if t.out < t.outPad {
		clear(k)
	}
	f32.Transpose(k, t.outPad, filters[i*taps:], t.in*taps, t.out, taps)
	t.Filter(t.u[i*t.outPad:], t.elementStride(t.in, t.outPad), k, t.outPad, t.outPad)
	scratch.put(k)
}

// input transforms the tiles of some rows of some images: v has them row by
// row.
func (t *tileConv) input(v []float32, stride, first, images, from, to int) {
	m, cols, row := t.Tile(), t.Tiles(t.cols), t.width()*t.inPad
	for i := range images {
		x, buffer := t.frame(first+i, from*m, to*m)
		for r := range to - from {
			t.Input(v[(i*(to-from)+r)*cols*t.inPad:], stride, x[r*m*row:], row, t.inPad, cols)
		}
		if buffer != nil {
			scratch.put(buffer)
		}
	}
}

// piece computes piece i of the output.
func (t *tileConv) piece(i int) {
	first, images, from, to := t.pieces.of(i)
	e, cols := t.Elements(), t.Tiles(t.cols)
	tiles := images * (to - from) * cols
	vStride, mStride, uStride := t.elementStride(tiles, t.inPad), t.elementStride(tiles, t.outPad), t.elementStride(t.in, t.outPad)
	buffer := scratch.get(e * (vStride + mStride))
	v, products := buffer[:e*vStride], buffer[e*vStride:]
	t.input(v, vStride, first, images, from, to)
	for e := range e {
		m := products[e*mStride:]
		f32.Gemm(m, t.outPad, v[e*vStride:], t.inPad, 1, t.u[e*uStride:], t.outPad, tiles, t.out, t.in, false)
		clearPadding(m[:tiles*t.outPad], t.out, t.outPad)
	}
	m, row := t.Tile(), t.cols*t.outPad
	for i := range images {
		top, bottom := from*m, min(to*m, t.rows)
		y := t.strip(first+i, top, bottom)
		for r := range to - from {
			high := min(m, bottom-top-r*m)
			t.Output(y[r*m*row:], row, products[(i*(to-from)+r)*cols*t.outPad:], mStride, t.bias, t.relu, high, t.cols, t.outPad)
		}
		if t.finish != nil {
			t.finish(y, first+i, top, bottom)
		}
	}
	scratch.put(buffer)
}

// clearPadding clears what lies behind the first n values of rows of padded
// ones.
func clearPadding(x []float32, n, padded int) {
	if n == padded {
		return
	}
	for i := 0; i < len(x); i += padded {
		clear(x[i+n : i+padded])
	}
}

// prepareTiles prepares a convolution by tiles.
func (s *convLast) prepareTiles(m f32.Minimal) {
	s.tiles = newTileConv(m, s.n, s.c, s.f, s.rows, s.cols)
	s.frame = framed{s.tiles.width(), s.pixel, false}
	s.run = s.forwardTaps(s.frame)
	s.kernel = s.kernel.inOne()
	s.ends = f32.Ends{} // there are no products of pixels
	if s.tiles.keep = s.packed.version != nil; s.tiles.keep {
		s.tiles.u = make([]float32, s.tiles.matrices())
	}
	s.tiles.frame = func(image, from, to int) (rows, buffer []float32) {
		return s.frameOf(s.image(s.operands.x, image), from, to)
	}
	s.loops.filter = func(i int) { s.tiles.filter(s.weights, i) }
	s.loops.keep = func(i int) { s.tiles.keepChannel(s.operands.w, i) }
	s.loops.forward = s.tiles.piece
	s.tiles.bias, s.tiles.strip = s.offset, s.strip
	s.tiles.relu = s.cut == AtZero && !s.sum && s.pool == nil && s.curve == nil
	if !s.tiles.relu {
		s.tiles.finish = s.finish
	}
}
