package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// ChannelSoftMax turns the channels of each pixel of x, (N, C, H, W) or (N, C),
// into probabilities:
//
//	y[c] = exp(x[c] - max x) / Σ exp(x[k] - max x)
func ChannelSoftMax(x *G.Node) (*G.Node, error) { return overChannels("ChannelSoftMax", x, false) }

// LogSoftMax is the logarithm of ChannelSoftMax, finite for any finite x:
//
//	y[c] = x[c] - max x - log Σ exp(x[k] - max x)
func LogSoftMax(x *G.Node) (*G.Node, error) { return overChannels("LogSoftMax", x, true) }

func overChannels(name string, x *G.Node, log bool) (*G.Node, error) {
	s, err := channelsOf(name, x)
	if err != nil {
		return nil, err
	}
	if s.c == 0 {
		return nil, errors.Errorf("%s: want at least one channel, got %v", name, x.Shape())
	}
	if x.Dtype() == tensor.Float32 {
		return channelSoftMax[float32](name, x, s, log)
	}
	return channelSoftMax[float64](name, x, s, log)
}

func channelSoftMax[T float](name string, x *G.Node, s channels, log bool) (*G.Node, error) {
	op := &channelSoftMaxOp[T]{channelBase[T]{result: newResult[T](name, G.Nodes{x}, x.Shape()...), s: s, log: log}}
	op.body = op.sample
	return G.ApplyOp(op, x)
}

// channelBase is what the op and its gradient have in common.
type channelBase[T float] struct {
	result[T]
	s    channels
	log  bool
	x    []T
	body func(int)
}

type channelSoftMaxOp[T float] struct{ channelBase[T] }

var (
	_ G.SDOp = (*channelSoftMaxOp[float32])(nil)
	_ Owner  = (*channelSoftMaxOp[float32])(nil)
)

func (op *channelSoftMaxOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *channelSoftMaxOp[T]) SymDiff(_ G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	back := &channelSoftMaxGradOp[T]{
		channelBase: channelBase[T]{result: newResult[T](op.name+"Grad", G.Nodes{output, grad}, output.Shape()...), s: op.s, log: op.log},
	}
	back.body = back.sample
	dx, err := G.ApplyOp(back, output, grad)
	return G.Nodes{dx}, err
}

func (op *channelSoftMaxOp[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if op.x, err = values[T](in[0], len(op.y)); err != nil {
		return nil, err
	}
	parallel.For(op.s.n, op.body)
	return op.out, nil
}

// sample computes the pixels of sample i.
func (op *channelSoftMaxOp[T]) sample(i int) {
	size := op.s.c * op.s.area
	if y, ok := any(op.y).([]float32); ok && op.s.area >= longRow {
		op.s.eachStretch(i, func(at, n int) { softmaxStretch(op.s, y, any(op.x).([]float32), at, n, op.log) })
		return
	}
	for at := i * size; at < i*size+op.s.area; at++ {
		x := pixel(op.s, op.x, at)
		top, sum := x.logSumExp()
		for j := at; j < at+size; j += op.s.area {
			if op.log {
				op.y[j] = T(float64(op.x[j]) - top - math.Log(sum))
				continue
			}
			op.y[j] = T(math.Exp(float64(op.x[j])-top) / sum)
		}
	}
}

// channelSoftMaxGradOp computes the gradient by x from y and its gradient g:
// y·(g - Σ g·y) or, of the logarithm, g - exp(y)·Σ g.
type channelSoftMaxGradOp[T float] struct {
	channelBase[T]
	g []T
}

var _ Owner = (*channelSoftMaxGradOp[float32])(nil)

func (op *channelSoftMaxGradOp[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if op.x, op.g, err = operands[T](in, len(op.y), len(op.y)); err != nil {
		return nil, err
	}
	parallel.For(op.s.n, op.body)
	return op.out, nil
}

func (op *channelSoftMaxGradOp[T]) sample(i int) {
	size, area := op.s.c*op.s.area, op.s.area
	if dx, ok := any(op.y).([]float32); ok && area >= longRow {
		y, g := any(op.x).([]float32), any(op.g).([]float32)
		op.s.eachStretch(i, func(at, n int) { softmaxGradStretch(op.s, dx, y, g, at, n, op.log) })
		return
	}
	for at := i * size; at < i*size+area; at++ {
		var sum float64
		for j := at; j < at+size; j += area {
			sum += op.weight(j) * float64(op.g[j])
		}
		for j := at; j < at+size; j += area {
			y, g := float64(op.x[j]), float64(op.g[j])
			if op.log {
				op.y[j] = T(g - math.Exp(y)*sum)
				continue
			}
			op.y[j] = T(y * (g - sum))
		}
	}
}

// weight is how much the gradient of y[j] counts in the sum.
func (op *channelSoftMaxGradOp[T]) weight(j int) float64 {
	if op.log {
		return 1
	}
	return float64(op.x[j])
}
