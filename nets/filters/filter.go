package filters

import (
	"context"
	"fmt"
	"image"
	"math"
	"strings"

	"github.com/pkg/errors"
)

// Filter makes each pixel of a picture anew from the pixels around it. Most
// filters are a cross-correlation of each colour channel (the matrix is not
// mirrored)
//
//	y[i, j] = Factor · Σ_u,v Matrix[u][v] · x[i+u-h/2, j+v-w/2] + Bias
//
// of pixel values from 0 to 255, clamped to that and rounded to the nearest
// value that the picture can hold; a half is rounded up. A pixel that is not
// opaque counts as much as it is seen: see Apply.
type Filter struct {
	Name   string
	About  string  // what it is for, in a line
	Matrix Matrix  // h×w weights, both sides odd; none in a median
	Factor float64 // 0 means 1
	Bias   float64 // added to each value, in pixel values
	Median int     // side of the window whose middle value is taken; 0 means that it is no median
}

// String is the filter as its name and what it computes.
func (f Filter) String() string {
	h, w := f.Window()
	if f.Median > 0 {
		return fmt.Sprintf("%s: median of %d×%d, no convolution", f.Name, h, w)
	}
	return fmt.Sprintf("%s: %d×%d, factor %s, bias %s", f.Name, h, w, fraction(f.factor()), number(f.Bias))
}

// Details is String and below it, where there is one, the matrix.
func (f Filter) Details() string {
	var b strings.Builder
	fmt.Fprintln(&b, f)
	if f.Convolves() {
		for _, line := range block("", f.Matrix)[1:] {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	return b.String()
}

// Window is the number of rows and columns of pixels that the filter looks at.
func (f Filter) Window() (h, w int) {
	if f.Median > 0 {
		return f.Median, f.Median
	}
	return f.Matrix.Size()
}

// Convolves reports whether the filter is a convolution. A median is none.
func (f Filter) Convolves() bool { return f.Median == 0 }

func (f Filter) factor() float64 {
	if f.Factor == 0 {
		return 1
	}
	return f.Factor
}

// check reports what is wrong with a filter of the caller's own.
func (f Filter) check() error {
	switch {
	case f.Median > 0 && f.Matrix != nil:
		return errors.Errorf("filter %s: want a matrix or a median, got both", f.Name)
	case f.Median < 0 || f.Median > mostSide || f.Median > 0 && f.Median%2 == 0:
		return errors.Errorf("filter %s: want a median of an odd number of pixels, at most %d, got %d", f.Name, mostSide, f.Median)
	case f.Median > 0:
		return nil
	}
	for _, v := range []float64{f.Factor, f.Bias} {
		if !(math.Abs(v) <= mostWeight) {
			return errors.Errorf("filter %s: want factor and bias between -1e6 and 1e6, got %v", f.Name, v)
		}
	}
	return errors.WithMessagef(f.Matrix.check(), "filter %s", f.Name)
}

// Apply filters a picture. What comes out is grey or in colour, of 8 or 16
// bits, as what goes in, and of the same size but for Valid.
//
// Transparency is kept, and not filtered. As far as a pixel is not seen, the
// mean of what is seen in the window, weighed by alpha and by |Matrix|, stands
// in for it; in a median a value counts as much as it is seen. So no colour of
// an invisible pixel shows.
//
// It is an error if Valid leaves no pixel, and when ctx ends.
func (f Filter) Apply(ctx context.Context, picture image.Image, e Edge) (image.Image, error) {
	from, err := newRaster(picture)
	if err == nil {
		err = f.check()
	}
	if err == nil {
		err = e.check()
	}
	if err != nil {
		return nil, err
	}
	p := f.pass(e, from)
	h, w, err := p.over(from.size())
	if err != nil {
		return nil, errors.WithMessagef(err, "filter %s", f.Name)
	}
	to := from.like(h, w)
	to.copyAlpha(from, p.top(), p.left())
	if err := p.run(ctx, from, to); err != nil {
		return nil, err
	}
	return to.image(), nil
}

// pass is the filter's pass over a picture.
func (f Filter) pass(e Edge, from *raster) pass {
	alpha := from.translucent()
	top := float64(from.levels() - 1)
	p := f.window(e, from.colours, alpha)
	u := units{from.unit(), from.unit()}
	if !f.Convolves() {
		p.compile = func(_, h, w int) (program, error) {
			return newMedian(f.Median, from.levels(), from.colours, alpha, h, w), nil
		}
		return p
	}
	p.doubt = doubt(f.weights(), f.Bias*u.out, top)
	const hopeless = 0.25 // of a level: then nearly everything would be computed twice
	if alpha || p.doubt > hopeless {
		p.doubt = 0
		p.compile = func(_, h, w int) (program, error) {
			return newDirect(f, u, false, true, from.colours, alphaTop(alpha, top), h, w), nil
		}
		return p
	}
	p.compile = func(c, h, w int) (program, error) { return convolution(f, u, false, Pool{}, c, h, w) }
	p.exact = f.exact(p, from)
	return p
}

// window is the filter's window on so many colours and, where there is one,
// alpha. What is made of them has no alpha: that is kept.
func (f Filter) window(e Edge, colours int, alpha bool) pass {
	h, w := f.Window()
	p := pass{kh: h, kw: w, step: 1, edge: e, channels: colours, made: colours}
	if alpha {
		p.channels++
	}
	return p
}

// alphaTop is the level of what is opaque, or 0 where there is no alpha.
func alphaTop(alpha bool, top float64) float64 {
	if !alpha {
		return 0
	}
	return top
}

// weights are the weights of a convolution, times its factor.
func (f Filter) weights() []float64 {
	var all []float64
	for _, row := range f.Matrix {
		for _, v := range row {
			all = append(all, v*f.factor())
		}
	}
	return all
}

// exact is the value of one pixel of what p makes of an opaque picture, in
// levels and in float64.
func (f Filter) exact(p pass, from *raster) func(c, y, x int) float64 {
	taps := f.Matrix.taps()
	return func(c, y, x int) float64 {
		sum := 0.
		for _, t := range taps {
			row := p.edge.at(y+t.y-p.edge.margin(p.kh), from.h)
			sum += t.weight * from.level(c, row, p.edge.at(x+t.x-p.edge.margin(p.kw), from.w))
		}
		return sum*f.factor() + f.Bias*from.unit()
	}
}
