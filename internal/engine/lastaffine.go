package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// AffineLast is Affine with channels last: x is (N, H, W, PadChannels(channels)).
// There is a gradient by x alone.
func AffineLast(x, gamma, beta, mean, variance *G.Node, channels int, epsilon float64) (*G.Node, error) {
	const name = "AffineLast"
	if mean == nil || variance == nil {
		return nil, errors.Errorf("%s: want a mean and a variance, got nil", name)
	}
	shape, err := normShape(name, x, channels, gamma, beta, mean, variance)
	if err != nil {
		return nil, err
	}
	if err := wantEpsilon(name, epsilon); err != nil {
		return nil, err
	}
	in := present(x, gamma, beta, mean, variance)
	op := &affineLastOp{
		result: newResult[float32](name, in, x.Shape()...), lastShape: shape, epsilon: epsilon,
		scaling: scaling[float32]{hasGamma: gamma != nil, hasBeta: beta != nil}, lines: f32.NewLines(shape.padded),
	}
	op.body = op.image
	return G.ApplyOp(op, in...)
}

type affineLastOp struct {
	result[float32]
	lastShape
	scaling[float32]
	epsilon float64
	x       []float32 // of the run under way
	lines   f32.Lines
	body    func(int)
}

var (
	_ G.SDOp = (*affineLastOp)(nil)
	_ Owner  = (*affineLastOp)(nil)
)

func (op *affineLastOp) DiffWRT(n int) []bool { return append([]bool{true}, make([]bool, n-1)...) }

func (op *affineLastOp) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	// The output is an input too: the factors must have been taken.
	back := &affineLastGradOp{result: newResult[float32](op.name+"Grad", G.Nodes{output, grad}, in[0].Shape()...), affine: op}
	back.lines = f32.NewLines(op.padded)
	back.lines.Factor = op.lines.Factor
	back.body = back.image
	dx, err := G.ApplyOp(back, output, grad)
	return append(G.Nodes{dx}, make(G.Nodes, len(in)-1)...), err
}

func (op *affineLastOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = floats(in[0], len(op.y)); err != nil {
		return nil, err
	}
	if in, err = op.scaling.take(in[1:], op.c); err != nil {
		return nil, err
	}
	mean, variance, err := operands[float32](in, op.c, op.c)
	if err != nil {
		return nil, err
	}
	copy(op.lines.Mean, mean)
	for ch, v := range variance {
		op.lines.Factor[ch] = float32(op.factor(ch) / math.Sqrt(float64(v)+op.epsilon))
		op.lines.Offset[ch] = float32(op.offset(ch))
	}
	parallel.For(op.n, op.body)
	return op.out, nil
}

func (op *affineLastOp) image(i int) {
	from, to := i*op.area*op.padded, (i+1)*op.area*op.padded
	f32.Affine(op.y[from:to], op.x[from:to], nil, op.lines)
}

// affineLastGradOp multiplies the gradient by the factors.
type affineLastGradOp struct {
	result[float32]
	affine *affineLastOp
	lines  f32.Lines
	g      []float32 // of the run under way
	body   func(int)
}

var _ Owner = (*affineLastGradOp)(nil)

func (op *affineLastGradOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.g, err = floats(in[1], len(op.y)); err != nil {
		return nil, err
	}
	parallel.For(op.affine.n, op.body)
	return op.out, nil
}

func (op *affineLastGradOp) image(i int) {
	s := op.affine
	from, to := i*s.area*s.padded, (i+1)*s.area*s.padded
	f32.Affine(op.y[from:to], op.g[from:to], nil, op.lines)
}
