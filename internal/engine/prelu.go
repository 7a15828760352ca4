package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// PReLU is x where x > 0, else slope·x, with slopes that have a gradient too:
// He et al., arXiv:1502.01852.
//
// x is (N, …); slope has one value, one for each channel x.Shape()[1], or one
// for each value of a sample. A slope of 0 makes 0 of -Inf.
func PReLU(x, slope *G.Node) (*G.Node, error) {
	if err := wantFloats("PReLU", x, slope); err != nil {
		return nil, err
	}
	shape, n := x.Shape(), slope.Shape().TotalSize()
	if x.Dims() < 2 {
		return nil, errors.Errorf("PReLU: want x of (N, C, …), got %v", shape)
	}
	size := shape[1:].TotalSize()
	if n != 1 && n != shape[1] && n != size {
		return nil, errors.Errorf("PReLU: want 1, %d or %d slopes for %v, got %d", shape[1], size, shape, n)
	}
	s := channels{n: shape[0], c: n, area: size / n}
	if x.Dtype() == tensor.Float32 {
		return prelu[float32](x, slope, s)
	}
	return prelu[float64](x, slope, s)
}

func prelu[T float](x, slope *G.Node, s channels) (*G.Node, error) {
	op := &preluOp[T]{preluBase[T]{result: newResult[T]("PReLU", G.Nodes{x, slope}, x.Shape()...), s: s}}
	op.body = op.sample
	return G.ApplyOp(op, x, slope)
}

// preluBase is what PReLU and its gradient have in common.
type preluBase[T float] struct {
	result[T]
	s        channels // a channel is what shares a slope
	x, slope []T
	body     func(int)
}

type preluOp[T float] struct{ preluBase[T] }

var (
	_ G.SDOp = (*preluOp[float32])(nil)
	_ Owner  = (*preluOp[float32])(nil)
)

func (op *preluOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *preluOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := &preluGradOp[T]{preluBase: preluBase[T]{result: newResult[T]("PReLUGrad", G.Nodes{in[0], in[1], grad}, in[0].Shape()...), s: op.s}}
	var d *tensor.Dense
	d, back.dslope = newTensor[T](in[1].Shape()...)
	back.body, back.totals = back.channel, newTotals[T](in[0], op.s.n, op.s.c)
	if op.s.c < fewSlopes {
		back.sums, back.body = make([]float64, op.s.n*op.s.c), back.sample
	}
	dx, err := G.ApplyOp(back, in[0], in[1], grad)
	if err != nil {
		return nil, err
	}
	dslope, err := pick("PReLUSlopes", dx, d)
	return G.Nodes{dx, dslope}, err
}

func (op *preluBase[T]) take(in []G.Value) (err error) {
	if op.x, err = values[T](in[0], len(op.y)); err != nil {
		return err
	}
	op.slope, err = values[T](in[1], op.s.c)
	return err
}

func (op *preluOp[T]) Do(in ...G.Value) (G.Value, error) {
	if err := op.take(in); err != nil {
		return nil, err
	}
	parallel.For(op.s.n, op.body)
	return op.out, nil
}

// sample computes sample i.
func (op *preluOp[T]) sample(i int) {
	for ch, slope := range op.slope {
		x, y := plane(op.s, op.x, i, ch), plane(op.s, op.y, i, ch)
		if y, ok := any(y).([]float32); ok && len(y) >= longRow {
			rectify(y, any(x).([]float32), float32(slope))
			continue
		}
		for j, v := range x {
			switch {
			case v > 0 || v != v:
				y[j] = v
			case slope == 0:
				y[j] = 0
			default:
				y[j] = slope * v
			}
		}
	}
}

// fewSlopes is below how many slopes cores share samples and not slopes.
const fewSlopes = 64

// preluGradOp computes both gradients from x, the slopes and the gradient of y.
type preluGradOp[T float] struct {
	preluBase[T]
	g, dslope []T
	totals    totals[T]
	sums      []float64 // what each sample has of the slopes' gradients, where these are few
}

var _ Owner = (*preluGradOp[float32])(nil)

func (op *preluGradOp[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if err := op.take(in); err != nil {
		return nil, err
	}
	if op.g, err = values[T](in[2], len(op.y)); err != nil {
		return nil, err
	}
	if op.sums == nil {
		parallel.For(op.s.c, op.body)
		return op.out, op.totals.finish(op.dslope)
	}
	parallel.For(op.s.n, op.body)
	for ch := range op.dslope {
		sum := op.totals.over.overSamples(func(i int) float64 { return op.sums[i*op.s.c+ch] })
		op.totals.set(op.dslope, ch, sum)
	}
	return op.out, op.totals.finish(op.dslope)
}

// channel computes the gradients of what shares slope ch.
func (op *preluGradOp[T]) channel(ch int) {
	sum := op.totals.over.overSamples(func(i int) float64 { return op.plane(i, ch) })
	op.totals.set(op.dslope, ch, sum)
}

// sample computes the gradients of sample i.
func (op *preluGradOp[T]) sample(i int) {
	for ch := range op.slope {
		op.sums[i*op.s.c+ch] = op.plane(i, ch)
	}
}

// plane computes the gradients of what shares slope ch in sample i, and is what
// it has of the slope's.
func (op *preluGradOp[T]) plane(i, ch int) (sum float64) {
	slope := op.slope[ch]
	x, g, dx := plane(op.s, op.x, i, ch), plane(op.s, op.g, i, ch), plane(op.s, op.y, i, ch)
	if dx, ok := any(dx).([]float32); ok && len(dx) >= longRow {
		x, g := any(x).([]float32), any(g).([]float32)
		f32.Grad(f32.Leaky(float64(slope)), dx, g, x)
		return f32.DotBelow(x, g)
	}
	for j, v := range x {
		if v > 0 {
			dx[j] = g[j]
			continue
		}
		dx[j] = slope * g[j]
		sum += float64(v) * float64(g[j])
	}
	return sum
}
