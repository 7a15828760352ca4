package engine

import "euryale/internal/f32"

// tapKernel multiplies pixels with the weights of taps: matrices (in, out) for
// each group and tap, (groups, taps, in, out), with rows of wide values. Wide
// matrices are cut into panels of columns.
type tapKernel struct {
	groups, taps int
	in, out      int     // of a group
	wide         int     // out or, where there is one group, that padded
	panels       []panel // of a group
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
	return tapKernel{groups: s.groups, taps: s.taps(), in: in, out: out}.cut()
}

// cut cuts the kernel's matrices, whose rows are whole vectors unless the next
// group's output begins behind theirs. They are zero behind the weights.
func (k tapKernel) cut() tapKernel {
	if k.wide = k.out; k.groups == 1 {
		k.wide = f32.PadChannels(k.out)
	}
	if f32.Current() == f32.Generic { // whatever it reads, it reads number by number
		return k.inOne()
	}
	k.panels = panelsOf(k.wide)
	return k
}

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
func (k tapKernel) tap() int { return k.in * k.wide }

// values is how many values the weights have.
func (k tapKernel) values() int { return k.groups * k.rows() * k.wide }

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
	rows := len(run.offsets) * run.depth
	for g := range k.groups {
		for _, p := range k.panels {
			at := g*k.out + p.from
			k.multiplyPanel(y[at:], x[g*k.in:], l, run, w[g*k.rows()*k.wide+p.from*rows:], p, e.At(at))
		}
	}
}

// multiplyPanel is multiply by the weights of a panel, which begin with w, as y
// does with the panel's column of the first pixel.
func (k tapKernel) multiplyPanel(y, x []float32, l lines, run tapRun, w []float32, p panel, ends f32.Ends) {
	n := k.columns(p)
	for r := range l.count {
		y := y[r*l.lineY:]
		f32.GemmTaps(y, l.ldy, x[r*l.lineX:], l.ldx, 1, run.offsets, w, p.width, l.m, n, run.depth, ends)
		for i := 0; n < p.width && p.width <= l.ldy && i < l.m; i++ {
			clear(y[i*l.ldy+n : i*l.ldy+p.width])
		}
	}
}

// columns is how many columns of a panel are multiplied. Beyond the weights they
// are zero: vectors make nothing of that, a loop does.
func (k tapKernel) columns(p panel) int {
	if f32.Current() == f32.Generic {
		return min(p.width, k.out-p.from)
	}
	return p.width
}

// addRows adds the gradients by the weights: for each tap, the transposed
// pixels under it, those of a row ldx apart, times the m values of each row of
// g, ldg apart.
func (k tapKernel) addRows(sum, x []float32, ldx int, run tapRun, rows []int, g []float32, ldg, m int) {
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
	to, w = to[(g*back.rows()+t.first*back.in)*back.wide:], w[g*k.rows()*k.wide:]
	for _, p := range k.panels {
		from := w[p.from*k.rows()+t.tap*k.in*p.width:]
		for _, q := range back.panels {
			panel := to[q.from*t.count*back.in+((at-t.first)*back.in+p.from)*q.width:]
			f32.Transpose(panel, q.width, from[q.from*p.width:], p.width, min(q.width, k.in-q.from), min(p.width, k.out-p.from))
		}
	}
}
