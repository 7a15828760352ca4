package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
)

// GroupedConv2d is a 2-D cross-correlation in groups: filter f sees only the
// channels of its group, of which there are as many as c.Groups.
//
// x is (N, C, H, W), filter (F, C/groups, h, w), bias (F), or nil for none, all
// of float32 or of float64; the output is (N, F, H', W').
func GroupedConv2d(x, filter, bias *G.Node, c ConvConfig) (*G.Node, error) {
	const name = "GroupedConv2d"
	if err := wantFloats(name, x, filter); err != nil {
		return nil, err
	}
	s, err := newGrouped(name, x, filter, c)
	if err != nil {
		return nil, err
	}
	if s.c%s.groups != 0 || s.f%s.groups != 0 || filter.Shape()[1] != s.c/s.groups {
		return nil, errors.Errorf("%s: want a filter (F, C/%d, h, w) for the image (N, C, H, W), got %v for %v", name, s.groups, filter.Shape(), x.Shape())
	}
	if s.rows, s.cols, err = s.over(s.h, s.w); err != nil {
		return nil, errors.WithMessage(err, name)
	}
	return planesOf(name, planes{grouped: s, padded: true, relu: c.ReLU, inputGrad: c.InputGrad}, x, filter, bias)
}
