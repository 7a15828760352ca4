package engine

import "euryale/internal/f32"

// Of the gradient that a convolution gets at most a quarter is left behind a
// max-pool of 2×2, and half behind ReLU. Vectors multiply by the zeros sooner than
// they could tell; generic Go lists for each filter where its gradient is alive, and
// sums the rows of pixels there.

// liveRows are the lists and sums of one part of a batch.
type liveRows struct {
	grad   []float32
	at     []int32
	counts []int32
	sumAt  []int32
	sums   []float32 // of each filter, by the weights as a run of taps has them
}

// sparseGradient says whether g has so many zeros that lists of what is left pay, as
// far as some of it tells.
func sparseGradient(g []float32) bool {
	const some, many = 64, 20
	zeros, step := 0, max(1, len(g)/some)|1
	for at := 0; at < len(g); at += step {
		if g[at] == 0 {
			zeros++
		}
	}
	return zeros > many
}

// listsLive says whether gradients by the weights are summed over lists, where they
// are sparse.
func (op *convLastGradOp) listsLive() bool {
	s := op.conv
	return f32.Current() == f32.Generic && s.groups == 1 && s.run.depth%f32.Lanes == 0
}

// newLive makes room for a part's lists.
func (op *convLastGradOp) newLive() *liveRows {
	s := op.conv
	pixels := s.bands.each * s.cols / (s.pool.high() * s.pool.wide()) // which may be alive
	l := &liveRows{
		grad: make([]float32, s.f*pixels), at: make([]int32, s.f*pixels),
		counts: make([]int32, s.f), sumAt: make([]int32, s.f),
		sums: make([]float32, s.f*s.kernel.rows()),
	}
	for f := range l.sumAt {
		l.sumAt[f] = int32(f * s.kernel.rows())
	}
	return l
}

// addLive adds what some rows of an image have of the gradients by the weights, over
// lists of what is alive in g.
func (op *convLastGradOp) addLive(l *liveRows, x []float32, rows []int, g []float32) {
	s := op.conv
	room := len(l.grad) / s.f
	clear(l.counts)
	for r, top := range rows {
		for i := range s.cols {
			l.list(g[(r*s.cols+i)*s.fp:][:s.f], int32(top+i*s.strideW*s.frame.pixel), room)
		}
	}
	op.addLists(l, x)
}

// addLists adds up the rows of pixels that the lists tell.
func (op *convLastGradOp) addLists(l *liveRows, x []float32) {
	s, room := op.conv, len(l.grad)/op.conv.f
	for t, tap := range s.run.offsets {
		f32.ScaledRows(f32.RowSums{
			Dst: l.sums[t*s.run.depth:], DstAt: l.sumAt, Src: x[tap:], Scale: l.grad, At: l.at,
			Counts: l.counts, Room: room, Rows: 1, Width: s.run.depth,
		})
	}
}

// list adds the gradients of a pixel, whose window begins at at, to the lists. Each
// is written, and counted if it is not zero: a branch here could not be predicted.
func (l *liveRows) list(g []float32, at int32, room int) {
	counts := l.counts[:len(g)]
	for f, v := range g {
		n := counts[f]
		i := f*room + int(n)
		l.grad[i], l.at[i] = v, at
		counts[f] = n + int32(f32.Alive(v))
	}
}

// addTo adds the sums to sum, where filters lie last, in rows of wide.
func (l *liveRows) addTo(sum []float32, wide int) {
	filters := len(l.counts)
	rows := len(l.sums) / filters
	for f := range filters {
		for r, v := range l.sums[f*rows:][:rows] {
			sum[r*wide+f] += v
		}
	}
}
