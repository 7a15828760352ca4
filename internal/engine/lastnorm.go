package engine

import (
	"math"
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// NormLastConfig is what NormLast takes besides nodes.
type NormLastConfig struct {
	NormConfig
	Channels int
	Skip     *G.Node // of x's shape, added to what is normalised; nil means none
	Cut      Cut     // what the sum goes through
}

// NormLast is Norm with channels last: x is (N, H, W, PadChannels(Channels)).
// The statistics are sums in float64, of up to eight parts of the batch, added
// up two by two.
func NormLast(x, gamma, beta *G.Node, c NormLastConfig) (*G.Node, error) {
	const name = "NormLast"
	shape, err := normShape(name, x, c.Channels, gamma, beta)
	if err != nil {
		return nil, err
	}
	if err := c.check(tensor.Float32, c.Channels); err != nil {
		return nil, err
	}
	if c.Skip != nil && !slices.Equal(c.Skip.Shape(), x.Shape()) {
		return nil, errors.Errorf("%s: want a sum of %v, got %v", name, x.Shape(), c.Skip.Shape())
	}
	in := present(x, gamma, beta, c.Skip)
	op := &normLastOp{
		result: newResult[float32](name, in, x.Shape()...), lastShape: shape, config: c.NormConfig, sum: c.Skip != nil, cut: c.Cut,
		scaling: scaling[float32]{hasGamma: gamma != nil, hasBeta: beta != nil},
		sums:    newPartSums(shape), mean: make([]float64, shape.padded), inverse: make([]float64, shape.c), lines: f32.NewLines(shape.padded),
	}
	op.lines.Low, op.lines.High = c.Cut.bounds()
	op.loops.total, op.loops.spread, op.loops.apply = op.total, op.spread, op.apply
	return G.ApplyOp(op, in...)
}

// normShape is the shape of x, whose channels lie last.
func normShape(name string, x *G.Node, c int, others ...*G.Node) (lastShape, error) {
	if err := wantFloat32(name, append(G.Nodes{x}, present(others...)...)...); err != nil {
		return lastShape{}, err
	}
	s := x.Shape()
	if len(s) != 4 || c < 1 || s[3] != f32.PadChannels(c) {
		return lastShape{}, errors.Errorf("%s: want (N, H, W, %d), got %v", name, f32.PadChannels(c), s)
	}
	for _, n := range present(others...) {
		if !slices.Equal(n.Shape(), tensor.Shape{c}) {
			return lastShape{}, errors.Errorf("%s: want (%d), one value for each channel, got %v", name, c, n.Shape())
		}
	}
	return lastShape{n: s[0], area: s[1] * s[2], c: c, padded: s[3], over: batchOn(x, s[0])}, nil
}

// lastShape is a batch whose channels lie last.
type lastShape struct {
	n, area, c, padded int
	over               batch
}

// count is how many values each channel has, of all ranks.
func (s lastShape) count() float64 { return float64(s.over.whole() * s.area) }

// part is where part p of the batch begins and ends.
func (s lastShape) part(p int) (from, to int) {
	from, to = s.over.part(p)
	return from * s.area * s.padded, to * s.area * s.padded
}

// partSums are sums by channel, one row for each part of the batch.
type partSums struct {
	values []float64
	wide   int
	over   batch
}

func newPartSums(s lastShape) partSums {
	return partSums{make([]float64, s.over.parts()*s.padded), s.padded, s.over}
}

// clear is the row of part p, cleared.
func (s partSums) clear(p int) []float64 {
	row := s.values[p*s.wide : (p+1)*s.wide]
	clear(row)
	return row
}

// total is the sum of the rows, of all ranks.
func (s partSums) total() ([]float64, error) {
	addTree(len(s.values)/s.wide, func(to, from int) {
		for j := range s.wide {
			s.values[to*s.wide+j] += s.values[from*s.wide+j]
		}
	})
	sum := s.values[:s.wide]
	return sum, s.over.sumDoubles(sum)
}

type normLastOp struct {
	result[float32]
	lastShape
	scaling[float32]
	config NormConfig
	sum    bool
	cut    Cut

	x, skip       []float32 // of the run under way
	sums          partSums
	mean, inverse []float64 // μ and 1/√(σ²+ε) of each channel
	lines         f32.Lines
	loops         struct{ total, spread, apply func(int) }
}

var (
	_ G.SDOp = (*normLastOp)(nil)
	_ Owner  = (*normLastOp)(nil)
)

func (op *normLastOp) DiffWRT(n int) []bool { return all(n) }

func (op *normLastOp) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	// The output is an input too: the statistics must have been taken.
	from := append(append(G.Nodes{}, in...), output, grad)
	back := &normLastGradOp{
		result: newResult[float32](op.name+"Grad", from, in[0].Shape()...), norm: op,
		sums: newPartSums(op.lastShape), products: newPartSums(op.lastShape), lines: op.lines,
		level: make([]float32, op.padded), slope: make([]float32, op.padded),
	}
	if op.sum { // what was cut is the sum, which the lines do not know
		back.lines.Low, back.lines.High = Uncut.bounds()
	}
	back.loops.sum, back.loops.apply = back.sum, back.apply
	dx, err := G.ApplyOp(back, from...)
	if err != nil {
		return nil, err
	}
	grads, err := back.grads.pick(op.name+"Grad", dx, &op.scaling, op.c)
	if err != nil {
		return nil, err
	}
	if !op.sum {
		return grads, nil
	}
	if op.cut != Uncut {
		back.cut = newTensorBuffer[float32](grad, in[0].Shape()...)
		back.cut.hold(&back.before)
		grad, err = pickBuffer(op.name+"GradSkip", dx, back.cut)
	}
	return append(grads, grad), err
}

