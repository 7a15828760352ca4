package engine

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// planes is a convolution in groups or its transpose, with what may stand behind
// it: a bias, ReLU.
type planes struct {
	grouped
	transposed bool
	padded     bool // the padding is zeros, with which weights are multiplied
	bias, relu bool
	inputGrad  bool
}

// makes is the shape of the output.
func (s *planes) makes() (channels, rows, cols int) {
	if s.transposed {
		return s.c, s.h, s.w
	}
	return s.f, s.rows, s.cols
}

// takes is how many values the input has.
func (s *planes) takes() int {
	if s.transposed {
		return s.n * s.f * s.places()
	}
	return s.n * s.c * s.area()
}

// planesOf declares s, with a bias unless that is nil.
func planesOf(name string, s planes, x, filter, bias *G.Node) (*G.Node, error) {
	if err := wantFloats(name, present(x, filter, bias)...); err != nil {
		return nil, err
	}
	channels, _, _ := s.makes()
	if bias != nil && !slices.Equal(bias.Shape(), tensor.Shape{channels}) {
		return nil, errors.Errorf("%s: want a bias of (%d), one for each channel of the output, got %v", name, channels, bias.Shape())
	}
	s.bias = bias != nil
	if x.Dtype() == tensor.Float32 {
		return planesIn[float32](name, s, x, filter, bias)
	}
	return planesIn[float64](name, s, x, filter, bias)
}

func planesIn[T float](name string, s planes, x, filter, bias *G.Node) (*G.Node, error) {
	in := present(x, filter, bias)
	channels, rows, cols := s.makes()
	op := &planesOp[T]{result: newResult[T](name, in, s.n, channels, rows, cols), planes: s, channels: channels}
	op.body = op.forward
	return G.ApplyOp(op, in...)
}

type planesOp[T float] struct {
	result[T]
	planes
	channels int // of the output

	x, w, b []T // of the run under way
	body    func(int)
}

var (
	_ G.SDOp = (*planesOp[float32])(nil)
	_ Owner  = (*planesOp[float32])(nil)
)

func (op *planesOp[T]) DiffWRT(n int) []bool { return []bool{op.inputGrad, true, true}[:n] }

func (op *planesOp[T]) SymDiff(in G.Nodes, output, grad *G.Node) (grads G.Nodes, err error) {
	grads = make(G.Nodes, len(in))
	if op.relu { // where it cut, the output is 0
		if grad, err = unrectified[T](op.name, output, grad); err != nil {
			return nil, err
		}
	}
	y, x := grad, in[0]
	if op.transposed {
		y, x = x, y
	}
	if grads[1], err = filterGrad[T](op.name, op.grouped, y, x, in[1].Shape()); err != nil {
		return nil, err
	}
	if op.bias {
		if grads[2], err = biasGrad[T](op.name, grad); err != nil {
			return nil, err
		}
	}
	if op.inputGrad {
		back := planes{grouped: op.grouped, transposed: !op.transposed, inputGrad: true}
		grads[0], err = planesIn[T](op.name+"GradInput", back, grad, in[1], nil)
	}
	return grads, err
}

func (op *planesOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, op.w, err = operands[T](in, op.takes(), op.weights()); err != nil {
		return nil, err
	}
	if op.bias {
		if op.b, err = values[T](in[2], op.channels); err != nil {
			return nil, err
		}
	}
	parallel.For(op.n*op.channels, op.body)
	return op.out, nil
}

// forward computes plane i of the output.
func (op *planesOp[T]) forward(i int) {
	area := len(op.y) / (op.n * op.channels)
	y := op.y[i*area:][:area]
	clear(y)
	if op.bias {
		for j := range y {
			y[j] = op.b[i%op.channels]
		}
	}
	switch {
	case op.transposed:
		deposit(&op.grouped, y, op.x, op.w, i)
	default:
		correlate(&op.grouped, y, op.x, op.w, i)
		if op.padded {
			outside(&op.grouped, y, op.w, i)
		}
	}
	if op.relu {
		cutAtZero(y)
	}
}

// cutAtZero is ReLU. NaN stays.
func cutAtZero[T float](y []T) {
	for i, v := range y {
		if v < 0 {
			y[i] = 0
		}
	}
}

// operands are the values of two inputs, of so many each.
func operands[T float](in []G.Value, n, m int) (a, b []T, err error) {
	if a, err = values[T](in[0], n); err != nil {
		return nil, nil, err
	}
	b, err = values[T](in[1], m)
	return a, b, err
}
