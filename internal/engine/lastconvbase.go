package engine

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
)

// convBase is what the convolutions with channels last have in common, depthwise
// or not: what they read, and the weights and the bias laid out for their kernel.
type convBase struct {
	convShape
	over                 batch
	bias, sum, inputGrad bool
	cut                  Cut
	curve                *f32.Curve

	pixel   int       // values of a pixel of the input, framed
	made    []float32 // the output's values
	weights []float32 // as the kernel has them
	offset  []float32 // the bias, padded
	packed  kept      // of weights and offset

	operands struct{ x, w, skip []float32 } // of the run under way
}

func newConvBase(shape convShape, bias bool, c ConvLastConfig) convBase {
	return convBase{
		convShape: shape, over: batch{n: shape.n}, bias: bias, sum: c.Skip != nil, inputGrad: c.InputGrad, cut: c.Cut, curve: c.Curve,
		offset: make([]float32, f32.PadChannels(shape.f)), packed: kept{version: c.Version},
	}
}

func (s *convBase) DiffWRT(n int) []bool { return []bool{s.inputGrad, true, true, true}[:n] }

// size is how many values an image has.
func (s *convBase) size() int { return s.imH * s.imW * s.pixel }

// image is image i of x, which lies as the input.
func (s *convBase) image(x []float32, i int) []float32 { return x[i*s.size() : (i+1)*s.size()] }

// take takes in what a run reads. layOut lays out the weights, where they may be
// others than before.
func (s *convBase) take(in []G.Value, layOut func()) (err error) {
	if err = s.inputs(in); err != nil {
		return err
	}
	return s.takeBehind(in[2:], layOut)
}

// takeBehind takes in what comes behind the filters.
func (s *convBase) takeBehind(in []G.Value, layOut func()) (err error) {
	if s.sum {
		if s.operands.skip, err = floats(in[len(in)-1], len(s.made)); err != nil {
			return err
		}
	}
	return s.packed.refresh(func() error {
		if s.bias {
			b, err := floats(in[0], s.f)
			if err != nil {
				return err
			}
			copy(s.offset, b)
		}
		layOut()
		return nil
	})
}

// inputs takes in the values of the image and the filters.
func (s *convBase) inputs(in []G.Value) (err error) {
	s.operands.x, s.operands.w, err = operands[float32](in, s.n*s.size(), s.filters())
	return err
}

// filters is how many values the filters have.
func (s *convBase) filters() int { return s.f * s.c / s.groups * s.taps() }

// end makes the output of y, which lies at the given place: adds what is to be
// added, cuts, unless that is done, and computes the function.
func (s *convBase) end(y []float32, at int, cut bool) {
	if s.sum {
		f32.AddTo(y, s.operands.skip[at:at+len(y)])
	}
	if !cut {
		s.cut.apply(y)
	}
	if s.curve != nil {
		f32.Apply(*s.curve, y, y)
	}
}

// convGrads is what the ops of their gradients have in common: each computes all
// of them from the input, the filters, the output and the gradient of that, and
// returns the filters'.
type convGrads struct {
	result[float32]
	gb, gx []float32
	dx     *buffer[float32] // of gx

	made, g []float32 // the output and its gradient, of the run under way

	sums gradSums // gradients by weights and bias
}

func (op *convGrads) Buffers() (Buffer, []Buffer) {
	dw, _ := op.result.Buffers()
	return dw, buffers(op.dx, op.sums.buffer)
}

// all are the gradients of a convolution of an image of the given shape, of which
// dw is the filters'.
func (op *convGrads) all(dw *G.Node, s *convBase, image tensor.Shape) (grads G.Nodes, err error) {
	grads = G.Nodes{nil, dw}
	if s.bias {
		d, values := newDense(s.f)
		op.gb = values
		n, err := pick(op.name+"Bias", dw, d)
		if err != nil {
			return nil, err
		}
		grads = append(grads, n)
	}
	if s.inputGrad {
		op.dx = newTensorBuffer[float32](dw, image...)
		op.dx.hold(&op.gx)
		if grads[0], err = pickBuffer(op.name+"Input", dw, op.dx); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

// take takes in what a run reads.
func (op *convGrads) take(s *convBase, in []G.Value) (err error) {
	if err = s.inputs(in); err != nil {
		return err
	}
	op.made, op.g, err = operands[float32](in[2:], len(s.made), len(s.made))
	return err
}