func (op *normLastOp) Do(in ...G.Value) (G.Value, error) {
	if err := op.inputs(in); err != nil {
		return nil, err
	}
	clear(op.mean)
	parallel.For(op.over.parts(), op.loops.total)
	sums, err := op.sums.total()
	if err != nil {
		return nil, err
	}
	count := op.count()
	for ch, sum := range sums[:op.c] {
		op.mean[ch] = sum / count
	}
	parallel.For(op.over.parts(), op.loops.spread)
	variances, err := op.sums.total()
	if err != nil {
		return nil, err
	}
	variances = variances[:op.c]
	for ch := range variances {
		variances[ch] /= count
	}
	running, err := runningOf[float32](op.config, op.c)
	if err != nil {
		return nil, err
	}
	for ch, variance := range variances {
		running.blend(op.config.Momentum, ch, op.mean[ch], variance)
		op.inverse[ch] = 1 / math.Sqrt(variance+op.config.Epsilon)
		op.lines.Mean[ch], op.lines.Offset[ch] = float32(op.mean[ch]), float32(op.offset(ch))
		op.lines.Factor[ch] = float32(op.factor(ch) * op.inverse[ch])
	}
	parallel.For(op.n, op.loops.apply)
	return op.out, nil
}

// inputs takes in the values of x, γ and β.
func (op *normLastOp) inputs(in []G.Value) (err error) {
	if op.x, err = floats(in[0], len(op.y)); err != nil {
		return err
	}
	rest, err := op.scaling.take(in[1:], op.c)
	if err != nil || !op.sum {
		return err
	}
	op.skip, err = floats(rest[0], len(op.y))
	return err
}

func (op *normLastOp) total(p int) {
	from, to := op.part(p)
	f32.ColumnSums(op.sums.clear(p), op.x[from:to])
}

func (op *normLastOp) spread(p int) {
	from, to := op.part(p)
	f32.ColumnSpread(op.sums.clear(p), op.x[from:to], op.mean)
}

// apply normalises image i.
func (op *normLastOp) apply(i int) {
	from, to := i*op.area*op.padded, (i+1)*op.area*op.padded
	var skip []float32
	if op.sum {
		skip = op.skip[from:to]
	}
	f32.Affine(op.y[from:to], op.x[from:to], skip, op.lines)
}

// normLastGradOp is normGradOp with channels last. What a cut left is found out
// from x again, or, behind a sum, from the output.
type normLastGradOp struct {
	result[float32]
	norm   *normLastOp
	made   []float32 // the output, of the run under way
	g      []float32 // its gradient and, once it is known, that before a cut of a sum
	before []float32 // room for that; nil without one
	cut    *buffer[float32]
	grads  scaleGrads[float32]

	lines        f32.Lines // those of the norm, without a cut behind a sum
	level, slope []float32

	sums, products partSums
	loops          struct{ sum, apply func(int) }
}

var _ Owner = (*normLastGradOp)(nil)

func (op *normLastGradOp) Buffers() (Buffer, []Buffer) {
	dx, _ := op.result.Buffers()
	return dx, buffers(op.cut)
}

func (op *normLastGradOp) Do(in ...G.Value) (G.Value, error) {
	s := op.norm
	err := s.inputs(in)
	if err != nil {
		return nil, err
	}
	if op.made, op.g, err = operands[float32](in[len(in)-2:], len(op.y), len(op.y)); err != nil {
		return nil, err
	}
	parallel.For(s.over.parts(), op.loops.sum)
	if op.before != nil {
		op.g = op.before
	}
	sums, err := op.sums.total()
	if err != nil {
		return nil, err
	}
	products, err := op.products.total()
	if err != nil {
		return nil, err
	}
	count := s.count()
	for ch, inverse := range s.inverse {
		sum, product := sums[ch], products[ch]*inverse
		op.grads.set(ch, product, sum)
		op.level[ch], op.slope[ch] = float32(sum/count), float32(product*inverse/count)
	}
	parallel.For(s.n, op.loops.apply)
	return op.out, nil
}

// chunk is how many values are taken at a time: so many stay in the cache from
// one kernel to the next.
func (s lastShape) chunk() int { return max(pieceSize/s.padded, 1) * s.padded }

func (op *normLastGradOp) sum(p int) {
	s := op.norm
	sums, products := op.sums.clear(p), op.products.clear(p)
	from, end := s.part(p)
	for step := s.chunk(); from < end; from += step {
		to := min(from+step, end)
		g := op.g[from:to]
		if op.before != nil {
			s.cut.gradient(op.before[from:to], g, op.made[from:to])
			g = op.before[from:to]
		}
		f32.ColumnProducts(sums, products, g, s.x[from:to], s.mean, op.lines)
	}
}

func (op *normLastGradOp) apply(i int) {
	s := op.norm
	from, to := i*s.area*s.padded, (i+1)*s.area*s.padded
	f32.AffineGrad(op.y[from:to], op.g[from:to], s.x[from:to], op.lines, op.level, op.slope)
}
