package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// NormConfig is what Norm takes besides nodes.
type NormConfig struct {
	Epsilon float64 // added to the variance, at least 0

	// Running statistics, of shape (C) and x's type, both or neither. Each run
	// replaces them by Momentum·running + (1-Momentum)·batch, of the biased
	// variance. Nil keeps none.
	Momentum       float64 // from 0 to 1
	Mean, Variance *tensor.Dense
}

// Norm is batch normalisation in training, by channel:
//
//	y = γ·(x-μ)/√(σ²+ε) + β
//
// with mean μ and biased variance σ² over the samples and pixels of the batch,
// taken in float64. x is (N, C, H, W) or (N, C). gamma and beta are (C), or nil
// for 1 and 0. The gradient by x takes in that μ and σ² depend on x.
func Norm(x, gamma, beta *G.Node, c NormConfig) (*G.Node, error) {
	layout, err := channelsOf("Norm", x, gamma, beta)
	if err != nil {
		return nil, err
	}
	if err := c.check(x.Dtype(), layout.c); err != nil {
		return nil, err
	}
	if x.Dtype() == tensor.Float32 {
		return normalised[float32](x, gamma, beta, c, layout)
	}
	return normalised[float64](x, gamma, beta, c, layout)
}

// check refuses what a batch of the given type and channels cannot take.
func (c NormConfig) check(dt tensor.Dtype, channels int) error {
	if err := wantEpsilon("Norm", c.Epsilon); err != nil {
		return err
	}
	if !(c.Momentum >= 0 && c.Momentum <= 1) {
		return errors.Errorf("Norm: want a momentum from 0 to 1, got %v", c.Momentum)
	}
	if (c.Mean == nil) != (c.Variance == nil) {
		return errors.New("Norm: want a running mean and a running variance or neither, got one")
	}
	if c.Mean == nil {
		return nil
	}
	for _, d := range []*tensor.Dense{c.Mean, c.Variance} {
		if d.Dtype() != dt || d.Dims() != 1 || d.Shape()[0] != channels {
			return errors.Errorf("Norm: want running statistics of %d %v values, got %v of shape %v", channels, dt, d.Dtype(), d.Shape())
		}
		if d.IsView() || d.RequiresIterator() {
			return errors.New("Norm: want running statistics of their own, got a view of another tensor")
		}
	}
	return nil
}

// wantEpsilon refuses what cannot be added to a variance.
func wantEpsilon(op string, epsilon float64) error {
	if !(epsilon >= 0) || math.IsInf(epsilon, 0) {
		return errors.Errorf("%s: want an epsilon of at least 0, got %v", op, epsilon)
	}
	return nil
}

func normalised[T float](x, gamma, beta *G.Node, c NormConfig, layout channels) (*G.Node, error) {
	in := present(x, gamma, beta)
	op := &normOp[T]{
		result: newResult[T]("Norm", in, x.Shape()...), channels: layout,
		scaling: scaling[T]{hasGamma: gamma != nil, hasBeta: beta != nil}, config: c,
		mean: make([]float64, layout.c), inverse: make([]float64, layout.c),
	}
	op.over = batchOn(x, layout.n)
	op.body, op.steps.level, op.steps.spread, op.steps.shift = op.channel, op.level, op.squares, op.shift
	return G.ApplyOp(op, in...)
}

type normOp[T float] struct {
	result[T]
	channels
	scaling[T]
	config NormConfig

	x             []T        // of the run under way
	running       running[T] // the values of the config's
	mean, inverse []float64  // μ and 1/√(σ²+ε) of each channel
	over          batch
	body          func(int)
	steps         struct{ level, spread, shift func(int) } // of it, between which ranks add up
}

var (
	_ G.SDOp = (*normOp[float32])(nil)
	_ Owner  = (*normOp[float32])(nil)
)

func (op *normOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *normOp[T]) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	// The output is an input too: the statistics must have been taken.
	from := append(append(G.Nodes{}, in...), output, grad)
	back := &normGradOp[T]{result: newResult[T]("NormGrad", from, in[0].Shape()...), norm: op}
	back.body = back.channel
	if op.over.ranks != nil {
		back.sums, back.products = make([]float64, op.c), make([]float64, op.c)
		back.sum = back.channelSums
	}
	dx, err := G.ApplyOp(back, from...)
	if err != nil {
		return nil, err
	}
	return back.grads.pick("NormGrad", dx, &op.scaling, op.c)
}

func (op *normOp[T]) Do(in ...G.Value) (G.Value, error) {
	if err := op.inputs(in); err != nil {
		return nil, err
	}
	var err error
	if op.running, err = runningOf[T](op.config, op.c); err != nil {
		return nil, err
	}
	if op.over.ranks != nil {
		return op.out, op.among()
	}
	parallel.For(op.c, op.body)
	return op.out, nil
}

// among normalises a batch that ranks share.
func (op *normOp[T]) among() error {
	parallel.For(op.c, op.steps.level)
	if err := op.over.sumDoubles(op.mean); err != nil {
		return err
	}
	for ch := range op.mean {
		op.mean[ch] /= op.count()
	}
	parallel.For(op.c, op.steps.spread)
	if err := op.over.sumDoubles(op.inverse); err != nil {
		return err
	}
	parallel.For(op.c, op.steps.shift)
	return nil
}

