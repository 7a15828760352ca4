package engine

import "euryale/internal/f32"

// tapKernel multiplies pixels with the weights of taps: matrices (in, out) for
// each group and tap, (groups, taps, in, out), with rows of wide values, or,
// depthwise, a row of one weight a channel for each tap.
type tapKernel struct {
	groups, taps int
	in, out      int // of a group
	wide         int // out or, where whole is true, that padded
	whole        bool
	depthwise    bool
	padded       int        // channels of a depthwise one
	spare        *scratches // rows of that
}

func newTapKernel(s convShape) tapKernel {
	in, out := s.each()
	k := tapKernel{groups: s.groups, taps: s.taps(), in: in, out: out, wide: out}
	if s.depthwise() {
		k.depthwise, k.padded, k.spare = true, f32.PadChannels(s.c), &scratches{}
	}
	return k
}

// depthwise says whether each channel has a filter of its own.
func (s *convShape) depthwise() bool { return s.groups > 1 && s.groups == s.c && s.c == s.f }

// inVectors is the kernel with rows of whole vectors, which are zero behind the
// weights.
func (k tapKernel) inVectors() tapKernel {
	k.whole, k.wide = true, f32.PadChannels(k.out)
	return k
}

// transposed is the kernel of the gradient by the image.
func (k tapKernel) transposed() tapKernel {
	k.in, k.out = k.out, k.in
	if k.wide = k.out; k.whole {
		k.wide = f32.PadChannels(k.out)
	}
	return k
}

// tap is how many values lie from a tap's weights to the next one's.
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
	return k.groups * k.taps * k.in * k.wide
}

// row sets m pixels of y, ldy apart, to the sums over taps of those of x, ldx
// apart, times their weights, or adds to what is there.
func (k tapKernel) row(y []float32, ldy int, x []float32, ldx int, run tapRun, w []float32, m int, add bool) {
	if k.depthwise {
		k.depthwiseRow(y, ldy, x, ldx, run, w, m, add)
		return
	}
	size := k.taps * k.in * k.wide
	for g := range k.groups {
		f32.GemmTaps(y[g*k.out:], ldy, x[g*k.in:], ldx, 1, run.offsets, w[g*size:], k.wide, m, k.out, run.depth, add)
	}
}

func (k tapKernel) depthwiseRow(y []float32, ldy int, x []float32, ldx int, run tapRun, w []float32, m int, add bool) {
	if ldy == k.padded {
		if !add {
			clear(y[:m*k.padded])
		}
		f32.Depthwise(y, x, w, run.offsets, m, ldx, k.padded)
		return
	}
	row := k.spare.get(m * k.padded)
	defer k.spare.put(row)
	for i := range m {
		if to := row[i*k.padded : (i+1)*k.padded]; add {
			copy(to, y[i*ldy:])
		} else {
			clear(to)
		}
	}
	f32.Depthwise(row, x, w, run.offsets, m, ldx, k.padded)
	for i := range m {
		copy(y[i*ldy:], row[i*k.padded:(i+1)*k.padded])
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
	size := k.taps * k.in * k.wide
	for group := range k.groups {
		for t, tap := range run.offsets {
			f32.GemmTaps(sum[group*size+t*run.depth*k.wide:], k.wide, x[tap+group*k.in:], 1, ldx,
				rows, g[group*k.out:], ldg, run.depth, k.out, m, true)
		}
	}
}

// packs is into how many pieces the packing of weights is cut.
func (k tapKernel) packs() int {
	if k.depthwise {
		return 1
	}
	return k.groups * k.in
}

// pack lays out piece i of filters (out, in, taps).
func (k tapKernel) pack(to, filters []float32, i int) {
	if k.depthwise {
		f32.Transpose(to, k.padded, filters, k.taps, k.groups, k.taps)
		return
	}
	g, ch := i/k.in, i%k.in
	f32.Transpose(to[(g*k.taps*k.in+ch)*k.wide:], k.in*k.wide, filters[(g*k.out*k.in+ch)*k.taps:], k.in*k.taps, k.out, k.taps)
}

// unpack is the inverse of pack.
func (k tapKernel) unpack(filters, from []float32, i int) {
	if k.depthwise {
		f32.Transpose(filters, k.taps, from, k.padded, k.taps, k.groups)
		return
	}
	g, ch := i/k.in, i%k.in
	f32.Transpose(filters[(g*k.out*k.in+ch)*k.taps:], k.in*k.taps, from[(g*k.taps*k.in+ch)*k.wide:], k.in*k.wide, k.taps, k.out)
}

// turns is into how many pieces the turning of weights is cut.
func (k tapKernel) turns() int {
	if k.depthwise {
		return k.taps
	}
	return k.groups * k.taps
}

// turn lays out piece i of the weights for the transposed kernel, whose taps
// come in the given order.
func (k tapKernel) turn(to, w []float32, order []int, i int) {
	size, g, at := k.tap(), i/k.taps, i%k.taps
	from := w[(g*k.taps+order[at])*size:]
	if k.depthwise {
		copy(to[i*size:(i+1)*size], from)
		return
	}
	back := k.transposed()
	f32.Transpose(to[i*back.tap():], back.wide, from, k.wide, k.in, k.out)
}
