package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// depthwise says whether each channel has a filter of its own.
func (s *convShape) depthwise() bool { return s.groups > 1 && s.groups == s.c && s.c == s.f }

// depthwiseLast is what the forward and the backward op of one depthwise
// convolution with channels last share. Each row of the weights is a tap.
type depthwiseLast struct {
	convShape
	bias, sum, inputGrad bool
	cut                  Cut

	pixel   int // values of a pixel, of the input and of the output
	bands   bands
	strips  [][]windows // one for each band of an image
	made    []float32   // the output's values
	weights []float32   // by tap, padded
	offset  []float32   // the bias, padded
	packed  kept        // of weights and offset

	operands struct{ x, w, skip []float32 } // of the run under way
	forward  func(int)
}

// depthwiseLastOf declares it.
func depthwiseLastOf(name string, shape convShape, in G.Nodes, bias bool, c ConvLastConfig) (*G.Node, error) {
	if c.Pool != nil {
		return nil, errors.Errorf("%s: want no pool where each channel has a filter of its own, got one of %v", name, c.Pool)
	}
	s := &depthwiseLast{convShape: shape, bias: bias, sum: c.Skip != nil, cut: c.Cut, inputGrad: c.InputGrad, pixel: f32.PadChannels(shape.c), packed: kept{version: c.Version}}
	if err := wantSum(name, c.Skip, tensor.Shape{s.n, s.rows, s.cols, s.pixel}); err != nil {
		return nil, err
	}
	s.bands = newBands(s.n, s.rows, max(s.strideH*s.imW, s.cols)*s.pixel, 1)
	s.strips = s.forwardRegions(s.pixel).cut(s.bands)
	s.weights, s.offset = make([]float32, s.taps()*s.pixel), make([]float32, s.pixel)
	s.forward = s.band
	op := &depthwiseLastOp{newResult[float32](name, in, s.n, s.rows, s.cols, s.pixel), s}
	op.buffer.hold(&s.made)
	return G.ApplyOp(op, in...)
}

type depthwiseLastOp struct {
	result[float32]
	*depthwiseLast
}

var (
	_ G.SDOp = (*depthwiseLastOp)(nil)
	_ Owner  = (*depthwiseLastOp)(nil)
)

func (op *depthwiseLastOp) DiffWRT(n int) []bool { return []bool{op.inputGrad, true, true, true}[:n] }

func (op *depthwiseLastOp) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	if op.sum {
		return nil, errSumGrad
	}
	return depthwiseLastGrads(op.depthwiseLast, in, output, grad)
}

func (op *depthwiseLastOp) Do(in ...G.Value) (G.Value, error) {
	if err := op.inputs(in); err != nil {
		return nil, err
	}
	if op.packed.stale() {
		if err := op.layOut(in); err != nil {
			return nil, err
		}
	}
	if op.sum {
		var err error
		if op.operands.skip, err = floats(in[len(in)-1], len(op.made)); err != nil {
			return nil, err
		}
	}
	parallel.For(op.n*op.bands.count, op.forward)
	return op.out, nil
}

// layOut lays out the weights and the bias.
func (op *depthwiseLastOp) layOut(in []G.Value) error {
	if op.bias {
		b, err := floats(in[2], op.f)
		if err != nil {
			return err
		}
		copy(op.offset, b)
	}
	f32.Transpose(op.weights, op.pixel, op.operands.w, op.taps(), op.c, op.taps())
	return nil
}

// inputs takes in the values of the image and the filters.
func (s *depthwiseLast) inputs(in []G.Value) (err error) {
	s.operands.x, s.operands.w, err = operands[float32](in, s.n*s.imH*s.imW*s.pixel, s.c*s.taps())
	return err
}

// imageOf is image i of x, which is one of the inputs.
func (s *depthwiseLast) imageOf(x []float32, i int) []float32 {
	size := s.imH * s.imW * s.pixel
	return x[i*size : (i+1)*size]
}

// outputOf is what is made of image i, in y.
func (s *depthwiseLast) outputOf(y []float32, i int) []float32 {
	size := s.rows * s.cols * s.pixel
	return y[i*size : (i+1)*size]
}

// band computes piece i: some rows of an image.
func (s *depthwiseLast) band(i int) {
	image, from, to := s.bands.of(i)
	x, y := s.imageOf(s.operands.x, image), s.outputOf(s.made, image)
	low, high := s.cut.bounds()
	if s.sum { // which comes before the cut
		low, high = Uncut.bounds()
	}
	for _, w := range s.strips[i%s.bands.count] {
		f32.Depthwise(y[w.y:], x[w.x:], s.weights, s.offset, w.taps, w.grid, s.pixel, low, high)
	}
	if s.sum {
		row := s.cols * s.pixel
		strip := y[from*row : to*row]
		f32.AddTo(strip, s.outputOf(s.operands.skip, image)[from*row:to*row])
		s.cut.apply(strip)
	}
}
