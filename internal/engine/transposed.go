package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
)

// TransposedConv2d is the transpose of the cross-correlation that c describes,
// with the same filters: each value of x, times each filter, is added to the
// pixels of the output that the filter sees from there. It is the gradient of
// that by its image.
//
// x is (N, F, H, W), filter (F, C/groups, h, w), bias (C), or nil for none, all
// of float32 or of float64;
// the output is (N, C, H', W'), H' = (H-1)·stride + dilation·(h-1) + 1 - padding
// + lengthen[0], W' likewise.
func TransposedConv2d(x, filter, bias *G.Node, lengthen [2]int, c ConvConfig) (*G.Node, error) {
	const name = "TransposedConv2d"
	s, err := newTransposed(name, x, filter, lengthen, c)
	if err != nil {
		return nil, err
	}
	return planesOf(name, planes{grouped: s, transposed: true, relu: c.ReLU, inputGrad: c.InputGrad}, x, filter, bias)
}

// newTransposed is the convolution whose transpose c describes.
func newTransposed(name string, x, filter *G.Node, lengthen [2]int, c ConvConfig) (grouped, error) {
	if err := wantFloats(name, x, filter); err != nil {
		return grouped{}, err
	}
	s, err := newGrouped(name, x, filter, c)
	if err != nil {
		return s, err
	}
	if s.c != s.f || s.f%s.groups != 0 || min(lengthen[0], lengthen[1]) < 0 {
		return s, errors.Errorf("%s: want a filter (F, C/%d, h, w) for (N, F, H, W), and to lengthen it by 0 or more, got %v for %v, and %v",
			name, s.groups, filter.Shape(), x.Shape(), lengthen)
	}
	// What it transposes goes from the output to x.
	s.rows, s.cols, s.c = s.h, s.w, filter.Shape()[1]*s.groups
	s.h = (s.rows-1)*s.strideH + s.dilateH*(s.kh-1) + 1 - s.pad.Top - s.pad.Bottom + lengthen[0]
	s.w = (s.cols-1)*s.strideW + s.dilateW*(s.kw-1) + 1 - s.pad.Left - s.pad.Right + lengthen[1]
	if s.h < 1 || s.w < 1 {
		return s, errors.Errorf("%s: want an output of at least one pixel, got %d×%d", name, s.h, s.w)
	}
	return s, nil
}
