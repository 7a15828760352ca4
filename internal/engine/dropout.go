package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
	"euryale/internal/philox"
)

// DropoutConfig is what Dropout takes besides nodes.
type DropoutConfig struct {
	Rate    float64 // the share that is dropped, from 0 to below 1
	Spatial bool    // whole channels of images (N, C, H, W)
	Key     philox.Key
	At      *Draw
}

// Dropout makes 0 of the elements of a batch that are drawn, whatever they are,
// and multiplies the others by 1/(1-Rate). Its gradient does the same to that
// of the output.
func Dropout(x *G.Node, c DropoutConfig) (*G.Node, error) {
	cut, err := wantBatch("Dropout", x, c.At)
	if err != nil {
		return nil, err
	}
	if !(c.Rate >= 0 && c.Rate < 1) {
		return nil, errors.Errorf("Dropout: want a rate from 0 to below 1, got %v", c.Rate)
	}
	if c.Spatial && x.Dims() != 4 {
		return nil, errors.Errorf("Dropout: want images (N, C, H, W) to drop channels of, got %v", x.Shape())
	}
	if x.Dtype() == tensor.Float32 {
		return dropout[float32](x, c, cut)
	}
	return dropout[float64](x, c, cut)
}

func dropout[T float](x *G.Node, c DropoutConfig, cut strips) (*G.Node, error) {
	op := &dropoutOp[T]{
		result: newResult[T]("Dropout", G.Nodes{x}, x.Shape()...), config: c, random: random{c.Key, c.At}, strips: cut,
		threshold: uint64(math.Round(c.Rate * 0x1p32)), scale: T(1 / (1 - c.Rate)),
	}
	op.body = op.elements
	if c.Spatial {
		op.channels = x.Shape()[1]
		op.body = op.plane
	}
	return G.ApplyOp(op, x)
}

type dropoutOp[T float] struct {
	result[T]
	config DropoutConfig
	random
	strips
	channels  int    // of images
	threshold uint64 // words below it drop
	scale     T
	x         []T // of the run under way
	body      func(int)
}

var (
	_ G.SDOp = (*dropoutOp[float32])(nil)
	_ Owner  = (*dropoutOp[float32])(nil)
)

func (op *dropoutOp[T]) DiffWRT(n int) []bool { return all(n) }

// SymDiff draws the same again, for the gradient.
func (op *dropoutOp[T]) SymDiff(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	dx, err := dropout[T](grad, op.config, op.strips)
	return G.Nodes{dx}, err
}

func (op *dropoutOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = values[T](in[0], len(op.y)); err != nil {
		return nil, err
	}
	count := op.count()
	if op.config.Spatial {
		count = op.n * op.channels
	}
	parallel.For(count, op.body)
	return op.out, nil
}

// elements draws for each element of a strip.
func (op *dropoutOp[T]) elements(i int) {
	sample, from, to := op.strip(i)
	x, y := op.x[sample*op.size:], op.y[sample*op.size:]
	var buffer [drawn]uint32
	for ; from < to; from += drawn {
		end := min(from+drawn, to)
		words := op.fill(&buffer, sample, from, end)
		op.drop(y[from:end], x[from:end], words[:end-from])
	}
}

// drop drops by a word for each element.
func (op *dropoutOp[T]) drop(y, x []T, words []uint32) {
	if y, ok := any(y).([]float32); ok && op.threshold <= math.MaxUint32 {
		f32.Drop(y, any(x).([]float32), words, uint32(op.threshold), float32(op.scale))
		return
	}
	for i, v := range x {
		if y[i] = 0; uint64(words[i]) >= op.threshold {
			y[i] = v * op.scale
		}
	}
}

// plane draws for one channel of one image.
func (op *dropoutOp[T]) plane(i int) {
	sample, channel := i/op.channels, i%op.channels
	area := op.size / op.channels
	x, y := op.x[i*area:(i+1)*area], op.y[i*area:(i+1)*area]
	if uint64(op.words(sample, channel/4)[channel%4]) < op.threshold {
		clear(y)
		return
	}
	scale(y, x, op.scale)
}
