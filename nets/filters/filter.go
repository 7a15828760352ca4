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
// filters are a cross-correlation of each colour channel (the matrix is not mirrored)
//
//	y[i, j] = Factor · Σ_u,v Matrix[u][v] · x[i+u-h/2, j+v-w/2] + Bias
//
// of pixel values from 0 to 255, rounded to the nearest value and clamped to 0…255.
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

// Apply filters a picture. What comes out is grey or in colour, of 8 or 16 bits, as
// what goes in, and of the same size but for Valid. Transparency is kept: it is not
// filtered, and the filter looks at the colours of transparent pixels too.
//
// It is an error if Valid leaves no pixel, and when ctx ends.
func (f Filter) Apply(ctx context.Context, picture image.Image, e Edge) (image.Image, error) {
	from, err := newRaster(picture)
	if err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	p := f.pass(e, from.colours, from.levels())
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

// pass is the filter's pass over a picture of so many channels and values.
func (f Filter) pass(e Edge, channels, levels int) pass {
	h, w := f.Window()
	p := pass{kh: h, kw: w, step: 1, edge: e, channels: channels}
	p.compile = func(c, h, w int) (program, error) { return convolution(f, false, Pool{}, c, h, w) }
	if f.Median > 0 {
		p.compile = func(c, h, w int) (program, error) { return newMedian(f.Median, levels, c, h, w), nil }
	}
	return p
}
