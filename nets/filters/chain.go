package filters

import (
	"context"
	"image"

	"github.com/pkg/errors"
)

// Chain is the layers of a network with weights that are given: each filter is a
// convolution, then ReLU, then pooling, and the next filter takes what comes of it. Unlike
// Filter.Apply, a chain rounds nothing, and nothing is clamped but by ReLU:
//
//	x ← pool(max(0, Factor · Σ Matrix · x + Bias))
//
// A network would sum over the channels of its input; here each stays on its own, so that
// what comes out can be looked at as a picture.
type Chain struct {
	Filters []Filter // convolutions, at least one
	Pool    Pool     // after each of them
	Edges   Edge
}

// Apply runs the layers over a picture. The error of a picture that becomes too small names
// the filter. Transparency is left out.
func (n Chain) Apply(ctx context.Context, picture image.Image) (*Maps, error) {
	r, err := newRaster(picture)
	if err != nil {
		return nil, err
	}
	sizes, err := n.Sizes(image.Pt(r.w, r.h))
	if err != nil {
		return nil, err
	}
	var from source = r
	var to *Maps
	for i, f := range n.Filters {
		to = newMaps(r.colours, sizes[i].Y, sizes[i].X)
		if err := n.layer(f, r.colours).run(ctx, from, to); err != nil {
			return nil, err
		}
		from = to
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
	return n.Pool.check()
}

// Sizes is the width and height of what each layer makes of a picture of the given size.
func (n Chain) Sizes(picture image.Point) ([]image.Point, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	var sizes []image.Point
	for _, f := range n.Filters {
		h, w, err := n.layer(f, 1).over(picture.Y, picture.X)
		if err != nil {
			return nil, errors.WithMessagef(err, "filter %s", f.Name)
		}
		picture = image.Pt(w, h)
		sizes = append(sizes, picture)
	}
	return sizes, nil
}

// layer is one layer's pass: convolution, ReLU and pooling in one program.
func (n Chain) layer(f Filter, channels int) pass {
	p := f.pass(n.Edges, channels, 0)
	p.step = n.Pool.size()
	p.compile = func(c, h, w int) (program, error) { return convolution(f, true, n.Pool, c, h, w) }
	return p
}