// count is how many values each channel has, of all ranks.
func (op *normOp[T]) count() float64 { return float64(op.over.whole() * op.area) }

// inputs takes in the values of x, γ and β.
func (op *normOp[T]) inputs(in []G.Value) (err error) {
	if op.x, err = values[T](in[0], len(op.y)); err != nil {
		return err
	}
	_, err = op.scaling.take(in[1:], op.c)
	return err
}

// channel normalises channel ch. The mean is taken first: a mean of squares
// less the square of the mean loses the variance where the mean is large.
func (op *normOp[T]) channel(ch int) {
	op.level(ch)
	op.mean[ch] /= op.count()
	op.squares(ch)
	op.shift(ch)
}

// level sets the mean to the sum of what is here of channel ch.
func (op *normOp[T]) level(ch int) {
	op.mean[ch] = op.over.overSamples(func(i int) float64 { return total(plane(op.channels, op.x, i, ch)) })
}

// squares sets the inverse to the sum of the squares, about the mean, of what is
// here of channel ch.
func (op *normOp[T]) squares(ch int) {
	op.inverse[ch] = op.over.overSamples(func(i int) float64 { return spread(plane(op.channels, op.x, i, ch), op.mean[ch]) })
}

// shift normalises channel ch, of which the mean is known and the squares are.
func (op *normOp[T]) shift(ch int) {
	mean, variance := op.mean[ch], op.inverse[ch]/op.count()
	op.inverse[ch] = 1 / math.Sqrt(variance+op.config.Epsilon)
	op.running.blend(op.config.Momentum, ch, mean, variance)
	factor, offset := op.factor(ch)*op.inverse[ch], op.offset(ch)
	for i := range op.n {
		shift(plane(op.channels, op.y, i, ch), plane(op.channels, op.x, i, ch), mean, factor, offset)
	}
}

// running are the running statistics of a normalisation; none are nil.
type running[T float] struct{ mean, variance []T }

// runningOf are the values of c's.
func runningOf[T float](c NormConfig, channels int) (r running[T], err error) {
	if c.Mean == nil {
		return r, nil
	}
	if r.mean, err = values[T](c.Mean, channels); err != nil {
		return r, err
	}
	r.variance, err = values[T](c.Variance, channels)
	return r, err
}

// blend takes in the statistics that a batch has of channel ch. What is not finite
// is an error of that run, and must not outlive it.
func (r running[T]) blend(momentum float64, ch int, mean, variance float64) {
	if r.mean == nil || math.IsNaN(mean-mean) || math.IsNaN(variance-variance) {
		return
	}
	blended := func(running T, batch float64) T { return T(momentum*float64(running) + (1-momentum)*batch) }
	r.mean[ch], r.variance[ch] = blended(r.mean[ch], mean), blended(r.variance[ch], variance)
}

// normGradOp computes all gradients of a normalisation from its inputs and the
// gradient of its output, and returns that by x. With x̂ = (x-μ)/√(σ²+ε) and M
// values a channel:
//
//	dβ = Σ g,  dγ = Σ g·x̂,  dx = γ/√(σ²+ε)·(g - dβ/M - x̂·dγ/M)
type normGradOp[T float] struct {
	result[T]
	norm  *normOp[T]
	g     []T
	grads scaleGrads[T]
	body  func(int)

	// Where ranks share the batch: what they add up of each channel.
	sums, products []float64
	sum            func(int)
}

var _ Owner = (*normGradOp[float32])(nil)

func (op *normGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	err := op.norm.inputs(in)
	if err != nil {
		return nil, err
	}
	if op.g, err = values[T](in[len(in)-1], len(op.y)); err != nil {
		return nil, err
	}
	if op.sums != nil {
		parallel.For(op.norm.c, op.sum)
		if err := op.norm.over.sumDoubles(op.sums, op.products); err != nil {
			return nil, err
		}
	}
	parallel.For(op.norm.c, op.body)
	return op.out, nil
}

// channelSums takes the sums of what is here of channel ch.
func (op *normGradOp[T]) channelSums(ch int) {
	op.sums[ch], op.products[ch] = channelSums(op.norm.over, op.norm.channels, op.g, op.norm.x, ch, op.norm.mean[ch])
}

func (op *normGradOp[T]) channel(ch int) {
	s, mean, inverse := op.norm.channels, op.norm.mean[ch], op.norm.inverse[ch]
	var sum, product float64
	if op.sums != nil {
		sum, product = op.sums[ch], op.products[ch]
	} else {
		sum, product = channelSums(op.norm.over, s, op.g, op.norm.x, ch, mean)
	}
	op.grads.set(ch, product*inverse, sum)
	count := op.norm.count()
	level, slope, factor := sum/count, product*inverse*inverse/count, op.norm.factor(ch)*inverse
	for i := range s.n {
		g, x, dx := plane(s, op.g, i, ch), plane(s, op.norm.x, i, ch), plane(s, op.y, i, ch)
		for j, v := range x {
			dx[j] = T(factor * (float64(g[j]) - level - (float64(v)-mean)*slope))
		}
	}
}

// channelSums is Σ g and Σ g·(x-mean) over what is here of channel ch.
func channelSums[T float](over batch, s channels, g, x []T, ch int, mean float64) (sum, product float64) {
	return over.bothOverSamples(func(i int) (sum, product float64) {
		return covered(plane(s, g, i, ch), plane(s, x, i, ch), mean)
	})
}
