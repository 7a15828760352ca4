package engine

import "euryale/internal/f32"

// tapKernel multiplies pixels with the weights of taps: matrices (in, out) for
// each group and tap, (groups, taps, in, out), with rows of wide values, or,
// depthwise, a row of one weight a channel for each tap. Wide matrices are cut
// into panels of columns.
type tapKernel struct {
	groups, taps int
	in, out      int     // of a group
	wide         int     // out or, where there is one group, that padded
	panels       []panel // of a group
	depthwise    bool
	padded       int        // channels of a depthwise one
	spare        *scratches // rows of that
}

// panel is columns of the matrices of a group. The rows of a panel lie behind
// one another, for all taps, so that a product reads memory as it comes.
type panel struct{ from, width int }

// panelWidth is how many columns of weights f32.GemmTaps goes through at a time.
const panelWidth = 2 * f32.Lanes

// panelsOf cuts columns into panels. An odd vector goes with the first two.
func panelsOf(columns int) (ps []panel) {
	for from := 0; from < columns; {
		left, width := columns-from, panelWidth
		if left > panelWidth && pieces(left, f32.Lanes)%2 == 1 {
			width += f32.Lanes
		}
		p := panel{from, min(width, left)}
		ps = append(ps, p)
		from += p.width
	}
	return ps
}

func newTapKernel(s convShape) tapKernel {
	in, out := s.each()
	k := tapKernel{groups: s.groups, taps: s.taps(), in: in, out: out}
	if s.depthwise() {
		k.depthwise, k.padded, k.spare = true, f32.PadChannels(s.c), &scratches{}
	}
	return k.cut()
}

// cut cuts the kernel's matrices, whose rows are whole vectors unless the next
// group's output begins behind theirs. They are zero behind the weights.
func (k tapKernel) cut() tapKernel {
	if k.wide = k.out; k.groups == 1 {
		k.wide = f32.PadChannels(k.out)
	}
	k.panels = panelsOf(k.wide)
	return k
}

// depthwise says whether each channel has a filter of its own.
func (s *convShape) depthwise() bool { return s.groups > 1 && s.groups == s.c && s.c == s.f }

// inOne is the kernel in one panel.
func (k tapKernel) inOne() tapKernel {
	k.panels = []panel{{0, k.wide}}
	return k
}

// transposed is the kernel of the gradient by the image.
func (k tapKernel) transposed() tapKernel {
	k.in, k.out = k.out, k.in
	return k.cut()
}

// rows is how many rows a group's matrices have together.
func (k tapKernel) rows() int { return k.taps * k.in }

// tap is how many values a tap's weights of a group have.
func (k tapKernel) tap() int {
	if k.depthwise {
		return k.padded
	}
	return k.in * k.wide
}

// values is how many values the weights have.
func (k tapKernel) values() int {
	if k.depthwise {
		return k.taps * k.padded
	}
	return k.groups * k.rows() * k.wide
}

// lines are rows of pixels: so many, of m pixels each, and how far apart pixels
// and rows are, in the output and in the image.
type lines struct {
	count, m   int
	ldy, lineY int
	ldx, lineX int
}

// multiply sets pixels of y to the sums over taps of those of x times their
// weights. What the sums begin with is the same in all pixels, or lies as y
// does.
func (k tapKernel) multiply(y, x []float32, l lines, run tapRun, w []float32, e f32.Ends) {
	if k.depthwise {
		for r := range l.count {
			k.depthwiseRow(y[r*l.lineY:], l.ldy, x[r*l.lineX:], l.ldx, run, w, l.m, e)
		}
		return
	}
	rows := len(run.offsets) * run.depth
	for g := range k.groups {
		for _, p := range k.panels {
			at, ends := g*k.out+p.from, e
			if e.From != nil {
				ends.From = e.From[at:]
			}
			w := w[g*k.rows()*k.wide+p.from*rows:]
			for r := range l.count {
				f32.GemmTaps(y[r*l.lineY+at:], l.ldy, x[r*l.lineX+g*k.in:], l.ldx, 1, run.offsets, w, p.width, l.m, p.width, run.depth, ends)
			}
		}
	}
}

func (k tapKernel) depthwiseRow(y []float32, ldy int, x []float32, ldx int, run tapRun, w []float32, m int, e f32.Ends) {
	row := y[:min(len(y), m*k.padded)]
	if ldy != k.padded {
		row = k.spare.get(m * k.padded)
		defer k.spare.put(row)
	}
	for i := range m {
		if to := row[i*k.padded : (i+1)*k.padded]; e.From != nil {
			copy(to, e.From)
		} else {
			clear(to)
		}
	}
	f32.Depthwise(row, x, w, run.offsets, m, ldx, k.padded)
	if e.Low < e.High {
		f32.Clamp(row, e.Low, e.High)
	}
	if ldy != k.padded {
		for i := range m {
			copy(y[i*ldy:], row[i*k.padded:(i+1)*k.padded])
		}
	}
}

