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
// convolution with channels last share.
type depthwiseLast struct {
	convBase // the weights are rows of a pixel, one for each tap

	bands   bands
	strips  [][]windows // one for each band of an image
	forward func(int)
}

// depthwiseLastOf declares it.
func depthwiseLastOf(name string, shape convShape, in G.Nodes, bias bool, c ConvLastConfig) (*G.Node, error) {
	if c.Pool != nil {
		return nil, errors.Errorf("%s: want no pool where each channel has a filter of its own, got one of %v", name, c.Pool)
	}
	s, err := newDepthwiseLast(name, shape, bias, c)
	if err != nil {
		return nil, err
	}
	s.over = batchOn(in[0], s.n)
	s.bands = newBands(s.n, s.rows, max(s.strideH*s.imW, s.cols)*s.pixel, 1)
	s.strips = s.forwardRegions(s.pixel).cut(s.bands)
	s.forward = s.band
	op := &depthwiseLastOp{newResult[float32](name, in, s.n, s.rows, s.cols, s.pixel), s}
	op.buffer.hold(&s.made)
	return G.ApplyOp(op, in...)
}

// newDepthwiseLast is one whose work is not cut yet.
func newDepthwiseLast(name string, shape convShape, bias bool, c ConvLastConfig) (*depthwiseLast, error) {
	s := &depthwiseLast{convBase: newConvBase(shape, bias, c)}
	s.pixel = f32.PadChannels(shape.c)
	s.weights = make([]float32, s.taps()*s.pixel)
	return s, wantSum(name, c.Skip, tensor.Shape{s.n, s.rows, s.cols, s.pixel})
}

type depthwiseLastOp struct {
	result[float32]
	*depthwiseLast
}

var (
	_ G.SDOp = (*depthwiseLastOp)(nil)
	_ Owner  = (*depthwiseLastOp)(nil)
)

func (op *depthwiseLastOp) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	if op.infers() {
		return nil, errInference
	}
	return depthwiseLastGrads(op.depthwiseLast, in, output, grad)
}

func (op *depthwiseLastOp) Do(in ...G.Value) (G.Value, error) {
	if err := op.take(in, op.layOut); err != nil {
		return nil, err
	}
	parallel.For(op.n*op.bands.count, op.forward)
	return op.out, nil
}

// layOut lays out the weights.
func (s *depthwiseLast) layOut() {
	f32.Transpose(s.weights, s.pixel, s.operands.w, s.taps(), s.c, s.taps())
}

// outputOf is what is made of image i, in y.
func (s *depthwiseLast) outputOf(y []float32, i int) []float32 {
	size := s.rows * s.cols * s.pixel
	return y[i*size : (i+1)*size]
}

// band computes piece i: some rows of an image.
func (s *depthwiseLast) band(i int) {
	image, from, to := s.bands.of(i)
	x, y := s.image(s.operands.x, image), s.outputOf(s.made, image)
	low, high := s.bounds()
	for _, w := range s.strips[i%s.bands.count] {
		f32.Depthwise(y[w.y:], x[w.x:], s.weights, s.offset, w.taps, w.grid, s.pixel, low, high)
	}
	row := s.cols * s.pixel
	s.end(y[from*row:to*row], (image*s.rows+from)*row, !s.sum)
}

// bounds are where the kernel cuts.
func (s *depthwiseLast) bounds() (low, high float32) {
	if s.sum { // which comes before the cut
		return Uncut.bounds()
	}
	return s.cut.bounds()
}
