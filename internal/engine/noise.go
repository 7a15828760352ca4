package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
	"euryale/internal/philox"
)

// NoiseConfig is what Noise takes besides nodes.
type NoiseConfig struct {
	Deviation float64 // at least 0
	Key       philox.Key
	At        *Draw
}

// Noise adds numbers from a normal distribution around 0 to the elements of a
// batch. They are computed in float64.
func Noise(x *G.Node, c NoiseConfig) (*G.Node, error) {
	cut, err := wantBatch("Noise", x, c.At)
	if err != nil {
		return nil, err
	}
	if !(c.Deviation >= 0) || math.IsInf(c.Deviation, 0) {
		return nil, errors.Errorf("Noise: want a deviation of at least 0, got %v", c.Deviation)
	}
	if x.Dtype() == tensor.Float32 {
		return noise[float32](x, c, cut)
	}
	return noise[float64](x, c, cut)
}

func noise[T float](x *G.Node, c NoiseConfig, cut strips) (*G.Node, error) {
	op := &noiseOp[T]{
		result: newResult[T]("Noise", G.Nodes{x}, x.Shape()...), random: random{c.Key, c.At}, strips: cut, deviation: c.Deviation,
	}
	op.body = op.elements
	return G.ApplyOp(op, x)
}

type noiseOp[T float] struct {
	result[T]
	random
	strips
	deviation float64
	x         []T // of the run under way
	body      func(int)
}

var (
	_ G.SDOp = (*noiseOp[float32])(nil)
	_ Owner  = (*noiseOp[float32])(nil)
)

func (op *noiseOp[T]) DiffWRT(n int) []bool { return all(n) }

// SymDiff is the gradient itself.
func (op *noiseOp[T]) SymDiff(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	return G.Nodes{grad}, nil
}

func (op *noiseOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = values[T](in[0], len(op.y)); err != nil {
		return nil, err
	}
	parallel.For(op.count(), op.body)
	return op.out, nil
}

func (op *noiseOp[T]) elements(i int) {
	sample, from, to := op.strip(i)
	x, y := op.x[sample*op.size:], op.y[sample*op.size:]
	var buffer [drawn]uint32
	for ; from < to; from += drawn {
		end := min(from+drawn, to)
		words := op.fill(&buffer, sample, from, end)
		for at := from; at < end; at, words = at+4, words[4:] {
			z := normals([4]uint32(words))
			for j, v := range x[at:min(at+4, end)] {
				y[at+j] = T(float64(v) + op.deviation*z[j])
			}
		}
	}
}
