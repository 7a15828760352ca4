package filters

// median is the program of a median: the middle one of the values in a square
// window, in order of size. A median weighs no pixels, so it is no convolution
// and has no graph.
//
// The values in the window are counted, not sorted: where the window moves on
// by a pixel, one column is counted in and one out. Huang, Yang & Tang, "A fast
// two-dimensional median filtering algorithm", IEEE ASSP 27 (1979).
//
// Where the picture is not opaque, a value counts as often as its pixel's alpha
// says. Where nothing in the window is seen, the pixel keeps its value.
type median struct {
	side       int
	colours    int
	h, w       int
	in, out    []float32
	values     []uint16 // of one channel of in, as whole numbers
	alpha      []uint16 // or nil
	counts     histogram
	total      int // of the counts
	outH, outW int
}

var _ program = (*median)(nil)

// newMedian is the median of side×side for tiles of the given size and pixels
// of so many levels. With alpha, that is one more channel, the last one.
func newMedian(side, levels, colours int, alpha bool, h, w int) *median {
	m := &median{side: side, colours: colours, h: h, w: w, outH: h - side + 1, outW: w - side + 1}
	channels := colours
	if alpha {
		channels++
		m.alpha = make([]uint16, h*w)
	}
	m.in, m.values = make([]float32, channels*h*w), make([]uint16, h*w)
	m.out = make([]float32, colours*m.outH*m.outW)
	m.counts = newHistogram(levels)
	return m
}

func (m *median) input() []float32  { return m.in }
func (m *median) output() []float32 { return m.out }
func (m *median) close() error      { return nil }

func (m *median) run() error {
	if m.alpha != nil {
		m.whole(m.alpha, m.colours)
	}
	for c := range m.colours {
		m.whole(m.values, c)
		for y := range m.outH {
			m.row(m.out[(c*m.outH+y)*m.outW:][:m.outW], y)
		}
	}
	return nil
}

// whole is a channel of in as whole numbers, which it holds.
func (m *median) whole(to []uint16, c int) {
	for i, v := range m.in[c*m.h*m.w:][:m.h*m.w] {
		to[i] = uint16(v)
	}
}

// row makes one row of the result from side rows of pixels.
func (m *median) row(to []float32, y int) {
	m.counts.reset()
	m.total = 0
	for x := range m.side - 1 {
		m.column(y, x, 1)
	}
	for x := range to {
		m.column(y, x+m.side-1, 1)
		if m.total > 0 {
			to[x] = float32(m.counts.at(m.total / 2))
		} else {
			to[x] = float32(m.values[(y+m.side/2)*m.w+x+m.side/2])
		}
		m.column(y, x, -1)
	}
}

// column counts the pixels of column x in or out.
func (m *median) column(y, x, by int) {
	end := (y + m.side) * m.w
	if m.alpha == nil {
		for at := y*m.w + x; at < end; at += m.w {
			m.counts.add(m.values[at], by)
		}
		m.total += m.side * by
		return
	}
	for at := y*m.w + x; at < end; at += m.w {
		times := int(m.alpha[at]) * by
		m.counts.add(m.values[at], times)
		m.total += times
	}
}
