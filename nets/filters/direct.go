package filters

import "math"

// direct is a convolution without a graph, summed in float64. It stands in
// where a graph does not do: where float32 has too few digits for the weights,
// and where a pixel counts as much as it is seen.
//
// What is not seen of a pixel is taken to be as the rest of the window is, in
// the mean: with opacity α, the mean m = Σ|w|αx / Σ|w|α takes the place of the
// 1-α of each x, and
//
//	y = Factor · Σ w·(αx + (1-α)m) + Bias
//
// For weights above 0 that is the mean of what is seen: Factor·Σw · Σwαx / Σwα.
// Where nothing under the weights is seen, m is the pixel's own value. H.
// Knutsson & C.-F. Westin, "Normalized and differential convolution", CVPR
// 1993.
type direct struct {
	taps     []tap
	rows     int // of the window
	cols     int
	factor   float64
	bias     float64
	relu     bool
	round    bool // to levels
	colours  int
	alpha    bool // the last channel of the input is alpha
	h, w     int  // of the input
	in, out  []float32
	sums     []float64 // a row: Σ w·αx
	means    []float64 // Σ |w|·αx
	weights  []float64 // Σ w·α
	opacity  []float64 // Σ |w|·α
	balance  float64   // Σ w
	topAlpha float64
}

var _ program = (*direct)(nil)

// newDirect is the program of f for tiles of the given size.
func newDirect(f Filter, u units, relu, round bool, colours int, alpha float64, h, w int) *direct {
	kh, kw := f.Matrix.Size()
	d := &direct{taps: f.Matrix.taps(), rows: kh, cols: kw, relu: relu, round: round, colours: colours, h: h, w: w}
	d.factor, d.bias = f.factor()*u.out/u.in, f.Bias*u.out
	d.alpha, d.topAlpha = alpha > 0, alpha
	channels := colours
	if d.alpha {
		channels++
	}
	for _, t := range d.taps {
		d.balance += t.weight
	}
	outH, outW := h-kh+1, w-kw+1
	d.in, d.out = make([]float32, channels*h*w), make([]float32, colours*outH*outW)
	d.sums, d.means, d.weights, d.opacity = make([]float64, outW), make([]float64, outW), make([]float64, outW), make([]float64, outW)
	return d
}

func (d *direct) input() []float32  { return d.in }
func (d *direct) output() []float32 { return d.out }
func (d *direct) close() error      { return nil }

func (d *direct) run() error {
	outH, outW := d.h-d.rows+1, d.w-d.cols+1
	for y := range outH {
		if d.alpha {
			d.weigh(y)
		}
		for c := range d.colours {
			to := d.out[(c*outH+y)*outW:][:outW]
			if d.alpha {
				d.seen(to, c, y)
			} else {
				d.plain(to, c, y)
			}
			d.finish(to)
		}
	}
	return nil
}

// line is the pixels of a channel under a tap, for all windows of row y.
func (d *direct) line(c, y int, t tap) []float32 {
	return d.in[(c*d.h+y+t.y)*d.w+t.x:][:d.w-d.cols+1]
}

// weigh sums the weights of what is seen.
func (d *direct) weigh(y int) {
	clear(d.weights)
	clear(d.opacity)
	for _, t := range d.taps {
		size := math.Abs(t.weight)
		for x, a := range d.line(d.colours, y, t) {
			seen := float64(a) / d.topAlpha
			d.weights[x] += t.weight * seen
			d.opacity[x] += size * seen
		}
	}
}

// seen sums the pixels as far as they are seen, and fills in the rest.
func (d *direct) seen(to []float32, c, y int) {
	clear(d.sums)
	clear(d.means)
	for _, t := range d.taps {
		size := math.Abs(t.weight)
		alpha := d.line(d.colours, y, t)
		for x, v := range d.line(c, y, t) {
			seen := float64(v) * (float64(alpha[x]) / d.topAlpha)
			d.sums[x] += t.weight * seen
			d.means[x] += size * seen
		}
	}
	own := d.line(c, y, tap{y: d.rows / 2, x: d.cols / 2})
	for x := range to {
		mean := float64(own[x])
		if d.opacity[x] > 0 {
			mean = d.means[x] / d.opacity[x]
		}
		d.sums[x] += mean * (d.balance - d.weights[x])
	}
}

// plain sums opaque pixels.
func (d *direct) plain(_ []float32, c, y int) {
	clear(d.sums)
	for _, t := range d.taps {
		for x, v := range d.line(c, y, t) {
			d.sums[x] += t.weight * float64(v)
		}
	}
}

// finish makes values of a row of sums.
func (d *direct) finish(to []float32) {
	for x, sum := range d.sums {
		v := sum*d.factor + d.bias
		if d.relu {
			v = math.Max(v, 0)
		}
		if d.round {
			v = nearest(v)
		}
		to[x] = float32(v)
	}
}
