package engine

import (
	"github.com/pkg/errors"

	"euryale/internal/f32"
)

// A convolution of 5×5 with stride 1 of few channels may be computed by Winograd's
// minimal filtering along rows, see f32.RowOutput: the rows of a strip are transformed,
// and four outputs of a row multiplied and transformed back at a time, in registers.

// rowConv is what such a convolution has of its own.
type rowConv struct {
	on     bool
	u      []float32 // the filters, transformed
	filter func(int)
}

// wantRows is an error where minimal filtering along rows is asked for that does not fit.
func (s *convShape) wantRows(name string, c ConvLastConfig) error {
	if !c.Rows {
		return nil
	}
	const side = f32.RowKernel
	plain := s.kh == side && s.kw == side && s.strideH == 1 && s.strideW == 1 && s.dilateH == 1 && s.dilateW == 1
	few := s.c < f32.Lanes && s.groups == 1
	padded := max(s.pad.Top, s.pad.Bottom, s.pad.Left, s.pad.Right) < side
	switch {
	case f32.Current() != f32.Generic:
		return errors.Errorf("%s: want generic Go for minimal filtering along rows, got %v", name, f32.Current())
	case c.Tile != 0 || !plain || !few || !padded:
		return errors.Errorf("%s: want 5×5, stride 1, fewer than %d channels, padding of less than 5 and no groups, dilation or tiles for minimal filtering along rows, got %s of %d channels, tiles of %d",
			name, f32.Lanes, s.described(true), s.c, c.Tile)
	}
	return nil
}

// rowTiles is how many tiles are in a row of the output.
func (s *convLast) rowTiles() int { return pieces(s.cols, f32.RowTile) }

// rowWidth is how many pixels are under them.
func (s *convLast) rowWidth() int { return f32.RowTile*s.rowTiles() + f32.RowKernel - 1 }

// prepareRows prepares a convolution along rows.
func (s *convLast) prepareRows() {
	s.ends = f32.Ends{} // there are no products of pixels
	s.rowwise.u = make([]float32, s.f*s.c*f32.RowKernel*f32.RowElements)
	s.rowwise.filter, s.loops.forward = s.rowFilter, s.forwardRows
}

// rowFilter transforms filter i.
func (s *convLast) rowFilter(i int) {
	size := s.c * f32.RowKernel
	f32.RowFilter(s.rowwise.u[i*size*f32.RowElements:], s.operands.w[i*size*f32.RowKernel:], s.c)
}

// forwardRows computes piece i: some rows of an image.
func (s *convLast) forwardRows(i int) {
	image, from, to := s.bands.of(i)
	x, buffer := s.frameOf(s.image(s.operands.x, image), from, to)
	wide, values, rows := s.frame.width*s.frame.pixel, s.c*f32.RowElements, to-from+f32.RowKernel-1
	step := rows * values // from a tile to the next in its row: those below one another lie together
	t := scratch.get(s.rowTiles() * step)
	for r := range rows {
		f32.RowInput(t[r*values:], step, x[r*wide:], s.c, s.rowTiles())
	}
	y, pixel := s.strip(image, from, to), s.stripPixel()
	for r := range to - from {
		f32.RowOutput(y[r*s.cols*pixel:], pixel, t[r*values:], step, s.rowwise.u, s.offset, s.cols, s.c, s.f)
	}
	clearPadding(y, s.f, pixel)
	s.finish(y, image, from, to)
	scratch.put(t)
	if buffer != nil {
		scratch.put(buffer)
	}
}
