package filters

// median is the program of a median: the middle one of the values in a square
// window, in order of size. A median weighs no pixels, so it is no convolution and
// has no graph.
//
// The values in the window are counted, not sorted: where the window moves on by a pixel,
// one column is counted in and one out. Huang, Yang & Tang, "A fast
// two-dimensional median filtering algorithm", IEEE ASSP 27 (1979).
type median struct {
	scale             float32 // levels for each pixel value
	side              int
	channels, h, w    int
	in, out           []float32
	levels            []uint16 // in, as whole numbers
	counts            histogram
	outRows, outWidth int
}

var _ program = (*median)(nil)

// newMedian is the median of side×side for tiles of the given size and pixels of so many levels.
func newMedian(side, levels, channels, h, w int) *median {
	m := &median{side: side, channels: channels, h: h, w: w, outRows: h - side + 1, outWidth: w - side + 1}
	m.scale = float32(levels-1) / 255
	m.in, m.levels = make([]float32, channels*h*w), make([]uint16, h*w)
	m.out = make([]float32, channels*m.outRows*m.outWidth)
	m.counts = newHistogram(levels)
	return m
}

func (m *median) input() []float32  { return m.in }
func (m *median) output() []float32 { return m.out }
func (m *median) close() error      { return nil }

func (m *median) run() error {
	for c := range m.channels {
		for i, v := range m.in[c*m.h*m.w : (c+1)*m.h*m.w] {
			m.levels[i] = uint16(v*m.scale + 0.5)
		}
		for y := range m.outRows {
			m.row(m.out[(c*m.outRows+y)*m.outWidth:][:m.outWidth], m.levels[y*m.w:(y+m.side)*m.w])
		}
	}
	return nil
}

// row makes one row of the result from side rows of pixels.
func (m *median) row(to []float32, rows []uint16) {
	m.counts.reset()
	for x := range m.side - 1 {
		m.column(rows, x, 1)
	}
	middle := m.side * m.side / 2
	for x := range to {
		m.column(rows, x+m.side-1, 1)
		to[x] = float32(m.counts.at(middle)) / m.scale
		m.column(rows, x, -1)
	}
}

// column counts the pixels of column x in or out.
func (m *median) column(rows []uint16, x, by int) {
	for at := x; at < len(rows); at += m.w {
		m.counts.add(rows[at], by)
	}
}
