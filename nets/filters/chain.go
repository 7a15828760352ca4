package filters

import (
	"context"
	"image"

	"github.com/pkg/errors"
)

// Chain is the layers of a network with weights that are given: each filter is
// a convolution, then ReLU, then pooling, and the next filter takes what comes
// of it. Unlike Filter.Apply, a chain rounds nothing, and nothing is clamped
// but by ReLU:
//
//	x ← pool(max(0, Factor · Σ Matrix · x + Bias))
//
// A network would sum over the channels of its input; here each stays on its
// own, so that what comes out can be looked at as a picture.
type Chain struct {
	Filters []Filter // convolutions, at least one
	Pool    Pool     // after each of them
	Edges   Edge
}

// Apply runs the layers over a picture. The error of a picture that becomes too
// small names the filter. Transparency is kept, as Filter.Apply and Pool keep
// it.
func (n Chain) Apply(ctx context.Context, picture image.Image) (*Maps, error) {
	r, err := newRaster(picture)
	if err != nil {
		return nil, err
	}
	sizes, err := n.Sizes(image.Pt(r.w, r.h))
	if err != nil {
		return nil, err
	}
	l := layer{Chain: n, from: r, colours: r.colours, bits: 8 * r.bytes, unit: r.unit(), peak: 255, alpha: r.translucent()}
	var to *Maps
	for i, f := range n.Filters {
		if to, err = l.run(ctx, f, sizes[i]); err != nil {
			return nil, err
		}
		l.from, l.unit, l.peak = to, 1, to.Peak()
	}
	return to, nil
}

func (n Chain) check() error {
	if len(n.Filters) == 0 {
		return errors.New("chain: want a filter, got none")
	}
	for _, f := range n.Filters {
		if !f.Convolves() {
			return errors.Errorf("chain: want convolutions, got the median %s", f.Name)
		}
		if err := f.check(); err != nil {
			return err
		}
	}
	if err := n.Edges.check(); err != nil {
		return err
	}
	return n.Pool.check()
}

// Sizes is the width and height of what each layer makes of a picture of the
// given size.
func (n Chain) Sizes(picture image.Point) ([]image.Point, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	var sizes []image.Point
	for _, f := range n.Filters {
		p := f.window(n.Edges, 1, false)
		p.step = n.Pool.size()
		h, w, err := p.over(picture.Y, picture.X)
		if err != nil {
			return nil, errors.WithMessagef(err, "filter %s", f.Name)
		}
		picture = image.Pt(w, h)
		sizes = append(sizes, picture)
	}
	return sizes, nil
}

// layer is a layer of a chain, and what it takes.
type layer struct {
	Chain
	from    source
	colours int
	bits    int     // of the picture
	unit    float64 // levels of from for each pixel value
	peak    float64 // the largest pixel value in from
	alpha   bool
}

// run makes the maps of a layer: in one program where that is exact enough.
func (l layer) run(ctx context.Context, f Filter, size image.Point) (*Maps, error) {
	if l.alpha {
		return l.inSteps(ctx, f, size)
	}
	to := newMaps(l.colours, size.Y, size.X, false, l.bits)
	p := f.window(l.Edges, l.colours, false)
	p.step = l.Pool.size()
	u := units{l.unit, 1}
	p.compile = func(c, h, w int) (program, error) { return convolution(f, u, true, l.Pool, c, h, w) }
	if err := p.run(ctx, l.from, to); err != nil {
		return nil, err
	}
	// Weights that cancel may leave less of a value than float32 has lost.
	const share = 1. / 4096
	if doubt(f.weights(), f.Bias, l.peak) > to.Peak()*share {
		return l.inSteps(ctx, f, size)
	}
	return to, nil
}

// inSteps makes the maps of a layer in float64, as far as pixels are seen:
// first convolution and ReLU, then the pooling.
func (l layer) inSteps(ctx context.Context, f Filter, size image.Point) (*Maps, error) {
	p := f.window(l.Edges, l.colours, l.alpha)
	h, w, err := p.over(l.from.size())
	if err != nil {
		return nil, err
	}
	u := units{l.unit, 1}
	opaque := alphaTop(l.alpha, 255*l.unit)
	p.compile = func(_, h, w int) (program, error) { return newDirect(f, u, true, false, l.colours, opaque, h, w), nil }
	full := newMaps(l.colours, h, w, l.alpha, l.bits)
	if err := p.run(ctx, l.from, full); err != nil {
		return nil, err
	}
	l.keepAlpha(full, p.top(), p.left())
	if l.Pool.size() == 1 {
		return full, nil
	}
	to := newMaps(l.colours, size.Y, size.X, l.alpha, l.bits)
	return to, l.Pool.pass(l.colours, l.alpha, false).run(ctx, full, to)
}

// keepAlpha takes over the alpha of what the layer reads, less so many rows and
// columns before the first, as pixel values.
func (l layer) keepAlpha(to *Maps, top, left int) {
	if !l.alpha {
		return
	}
	columns := make([]int, to.Width)
	for x := range columns {
		columns[x] = x + left
	}
	for y := range to.Height {
		row := to.row(to.Channels, y)
		l.from.read(row, l.colours, y+top, columns)
		for x := range row {
			row[x] /= float32(l.unit)
		}
	}
}