// addRows adds the gradients by the weights: for each tap, the transposed
// pixels under it, those of a row ldx apart, times the m values of each row of
// g, ldg apart.
func (k tapKernel) addRows(sum, x []float32, ldx int, run tapRun, rows []int, g []float32, ldg, m int) {
	if k.depthwise {
		for r, at := range rows {
			f32.DepthwiseGrad(sum, x[at:], g[r*m*ldg:], run.offsets, m, ldx, k.padded)
		}
		return
	}
	for group := range k.groups {
		for t, tap := range run.offsets {
			to := sum[(group*k.rows()+t*run.depth)*k.wide:]
			f32.GemmTaps(to, k.wide, x[tap+group*k.in:], 1, ldx, rows, g[group*k.out:], ldg, run.depth, k.out, m, f32.Ends{From: to, Row: k.wide})
		}
	}
}

// channels are how many of a group are laid out in a piece: single taps are a
// matrix, of which one channel is a column.
func (k tapKernel) channels() int {
	if k.taps == 1 {
		return f32.Lanes
	}
	return 1
}

// packs is into how many pieces the packing of weights is cut.
func (k tapKernel) packs() int {
	if k.depthwise {
		return 1
	}
	return k.groups * pieces(k.in, k.channels())
}

// packed is piece i of weights: its group, and its channels [from, to).
func (k tapKernel) packed(i int) (group, from, to int) {
	n := pieces(k.in, k.channels())
	from = i % n * k.channels()
	return i / n, from, min(from+k.channels(), k.in)
}

// pack lays out piece i of filters (out, in, taps).
func (k tapKernel) pack(to, filters []float32, i int) {
	if k.depthwise {
		f32.Transpose(to, k.padded, filters, k.taps, k.groups, k.taps)
		return
	}
	g, ch, end := k.packed(i)
	for _, p := range k.panels {
		panel := to[g*k.rows()*k.wide+p.from*k.rows()+ch*p.width:]
		filters, n := filters[((g*k.out+p.from)*k.in+ch)*k.taps:], min(p.width, k.out-p.from)
		if k.taps == 1 {
			f32.Transpose(panel, p.width, filters, k.in, n, end-ch)
		} else {
			f32.Transpose(panel, k.in*p.width, filters, k.in*k.taps, n, k.taps)
		}
	}
}

// unpack lays out piece i of gradients by weights, of which nothing is cut into
// panels, as filters are.
func (k tapKernel) unpack(filters, from []float32, i int) {
	if k.depthwise {
		f32.Transpose(filters, k.taps, from, k.padded, k.taps, k.groups)
		return
	}
	g, ch, end := k.packed(i)
	filters, from = filters[(g*k.out*k.in+ch)*k.taps:], from[(g*k.rows()+ch)*k.wide:]
	if k.taps == 1 {
		f32.Transpose(filters, k.in, from, k.wide, end-ch, k.out)
	} else {
		f32.Transpose(filters, k.in*k.taps, from, k.in*k.wide, k.taps, k.out)
	}
}

// turns is into how many pieces the turning of weights is cut.
func (k tapKernel) turns() int {
	if k.depthwise {
		return k.taps
	}
	return k.groups * k.taps
}

// turnedTap is a tap of the transposed kernel: which one of the kernel's it is, and
// between which others it is multiplied, count from the first on.
type turnedTap struct{ tap, first, count int }

// turn lays out piece i of the weights for the transposed kernel back, whose
// taps come in the given order.
func (k tapKernel) turn(back tapKernel, to, w []float32, order []turnedTap, i int) {
	g, at := i/k.taps, i%k.taps
	t := order[at]
	if k.depthwise {
		copy(to[i*k.padded:(i+1)*k.padded], w[t.tap*k.padded:])
		return
	}
	to, w = to[(g*back.rows()+t.first*back.in)*back.wide:], w[g*k.rows()*k.wide:]
	for _, p := range k.panels {
		from := w[p.from*k.rows()+t.tap*k.in*p.width:]
		for _, q := range back.panels {
			panel := to[q.from*t.count*back.in+((at-t.first)*back.in+p.from)*q.width:]
			f32.Transpose(panel, q.width, from[q.from*p.width:], p.width, min(q.width, k.in-q.from), min(p.width, k.out-p.from))
		}
	}
}
