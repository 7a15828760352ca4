package f32

import "math"

// Lines map each column of a matrix on a line of its own, and what that gives is
// cut at Low and High; where both are 0 there is no cut. So batch normalisation
// ends, with ReLU or ReLU6.
type Lines struct {
	Mean, Factor, Offset []float32 // of each column
	Low, High            float32
}

// NewLines are lines of c columns that map all to zero, without a cut.
func NewLines(c int) Lines {
	return Lines{Mean: make([]float32, c), Factor: make([]float32, c), Offset: make([]float32, c)}
}

// cuts says whether there is a cut.
func (l *Lines) cuts() bool { return l.Low != 0 || l.High != 0 }

// at is where v of column j lies on its line, before the cut.
func (l *Lines) at(j int, v float32) float32 { return (v-l.Mean[j])*l.Factor[j] + l.Offset[j] }

// passed is the gradient before the cut of v, of column j, from g behind it.
func (l *Lines) passed(j int, v, g float32) float32 {
	if l.cuts() {
		y := l.at(j, v)
		return where(above(y, l.Low)&above(l.High, y), g)
	}
	return g
}

// boundsOf are where a kernel cuts that always does.
func boundsOf(low, high float32) (float32, float32) {
	if low == 0 && high == 0 {
		return float32(math.Inf(-1)), float32(math.Inf(1))
	}
	return low, high
}

// check reports whether there are rows in x, and panics where lengths do not go
// together.
func (l *Lines) check(kernel string, x []float32) bool {
	if len(l.Factor) != len(l.Mean) || len(l.Offset) != len(l.Mean) {
		panic("f32: " + kernel + ": lengths differ")
	}
	if !(l.Low <= l.High) {
		panic("f32: " + kernel + ": want low at most high")
	}
	return wholeRows(kernel, len(l.Mean), x)
}

// Affine maps x on lines, adds skip, unless that is nil, and cuts:
//
//	y[r·c+j] = (x[r·c+j] - Mean[j])·Factor[j] + Offset[j] + skip[r·c+j]    with c = len(Mean)
//
// or Low where that is less, or High where it is more. NaN stays NaN. The
// difference is rounded; in assembly the product is not. y may be x or
// skip. It panics where lengths differ, x is not whole rows, their length not a
// multiple of Lanes, or Low not at most High.
func Affine(y, x, skip []float32, l Lines) {
	check(len(y) == len(x) && (skip == nil || len(skip) == len(x)), "Affine: lengths differ")
	if l.check("Affine", x) {
		affine(y, x, skip, l)
	}
}

func affineGo(y, x, skip []float32, l Lines) {
	c := len(l.Mean)
	for from := 0; from < len(x); from += c {
		for j, v := range x[from : from+c] {
			v = l.at(j, v)
			if skip != nil {
				v += skip[from+j]
			}
			y[from+j] = v
		}
	}
	if l.cuts() {
		clampGo(y, l.Low, l.High)
	}
}

// AffineGrad is the gradient of batch normalisation by its input x, from that of
// its result, g, which counts as 0 where the lines cut x:
//
//	dx[r·c+j] = Factor[j]·(g[r·c+j] - level[j] - (x[r·c+j] - Mean[j])·slope[j])
//
// where level is the mean of g and slope that of g·(x-Mean), times 1/variance.
// Both differences are rounded; in assembly the product with slope is
// not. dx may be g or x. It panics as Affine does.
func AffineGrad(dx, g, x []float32, l Lines, level, slope []float32) {
	check(len(dx) == len(x) && len(g) == len(x), "AffineGrad: lengths differ")
	check(len(level) == len(l.Mean) && len(slope) == len(l.Mean), "AffineGrad: lengths differ")
	if l.check("AffineGrad", x) {
		affineGrad(dx, g, x, l, level, slope)
	}
}

func affineGradGo(dx, g, x []float32, l Lines, level, slope []float32) {
	for c := len(l.Mean); len(x) > 0; dx, g, x = dx[c:], g[c:], x[c:] {
		for j, v := range x[:c] {
			dx[j] = l.Factor[j] * (l.passed(j, v, g[j]) - level[j] - (v-l.Mean[j])*slope[j])
		}
	}
}
