package engine

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// channels is the layout of a batch (N, C, H, W), or (N, C) with an area of 1.
type channels struct{ n, c, area int }

// plane is channel ch of sample i of x.
func plane[T float](s channels, x []T, i, ch int) []T {
	at := (i*s.c + ch) * s.area
	return x[at : at+s.area]
}

// channelsOf is the layout of x, the input of a normalisation. The others must
// have one value a channel, or be nil.
func channelsOf(op string, x *G.Node, others ...*G.Node) (channels, error) {
	given := present(others...)
	if err := wantFloats(op, append(G.Nodes{x}, given...)...); err != nil {
		return channels{}, err
	}
	s := x.Shape()
	if len(s) != 2 && len(s) != 4 {
		return channels{}, errors.Errorf("%s: want (N, C, H, W) or (N, C), got %v", op, s)
	}
	for _, n := range given {
		if !slices.Equal(n.Shape(), tensor.Shape{s[1]}) {
			return channels{}, errors.Errorf("%s: want (%d), one value for each channel of %v, got %v", op, s[1], s, n.Shape())
		}
	}
	return channels{n: s[0], c: s[1], area: s[2:].TotalSize()}, nil
}

// scaling is the factors and offsets by channel of a normalisation, each of
// which may be missing.
type scaling[T float] struct {
	hasGamma, hasBeta bool
	gamma, beta       []T
}

// take reads them off the front of in, and returns what follows.
func (s *scaling[T]) take(in []G.Value, c int) (rest []G.Value, err error) {
	if s.hasGamma {
		if s.gamma, err = values[T](in[0], c); err != nil {
			return nil, err
		}
		in = in[1:]
	}
	if s.hasBeta {
		if s.beta, err = values[T](in[0], c); err != nil {
			return nil, err
		}
		in = in[1:]
	}
	return in, nil
}

// factor is γ of channel ch, or 1.
func (s *scaling[T]) factor(ch int) float64 {
	if s.hasGamma {
		return float64(s.gamma[ch])
	}
	return 1
}

// offset is β of channel ch, or 0.
func (s *scaling[T]) offset(ch int) float64 {
	if s.hasBeta {
		return float64(s.beta[ch])
	}
	return 0
}

// scaleGrads is the gradients by γ and β, where there are these.
type scaleGrads[T float] struct{ gamma, beta []T }

// pick is the gradients by x, γ and β, all of which the node dx computes.
func (s *scaleGrads[T]) pick(name string, dx *G.Node, of *scaling[T], shape ...int) (G.Nodes, error) {
	grads := G.Nodes{dx}
	add := func(which string, to *[]T) error {
		var d *tensor.Dense
		d, *to = newTensor[T](shape...)
		n, err := pick(name+which, dx, d)
		grads = append(grads, n)
		return err
	}
	if of.hasGamma {
		if err := add("Gamma", &s.gamma); err != nil {
			return nil, err
		}
	}
	if of.hasBeta {
		if err := add("Beta", &s.beta); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

// set sets those of channel ch.
func (s *scaleGrads[T]) set(ch int, gamma, beta float64) {
	if s.gamma != nil {
		s.gamma[ch] = T(gamma)
	}
	if s.beta != nil {
		s.beta[ch] = T(beta)
	}
}

// present are the nodes that are not nil.
func present(x ...*G.Node) G.Nodes {
	var out G.Nodes
	for _, n := range x {
		if n != nil {
			out = append(out, n)
		}
	}
	return out
}
