package engine

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// TransposedConv is TransposedConv2d by products of patches, in float32.
func TransposedConv(x, filter, bias *G.Node, lengthen [2]int, c ConvConfig) (*G.Node, error) {
	const name = "TransposedConv"
	in := present(x, filter, bias)
	if err := wantFloat32(name, in...); err != nil {
		return nil, err
	}
	g, err := newTransposed(name, x, filter, lengthen, c)
	if err != nil {
		return nil, err
	}
	if bias != nil && !slices.Equal(bias.Shape(), []int{g.c}) {
		return nil, errors.Errorf("%s: want a bias of (%d), one for each channel of the output, got %v", name, g.c, bias.Shape())
	}
	op := &transposedOp{
		result: newResult[float32](name, in, g.n, g.c, g.h, g.w), shape: g, conv: patchwork(g),
		bias: bias != nil, relu: c.ReLU, inputGrad: c.InputGrad,
	}
	op.body = op.image
	return G.ApplyOp(op, in...)
}

// patchwork is g in patches.
func patchwork(g grouped) *convState {
	return &convState{
		window: g.window, n: g.n, c: g.c, imH: g.h, imW: g.w, f: g.f, groups: g.groups,
		rows: g.rows, cols: g.cols, inputGrad: true,
	}
}

// transposedOp is the gradient by its image of the convolution conv.
type transposedOp struct {
	result[float32]
	shape                 grouped
	conv                  *convState // the same
	bias, relu, inputGrad bool

	x, w, b []float32 // of the run under way
	body    func(int)
}

var (
	_ G.SDOp = (*transposedOp)(nil)
	_ Owner  = (*transposedOp)(nil)
)

func (op *transposedOp) DiffWRT(n int) []bool { return []bool{op.inputGrad, true, true}[:n] }

func (op *transposedOp) SymDiff(in G.Nodes, output, grad *G.Node) (grads G.Nodes, err error) {
	grads = make(G.Nodes, len(in))
	if op.relu { // where it cut, the output is 0
		if grad, err = unrectified[float32](op.name, output, grad); err != nil {
			return nil, err
		}
	}
	if grads[1], err = op.filterGrad(in[0], grad, in[1]); err != nil {
		return nil, err
	}
	if op.bias {
		if grads[2], err = biasGrad[float32](op.name, grad); err != nil {
			return nil, err
		}
	}
	if op.inputGrad {
		grads[0], err = correlation(op.shape, grad, in[1])
	}
	return grads, err
}

func (op *transposedOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	s := op.conv
	if op.x, op.w, err = operands[float32](in, s.n*s.f*s.places(), s.f*s.taps()); err != nil {
		return nil, err
	}
	if op.bias {
		if op.b, err = floats(in[2], s.c); err != nil {
			return nil, err
		}
	}
	parallel.For(s.n, op.body)
	return op.out, nil
}

// image computes image n of the output.
func (op *transposedOp) image(n int) {
	s := op.conv
	size := s.f * s.places()
	y := op.y[n*s.image():][:s.image()]
	s.imageGradient(y, op.x[n*size:][:size], op.w)
	area := s.imH * s.imW
	for ch, b := range op.b {
		for j := range area {
			y[ch*area+j] += b
		}
	}
	if op.relu {
		f32.Rectify(y)
	}
}

// filterGrad is the gradient by the filters.
func (op *transposedOp) filterGrad(x, grad, filter *G.Node) (*G.Node, error) {
	s := op.conv
	back := &transposedGradOp{result: newResult[float32](op.name+"Grad", G.Nodes{x, grad}, filter.Shape()...), conv: s}
	back.over = batchOn(x, s.n)
	back.parts = make([]float32, back.over.parts()*len(back.y))
	back.body = back.part
	return G.ApplyOp(back, x, grad)
}

// transposedGradOp is the gradient by the filters, part by part of the batch.
type transposedGradOp struct {
	result[float32]
	conv  *convState
	over  batch
	parts []float32

	x, g []float32 // of the run under way
	body func(int)
}

var _ Owner = (*transposedGradOp)(nil)

func (op *transposedGradOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	s := op.conv
	if op.x, op.g, err = operands[float32](in, s.n*s.f*s.places(), s.n*s.image()); err != nil {
		return nil, err
	}
	parallel.For(op.over.parts(), op.body)
	addParts(op.parts, len(op.y), 0, len(op.y))
	copy(op.y, op.parts)
	return op.out, op.over.sum(op.y)
}

// part goes over part p of the batch.
func (op *transposedGradOp) part(p int) {
	s := op.conv
	size, image := s.f*s.places(), s.image()
	sum := op.parts[p*len(op.y):][:len(op.y)]
	clear(sum)
	from, to := op.over.part(p)
	for i := from; i < to; i++ {
		s.filterGradient(sum, op.x[i*size:][:size], op.g[i*image:][:image])
	}
}

// correlation is the convolution itself, of what comes back.
func correlation(g grouped, x, filter *G.Node) (*G.Node, error) {
	s := patchwork(g)
	s.out, s.y = newDense(s.n, s.f, s.rows, s.cols)
	s.loops.forward = s.forward
	return G.ApplyOp(&convOp{newOwned("TransposedConvGradInput"), s}, x, filter)
}
